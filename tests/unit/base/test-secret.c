/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include "base/intimail-secret-private.h"

static void
test_base32 (void)
{
  /* RFC 4648 section 10, in lower case and without padding. */
  static const char *const cases[][2] = {
    { "", "" },
    { "f", "my" },
    { "fo", "mzxq" },
    { "foo", "mzxw6" },
    { "foob", "mzxw6yq" },
    { "fooba", "mzxw6ytb" },
    { "foobar", "mzxw6ytboi" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = intimail_base32_encode (cases[i][0], strlen (cases[i][0]));

      g_assert_cmpstr (text, ==, cases[i][1]);
    }
}

static void
test_token (void)
{
  g_autofree char *a = intimail_secret_token (20);
  g_autofree char *b = intimail_secret_token (20);

  g_assert_cmpuint (strlen (a), ==, 32);
  g_assert_cmpstr (a, !=, b);
}

static void
test_hash_id (void)
{
  g_autofree char *id = intimail_hash_id ("m", "abc", 3);

  /* The first 16 bytes of SHA-256 of "abc", ba7816bf 8f01cfea 414140de 5dae2223. */
  g_assert_cmpstr (id, ==, "mxj4bnp4pahh6uqkbidpf3lrcem");
}

static void
test_equal (void)
{
  g_assert_true (intimail_secret_equal ("", ""));
  g_assert_true (intimail_secret_equal ("abc", "abc"));
  g_assert_false (intimail_secret_equal ("abc", "abd"));
  g_assert_false (intimail_secret_equal ("abc", "ab"));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/secret/base32", test_base32);
  g_test_add_func ("/secret/token", test_token);
  g_test_add_func ("/secret/hash-id", test_hash_id);
  g_test_add_func ("/secret/equal", test_equal);

  return g_test_run ();
}
