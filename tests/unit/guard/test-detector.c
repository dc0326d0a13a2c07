/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <glib/gstdio.h>
#include <json-glib/json-glib.h>
#include <string.h>

#include <intimail/intimail.h>

#include "test-support.h"

/* Where fail2ban's own tests hold the clock: 14 August 2005, noon in Zurich. */
#define NOW G_GINT64_CONSTANT (1124013600)

static IntimailDetector *
make_detector (gboolean aggressive)
{
  g_autoptr (IntimailDetector) detector = intimail_detector_new ();
  g_autoptr (GError) error = NULL;

  intimail_detector_load_builtin (detector, &error);
  g_assert_no_error (error);
  intimail_detector_set_aggressive (detector, aggressive);
  return g_steal_pointer (&detector);
}

static void
test_services (void)
{
  g_autoptr (IntimailDetector) detector = make_detector (FALSE);
  g_auto (GStrv) services = intimail_detector_list_services (detector);
  g_autofree char *names = g_strjoinv (" ", services);

  g_assert_cmpstr (names, ==, "dovecot webmail lighttpd nginx postfix roundcube slapd sshd");
}

/* The library has its own patterns without their examples. */
static void
test_examples (void)
{
  static const char *const folders[] = { "data/guard", "data/guard/more" };

  for (gsize i = 0; i < G_N_ELEMENTS (folders); i++)
    {
      g_autofree char *folder = g_build_filename (g_getenv ("INTIMAIL_SOURCE_ROOT"), folders[i], NULL);
      g_autoptr (IntimailDetector) detector = intimail_detector_new ();
      g_autoptr (GError) error = NULL;

      intimail_detector_load_folder (detector, folder, &error);
      g_assert_no_error (error);
    }
}

