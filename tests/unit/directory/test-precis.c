/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <intimail/intimail-error.h>

#include "directory/intimail-precis-private.h"

/* The first seven are the examples of RFC 8265 section 4.3, tables 4 and 5. */
static void
test_prepare (void)
{
  static const struct
  {
    const char *name;
    const char *typed;
    const char *prepared; /* NULL: refused */
  } cases[] = {
    { "ASCII", "correct horse battery staple", "correct horse battery staple" },
    { "capitals stay", "Correct Horse Battery Staple", "Correct Horse Battery Staple" },
    { "other letters", "\xcf\x80\xc3\x9f\xc3\xa5", "\xcf\x80\xc3\x9f\xc3\xa5" },
    { "a symbol", "Jack of \xe2\x99\xa6s", "Jack of \xe2\x99\xa6s" },
    { "Ogham space mark", "foo\xe1\x9a\x80"
                          "bar",
      "foo bar" },
    { "empty", "", NULL },
    { "a control character", "my cat is a \tby", NULL },
    { "no-break space", "a\xc2\xa0z", "a z" },
    { "ideographic space", "a\xe3\x80\x80z", "a z" },
    { "blanks alone stay", "  ", "  " },
    { "a letter in two parts", "e\xcc\x81", "\xc3\xa9" },
    { "Angstrom sign", "\xe2\x84\xab", "\xc3\x85" },
    { "full width stays", "\xef\xbc\xa1", "\xef\xbc\xa1" },
    { "a ligature stays", "\xef\xac\x81", "\xef\xac\x81" },
    { "Hangul", "\xea\xb0\x80", "\xea\xb0\x80" },
    { "old Hangul", "\xe1\x84\x80", NULL },
    { "delete", "a\x7f", NULL },
    { "C1 control", "a\xc2\x85", NULL },
    { "soft hyphen", "a\xc2\xad", NULL },
    { "zero width space", "a\xe2\x80\x8b", NULL },
    { "zero width joiner", "a\xe2\x80\x8d", NULL },
    { "direction", "a\xe2\x80\xae", NULL },
    { "variation selector", "\xe2\x9d\xa4\xef\xb8\x8f", NULL },
    { "an emoji alone", "\xf0\x9f\x98\x80", "\xf0\x9f\x98\x80" },
    { "line separator", "a\xe2\x80\xa8", NULL },
    { "private use", "\xee\x80\x80", NULL },
    { "noncharacter", "\xef\xbf\xbe", NULL },
    { "unassigned", "\xf3\xbf\xbf\xbd", NULL },
    { "no UTF-8", "caf\xe9", NULL },
    { "a surrogate", "\xed\xa0\x80", NULL },
    { "overlong", "\xc0\xaf", NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *prepared = intimail_precis_prepare_password (cases[i].typed, &error);
      g_autofree char *again = NULL;

      g_test_message ("%s", cases[i].name);
      g_assert_cmpstr (prepared, ==, cases[i].prepared);
      if (prepared == NULL)
        {
          g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT);
          continue;
        }
      again = intimail_precis_prepare_password (prepared, NULL);
      g_assert_cmpstr (again, ==, prepared);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/directory/precis/prepare", test_prepare);

  return g_test_run ();
}
