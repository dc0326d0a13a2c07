/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "message/intimail-content-part-private.h"

#include <string.h>

#include "message/intimail-base64-private.h"
#include "message/intimail-mime-stream-private.h"

/* Bytes that are encoded at once, and their room as base64 and as quoted-printable. */
#define CHUNK (INTIMAIL_BASE64_LINE * 256)
#define ROOM (4 * CHUNK + 128)

/* GMime reads a content from a stream of its own and encodes it through two filters, of
 * which the second looks at each byte for line ends that base64 does not have. Such a part
 * writes its content itself, from wherever it is, with GMime's encoder of quoted-printable
 * and with our own of base64; all else is GMime's. */
struct _IntimailContentPart
{
  GMimePart parent_instance;

  IntimailContent *content;
};

G_DEFINE_FINAL_TYPE (IntimailContentPart, intimail_content_part, intimail_gmime.g_mime_part_get_type ())

typedef struct
{
  IntimailMimeStream *stream;
  IntimailBase64 base64;
  GMimeEncoding quoted;
  gboolean after_return;
  ssize_t total;
  char text[ROOM];
} Writer;

static gboolean
put (Writer *writer, const char *data, gsize length, GError **error)
{
  writer->total += (ssize_t) length;
  return intimail_mime_stream_write (writer->stream, data, length, error);
}

static gboolean
write_base64 (const char *data, gsize length, gpointer user_data, GError **error)
{
  Writer *writer = user_data;

  for (gsize i = 0; i < length; i += CHUNK)
    if (!put (writer, writer->text, intimail_base64_step (&writer->base64, data + i, MIN (CHUNK, length - i), writer->text), error))
      return FALSE;

  return TRUE;
}

static gboolean
write_quoted (const char *data, gsize length, gpointer user_data, GError **error)
{
  Writer *writer = user_data;

  for (gsize i = 0; i < length; i += CHUNK)
    if (!put (writer, writer->text, intimail_gmime.g_mime_encoding_step (&writer->quoted, data + i, MIN (CHUNK, length - i), writer->text), error))
      return FALSE;

  return TRUE;
}

/* Without a CR before LF; one at the end waits for what follows. */
static gboolean
write_plain (const char *data, gsize length, gpointer user_data, GError **error)
{
  Writer *writer = user_data;
  const char *end = data + length;

  while (data < end)
    {
      const char *carriage = memchr (data, '\r', (gsize) (end - data));
      const char *stop = carriage != NULL ? carriage : end;

      if (writer->after_return && *data != '\n' && !put (writer, "\r", 1, error))
        return FALSE;
      writer->after_return = carriage != NULL;
      if (!put (writer, data, (gsize) (stop - data), error))
        return FALSE;
      data = carriage != NULL ? carriage + 1 : end;
    }

  return TRUE;
}

static gboolean
write_content (IntimailContentPart *self, Writer *writer, GError **error)
{
  GMimeContentEncoding encoding = intimail_gmime.g_mime_part_get_content_encoding ((GMimePart *) self);
  GCancellable *cancellable = intimail_mime_stream_get_cancellable (writer->stream);

  if (encoding == GMIME_CONTENT_ENCODING_BASE64)
    return intimail_content_read (self->content, write_base64, writer, cancellable, error) &&
           put (writer, writer->text, intimail_base64_close (&writer->base64, writer->text), error);
  if (encoding == GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE)
    {
      intimail_gmime.g_mime_encoding_init_encode (&writer->quoted, encoding);
      return intimail_content_read (self->content, write_quoted, writer, cancellable, error) &&
             put (writer, writer->text, intimail_gmime.g_mime_encoding_flush (&writer->quoted, NULL, 0, writer->text), error);
    }

  return intimail_content_read (self->content, write_plain, writer, cancellable, error) &&
         (!writer->after_return || put (writer, "\r", 1, error));
}

static ssize_t
write_header (GMimeObject *object, GMimeFormatOptions *options, GMimeStream *stream)
{
  ssize_t header = intimail_gmime.g_mime_header_list_write_to_stream (intimail_gmime.g_mime_object_get_header_list (object), options, stream);

  if (header < 0 || intimail_gmime.g_mime_stream_write_string (stream, intimail_gmime.g_mime_format_options_get_newline (options)) < 0)
    return -1;

  return header + 1;
}

static ssize_t
intimail_content_part_write_to_stream (GMimeObject *object,
                                       GMimeFormatOptions *options,
                                       gboolean content_only,
                                       GMimeStream *stream)
{
  g_autofree Writer *writer = g_new0 (Writer, 1);
  ssize_t header = content_only ? 0 : write_header (object, options, stream);
  GError *error = NULL;

  if (header < 0)
    return -1;
  writer->stream = INTIMAIL_MIME_STREAM (stream);
  if (write_content (INTIMAIL_CONTENT_PART (object), writer, &error))
    return header + writer->total;
  intimail_mime_stream_fail (writer->stream, error);

  return -1;
}

static void
intimail_content_part_finalize (GObject *object)
{
  g_clear_pointer (&INTIMAIL_CONTENT_PART (object)->content, intimail_content_unref);

  G_OBJECT_CLASS (intimail_content_part_parent_class)->finalize (object);
}

static void
intimail_content_part_class_init (IntimailContentPartClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = intimail_content_part_finalize;
  ((GMimeObjectClass *) klass)->write_to_stream = intimail_content_part_write_to_stream;
}

static void
intimail_content_part_init (IntimailContentPart *self)
{
}

GMimeObject *
intimail_content_part_new (IntimailContent *content)
{
  IntimailContentPart *self = g_object_new (INTIMAIL_TYPE_CONTENT_PART, NULL);

  self->content = intimail_content_ref (content);

  return (GMimeObject *) self;
}
