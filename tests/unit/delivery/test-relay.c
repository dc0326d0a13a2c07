/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A mail server elsewhere that behaves, and one that does not.
 */

#include "delivery-fixture.h"

#define BODY_8BIT "From: anna@home.example\nBcc: carl@home.example\nSubject: x\n\n.\nh\xc3\xa9llo\r\n..b\rc"
#define SENT_8BIT "From: anna@home.example\r\nSubject: x\r\n\r\n..\r\nh\xc3\xa9llo\r\n...b\r\nc\r\n"

/* What a server does in the place of an answer. */
#define CLOSE "close"
#define SILENCE "silence"
#define HALF "half"

typedef struct
{
  const char *ehlo;
  const char *mail;
  const char *rcpt[2];
  const char *data;
  const char *end; /* of the message */
  gboolean close_in_message;
} Script;

/* One connection, in a thread. */
typedef struct
{
  GSocketListener *listener;
  GSocketConnection *connection;
  GDataInputStream *input;
  const Script *script;
  GString *heard;   /* commands */
  GString *message; /* as it came, without the last line */
  guint n_taken;
  guint n_recipients;
  guint16 port;
  GThread *thread;
} Server;

static gboolean
say (Server *self, const char *answer)
{
  GOutputStream *output = g_io_stream_get_output_stream (G_IO_STREAM (self->connection));
  g_autofree char *line = NULL;

  if (g_str_equal (answer, CLOSE))
    return FALSE;
  if (g_str_equal (answer, SILENCE))
    {
      g_autofree char *rest = g_data_input_stream_read_upto (self->input, "\001", 1, NULL, NULL, NULL);

      return rest == NULL && FALSE;
    }
  if (g_str_equal (answer, HALF))
    {
      g_output_stream_write_all (output, "250 2.0", 7, NULL, NULL, NULL);
      return FALSE;
    }
  line = g_strconcat (answer, "\r\n", NULL);
  return g_output_stream_write_all (output, line, strlen (line), NULL, NULL, NULL);
}

static gboolean
take_message (Server *self)
{
  if (self->script->close_in_message)
    return FALSE;
  for (;;)
    {
      gsize length;
      g_autofree char *line = g_data_input_stream_read_line (self->input, &length, NULL, NULL);

      if (line == NULL)
        return FALSE;
      if (g_str_equal (line, ".") || g_str_equal (line, ".\r"))
        break;
      g_string_append_len (self->message, line, (gssize) length);
      g_string_append_c (self->message, '\n');
    }
  if (self->script->end == NULL || self->script->end[0] == '2')
    self->n_taken++;

  return say (self, self->script->end != NULL ? self->script->end : "250 2.0.0 queued");
}

static gboolean
answer (Server *self, const char *line)
{
  const Script *script = self->script;

  if (g_str_has_prefix (line, "EHLO"))
    return say (self, script->ehlo != NULL ? script->ehlo : "250-relay\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 SIZE 10000");
  if (g_str_has_prefix (line, "MAIL"))
    return say (self, script->mail != NULL ? script->mail : "250 2.1.0 ok");
  if (g_str_has_prefix (line, "RCPT"))
    {
      const char *of = self->n_recipients < 2 ? script->rcpt[self->n_recipients] : NULL;

      self->n_recipients++;
      return say (self, of != NULL ? of : "250 2.1.5 ok");
    }
  if (g_str_has_prefix (line, "DATA"))
    return say (self, script->data != NULL ? script->data : "354 go on") &&
           (script->data != NULL ? TRUE : take_message (self));
  say (self, "221 bye");
  return FALSE;
}

static gpointer
serve (gpointer data)
{
  Server *self = data;

  self->connection = g_socket_listener_accept (self->listener, NULL, NULL, NULL);
  self->input = g_data_input_stream_new (g_io_stream_get_input_stream (G_IO_STREAM (self->connection)));
  g_data_input_stream_set_newline_type (self->input, G_DATA_STREAM_NEWLINE_TYPE_LF);
  if (say (self, "220 relay.example ESMTP"))
    for (;;)
      {
        g_autofree char *line = g_data_input_stream_read_line (self->input, NULL, NULL, NULL);

        if (line == NULL)
          break;
        g_strchomp (line);
        g_string_append_printf (self->heard, "%s\n", line);
        if (!answer (self, line))
          break;
      }
  g_io_stream_close (G_IO_STREAM (self->connection), NULL, NULL);

  return NULL;
}

