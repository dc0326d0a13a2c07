/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <intimail/intimail-mbox-writer.h>

#include <string.h>

#include <intimail/intimail-error.h>

#include "message/intimail-mbox-private.h"

/**
 * IntimailMboxWriter:
 *
 * Writes messages into an mbox file (RFC 4155), one after the other.
 *
 * What [class@Intimail.MboxReader] reads from it, in the same format, is the same
 * byte for byte, with the same keywords; and what it reads and this writes is the
 * same file, if its lines `From ` and its empty lines are as this writes them.
 *
 * Keywords that a message's own fields do not say already are added at the end of
 * its header: `Status: RO` (read) or `Status: O`, then `X-Status` with A
 * (answered), F (flagged), T (draft), D (deleted), then `X-Keywords` with all other
 * words. In mboxcl2 `Content-Length` follows.
 *
 * One thread at a time may use it.
 *
 * Since: 1.0
 */
struct _IntimailMboxWriter
{
  GObject parent_instance;

  GOutputStream *stream;
  IntimailMboxFormat format;
};

G_DEFINE_FINAL_TYPE (IntimailMboxWriter, intimail_mbox_writer, G_TYPE_OBJECT)

static void
intimail_mbox_writer_finalize (GObject *object)
{
  IntimailMboxWriter *self = INTIMAIL_MBOX_WRITER (object);

  g_clear_object (&self->stream);

  G_OBJECT_CLASS (intimail_mbox_writer_parent_class)->finalize (object);
}

static void
intimail_mbox_writer_class_init (IntimailMboxWriterClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = intimail_mbox_writer_finalize;
}

static void
intimail_mbox_writer_init (IntimailMboxWriter *self)
{
}

/**
 * intimail_mbox_writer_new:
 * @stream: where the file goes; buffered, if there are many messages. It is neither
 *   flushed nor closed
 * @format: %INTIMAIL_MBOX_FORMAT_RD or %INTIMAIL_MBOX_FORMAT_CL2
 *
 * Makes a writer.
 *
 * Returns: (transfer full): a writer
 *
 * Since: 1.0
 */
IntimailMboxWriter *
intimail_mbox_writer_new (GOutputStream *stream, IntimailMboxFormat format)
{
  IntimailMboxWriter *self;

  g_return_val_if_fail (G_IS_OUTPUT_STREAM (stream), NULL);

  self = g_object_new (INTIMAIL_TYPE_MBOX_WRITER, NULL);
  self->stream = g_object_ref (stream);
  self->format = format;
  return self;
}

