/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What is in the zip file is compared by the test of the Python binding.
 */

#include <malloc.h>
#include <string.h>

#include <intimail/intimail.h>

#include "test-support.h"

#define SIZE (64 * 1024 * 1024)

/* Takes everything up to a limit, then fails as a full disk does. */
#define TEST_TYPE_STREAM (test_stream_get_type ())
G_DECLARE_FINAL_TYPE (TestStream, test_stream, TEST, STREAM, GOutputStream)

struct _TestStream
{
  GOutputStream parent_instance;

  guint64 written;
  guint64 limit;
  gsize most_memory;
};

G_DEFINE_FINAL_TYPE (TestStream, test_stream, G_TYPE_OUTPUT_STREAM)

static gssize
test_stream_write (GOutputStream *stream, const void *data, gsize length, GCancellable *cancellable, GError **error)
{
  TestStream *self = TEST_STREAM (stream);

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return -1;
  if (self->written + length > self->limit)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE, "full");
      return -1;
    }
  self->written += length;
  self->most_memory = MAX (self->most_memory, mallinfo2 ().uordblks + mallinfo2 ().hblkhd);

  return (gssize) length;
}

static void
test_stream_class_init (TestStreamClass *klass)
{
  G_OUTPUT_STREAM_CLASS (klass)->write_fn = test_stream_write;
}

static void
test_stream_init (TestStream *self)
{
  self->limit = G_MAXUINT64;
}

/* One attachment of so many bytes. */
static IntimailMessage *
make_message (const char *name, gsize size, char fill)
{
  g_autofree char *content = g_strnfill (size, fill);
  g_autofree char *text = g_strdup_printf ("Content-Type: multipart/mixed; boundary=b\n\n--b\n"
                                           "Content-Disposition: attachment; filename=\"%s\"\n\n%s\n--b--\n",
                                           name, content);
  g_autoptr (GBytes) bytes = g_bytes_new_take (text, strlen (text));

  g_steal_pointer (&text);
  return intimail_message_new_from_bytes (bytes, NULL);
}

static void
test_memory (void)
{
  g_autoptr (IntimailMessage) small = make_message ("a.txt", 1, 'x');
  g_autoptr (IntimailMessage) large = make_message ("a.txt", SIZE, 'x');
  g_autoptr (TestStream) stream = g_object_new (TEST_TYPE_STREAM, NULL);
  g_autoptr (GError) error = NULL;
  gsize before;

  /* What is loaded once is no matter here. */
  g_assert_true (intimail_message_write_zip (small, G_OUTPUT_STREAM (stream), NULL, &error));
  g_assert_no_error (error);
  intimail_message_get_attachments (large);
  before = mallinfo2 ().uordblks + mallinfo2 ().hblkhd;
  stream->written = stream->most_memory = 0;
  g_assert_true (intimail_message_write_zip (large, G_OUTPUT_STREAM (stream), NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (stream->written, <, SIZE / 100);
  g_test_message ("%" G_GSIZE_FORMAT " bytes of memory", stream->most_memory - before);
  g_assert_cmpuint (stream->most_memory - before, <, 1024 * 1024);
}

/* It ends, says why, and says so for each place where the disk may be full. */
static void
test_stream_that_fails (void)
{
  g_autoptr (IntimailMessage) message = make_message ("a.zip", 100000, 'x');
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  gboolean done = FALSE;

  for (guint64 limit = 0; !done; limit += 5000)
    {
      g_autoptr (TestStream) stream = g_object_new (TEST_TYPE_STREAM, NULL);

      stream->limit = limit;
      done = intimail_message_write_zip (message, G_OUTPUT_STREAM (stream), NULL, &error);
      g_assert_cmpuint (limit, <, 200000);
      if (done)
        break;
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE);
      g_clear_error (&error);
    }
  g_cancellable_cancel (cancellable);
  {
    g_autoptr (TestStream) stream = g_object_new (TEST_TYPE_STREAM, NULL);

    g_assert_false (intimail_message_write_zip (message, G_OUTPUT_STREAM (stream), cancellable, &error));
    g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    g_assert_cmpuint (stream->written, ==, 0);
  }
}

/* 256 MB of zeros in 256 KB, as an attachment: it is read, judged and packed with all
 * that is allowed here, and stays what it is. */
static void
test_bomb (void)
{
  g_autoptr (GConverter) deflate = G_CONVERTER (g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP, 9));
  g_autoptr (GOutputStream) inner = g_memory_output_stream_new_resizable ();
  g_autoptr (GOutputStream) outer = g_converter_output_stream_new (inner, deflate);
  g_autofree char *zeros = g_malloc0 (1024 * 1024);
  g_autofree char *encoded = NULL;
  g_autofree char *text = NULL;
  g_autofree char *guess = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (IntimailMessage) message = NULL;
  g_autoptr (TestStream) stream = g_object_new (TEST_TYPE_STREAM, NULL);
  GMemoryOutputStream *memory = G_MEMORY_OUTPUT_STREAM (inner);
  IntimailPart *part;
  gsize before;

  for (int i = 0; i < 256; i++)
    g_assert_true (g_output_stream_write_all (outer, zeros, 1024 * 1024, NULL, NULL, NULL));
  g_assert_true (g_output_stream_close (outer, NULL, NULL));
  encoded = g_base64_encode (g_memory_output_stream_get_data (memory), g_memory_output_stream_get_data_size (memory));
  text = g_strdup_printf ("Content-Type: application/gzip; name=bomb.gz\nContent-Disposition: attachment\n"
                          "Content-Transfer-Encoding: base64\n\n%s\n",
                          encoded);
  bytes = g_bytes_new_static (text, strlen (text));
  before = mallinfo2 ().uordblks + mallinfo2 ().hblkhd;
  message = intimail_message_new_from_bytes (bytes, NULL);
  part = intimail_message_get_root (message);
  guess = intimail_part_guess_content_type (part);
  g_assert_cmpstr (guess, ==, "application/gzip");
  g_assert_cmpuint (intimail_part_get_size (part), ==, g_memory_output_stream_get_data_size (memory));
  g_assert_true (intimail_message_write_zip (message, G_OUTPUT_STREAM (stream), NULL, NULL));
  g_assert_cmpuint (stream->written, <, intimail_part_get_size (part) + 1000);
  g_assert_cmpuint (stream->most_memory - before, <, 2 * 1024 * 1024);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/message-zip/memory", test_memory);
  g_test_add_func ("/message-zip/stream-that-fails", test_stream_that_fails);
  g_test_add_func ("/message-zip/bomb", test_bomb);

  return g_test_run ();
}
