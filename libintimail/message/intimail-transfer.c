/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include "message/intimail-transfer-private.h"

#define CHUNK 16384

/* Collects decoded bytes and hands them on in chunks. */
typedef struct
{
  IntimailTransferSink sink;
  gpointer user_data;
  GError **error;
  gboolean failed;
  gsize used;
  char chunk[CHUNK];
} Output;

static gboolean
flush (Output *output)
{
  if (!output->failed && output->used > 0)
    output->failed = !output->sink (output->chunk, output->used, output->user_data, output->error);
  output->used = 0;
  return !output->failed;
}

static void
put (Output *output, const char *data, gsize length)
{
  while (length > 0 && !output->failed)
    {
      gsize part = MIN (length, CHUNK - output->used);

      memcpy (output->chunk + output->used, data, part);
      output->used += part;
      data += part;
      length -= part;
      if (output->used == CHUNK)
        flush (output);
    }
}

static inline void
put_byte (Output *output, guint byte)
{
  output->chunk[output->used++] = (char) byte;
  if (output->used == CHUNK)
    flush (output);
}

IntimailTransfer
intimail_transfer_from_name (const char *name)
{
  static const struct
  {
    const char *name;
    IntimailTransfer transfer;
  } names[] = {
    { "", INTIMAIL_TRANSFER_IDENTITY },
    { "7bit", INTIMAIL_TRANSFER_IDENTITY },
    { "8bit", INTIMAIL_TRANSFER_IDENTITY },
    { "binary", INTIMAIL_TRANSFER_IDENTITY },
    { "quoted-printable", INTIMAIL_TRANSFER_QUOTED_PRINTABLE },
    { "base64", INTIMAIL_TRANSFER_BASE64 },
    { "x-uuencode", INTIMAIL_TRANSFER_UUENCODE },
    { "x-uue", INTIMAIL_TRANSFER_UUENCODE },
    { "uuencode", INTIMAIL_TRANSFER_UUENCODE },
  };

  for (gsize i = 0; name != NULL && i < G_N_ELEMENTS (names); i++)
    if (g_ascii_strcasecmp (name, names[i].name) == 0)
      return names[i].transfer;

  return name == NULL ? INTIMAIL_TRANSFER_IDENTITY : INTIMAIL_TRANSFER_UNKNOWN;
}

/* The value of a letter of base64, or -1. */
static const gint8 *
get_base64_values (void)
{
  static gint8 values[256];
  static gsize done;

  if (g_once_init_enter (&done))
    {
      static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

      memset (values, -1, sizeof values);
      for (gint8 i = 0; i < 64; i++)
        values[(guchar) alphabet[i]] = i;
      g_once_init_leave (&done, 1);
    }

  return values;
}

static void
put_group (Output *output, guint bits)
{
  put_byte (output, bits >> 16 & 0xff);
  put_byte (output, bits >> 8 & 0xff);
  put_byte (output, bits & 0xff);
}

/* Whole groups of four letters, up to the first that is none. */
static gsize
decode_groups (Output *output, const gint8 *values, const guchar *data, gsize length)
{
  gsize i;

  for (i = 0; length - i >= 4 && !output->failed; i += 4)
    {
      int a = values[data[i]];
      int b = values[data[i + 1]];
      int c = values[data[i + 2]];
      int d = values[data[i + 3]];

      if ((a | b | c | d) < 0)
        break;
      put_group (output, (guint) (a << 18 | b << 12 | c << 6 | d));
    }

  return i;
}

/* Characters outside the alphabet are skipped (RFC 2045 section 6.8). Padding in
 * its place is the end: what a list server wrote behind it is not data. */
static void
decode_base64 (Output *output, const char *data, gsize length)
{
  const gint8 *values = get_base64_values ();
  guint bits = 0;
  int n = 0;
  int pads = 0;

  for (gsize i = 0; i < length && !output->failed; i++)
    {
      int value;

      if (n == 0)
        i += decode_groups (output, values, (const guchar *) data + i, length - i);
      if (i >= length)
        break;
      value = values[(guchar) data[i]];
      if (data[i] == '=' && n >= 2 && n + ++pads >= 4)
        break;
      if (value < 0)
        continue;
      pads = 0;
      bits = bits << 6 | (guint) value;
      if (++n < 4)
        continue;
      put_group (output, bits);
      n = 0;
    }
  if (n == 2)
    put_byte (output, bits >> 4 & 0xff);
  else if (n == 3)
    {
      put_byte (output, bits >> 10 & 0xff);
      put_byte (output, bits >> 2 & 0xff);
    }
}