static void
server_start (Server *self, Fixture *fixture, const Script *script)
{
  g_autofree char *path = g_build_filename (fixture->folder, "intimail.conf", NULL);
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autofree char *uri = NULL;
  g_autoptr (GError) error = NULL;

  self->script = script;
  self->heard = g_string_new (NULL);
  self->message = g_string_new (NULL);
  self->listener = g_socket_listener_new ();
  self->port = g_socket_listener_add_any_inet_port (self->listener, NULL, &error);
  g_assert_no_error (error);
  self->thread = g_thread_new ("relay", serve, self);

  uri = g_strdup_printf ("smtp://127.0.0.1:%u", self->port);
  g_key_file_load_from_file (file, path, G_KEY_FILE_NONE, &error);
  g_assert_no_error (error);
  g_key_file_set_string (file, "transport", "kind", "smtp");
  g_key_file_set_string (file, "transport", "uri", uri);
  g_key_file_set_string (file, "transport", "tls", "none");
  g_key_file_set_string (file, "transport", "timeout", "1");
  g_key_file_save_to_file (file, path, &error);
  g_assert_no_error (error);
  g_clear_object (&fixture->site);
  fixture_open (fixture);
}

static void
server_join (Server *self)
{
  g_clear_pointer (&self->thread, g_thread_join);
  g_clear_object (&self->input);
  g_clear_object (&self->connection);
  g_clear_object (&self->listener);
}

static void
server_clear (Server *self)
{
  g_string_free (self->heard, TRUE);
  g_string_free (self->message, TRUE);
}

static IntimailSendReport *
send (Fixture *fixture, const char *const *recipients, const char *text, IntimailSendFlags flags)
{
  IntimailTransport *transport = intimail_transport_new (fixture->site);
  g_autoptr (GBytes) message = g_bytes_new_static (text, strlen (text));
  IntimailSendReport *report = intimail_transport_send_each (transport, "anna@home.example", recipients, message, flags, NULL);

  test_support_assert_finalized (transport);
  return report;
}

