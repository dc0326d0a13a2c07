/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "delivery-fixture.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#define MESSAGE "From: anna@home.example\nBcc: carl@home.example\nSubject: x\n\n.\nhello"
#define SENT "From: anna@home.example\nSubject: x\n\n.\nhello"

static gboolean
send (Fixture *self, const char *sender, const char *const *recipients, GCancellable *cancellable, GError **error)
{
  IntimailTransport *transport = intimail_transport_new (self->site);
  g_autoptr (GBytes) message = g_bytes_new_static (MESSAGE, strlen (MESSAGE));
  gboolean sent = intimail_transport_send (transport, sender, recipients, message, cancellable, error);

  test_support_assert_finalized (transport);
  return sent;
}

static void
test_sendmail (Fixture *fixture, gconstpointer data)
{
  static const char *const recipients[] = { "-oX@elsewhere.example", "b c@x.example", "bert@home.example", NULL };
  static const char *const good[] = { "-oX@elsewhere.example", "bert@home.example", NULL };
  g_autofree char *end = g_strdup_printf ("cat > %s/message", fixture->folder);
  g_autofree char *program = make_program (fixture, end);
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) bad = NULL;

  set_transport (fixture, "sendmail", program);
  g_assert_false (send (fixture, "anna@home.example", recipients, NULL, &bad));
  g_assert_error (bad, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT);
  send (fixture, "anna@home.example", good, NULL, &error);
  g_assert_no_error (error);
  assert_file (fixture, "arguments", "-i\n-f\nanna@home.example\n--\n-oX@elsewhere.example\nbert@home.example\n");
  assert_file (fixture, "message", SENT);
}

static const struct
{
  const char *end;
  IntimailError code;
} exits[] = {
  { "cat >/dev/null; echo busy >&2; exit 75", INTIMAIL_ERROR_FAILED },
  { "cat >/dev/null; exit 67", INTIMAIL_ERROR_NOT_FOUND },
  { "cat >/dev/null; exit 65", INTIMAIL_ERROR_INVALID_ARGUMENT },
  { "cat >/dev/null; exit 77", INTIMAIL_ERROR_PERMISSION_DENIED },
  { "cat >/dev/null; exit 64", INTIMAIL_ERROR_FAILED },
  { "cat >/dev/null; exit 78", INTIMAIL_ERROR_FAILED },
  { "cat >/dev/null; exit 1", INTIMAIL_ERROR_FAILED },
  { "kill -9 $$", INTIMAIL_ERROR_UNCERTAIN },
};

static void
test_exits (Fixture *fixture, gconstpointer data)
{
  static const char *const recipients[] = { "bert@home.example", NULL };

  for (gsize i = 0; i < G_N_ELEMENTS (exits); i++)
    {
      g_autofree char *program = make_program (fixture, exits[i].end);
      g_autoptr (GError) error = NULL;

      set_transport (fixture, "sendmail", program);
      g_assert_false (send (fixture, "", recipients, NULL, &error));
      g_assert_error (error, INTIMAIL_ERROR, (int) exits[i].code);
      if (i == 0)
        g_assert_nonnull (strstr (error->message, "busy"));
    }
}

