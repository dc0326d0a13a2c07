/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "message/intimail-charset-mistake-private.h"

/* A single letter may stand there as it is meant, whatever it is. */
#define LEAST_DOUBLE 2

/* The letters of Windows-1252 at 0x80 to 0x9f; 0 where it has none. */
static const guint16 windows[32] = {
  0x20ac, 0, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0, 0x017d, 0,
  0, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0, 0x017e, 0x0178
};

gboolean
intimail_charset_mistake_is_utf8 (const char *data, gsize length, guint n_sequences)
{
  guint n = 0;

  for (gsize i = 0; i < length && n < n_sequences; i++)
    n += (guchar) data[i] >= 0xc0;

  return n >= n_sequences && g_utf8_validate_len (data, length, NULL);
}

/* The byte of Windows-1252, or of ISO 8859-1 where that has none; -1 for any other letter. */
static int
get_byte (gunichar letter)
{
  if (letter <= 0xff)
    return (int) letter;
  for (int i = 0; i < 32; i++)
    if (windows[i] == letter)
      return 0x80 + i;

  return -1;
}

char *
intimail_charset_mistake_undo_double (const char *text, gsize length)
{
  g_autoptr (GString) bytes = NULL;
  const char *end = text + length;
  guint n = 0;    /* letters that were two or more */
  int n_left = 0; /* bytes that the last of them lacks */

  while (text < end && (guchar) *text < 0x80)
    text++;
  if (text == end)
    return NULL;
  bytes = g_string_new_len (end - length, text - (end - length));
  for (; text < end; text = g_utf8_next_char (text))
    {
      int byte = get_byte (g_utf8_get_char (text));
      gboolean inner = byte >= 0x80 && byte < 0xc0;

      /* Most texts end here, at their first letter that is no ASCII. */
      if (byte < 0 || inner != (n_left > 0) || (byte >= 0xc0 && (byte < 0xc2 || byte > 0xf4)))
        return NULL;
      if (inner)
        n_left--;
      else if (byte >= 0xc0)
        n_left = byte < 0xe0 ? 1 : byte < 0xf0 ? 2
                                               : 3;
      n += byte >= 0xc0;
      g_string_append_c (bytes, (char) byte);
    }
  if (n < LEAST_DOUBLE || !g_utf8_validate_len (bytes->str, bytes->len, NULL))
    return NULL;

  return g_string_free (g_steal_pointer (&bytes), FALSE);
}
