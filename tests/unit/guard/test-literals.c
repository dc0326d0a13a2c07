/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include "guard/intimail-literals-private.h"
#include "test-support.h"

static guint64
find (IntimailLiterals *literals, const char *text)
{
  return intimail_literals_find (literals, text, strlen (text));
}

static void
test_find (void)
{
  g_autoptr (IntimailLiterals) literals = intimail_literals_new ();

  g_assert_true (intimail_literals_add (literals, "he", 1));
  g_assert_true (intimail_literals_add (literals, "she", 2));
  g_assert_true (intimail_literals_add (literals, "his", 4));
  g_assert_true (intimail_literals_add (literals, "hers", 8));
  g_assert_true (intimail_literals_add (literals, "\xff\x01", 16));
  g_assert_cmpuint (find (literals, "ushers"), ==, 1 | 2 | 8);
  g_assert_cmpuint (find (literals, "hishe"), ==, 1 | 2 | 4);
  g_assert_cmpuint (find (literals, "h-e"), ==, 0);
  g_assert_cmpuint (find (literals, ""), ==, 0);
  g_assert_cmpuint (find (literals, "x\xff\x01x"), ==, 16);
}

/* Each random text gives what strstr() says. */
static void
test_random (void)
{
  static const char *const words[] = { "ab", "aba", "bab", "abab", "cabc", "bb", "caa" };
  g_autoptr (IntimailLiterals) literals = intimail_literals_new ();

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    g_assert_true (intimail_literals_add (literals, words[i], G_GUINT64_CONSTANT (1) << i));
  for (guint n = 0; n < 20000; n++)
    {
      char text[12] = "";
      guint64 expected = 0;

      for (guint i = 0; i < sizeof text - 1; i++)
        text[i] = (char) ('a' + g_test_rand_int_range (0, 3));
      for (guint i = 0; i < G_N_ELEMENTS (words); i++)
        expected |= strstr (text, words[i]) != NULL ? G_GUINT64_CONSTANT (1) << i : 0;
      g_assert_cmpuint (find (literals, text), ==, expected);
    }
}

static void
test_limit (void)
{
  g_autoptr (IntimailLiterals) literals = intimail_literals_new ();
  g_autofree char *text = g_strnfill (INTIMAIL_LITERALS_MAX_BYTES / 2, 'x');

  g_assert_false (intimail_literals_add (literals, "", 1));
  g_assert_true (intimail_literals_add (literals, text, 1));
  g_assert_false (intimail_literals_add (literals, text, 1));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/literals/find", test_find);
  g_test_add_func ("/literals/random", test_random);
  g_test_add_func ("/literals/limit", test_limit);

  return g_test_run ();
}