/* More than a pipe holds, to a program that reads none of it. */
static void
test_deaf_program (Fixture *fixture, gconstpointer data)
{
  static const char *const recipients[] = { "bert@home.example", NULL };
  g_autofree char *program = make_program (fixture, "exit 75");
  g_autofree char *text = g_strnfill (1024 * 1024, 'x');
  g_autoptr (GBytes) message = g_bytes_new_static (text, strlen (text));
  IntimailTransport *transport;
  g_autoptr (GError) error = NULL;

  set_transport (fixture, "sendmail", program);
  signal (SIGPIPE, SIG_DFL);
  transport = intimail_transport_new (fixture->site);
  g_assert_false (intimail_transport_send (transport, "", recipients, message, NULL, &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_FAILED);
  test_support_assert_finalized (transport);
}

/* We are killed while the program has read nothing yet of more than a pipe holds: what it
 * gets is the whole message all the same. */
static void
test_kill (Fixture *fixture, gconstpointer data)
{
  static const char *const recipients[] = { "bert@home.example", NULL };
  g_autofree char *end = g_strdup_printf ("cd %s; : > begun; while [ ! -e go ]; do sleep 0.01; done; cat > part; mv part message", fixture->folder);
  g_autofree char *program = make_program (fixture, end);
  g_autofree char *begun = g_build_filename (fixture->folder, "begun", NULL);
  g_autofree char *go = g_build_filename (fixture->folder, "go", NULL);
  g_autofree char *got = g_build_filename (fixture->folder, "message", NULL);
  g_autofree char *text = g_strnfill (1024 * 1024, 'x');
  pid_t child;
  int status;

  set_transport (fixture, "sendmail", program);
  child = fork ();
  if (child == 0)
    {
      g_autoptr (GBytes) message = g_bytes_new_static (text, strlen (text));
      g_autoptr (IntimailTransport) transport = intimail_transport_new (fixture->site);

      intimail_transport_send (transport, "", recipients, message, NULL, NULL);
      _exit (0);
    }
  while (!g_file_test (begun, G_FILE_TEST_EXISTS))
    g_usleep (1000);
  kill (child, SIGKILL);
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_true (WIFSIGNALED (status));
  test_support_write_file (go, "go\n");
  while (!g_file_test (got, G_FILE_TEST_EXISTS))
    g_usleep (1000);
  assert_file (fixture, "message", text);
}

static void
test_missing_program (Fixture *fixture, gconstpointer data)
{
  static const char *const recipients[] = { "bert@home.example", NULL };
  g_autoptr (GError) error = NULL;

  set_transport (fixture, "sendmail", "/nonexistent/sendmail");
  g_assert_false (send (fixture, "anna@home.example", recipients, NULL, &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_FAILED);
  g_assert_nonnull (strstr (error->message, "command="));
}

static gpointer
cancel_soon (gpointer data)
{
  g_usleep (100 * 1000);
  g_cancellable_cancel (data);
  return NULL;
}

static void
test_cancel (Fixture *fixture, gconstpointer data)
{
  static const char *const recipients[] = { "bert@home.example", NULL };
  g_autofree char *program = make_program (fixture, "exec sleep 60");
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  GThread *thread;

  set_transport (fixture, "sendmail", program);
  thread = g_thread_new ("cancel", cancel_soon, cancellable);
  g_assert_false (send (fixture, "anna@home.example", recipients, cancellable, &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_UNCERTAIN);
  g_thread_join (thread);
}

/* It has five times what an answer has; then it is ended, and nobody knows what it did. */
static void
test_slow_program (Fixture *fixture, gconstpointer data)
{
  static const char *const recipients[] = { "bert@home.example", NULL };
  g_autofree char *program = make_program (fixture, "cat >/dev/null; exec sleep 60");
  g_autofree char *path = g_build_filename (fixture->folder, "intimail.conf", NULL);
  g_autofree char *text = g_strdup_printf ("[site]\ndomains=home.example\n[transport]\ncommand=%s\ntimeout=1\n", program);
  g_autoptr (GError) error = NULL;

  test_support_write_file (path, text);
  g_clear_object (&fixture->site);
  fixture_open (fixture);
  g_assert_false (send (fixture, "anna@home.example", recipients, NULL, &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_UNCERTAIN);
  g_assert_nonnull (strstr (error->message, "in time"));
}

static void
test_local (Fixture *fixture, gconstpointer data)
{
  static const char *const recipients[] = { "bert@home.example", "carl@home.example", NULL };
  static const char *const abroad[] = { "bert@home.example", "x@elsewhere.example", NULL };
  static const char *const unknown[] = { "bert@home.example", "nobody@home.example", NULL };
  static const char *const none[] = { NULL };
  g_autofree char *message = NULL;
  g_autoptr (GError) error = NULL;

  set_transport (fixture, "local", NULL);
  g_assert_false (send (fixture, "anna@home.example", abroad, NULL, &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_SUPPORTED);
  g_assert_nonnull (strstr (error->message, "x@elsewhere.example"));
  g_clear_error (&error);
  g_assert_false (send (fixture, "anna@home.example", unknown, NULL, &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_false (send (fixture, "anna@home.example", none, NULL, &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);
  g_assert_cmpuint (count_messages (fixture, "bert"), ==, 0);

  send (fixture, "anna@home.example", recipients, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (count_messages (fixture, "carl"), ==, 1);
  message = load_message (fixture, "bert");
  g_assert_true (g_str_has_prefix (message, "Return-Path: <anna@home.example>\nReceived: by "));
  g_assert_true (g_str_has_suffix (message, "\n" SENT));
}

int
main (int argc, char *argv[])
{
  static const struct
  {
    const char *path;
    void (*test) (Fixture *, gconstpointer);
  } tests[] = {
    { "/transport/sendmail", test_sendmail },
    { "/transport/exits", test_exits },
    { "/transport/deaf-program", test_deaf_program },
    { "/transport/kill", test_kill },
    { "/transport/missing-program", test_missing_program },
    { "/transport/cancel", test_cancel },
    { "/transport/slow-program", test_slow_program },
    { "/transport/local", test_local },
  };

  g_test_init (&argc, &argv, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, NULL, fixture_setup, tests[i].test, fixture_teardown);

  return g_test_run ();
}
