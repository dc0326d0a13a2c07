/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "json/intimail-json-string-private.h"

#include <string.h>

#define ONES G_GUINT64_CONSTANT (0x0101010101010101)
#define HIGHS G_GUINT64_CONSTANT (0x8080808080808080)

/* The high bit of each byte of @word that is 0, and of some behind the first such one in
 * the order of their value. */
static inline guint64
find_zero (guint64 word)
{
  return (word - ONES) & ~word & HIGHS;
}

static inline gboolean
is_plain (guint8 byte)
{
  return byte >= 0x20 && byte != '"' && byte != '\\';
}

const char *
intimail_json_string_skip_plain (const char *next, const char *end)
{
  while (end - next >= 8)
    {
      guint64 word;
      guint64 found;

      memcpy (&word, next, sizeof word);
      word = GUINT64_FROM_LE (word);
      /* Control characters are the bytes of which these three bits are 0. */
      found = find_zero (word & (ONES * 0xe0)) | find_zero (word ^ (ONES * '"')) | find_zero (word ^ (ONES * '\\'));
      if (found != 0)
        return next + __builtin_ctzll (found) / 8;
      next += 8;
    }
  while (next < end && is_plain ((guint8) *next))
    next++;

  return next;
}

static const char *
read_hex (const char *next, const char *end, gunichar *unit)
{
  *unit = 0;
  if (end - next < 4)
    return NULL;
  for (int i = 0; i < 4; i++)
    {
      if (!g_ascii_isxdigit (next[i]))
        return NULL;
      *unit = *unit << 4 | (gunichar) g_ascii_xdigit_value (next[i]);
    }

  return next + 4;
}

static const char *
read_unicode_escape (const char *next, const char *end, gunichar *character)
{
  gunichar low;

  next = read_hex (next, end, character);
  if (next == NULL || *character < 0xd800 || *character > 0xdfff)
    return next;
  if (*character > 0xdbff || end - next < 6 || next[0] != '\\' || next[1] != 'u')
    return NULL;
  next = read_hex (next + 2, end, &low);
  if (next == NULL || low < 0xdc00 || low > 0xdfff)
    return NULL;
  *character = 0x10000 + ((*character - 0xd800) << 10) + (low - 0xdc00);

  return next;
}

const char *
intimail_json_string_read_escape (const char *next, const char *end, gunichar *character)
{
  if (end - next < 2)
    return NULL;

  switch (next[1])
    {
    case '"':
    case '\\':
    case '/':
      *character = (guint8) next[1];
      return next + 2;
    case 'b':
      *character = '\b';
      return next + 2;
    case 'f':
      *character = '\f';
      return next + 2;
    case 'n':
      *character = '\n';
      return next + 2;
    case 'r':
      *character = '\r';
      return next + 2;
    case 't':
      *character = '\t';
      return next + 2;
    case 'u':
      return read_unicode_escape (next + 2, end, character);
    default:
      return NULL;
    }
}

gboolean
intimail_json_string_is_noncharacter (gunichar character)
{
  return (character & 0xfffe) == 0xfffe || (character >= 0xfdd0 && character <= 0xfdef);
}

static void
append_control (GString *output, guint8 byte)
{
  static const char letters[] = "btn.fr"; /* of \b (8) to \r (13) */

  if (byte >= 8 && byte <= 13 && byte != 11)
    {
      g_string_append_c (output, '\\');
      g_string_append_c (output, letters[byte - 8]);
    }
  else
    g_string_append_printf (output, "\\u%04x", byte);
}

/* Appends what skip_plain() passed over, and mends what is not UTF-8. */
static void
append_plain (GString *output, const char *text, gsize length)
{
  const char *end = text + length;

  while (text < end)
    {
      const char *run = text;
      gunichar character = 0;

      while (text < end && (guint8) *text < 0xef)
        {
          guint8 lead = (guint8) *text;

          if (lead >= 0x80 && g_utf8_get_char_validated (text, end - text) >= (gunichar) -2)
            break;
          text = g_utf8_next_char (text);
        }
      g_string_append_len (output, run, text - run);
      if (text == end)
        return;

      character = g_utf8_get_char_validated (text, end - text);
      if (character >= (gunichar) -2)
        {
          g_string_append (output, "\357\277\275");
          text++;
        }
      else
        {
          gboolean forbidden = intimail_json_string_is_noncharacter (character);

          g_string_append_unichar (output, forbidden ? 0xfffd : character);
          text = g_utf8_next_char (text);
        }
    }
}

void
intimail_json_string_append (GString *output, const char *text, gsize length)
{
  const char *end = text + length;

  g_string_append_c (output, '"');
  while (text < end)
    {
      const char *stop = intimail_json_string_skip_plain (text, end);

      append_plain (output, text, (gsize) (stop - text));
      text = stop;
      if (text == end)
        break;
      if ((guint8) *text < 0x20)
        append_control (output, (guint8) *text);
      else
        {
          g_string_append_c (output, '\\');
          g_string_append_c (output, *text);
        }
      text++;
    }
  g_string_append_c (output, '"');
}
