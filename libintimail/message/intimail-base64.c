/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "message/intimail-base64-private.h"

#include <string.h>

/* The two letters of each 12 bits: with them three bytes take two looks, where GLib's
 * encoder takes four and counts letters. */
typedef char Pair[2];

static const Pair *
get_pairs (void)
{
  static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  static Pair pairs[4096];
  static gsize ready;

  if (g_once_init_enter (&ready))
    {
      for (guint i = 0; i < G_N_ELEMENTS (pairs); i++)
        {
          pairs[i][0] = letters[i >> 6];
          pairs[i][1] = letters[i & 63];
        }
      g_once_init_leave (&ready, 1);
    }

  return (const Pair *) pairs;
}

static char *
encode_line (const Pair *pairs, const guchar *line, char *text)
{
  for (guint i = 0; i < INTIMAIL_BASE64_LINE; i += 3)
    {
      guint bits = (guint) line[i] << 16 | (guint) line[i + 1] << 8 | line[i + 2];

      memcpy (text, pairs[bits >> 12], 2);
      memcpy (text + 2, pairs[bits & 0xfff], 2);
      text += 4;
    }
  *text = '\n';

  return text + 1;
}

gsize
intimail_base64_step (IntimailBase64 *self, const char *data, gsize length, char *text)
{
  const Pair *pairs = get_pairs ();
  char *at = text;

  if (self->length > 0)
    {
      gsize missing = MIN (INTIMAIL_BASE64_LINE - self->length, length);

      memcpy (self->line + self->length, data, missing);
      self->length += missing;
      data += missing;
      length -= missing;
      if (self->length < INTIMAIL_BASE64_LINE)
        return 0;
      at = encode_line (pairs, self->line, at);
      self->length = 0;
    }
  for (; length >= INTIMAIL_BASE64_LINE; length -= INTIMAIL_BASE64_LINE)
    {
      at = encode_line (pairs, (const guchar *) data, at);
      data += INTIMAIL_BASE64_LINE;
    }
  memcpy (self->line, data, length);
  self->length = length;

  return (gsize) (at - text);
}

gsize
intimail_base64_close (IntimailBase64 *self, char *text)
{
  int state = 0;
  int save = 0;
  gsize length;

  if (self->length == 0)
    return 0;
  length = g_base64_encode_step (self->line, self->length, FALSE, text, &state, &save);
  length += g_base64_encode_close (FALSE, text + length, &state, &save);
  text[length++] = '\n';
  self->length = 0;

  return length;
}
