/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "message/intimail-base64-part-private.h"

/* 57 bytes make a line of 76 letters (RFC 2045 section 6.8). */
#define CHUNK (57 * 256)
#define ENCODED_CHUNK (77 * 256 + 8)

/* GMime writes base64 through two filters, of which the second looks at each byte for
 * line ends that base64 does not have: the two take two thirds of the time. Such a part
 * writes its content itself, with GLib's encoder; all else is GMime's. */
struct _IntimailBase64Part
{
  GMimePart parent_instance;

  GBytes *content;
};

G_DEFINE_FINAL_TYPE (IntimailBase64Part, intimail_base64_part, intimail_gmime.g_mime_part_get_type ())

static ssize_t
write_content (IntimailBase64Part *self, GMimeStream *stream)
{
  gsize size;
  const guchar *data = g_bytes_get_data (self->content, &size);
  char encoded[ENCODED_CHUNK];
  ssize_t total = 0;
  int state = 0;
  int save = 0;

  for (gsize i = 0; i < size; i += CHUNK)
    {
      gsize length = g_base64_encode_step (data + i, MIN (CHUNK, size - i), TRUE, encoded, &state, &save);

      if (i + CHUNK >= size)
        length += g_base64_encode_close (TRUE, encoded + length, &state, &save);
      if (intimail_gmime.g_mime_stream_write (stream, encoded, length) < 0)
        return -1;
      total += (ssize_t) length;
    }

  return total;
}

static ssize_t
intimail_base64_part_write_to_stream (GMimeObject *object,
                                      GMimeFormatOptions *options,
                                      gboolean content_only,
                                      GMimeStream *stream)
{
  ssize_t header = 0;
  ssize_t content;

  if (!content_only)
    {
      header = intimail_gmime.g_mime_header_list_write_to_stream (intimail_gmime.g_mime_object_get_header_list (object), options, stream);
      if (header < 0 || intimail_gmime.g_mime_stream_write_string (stream, intimail_gmime.g_mime_format_options_get_newline (options)) < 0)
        return -1;
      header++;
    }
  content = write_content (INTIMAIL_BASE64_PART (object), stream);

  return content < 0 ? -1 : header + content;
}

static void
intimail_base64_part_finalize (GObject *object)
{
  g_clear_pointer (&INTIMAIL_BASE64_PART (object)->content, g_bytes_unref);

  G_OBJECT_CLASS (intimail_base64_part_parent_class)->finalize (object);
}

static void
intimail_base64_part_class_init (IntimailBase64PartClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = intimail_base64_part_finalize;
  ((GMimeObjectClass *) klass)->write_to_stream = intimail_base64_part_write_to_stream;
}

static void
intimail_base64_part_init (IntimailBase64Part *self)
{
}

GMimeObject *
intimail_base64_part_new (GBytes *content)
{
  IntimailBase64Part *self = g_object_new (INTIMAIL_TYPE_BASE64_PART, NULL);

  self->content = g_bytes_ref (content);

  return (GMimeObject *) self;
}
