/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "message/intimail-transfer-private.h"

#include <string.h>

#include "message/intimail-gmime-private.h"

#define CHUNK 16384
/* GMime is given so many bytes at a time. */
#define PIECE 4096

/* Collects decoded bytes and hands them on in chunks. */
typedef struct
{
  gboolean with_gmime;
  IntimailTransferSink sink;
  gpointer user_data;
  GError **error;
  gboolean failed;
  gsize used;
  gsize capacity; /* CHUNK, or less when less is wanted */
  char chunk[CHUNK + 1];
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
      gsize part = MIN (length, output->capacity - output->used);

      memcpy (output->chunk + output->used, data, part);
      output->used += part;
      data += part;
      length -= part;
      if (output->used == output->capacity)
        flush (output);
    }
}

static inline void
put_byte (Output *output, guint byte)
{
  output->chunk[output->used++] = (char) byte;
  if (output->used == output->capacity)
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

/* For a letter at each place of four: its bits where they go in the three bytes, first
 * byte lowest; or INVALID. */
typedef guint32 Base64Tables[4][256];

#define INVALID 0xff000000

static void
fill_tables (Base64Tables tables)
{
  static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

  for (int place = 0; place < 4; place++)
    {
      for (int c = 0; c < 256; c++)
        tables[place][c] = INVALID;
      for (guint32 i = 0; i < 64; i++)
        {
          guint32 bits = i << (18 - 6 * place);

          tables[place][(guchar) alphabet[i]] = bits >> 16 | (bits & 0xff00) | (bits & 0xff) << 16;
        }
    }
}

static const guint32 (*get_base64_tables (void))[256]
{
  static Base64Tables tables;
  static gsize done;

  if (g_once_init_enter (&done))
    {
      fill_tables (tables);
      g_once_init_leave (&done, 1);
    }

  return (const guint32 (*)[256]) tables;
}

/* Whole groups of four letters, up to the first that is none. */
static gsize
decode_groups (Output *output, const guint32 (*tables)[256], const guchar *data, gsize length)
{
  gsize i = 0;

  while (length - i >= 4 && !output->failed)
    {
      char *to = output->chunk + output->used;
      gsize n = MIN ((length - i) / 4, (output->capacity - output->used) / 3);
      gsize done;

      for (done = 0; done < n; done++, to += 3)
        {
          const guchar *from = data + i + 4 * done;
          guint32 bytes = tables[0][from[0]] | tables[1][from[1]] | tables[2][from[2]] | tables[3][from[3]];

          if (bytes >= INVALID)
            break;
          bytes = GUINT32_TO_LE (bytes);
          /* The fourth byte is written over by the next three. */
          memcpy (to, &bytes, sizeof bytes);
        }
      output->used += 3 * done;
      i += 4 * done;
      if (done < n)
        break;
      if (output->capacity - output->used < 3)
        flush (output);
    }

  return i;
}

/* Characters outside the alphabet are skipped (RFC 2045 section 6.8). Padding in its
 * place is the end: what a list server wrote behind it is not data.
 *
 * GMime 3.2.13 has a decoder, which loses bytes where a chunk ends inside a group
 * (mended in 3.2.14) and reads a fifth as much in the same time. */
static void
decode_base64 (Output *output, const char *data, gsize length)
{
  const guint32 (*tables)[256] = get_base64_tables ();
  guint32 bits = 0;
  int n = 0;
  int pads = 0;

  for (gsize i = 0; i < length && !output->failed; i++)
    {
      guint32 value;

      if (n == 0)
        i += decode_groups (output, tables, (const guchar *) data + i, length - i);
      if (i >= length)
        break;
      value = tables[n][(guchar) data[i]];
      if (data[i] == '=' && n >= 2 && n + ++pads >= 4)
        break;
      if (value == INVALID)
        continue;
      pads = 0;
      bits |= value;
      if (++n < 4)
        continue;
      for (; n > 1; n--, bits >>= 8)
        put_byte (output, bits & 0xff);
      n = 0;
      bits = 0;
    }
  for (; n > 1; n--, bits >>= 8)
    put_byte (output, bits & 0xff);
}

/* @length bytes that GMime decodes without a doubt. */
static void
decode_with_gmime (Output *output, GMimeContentEncoding encoding, const char *data, gsize length)
{
  while (length > 0 && !output->failed)
    {
      gsize part = MIN (length, PIECE);
      GMimeEncoding state;
      char decoded[PIECE + 64];

      /* Not inside "=XX". */
      if (part < length && encoding == GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE)
        part -= data[part - 1] == '=' ? 1 : data[part - 2] == '=' ? 2
                                                                  : 0;
      intimail_gmime.g_mime_encoding_init_decode (&state, encoding);
      put (output, decoded, intimail_gmime.g_mime_encoding_step (&state, data, part, decoded));
      data += part;
      length -= part;
    }
}

/* Bytes in which each equals sign escapes a byte. */
static void
decode_quoted_piece (Output *output, const char *piece, gsize length)
{
  const char *end = piece + length;

  if (output->with_gmime)
    {
      decode_with_gmime (output, GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE, piece, length);
      return;
    }
  while (piece < end && !output->failed)
    {
      const char *sign = memchr (piece, '=', (gsize) (end - piece));

      if (sign == NULL)
        sign = end;
      put (output, piece, (gsize) (sign - piece));
      if (sign == end)
        return;
      put_byte (output, (guint) (g_ascii_xdigit_value (sign[1]) << 4 | g_ascii_xdigit_value (sign[2])));
      piece = sign + 3;
    }
}

/* The length of such bytes: up to an equals sign that escapes nothing. */
static gsize
measure_quoted (const char *line, gsize length)
{
  gsize i = 0;

  while (i < length)
    {
      const char *sign = memchr (line + i, '=', length - i);

      if (sign == NULL)
        return length;
      i = (gsize) (sign - line);
      if (i + 2 >= length || !g_ascii_isxdigit (line[i + 1]) || !g_ascii_isxdigit (line[i + 2]))
        return i;
      i += 3;
    }

  return length;
}

/* One line without its end; returns whether the end is a soft one. White space at its
 * end was added on the way (RFC 2045 section 6.7), and an equals sign that escapes nothing
 * stands for itself.
 *
 * GMime keeps such white space; takes the two bytes behind an equals sign that escapes
 * nothing as they are, escapes or not; and drops such a sign at the end of the text. So it
 * is given what is between such signs. */
static gboolean
decode_quoted_line (Output *output, const char *line, gsize length)
{
  while (length > 0 && (line[length - 1] == ' ' || line[length - 1] == '\t' || line[length - 1] == '\r'))
    length--;
  while (length > 0 && !output->failed)
    {
      gsize piece = measure_quoted (line, length);

      decode_quoted_piece (output, line, piece);
      line += piece;
      length -= piece;
      if (length == 1)
        return TRUE;
      if (length > 0)
        {
          put_byte (output, '=');
          line++;
          length--;
        }
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

/* @n_bytes of a line with all its groups, which has its length at its start. */
static void
decode_uu_groups (Output *output, const char *line, gsize n_bytes)
{
  for (gsize i = 0; i < n_bytes && !output->failed; i++)
    {
      const char *group = line + 1 + i / 3 * 4 + i % 3;
      guint high = (guint) (group[0] - ' ') & 0x3f;
      guint low = (guint) (group[1] - ' ') & 0x3f;
      guint shift = 2 * (guint) (i % 3);

      put_byte (output, (high << (2 + shift) | low >> (4 - shift)) & 0xff);
    }
}

/* The first letter says how many bytes the line has, four others are three bytes. The
 * white space at the end may have been lost on the way, which GMime does not expect: it
 * stands for zeros, and is given back. */
static void
decode_uu_line (Output *output, const char *line, gsize length)
{
  gsize n_bytes = (gsize) (line[0] - ' ') & 0x3f;
  gsize n_groups = MIN ((n_bytes + 2) / 3, (length + 2) / 4);
  char whole[1 + 84];

  n_bytes = MIN (n_bytes, 3 * n_groups);
  memset (whole, ' ', sizeof whole);
  memcpy (whole, line, MIN (length, 1 + 4 * n_groups));
  whole[0] = (char) (' ' + n_bytes);
  if (!output->with_gmime)
    decode_uu_groups (output, whole, n_bytes);
  else if (n_groups > 0)
    decode_with_gmime (output, GMIME_CONTENT_ENCODING_UUENCODE, whole, 1 + 4 * n_groups);
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

static gboolean
decode (Output *output, IntimailTransfer transfer, const char *data, gsize length)
{
  switch (transfer)
    {
    case INTIMAIL_TRANSFER_QUOTED_PRINTABLE:
      decode_quoted_printable (output, data, length);
      break;
    case INTIMAIL_TRANSFER_BASE64:
      decode_base64 (output, data, length);
      break;
    case INTIMAIL_TRANSFER_UUENCODE:
      decode_uuencode (output, data, length);
      break;
    case INTIMAIL_TRANSFER_IDENTITY:
    case INTIMAIL_TRANSFER_UNKNOWN:
      return length == 0 || output->sink (data, length, output->user_data, output->error);
    }

  return flush (output);
}

static void
init_output (Output *output, gboolean with_gmime, gsize capacity, IntimailTransferSink sink, gpointer user_data, GError **error)
{
  output->with_gmime = with_gmime;
  output->sink = sink;
  output->user_data = user_data;
  output->error = error;
  output->failed = FALSE;
  output->used = 0;
  output->capacity = capacity;
}

gboolean
intimail_transfer_decode (IntimailTransfer transfer,
                          const char *data,
                          gsize length,
                          IntimailTransferSink sink,
                          gpointer user_data,
                          GError **error)
{
  gboolean with_gmime = transfer == INTIMAIL_TRANSFER_QUOTED_PRINTABLE || transfer == INTIMAIL_TRANSFER_UUENCODE;
  Output output;

  if (with_gmime && !intimail_gmime_load (error))
    return FALSE;
  init_output (&output, with_gmime, CHUNK, sink, user_data, error);
  return decode (&output, transfer, data, length);
}

static gboolean
count_bytes (const char *data, gsize length, gpointer user_data, GError **error)
{
  *(guint64 *) user_data += length;
  return TRUE;
}

guint64
intimail_transfer_measure (IntimailTransfer transfer, const char *data, gsize length)
{
  guint64 size = 0;
  Output output;

  init_output (&output, FALSE, CHUNK, count_bytes, &size, NULL);
  decode (&output, transfer, data, length);

  return size;
}

/* Takes bytes up to a limit, then ends the decoding. */
typedef struct
{
  GByteArray *bytes;
  guint limit;
} Start;

static gboolean
append_start (const char *data, gsize length, gpointer user_data, GError **error)
{
  Start *start = user_data;
  guint room = start->limit - start->bytes->len;

  g_byte_array_append (start->bytes, (const guint8 *) data, (guint) MIN (length, room));

  return length < room;
}

GByteArray *
intimail_transfer_decode_start (IntimailTransfer transfer, gboolean with_gmime, const char *data, gsize length, guint limit)
{
  Start start = { g_byte_array_sized_new (MIN (limit, CHUNK)), limit };
  Output output;

  init_output (&output, with_gmime, CLAMP (limit, 3, CHUNK), append_start, &start, NULL);
  decode (&output, transfer, data, length);

  return start.bytes;
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
