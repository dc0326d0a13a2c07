/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include "message/intimail-flowed-private.h"

#define WORDS "one two three four five six seven eight nine ten eleven twelve thirteen fourteen"

static const struct
{
  const char *name;
  const char *text;
  const char *written;
  const char *read; /* NULL: as the text was */
} cases[] = {
  { "empty", "", "", NULL },
  { "lines", "a\nb\n", "a\nb\n", NULL },
  { "paragraph", WORDS "\nx\n",
    "one two three four five six seven eight nine ten eleven twelve \nthirteen fourteen\nx\n", NULL },
  { "quoted", "> " WORDS "\n",
    "> one two three four five six seven eight nine ten eleven twelve \n> thirteen fourteen\n", NULL },
  { "quoted-twice", "> > a\n>> b\n> c\n>\n", ">> a\n>> b\n> c\n>\n", ">> a\n>> b\n> c\n>\n" },
  { "stuffed", " a\nFrom b\n  c\n", "  a\n From b\n   c\n", NULL },
  { "space-at-the-end", "a \nb   \nc\n", "a\nb\nc\n", "a\nb\nc\n" },
  { "signature", "a\n-- \nAnn\n", "a\n-- \nAnn\n", NULL },
  { "no-end", "a", "a\n", "a\n" },
  { "empty-lines", "a\n\n\nb\n", "a\n\n\nb\n", NULL },
};

static void
test_both_ways (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *written = intimail_flowed_write (cases[i].text);
      g_autofree char *read = intimail_flowed_read (written, FALSE);

      g_test_message ("%s", cases[i].name);
      g_assert_cmpstr (written, ==, cases[i].written);
      g_assert_cmpstr (read, ==, cases[i].read != NULL ? cases[i].read : cases[i].text);
    }
}

static const struct
{
  const char *name;
  const char *text;
  gboolean del_space;
  const char *read;
} readings[] = {
  { "depth-changes", "> a \n>> b\n", FALSE, "> a \n>> b\n" },
  { "del-space", "\346\227\245 \n\346\234\254\n", TRUE, "\346\227\245\346\234\254\n" },
  { "ends-open", "a \n", FALSE, "a \n" },
  { "signature-in-a-quote", "> a \n> -- \n> Ann\n", FALSE, "> a \n> -- \n> Ann\n" },
};

static void
test_reading (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (readings); i++)
    {
      g_autofree char *read = intimail_flowed_read (readings[i].text, readings[i].del_space);

      g_test_message ("%s", readings[i].name);
      g_assert_cmpstr (read, ==, readings[i].read);
    }
}

/* No line is longer than servers take, but for words that are. */
static void
test_length (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *written = NULL;
  g_autofree char *read = NULL;
  g_auto (GStrv) lines = NULL;

  for (int i = 0; i < 1000; i++)
    g_string_append_printf (text, "%sw%d", i > 0 ? " " : "", i);
  g_string_append_c (text, '\n');
  written = intimail_flowed_write (text->str);
  lines = g_strsplit (written, "\n", -1);
  for (gsize i = 0; lines[i] != NULL; i++)
    g_assert_cmpuint (strlen (lines[i]), <=, 78);
  read = intimail_flowed_read (written, FALSE);
  g_assert_cmpstr (read, ==, text->str);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/flowed/both-ways", test_both_ways);
  g_test_add_func ("/flowed/reading", test_reading);
  g_test_add_func ("/flowed/length", test_length);

  return g_test_run ();
}
