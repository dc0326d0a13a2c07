/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "jmap-test.h"

#include "jmap/intimail-jmap-args-private.h"

static const char arguments[] =
    "{'text':'t','yes':true,'seven':7,'seven-real':7.0,'minus':-3,'half':0.5,"
    "'large':9007199254740993,'object':{},'array':[1],'strings':['a','b','a'],'null':null,'empty':[]}";

typedef enum
{
  STRING,
  REQUIRED,
  BOOLEAN,
  INTEGER,
  UNSIGNED,
  OBJECT,
  ARRAY,
  STRINGS,
} Kind;

/* What each getter refuses; everything else it takes. */
static const struct
{
  Kind kind;
  const char *name;
  gboolean taken;
} cases[] = {
  { STRING, "text", TRUE },
  { STRING, "nothing", TRUE },
  { STRING, "null", TRUE },
  { STRING, "seven", FALSE },
  { STRING, "object", FALSE },
  { REQUIRED, "text", TRUE },
  { REQUIRED, "nothing", FALSE },
  { REQUIRED, "null", FALSE },
  { BOOLEAN, "yes", TRUE },
  { BOOLEAN, "nothing", TRUE },
  { BOOLEAN, "seven", FALSE },
  { BOOLEAN, "text", FALSE },
  { INTEGER, "seven", TRUE },
  { INTEGER, "seven-real", TRUE },
  { INTEGER, "minus", TRUE },
  { INTEGER, "half", FALSE },
  { INTEGER, "large", FALSE },
  { INTEGER, "yes", FALSE },
  { INTEGER, "text", FALSE },
  { UNSIGNED, "seven", TRUE },
  { UNSIGNED, "minus", FALSE },
  { UNSIGNED, "null", TRUE },
  { OBJECT, "object", TRUE },
  { OBJECT, "array", FALSE },
  { OBJECT, "null", TRUE },
  { ARRAY, "array", TRUE },
  { ARRAY, "object", FALSE },
  { STRINGS, "strings", TRUE },
  { STRINGS, "empty", TRUE },
  { STRINGS, "array", FALSE },
  { STRINGS, "text", FALSE },
};

static gboolean
take (Kind kind, JsonObject *object, const char *name, GError **error)
{
  g_autoptr (GPtrArray) strings = NULL;
  const char *text;
  gboolean flag;
  gint64 number;
  JsonObject *inner;
  JsonArray *array;

  switch (kind)
    {
    case STRING:
      return intimail_jmap_args_get_string (object, name, &text, error);
    case REQUIRED:
      return intimail_jmap_args_require_string (object, name, &text, error);
    case BOOLEAN:
      return intimail_jmap_args_get_boolean (object, name, TRUE, &flag, error);
    case INTEGER:
      return intimail_jmap_args_get_integer (object, name, 0, &number, error);
    case UNSIGNED:
      return intimail_jmap_args_get_unsigned (object, name, 0, &number, error);
    case OBJECT:
      return intimail_jmap_args_get_object (object, name, &inner, error);
    case ARRAY:
      return intimail_jmap_args_get_array (object, name, &array, error);
    case STRINGS:
      return intimail_jmap_args_get_strings (object, name, &strings, error);
    }

  g_return_val_if_reached (FALSE);
}

static void
test_types (void)
{
  g_autoptr (JsonNode) root = jmap_test_parse (arguments);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      gboolean taken = take (cases[i].kind, json_node_get_object (root), cases[i].name, &error);

      g_test_message ("%d %s", cases[i].kind, cases[i].name);
      g_assert_cmpint (taken, ==, cases[i].taken);
      if (taken)
        {
          g_assert_no_error (error);
        }
      else
        {
          g_assert_error (error, INTIMAIL_JMAP_ERROR, INTIMAIL_JMAP_ERROR_INVALID_ARGUMENTS);
          g_assert_nonnull (strstr (error->message, cases[i].name));
        }
    }
}

static void
test_values (void)
{
  g_autoptr (JsonNode) root = jmap_test_parse (arguments);
  g_autoptr (GPtrArray) strings = NULL;
  JsonObject *object = json_node_get_object (root);
  gboolean flag;
  gint64 number;

  g_assert_true (intimail_jmap_args_get_boolean (object, "nothing", TRUE, &flag, NULL));
  g_assert_true (flag);
  g_assert_true (intimail_jmap_args_get_integer (object, "seven-real", 0, &number, NULL));
  g_assert_cmpint (number, ==, 7);
  g_assert_true (intimail_jmap_args_get_unsigned (object, "nothing", 5, &number, NULL));
  g_assert_cmpint (number, ==, 5);

  /* Each once, where it stood first. */
  g_assert_true (intimail_jmap_args_get_strings (object, "strings", &strings, NULL));
  g_assert_cmpuint (strings->len, ==, 2);
  g_assert_cmpstr (strings->pdata[0], ==, "a");
  g_assert_cmpstr (strings->pdata[1], ==, "b");
}

static void
test_dates (void)
{
  static const struct
  {
    const char *text;
    gint64 seconds; /* -1: none */
  } dates[] = {
    { "2014-10-30T06:12:00Z", 1414649520 },
    { "2014-10-30T06:12:00.5Z", 1414649520 },
    { "1970-01-01T00:00:00Z", 0 },
    { "2016-12-31T23:59:60Z", 1483228799 },
    { "2014-10-30T06:12:00", -1 },
    { "2014-10-30T06:12:00+01:00", -1 },
    { "2014-10-30T06:12:00z", -1 },
    { "2014-13-30T06:12:00Z", -1 },
    { "2014-02-30T06:12:00Z", -1 },
    { "2014-10-30 06:12:00Z", -1 },
    { "2014-10-30T06:12:00.Z", -1 },
    { "14-10-30T06:12:00Z", -1 },
    { "", -1 },
    { "yesterday", -1 },
  };
  g_autofree char *text = intimail_jmap_utc_date_format (1414649520);
  g_autofree char *far = intimail_jmap_utc_date_format (G_MAXINT64);

  for (gsize i = 0; i < G_N_ELEMENTS (dates); i++)
    {
      gint64 seconds = -1;
      gboolean parsed = intimail_jmap_utc_date_parse (dates[i].text, &seconds);

      g_test_message ("%s", dates[i].text);
      g_assert_cmpint (parsed, ==, dates[i].seconds >= 0);
      g_assert_cmpint (seconds, ==, dates[i].seconds);
    }
  g_assert_cmpstr (text, ==, "2014-10-30T06:12:00Z");
  g_assert_cmpstr (far, ==, "1970-01-01T00:00:00Z");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/jmap-args/types", test_types);
  g_test_add_func ("/jmap-args/values", test_values);
  g_test_add_func ("/jmap-args/dates", test_dates);

  return g_test_run ();
}
