/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <glib/gstdio.h>
#include <string.h>

#include <intimail/intimail.h>

#include "guard/intimail-guard-event-private.h"
#include "guard/intimail-guard-state-private.h"
#include "test-support.h"

/* 2030 */
#define NOW G_GINT64_CONSTANT (1893456000)
#define DAY 86400

static guint n_messages;
static guint n_warnings;

/* What the guard tells is counted, and is no failure of a test. */
static GLogWriterOutput
count_told (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer user_data)
{
  if ((level & (G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL)) != 0)
    return g_log_writer_default (level, fields, n_fields, user_data);
  n_messages += (level & G_LOG_LEVEL_MESSAGE) != 0;
  n_warnings += (level & G_LOG_LEVEL_WARNING) != 0;

  return G_LOG_WRITER_HANDLED;
}

static IntimailBan *
fail_with (IntimailGuard *guard, const char *address, const char *account, const char *password, gint64 now)
{
  g_autoptr (IntimailGuardEvent) event = intimail_guard_event_new (now, address, "sshd", INTIMAIL_GUARD_KIND_BAD_PASSWORD, account, NULL);

  if (password != NULL)
    intimail_guard_event_set_password (event, password);

  return intimail_guard_judge (guard, event, now);
}

/* Fails @n times, @step seconds apart; the seconds from the first to the ban, or -1. */
static gint64
attack (IntimailGuard *guard, const char *address, const char *account, guint n, guint step, gint64 now)
{
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (IntimailBan) ban = fail_with (guard, address, account, NULL, now + (gint64) i * step);

      if (ban != NULL)
        return (gint64) i * step;
    }

  return -1;
}

static void
test_window (void)
{
  g_autoptr (IntimailGuard) guard = intimail_guard_new ();

  g_assert_cmpint (attack (guard, "192.0.2.1", "root", 4, 1, NOW), ==, -1);
  g_assert_cmpint (attack (guard, "192.0.2.2", "root", 5, 1, NOW), ==, 4);
  g_assert_cmpint (attack (guard, "192.0.2.3", "root", 5, 110, NOW), ==, 440);
  g_assert_cmpint (attack (guard, "192.0.2.4", "root", 14, 1800, NOW), ==, -1);
  /* A slow one reaches the limit of the day. */
  g_assert_cmpint (attack (guard, "192.0.2.5", "root", 20, 900, NOW), ==, 14 * 900);
  /* Four, and four when they count no more. */
  g_assert_cmpint (attack (guard, "192.0.2.1", "root", 4, 1, NOW + 600), ==, -1);
}

/* Accounts are told apart by sixteen bits, with a secret of the process: of some that an
 * attacker tries two may count as one, and these do not. */
static GPtrArray *
make_accounts (guint n)
{
  GPtrArray *accounts = g_ptr_array_new_with_free_func (g_free);
  guint seen = 0;

  for (guint i = 0; accounts->len < n; i++)
    {
      g_autofree char *account = g_strdup_printf ("user%u", i);
      guint bit = 1u << (intimail_guard_hash (account, strlen (account)) >> 1) % 16;

      if ((seen & bit) == 0)
        g_ptr_array_add (accounts, g_steal_pointer (&account));
      seen |= bit;
    }
  return accounts;
}

static void
test_weights (void)
{
  g_autoptr (GPtrArray) accounts = make_accounts (10);
  g_autoptr (IntimailGuard) guard = intimail_guard_new ();
  guint n;

  for (n = 1; n < 10; n++)
    {
      g_autoptr (IntimailBan) ban = fail_with (guard, "192.0.2.1", accounts->pdata[n], NULL, NOW);

      if (ban != NULL)
        break;
    }
  g_assert_cmpuint (n, ==, 4);
  for (n = 0; n < 100; n++)
    {
      g_autoptr (IntimailGuardEvent) event = intimail_guard_event_new (NOW, "192.0.2.9", "sshd", INTIMAIL_GUARD_KIND_SCAN, "", NULL);
      g_autoptr (IntimailBan) ban = intimail_guard_judge (guard, event, NOW);

      if (ban != NULL)
        break;
    }
  g_assert_cmpuint (n, ==, 19);
}

