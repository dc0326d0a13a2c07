/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Reads and writes messages with this library and with GMime alone, for bench-message:
 *
 *   message-meter envelope|parse FOLDER       microseconds a message, ours and GMime's
 *   message-meter decode ours|theirs            MB/s of an attachment of 25 MB, and MB of memory
 *   message-meter compose ours|theirs FILE MB   the same of one of that size: from a file
 *                                               beside FILE into FILE
 *
 * Times are those of the processor: other programs may run.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gio/gunixoutputstream.h>
#include <gmime/gmime.h>

#include <intimail/intimail.h>

#include "meter.h"

#include "message/intimail-envelope-reader-private.h"

#define MEGABYTE 1e6
#define ATTACHMENT 25000000
#define RUNS 5

/* Of this process, in MB. */
static double
read_memory (const char *key)
{
  g_autofree char *status = NULL;
  const char *line;

  if (!g_file_get_contents ("/proc/self/status", &status, NULL, NULL))
    return 0;
  line = strstr (status, key);

  return line != NULL ? (double) g_ascii_strtoull (line + strlen (key), NULL, 10) * 1024 / MEGABYTE : 0;
}

/* From now on the peak is counted anew. */
static double
begin_memory (void)
{
  FILE *file = fopen ("/proc/self/clear_refs", "w");

  if (file != NULL)
    {
      fputs ("5", file);
      fclose (file);
    }
  return read_memory ("VmRSS:");
}

/* What the index keeps. */
static void
read_envelope (GBytes *bytes)
{
  static const char *const fields[] = { "From", "To", "Cc", "Bcc", "Reply-To" };
  static const char *const with_ids[] = { "Message-ID", "In-Reply-To", "References" };
  g_autoptr (IntimailEnvelopeReader) reader = intimail_envelope_reader_new (bytes);
  g_autofree char *subject = intimail_envelope_reader_read_text (reader, "Subject");
  g_autofree char *queue_id = intimail_envelope_reader_read_queue_id (reader);
  g_autofree char *preview = intimail_envelope_reader_read_preview (reader, 220);
  guint n_offered;
  gint64 seconds;
  int offset;

  for (gsize i = 0; i < G_N_ELEMENTS (fields); i++)
    g_free (intimail_envelope_reader_read_addresses (reader, fields[i], 65536));
  for (gsize i = 0; i < G_N_ELEMENTS (with_ids); i++)
    g_free (intimail_envelope_reader_read_message_id (reader, with_ids[i], 1000));
  intimail_envelope_reader_count_attachments (reader, &n_offered);
  intimail_envelope_reader_read_date (reader, &seconds, &offset);
}

static GMimeMessage *
parse_with_gmime (GBytes *bytes)
{
  gsize size;
  const char *data = g_bytes_get_data (bytes, &size);
  GMimeStream *stream = g_mime_stream_mem_new_with_buffer (data, size);
  GMimeParser *parser = g_mime_parser_new_with_stream (stream);
  GMimeMessage *message = g_mime_parser_construct_message (parser, NULL);

  g_object_unref (parser);
  g_object_unref (stream);

  return message;
}

/* The same with GMime, but for the preview and the attachments, which it does not know. */
static void
read_envelope_with_gmime (GBytes *bytes)
{
  static const char *const with_ids[] = { "In-Reply-To", "References" };
  GMimeMessage *message = parse_with_gmime (bytes);

  for (int type = GMIME_ADDRESS_TYPE_SENDER; type <= GMIME_ADDRESS_TYPE_BCC; type++)
    {
      InternetAddressList *list = g_mime_message_get_addresses (message, (GMimeAddressType) type);

      g_free (list != NULL ? internet_address_list_to_string (list, NULL, FALSE) : NULL);
    }
  g_mime_message_get_subject (message);
  g_mime_message_get_message_id (message);
  g_mime_message_get_date (message);
  for (gsize i = 0; i < G_N_ELEMENTS (with_ids); i++)
    {
      const char *value = g_mime_object_get_header (GMIME_OBJECT (message), with_ids[i]);

      if (value != NULL)
        g_mime_references_free (g_mime_references_parse (NULL, value));
    }
  g_object_unref (message);
}

static void
parse (GBytes *bytes)
{
  g_autoptr (IntimailMessage) message = intimail_message_new_from_bytes (bytes, NULL);

  intimail_message_get_root (message);
}

static void
parse_theirs (GBytes *bytes)
{
  g_object_unref (parse_with_gmime (bytes));
}

static double
time_all (GPtrArray *messages, void (*job) (GBytes *bytes))
{
  double start = meter_get_seconds ();

  for (guint i = 0; i < messages->len; i++)
    job (g_ptr_array_index (messages, i));

  return (meter_get_seconds () - start) * 1e6 / messages->len;
}

static void
measure_many (const char *folder, void (*ours) (GBytes *bytes), void (*theirs) (GBytes *bytes))
{
  g_autoptr (GPtrArray) messages = meter_load (folder);

  time_all (messages, ours);
  time_all (messages, theirs);
  for (int i = 0; i < RUNS; i++)
    {
      double our_time = time_all (messages, ours);

      printf ("%.3f %.3f\n", our_time, time_all (messages, theirs));
    }
}

/* Bytes without a pattern, always the same. */
static GBytes *
make_attachment (gsize size)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (20151209);
  guint32 *data = g_malloc (size);

  for (gsize i = 0; i < size / sizeof (guint32); i++)
    data[i] = g_rand_int (random);

  return g_bytes_new_take (data, size);
}

