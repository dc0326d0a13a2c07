/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Folding against what it means: GLib's normal forms and case, one after the other.
 */

#include "store/intimail-fold-private.h"

#include "test-support.h"

static char *
fold_plainly (const char *text)
{
  g_autofree char *composed = g_utf8_normalize (text, -1, G_NORMALIZE_ALL_COMPOSE);
  g_autofree char *folded = g_utf8_casefold (composed, -1);

  return g_utf8_normalize (folded, -1, G_NORMALIZE_ALL_COMPOSE);
}

static void
assert_same (const char *text)
{
  g_autofree char *expected = fold_plainly (text);
  g_autofree char *got = intimail_fold (text);

  g_assert_cmpstr (got, ==, expected);
}

/* Each character between others; of the many that are alike, some. */
static gunichar
next_character (gunichar c)
{
  if ((c >= 0x3400 && c < 0x9f00) || (c >= 0xac00 && c < 0xd700))
    return c + 31;
  return c >= 0x20000 ? c + 509 : c + 1;
}

static void
test_all (void)
{
  for (gunichar c = 1; c < 0x110000; c = next_character (c))
    {
      g_autoptr (GString) text = g_string_new ("Ab");

      if (!g_unichar_validate (c))
        continue;
      g_string_append_unichar (text, c);
      g_string_append (text, "ÉA");
      assert_same (text->str);
    }
}

/* Long enough to be folded in words. */
static void
test_ascii (void)
{
  for (guint c = 1; c < 0x80; c++)
    for (guint place = 0; place < 19; place++)
      {
        char text[] = "AzZ@[`{aAzZ@[`{aAzZ";

        text[place] = (char) c;
        assert_same (text);
      }
}

/* What joins with its neighbours, and what does not, in any order. */
static void
test_neighbours (void)
{
  static const gunichar some[] = {
    'e', 'S', 0xdf, 0xe9, 0x130, 0x131, 0x149, 0x1c4, 0x300, 0x301, 0x307, 0x323, 0x345, 0x3a3, 0x3c2, 0x410, 0x439,
    0x5d0, 0x5bc, 0x628, 0x64b, 0x915, 0x93c, 0x9be, 0x9c7, 0xbc6, 0xbbe, 0xdd9, 0xdcf, 0x1100, 0x1161, 0x11a8, 0x1e9e,
    0x1fb3, 0x2126, 0x212a, 0x3099, 0x304b, 0xac00, 0xfb01, 0xff21, 0xff76, 0xff9e, 0x110a5, 0x110ba, 0x1d15e, 0x1f600
  };
  g_autoptr (GRand) rand = g_rand_new_with_seed (3);

  for (guint i = 0; i < 50000; i++)
    {
      g_autoptr (GString) text = g_string_new (NULL);
      guint n = (guint) g_rand_int_range (rand, 0, 6);

      while (n-- > 0)
        g_string_append_unichar (text, some[g_rand_int_range (rand, 0, G_N_ELEMENTS (some))]);
      assert_same (text->str);
    }
}

static void
test_bytes (void)
{
  g_autoptr (GString) folded = g_string_new ("before ");

  intimail_fold_append (folded, "\xff"
                                "A\0B",
                        4);
  g_assert_cmpstr (folded->str, ==, "before \xef\xbf\xbd"
                                    "a\xef\xbf\xbd"
                                    "b");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/fold/all", test_all);
  g_test_add_func ("/fold/ascii", test_ascii);
  g_test_add_func ("/fold/neighbours", test_neighbours);
  g_test_add_func ("/fold/bytes", test_bytes);
  return g_test_run ();
}