static void
test_good (Fixture *fixture, gconstpointer data)
{
  static const char *const recipients[] = { "bert@far.example", "carl@far.example", NULL };
  static const Script script = { 0 };
  Server server = { 0 };
  IntimailSendReport *report;
  g_autofree char *expected = NULL;
  g_autoptr (GError) error = NULL;

  server_start (&server, fixture, &script);
  report = send (fixture, recipients, BODY_8BIT, INTIMAIL_SEND_FLAGS_NONE);
  server_join (&server);
  intimail_send_report_check (report, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (intimail_send_report_get_recipients (report)[1], ==, "carl@far.example");
  expected = g_strdup_printf ("EHLO mail.home.example\nMAIL FROM:<anna@home.example> SIZE=%" G_GSIZE_FORMAT " BODY=8BITMIME\n"
                              "RCPT TO:<bert@far.example>\nRCPT TO:<carl@far.example>\nDATA\nQUIT\n",
                              strlen (BODY_8BIT) - strlen ("Bcc: carl@home.example\n"));
  g_assert_cmpstr (server.heard->str, ==, expected);
  g_assert_cmpstr (server.message->str, ==, SENT_8BIT);
  test_support_assert_finalized (report);
  server_clear (&server);
}

#define OK -1

static const struct
{
  const char *name;
  Script script;
  IntimailSendFlags flags;
  int codes[2];
  const char *says; /* in the first recipient's error */
  guint n_taken;
} cases[] = {
  { "sender-later", { .mail = "451 4.7.1 come again" }, 0, { INTIMAIL_ERROR_FAILED, INTIMAIL_ERROR_FAILED }, "4.7.1 come again", 0 },
  { "sender-never", { .mail = "550 5.7.1 not you" }, 0, { INTIMAIL_ERROR_PERMISSION_DENIED, INTIMAIL_ERROR_PERMISSION_DENIED }, "not you", 0 },
  { "no-sign-in", { .mail = "530 5.7.0 sign in first" }, 0, { INTIMAIL_ERROR_FAILED, INTIMAIL_ERROR_FAILED }, "sign in", 0 },
  { "one-never", { .rcpt = { "550 5.1.1 no such user" } }, 0, { INTIMAIL_ERROR_NOT_FOUND, INTIMAIL_ERROR_FAILED }, "no such user", 0 },
  { "one-left-out", { .rcpt = { "550 5.1.1 no such user" } }, INTIMAIL_SEND_FLAGS_LEAVE_OUT_REFUSED, { INTIMAIL_ERROR_NOT_FOUND, OK }, "no such user", 1 },
  { "one-later", { .rcpt = { "450 4.2.0 greylisted" } }, 0, { INTIMAIL_ERROR_FAILED, INTIMAIL_ERROR_FAILED }, "greylisted", 0 },
  { "one-later-for-all", { .rcpt = { "450 4.2.0 greylisted" } }, INTIMAIL_SEND_FLAGS_LEAVE_OUT_REFUSED, { INTIMAIL_ERROR_FAILED, INTIMAIL_ERROR_FAILED }, "greylisted", 0 },
  { "one-full", { .rcpt = { NULL, "552 5.2.2 full" } }, 0, { INTIMAIL_ERROR_FAILED, INTIMAIL_ERROR_OVER_QUOTA }, "another recipient", 0 },
  { "all-never", { .rcpt = { "550-5.1.1 no\r\n550 5.1.1 never", "550 no" } }, INTIMAIL_SEND_FLAGS_LEAVE_OUT_REFUSED, { INTIMAIL_ERROR_NOT_FOUND, INTIMAIL_ERROR_NOT_FOUND }, "no 5.1.1 never", 0 },
  { "closes-at-recipient", { .rcpt = { NULL, "421 4.3.2 going down" } }, 0, { INTIMAIL_ERROR_FAILED, INTIMAIL_ERROR_FAILED }, "going down", 0 },
  { "data-later", { .data = "452 4.3.1 no room" }, 0, { INTIMAIL_ERROR_FAILED, INTIMAIL_ERROR_FAILED }, "no room", 0 },
  { "data-never", { .data = "554 5.5.1 no" }, 0, { INTIMAIL_ERROR_PERMISSION_DENIED, INTIMAIL_ERROR_PERMISSION_DENIED }, "5.5.1 no", 0 },
  { "data-odd", { .data = "250 fine" }, 0, { INTIMAIL_ERROR_FAILED, INTIMAIL_ERROR_FAILED }, "250 fine", 0 },
  { "end-later", { .end = "451 4.3.0 later" }, 0, { INTIMAIL_ERROR_FAILED, INTIMAIL_ERROR_FAILED }, "later", 0 },
  { "end-never", { .end = "554 5.7.1 spam" }, 0, { INTIMAIL_ERROR_PERMISSION_DENIED, INTIMAIL_ERROR_PERMISSION_DENIED }, "spam", 0 },
  { "end-too-large", { .end = "552 5.3.4 too big" }, 0, { INTIMAIL_ERROR_TOO_LARGE, INTIMAIL_ERROR_TOO_LARGE }, "too big", 0 },
  { "closes-at-mail", { .mail = CLOSE }, 0, { INTIMAIL_ERROR_FAILED, INTIMAIL_ERROR_FAILED }, "nothing was sent", 0 },
  { "closes-at-end", { .end = CLOSE }, 0, { INTIMAIL_ERROR_UNCERTAIN, INTIMAIL_ERROR_UNCERTAIN }, "may have sent", 0 },
  { "half-at-end", { .end = HALF }, 0, { INTIMAIL_ERROR_UNCERTAIN, INTIMAIL_ERROR_UNCERTAIN }, "may have sent", 0 },
  { "half-at-recipient", { .rcpt = { HALF } }, 0, { INTIMAIL_ERROR_FAILED, INTIMAIL_ERROR_FAILED }, "nothing was sent", 0 },
  { "silent-at-mail", { .mail = SILENCE }, 0, { INTIMAIL_ERROR_FAILED, INTIMAIL_ERROR_FAILED }, "in time", 0 },
  { "silent-at-end", { .end = SILENCE }, 0, { INTIMAIL_ERROR_UNCERTAIN, INTIMAIL_ERROR_UNCERTAIN }, "in time", 0 },
  { "silent-at-hello", { .ehlo = SILENCE }, 0, { INTIMAIL_ERROR_FAILED, INTIMAIL_ERROR_FAILED }, "cannot hand mail to 127.0.0.1", 0 },
  { "noise", { .mail = "hello there" }, 0, { INTIMAIL_ERROR_FAILED, INTIMAIL_ERROR_FAILED }, "none of SMTP", 0 },
  { "too-large", { .ehlo = "250-relay\r\n250-8BITMIME\r\n250 SIZE 20" }, 0, { INTIMAIL_ERROR_TOO_LARGE, INTIMAIL_ERROR_TOO_LARGE }, "larger", 0 },
  { "seven-bit", { .ehlo = "250 relay" }, 0, { INTIMAIL_ERROR_NOT_SUPPORTED, INTIMAIL_ERROR_NOT_SUPPORTED }, "8-bit", 0 },
};

static void
test_case (Fixture *fixture, gconstpointer data)
{
  static const char *const recipients[] = { "bert@far.example", "carl@far.example", NULL };
  gsize i = GPOINTER_TO_SIZE (data);
  Server server = { 0 };
  g_autoptr (IntimailSendReport) report = NULL;

  server_start (&server, fixture, &cases[i].script);
  report = send (fixture, recipients, BODY_8BIT, cases[i].flags);
  server_join (&server);
  for (guint j = 0; j < 2; j++)
    {
      g_autoptr (GError) error = NULL;

      intimail_send_report_get_result (report, j, &error);
      if (cases[i].codes[j] == OK)
        g_assert_no_error (error);
      else
        g_assert_error (error, INTIMAIL_ERROR, cases[i].codes[j]);
      if (j == 0)
        g_assert_nonnull (strstr (error->message, cases[i].says));
    }
  g_assert_cmpuint (server.n_taken, ==, cases[i].n_taken);
  server_clear (&server);
}

/* It breaks while the message is written, and before its end: it has not been taken. */
static void
test_break_in_message (Fixture *fixture, gconstpointer data)
{
  static const char *const recipients[] = { "bert@far.example", NULL };
  static const Script script = { .ehlo = "250-relay\r\n250 8BITMIME", .close_in_message = TRUE };
  g_autofree char *body = g_strnfill (30 * 1024 * 1024, 'x');
  g_autofree char *text = g_strconcat ("From: anna@home.example\n\n", body, NULL);
  Server server = { 0 };
  g_autoptr (IntimailSendReport) report = NULL;
  g_autoptr (GError) error = NULL;

  server_start (&server, fixture, &script);
  report = send (fixture, recipients, text, INTIMAIL_SEND_FLAGS_NONE);
  server_join (&server);
  g_assert_false (intimail_send_report_check (report, &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_FAILED);
  g_assert_nonnull (strstr (error->message, "nothing was sent"));
  server_clear (&server);
}

static void
test_nobody_there (Fixture *fixture, gconstpointer data)
{
  static const char *const recipients[] = { "bert@far.example", NULL };
  static const Script script = { .ehlo = CLOSE };
  Server server = { 0 };
  g_autoptr (IntimailSendReport) gone = NULL;
  g_autoptr (IntimailSendReport) report = NULL;
  g_autoptr (GError) error = NULL;

  server_start (&server, fixture, &script);
  gone = send (fixture, recipients, BODY_8BIT, INTIMAIL_SEND_FLAGS_NONE);
  g_assert_false (intimail_send_report_check (gone, NULL));
  server_join (&server);
  report = send (fixture, recipients, BODY_8BIT, INTIMAIL_SEND_FLAGS_NONE);
  g_assert_false (intimail_send_report_check (report, &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_FAILED);
  server_clear (&server);
}

/* An address beyond ASCII needs a server that can; a header beyond ASCII says so. */
static void
test_utf8 (Fixture *fixture, gconstpointer data)
{
  static const char *const recipients[] = { "z\xc3\xa9@far.example", NULL };
  static const Script able = { 0 };
  static const Script unable = { .ehlo = "250-relay\r\n250 8BITMIME" };
  Server server = { 0 };
  Server other = { 0 };
  g_autoptr (IntimailSendReport) good = NULL;
  g_autoptr (IntimailSendReport) bad = NULL;
  g_autoptr (GError) error = NULL;

  server_start (&server, fixture, &able);
  good = send (fixture, recipients, "From: anna@home.example\n\nx", INTIMAIL_SEND_FLAGS_NONE);
  server_join (&server);
  g_assert_true (intimail_send_report_check (good, &error));
  g_assert_nonnull (strstr (server.heard->str, "SMTPUTF8\nRCPT TO:<z\xc3\xa9@far.example>\n"));
  server_clear (&server);

  server_start (&other, fixture, &unable);
  bad = send (fixture, recipients, "From: anna@home.example\n\nx", INTIMAIL_SEND_FLAGS_NONE);
  server_join (&other);
  g_assert_false (intimail_send_report_check (bad, &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_SUPPORTED);
  g_assert_null (strstr (other.heard->str, "DATA"));
  server_clear (&other);
}

static gpointer
cancel_soon (gpointer data)
{
  g_usleep (200 * 1000);
  g_cancellable_cancel (data);
  return NULL;
}

static void
test_cancel (Fixture *fixture, gconstpointer data)
{
  static const char *const recipients[] = { "bert@far.example", NULL };
  static const Script script = { .rcpt = { SILENCE } };
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GBytes) message = g_bytes_new_static ("From: anna@home.example\n\nx", 26);
  g_autoptr (IntimailTransport) transport = NULL;
  Server server = { 0 };
  g_autoptr (GError) error = NULL;
  GThread *thread;

  server_start (&server, fixture, &script);
  transport = intimail_transport_new (fixture->site);
  thread = g_thread_new ("cancel", cancel_soon, cancellable);
  g_assert_false (intimail_transport_send (transport, "anna@home.example", recipients, message, cancellable, &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_FAILED);
  g_thread_join (thread);
  server_join (&server);
  g_assert_cmpuint (server.n_taken, ==, 0);
  server_clear (&server);
}

static void
take_report (GObject *source, GAsyncResult *result, gpointer user_data)
{
  IntimailSendReport **report = user_data;

  *report = intimail_transport_send_each_finish (INTIMAIL_TRANSPORT (source), result, NULL);
}

static void
test_async (Fixture *fixture, gconstpointer data)
{
  static const char *const recipients[] = { "bert@far.example", NULL };
  static const Script script = { .end = "554 5.7.1 no" };
  g_autoptr (GBytes) message = g_bytes_new_static ("From: anna@home.example\n\nx", 26);
  IntimailTransport *transport;
  g_autoptr (IntimailSendReport) report = NULL;
  Server server = { 0 };
  g_autoptr (GError) error = NULL;

  server_start (&server, fixture, &script);
  transport = intimail_transport_new (fixture->site);
  intimail_transport_send_each_async (transport, "", recipients, message, INTIMAIL_SEND_FLAGS_NONE, NULL, take_report, &report);
  while (report == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_false (intimail_send_report_get_result (report, 0, &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_PERMISSION_DENIED);
  server_join (&server);
  g_assert_nonnull (strstr (server.heard->str, "MAIL FROM:<>"));
  server_clear (&server);
  test_support_assert_finalized (transport);
}

/* zoe and yann, elsewhere, are members; carl looks after it. */
static void
add_choir (Fixture *self)
{
  static const char *const owners[] = { "carl", NULL };
  static const char *const addresses[] = { "zoe@elsewhere.example", "yann@elsewhere.example", NULL };
  g_autoptr (IntimailGroup) group = intimail_group_new ("choir");
  g_autoptr (GError) error = NULL;

  intimail_group_set_mail (group, "choir@home.example");
  intimail_group_set_owners (group, owners);
  intimail_group_set_member_addresses (group, addresses);
  intimail_group_set_posters (group, INTIMAIL_GROUP_POSTERS_ANYONE);
  intimail_directory_add_group (intimail_site_get_directory (self->site), group, NULL, &error);
  g_assert_no_error (error);
}

/* The enhanced status of the list's answer; "" when it took the message. */
static char *
post (Fixture *self)
{
  g_autoptr (IntimailDelivery) delivery = intimail_delivery_new (self->site, "anna@home.example");
  g_autoptr (GBytes) message = g_bytes_new_static ("From: anna@home.example\nSubject: song\n\nla\n", 41);
  g_autoptr (GError) error = NULL;

  intimail_delivery_add_recipient (delivery, "choir@home.example", 0, NULL, &error);
  g_assert_no_error (error);
  intimail_delivery_write (delivery, message, NULL, &error);
  g_assert_no_error (error);
  intimail_delivery_finish (delivery, NULL, &error);

  return g_strdup (error != NULL ? intimail_error_get_enhanced_status (error) : "");
}

/* A member who is refused costs no other one the mail, and the owner hears of it; one who is
 * refused for now stops it, and nobody gets it twice by the next try. */
static void
test_list (Fixture *fixture, gconstpointer data)
{
  static const Script one_never = { .rcpt = { "550 5.1.1 no such user" } };
  static const Script all_never = { .rcpt = { "550 5.1.1 no", "550 5.1.1 no" } };
  static const Script one_later = { .rcpt = { NULL, "450 4.2.1 later" } };
  static const struct
  {
    const Script *script;
    const char *status;
    guint n_taken;
    guint n_notices;
  } rounds[] = {
    { &one_later, "4.3.0", 0, 0 },
    { &all_never, "5.1.1", 0, 0 },
    { &one_never, "", 1, 1 },
  };
  g_autofree char *notice = NULL;

  add_choir (fixture);
  for (gsize i = 0; i < G_N_ELEMENTS (rounds); i++)
    {
      Server server = { 0 };
      g_autofree char *status = NULL;

      server_start (&server, fixture, rounds[i].script);
      status = post (fixture);
      server_join (&server);
      g_assert_cmpstr (status, ==, rounds[i].status);
      g_assert_cmpuint (server.n_taken, ==, rounds[i].n_taken);
      g_assert_cmpuint (count_messages (fixture, "carl"), ==, rounds[i].n_notices);
      g_assert_nonnull (strstr (server.heard->str, "MAIL FROM:<choir-bounces@home.example>"));
      server_clear (&server);
    }
  notice = load_message (fixture, "carl");
  g_assert_nonnull (strstr (notice, "zoe@elsewhere.example\n"));
  g_assert_nonnull (strstr (notice, "no such user"));
  g_assert_null (strstr (notice, "yann@"));
}

static const struct
{
  const char *text;
  const char *complaint;
} settings[] = {
  { "kind=smtp", "uri" },
  { "kind=smtp\nuri=http://relay.example", "smtp://USER@" },
  { "kind=smtp\nuri=smtp://u:secret@relay.example\nsecret-file=s", "a file of its own" },
  { "kind=smtp\nuri=smtp://u@relay.example", "secret-file" },
  { "kind=smtp\nuri=smtp://u@relay.example\nsecret-file=s\ntls=none", "in clear" },
  { "kind=smtp\nuri=smtp://relay.example/path", "smtp://USER@" },
  { "kind=smtp\nuri=smtp://re_lay.example", "smtp://USER@" },
  { "kind=smtp\nuri=smtp://relay.example\ntimeout=0", "seconds" },
};

static void
test_settings (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->folder, "intimail.conf", NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (settings); i++)
    {
      g_autofree char *text = g_strdup_printf ("[site]\ndomains=home.example\n[transport]\n%s\n", settings[i].text);
      g_autoptr (IntimailSite) site = NULL;
      g_autoptr (GError) error = NULL;

      test_support_write_file (path, text);
      site = intimail_site_open (fixture->folder, &error);
      g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_FAILED);
      g_assert_nonnull (strstr (error->message, settings[i].complaint));
      g_assert_null (strstr (error->message, "secret@"));
    }
}

/* A password that others may read is none. */
static void
test_open_secret (Fixture *fixture, gconstpointer data)
{
  static const char *const recipients[] = { "bert@far.example", NULL };
  g_autofree char *path = g_build_filename (fixture->folder, "intimail.conf", NULL);
  g_autofree char *secret = g_build_filename (fixture->folder, "s", NULL);
  g_autoptr (IntimailSendReport) report = NULL;
  g_autoptr (GError) error = NULL;

  test_support_write_file (path, "[site]\ndomains=home.example\n[transport]\nkind=smtp\nuri=smtp://u@127.0.0.1:1\nsecret-file=s\n");
  test_support_write_file (secret, "password\n");
  g_assert_cmpint (g_chmod (secret, 0644), ==, 0);
  g_clear_object (&fixture->site);
  fixture_open (fixture);
  report = send (fixture, recipients, "From: anna@home.example\n\nx", INTIMAIL_SEND_FLAGS_NONE);
  g_assert_false (intimail_send_report_check (report, &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_UNAVAILABLE);
  g_assert_nonnull (strstr (error->message, "chmod 600"));
}

int
main (int argc, char *argv[])
{
  static const struct
  {
    const char *path;
    void (*test) (Fixture *, gconstpointer);
  } tests[] = {
    { "/relay/good", test_good },
    { "/relay/break-in-message", test_break_in_message },
    { "/relay/nobody-there", test_nobody_there },
    { "/relay/utf8", test_utf8 },
    { "/relay/cancel", test_cancel },
    { "/relay/async", test_async },
    { "/relay/list", test_list },
    { "/relay/settings", test_settings },
    { "/relay/open-secret", test_open_secret },
  };

  g_test_init (&argc, &argv, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, NULL, fixture_setup, tests[i].test, fixture_teardown);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/relay/case/", cases[i].name, NULL);

      g_test_add (path, Fixture, GSIZE_TO_POINTER (i), fixture_setup, test_case, fixture_teardown);
    }

  return g_test_run ();
}