static IntimailComposer *
begin_message (void)
{
  IntimailComposer *composer = intimail_composer_new ();
  g_autoptr (IntimailAddress) from = intimail_address_parse ("ann@home.example", NULL);

  intimail_composer_set_from (composer, from);
  intimail_composer_set_text (composer, "See the file.\n");

  return composer;
}

static GBytes *
compose (GBytes *attachment)
{
  g_autoptr (IntimailComposer) composer = begin_message ();

  intimail_composer_add_attachment (composer, attachment, "data.bin", "application/octet-stream", NULL);

  return intimail_composer_build (composer, "mail.home.example", NULL);
}

static void
compose_to_file (const char *attachment, const char *path)
{
  g_autoptr (IntimailComposer) composer = begin_message ();
  g_autoptr (GError) error = NULL;

  if (!intimail_composer_add_attachment_file (composer, attachment, "data.bin", "application/octet-stream", &error) ||
      !intimail_composer_write_file (composer, "mail.home.example", path, NULL, &error))
    g_error ("%s", error->message);
}

static void
compose_with_gmime (const char *attachment, const char *path)
{
  GMimeMessage *message = g_mime_message_new (TRUE);
  GMimePart *part = g_mime_part_new_with_type ("application", "octet-stream");
  GMimeStream *content = g_mime_stream_file_open (attachment, "r", NULL);
  GMimeDataWrapper *wrapper = g_mime_data_wrapper_new_with_stream (content, GMIME_CONTENT_ENCODING_DEFAULT);
  GMimeStream *out = g_mime_stream_file_open (path, "w", NULL);

  g_mime_part_set_content (part, wrapper);
  g_mime_part_set_content_encoding (part, GMIME_CONTENT_ENCODING_BASE64);
  g_mime_message_set_mime_part (message, GMIME_OBJECT (part));
  g_mime_object_write_to_stream (GMIME_OBJECT (message), NULL, out);
  g_mime_stream_flush (out);
  g_object_unref (out);
  g_object_unref (wrapper);
  g_object_unref (content);
  g_object_unref (part);
  g_object_unref (message);
}

static void
decode (IntimailMessage *message)
{
  g_autoptr (GFile) file = g_file_new_for_path ("/dev/null");
  g_autoptr (GOutputStream) stream = G_OUTPUT_STREAM (g_file_append_to (file, G_FILE_CREATE_NONE, NULL, NULL));
  GPtrArray *attachments = intimail_message_get_attachments (message);

  if (!intimail_part_write (g_ptr_array_index (attachments, 0), stream, NULL, NULL))
    g_error ("an attachment cannot be written");
}

static void
decode_with_gmime (GMimeMessage *message)
{
  GMimeObject *root = g_mime_message_get_mime_part (message);
  GMimeObject *part = g_mime_multipart_get_part (GMIME_MULTIPART (root), 1);
  GMimeStream *out = g_mime_stream_file_open ("/dev/null", "w", NULL);

  g_mime_data_wrapper_write_to_stream (g_mime_part_get_content (GMIME_PART (part)), out);
  g_object_unref (out);
}

static void
report (gsize size, double seconds, double memory)
{
  printf ("%.3f %.3f\n", (double) size / MEGABYTE / seconds, memory);
}

static void
measure_decode (gboolean ours)
{
  g_autoptr (GBytes) attachment = make_attachment (ATTACHMENT);
  g_autoptr (GBytes) bytes = compose (attachment);

  g_clear_pointer (&attachment, g_bytes_unref);
  for (int i = 0; i < RUNS; i++)
    {
      g_autoptr (IntimailMessage) message = intimail_message_new_from_bytes (bytes, NULL);
      GMimeMessage *theirs = ours ? NULL : parse_with_gmime (bytes);
      double memory = begin_memory ();
      double start = meter_get_seconds ();

      if (ours)
        decode (message);
      else
        decode_with_gmime (theirs);
      start = meter_get_seconds () - start;
      report (ATTACHMENT, start, read_memory ("VmHWM:") - memory);
      g_clear_object (&theirs);
    }
}

static void
make_file (const char *path, gsize size)
{
  g_autoptr (GBytes) attachment = make_attachment (size);
  FILE *file = fopen (path, "w");

  fwrite (g_bytes_get_data (attachment, NULL), 1, size, file);
  fclose (file);
}

static void
measure_compose (gboolean ours, const char *path, gsize size)
{
  g_autofree char *attachment = g_strconcat (path, ".attachment", NULL);

  make_file (attachment, size);
  for (int i = 0; i < RUNS; i++)
    {
      double memory = begin_memory ();
      double start = meter_get_seconds ();

      (ours ? compose_to_file : compose_with_gmime) (attachment, path);
      start = meter_get_seconds () - start;
      report (size, start, read_memory ("VmHWM:") - memory);
    }
}

int
main (int argc, char *argv[])
{
  const char *job = argc > 1 ? argv[1] : "";
  gboolean ours = argc > 2 && strcmp (argv[2], "ours") == 0;

  g_mime_init ();
  if (strcmp (job, "envelope") == 0 && argc == 3)
    measure_many (argv[2], read_envelope, read_envelope_with_gmime);
  else if (strcmp (job, "parse") == 0 && argc == 3)
    measure_many (argv[2], parse, parse_theirs);
  else if (strcmp (job, "decode") == 0 && argc == 3)
    measure_decode (ours);
  else if (strcmp (job, "compose") == 0 && argc == 5)
    measure_compose (ours, argv[3], (gsize) (g_ascii_strtoull (argv[4], NULL, 10) * MEGABYTE));
  else
    {
      fprintf (stderr, "message-meter: see the head of message-meter.c\n");
      return EXIT_FAILURE;
    }

  return EXIT_SUCCESS;
}
