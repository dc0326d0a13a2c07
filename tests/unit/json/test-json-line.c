/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include "json/intimail-json-line-private.h"
#include "json/intimail-json-private.h"

static void
test_write (void)
{
  static const char *const words[] = { "$seen", "a\"b", NULL };
  g_autoptr (GString) line = g_string_new ("before\n");
  static const char expected[] =
      "before\n{\"id\":\"m1\",\"size\":-9223372036854775808,\"pj\":0,\"seen\":true,\"gone\":false,"
      "\"words\":[\"$seen\",\"a\\\"b\"],\"none\":[],\"text\":\"a\\nb\\\\\\u0001\303\251\357\277\275{\"}\n";

  intimail_json_line_begin (line);
  intimail_json_line_add_string (line, "id", "m1");
  intimail_json_line_add_integer (line, "size", G_MININT64);
  intimail_json_line_add_integer (line, "pj", 0);
  intimail_json_line_add_boolean (line, "seen", TRUE);
  intimail_json_line_add_boolean (line, "gone", FALSE);
  intimail_json_line_add_strings (line, "words", words);
  intimail_json_line_add_strings (line, "none", NULL);
  intimail_json_line_add_string (line, "text", "a\nb\\\001\303\251\351{");
  intimail_json_line_end (line);

  g_assert_cmpstr (line->str, ==, expected);
}

/* Says what is in a line, one member after the other. */
static char *
describe (const char *text, gsize length)
{
  IntimailJsonLineReader reader;
  IntimailJsonMember member;
  g_autoptr (GString) found = g_string_new (NULL);

  if (!intimail_json_line_reader_init (&reader, text, length))
    return g_strdup ("no line");
  while (intimail_json_line_reader_next (&reader, &member))
    {
      g_autofree char *string = intimail_json_member_dup_string (&member);
      g_auto (GStrv) strings = intimail_json_member_dup_strings (&member);
      g_autofree char *joined = g_strjoinv ("|", strings);

      g_string_append_printf (found, "%.*s%c", (int) member.key_length, member.key, "=#?0*"[member.kind]);
      if (member.kind == INTIMAIL_JSON_KIND_INTEGER || member.kind == INTIMAIL_JSON_KIND_BOOLEAN)
        g_string_append_printf (found, "%" G_GINT64_FORMAT, member.integer);
      g_string_append_printf (found, "%s%s ", string, joined);
    }
  g_string_append (found, intimail_json_line_reader_is_complete (&reader) ? "." : "!");
  g_assert_false (intimail_json_line_reader_next (&reader, &member));

  return g_string_free (g_steal_pointer (&found), FALSE);
}

/* The last sign: "." complete, "!" not in canonical form. */
static const struct
{
  const char *line;
  const char *found;
} lines[] = {
  { "{}", "." },
  { "{\"a\":\"b\"}", "a=b ." },
  { "{\"a\":\"\"}", "a= ." },
  { "{\"a\":\"\\\"\\\\\\u00e9\\ud83d\\ude00\\/\"}", "a=\"\\\303\251\360\237\230\200/ ." },
  { "{\"a\":0,\"b\":-1,\"c\":9223372036854775807,\"d\":-9223372036854775808}", "a#0 b#-1 c#9223372036854775807 d#-9223372036854775808 ." },
  { "{\"a\":true,\"b\":false,\"c\":null}", "a?1 b?0 c0 ." },
  { "{\"a\":[],\"b\":[\"x\"],\"c\":[\"x\",\"y\\nz\",\"\"]}", "a* b*x c*x|y\nz| ." },
  { "{\"a\":\"0123456789abcdef0123456789abcdef\\n\",\"b\":1}", "a=0123456789abcdef0123456789abcdef\n b#1 ." },
  { "", "no line" },
  { "{", "no line" },
  { "[]", "no line" },
  { " {}", "no line" },
  { "{} ", "!" },
  { "{ }", "!" },
  { "{\"a\":1", "!" },
  { "{\"a\":1,", "!" },
  { "{\"a\":1,}", "a#1 !" },
  { "{\"a\":1}}", "!" },
  { "{\"a\":1} ", "!" },
  { "{\"a\" :1}", "!" },
  { "{\"a\": 1}", "!" },
  { "{\"a\":1, \"b\":2}", "a#1 !" },
  { "{\"a\\u0062\":1}", "!" },
  { "{\"a\"", "!" },
  { "{\"a\":", "!" },
  { "{\"a\":}", "!" },
  { "{\"a\":\"b", "!" },
  { "{\"a\":\"b\\\"}", "!" },
  { "{\"a\":\"b\tc\"}", "!" },
  { "{\"a\":01}", "!" },
  { "{\"a\":-0}", "!" },
  { "{\"a\":-}", "!" },
  { "{\"a\":1.5}", "!" },
  { "{\"a\":1e3}", "!" },
  { "{\"a\":9223372036854775808}", "!" },
  { "{\"a\":-9223372036854775809}", "!" },
  { "{\"a\":99999999999999999999999}", "!" },
  { "{\"a\":tru}", "!" },
  { "{\"a\":{}}", "!" },
  { "{\"a\":[1]}", "!" },
  { "{\"a\":[\"x\",]}", "!" },
  { "{\"a\":[\"x\"", "!" },
  { "{\"a\":[", "!" },
  { "{\"a\":[\"x\";\"y\"]}", "!" },
  /* Somebody's editor: mended, not believed. */
  { "{\"a\":\"\\u0000\\ud800x\\q\",\"b\":\"\351\"}", "a=\357\277\275\357\277\275d800x\357\277\275 b=\357\277\275 ." },
};

