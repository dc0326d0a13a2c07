/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "json/intimail-json-line-private.h"

#include <string.h>

#include "json/intimail-json-string-private.h"

void
intimail_json_line_begin (GString *line)
{
  g_string_append_c (line, '{');
}

static void
add_key (GString *line, const char *key)
{
  /* No value ends with an opening brace, for a string ends with its quote. */
  if (line->str[line->len - 1] != '{')
    g_string_append_c (line, ',');
  g_string_append_c (line, '"');
  g_string_append (line, key);
  g_string_append (line, "\":");
}

void
intimail_json_line_add_string (GString *line, const char *key, const char *value)
{
  add_key (line, key);
  intimail_json_string_append (line, value, strlen (value));
}

void
intimail_json_line_add_integer (GString *line, const char *key, gint64 value)
{
  add_key (line, key);
  g_string_append_printf (line, "%" G_GINT64_FORMAT, value);
}

void
intimail_json_line_add_boolean (GString *line, const char *key, gboolean value)
{
  add_key (line, key);
  g_string_append (line, value ? "true" : "false");
}

void
intimail_json_line_add_strings (GString *line, const char *key, const char *const *values)
{
  add_key (line, key);
  g_string_append_c (line, '[');
  for (gsize i = 0; values != NULL && values[i] != NULL; i++)
    {
      if (i > 0)
        g_string_append_c (line, ',');
      intimail_json_string_append (line, values[i], strlen (values[i]));
    }
  g_string_append_c (line, ']');
}

void
intimail_json_line_end (GString *line)
{
  g_string_append (line, "}\n");
}

gboolean
intimail_json_line_reader_init (IntimailJsonLineReader *reader, const char *line, gsize length)
{
  reader->next = line;
  reader->end = line + length;
  if (length < 2 || line[0] != '{')
    return FALSE;
  reader->next = line + 1;

  return TRUE;
}

/* The byte after a string whose opening quote is at @next, or NULL. */
static const char *
skip_string (const char *next, const char *end, gboolean *escaped)
{
  next++;
  for (;;)
    {
      next = intimail_json_string_skip_plain (next, end);
      if (next == end || (guint8) *next < 0x20)
        return NULL;
      if (*next == '"')
        return next + 1;
      *escaped = TRUE;
      if (end - next < 2)
        return NULL;
      next += 2;
    }
}

static const char *
read_key (const char *next, const char *end, IntimailJsonMember *member)
{
  const char *begin = ++next;

  while (next < end && *next != '"')
    {
      if (*next == '\\' || (guint8) *next < 0x20)
        return NULL;
      next++;
    }
  if (end - next < 3 || next[1] != ':')
    return NULL;
  member->key = begin;
  member->key_length = (gsize) (next - begin);

  return next + 2;
}

static const char *
read_integer (const char *next, const char *end, IntimailJsonMember *member)
{
  const char *begin = next;
  gboolean negative = *next == '-';
  const char *digits = negative ? ++next : next;
  gint64 value = 0;

  while (next < end && g_ascii_isdigit (*next))
    {
      int digit = *next - '0';

      /* Downwards, for the smallest has no positive twin. */
      if (__builtin_mul_overflow (value, 10, &value) || __builtin_sub_overflow (value, digit, &value))
        return NULL;
      next++;
    }
  if (next == digits || (*digits == '0' && (next - digits > 1 || negative)))
    return NULL;
  if (!negative && value == G_MININT64)
    return NULL;
  member->kind = INTIMAIL_JSON_KIND_INTEGER;
  member->integer = negative ? value : -value;
  member->raw = begin;
  member->raw_length = (gsize) (next - begin);

  return next;
}

static const char *
read_word (const char *next, const char *end, IntimailJsonMember *member)
{
  static const char *const words[] = { "false", "true", "null" };

  for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
    {
      gsize length = strlen (words[i]);

      if ((gsize) (end - next) < length || memcmp (next, words[i], length) != 0)
        continue;
      member->kind = i < 2 ? INTIMAIL_JSON_KIND_BOOLEAN : INTIMAIL_JSON_KIND_NULL;
      member->integer = i == 1;
      member->raw = next;
      member->raw_length = length;
      return next + length;
    }

  return NULL;
}

