/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "directory/intimail-ldap-filter-private.h"

static void
test_escape (void)
{
  static const char *const cases[][2] = {
    { "ann", "ann" },
    { "*", "\\2a" },
    { "a(b)c\\d", "a\\28b\\29c\\5cd" },
    { "\xc3\xa4", "\\c3\\a4" },
    { "\xff", "\\ff" },
    { "a\nb", "a\\0ab" },
    { "a&b|c!d", "a\\26b\\7cc\\21d" },
    { "", "" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *escaped = intimail_ldap_filter_escape (cases[i][0]);

      g_assert_cmpstr (escaped, ==, cases[i][1]);
    }
}

static void
test_build (void)
{
  GPtrArray *two = intimail_ldap_filter_list ();
  GPtrArray *one = intimail_ldap_filter_list ();
  g_autofree char *any = NULL;
  g_autofree char *all = NULL;

  g_ptr_array_add (two, intimail_ldap_filter_equals ("uid", "*"));
  g_ptr_array_add (two, intimail_ldap_filter_contains ("cn", "a)"));
  any = intimail_ldap_filter_any (two);
  g_assert_cmpstr (any, ==, "(|(uid=\\2a)(cn=*a\\29*))");
  g_ptr_array_add (one, intimail_ldap_filter_ends ("mail", "@a"));
  all = intimail_ldap_filter_all (one);
  g_assert_cmpstr (all, ==, "(mail=*@a)");
}

static void
test_is_valid (void)
{
  static const char *const good[] = { "(a=b)", "(&(a=b)(c=d))", "(!(a=b))", "(a=\\28)" };
  static const char *const bad[] = { "", "a=b", "(a=b", "(a=b))", "(a=b)(c=d)", "(a=\\2)", "(a=\\zz)", ")", "x(a=b)" };

  for (gsize i = 0; i < G_N_ELEMENTS (good); i++)
    g_assert_true (intimail_ldap_filter_is_valid (good[i]));
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_false (intimail_ldap_filter_is_valid (bad[i]));
}

static void
test_make_dn (void)
{
  static const char *const cases[][2] = {
    { "ann", "uid=ann,dc=a" },
    { "a,b=c+d", "uid=a\\2cb\\3dc\\2bd,dc=a" },
    { " a ", "uid=\\20a\\20,dc=a" },
    { "#1", "uid=\\231,dc=a" },
    { "a\"<>;\\", "uid=a\\22\\3c\\3e\\3b\\5c,dc=a" },
    { "\xc3\xa4", "uid=\xc3\xa4,dc=a" },
  };
  g_autofree char *alone = intimail_ldap_filter_make_dn ("uid", "ann", "");

  g_assert_cmpstr (alone, ==, "uid=ann");
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *dn = intimail_ldap_filter_make_dn ("uid", cases[i][0], "dc=a");

      g_assert_cmpstr (dn, ==, cases[i][1]);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/ldap-filter/escape", test_escape);
  g_test_add_func ("/ldap-filter/build", test_build);
  g_test_add_func ("/ldap-filter/is-valid", test_is_valid);
  g_test_add_func ("/ldap-filter/make-dn", test_make_dn);

  return g_test_run ();
}
