/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include <intimail/intimail-error.h>

#include "json/intimail-json-private.h"

/* Written: what comes back when the document is read and written again. */
static const struct
{
  const char *name;
  const char *text;
  const char *written;
} good[] = {
  { "null", "null", "null" },
  { "space", " \t\r\n[ 1 , 2 ]\n", "[1,2]" },
  { "empty-object", "{}", "{}" },
  { "empty-array", "[ ]", "[]" },
  { "empty-key", "{\"\":1}", "{\"\":1}" },
  { "order", "{\"b\":1,\"a\":{\"d\":true,\"c\":false},\"B\":null}", "{\"b\":1,\"a\":{\"d\":true,\"c\":false},\"B\":null}" },
  { "same-key-elsewhere", "{\"a\":{\"a\":[{\"a\":1},{\"a\":2}]}}", "{\"a\":{\"a\":[{\"a\":1},{\"a\":2}]}}" },
  { "zero", "[0,-0,0.0,0e5,0E-2]", "[0,0,0,0,0]" },
  { "integers", "[1,-1,9007199254740991,9223372036854775807,-9223372036854775808]", "[1,-1,9007199254740991,9223372036854775807,-9223372036854775808]" },
  { "over-63-bits", "[9223372036854775808,18446744073709551616]", "[9.223372036854776e+18,1.8446744073709552e+19]" },
  { "reals", "[3.14,0.1,1e3,1.5E+2,-2.5e-3,1e-7,1e300]", "[3.14,0.1,1000,150,-0.0025,1e-07,1e+300]" },
  { "shortest-real", "[0.30000000000000004,5e-324]", "[0.30000000000000004,4.94065645841247e-324]" },
  { "real-that-is-zero", "[1e-400]", "[0]" },
  { "escapes", "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u0041\\u001f\"", "\"\\\"\\\\/\\b\\f\\n\\r\\tA\\u001f\"" },
  { "pair", "\"\\ud83d\\ude00 \\uD83D\\uDE00\"", "\"\360\237\230\200 \360\237\230\200\"" },
  { "utf-8", "\"\303\251\346\227\245\360\237\230\200\357\277\275\177\"", "\"\303\251\346\227\245\360\237\230\200\357\277\275\177\"" },
  { "long-string", "\"0123456789abcdef\\n0123456789abcdef\\n\"", "\"0123456789abcdef\\n0123456789abcdef\\n\"" },
  { "scalar", "\"x\"", "\"x\"" },
};

static void
test_good (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (JsonNode) node = NULL;
      g_autoptr (GBytes) written = NULL;

      g_test_message ("%s", good[i].name);
      g_assert_true (intimail_json_check (good[i].text, strlen (good[i].text), NULL, &error));
      g_assert_no_error (error);
      node = intimail_json_parse (good[i].text, strlen (good[i].text), NULL, &error);
      g_assert_no_error (error);
      written = intimail_json_write (node);
      g_assert_cmpmem (g_bytes_get_data (written, NULL), g_bytes_get_size (written), good[i].written, strlen (good[i].written));
    }
}