/* A telephone repeats one wrong password for days; a guess is another each time. */
static void
test_same_password (void)
{
  g_autoptr (IntimailGuard) guard = intimail_guard_new ();
  guint n;

  for (n = 0; n < 1000; n++)
    {
      g_autoptr (IntimailBan) ban = fail_with (guard, "192.0.2.1", "anna", "old password", NOW + n);

      g_assert_null (ban);
    }
  for (n = 0; n < 10; n++)
    {
      g_autofree char *password = g_strdup_printf ("guess %u", n);
      g_autoptr (IntimailBan) ban = fail_with (guard, "192.0.2.2", "anna", password, NOW + n);

      if (ban != NULL)
        break;
    }
  g_assert_cmpuint (n, ==, 4);
}

static void
test_longer (void)
{
  g_autoptr (IntimailGuard) guard = intimail_guard_new ();
  gint64 now = NOW;
  gint64 expected = 600;

  for (guint i = 1; i < 15; i++)
    {
      g_autoptr (IntimailBan) ban = NULL;

      g_assert_cmpint (attack (guard, "192.0.2.1", "root", 5, 0, now), ==, 0);
      ban = intimail_guard_lookup_ban (guard, "192.0.2.1", now);
      g_assert_nonnull (ban);
      g_assert_cmpint (intimail_ban_get_until (ban) - intimail_ban_get_since (ban), ==, MIN (expected, 604800));
      g_assert_cmpuint (intimail_ban_get_count (ban), ==, i);
      /* While it lasts, nothing new. */
      g_assert_cmpint (attack (guard, "192.0.2.1", "root", 20, 0, now + 1), ==, -1);
      now = intimail_ban_get_until (ban);
      g_assert_null (intimail_guard_lookup_ban (guard, "192.0.2.1", now));
      expected *= 2;
    }
  /* Two are forgotten in sixty days, all in the end. */
  now += 60 * DAY;
  g_assert_cmpint (attack (guard, "192.0.2.1", "root", 5, 0, now), ==, 0);
  {
    g_autoptr (IntimailBan) ban = intimail_guard_lookup_ban (guard, "192.0.2.1", now);

    g_assert_cmpuint (intimail_ban_get_count (ban), ==, 13);
  }
  now += 400 * DAY;
  intimail_guard_expire (guard, now);
  g_assert_cmpint (attack (guard, "192.0.2.1", "root", 5, 0, now), ==, 0);
  {
    g_autoptr (IntimailBan) ban = intimail_guard_lookup_ban (guard, "192.0.2.1", now);

    g_assert_cmpuint (intimail_ban_get_count (ban), ==, 1);
  }
}

static void
test_v4_network (void)
{
  g_autoptr (IntimailGuard) guard = intimail_guard_new ();
  g_autoptr (IntimailBan) before = NULL;
  g_autoptr (IntimailBan) after = NULL;

  for (guint i = 1; i <= 40; i++)
    {
      g_autofree char *address = g_strdup_printf ("192.0.2.%u", i);
      g_autoptr (IntimailBan) neighbour = intimail_guard_lookup_ban (guard, "192.0.2.200", NOW);

      if (i <= 4)
        g_assert_null (neighbour);
      if (neighbour != NULL)
        break;
      attack (guard, address, "root", 5, 0, NOW);
    }
  after = intimail_guard_lookup_ban (guard, "192.0.2.200", NOW);
  g_assert_nonnull (after);
  g_assert_cmpstr (intimail_ban_get_address (after), ==, "192.0.2.0/24");
  before = intimail_guard_lookup_ban (guard, "192.0.3.200", NOW);
  g_assert_null (before);
}

/* An attacker with a /64 tries each time from another address. */
static void
test_v6_network (void)
{
  g_autoptr (IntimailGuard) guard = intimail_guard_new ();
  g_autoptr (IntimailBan) ban = NULL;

  for (guint i = 1; i < 100 && ban == NULL; i++)
    {
      g_autofree char *address = g_strdup_printf ("2001:db8::%x", i * 613);

      ban = fail_with (guard, address, "root", NULL, NOW);
      if (i < 10)
        g_assert_null (ban);
    }
  g_assert_nonnull (ban);
  g_assert_cmpstr (intimail_ban_get_address (ban), ==, "2001:db8::/64");
  /* One address alone is banned alone: its neighbour lives in the same house. */
  g_assert_cmpint (attack (guard, "2001:db8:1::1", "root", 5, 0, NOW), ==, 0);
  g_assert_null (intimail_guard_lookup_ban (guard, "2001:db8:1::2", NOW));
}

