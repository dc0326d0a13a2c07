/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <intimail/intimail-mbox-reader.h>

#include <stdio.h>
#include <string.h>

/**
 * IntimailMboxFormat:
 * @INTIMAIL_MBOX_FORMAT_RD: mboxrd: a line of `>`s and `From ` has one `>` more
 *   than in the message
 * @INTIMAIL_MBOX_FORMAT_O: mboxo: only `From ` itself was given a `>`
 *
 * How a message hides lines that look like the beginning of the next.
 *
 * Since: 1.0
 */

/**
 * IntimailMboxReader:
 *
 * Takes the messages out of an mbox file (RFC 4155), one after the other.
 *
 * A message begins at the file's start or after an empty line, with a line
 * `From `, a sender and a date. Messages are parts of the file's bytes, not
 * copies, unless a line has to be changed back. One thread at a time may use it.
 *
 * Since: 1.0
 */
struct _IntimailMboxReader
{
  GObject parent_instance;

  GBytes *bytes;
  IntimailMboxFormat format;
  gsize position; /* of the next line "From " */
  gint64 received;
};

G_DEFINE_FINAL_TYPE (IntimailMboxReader, intimail_mbox_reader, G_TYPE_OBJECT)

static void
intimail_mbox_reader_finalize (GObject *object)
{
  IntimailMboxReader *self = INTIMAIL_MBOX_READER (object);

  g_clear_pointer (&self->bytes, g_bytes_unref);

  G_OBJECT_CLASS (intimail_mbox_reader_parent_class)->finalize (object);
}

static void
intimail_mbox_reader_class_init (IntimailMboxReaderClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = intimail_mbox_reader_finalize;
}

static void
intimail_mbox_reader_init (IntimailMboxReader *self)
{
}

/* A line without its end, which may be CRLF. */
typedef struct
{
  const char *text;
  gsize length;
  gsize next; /* where the line after it begins */
} Line;

static void
take_line (const char *data, gsize size, gsize position, Line *line)
{
  const char *newline = memchr (data + position, '\n', size - position);

  line->text = data + position;
  line->next = newline != NULL ? (gsize) (newline - data) + 1 : size;
  line->length = newline != NULL ? (gsize) (newline - line->text) : size - position;
  if (newline != NULL && line->length > 0 && line->text[line->length - 1] == '\r')
    line->length--;
}

/* "From sender Thu Jan  1 00:00:00 1970"; a sentence that begins with From has
 * no time of day. The date is UTC (RFC 4155). */
static gboolean
parse_separator (const Line *line, gint64 *received)
{
  static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
  g_autofree char *text = NULL;
  g_auto (GStrv) words = NULL;
  guint n_words;

  *received = 0;
  if (line->length < strlen ("From ") || line->length > 1000 || memcmp (line->text, "From ", strlen ("From ")) != 0)
    return FALSE;
  text = g_strndup (line->text, line->length);
  words = g_strsplit_set (text, " \t", -1);
  n_words = g_strv_length (words);
  for (guint i = 0; i + 2 < n_words; i++)
    {
      const char *month = strlen (words[i]) == 3 ? strstr (months, words[i]) : NULL;
      guint rest = i + 1 + (*words[i + 1] == '\0');
      int day, hour, minute, second = 0;

      if (month == NULL || (month - months) % 3 != 0 || rest + 1 >= n_words ||
          sscanf (words[rest], "%2d", &day) != 1 || sscanf (words[rest + 1], "%2d:%2d:%2d", &hour, &minute, &second) < 2)
        continue;
      for (guint j = rest + 2; j < n_words; j++)
        {
          int year = strlen (words[j]) == 4 ? (int) g_ascii_strtoull (words[j], NULL, 10) : 0;
          g_autoptr (GDateTime) time = g_date_time_new_utc (year, (int) (month - months) / 3 + 1, day, hour, minute, second);

          if (time != NULL)
            {
              *received = g_date_time_to_unix (time);
              return TRUE;
            }
        }
    }

  return FALSE;
}

/**
 * intimail_mbox_reader_new:
 * @bytes: the content of an mbox file
 * @format: how lines are hidden in it
 *
 * Makes a reader.
 *
 * Returns: (transfer full): a reader
 *
 * Since: 1.0
 */
