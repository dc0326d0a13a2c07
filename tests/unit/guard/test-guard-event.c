/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <intimail/intimail.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "test-support.h"

#define NOW G_GINT64_CONSTANT (1893456000)

static IntimailGuardEvent *
parse (const char *text, int code)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (text, strlen (text));
  g_autoptr (GError) error = NULL;
  IntimailGuardEvent *event = intimail_guard_event_new_from_report (bytes, &error);

  if (code < 0)
    g_assert_no_error (error);
  else
    g_assert_error (error, INTIMAIL_ERROR, code);

  return event;
}

static void
test_report (void)
{
  g_autofree char *folder = test_support_make_folder ("guard-event");
  g_autofree char *path = g_build_filename (folder, "events", NULL);
  g_autofree char *long_path = g_strnfill (200, 'x');
  g_autoptr (IntimailGuardEvent) event = intimail_guard_event_new (NOW, "2001:db8::1", "webmail", INTIMAIL_GUARD_KIND_BAD_PASSWORD, "an\"na\n", NULL);
  g_autoptr (IntimailGuardEvent) same = NULL;
  g_autoptr (IntimailGuard) guard = intimail_guard_new ();
  g_autoptr (GError) error = NULL;
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  char buffer[4096];
  gssize n;
  int peer;
  int fd = socket (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

  intimail_guard_event_set_password (event, "secret");
  g_assert_false (intimail_guard_event_report (event, path, &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_UNAVAILABLE);
  g_clear_error (&error);
  g_assert_false (intimail_guard_event_report (event, long_path, &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);
  g_strlcpy (address.sun_path, path, sizeof address.sun_path);
  g_assert_cmpint (bind (fd, (struct sockaddr *) &address, sizeof address), ==, 0);
  g_assert_cmpint (listen (fd, 5), ==, 0);
  g_assert_true (intimail_guard_event_report (event, path, &error));
  g_assert_no_error (error);
  peer = accept (fd, NULL, NULL);
  n = recv (peer, buffer, sizeof buffer - 1, 0);
  close (peer);
  g_assert_cmpint (n, >, 0);
  buffer[n] = '\0';
  g_assert_null (strstr (buffer, "secret"));
  same = parse (buffer, -1);
  g_assert_cmpstr (intimail_guard_event_get_address (same), ==, "2001:db8::1");
  g_assert_cmpstr (intimail_guard_event_get_service (same), ==, "webmail");
  g_assert_cmpstr (intimail_guard_event_get_account (same), ==, "an\"na\n");
  g_assert_cmpint (intimail_guard_event_get_kind (same), ==, INTIMAIL_GUARD_KIND_BAD_PASSWORD);
  g_assert_cmpint (intimail_guard_event_get_time (same), ==, NOW);
  /* The same wrong password is one failure, though it comes over the socket each time. */
  for (guint i = 0; i < 100; i++)
    {
      g_autoptr (IntimailGuardEvent) again = parse (buffer, -1);

      g_assert_null (intimail_guard_judge (guard, again, NOW + i));
    }
  /* Nobody reads: the program that tells waits for nobody. */
  while (intimail_guard_event_report (event, path, &error))
    continue;
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_UNAVAILABLE);
  close (fd);
  test_support_remove_folder (folder);
}

static void
test_wrong (void)
{
  static const char *const wrong[] = {
    "",
    "\n",
    "{}",
    "[]",
    "x",
    "{\"time\":\"2030-01-01T00:00:00Z\",\"address\":\"192.0.2.1\",\"service\":\"webmail\",\"kind\":\"bad-password\"}",
    "{\"time\":\"0030-01-01T00:00:00Z\",\"address\":\"192.0.2.1\",\"service\":\"webmail\",\"kind\":\"scan\",\"account\":\"a\"}",
    "{\"time\":\"9999-12-31T23:00:00-14:00\",\"address\":\"192.0.2.1\",\"service\":\"webmail\",\"kind\":\"scan\",\"account\":\"a\"}",
    "{\"time\":\"then\",\"address\":\"192.0.2.1\",\"service\":\"webmail\",\"kind\":\"bad-password\",\"account\":\"a\"}",
    "{\"time\":\"2030-01-01T00:00:00Z\",\"address\":\"192.0.2.0/24\",\"service\":\"webmail\",\"kind\":\"bad-password\",\"account\":\"a\"}",
    "{\"time\":\"2030-01-01T00:00:00Z\",\"address\":\"mail.example\",\"service\":\"webmail\",\"kind\":\"bad-password\",\"account\":\"a\"}",
    "{\"time\":\"2030-01-01T00:00:00Z\",\"address\":\"192.0.2.1\",\"service\":\"web mail\",\"kind\":\"bad-password\",\"account\":\"a\"}",
    "{\"time\":\"2030-01-01T00:00:00Z\",\"address\":\"192.0.2.1\",\"service\":\"webmail\",\"kind\":\"bad\",\"account\":\"a\"}",
    "{\"time\":\"2030-01-01T00:00:00Z\",\"address\":\"192.0.2.1\",\"service\":\"webmail\",\"kind\":\"bad-password\",\"account\":1}",
    "{\"time\":\"2030-01-01T00:00:00Z\",\"address\":\"192.0.2.1\",\"service\":\"webmail\",\"kind\":\"bad-password\",\"account\":\"a\"",
  };
  g_autofree char *large = g_strnfill (5000, 'x');

  for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++)
    g_assert_null (parse (wrong[i], INTIMAIL_ERROR_INVALID_ARGUMENT));
  g_assert_null (parse (large, INTIMAIL_ERROR_TOO_LARGE));
}

/* Whatever the bytes are, a name is UTF-8 of at most 256 bytes. */
static void
test_account (void)
{
  const struct
  {
    const char *unit;
    gsize before;
    gsize length;
  } cases[] = {
    { "a", 0, 256 },
    { "\xff", 0, 255 },
    { "\xc3\xa9", 0, 256 },
    { "\xc3\xa9", 1, 255 },
    { "\xe2\x82\xac", 2, 254 },
    { "\xf0\x9f\x98\x80", 3, 255 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GString) account = g_string_new (NULL);
      g_autoptr (IntimailGuardEvent) event = NULL;
      g_autoptr (IntimailGuardEvent) again = NULL;
      const char *name;

      for (gsize n = 0; n < cases[i].before; n++)
        g_string_append_c (account, 'x');
      for (gsize n = 0; n < 300; n++)
        g_string_append (account, cases[i].unit);
      event = intimail_guard_event_new (NOW, "192.0.2.1", "webmail", INTIMAIL_GUARD_KIND_SCAN, account->str, NULL);
      name = intimail_guard_event_get_account (event);
      g_assert_true (g_utf8_validate (name, -1, NULL));
      g_assert_cmpuint (strlen (name), <=, 256);
      g_assert_cmpuint (strlen (name), >=, cases[i].length - 3);
      again = intimail_guard_event_new (NOW, "192.0.2.1", "webmail", INTIMAIL_GUARD_KIND_SCAN, name, NULL);
      g_assert_cmpstr (intimail_guard_event_get_account (again), ==, name);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/guard-event/report", test_report);
  g_test_add_func ("/guard-event/account", test_account);
  g_test_add_func ("/guard-event/wrong", test_wrong);

  return g_test_run ();
}