static void
test_allowed (void)
{
  g_autoptr (IntimailGuard) guard = intimail_guard_new ();
  g_autoptr (IntimailGuardEvent) sign_in = intimail_guard_event_new (NOW, "192.0.2.8", "webmail", INTIMAIL_GUARD_KIND_SIGN_IN, "anna", NULL);
  static const char *const addresses[] = { "192.0.2.50", "2001:db8::50", NULL };
  static const char *const others[] = { "192.0.2.51", NULL };
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (attack (guard, "127.0.0.1", "root", 50, 0, NOW), ==, -1);
  g_assert_cmpint (attack (guard, "::1", "root", 50, 0, NOW), ==, -1);
  g_assert_cmpint (attack (guard, "192.0.2.7", "root", 5, 0, NOW), ==, 0);
  g_assert_true (intimail_guard_allow (guard, "192.0.2.7", "a friend", NULL));
  g_assert_null (intimail_guard_lookup_ban (guard, "192.0.2.7", NOW));
  g_assert_cmpint (attack (guard, "192.0.2.7", "root", 50, 0, NOW), ==, -1);
  g_assert_null (intimail_guard_ban (guard, "192.0.2.7", 0, "test", NOW, &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_PERMISSION_DENIED);
  g_assert_true (intimail_guard_disallow (guard, "192.0.2.7", NULL));
  g_assert_cmpint (attack (guard, "192.0.2.7", "root", 5, 0, NOW), ==, 0);

  g_assert_null (intimail_guard_judge (guard, sign_in, NOW));
  g_assert_cmpint (attack (guard, "192.0.2.8", "root", 50, 0, NOW + 29 * DAY), ==, -1);
  g_assert_cmpint (attack (guard, "192.0.2.8", "root", 50, 0, NOW + 31 * DAY), ==, 0);

  intimail_guard_set_name (guard, "friend.example", addresses);
  g_assert_cmpint (attack (guard, "2001:db8::50", "root", 50, 0, NOW), ==, -1);
  intimail_guard_set_name (guard, "friend.example", others);
  g_assert_cmpint (attack (guard, "192.0.2.51", "root", 50, 0, NOW), ==, -1);
  g_assert_cmpint (attack (guard, "192.0.2.50", "root", 5, 0, NOW), ==, 0);
}

static void
test_explain (void)
{
  g_autoptr (IntimailGuard) guard = intimail_guard_new ();
  g_autofree char *text = NULL;
  g_autofree char *nothing = NULL;

  attack (guard, "192.0.2.1", "ro\not", 5, 1, NOW);
  text = intimail_guard_explain (guard, "192.0.2.1", NOW + 5, NULL);
  g_assert_nonnull (strstr (text, "192.0.2.1 is banned since "));
  g_assert_nonnull (strstr (text, "5 points in 600 s, at last bad-password at sshd"));
  g_assert_nonnull (strstr (text, "sshd bad-password \"ro\\not\": 1 points\n"));
  nothing = intimail_guard_explain (guard, "192.0.2.2", NOW, NULL);
  g_assert_cmpstr (nothing, ==, "nothing is known of 192.0.2.2\n");
}

/* More addresses than are remembered: one with many points stays, and memory is the same. */
static void
test_bounded (void)
{
  g_autoptr (IntimailGuard) guard = intimail_guard_new ();
  g_autofree char *text = NULL;

  g_assert_cmpint (attack (guard, "198.51.100.1", "root", 4, 0, NOW), ==, -1);
  for (guint i = 0; i < 300000; i++)
    {
      g_autofree char *address = g_strdup_printf ("10.%u.%u.%u", i >> 16, i >> 8 & 255, i & 255);
      g_autoptr (IntimailBan) ban = fail_with (guard, address, "root", NULL, NOW);

      g_assert_null (ban);
    }
  g_assert_cmpuint (intimail_guard_get_n_tracked (guard), ==, INTIMAIL_TRACK_LIMIT);
  g_assert_cmpint (attack (guard, "198.51.100.1", "root", 1, 0, NOW), ==, 0);
}

static char *
save (IntimailGuard *guard, gint64 now, gint64 uptime, const char *boot)
{
  IntimailGuardClock clock = { .now = now, .uptime = uptime };

  g_strlcpy (clock.boot, boot, sizeof clock.boot);
  return intimail_guard_state_format (guard, &clock);
}

static IntimailGuard *
load (const char *text, gint64 now, gint64 uptime, const char *boot)
{
  IntimailGuardClock clock = { .now = now, .uptime = uptime };
  g_autoptr (IntimailGuard) guard = intimail_guard_new ();
  g_autoptr (GError) error = NULL;

  g_strlcpy (clock.boot, boot, sizeof clock.boot);
  intimail_guard_state_parse (guard, text, strlen (text), &clock, &error);
  g_assert_no_error (error);
  return g_steal_pointer (&guard);
}

static gint64
get_left (IntimailGuard *guard, gint64 now)
{
  g_autoptr (IntimailBan) ban = intimail_guard_lookup_ban (guard, "192.0.2.1", now);

  return ban != NULL ? intimail_ban_get_until (ban) - now : -1;
}

static void
test_clock (void)
{
  g_autoptr (IntimailGuard) guard = intimail_guard_new ();
  g_autofree char *text = NULL;
  static const struct
  {
    gint64 wall; /* since it was saved */
    gint64 uptime;
    const char *boot;
    gint64 left;
  } cases[] = {
    { 0, 0, "a", 600 },
    { 100, 100, "a", 500 },
    { 100000, 100, "a", 500 },  /* the clock was put ahead */
    { -100000, 100, "a", 500 }, /* and back */
    { 700, 700, "a", -1 },
    { 100, -900, "b", 500 },    /* another boot: the wall clock counts */
    { -99999, -900, "b", 600 }, /* a board without a clock */
    { 100000, -900, "b", -1 },
  };

  g_assert_cmpint (attack (guard, "192.0.2.1", "root", 5, 0, NOW), ==, 0);
  text = save (guard, NOW, 1000, "a");
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (IntimailGuard) again = load (text, NOW + cases[i].wall, 1000 + cases[i].uptime, cases[i].boot);

      g_assert_cmpint (get_left (again, NOW + cases[i].wall), ==, cases[i].left);
    }
}

