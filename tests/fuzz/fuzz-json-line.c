/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "json/intimail-json-line-private.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

static void
copy_member (GString *line, const IntimailJsonMember *member)
{
  g_autofree char *key = g_strndup (member->key, member->key_length);
  g_autofree char *string = intimail_json_member_dup_string (member);
  g_auto (GStrv) strings = intimail_json_member_dup_strings (member);

  switch (member->kind)
    {
    case INTIMAIL_JSON_KIND_STRING:
      intimail_json_line_add_string (line, key, string);
      break;
    case INTIMAIL_JSON_KIND_INTEGER:
      intimail_json_line_add_integer (line, key, member->integer);
      break;
    case INTIMAIL_JSON_KIND_BOOLEAN:
    case INTIMAIL_JSON_KIND_NULL:
      intimail_json_line_add_boolean (line, key, member->integer != 0);
      break;
    case INTIMAIL_JSON_KIND_STRINGS:
      intimail_json_line_add_strings (line, key, (const char *const *) strings);
      break;
    default:
      g_error ("unknown kind");
    }
}

static guint
copy_line (const char *text, gsize length, GString *line)
{
  IntimailJsonLineReader reader;
  IntimailJsonMember member;
  guint count = 0;

  if (!intimail_json_line_reader_init (&reader, text, length))
    return G_MAXUINT;
  intimail_json_line_begin (line);
  while (intimail_json_line_reader_next (&reader, &member))
    {
      copy_member (line, &member);
      count++;
    }
  intimail_json_line_end (line);

  return intimail_json_line_reader_is_complete (&reader) ? count : G_MAXUINT;
}

/* What was read and written is canonical, with as many members. */
int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (GString) line = g_string_new (NULL);
  g_autoptr (GString) again = g_string_new (NULL);
  guint count = copy_line ((const char *) data, size, line);

  if (count == G_MAXUINT)
    return 0;
  if (copy_line (line->str, line->len - 1, again) != count || !g_string_equal (line, again))
    g_error ("written twice, not the same");

  return 0;
}