/* The message names the place: offset is the number in it. */
static const struct
{
  const char *name;
  const char *text;
  const char *message;
} bad[] = {
  { "empty", "", "no value at byte 0" },
  { "space", "  ", "no value at byte 2" },
  { "two-documents", "{} {}", "more after the document at byte 3" },
  { "comment", "{/* x */\"a\":1}", "no key at byte 1" },
  { "single-quotes", "{'a':1}", "no key at byte 1" },
  { "assignment", "var x = {};", "no value at byte 0" },
  { "byte-order-mark", "\357\273\277{}", "no value at byte 0" },
  { "duplicate", "{\"a\":1,\"b\":2,\"a\":3}", "duplicate key at byte 13" },
  { "duplicate-escaped", "{\"a\":1,\"\\u0061\":2}", "duplicate key at byte 7" },
  { "duplicate-empty", "{\"\":1,\"\":2}", "duplicate key at byte 6" },
  { "duplicate-deep", "[{\"x\":{\"k\":1,\"k\":1}}]", "duplicate key at byte 13" },
  { "nul-escaped", "\"x\\u0000y\"", "forbidden character at byte 2" },
  { "nul-in-key", "{\"x\\u0000\":1,\"x\":1}", "forbidden character at byte 3" },
  { "lone-high", "\"\\ud800\"", "no valid escape at byte 1" },
  { "lone-high-then-text", "\"\\ud800abcdef\"", "no valid escape at byte 1" },
  { "high-high", "\"\\ud800\\ud800\"", "no valid escape at byte 1" },
  { "lone-low", "\"\\udc00\"", "no valid escape at byte 1" },
  { "noncharacter-escaped", "\"\\uffff\"", "forbidden character at byte 1" },
  { "noncharacter-pair", "\"\\ud83f\\udffe\"", "forbidden character at byte 1" },
  { "noncharacter", "\"a\357\277\276\"", "forbidden character in the string at byte 1" },
  { "noncharacter-fdd0", "\"\357\267\220\"", "forbidden character in the string at byte 1" },
  { "surrogate-bytes", "\"\355\240\200\"", "no UTF-8 at byte 1" },
  { "latin-1", "\"\351\"", "no UTF-8 at byte 1" },
  { "overlong", "\"\300\257\"", "no UTF-8 at byte 1" },
  { "over-unicode", "\"\364\220\200\200\"", "no UTF-8 at byte 1" },
  { "control", "\"a\nb\"", "control character in a string at byte 2" },
  { "control-far", "\"0123456789abcdef\t\"", "control character in a string at byte 17" },
  { "escape-unknown", "\"\\q\"", "no valid escape at byte 1" },
  { "escape-short", "\"\\u00\"", "no valid escape at byte 1" },
  { "escape-end", "\"\\", "no valid escape at byte 1" },
  { "string-end", "\"abc", "string without an end at byte 4" },
  { "hexadecimal", "[0x10]", "neither a comma nor the end of an array at byte 2" },
  { "octal", "[010]", "number with a leading zero at byte 2" },
  { "plus", "[+1]", "no value at byte 1" },
  { "minus", "[-]", "no value at byte 2" },
  { "point-first", "[.5]", "no value at byte 1" },
  { "point-last", "[5.]", "no digit after the point at byte 3" },
  { "exponent", "[1e]", "no digit in the exponent at byte 3" },
  { "infinite", "[1e400]", "number that no double holds at byte 1" },
  { "nan", "[NaN]", "no value at byte 1" },
  { "word", "[nul]", "no value at byte 1" },
  { "word-long", "[nulll]", "neither a comma nor the end of an array at byte 5" },
  { "word-case", "[True]", "no value at byte 1" },
  { "trailing-comma", "[1,]", "no value at byte 3" },
  { "trailing-comma-object", "{\"a\":1,}", "no key at byte 7" },
  { "comma-only", "[,]", "no value at byte 1" },
  { "no-colon", "{\"a\" 1}", "no colon after a key at byte 5" },
  { "number-key", "{1:1}", "no key at byte 1" },
  { "no-value", "{\"a\":}", "no value at byte 5" },
  { "wrong-close", "[1}", "neither a comma nor the end of an array at byte 2" },
  { "unclosed", "{\"a\":[1", "neither a comma nor the end of an array at byte 7" },
  { "closed-only", "]", "no value at byte 0" },
};

static void
assert_refused (const char *text, gsize length, const IntimailJsonLimits *limits, IntimailError code, const char *message)
{
  g_autoptr (GError) check_error = NULL;
  g_autoptr (GError) parse_error = NULL;

  g_assert_false (intimail_json_check (text, length, limits, &check_error));
  g_assert_null (intimail_json_parse (text, length, limits, &parse_error));
  g_assert_error (check_error, INTIMAIL_ERROR, (int) code);
  g_assert_error (parse_error, INTIMAIL_ERROR, (int) code);
  g_assert_cmpstr (check_error->message, ==, message);
  g_assert_cmpstr (parse_error->message, ==, message);
}

static void
test_bad (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_test_message ("%s", bad[i].name);
      assert_refused (bad[i].text, strlen (bad[i].text), NULL, INTIMAIL_ERROR_INVALID_ARGUMENT, bad[i].message);
    }
  assert_refused ("[1]\0", 4, NULL, INTIMAIL_ERROR_INVALID_ARGUMENT, "no UTF-8 at byte 3");
  assert_refused ("\"\0\"", 3, NULL, INTIMAIL_ERROR_INVALID_ARGUMENT, "no UTF-8 at byte 1");
}

/* No byte of a document may be read past its end: each beginning of it stands
 * in a block of its own, of exactly its size. */