IntimailMboxReader *
intimail_mbox_reader_new (GBytes *bytes, IntimailMboxFormat format)
{
  IntimailMboxReader *self;

  g_return_val_if_fail (bytes != NULL, NULL);

  self = g_object_new (INTIMAIL_TYPE_MBOX_READER, NULL);
  self->bytes = g_bytes_ref (bytes);
  self->format = format;
  return self;
}

/**
 * intimail_mbox_reader_is_mbox:
 * @bytes: the content of a file
 *
 * Tells whether a file begins as an mbox file does.
 *
 * Returns: %TRUE if it does
 *
 * Since: 1.0
 */
gboolean
intimail_mbox_reader_is_mbox (GBytes *bytes)
{
  const char *data;
  gint64 received;
  gsize size;
  Line line;

  g_return_val_if_fail (bytes != NULL, FALSE);

  data = g_bytes_get_data (bytes, &size);
  if (size == 0)
    return FALSE;
  take_line (data, size, 0, &line);

  return parse_separator (&line, &received);
}

/* Whether the line has a ">" that is not the message's. */
static gboolean
is_hidden (IntimailMboxReader *self, const Line *line)
{
  gsize n = 0;

  while (n < line->length && line->text[n] == '>')
    n++;
  if (n == 0 || (self->format == INTIMAIL_MBOX_FORMAT_O && n > 1))
    return FALSE;

  return line->length - n >= strlen ("From ") && memcmp (line->text + n, "From ", strlen ("From ")) == 0;
}

/* The message from @start to @end, with its lines as they were. */
static GBytes *
make_message (IntimailMboxReader *self, gsize start, gsize end, gboolean has_hidden)
{
  const char *data = g_bytes_get_data (self->bytes, NULL);
  g_autoptr (GByteArray) message = NULL;
  Line line;

  if (!has_hidden)
    return g_bytes_new_from_bytes (self->bytes, start, end - start);
  message = g_byte_array_sized_new ((guint) (end - start));
  for (gsize position = start; position < end; position = line.next)
    {
      guint hidden;

      take_line (data, end, position, &line);
      hidden = is_hidden (self, &line) ? 1 : 0;
      g_byte_array_append (message, (const guint8 *) line.text + hidden, (guint) (line.next - position - hidden));
    }

  return g_byte_array_free_to_bytes (g_steal_pointer (&message));
}

/**
 * intimail_mbox_reader_next:
 * @self: a reader
 *
 * Takes the next message, without its line `From ` and without the empty line
 * that parts it from the next.
 *
 * Returns: (transfer full) (nullable): the message, or %NULL after the last
 *
 * Since: 1.0
 */
GBytes *
intimail_mbox_reader_next (IntimailMboxReader *self)
{
  gboolean has_hidden = FALSE;
  gboolean after_empty = FALSE;
  gint64 ignored;
  const char *data;
  gsize start;
  gsize end;
  gsize size;
  gsize empty = 0;
  Line line;

  g_return_val_if_fail (INTIMAIL_IS_MBOX_READER (self), NULL);

  data = g_bytes_get_data (self->bytes, &size);
  if (self->position >= size)
    return NULL;
  take_line (data, size, self->position, &line);
  /* What is no mbox is one message. */
  start = parse_separator (&line, &self->received) ? line.next : self->position;
  for (end = start; end < size; end = line.next)
    {
      take_line (data, size, end, &line);
      if (after_empty && parse_separator (&line, &ignored))
        break;
      has_hidden |= is_hidden (self, &line);
      after_empty = line.length == 0;
      if (after_empty)
        empty = end;
    }
  self->position = end;

  return make_message (self, start, after_empty ? empty : end, has_hidden);
}

/**
 * intimail_mbox_reader_get_received:
 * @self: a reader
 *
 * Gets when the message that was taken last had come in.
 *
 * Returns: seconds since 1970, UTC; 0 when the file does not say
 *
 * Since: 1.0
 */
gint64
intimail_mbox_reader_get_received (IntimailMboxReader *self)
{
  g_return_val_if_fail (INTIMAIL_IS_MBOX_READER (self), 0);

  return self->received;
}
