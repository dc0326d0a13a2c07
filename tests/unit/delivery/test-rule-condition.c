/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include <intimail/intimail.h>

#include "delivery/intimail-rule-condition-private.h"

#define TRACE "Return-Path: <zoe@far.example>\nReceived: by mail.home.example\n"
#define MAIL                                                       \
  "From: =?utf-8?q?Zo=C3=A9_Stra=C3=9Fe?= <Zoe@Far.example>\n"     \
  "To: Friends: Anna <anna@home.example>, bert@home.example;\n"    \
  "Cc: \"Carl, the third\" <carl@home.example>\n"                  \
  "Subject: =?iso-8859-1?q?L'=C9t=E9?= in the\n garden * (50%)\n" \
  "List-Id: Garden friends <garden.lists.example>\n"               \
  "X-Colour: red\n"                                                \
  "X-Colour: Green\n"                                              \
  "X-Empty:\n"                                                     \
  "\n"                                                             \
  "secret body\n"

typedef struct
{
  const char *field;
  const char *test;
  const char *value;
  gboolean wanted;
} Case;

static const Case cases[] = {
  { "from", "is", "zoe@far.example", TRUE },
  { "from", "is", "ZOE@FAR.EXAMPLE", TRUE },
  { "from", "is", "zo\xc3\xa9 strasse", TRUE },
  { "from", "is", "far.example", FALSE },
  { "From", "ends", "@far.example", TRUE },
  { "from", "ends", "far.exampl", FALSE },
  { "from", "contains", "STRASSE", TRUE },
  { "from", "contains", "zoe stra", FALSE },
  { "from", "begins", "zoe@", TRUE },
  { "from", "glob", "*@*.example", TRUE },
  { "from", "glob", "z?e@*", TRUE },
  { "from", "glob", "z??e@*", FALSE },
  { "from", "exists", "", TRUE },
  { "to", "is", "bert@home.example", TRUE },
  { "to", "is", "carl@home.example", TRUE },
  { "to", "is", "carl, the third", TRUE },
  { "to", "is", "zoe@far.example", FALSE },
  { "to", "contains", "friends", TRUE },
  { "header:to", "is", "carl@home.example", FALSE },
  { "header:CC", "is", "carl@home.example", TRUE },
  { "header:Bcc", "exists", "", FALSE },
  { "subject", "is", "l'\xc3\xa9t\xc3\xa9 in the garden * (50%)", TRUE },
  { "subject", "begins", "L'\xc3\x89T\xc3\x89", TRUE },
  { "subject", "contains", "in the garden", TRUE },
  { "subject", "contains", "secret", FALSE },
  { "subject", "glob", "*garden*", TRUE },
  { "subject", "glob", "garden", FALSE },
  { "subject", "glob", "*", TRUE },
  { "subject", "glob", "*x*", FALSE },
  { "subject", "is", "", FALSE },
  { "list-id", "is", "garden.lists.example", TRUE },
  { "list-id", "begins", "Garden friends", TRUE },
  { "list-id", "is", "garden", FALSE },
  { "header:X-Colour", "is", "green", TRUE },
  { "header:x-colour", "is", "red", TRUE },
  { "header:X-Colour", "is", "blue", FALSE },
  { "header:X-Empty", "exists", "", TRUE },
  { "header:X-Empty", "is", "", TRUE },
  { "header:X-Missing", "is", "", FALSE },
  { "header:X-Missing", "exists", "", FALSE },
  { "header:Return-Path", "is", "zoe@far.example", TRUE },
  { "size", "over", "100", TRUE },
  { "size", "under", "100", FALSE },
  { "size", "over", "100000", FALSE },
  { "size", "under", "100000", TRUE },
};

static void
test_cases (void)
{
  g_autoptr (GBytes) message = g_bytes_new_static (TRACE MAIL, strlen (TRACE MAIL));

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    for (guint negated = 0; negated < 2; negated++)
      {
        g_autoptr (IntimailRuleView) view = intimail_rule_view_new (message, strlen (TRACE));
        g_autoptr (GError) error = NULL;
        g_autoptr (IntimailRuleCondition) condition = intimail_rule_condition_new (cases[i].field, cases[i].test, cases[i].value, negated, &error);
        g_autofree char *text = NULL;

        g_assert_no_error (error);
        text = intimail_rule_condition_to_string (condition);
        g_test_message ("%s", text);
        g_assert_cmpint (intimail_rule_condition_matches (condition, view), ==, cases[i].wanted != (gboolean) negated);
      }
}

/* The size is that of what came. */
static void
test_size (void)
{
  g_autoptr (GBytes) message = g_bytes_new_static (TRACE MAIL, strlen (TRACE MAIL));
  g_autoptr (IntimailRuleView) view = intimail_rule_view_new (message, strlen (TRACE));

  g_assert_cmpuint (intimail_rule_view_get_size (view), ==, strlen (MAIL));
  g_assert_cmpuint (intimail_rule_view_count (view, "Received"), ==, 0);
  g_assert_cmpuint (intimail_rule_view_count (view, "X-Colour"), ==, 2);
}

