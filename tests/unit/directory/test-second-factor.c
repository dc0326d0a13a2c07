/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include <intimail/intimail-error.h>

#include "directory/intimail-second-factor-private.h"

/* The test vectors of RFC 6238, appendix B, for SHA-1: the last six of eight digits. The
 * secret is "12345678901234567890" in base32. */
#define RFC_SECRET "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"

static const struct
{
  gint64 time;
  const char *code;
} vectors[] = {
  { 59, "287082" },
  { 1111111109, "081804" },
  { 1111111111, "050471" },
  { 1234567890, "005924" },
  { 2000000000, "279037" },
  { 20000000000, "353130" },
};

static void
test_vectors (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (vectors); i++)
    {
      g_autoptr (IntimailSecondFactor) before = intimail_second_factor_new (RFC_SECRET, 0, NULL);
      g_autoptr (IntimailSecondFactor) after = NULL;
      g_autoptr (GError) error = NULL;

      after = intimail_second_factor_use (before, vectors[i].code, vectors[i].time, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (intimail_second_factor_get_counter (after), ==, (guint64) vectors[i].time / 30);
    }
}

/* The half minute before, the present one and the next, and no other; each once. */
static void
test_window (void)
{
  static const struct
  {
    gint64 late; /* seconds after the half minute of the code began */
    gboolean good;
  } cases[] = { { -31, FALSE }, { -30, TRUE }, { -1, TRUE }, { 0, TRUE }, { 29, TRUE }, { 59, TRUE }, { 60, FALSE }, { 3600, FALSE } };
  const gint64 start = vectors[1].time / 30 * 30;

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (IntimailSecondFactor) before = intimail_second_factor_new (RFC_SECRET, 0, NULL);
      g_autoptr (IntimailSecondFactor) after = intimail_second_factor_use (before, vectors[1].code, start + cases[i].late, NULL);
      g_autoptr (IntimailSecondFactor) again = NULL;
      g_autoptr (GError) error = NULL;

      g_test_message ("%d", (int) cases[i].late);
      g_assert_true ((after != NULL) == cases[i].good);
      if (after == NULL)
        continue;
      again = intimail_second_factor_use (after, vectors[1].code, start + cases[i].late, &error);
      g_assert_null (again);
      g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_PERMISSION_DENIED);
    }
}

/* Once a code was taken, one that is older is not, though its time has not run out. */
static void
test_older_code (void)
{
  g_autoptr (IntimailSecondFactor) before = intimail_second_factor_new (RFC_SECRET, 1111111111 / 30, NULL);

  g_assert_null (intimail_second_factor_use (before, vectors[1].code, vectors[2].time, NULL));
}

static void
test_begin (void)
{
  g_auto (GStrv) codes = NULL;
  g_autoptr (IntimailSecondFactor) made = NULL;
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GError) error = NULL;

  g_assert_null (intimail_second_factor_begin (RFC_SECRET, "000000", 59, &codes, &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_PERMISSION_DENIED);
  g_assert_null (codes);
  g_clear_error (&error);
  made = intimail_second_factor_begin (RFC_SECRET, "287 082", 59, &codes, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_strv_length (codes), ==, INTIMAIL_SECOND_FACTOR_N_RECOVERY_CODES);
  for (gsize i = 0; codes[i] != NULL; i++)
    {
      g_autoptr (IntimailSecondFactor) left = intimail_second_factor_use (made, codes[i], 59, &error);

      g_assert_no_error (error);
      g_assert_cmpuint (strlen (codes[i]), ==, 19);
      g_assert_true (g_hash_table_add (seen, codes[i]));
      g_assert_false (g_strv_contains (intimail_second_factor_get_recovery_hashes (made), codes[i]));
      g_assert_cmpuint (intimail_second_factor_get_n_recovery_codes (left), ==, INTIMAIL_SECOND_FACTOR_N_RECOVERY_CODES - 1);
      g_assert_null (intimail_second_factor_use (left, codes[i], 59, NULL));
    }
  /* The code that proved it is used up. */
  g_assert_null (intimail_second_factor_use (made, "287082", 59, NULL));
}

static void
test_none (void)
{
  g_autoptr (IntimailSecondFactor) none = intimail_second_factor_new (NULL, 0, NULL);

  g_assert_false (intimail_second_factor_is_enabled (none));
  g_assert_null (intimail_second_factor_use (none, "287082", 59, NULL));
}

static void
test_uri (void)
{
  g_autofree char *uri = intimail_second_factor_make_uri (RFC_SECRET, "ann", "Home & S\xc3\xb6hne");
  g_autofree char *secret = intimail_second_factor_generate_secret ();
  g_autofree char *other = intimail_second_factor_generate_secret ();

  g_assert_cmpstr (uri, ==, "otpauth://totp/Home%20%26%20S%C3%B6hne:ann?secret=" RFC_SECRET "&issuer=Home%20%26%20S%C3%B6hne&algorithm=SHA1&digits=6&period=30");
  g_assert_cmpuint (strlen (secret), ==, 32);
  g_assert_cmpstr (secret, !=, other);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/directory/second-factor/vectors", test_vectors);
  g_test_add_func ("/directory/second-factor/window", test_window);
  g_test_add_func ("/directory/second-factor/older-code", test_older_code);
  g_test_add_func ("/directory/second-factor/begin", test_begin);
  g_test_add_func ("/directory/second-factor/none", test_none);
  g_test_add_func ("/directory/second-factor/uri", test_uri);

  return g_test_run ();
}
