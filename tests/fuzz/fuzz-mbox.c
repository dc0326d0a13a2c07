/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <stdlib.h>
#include <string.h>

#include "message/intimail-mbox-private.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

/* What the fuzzer takes for a crash, and keeps. */
static void
fail (const char *what)
{
  g_printerr ("%s\n", what);
  abort ();
}

static gboolean
append_piece (const char *data, gsize length, gpointer user_data)
{
  g_byte_array_append (user_data, (const guint8 *) data, (guint) length);
  return TRUE;
}

/* The messages of the file take each byte once, and are as long as they say. */
static void
read_file (GBytes *bytes, IntimailMboxFormat format, gboolean unquote)
{
  g_autoptr (IntimailMboxReader) reader = intimail_mbox_reader_new (bytes, format);
  g_auto (IntimailMboxItem) item = { 0 };
  guint64 offset = 0;

  intimail_mbox_reader_set_unquote (reader, unquote);
  while (intimail_mbox_reader_take (reader, &item))
    {
      g_autoptr (GByteArray) message = g_byte_array_new ();

      intimail_mbox_reader_visit (reader, &item, append_piece, message);
      if (message->len != intimail_mbox_item_get_size (&item))
        fail ("a message has another size than it says");
      if (item.start < offset || item.end < item.start || intimail_mbox_reader_get_offset (reader) < item.end ||
          intimail_mbox_reader_get_offset (reader) == offset)
        fail ("messages overlap");
      offset = intimail_mbox_reader_get_offset (reader);
    }
  if (offset != g_bytes_get_size (bytes))
    fail ("the file was not read to its end");
}

/* What the writer adds to what the reader gives is what the reader took away. */
static void
strip_and_add (GBytes *bytes, gboolean with_length)
{
  gsize size;
  const char *data = g_bytes_get_data (bytes, &size);
  g_auto (IntimailMboxStatus) status = { 0 };
  g_autoptr (GString) rest = g_string_new (NULL);
  g_autofree char *lines = NULL;
  gsize where;

  intimail_mbox_status_read (size > 0 ? data : "", size, with_length, &status);
  g_string_append_len (rest, data, (gssize) status.cut);
  g_string_append_len (rest, data + status.cut + status.cut_length, (gssize) (size - status.cut - status.cut_length));
  lines = intimail_mbox_status_write (rest->str, rest->len, (const char *const *) status.keywords, with_length, &where);
  if (lines == NULL)
    return;
  g_string_insert (rest, (gssize) where, lines);
  /* A length that is wrong or missing is added. */
  if (with_length && rest->len > size)
    return;
  if (rest->len != size || memcmp (rest->str, data, size) != 0)
    fail ("the file is another");
}

/* What is written is read again. */
static void
write_and_read (GBytes *message, IntimailMboxFormat format, const char *const *keywords)
{
  g_autoptr (GOutputStream) stream = g_memory_output_stream_new_resizable ();
  g_autoptr (IntimailMboxWriter) writer = intimail_mbox_writer_new (stream, format);
  g_autoptr (IntimailMboxReader) reader = NULL;
  g_autoptr (GBytes) file = NULL;
  guint n = 0;

  for (guint i = 0; i < 2; i++)
    n += intimail_mbox_writer_append (writer, message, NULL, 1000000000, keywords, NULL, NULL);
  g_output_stream_close (stream, NULL, NULL);
  file = g_memory_output_stream_steal_as_bytes (G_MEMORY_OUTPUT_STREAM (stream));
  reader = intimail_mbox_reader_new (file, format);
  while (n-- > 0)
    {
      g_autoptr (GBytes) read = intimail_mbox_reader_next (reader);

      if (read == NULL || !g_bytes_equal (read, message))
        fail ("the message is another");
      if (!g_strv_equal (intimail_mbox_reader_get_keywords (reader), keywords))
        fail ("the keywords are others");
      if (intimail_mbox_reader_get_received (reader) != 1000000000)
        fail ("the time is another");
    }
  if (intimail_mbox_reader_next (reader) != NULL)
    fail ("there are more messages");
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  static const char *const none[] = { NULL };
  static const char *const some[] = { "$seen", "$flagged", "\\deleted", "$forwarded", "work", NULL };
  g_autoptr (GBytes) bytes = g_bytes_new (data, size);

  for (guint format = INTIMAIL_MBOX_FORMAT_RD; format <= INTIMAIL_MBOX_FORMAT_CL2; format++)
    {
      read_file (bytes, (IntimailMboxFormat) format, FALSE);
      read_file (bytes, (IntimailMboxFormat) format, TRUE);
    }
  intimail_mbox_reader_detect_format (bytes);
  strip_and_add (bytes, FALSE);
  strip_and_add (bytes, TRUE);
  write_and_read (bytes, INTIMAIL_MBOX_FORMAT_RD, none);
  write_and_read (bytes, INTIMAIL_MBOX_FORMAT_RD, some);
  write_and_read (bytes, INTIMAIL_MBOX_FORMAT_CL2, none);
  write_and_read (bytes, INTIMAIL_MBOX_FORMAT_CL2, some);

  return 0;
}