static void
test_load_service (void)
{
  static const char *const exim[] = { "exim", NULL };
  static const char line[] = "2013-06-12 03:18:11 login authenticator failed for (x) [192.0.2.1]: 535 Incorrect authentication data";
  g_autoptr (IntimailDetector) detector = make_detector (FALSE);
  g_autoptr (IntimailGuardEvent) event = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_null (intimail_detector_match (detector, line, -1, NOW));
  g_assert_false (intimail_detector_load_service (detector, "no-such", &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_true (intimail_detector_load_service (detector, "exim", &error));
  event = intimail_detector_match (detector, line, -1, NOW);
  g_assert_nonnull (event);
  g_assert_cmpstr (intimail_guard_event_get_address (event), ==, "192.0.2.1");
  g_assert_cmpint (intimail_guard_event_get_time (event), ==, 1370999891);
  g_clear_pointer (&event, intimail_guard_event_unref);
  intimail_detector_set_services (detector, (const char *const[]){ "sshd", NULL });
  g_assert_null (intimail_detector_match (detector, line, -1, NOW));
  intimail_detector_set_services (detector, exim);
  g_assert_null (intimail_detector_match (detector, "", -1, NOW));
  event = intimail_detector_match (detector, line, -1, NOW);
  g_assert_nonnull (event);
  g_assert_true (intimail_detector_load_service (detector, NULL, &error));
  g_assert_no_error (error);
}

/* What a peer writes, and whom the line may cost something: "" nobody. */
static const struct
{
  const char *name;
  const char *line;
  const char *address;
} tricks[] = {
  { "ssh-name", "Feb 25 14:34:10 h sshd[1]: Failed password for invalid user x from 203.0.113.99 port 1 ssh2 from 192.0.2.1 port 2 ssh2", "192.0.2.1" },
  { "ssh-name-6", "Feb 25 14:34:10 h sshd[1]: Invalid user x from 203.0.113.99 from 2001:db8::1 port 2", "2001:db8::1" },
  { "ssh-identification", "Feb 25 14:34:10 h sshd[1]: Bad protocol version identification 'x' from 203.0.113.99 port 9' from 192.0.2.1 port 2", "192.0.2.1" },
  { "ssh-reason", "Feb 25 14:34:10 h sshd[1]: Received disconnect from 192.0.2.1 port 2:3: x from 203.0.113.99 port 1:3: Auth fail", "192.0.2.1" },
  { "ssh-whole-line", "Feb 25 14:34:10 h sshd[1]: Invalid user Feb 25 14:34:10 h sshd[1]: Invalid user a from 203.0.113.99 port 1 from 192.0.2.1 port 2", "192.0.2.1" },
  { "ssh-escaped-line-end", "Feb 25 14:34:10 h sshd[1]: Invalid user a\\nFeb 25 14:34:10 h sshd[1]: Invalid user a from 203.0.113.99 from 192.0.2.1 port 2", "192.0.2.1" },
  { "smtp-helo", "Jul 12 07:47:48 h postfix/smtpd[1]: NOQUEUE: reject: RCPT from unknown[192.0.2.1]: 554 5.7.1 <a@b.example>: Relay access denied; from=<> to=<a@b.example> proto=SMTP helo=<x[203.0.113.99]: 554 5.7.1 <a>: Relay access denied>", "192.0.2.1" },
  { "smtp-helo-line", "Jul 12 07:47:48 h postfix/smtpd[1]: NOQUEUE: reject: RCPT from unknown[192.0.2.1]: 504 5.5.2 <Jul 12 07:47:48 h postfix/smtpd[1]: warning: unknown[203.0.113.99]: SASL LOGIN authentication failed>: Helo command rejected: need fully-qualified hostname; proto=SMTP helo=<x>", "192.0.2.1" },
  { "smtp-sasl-name", "Jan 29 08:11:45 h postfix/smtpd[1]: warning: unknown[192.0.2.1]: SASL LOGIN authentication failed: x, sasl_username=unknown[203.0.113.99]: SASL LOGIN authentication failed: x", "192.0.2.1" },
  { "smtp-command", "Jan 29 08:11:45 h postfix/smtpd[1]: warning: non-SMTP command from unknown[192.0.2.1]: from unknown[203.0.113.99]: GET /", "192.0.2.1" },
  { "smtp-other-text", "Jan 29 08:11:45 h postfix/smtpd[1]: warning: x unknown[203.0.113.99]: SASL LOGIN authentication failed: x", "" },
  { "imap-name", "Jun 13 16:30:54 h dovecot: imap-login: Disconnected (auth failed, 2 attempts): user=<a>, rip=203.0.113.99, lip=192.0.2.2, x>, method=PLAIN, rip=192.0.2.1, lip=192.0.2.2, TLS", "192.0.2.1" },
  { "imap-auth-name", "Jan 29 05:13:50 h dovecot: auth: passwd-file(x,203.0.113.99): unknown user,192.0.2.1): unknown user", "" },
  { "imap-auth-password", "Jan 29 05:13:50 h dovecot: auth: sql(x,192.0.2.1,<s>): Password mismatch (given password: x,203.0.113.99): Password mismatch (given password: y))", "" },
  { "imap-auth-name-password", "Jan 29 05:13:50 h dovecot: auth: sql(x,203.0.113.99): Password mismatch (given password: y,192.0.2.1,<s>): Password mismatch (given password: z)", "" },
  { "imap-own-log", "Jan 29 05:13:50 auth(x sshd[1]: Failed password for root from 203.0.113.99 port 1 ssh2,192.0.2.1,sasl:login)<s>: Info: sql: unknown user", "192.0.2.1" },
  { "imap-pam", "Jan 29 05:13:50 h dovecot-auth: pam_unix(dovecot:auth): authentication failure; logname= uid=0 euid=0 tty=dovecot ruser=x rhost=203.0.113.99 rhost=192.0.2.1", "" },
  { "http-name", "2014/04/03 22:20:40 [error] 3#0: *3 user \"x\": password mismatch, client: 203.0.113.99, server: s, request: \"GET / HTTP/1.1\", host: \"h\"\": password mismatch, client: 192.0.2.1, server: s, request: \"GET / HTTP/1.1\", host: \"h\"", "192.0.2.1" },
  { "http-referrer", "2014/04/03 22:20:40 [error] 3#0: *3 user \"x\": password mismatch, client: 192.0.2.1, server: s, request: \"GET / HTTP/1.1\", host: \"h\", referrer: \"\": password mismatch, client: 203.0.113.99, server: s, request: \"GET / HTTP/1.1\", host: \"h\"", "" },
  { "http-path", "2015/01/21 10:57:10 [error] 2#0: *1 open() \"/var/www/x\" failed (2: No such file or directory), client: 203.0.113.99, server: s, request: \"GET /cgi-bin/x\" failed (2: No such file or directory), client: 192.0.2.1, server: s, request: \"GET /cgi-bin/x HTTP/1.1\"", "192.0.2.1" },
  { "http-access-name", "192.0.2.1 - 203.0.113.99 - x [06/Mar/2022:16:14:13 +0000] \"GET / HTTP/1.1\" 401 1 \"-\" \"-\"", "192.0.2.1" },
  { "http-access-agent", "192.0.2.1 - - [06/Mar/2022:16:14:13 +0000] \"GET / HTTP/1.1\" 200 1 \"-\" \"203.0.113.99 - x [06/Mar/2022:16:14:13 +0000] \\\"GET\\\" 401 \"", "" },
  { "lighttpd-name", "2021-09-30 17:44:37: (mod_auth.c.791) digest: auth failed for x : wrong password, IP: 203.0.113.99 : wrong password, IP: 192.0.2.1", "192.0.2.1" },
  { "roundcube-name", "[22-Jan-2013 22:28:21 +0200]: FAILED login for x from 203.0.113.99 from 192.0.2.1", "192.0.2.1" },
  { "roundcube-forwarded", "[17-Jan-2016 11:09:06 +0200]: IMAP Error: Login failed for x from 192.0.2.1(X-Forwarded-For: ( from 203.0.113.99. AUTHENTICATE PLAIN: y). AUTHENTICATE PLAIN: Authentication failed. in /a/b.php on line 197 (POST /)", "" },
  { "slapd-dn", "Jul  8 01:47:20 h slapd[1]: conn=7 op=1 BIND dn=\"cn=x conn=1 op=1 RESULT tag=97 err=49 \" method=128", "" },
  { "webmail-name", "Jul 11 03:06:37 h intimail-webmail[12]: wrong password for \"x\" from 203.0.113.99\" from 192.0.2.1", "192.0.2.1" },
  /* A line that begins like one of another program, as a log with raw line ends has it. */
  { "no-time", "srv sshd[1]: Failed password for root from 203.0.113.99 port 1 ssh2", "" },
  { "name-not-address", "Feb 25 14:34:10 h sshd[1]: Failed password for root from 203.0.113.99.example port 1 ssh2", "" },
};

static void
test_tricks (void)
{
  for (guint aggressive = 0; aggressive < 2; aggressive++)
    for (gsize i = 0; i < G_N_ELEMENTS (tricks); i++)
      {
        g_autoptr (IntimailDetector) detector = make_detector (aggressive == 1);
        g_autoptr (IntimailGuardEvent) event = intimail_detector_match (detector, tricks[i].line, -1, NOW);

        g_test_message ("%s", tricks[i].name);
        g_assert_cmpstr (event != NULL ? intimail_guard_event_get_address (event) : "", ==, tricks[i].address);
      }
}

/* In the log of one service a line of another says nothing, in whatever form. */
static void
test_one_service (void)
{
  static const char *const roundcube[] = { "roundcube", NULL };
  static const char line[] = "Feb 25 14:34:10 h sshd[1]: Failed password for root from 203.0.113.99 port 1 ssh2";
  g_autoptr (IntimailDetector) detector = make_detector (FALSE);
  g_autoptr (IntimailGuardEvent) event = NULL;

  intimail_detector_set_services (detector, roundcube);
  g_assert_null (intimail_detector_match (detector, line, -1, NOW));
  intimail_detector_set_services (detector, NULL);
  event = intimail_detector_match (detector, line, -1, NOW);
  g_assert_nonnull (event);
}

static void
test_long_line (void)
{
  g_autoptr (IntimailDetector) detector = make_detector (FALSE);
  g_autoptr (IntimailGuardEvent) event = NULL;

  for (guint length = 16000; length < 17000; length += 500)
    {
      g_autofree char *name = g_strnfill (length, 'a');
      g_autofree char *line = g_strdup_printf ("Feb 25 14:34:10 h sshd[1]: Invalid user %s from 192.0.2.1 port 1", name);

      g_clear_pointer (&event, intimail_guard_event_unref);
      event = intimail_detector_match (detector, line, -1, NOW);
      g_assert_true ((event != NULL) == (strlen (line) <= 16384));
      if (event != NULL)
        g_assert_cmpuint (strlen (intimail_guard_event_get_account (event)), ==, 256);
    }
}

static void
count_event (IntimailGuardEvent *event, guint line, gpointer user_data)
{
  guint *last = user_data;

  *last = line;
}

static void
test_scan (void)
{
  static const char text[] = "x\r\n\nFeb 25 14:34:10 h sshd[1]: Invalid user a from 192.0.2.1 port 1\r\nFeb 25 14:";
  g_autoptr (IntimailDetector) detector = make_detector (FALSE);
  guint line = 0;
  gsize done = intimail_detector_scan (detector, (const guint8 *) text, strlen (text), NOW, count_event, &line);

  g_assert_cmpstr (text + done, ==, "Feb 25 14:");
  g_assert_cmpuint (line, ==, 3);
  g_assert_cmpuint (intimail_detector_get_lines (detector), ==, 3);
}

static const struct
{
  const char *text;
  const char *error;
} mistakes[] = {
  { "", "x.conf:0: no service is named" },
  { "service = x\n", "x.conf:1: no program is named" },
  { "service = x\nprogram = x\n[a]\ncontains = abc\n", "x.conf:4: [a] has no match" },
  { "service = x\nprogram = x\n[a]\nmatch = abc\n", "x.conf:4: [a] has no contains: name a text of at least 3 bytes that each line has" },
  { "service = x\nprogram = x\n[a]\ncontains = ab\n", "x.conf:4: contains is a text of at least 3 bytes, at most 16 times" },
  { "service = x\nprogram = x\n[a]\nmatch = (\ncontains = abc\n", "x.conf:5: [a] match, at byte 1: missing closing parenthesis" },
  { "service = x\nprogram = x\n[a]\nmatch = %b%\n", "x.conf:4: \"%b%\" is not defined; a percent sign is written \\x25" },
  { "service = x\nprogram = x\n[a]\nweight = 101\n", "x.conf:4: weight is a number from 0 to 100" },
  { "service = x\nprogram = x\n[a]\nkind = b\n", "x.conf:4: kind is bad-password, unknown-user, relay-attempt, protocol-abuse, scan or sign-in" },
  { "service = x\nprogram = x\n[a\n", "x.conf:3: a pattern begins with [name]" },
  { "service = x\nb\n", "x.conf:2: neither [name] nor key = value" },
  { "service = x\nprogram = x\n[a]\nmatch = abc %address%\ncontains = abc\nexample = 192.0.2.1 Feb 25 14:34:10 h x: abc 192.0.2.2\n", "x.conf:6: the example of [a] gives 192.0.2.2, not 192.0.2.1" },
  { "service = x\nprogram = x\n[a]\nmatch = abc %address%\ncontains = abc\ncounterexample = Feb 25 14:34:10 h x: abc 192.0.2.2\n", "x.conf:6: the example of [a] gives 192.0.2.2, not nothing" },
};

static void
test_mistakes (void)
{
  g_autofree char *folder = g_dir_make_tmp (NULL, NULL);
  g_autofree char *path = g_build_filename (folder, "x.conf", NULL);
  g_autofree char *prefix = g_strconcat (folder, "/", NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (mistakes); i++)
    {
      g_autoptr (IntimailDetector) detector = intimail_detector_new ();
      g_autoptr (GError) error = NULL;

      g_assert_true (g_file_set_contents (path, mistakes[i].text, -1, NULL));
      g_assert_false (intimail_detector_load_folder (detector, folder, &error));
      g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT);
      g_assert_true (g_str_has_prefix (error->message, prefix));
      g_assert_cmpstr (error->message + strlen (prefix), ==, mistakes[i].error);
    }
  g_assert_cmpint (g_remove (path), ==, 0);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

/* An administrator's file stands for ours. */
static void
test_replace (void)
{
  g_autofree char *folder = g_dir_make_tmp (NULL, NULL);
  g_autofree char *path = g_build_filename (folder, "x.conf", NULL);
  g_autoptr (IntimailDetector) detector = make_detector (FALSE);
  g_autoptr (IntimailGuardEvent) event = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (path, "service = sshd\nprogram = sshd\n[a]\nmatch = abc %address%\ncontains = abc\nweight = 3\n", -1, NULL));
  g_assert_true (intimail_detector_load_file (detector, path, &error));
  g_assert_no_error (error);
  g_assert_null (intimail_detector_match (detector, "Feb 25 14:34:10 h sshd[1]: Invalid user a from 192.0.2.1 port 1", -1, NOW));
  event = intimail_detector_match (detector, "Feb 25 14:34:10 h sshd[1]: abc 192.0.2.1", -1, NOW);
  g_assert_nonnull (event);
  g_assert_cmpfloat (intimail_guard_event_get_weight (event), ==, 3);
  g_assert_cmpint (g_remove (path), ==, 0);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

typedef struct
{
  const char *name;
  IntimailDetector *detectors[2]; /* normal, aggressive */
  gboolean is_normal;             /* the expectations are of the normal mode */
  JsonObject *expected;           /* of the next line, or NULL */
  guint n;
  guint n_right;
} Corpus;

static JsonNode *
parse_comment (const char *line, const char *key)
{
  const char *at = strstr (line, key);

  return at != NULL && line[0] == '#' ? json_from_string (at + strlen (key), NULL) : NULL;
}

static void
read_options (Corpus *self, JsonNode *node)
{
  g_autofree char *text = json_to_string (node, FALSE);

  self->is_normal = strstr (text, "mode") == NULL || strstr (text, "{}") != NULL || strstr (text, "\"normal\"") != NULL;
}

static const char *
get_string (JsonObject *object, const char *key)
{
  return json_object_has_member (object, key) ? json_object_get_string_member (object, key) : NULL;
}

static gboolean
is_address (const char *host)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (host);

  return address != NULL;
}

/* "2005-07-12T07:47:48" of Zurich; one digit is missing in the day of some. */
static gboolean
is_time (const char *text, gint64 seconds)
{
  g_autoptr (GDateTime) date = g_date_time_new_from_unix_local (seconds);
  g_autofree char *is = g_date_time_format (date, "%Y-%m-%dT%H:%M:%S");
  g_autofree char *short_is = g_date_time_format (date, "%Y-%m-%-dT%H:%M:%S");

  return g_str_equal (is, text) || g_str_equal (short_is, text);
}

static gboolean
is_right (JsonObject *expected, IntimailGuardEvent *event)
{
  gboolean match = expected != NULL && json_object_get_boolean_member (expected, "match");
  const char *host = expected != NULL ? get_string (expected, "host") : NULL;
  const char *time = expected != NULL ? get_string (expected, "time") : NULL;

  if (event != NULL && intimail_guard_event_get_kind (event) == INTIMAIL_GUARD_KIND_SIGN_IN)
    event = NULL;
  if (!match)
    return event == NULL;
  if (host == NULL)
    host = get_string (expected, "ip4") != NULL ? get_string (expected, "ip4") : get_string (expected, "ip6");
  if (host != NULL && !is_address (host))
    return event == NULL;

  return event != NULL && (host == NULL || g_str_equal (host, intimail_guard_event_get_address (event))) &&
         (time == NULL || is_time (time, intimail_guard_event_get_time (event)));
}

static void
judge_line (Corpus *self, const char *line)
{
  g_autoptr (IntimailGuardEvent) normal = intimail_detector_match (self->detectors[0], line, -1, NOW);
  g_autoptr (IntimailGuardEvent) aggressive = intimail_detector_match (self->detectors[1], line, -1, NOW);
  const char *constraint = self->expected != NULL ? get_string (self->expected, "constraint") : NULL;
  gboolean match = self->expected != NULL && json_object_get_boolean_member (self->expected, "match");
  gboolean right;

  if (constraint != NULL && strstr (constraint, "== 'aggressive'") != NULL)
    right = is_right (self->expected, aggressive);
  else
    right = is_right (self->expected, normal) || (match && !self->is_normal && is_right (self->expected, aggressive));
  self->n++;
  self->n_right += right ? 1 : 0;
  if (!right)
    g_test_message ("%s: %s\n  gives %s", self->name, line, normal != NULL ? intimail_guard_event_get_address (normal) : "nothing");
  g_clear_pointer (&self->expected, json_object_unref);
}

static void
judge_file (const char *folder, const char *name, guint *n, guint *n_right)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;
  Corpus corpus = { .name = name, .is_normal = TRUE };

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; i < 2; i++)
    {
      corpus.detectors[i] = make_detector (i == 1);
      intimail_detector_set_untimed (corpus.detectors[i], TRUE);
    }
  for (char **line = lines; *line != NULL; line++)
    {
      g_autoptr (JsonNode) options = parse_comment (*line, "filterOptions:");
      g_autoptr (JsonNode) expected = parse_comment (*line, "failJSON:");

      if (options != NULL)
        read_options (&corpus, options);
      else if (expected != NULL)
        {
          g_clear_pointer (&corpus.expected, json_object_unref);
          corpus.expected = json_object_ref (json_node_get_object (expected));
        }
      else if (**line != '\0' && **line != '#')
        judge_line (&corpus, *line);
    }
  g_clear_pointer (&corpus.expected, json_object_unref);
  g_object_unref (corpus.detectors[0]);
  g_object_unref (corpus.detectors[1]);
  g_test_message ("%s: %u of %u lines agree", name, corpus.n_right, corpus.n);
  *n += corpus.n;
  *n_right += corpus.n_right;
}