static void
test_refused (void)
{
  static const struct
  {
    const char *field;
    const char *test;
    const char *value;
    int code;
  } refused[] = {
    { "body", "contains", "x", INTIMAIL_ERROR_INVALID_ARGUMENT },
    { "", "contains", "x", INTIMAIL_ERROR_INVALID_ARGUMENT },
    { "header:", "contains", "x", INTIMAIL_ERROR_INVALID_ARGUMENT },
    { "header:X Y", "contains", "x", INTIMAIL_ERROR_INVALID_ARGUMENT },
    { "header:X:", "contains", "x", INTIMAIL_ERROR_INVALID_ARGUMENT },
    { "subject", "like", "x", INTIMAIL_ERROR_INVALID_ARGUMENT },
    { "subject", "over", "5", INTIMAIL_ERROR_INVALID_ARGUMENT },
    { "subject", "contains", "", INTIMAIL_ERROR_INVALID_ARGUMENT },
    { "subject", "exists", "x", INTIMAIL_ERROR_INVALID_ARGUMENT },
    { "subject", "is", "\xff", INTIMAIL_ERROR_INVALID_ARGUMENT },
    { "size", "contains", "5", INTIMAIL_ERROR_INVALID_ARGUMENT },
    { "size", "over", "1M", INTIMAIL_ERROR_INVALID_ARGUMENT },
    { "size", "over", "-1", INTIMAIL_ERROR_INVALID_ARGUMENT },
    { "size", "over", "", INTIMAIL_ERROR_INVALID_ARGUMENT },
  };
  g_autofree char *long_value = g_strnfill (INTIMAIL_RULE_MAX_VALUE + 1, 'x');
  g_autoptr (GError) too_large = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      g_autoptr (GError) error = NULL;

      g_test_message ("%s %s %s", refused[i].field, refused[i].test, refused[i].value);
      g_assert_null (intimail_rule_condition_new (refused[i].field, refused[i].test, refused[i].value, FALSE, &error));
      g_assert_error (error, INTIMAIL_ERROR, refused[i].code);
    }
  g_assert_null (intimail_rule_condition_new ("subject", "is", long_value, FALSE, &too_large));
  g_assert_error (too_large, INTIMAIL_ERROR, INTIMAIL_ERROR_TOO_LARGE);
}

/* A pattern that would be tried for ever, and a field of a megabyte. */
static void
test_bounds (void)
{
  g_autofree char *filling = g_strnfill (900 * 1024, 'a');
  g_autofree char *mail = g_strconcat ("Subject: ", filling, "\nFrom: a@b.example\n\n", NULL);
  g_autoptr (GBytes) message = g_bytes_new_static (mail, strlen (mail));
  g_autoptr (IntimailRuleView) view = intimail_rule_view_new (message, 0);
  g_autoptr (IntimailRuleCondition) hostile = intimail_rule_condition_new ("subject", "glob", "*a*a*a*a*a*a*a*a*a*a*a*ab", FALSE, NULL);
  g_autoptr (IntimailRuleCondition) plain = intimail_rule_condition_new ("subject", "contains", "aaa", FALSE, NULL);
  const GPtrArray *texts = intimail_rule_view_get_texts (view, "subject");
  gint64 start = g_get_monotonic_time ();

  g_assert_cmpuint (texts->len, ==, 1);
  g_assert_cmpuint (strlen (texts->pdata[0]), ==, INTIMAIL_RULE_VIEW_MAX_TEXT);
  g_assert_false (intimail_rule_condition_matches (hostile, view));
  g_assert_true (intimail_rule_condition_matches (plain, view));
  g_assert_cmpint (g_get_monotonic_time () - start, <, 5 * G_USEC_PER_SEC);
}

static void
test_parts (void)
{
  g_autoptr (IntimailRuleCondition) condition = intimail_rule_condition_new ("Header:X-Foo", "glob", "a*", TRUE, NULL);
  g_autofree char *text = intimail_rule_condition_to_string (condition);
  g_autoptr (GObject) bare = g_object_new (INTIMAIL_TYPE_RULE_CONDITION, NULL);

  g_assert_cmpstr (intimail_rule_condition_get_field (condition), ==, "header:x-foo");
  g_assert_cmpstr (intimail_rule_condition_get_test (condition), ==, "glob");
  g_assert_cmpstr (intimail_rule_condition_get_value (condition), ==, "a*");
  g_assert_true (intimail_rule_condition_is_negated (condition));
  g_assert_cmpstr (text, ==, "header:x-foo not glob \"a*\"");
  g_assert_cmpstr (intimail_rule_condition_get_field (INTIMAIL_RULE_CONDITION (bare)), ==, "subject");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/rule-condition/cases", test_cases);
  g_test_add_func ("/rule-condition/size", test_size);
  g_test_add_func ("/rule-condition/refused", test_refused);
  g_test_add_func ("/rule-condition/bounds", test_bounds);
  g_test_add_func ("/rule-condition/parts", test_parts);

  return g_test_run ();
}
