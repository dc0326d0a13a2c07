/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

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

/* Nobody learns who exists from how much work an answer is. */
static void
test_same_work_for_nobody (void)
{
  g_autofree char *hash = intimail_password_hash ("secret", NULL);
  const char *known[] = { hash, NULL };
  const char *foreign[] = { "{SSHA}unknown", NULL };
  const char *broken[] = { "{CRYPT}!", NULL };
  const char *nobody[] = { NULL };
  const char *const *lists[] = { known, foreign, broken, nobody, NULL };
  const struct
  {
    const char *password;
    guint work;
  } cases[] = { { "wrong", 1 }, { "secret", 1 }, { "", 1 }, { "a\nb", 1 }, { "\xff", 1 }, { "e\xcc\x81", 2 }, { "a\xc2\xad", 1 } };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    for (gsize j = 0; j < G_N_ELEMENTS (lists); j++)
      {
        guint before = intimail_password_get_n_computed ();

        intimail_password_check (cases[i].password, lists[j]);
        g_assert_cmpuint (intimail_password_get_n_computed () - before, ==, cases[i].work);
      }
}

/* A hash that another program made of what was typed, before anything was prepared; by
 * "openssl passwd -6 -salt saltstring" of e, U+0301. */
static void
test_unprepared_hash (void)
{
  static const char *const hashes[] = { "{CRYPT}$6$saltstring$Y/ezYiNU93Lq.fRBh5KpnJ8jMoPahmksrL27/jmuhONR.wOlq93aOmGxCFdDQhhoaSYpZxolkS6CBTFQc56HT1", NULL };

  g_assert_true (intimail_password_check ("e\xcc\x81", hashes));
  g_assert_false (intimail_password_check ("\xc3\xa9", hashes));
}

static void
test_generate (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (int i = 0; i < 1000; i++)
    {
      char *password = intimail_password_generate ();

      g_assert_true (g_regex_match_simple ("^([bdfghjklmnprstvz][aeiou]){3}(-([bdfghjklmnprstvz][aeiou]){3}){3}$",
                                           password, 0, 0));
      g_assert_true (intimail_password_judge (password, NULL, NULL, NULL, &error));
      g_assert_no_error (error);
      g_assert_true (g_hash_table_add (seen, password));
    }
}

/* By the default rules of libpwquality: each has one fault that comes first. */
static void
test_faults (void)
{
  static const struct
  {
    const char *password;
    const char *old;
    IntimailPasswordFault fault;
  } cases[] = {
    { "", NULL, INTIMAIL_PASSWORD_FAULT_FORM },
    { "bell\arings", NULL, INTIMAIL_PASSWORD_FAULT_FORM },
    { "i-am-Ann-you-know", NULL, INTIMAIL_PASSWORD_FAULT_NAME },
    { "x7#q", NULL, INTIMAIL_PASSWORD_FAULT_SHORT },
    { "password1", NULL, INTIMAIL_PASSWORD_FAULT_DICTIONARY },
    { "kayak kayak", NULL, INTIMAIL_PASSWORD_FAULT_PALINDROME },
    { "granite and 7 pears", "granite and 7 pears", INTIMAIL_PASSWORD_FAULT_SIMILAR },
    { "Granite And 7 Pears", "granite and 7 pears", INTIMAIL_PASSWORD_FAULT_SIMILAR },
    { "and 7 pearsgranite ", "granite and 7 pears", INTIMAIL_PASSWORD_FAULT_SIMILAR },
    { "granite and 7 pears", NULL, INTIMAIL_PASSWORD_FAULT_NONE },
    { "granite and 7 pears", "correct horse battery", INTIMAIL_PASSWORD_FAULT_NONE },
  };
  g_autoptr (IntimailPerson) ann = intimail_person_new ("ann", "ann@home.example");

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      IntimailPasswordFault fault = INTIMAIL_PASSWORD_FAULT_OTHER;
      gboolean good = intimail_password_judge (cases[i].password, cases[i].old, ann, &fault, &error);

      g_test_message ("\"%s\": %s", cases[i].password, error != NULL ? error->message : "good");
      g_assert_cmpint (fault, ==, cases[i].fault);
      g_assert_cmpint (good, ==, fault == INTIMAIL_PASSWORD_FAULT_NONE);
      if (!good)
        g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT);
      g_assert_cmpint (intimail_directory_find_password_fault (cases[i].password, cases[i].old, ann), ==, fault);
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
  g_test_add_func ("/password/unprepared-hash", test_unprepared_hash);
  g_test_add_func ("/password/generate", test_generate);
  g_test_add_func ("/password/faults", test_faults);

  return g_test_run ();
}