static const char *
read_strings (const char *next, const char *end, IntimailJsonMember *member)
{
  const char *begin = next++;

  if (next < end && *next == ']')
    next++;
  else
    do
      {
        if (next == end || *next != '"')
          return NULL;
        next = skip_string (next, end, &member->escaped);
        if (next == NULL || next == end || (*next != ',' && *next != ']'))
          return NULL;
      }
    while (*next++ == ',');
  member->kind = INTIMAIL_JSON_KIND_STRINGS;
  member->raw = begin;
  member->raw_length = (gsize) (next - begin);

  return next;
}

static const char *
read_value (const char *next, const char *end, IntimailJsonMember *member)
{
  const char *begin = next;

  member->escaped = FALSE;
  member->integer = 0;
  if (*next == '"')
    {
      next = skip_string (next, end, &member->escaped);
      if (next == NULL)
        return NULL;
      member->kind = INTIMAIL_JSON_KIND_STRING;
      member->raw = begin + 1;
      member->raw_length = (gsize) (next - begin) - 2;
      return next;
    }
  if (*next == '[')
    return read_strings (next, end, member);
  if (*next == '-' || g_ascii_isdigit (*next))
    return read_integer (next, end, member);

  return read_word (next, end, member);
}

/* After the closing brace reader->next is NULL; after anything that is not in
 * canonical form it stays where it was. */
gboolean
intimail_json_line_reader_next (IntimailJsonLineReader *reader, IntimailJsonMember *member)
{
  const char *next = reader->next;
  const char *end = reader->end;

  if (next == NULL || next == end)
    return FALSE;
  if (*next == '}' && next[-1] == '{' && next + 1 == end)
    {
      reader->next = NULL;
      return FALSE;
    }
  if (*next != '"')
    return FALSE;
  next = read_key (next, end, member);
  if (next == NULL)
    return FALSE;
  next = read_value (next, end, member);
  if (next == NULL || next == end)
    return FALSE;
  if (*next == ',' && next + 1 < end)
    reader->next = next + 1;
  else if (*next == '}' && next + 1 == end)
    reader->next = NULL;
  else
    return FALSE;

  return TRUE;
}

gboolean
intimail_json_line_reader_is_complete (const IntimailJsonLineReader *reader)
{
  return reader->next == NULL;
}

gboolean
intimail_json_member_is (const IntimailJsonMember *member, const char *key)
{
  gsize length = strlen (key);

  return member->key_length == length && memcmp (member->key, key, length) == 0;
}

/* Anybody may have edited the file: bad bytes and bad escapes become U+FFFD. */
static char *
dup_unescaped (const char *raw, gsize length)
{
  const char *end = raw + length;
  GString *text = g_string_sized_new (length + 1);

  while (raw < end)
    {
      const char *stop = memchr (raw, '\\', (gsize) (end - raw));
      const char *after;
      gunichar character;

      if (stop == NULL)
        stop = end;
      g_string_append_len (text, raw, stop - raw);
      raw = stop;
      if (raw == end)
        break;
      after = intimail_json_string_read_escape (raw, end, &character);
      g_string_append_unichar (text, after == NULL || character == 0 ? 0xfffd : character);
      raw = after != NULL ? after : raw + MIN (2, end - raw);
    }

  return g_string_free (text, FALSE);
}

static char *
dup_text (const char *raw, gsize length, gboolean escaped)
{
  g_autofree char *text = escaped ? dup_unescaped (raw, length) : g_strndup (raw, length);

  if (g_utf8_validate (text, -1, NULL))
    return g_steal_pointer (&text);

  return g_utf8_make_valid (text, -1);
}

char *
intimail_json_member_dup_string (const IntimailJsonMember *member)
{
  if (member->kind != INTIMAIL_JSON_KIND_STRING)
    return g_strdup ("");

  return dup_text (member->raw, member->raw_length, member->escaped);
}

char **
intimail_json_member_dup_strings (const IntimailJsonMember *member)
{
  g_autoptr (GPtrArray) strings = g_ptr_array_new ();
  const char *end = member->raw + member->raw_length;

  if (member->kind == INTIMAIL_JSON_KIND_STRINGS && member->raw_length > 2)
    for (const char *next = member->raw + 1; next < end;)
      {
        gboolean escaped = FALSE;
        const char *after = skip_string (next, end, &escaped);

        g_ptr_array_add (strings, dup_text (next + 1, (gsize) (after - next) - 2, escaped));
        next = after + 1; /* past the comma, or past the bracket */
      }
  g_ptr_array_add (strings, NULL);

  return (char **) g_ptr_array_free (g_steal_pointer (&strings), FALSE);
}