/* One line without its end; returns whether the end is a soft one. */
static gboolean
decode_quoted_line (Output *output, const char *line, gsize length)
{
  /* White space at the end was added on the way (RFC 2045 section 6.7). */
  while (length > 0 && (line[length - 1] == ' ' || line[length - 1] == '\t' || line[length - 1] == '\r'))
    length--;
  for (gsize i = 0; i < length; i++)
    {
      if (line[i] != '=')
        put_byte (output, (guchar) line[i]);
      else if (i + 1 == length)
        return TRUE;
      else if (i + 2 < length && g_ascii_isxdigit (line[i + 1]) && g_ascii_isxdigit (line[i + 2]))
        {
          put_byte (output, (guint) (g_ascii_xdigit_value (line[i + 1]) << 4 | g_ascii_xdigit_value (line[i + 2])));
          i += 2;
        }
      else
        put_byte (output, '=');
    }

  return FALSE;
}

static void
decode_quoted_printable (Output *output, const char *data, gsize length)
{
  const char *end = data + length;

  while (data < end && !output->failed)
    {
      const char *newline = memchr (data, '\n', (gsize) (end - data));
      gsize line = (gsize) ((newline != NULL ? newline : end) - data);
      gboolean soft = decode_quoted_line (output, data, line);

      if (!soft && newline != NULL)
        put (output, line > 0 && newline[-1] == '\r' ? "\r\n" : "\n", line > 0 && newline[-1] == '\r' ? 2 : 1);
      data = newline != NULL ? newline + 1 : end;
    }
}

static void
decode_uu_line (Output *output, const char *line, gsize length)
{
  guint wanted = (guint) (line[0] - ' ') & 0x3f;

  for (gsize i = 1; wanted > 0 && i < length; i += 4)
    {
      guint bits = 0;

      for (gsize n = 0; n < 4; n++)
        bits = bits << 6 | (i + n < length ? (guint) (line[i + n] - ' ') & 0x3f : 0);
      for (int shift = 16; shift >= 0 && wanted > 0; shift -= 8, wanted--)
        put_byte (output, bits >> shift & 0xff);
    }
}

static void
decode_uuencode (Output *output, const char *data, gsize length)
{
  const char *end = data + length;
  gboolean inside = FALSE;

  while (data < end && !output->failed)
    {
      const char *newline = memchr (data, '\n', (gsize) (end - data));
      gsize line = (gsize) ((newline != NULL ? newline : end) - data);

      if (line > 0 && data[line - 1] == '\r')
        line--;
      if (!inside)
        inside = line > 6 && strncmp (data, "begin ", 6) == 0;
      else if (line == 3 && strncmp (data, "end", 3) == 0)
        return;
      else if (line > 0)
        decode_uu_line (output, data, line);
      data = newline != NULL ? newline + 1 : end;
    }
}

gboolean
intimail_transfer_decode (IntimailTransfer transfer,
                          const char *data,
                          gsize length,
                          IntimailTransferSink sink,
                          gpointer user_data,
                          GError **error)
{
  Output output;

  output.sink = sink;
  output.user_data = user_data;
  output.error = error;
  output.failed = FALSE;
  output.used = 0;

  switch (transfer)
    {
    case INTIMAIL_TRANSFER_QUOTED_PRINTABLE:
      decode_quoted_printable (&output, data, length);
      break;
    case INTIMAIL_TRANSFER_BASE64:
      decode_base64 (&output, data, length);
      break;
    case INTIMAIL_TRANSFER_UUENCODE:
      decode_uuencode (&output, data, length);
      break;
    case INTIMAIL_TRANSFER_IDENTITY:
    case INTIMAIL_TRANSFER_UNKNOWN:
      return length == 0 || sink (data, length, user_data, error);
    }

  return flush (&output);
}

static gboolean
append_to_array (const char *data, gsize length, gpointer user_data, GError **error)
{
  g_byte_array_append (user_data, (const guint8 *) data, (guint) length);
  return TRUE;
}

void
intimail_transfer_append_base64 (GByteArray *to, const char *data, gsize length)
{
  intimail_transfer_decode (INTIMAIL_TRANSFER_BASE64, data, length, append_to_array, to, NULL);
}
