/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include <intimail/intimail-error.h>

#include "directory/intimail-csv-private.h"

/* "[a|b][c]" of rows, with the line of each before it. */
static char *
describe (GPtrArray *rows)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < rows->len; i++)
    {
      IntimailCsvRow *row = rows->pdata[i];
      g_autofree char *fields = g_strjoinv ("|", row->fields);

      g_string_append_printf (text, "%u[%s]", row->line, fields);
    }

  return g_string_free (text, FALSE);
}

static void
test_parse (void)
{
  static const char *const cases[][2] = {
    { "", "" },
    { "a,b\nc,d\n", "1[a|b]2[c|d]" },
    { "a,b\r\nc,d", "1[a|b]2[c|d]" },
    { "a,,\n", "1[a||]" },
    { "\"a,b\",\"c\"\"d\"\n", "1[a,b|c\"d]" },
    { "\"a\nb\",c\nd,e\n", "1[a\nb|c]3[d|e]" },
    { "\n\na\n\nb\n", "3[a]5[b]" },
    { "\xef\xbb\xbf"
      "a\n",
      "1[a]" },
    { "\"\"\n", "1[]" },
    { " a , b \n", "1[ a | b ]" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GPtrArray) rows = intimail_csv_parse (cases[i][0], &intimail_csv_default_limits, &error);
      g_autofree char *text = NULL;

      g_assert_no_error (error);
      text = describe (rows);
      g_assert_cmpstr (text, ==, cases[i][1]);
    }
}

static void
test_mistakes (void)
{
  static const IntimailCsvLimits limits = { .max_field = 5, .max_fields = 3, .max_rows = 4 };
  static const struct
  {
    const char *text;
    IntimailError code;
    const char *message;
  } cases[] = {
    { "a\n\"b", INTIMAIL_ERROR_INVALID_ARGUMENT, "line 2: a quote that begins here has no end" },
    { "a\n\"b\n\n\n", INTIMAIL_ERROR_INVALID_ARGUMENT, "line 2: a quote that begins here has no end" },
    { "\"b\"c\n", INTIMAIL_ERROR_INVALID_ARGUMENT, "line 1: after a field in quotes" },
    { "a\"b\n", INTIMAIL_ERROR_INVALID_ARGUMENT, "line 1: a quote in the middle" },
    { "a\rb\n", INTIMAIL_ERROR_INVALID_ARGUMENT, "line 1: a carriage return alone" },
    { "\xff\n", INTIMAIL_ERROR_INVALID_ARGUMENT, "the table is not UTF-8" },
    { "a\nbbbbbb\n", INTIMAIL_ERROR_TOO_LARGE, "line 2: a field has over 5 bytes" },
    { "a\n\"bbbbbb\"\n", INTIMAIL_ERROR_TOO_LARGE, "line 2: a field has over 5 bytes" },
    { "a,b,c\na,b,c,d\n", INTIMAIL_ERROR_TOO_LARGE, "line 2: over 3 fields" },
    { "a\nb\nc\nd\ne\n", INTIMAIL_ERROR_TOO_LARGE, "line 5: over 4 rows" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (intimail_csv_parse (cases[i].text, &limits, &error));
      g_assert_error (error, INTIMAIL_ERROR, (gint) cases[i].code);
      g_test_message ("%s", error->message);
      g_assert_true (g_str_has_prefix (error->message, cases[i].message));
    }
}

static void
test_append (void)
{
  static const char *const fields[] = { "\xef\xbb\xbfname", "b,c", "d\"e", "f\ng", "", NULL };
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GPtrArray) rows = NULL;

  intimail_csv_append (text, fields);
  g_assert_cmpstr (text->str, ==,
                   "\"\xef\xbb\xbfname\",\"b,c\",\"d\"\"e\",\"f\ng\",\r\n");
  rows = intimail_csv_parse (text->str, &intimail_csv_default_limits, NULL);
  g_assert_cmpuint (rows->len, ==, 1);
  g_assert_true (g_strv_equal (fields, (const char *const *) ((IntimailCsvRow *) rows->pdata[0])->fields));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/csv/parse", test_parse);
  g_test_add_func ("/csv/mistakes", test_mistakes);
  g_test_add_func ("/csv/append", test_append);

  return g_test_run ();
}