static void
test_corpora (void)
{
  static const char *const names[] = { "postfix", "dovecot", "sshd", "sshd-journal", "slapd", "roundcube-auth", "lighttpd-auth", "nginx-http-auth",
                                       "nginx-limit-req", "nginx-forbidden", "nginx-bad-request", "nginx-botsearch" };
  const char *corpora = test_support_get_corpora ();
  g_autofree char *folder = NULL;
  guint n = 0;
  guint n_right = 0;

  if (corpora == NULL)
    {
      g_test_message ("INTIMAIL_CORPORA names no folder: the examples of the patterns stand for it");
      return;
    }
  folder = g_build_filename (corpora, "logs", "fail2ban", NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    judge_file (folder, names[i], &n, &n_right);
  g_test_message ("all: %u of %u lines agree", n_right, n);
  g_assert_cmpuint (n_right, ==, n);
}

int
main (int argc, char **argv)
{
  g_setenv ("TZ", "Europe/Zurich", TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/detector/services", test_services);
  g_test_add_func ("/detector/examples", test_examples);
  g_test_add_func ("/detector/load-service", test_load_service);
  g_test_add_func ("/detector/tricks", test_tricks);
  g_test_add_func ("/detector/one-service", test_one_service);
  g_test_add_func ("/detector/long-line", test_long_line);
  g_test_add_func ("/detector/scan", test_scan);
  g_test_add_func ("/detector/mistakes", test_mistakes);
  g_test_add_func ("/detector/replace", test_replace);
  g_test_add_func ("/detector/corpora", test_corpora);

  return g_test_run ();
}
