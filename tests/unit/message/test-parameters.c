/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include "message/intimail-gmime-private.h"
#include "message/intimail-parameters-private.h"

static const struct
{
  const char *text;
  const char *value;
  const char *name; /* the parameter "name" */
} cases[] = {
  { "text/plain", "text/plain", NULL },
  { " TEXT/Plain ; name=a.txt", "text/plain", "a.txt" },
  { "text/plain (comment; name=no); name=\"a b.txt\"", "text/plain", "a b.txt" },
  { "text/plain; name=a b.txt", "text/plain", "a b.txt" },
  { "text/plain;; NAME = \"a\\\"b\\\\c\" ;", "text/plain", "a\"b\\c" },
  { "text/plain; name=\"C:\\dir\\a.txt\"", "text/plain", "C:\\dir\\a.txt" },
  { "text/plain; name=\"never closed", "text/plain", "never closed" },
  { "text/plain; name*=utf-8'en'%e2%82%ac%20x", "text/plain", "\342\202\254 x" },
  { "text/plain; name*=iso-8859-1''%E9", "text/plain", "\303\251" },
  { "text/plain; name*=%41", "text/plain", "A" },
  { "text/plain; name*1=b; name*0=a; name*2=c", "text/plain", "abc" },
  { "text/plain; name*0*=utf-8''%c3; name*1*=%a9; name*3=x", "text/plain", "\303\251" },
  { "text/plain; name=plain; name*=utf-8''better", "text/plain", "better" },
  { "text/plain; name=\"=?utf-8?Q?caf=C3=A9?=\"", "text/plain", "caf\303\251" },
  { "text/plain; name=\"=?utf-8?Q?caf=C3=A9?=.txt\"", "text/plain", "caf\303\251.txt" },
  { "text/plain; name=\"=?utf-8?Q?a b?= =?utf-8?B?w6k=?=\"", "text/plain", "a b\303\251" },
  { "text/plain; name=\"=?utf-8?B?w6?==?utf-8?B?qQ==?=\"", "text/plain", "\303\251" },
  { "text/plain; name=\"=?none?Q?a?=\"", "text/plain", "=?none?Q?a?=" },
  { "text/plain; name*0=\"=?utf-8?Q?caf\"; name*1=\"=C3=A9?=\"", "text/plain", "caf\303\251" },
  { "text/plain; name*0*=iso-8859-1''%E9; name*1=\"%41\303\251\"; name*2*=%E9", "text/plain", "\303\251%41\303\251\303\251" },
  { "text/plain; name*=none''%E9", "text/plain", "\303\251" },
  { "text/plain; name*=utf-8''%e2%82", "text/plain", "\357\277\275\357\277\275" },
  { "text/plain; name*=utf-8''a%e2b", "text/plain", "a\357\277\275b" },
  { "text/plain; name*=utf-8''a%e2%82", "text/plain", "a\357\277\275\357\277\275" },
  { "text/plain; name*=gb2312''%95%76a", "text/plain", "\346\231\207a" },
  { "text/plain; name*=shift_jis'ja'%83%65", "text/plain", "\343\203\206" },
  { "text/plain; name*=", "text/plain", "" },
  { "text/plain; name*=utf-8''", "text/plain", "" },
  { "text/plain; name*0*=utf-8''; name*1=\"=?utf-8?Q?a?=\"", "text/plain", "=?utf-8?Q?a?=" },
  { "text/plain; name*=utf-8''%zz%4", "text/plain", "%zz%4" },
  { "text/plain; name*0*=utf-8''%C3; name*1=%A9; name*2*=%A9", "text/plain", "\357\277\275%A9\357\277\275" },
  { "text/plain; name*0*=utf-8''a; name*0*=utf-8''b; name*1=c; name*0=d", "text/plain", "ac" },
  { "text/plain; name*0=a; name*1*=%C3%A9", "text/plain", "a\303\251" },
  { "text/plain; name*=utf-8''=?utf-8?q?a?=", "text/plain", "=?utf-8?q?a?=" },
  { "text/plain; name*=utf-8''%3D?utf-8?q?a?%3D", "text/plain", "=?utf-8?q?a?=" },
  { "text/plain; name*1=x; name=y", "text/plain", "y" },
  { "text/plain; name=a\tb", "text/plain", "ab" },
  { "text/plain; name", "text/plain", NULL },
  { "; name=a", "", "a" },
  { "", "", NULL },
  { ";;;===;;", "", NULL },
};

static void
test_cases (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (IntimailParameters) parameters = intimail_parameters_new (cases[i].text);
      g_autofree char *name = intimail_parameters_get (parameters, "name");

      g_test_message ("%s", cases[i].text);
      g_assert_cmpstr (intimail_parameters_get_value (parameters), ==, cases[i].value);
      g_assert_cmpstr (name, ==, cases[i].name);
    }
}

/* The same, when GMime is given what was cut apart. */
static void
test_gmime (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (IntimailParameters) parameters = intimail_parameters_new (cases[i].text);
      g_autoptr (GString) proper = g_string_new ("");
      g_autoptr (GObject) list = NULL;
      g_autofree char *name = NULL;

      intimail_gmime_require ();
      intimail_parameters_append_proper (parameters, "name", proper);
      list = (GObject *) g_mime_param_list_parse (NULL, proper->len > 0 ? proper->str + 1 : "");
      intimail_parameters_set_list (parameters, list);
      name = intimail_parameters_get (parameters, "name");
      g_test_message ("%s", cases[i].text);
      g_assert_cmpstr (name, ==, cases[i].name);
    }
}

static void
test_limits (void)
{
  g_autoptr (GString) many = g_string_new ("text/plain");
  g_autoptr (GString) pieces = g_string_new ("text/plain");
  g_autofree char *wide = g_strnfill (INTIMAIL_PARAMETERS_MAX_LENGTH, 'x');
  g_autofree char *text = g_strconcat ("text/plain; a=", wide, "; name=b", NULL);
  g_autoptr (IntimailParameters) of_many = NULL;
  g_autoptr (IntimailParameters) of_pieces = NULL;
  g_autoptr (IntimailParameters) of_wide = intimail_parameters_new (text);
  g_autofree char *name = NULL;
  g_autofree char *joined = NULL;

  for (int i = 0; i < INTIMAIL_PARAMETERS_MAX_COUNT; i++)
    g_string_append (many, "; a=b");
  g_string_append (many, "; name=b");
  for (int i = 0; i < 10000; i++)
    g_string_append_printf (pieces, "; name*%d=x", i);
  of_many = intimail_parameters_new (many->str);
  of_pieces = intimail_parameters_new (pieces->str);
  name = intimail_parameters_get (of_many, "name");
  joined = intimail_parameters_get (of_pieces, "name");
  g_assert_null (name);
  g_assert_cmpuint (strlen (joined), ==, INTIMAIL_PARAMETERS_MAX_COUNT);
  g_assert_null (intimail_parameters_get (of_wide, "name"));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/parameters/cases", test_cases);
  g_test_add_func ("/parameters/gmime", test_gmime);
  g_test_add_func ("/parameters/limits", test_limits);

  return g_test_run ();
}