static void
test_state (void)
{
  g_autoptr (IntimailGuard) guard = intimail_guard_new ();
  g_autoptr (IntimailGuard) again = NULL;
  g_autoptr (IntimailGuardEvent) sign_in = intimail_guard_event_new (NOW, "192.0.2.8", "webmail", INTIMAIL_GUARD_KIND_SIGN_IN, "anna", NULL);
  g_autoptr (IntimailBan) forever = intimail_guard_ban (guard, "203.0.113.0/25", 0, "quoted \"reason\",\n{\"", NOW, NULL);
  g_autoptr (GPtrArray) bans = NULL;
  g_autofree char *text = NULL;
  g_autofree char *second = NULL;
  g_autofree char *allowance = NULL;

  g_assert_true (intimail_guard_allow (guard, "2001:db8::/32", "us", NULL));
  g_assert_null (intimail_guard_judge (guard, sign_in, NOW));
  attack (guard, "192.0.2.1", "root", 5, 0, NOW);
  intimail_guard_set_mark (guard, "/var/log/mail.log", "1 2 3");
  text = save (guard, NOW, 5, "a");
  again = load (text, NOW, 5, "a");
  bans = intimail_guard_list_bans (again, NOW);
  g_assert_cmpuint (bans->len, ==, 2);
  allowance = intimail_guard_get_allowance (again, "2001:db8::7", NOW);
  g_assert_cmpstr (allowance, ==, "us");
  g_assert_cmpint (attack (again, "192.0.2.8", "root", 20, 0, NOW), ==, -1);
  g_assert_cmpstr (intimail_guard_get_mark (again, "/var/log/mail.log"), ==, "1 2 3");
  second = intimail_guard_explain (again, "203.0.113.0/25", NOW, NULL);
  g_assert_nonnull (strstr (second, "for ever, time 1: quoted \"reason\",\n{\"\n"));
}

