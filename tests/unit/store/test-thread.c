/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "store/intimail-thread-private.h"

static void
test_base_subject (void)
{
  static const char *const cases[][2] = {
    { "", "" },
    { "Hello", "hello" },
    { "Re: Hello", "hello" },
    { "re[2]:  HELLO  there", "hello there" },
    { "Fwd: Re: [list] Hello (fwd)", "hello" },
    { "[list] Hello", "hello" },
    { "[list]", "[list]" },
    { "[Fwd: Re: Hello]", "hello" },
    { "AW: WG: Hallo", "hallo" },
    { "TR : bonjour", "bonjour" },
    { "回复：你好", "你好" },
    { "Re: Grüße", "grüße" },
    { "Renault: offer", "renault: offer" },
    { "Re Hello", "re hello" },
    { "Re:", "" },
    { "[a][b] Re: [c] x", "x" },
    { "[unclosed x", "[unclosed x" },
    { "[a[b] x", "[a[b] x" },
    { "(fwd)", "" },
    { "x\r\n\ty", "x y" },
    { " \u3000x\u2003 y \xc2\x85", "x y" },
    { "[fwd: re: [Fwd: x (fwd)] (fwd) ]", "x" },
    { "[fwd: ]", "" },
    { "[fwd:]", "" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *base = intimail_thread_get_base_subject (cases[i][0]);
      g_autofree char *folded = g_utf8_casefold (cases[i][1], -1);

      g_assert_cmpstr (base, ==, folded);
    }
}

/* Each character between two letters: what is space becomes one. */
static void
test_spaces (void)
{
  for (gunichar c = 1; c < 0x110000; c++)
    {
      g_autoptr (GString) text = g_string_new ("a");
      g_autofree char *before = NULL;
      const char *expected = "a b";
      gsize length;

      if (!g_unichar_validate (c))
        continue;
      g_string_append_unichar (text, c);
      g_string_append_c (text, 'b');
      before = g_strdup (text->str);
      if (!g_unichar_isspace (c) && !g_unichar_iscntrl (c))
        expected = before;
      g_assert_cmpstr (intimail_thread_strip_subject (text->str, &length), ==, expected);
      g_assert_cmpuint (length, ==, strlen (expected));
    }
}

/* Words of characters of each length, with any space between them. */
static void
test_words (void)
{
  static const char *const words[] = { "a", "é", "打", "\xf0\x9f\x98\x80", "plan", "план", "打破" };
  static const char *const spaces[] = { " ", "  ", "\t", "\xc2\xa0", "\xe3\x80\x80", " \xe2\x80\x83 ", "\r\n ", "\xc2\x85" };
  g_autoptr (GRand) rand = g_rand_new_with_seed (9);

  for (guint i = 0; i < 20000; i++)
    {
      g_autoptr (GString) text = g_string_new (NULL);
      g_autoptr (GString) expected = g_string_new (NULL);
      guint n = (guint) g_rand_int_range (rand, 0, 12);
      gsize length;

      for (guint j = 0; j < n; j++)
        {
          const char *word = words[g_rand_int_range (rand, 0, G_N_ELEMENTS (words))];

          if (j > 0 || g_rand_boolean (rand))
            g_string_append (text, spaces[g_rand_int_range (rand, 0, G_N_ELEMENTS (spaces))]);
          g_string_append (text, word);
          g_string_append_printf (expected, "%s%s", j > 0 ? " " : "", word);
        }
      if (g_rand_boolean (rand))
        g_string_append (text, spaces[g_rand_int_range (rand, 0, G_N_ELEMENTS (spaces))]);
      g_assert_cmpstr (intimail_thread_strip_subject (text->str, &length), ==, expected->str);
      g_assert_cmpuint (length, ==, expected->len);
    }
}

static void
test_id (void)
{
  const IntimailId one = { { 1 } };
  const IntimailId two = { { 2 } };
  IntimailId root = intimail_thread_get_id (NULL, "root@x", "Plan", &one);
  IntimailId answer = intimail_thread_get_id ("root@x", "c@x", "Re: plan", &two);
  IntimailId other_subject = intimail_thread_get_id ("root@x", "e@x", "Something else", &two);
  IntimailId alone = intimail_thread_get_id (NULL, "", "Plan", &one);
  IntimailId alone_too = intimail_thread_get_id (NULL, "", "Plan", &two);

  g_assert_cmpint (intimail_id_compare (&root, &answer), ==, 0);
  g_assert_cmpint (intimail_id_compare (&root, &other_subject), !=, 0);
  g_assert_cmpint (intimail_id_compare (&alone, &alone_too), !=, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/thread/base-subject", test_base_subject);
  g_test_add_func ("/thread/spaces", test_spaces);
  g_test_add_func ("/thread/words", test_words);
  g_test_add_func ("/thread/id", test_id);

  return g_test_run ();
}
