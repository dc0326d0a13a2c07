/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>
#include <time.h>

#include <intimail/intimail-error.h>

#include "directory/intimail-password-private.h"

static void
test_hash_and_check (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *hash = intimail_password_hash ("correct horse", &error);
  g_autofree char *again = intimail_password_hash ("correct horse", &error);
  const char *hashes[] = { "{SSHA}unknown", hash, NULL };

  g_assert_no_error (error);
  g_assert_true (g_str_has_prefix (hash, "{CRYPT}$y$"));
  g_assert_cmpstr (hash, !=, again);
  g_assert_true (intimail_password_check ("correct horse", hashes));
  g_assert_false (intimail_password_check ("correct horsE", hashes));
  g_assert_false (intimail_password_check ("", hashes));
}

/* What "openssl passwd -6 -salt saltstring password" prints. */
static void
test_foreign_hash (void)
{
  static const char *const hashes[] = {
    "{crypt}$6$saltstring$adDbXsJjcDlq2662QPgd.tkSOVmnG9Tt3oXl4HR60SusC3AGjirnDenVZp3DGwLwqy6iYKCzannhaX9DR72nN1",
    NULL,
  };

  g_assert_true (intimail_password_check ("password", hashes));
  g_assert_false (intimail_password_check ("Password", hashes));
}

static void
test_nonsense_hashes (void)
{
  static const char *const hashes[][2] = {
    { "", NULL },
    { "{CRYPT}", NULL },
    { "{CRYPT}*0", NULL },
    { "{CRYPT}$y$", NULL },
    { "{CRYPT}!", NULL },
    { "secret", NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (hashes); i++)
    {
      g_assert_false (intimail_password_check ("secret", hashes[i]));
      g_assert_false (intimail_password_check ("*0", hashes[i]));
      g_assert_false (intimail_password_check ("*1", hashes[i]));
    }
}

static void
test_bad_passwords (void)
{
  g_autofree char *longest = g_strnfill (INTIMAIL_PASSWORD_MAX_LENGTH, 'x');
  g_autofree char *too_long = g_strnfill (INTIMAIL_PASSWORD_MAX_LENGTH + 1, 'x');
  const char *const bad[] = { "", "a\nb", "tab\t", too_long };
  g_autoptr (GError) error = NULL;
  g_autofree char *hash = intimail_password_hash (longest, &error);

  g_assert_no_error (error);
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_assert_null (intimail_password_hash (bad[i], &error));
      g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT);
      g_clear_error (&error);
    }
}

/* What this thread worked, whatever else the machine does. */
static gint64
get_work (void)
{
  struct timespec work;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &work);
  return work.tv_sec * G_USEC_PER_SEC + work.tv_nsec / 1000;
}

static gint64
time_check (const char *password, const char *const *hashes)
{
  gint64 best = G_MAXINT64;

  for (int i = 0; i < 5; i++)
    {
      gint64 start = get_work ();

      intimail_password_check (password, hashes);
      best = MIN (best, get_work () - start);
    }

  return best;
}

/* Nobody learns who exists from how long the answer takes. */
static void
test_same_work_for_nobody (void)
{
  g_autofree char *hash = intimail_password_hash ("secret", NULL);
  const char *hashes[] = { hash, NULL };
  const char *none[] = { NULL };
  gint64 known = time_check ("wrong", hashes);
  gint64 unknown = time_check ("wrong", none);
  gint64 empty = time_check ("", hashes);

  g_test_message ("known %d us, unknown %d us, empty %d us", (int) known, (int) unknown, (int) empty);
  g_assert_cmpint (unknown * 3, >, known);
  g_assert_cmpint (known * 3, >, unknown);
  g_assert_cmpint (empty * 3, >, known);
}

static void
test_generate (void)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (int i = 0; i < 1000; i++)
    {
      char *password = intimail_password_generate ();

      g_assert_true (g_regex_match_simple ("^([bdfghjklmnprstvz][aeiou]){3}(-([bdfghjklmnprstvz][aeiou]){3}){3}$",
                                           password, 0, 0));
      g_assert_true (g_hash_table_add (seen, password));
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/password/hash-and-check", test_hash_and_check);
  g_test_add_func ("/password/foreign-hash", test_foreign_hash);
  g_test_add_func ("/password/nonsense-hashes", test_nonsense_hashes);
  g_test_add_func ("/password/bad-passwords", test_bad_passwords);
  g_test_add_func ("/password/same-work-for-nobody", test_same_work_for_nobody);
  g_test_add_func ("/password/generate", test_generate);

  return g_test_run ();
}