/* Cut anywhere, it is refused or whole. */
static void
test_state_cut (void)
{
  g_autoptr (IntimailGuard) guard = intimail_guard_new ();
  g_autofree char *text = NULL;
  IntimailGuardClock clock = { .now = NOW, .boot = "a" };

  attack (guard, "192.0.2.1", "root", 5, 0, NOW);
  text = save (guard, NOW, 0, "a");
  for (gsize length = 0; length + 1 < strlen (text); length++)
    {
      g_autoptr (IntimailGuard) again = intimail_guard_new ();
      g_autofree char *cut = g_memdup2 (text, length);
      g_autoptr (GError) error = NULL;

      g_assert_false (intimail_guard_state_parse (again, cut, length, &clock, &error));
      g_assert_nonnull (error);
      g_assert_cmpint (get_left (again, NOW), ==, -1);
    }
}

static void
test_state_file (void)
{
  g_autofree char *folder = g_dir_make_tmp (NULL, NULL);
  g_autofree char *path = g_build_filename (folder, "bans.json", NULL);
  g_autoptr (IntimailGuard) guard = intimail_guard_new ();
  g_autoptr (IntimailGuard) again = intimail_guard_new ();
  g_autoptr (GError) error = NULL;

  g_assert_true (intimail_guard_load_state (again, path, NOW, &error));
  attack (guard, "192.0.2.1", "root", 5, 0, NOW);
  g_assert_true (intimail_guard_save_state (guard, path, NOW, &error));
  g_assert_true (intimail_guard_load_state (again, path, NOW, &error));
  g_assert_no_error (error);
  g_assert_cmpint (get_left (again, NOW), >, 500);
  g_assert_cmpint (g_remove (path), ==, 0);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

static const struct
{
  const char *text;
  const char *error; /* NULL: it is right */
} settings[] = {
  { "[guard]\nlimit=2\nwindow=60\nban=5\nsources=/var/log/x: sshd;journal: postfix dovecot\n[allow]\naddresses=192.0.2.0/24\nnames=a.example\n[firewall]\nopen=25/tcp;443/tcp\nonly=22/tcp: 192.0.2.1 2001:db8::/32\n", NULL },
  { "", NULL },
  { "[guard]\nlimit=0\n", "limit is from 1 to 60" },
  { "[guard]\nwindow=1\n", "window is from 4 to 86400" },
  { "[guard]\nsources=mail.log\n", "\"mail.log\" is no source: write /var/log/mail.log: postfix dovecot, or journal: sshd" },
  { "[allow]\naddresses=a.example\n", "\"a.example\" is no address and no network: a name stands in names" },
  { "[firewall]\nopen=25\n", "\"25\" is no port: write 25/tcp" },
  { "[firewall]\nopen=99999/tcp\n", "\"99999/tcp\" is no port: write 25/tcp" },
  { "[firewall]\nonly=22/tcp: x; drop\n", "\"22/tcp: x\" is not a port and its addresses: write 22/tcp: 192.0.2.0/24" },
  { "[firewall]\nonly=22/tcp:\n", "\"22/tcp:\" is not a port and its addresses: write 22/tcp: 192.0.2.0/24" },
};

static void
test_settings (void)
{
  g_autofree char *folder = g_dir_make_tmp (NULL, NULL);
  g_autofree char *path = g_build_filename (folder, "guard.conf", NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (settings); i++)
    {
      g_autoptr (IntimailGuard) guard = intimail_guard_new ();
      g_autoptr (GError) error = NULL;

      g_assert_true (g_file_set_contents (path, settings[i].text, -1, NULL));
      intimail_guard_load_settings (guard, path, &error);
      if (settings[i].error == NULL)
        g_assert_no_error (error);
      else
        {
          g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT);
          g_assert_true (g_str_has_suffix (error->message, settings[i].error));
        }
      if (i == 0)
        g_assert_cmpint (attack (guard, "198.51.100.1", "root", 5, 0, NOW), ==, 0);
      if (i == 0)
        g_assert_cmpint (attack (guard, "192.0.2.1", "root", 5, 0, NOW), ==, -1);
    }
  g_assert_cmpint (g_remove (path), ==, 0);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

static gboolean
is_allowed (IntimailGuard *guard, const char *address, gint64 now)
{
  g_autofree char *reason = intimail_guard_get_allowance (guard, address, now);

  return reason != NULL;
}

static void
sign_in (IntimailGuard *guard, const char *address, gint64 now)
{
  g_autoptr (IntimailGuardEvent) event = intimail_guard_event_new (now, address, "dovecot", INTIMAIL_GUARD_KIND_SIGN_IN, "anna", NULL);

  g_assert_null (intimail_guard_judge (guard, event, now));
}

/* Five people, two of whom mistype, and a telephone that knows an old password for weeks. */
static void
test_household (void)
{
  g_autoptr (IntimailGuard) guard = intimail_guard_new ();
  static const char *const people[] = { "anna", "ben", "cleo", "dan", "eve" };

  sign_in (guard, "192.0.2.1", NOW);
  for (guint i = 0; i < 3000; i++)
    {
      g_autofree char *typed = g_strdup_printf ("%u", i / 1000);
      g_autoptr (IntimailBan) ban = fail_with (guard, "192.0.2.1", people[i % 5], i % 300 == 0 ? typed : NULL, NOW + i * 600);

      g_assert_null (ban);
    }
  g_assert_true (is_allowed (guard, "192.0.2.1", NOW + 20 * DAY));
}

/* Guessing at one account from where somebody has signed in, by a service that knows no
 * passwords: no ban, and the log tells of it each hour and no oftener. */
static void
test_spared (void)
{
  g_autoptr (IntimailGuard) guard = intimail_guard_new ();
  g_autofree char *text = NULL;

  sign_in (guard, "192.0.2.1", NOW);
  n_messages = n_warnings = 0;
  g_assert_cmpint (attack (guard, "192.0.2.1", "ben", 4, 60, NOW), ==, -1);
  g_assert_cmpuint (n_messages, ==, 0);
  g_assert_cmpuint (intimail_guard_get_n_spared (guard), ==, 0);
  g_assert_cmpint (attack (guard, "192.0.2.1", "ben", 6 * 60 - 4, 60, NOW + 4 * 60), ==, -1);
  g_assert_cmpuint (n_messages, ==, 1);
  g_assert_cmpuint (n_warnings, ==, 5);
  g_assert_cmpuint (intimail_guard_get_n_spared (guard), ==, 6 * 60 - 4);
  text = intimail_guard_explain (guard, "192.0.2.1", NOW + 6 * 3600, NULL);
  g_assert_nonnull (strstr (text, "192.0.2.1 is never banned: somebody of the house signed in"));
  g_assert_nonnull (strstr (text, " of 5 points in 600 s"));
  /* What counts nothing takes no warning away. */
  g_assert_null (fail_with (guard, "192.0.2.1", "ben", "old", NOW + 6 * 3600 - 1));
  g_assert_null (fail_with (guard, "192.0.2.1", "ben", "old", NOW + 6 * 3600));
  g_assert_null (fail_with (guard, "192.0.2.1", "ben", "new", NOW + 6 * 3600 + 1));
  g_assert_cmpuint (n_warnings, ==, 6);
  /* A day later it begins anew. */
  g_assert_cmpint (attack (guard, "192.0.2.1", "ben", 5, 60, NOW + 2 * DAY), ==, -1);
  g_assert_cmpuint (n_messages, ==, 2);
  /* What it did counts when it is not allowed any more. */
  g_assert_true (intimail_guard_disallow (guard, "192.0.2.1", NULL));
  g_assert_cmpint (attack (guard, "192.0.2.1", "ben", 1, 60, NOW + 2 * DAY + 300), ==, 0);
}

/* How many accounts, or passwords of one, are tried until the address is banned. */
static guint
steal (IntimailGuard *guard, const char *address, gboolean is_one_account, gint64 now)
{
  for (guint i = 0; i < 1000; i++)
    {
      g_autofree char *text = g_strdup_printf ("%u", i * 7919);
      g_autoptr (IntimailBan) ban = is_one_account ? fail_with (guard, address, "ben", text, now + i) : fail_with (guard, address, text, NULL, now + i);

      /* The account that was stolen is still good. */
      sign_in (guard, address, now + i);
      if (ban != NULL)
        return i + 1;
    }

  return 0;
}

/* One account was stolen: who comes in with it is not allowed to guess all others. */
static void
test_stolen (void)
{
  g_autoptr (IntimailGuard) guard = intimail_guard_new ();
  guint64 serial;
  guint n;

  sign_in (guard, "192.0.2.1", NOW);
  sign_in (guard, "192.0.2.2", NOW);
  serial = intimail_guard_get_allowed_serial (guard);
  n = steal (guard, "192.0.2.1", FALSE, NOW);
  g_assert_cmpuint (n, >=, 8);
  g_assert_cmpuint (n, <, 60);
  g_assert_cmpuint (intimail_guard_get_allowed_serial (guard), ==, serial + 1);
  g_assert_false (is_allowed (guard, "192.0.2.1", NOW));
  n = steal (guard, "192.0.2.2", TRUE, NOW);
  g_assert_cmpuint (n, >=, 15);
  g_assert_cmpuint (n, <, 300);
  /* Another day, another try. */
  sign_in (guard, "192.0.2.1", NOW + 2 * DAY);
  g_assert_true (is_allowed (guard, "192.0.2.1", NOW + 2 * DAY));
  /* What guard.conf or a command allows is not doubted. */
  g_assert_true (intimail_guard_allow (guard, "192.0.2.3", "us", NULL));
  sign_in (guard, "192.0.2.3", NOW);
  g_assert_cmpuint (steal (guard, "192.0.2.3", FALSE, NOW), ==, 0);
}

/* More bans than there is room for: those that end first go, and it takes no long. */
static void
test_many_bans (void)
{
  g_autoptr (IntimailGuard) guard = intimail_guard_new ();
  g_autoptr (GPtrArray) bans = NULL;

  for (guint i = 0; i < 100000; i++)
    {
      g_autofree char *address = g_strdup_printf ("2001:db8:%x:%x::1", i / 1000, i % 1000);
      g_autoptr (IntimailBan) ban = intimail_guard_ban (guard, address, i < 100 ? 0 : 600 + i, "test", NOW, NULL);

      g_assert_nonnull (ban);
    }
  bans = intimail_guard_list_bans (guard, NOW);
  g_assert_cmpuint (bans->len, <=, 65536);
  g_assert_cmpuint (bans->len, >, 64000);
  for (guint i = 0; i < 100000; i += i == 99 ? 99900 - 99 : 1)
    {
      g_autofree char *address = g_strdup_printf ("2001:db8:%x:%x::1", i / 1000, i % 1000);
      g_autoptr (IntimailBan) ban = intimail_guard_lookup_ban (guard, address, NOW);

      /* For ever, or the last ones. */
      g_assert_nonnull (ban);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_log_set_writer_func (count_told, NULL, NULL);
  g_test_add_func ("/guard/window", test_window);
  g_test_add_func ("/guard/weights", test_weights);
  g_test_add_func ("/guard/same-password", test_same_password);
  g_test_add_func ("/guard/longer", test_longer);
  g_test_add_func ("/guard/v4-network", test_v4_network);
  g_test_add_func ("/guard/v6-network", test_v6_network);
  g_test_add_func ("/guard/many-bans", test_many_bans);
  g_test_add_func ("/guard/household", test_household);
  g_test_add_func ("/guard/spared", test_spared);
  g_test_add_func ("/guard/stolen", test_stolen);
  g_test_add_func ("/guard/allowed", test_allowed);
  g_test_add_func ("/guard/explain", test_explain);
  g_test_add_func ("/guard/bounded", test_bounded);
  g_test_add_func ("/guard/clock", test_clock);
  g_test_add_func ("/guard/state", test_state);
  g_test_add_func ("/guard/state-cut", test_state_cut);
  g_test_add_func ("/guard/state-file", test_state_file);
  g_test_add_func ("/guard/settings", test_settings);

  return g_test_run ();
}