static void
test_read (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (lines); i++)
    {
      /* A block of exactly that size: nothing may be read past it. */
      gsize length = strlen (lines[i].line);
      g_autofree char *copy = g_memdup2 (lines[i].line, length);
      g_autofree char *found = describe (copy != NULL ? copy : "", length);
      g_autofree char *name = g_strescape (lines[i].line, NULL);

      g_test_message ("%s", name);
      g_assert_cmpstr (found, ==, lines[i].found);
    }
}

/* What is written is read back the same, is one strict JSON document, and is
 * taken for torn wherever it is cut. */
static void
test_round_trip (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (8259);

  for (int round = 0; round < 2000; round++)
    {
      g_autoptr (GString) line = g_string_new (NULL);
      gunichar text[24];
      glong count = g_rand_int_range (random, 0, G_N_ELEMENTS (text));
      g_autofree char *value = NULL;
      g_autofree char *found = NULL;
      g_autofree char *expected = NULL;
      gint64 number = (gint64) ((guint64) g_rand_int (random) << 32 | g_rand_int (random));

      for (glong i = 0; i < count; i++)
        text[i] = g_rand_boolean (random) ? (gunichar) g_rand_int_range (random, 1, 0x80) : (gunichar) g_rand_int_range (random, 0x80, 0xd800);
      value = g_ucs4_to_utf8 (text, count, NULL, NULL, NULL);
      intimail_json_line_begin (line);
      intimail_json_line_add_string (line, "k", value);
      intimail_json_line_add_integer (line, "n", number);
      intimail_json_line_add_strings (line, "s", (const char *const[]){ value, "", value, NULL });
      intimail_json_line_end (line);

      expected = g_strdup_printf ("k=%s n#%" G_GINT64_FORMAT " s*%s||%s .", value, number, value, value);
      found = describe (line->str, line->len - 1);
      g_assert_cmpstr (found, ==, expected);
      g_assert_null (memchr (line->str, '\n', line->len - 1));
      g_assert_true (intimail_json_check (line->str, line->len, NULL, NULL));
      for (gsize length = 0; length < line->len - 1; length++)
        {
          g_autofree char *copy = g_memdup2 (line->str, length);
          g_autofree char *torn = describe (copy, length);

          g_assert_false (g_str_has_suffix (torn, "."));
        }
    }
}

static void
test_member_is (void)
{
  const IntimailJsonMember member = { .key = "subject\":", .key_length = 7 };

  g_assert_true (intimail_json_member_is (&member, "subject"));
  g_assert_false (intimail_json_member_is (&member, "subjec"));
  g_assert_false (intimail_json_member_is (&member, "subject\""));
  g_assert_false (intimail_json_member_is (&member, "Subject"));
}

static void
test_speed (void)
{
  g_autoptr (GString) line = g_string_new (NULL);
  IntimailJsonLineReader reader;
  IntimailJsonMember member;
  gsize members = 0;
  int rounds = 200 * 1000;
  double seconds;

  intimail_json_line_begin (line);
  intimail_json_line_add_string (line, "id", "mabcdefghijklmnopqrstuvwxyz");
  intimail_json_line_add_string (line, "from", "Ada Lovelace <ada.lovelace@example.org>");
  intimail_json_line_add_string (line, "to", "Charles Babbage <charles@example.org>, Mary <mary@example.org>");
  intimail_json_line_add_string (line, "subject", "Notes on the analytical engine, third part");
  intimail_json_line_add_string (line, "timestamp", "2015-12-09 15:48:23");
  intimail_json_line_add_integer (line, "unixtimestamp", 1449676103);
  intimail_json_line_add_integer (line, "size", 48123);
  intimail_json_line_add_string (line, "preview", "The engine can arrange and combine its numerical quantities exactly as if they were letters or any other general symbols; and in fact it might bring out its results in algebraical notation.");
  intimail_json_line_add_strings (line, "keywords", (const char *const[]){ "$seen", "$flagged", NULL });
  intimail_json_line_end (line);

  g_test_timer_start ();
  for (int i = 0; i < rounds; i++)
    {
      intimail_json_line_reader_init (&reader, line->str, line->len - 1);
      while (intimail_json_line_reader_next (&reader, &member))
        members++;
    }
  seconds = g_test_timer_elapsed ();
  g_assert_cmpuint (members, ==, 9 * (gsize) rounds);
  g_test_maximized_result ((double) line->len * rounds / 1e6 / seconds, "%.0f MB/s", (double) line->len * rounds / 1e6 / seconds);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/json-line/write", test_write);
  g_test_add_func ("/json-line/read", test_read);
  g_test_add_func ("/json-line/round-trip", test_round_trip);
  g_test_add_func ("/json-line/member-is", test_member_is);
  if (g_test_perf ())
    g_test_add_func ("/json-line/speed", test_speed);

  return g_test_run ();
}