static void
test_cut_anywhere (void)
{
  static const char text[] = "{\"a\":[1.5e3,-2,true,null,{\"\\u00e9\\ud83d\\ude00\":\"\303\251\"}]}";

  for (gsize length = 0; length < strlen (text); length++)
    {
      g_autofree char *copy = g_memdup2 (text, length);
      g_autoptr (GError) error = NULL;

      g_assert_false (intimail_json_check (copy, length, NULL, &error));
      g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT);
    }
}

static void
test_limits (void)
{
  const IntimailJsonLimits limits = { .max_size = 20, .max_depth = 3, .max_values = 5 };

  g_assert_true (intimail_json_check ("[[[1]]]", 7, &limits, NULL));
  assert_refused ("[[[[1]]]]", 9, &limits, INTIMAIL_ERROR_TOO_LARGE, "too many levels at byte 3");
  g_assert_true (intimail_json_check ("[1,2,3,4]", 9, &limits, NULL));
  assert_refused ("[1,2,3,4,5]", 11, &limits, INTIMAIL_ERROR_TOO_LARGE, "too many values at byte 9");
  g_assert_true (intimail_json_check ("[                  ]", 20, &limits, NULL));
  assert_refused ("[                   ]", 21, &limits, INTIMAIL_ERROR_TOO_LARGE, "document has 21 bytes, limit is 20");
}

static void
test_deep (void)
{
  const IntimailJsonLimits any = { .max_size = G_MAXSIZE, .max_depth = G_MAXUINT, .max_values = G_MAXUINT };
  g_autofree char *text = g_strnfill (1000 * 1000, '[');

  assert_refused (text, 1000 * 1000, NULL, INTIMAIL_ERROR_TOO_LARGE, "too many levels at byte 64");
  assert_refused (text, 1000 * 1000, &any, INTIMAIL_ERROR_TOO_LARGE, "too many levels at byte 512");
}

static void
test_long_number (void)
{
  g_autofree char *digits = g_strnfill (401, '1');

  assert_refused (digits, 401, NULL, INTIMAIL_ERROR_TOO_LARGE, "too many digits at byte 401");
  assert_refused (digits, 400, NULL, INTIMAIL_ERROR_INVALID_ARGUMENT, "number that no double holds at byte 0");
}

/* Many keys must not cost the square of their number. */
static void
test_many_keys (void)
{
  g_autoptr (GString) text = g_string_new ("{");
  g_autoptr (GError) error = NULL;

  for (int i = 0; i < 200 * 1000; i++)
    g_string_append_printf (text, "\"k%d\":0,", i);
  g_string_append (text, "\"k0\":0}");
  g_assert_false (intimail_json_check (text->str, text->len, NULL, &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT);
  g_assert_true (g_str_has_prefix (error->message, "duplicate key at byte "));
}

static void
test_write_mends (void)
{
  g_autoptr (JsonNode) node = json_node_alloc ();
  g_autoptr (GBytes) written = NULL;
  JsonArray *array = json_array_new ();
  static const char expected[] =
      "[\"a\357\277\275b\",\"\357\277\275\",\"\\u0001\\u000b\",null,null,null,7,true,\"\357\277\275\357\277\275\303\251\"]";

  json_array_add_string_element (array, "a\377b");
  json_array_add_string_element (array, "\357\277\277");
  json_array_add_string_element (array, "\001\013");
  json_array_add_double_element (array, G_MAXDOUBLE * 10);
  json_array_add_double_element (array, g_ascii_strtod ("nan", NULL));
  json_array_add_string_element (array, NULL);
  json_array_add_double_element (array, 7);
  json_array_add_boolean_element (array, TRUE);
  json_array_add_string_element (array, "\355\303\303\251");
  json_node_init_array (node, array);
  json_array_unref (array);

  written = intimail_json_write (node);
  g_assert_cmpmem (g_bytes_get_data (written, NULL), g_bytes_get_size (written), expected, strlen (expected));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/json/good", test_good);
  g_test_add_func ("/json/bad", test_bad);
  g_test_add_func ("/json/cut-anywhere", test_cut_anywhere);
  g_test_add_func ("/json/limits", test_limits);
  g_test_add_func ("/json/deep", test_deep);
  g_test_add_func ("/json/long-number", test_long_number);
  g_test_add_func ("/json/many-keys", test_many_keys);
  g_test_add_func ("/json/write-mends", test_write_mends);

  return g_test_run ();
}
