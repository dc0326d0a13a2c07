/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "command-guard-log.h"

#include <gio/gio.h>

#define READ_SIZE (256 * 1024u)
#define PACKED_SIZE (16 * 1024u)

typedef struct
{
  GInputStream *stream;
  GConverter *unpacker; /* or NULL */
  guint8 packed[PACKED_SIZE];
  gsize begin; /* of what is not unpacked yet */
  gsize end;
  gboolean is_inside; /* a member whose end did not come yet */
} Source;

static void
source_clear (Source *self)
{
  g_clear_object (&self->unpacker);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Source, source_clear)

/* As g_input_stream_read(). A file of gzip may have several members, as rsyslog writes and
 * cat makes them; GConverterInputStream ends with the first. */
static gssize
source_read (Source *self, guint8 *buffer, gsize size, GError **error)
{
  gsize n_read = 0;
  gsize n_written = 0;
  GConverterResult result;

  if (self->unpacker == NULL)
    return g_input_stream_read (self->stream, buffer, size, NULL, error);
  while (n_written == 0)
    {
      if (self->begin == self->end)
        {
          gssize n = g_input_stream_read (self->stream, self->packed, PACKED_SIZE, NULL, error);

          if (n < 0 || (n == 0 && !self->is_inside))
            return n;
          self->begin = 0;
          self->end = (gsize) n;
        }
      result = g_converter_convert (self->unpacker, self->packed + self->begin, self->end - self->begin, buffer, size,
                                    self->end == 0 ? G_CONVERTER_INPUT_AT_END : G_CONVERTER_NO_FLAGS, &n_read, &n_written, error);
      if (result == G_CONVERTER_ERROR)
        return -1;
      self->begin += n_read;
      self->is_inside = result != G_CONVERTER_FINISHED;
      if (!self->is_inside)
        g_converter_reset (self->unpacker);
    }

  return (gssize) n_written;
}

typedef struct
{
  IntimailDetectorFunc func;
  gpointer user_data;
  guint64 lines; /* before what is scanned */
} Scan;

static void
on_event (IntimailGuardEvent *event, guint line, gpointer user_data)
{
  Scan *scan = user_data;

  scan->func (event, line + (guint) scan->lines, scan->user_data);
}

gboolean
command_guard_log_scan (GInputStream *stream,
                        gboolean is_packed,
                        IntimailDetector *detector,
                        gint64 now,
                        IntimailDetectorFunc func,
                        gpointer user_data,
                        GError **error)
{
  g_auto (Source) source = { .stream = stream };
  g_autoptr (GByteArray) buffer = g_byte_array_sized_new (COMMAND_GUARD_LOG_MAX_LINE + READ_SIZE);
  Scan scan = { .func = func, .user_data = user_data };
  guint64 before = intimail_detector_get_lines (detector);

  if (is_packed)
    source.unpacker = G_CONVERTER (g_zlib_decompressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP));
  while (TRUE)
    {
      guint kept = buffer->len;
      gssize n;
      gsize done;

      g_byte_array_set_size (buffer, kept + READ_SIZE);
      n = source_read (&source, buffer->data + kept, READ_SIZE, error);
      if (n < 0)
        return FALSE;
      g_byte_array_set_size (buffer, kept + (guint) n);
      /* The last line may have no end. */
      if (n == 0 && kept > 0)
        g_byte_array_append (buffer, (const guint8 *) "\n", 1);
      scan.lines = intimail_detector_get_lines (detector) - before;
      done = intimail_detector_scan (detector, buffer->data, buffer->len, now, on_event, &scan);
      g_byte_array_remove_range (buffer, 0, (guint) done);
      if (n == 0)
        return TRUE;
      /* Too long to be looked at, whatever comes until its end. */
      if (buffer->len > COMMAND_GUARD_LOG_MAX_LINE)
        g_byte_array_set_size (buffer, COMMAND_GUARD_LOG_MAX_LINE);
    }
}

gboolean
command_guard_log_read (const char *path,
                        IntimailDetector *detector,
                        gint64 now,
                        IntimailDetectorFunc func,
                        gpointer user_data,
                        GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_path (g_str_equal (path, "-") ? "/dev/stdin" : path);
  g_autoptr (GInputStream) stream = G_INPUT_STREAM (g_file_read (file, NULL, error));

  if (stream != NULL && command_guard_log_scan (stream, g_str_has_suffix (path, ".gz"), detector, now, func, user_data, error))
    return TRUE;
  g_prefix_error (error, "%s: ", path);

  return FALSE;
}