/* The stream's error is temporary, as a disk's is. */
static gboolean
write_bytes (IntimailMboxWriter *self, const char *data, gsize length, GCancellable *cancellable, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  IntimailError code = INTIMAIL_ERROR_FAILED;

  if (g_output_stream_write_all (self->stream, data, length, NULL, cancellable, &local_error))
    return TRUE;
  if (g_error_matches (local_error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  if (g_error_matches (local_error, G_IO_ERROR, G_IO_ERROR_NO_SPACE))
    code = INTIMAIL_ERROR_STORAGE_FULL;
  g_set_error (error, INTIMAIL_ERROR, code, "cannot write an mbox: %s", local_error->message);
  return FALSE;
}

static gboolean
looks_like_from (const IntimailMboxLine *line)
{
  gsize n = 0;

  while (n < line->length && line->text[n] == '>')
    n++;
  return line->length - n >= 5 && memcmp (line->text + n, "From ", 5) == 0;
}

/* A part of the message, with one more ">" where a line needs it. */
static gboolean
write_part (IntimailMboxWriter *self, const char *data, gsize start, gsize end, GCancellable *cancellable, GError **error)
{
  IntimailMboxLine line = { .next = start };
  gsize position;

  for (position = start; self->format == INTIMAIL_MBOX_FORMAT_RD && position < end; position = line.next)
    {
      intimail_mbox_line_take (data, end, position, &line);
      if (!looks_like_from (&line))
        continue;
      if (!write_bytes (self, data + start, position - start, cancellable, error) || !write_bytes (self, ">", 1, cancellable, error))
        return FALSE;
      start = position;
    }
  return write_bytes (self, data + start, end - start, cancellable, error);
}

static char *
get_sender (IntimailMessage *message)
{
  g_autofree char *path = intimail_message_get_field (message, "Return-Path");
  GPtrArray *from = intimail_message_get_from (message);
  IntimailAddress *address = from->len > 0 ? g_ptr_array_index (from, 0) : NULL;

  if (path != NULL)
    {
      g_strstrip (path);
      if (path[0] != '<' || !g_str_has_suffix (path, ">"))
        return g_steal_pointer (&path);
      return g_strndup (path + 1, strlen (path) - 2);
    }
  if (address == NULL)
    return NULL;
  return g_strdup (intimail_address_get_email (address));
}

char *
intimail_mbox_writer_make_line (IntimailMessage *message, gint64 received)
{
  g_autofree char *sender = get_sender (message);

  return intimail_mbox_separator_write (sender, received);
}

gboolean
intimail_mbox_writer_append_with_line (IntimailMboxWriter *self,
                                       GBytes *message,
                                       const char *line,
                                       const char *const *keywords,
                                       GCancellable *cancellable,
                                       GError **error)
{
  gboolean with_length = self->format == INTIMAIL_MBOX_FORMAT_CL2;
  gsize size;
  const char *data = g_bytes_get_data (message, &size);
  gboolean ended = size == 0 || data[size - 1] == '\n';
  gsize where;
  g_autofree char *status = intimail_mbox_status_write (size > 0 ? data : "", size, keywords, with_length, &where);

  if (!ended && !with_length)
    {
      g_set_error_literal (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_SUPPORTED,
                           "the message's last line has no end, which an mboxrd cannot hold; an mboxcl2 or a Maildir can");
      return FALSE;
    }
  if (status == NULL)
    {
      g_set_error_literal (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_SUPPORTED,
                           "the message's header has no end or over a megabyte, and an mbox cannot say more about it; a Maildir can");
      return FALSE;
    }

  /* The line that begins the next message comes after an empty one. */
  return !g_cancellable_set_error_if_cancelled (cancellable, error) &&
         write_bytes (self, line, strlen (line), cancellable, error) &&
         write_part (self, data, 0, where, cancellable, error) &&
         write_bytes (self, status, strlen (status), cancellable, error) &&
         write_part (self, data, where, size, cancellable, error) &&
         write_bytes (self, "\n\n", ended ? 1 : 2, cancellable, error);
}

/**
 * intimail_mbox_writer_append:
 * @self: a writer
 * @message: the message
 * @sender: (nullable): who sent it, an address; %NULL takes it from Return-Path or
 *   From
 * @received: when it came in, in seconds since 1970, UTC
 * @keywords: (nullable) (array zero-terminated=1): keywords, as
 *   [method@Intimail.MboxReader.get_keywords] gives them, 64 at most
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Appends a message.
 *
 * Fails with %INTIMAIL_ERROR_NOT_SUPPORTED when the format cannot hold the message
 * as it is: in mboxrd one whose last line has no end, in both one whose header has
 * over a megabyte or no end where a line has to be added. Then nothing was written,
 * and the next message can be. Fails with %INTIMAIL_ERROR_INVALID_ARGUMENT for
 * what cannot be a keyword and another @format than those two, with
 * %INTIMAIL_ERROR_STORAGE_FULL when the disk is full, and with
 * %INTIMAIL_ERROR_FAILED or %G_IO_ERROR_CANCELLED when the stream cannot be
 * written: then the file ends in half a message.
 *
 * Returns: whether it is written
 *
 * Since: 1.0
 */
gboolean
intimail_mbox_writer_append (IntimailMboxWriter *self,
                             GBytes *message,
                             const char *sender,
                             gint64 received,
                             const char *const *keywords,
                             GCancellable *cancellable,
                             GError **error)
{
  g_autoptr (IntimailMessage) parsed = NULL;
  g_autofree char *line = NULL;

  g_return_val_if_fail (INTIMAIL_IS_MBOX_WRITER (self), FALSE);
  g_return_val_if_fail (message != NULL, FALSE);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (self->format != INTIMAIL_MBOX_FORMAT_RD && self->format != INTIMAIL_MBOX_FORMAT_CL2)
    {
      g_set_error_literal (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT, "mboxrd and mboxcl2 are written, and no other mbox");
      return FALSE;
    }
  for (gsize i = 0; keywords != NULL && keywords[i] != NULL; i++)
    {
      if (i < INTIMAIL_MBOX_KEYWORDS_MAX && intimail_mbox_status_is_keyword (keywords[i]))
        continue;
      g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT, "\"%s\" cannot be a keyword, or there are too many", keywords[i]);
      return FALSE;
    }
  parsed = sender == NULL ? intimail_message_new_from_bytes (message, error) : NULL;
  if (sender == NULL && parsed == NULL)
    return FALSE;
  line = sender != NULL ? intimail_mbox_separator_write (sender, received) : intimail_mbox_writer_make_line (parsed, received);
  return intimail_mbox_writer_append_with_line (self, message, line, keywords, cancellable, error);
}
