/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include <intimail/intimail-error.h>
#include <intimail/intimail-mbox-writer.h>

#include "test-support.h"

#define DATE " Thu Jan  1 00:00:10 1970\n"
#define FROM "From MAILER-DAEMON" DATE

static GBytes *
close_stream (GOutputStream *stream)
{
  g_autoptr (GError) error = NULL;

  g_output_stream_close (stream, NULL, &error);
  g_assert_no_error (error);
  return g_memory_output_stream_steal_as_bytes (G_MEMORY_OUTPUT_STREAM (stream));
}

static const struct
{
  const char *name;
  const char *message;
  const char *keywords;
  const char *rd; /* NULL: mboxrd cannot hold it */
  const char *cl2;
} cases[] = {
  { "plain", "a: b\n\nc\n", "", FROM "a: b\n\nc\n\n", FROM "a: b\nContent-Length: 2\n\nc\n\n" },
  { "from lines", "a: b\n\nFrom x\n>From y\n>>From z\nFromage\n", "", FROM "a: b\n\n>From x\n>>From y\n>>>From z\nFromage\n\n",
    FROM "a: b\nContent-Length: 32\n\nFrom x\n>From y\n>>From z\nFromage\n\n" },
  { "from in the header", "From x\na: b\n\nc\n", "", FROM ">From x\na: b\n\nc\n\n", FROM "From x\na: b\nContent-Length: 2\n\nc\n\n" },
  { "keywords", "a: b\n\nc\n", "$seen $flagged work $forwarded art", FROM "a: b\nStatus: RO\nX-Status: F\nX-Keywords: $forwarded art work\n\nc\n\n",
    FROM "a: b\nStatus: RO\nX-Status: F\nX-Keywords: $forwarded art work\nContent-Length: 2\n\nc\n\n" },
  { "all letters", "a: b\n\n", "$draft $answered \\deleted $flagged", FROM "a: b\nStatus: O\nX-Status: AFTD\n\n\n", FROM "a: b\nStatus: O\nX-Status: AFTD\nContent-Length: 0\n\n\n" },
  { "says so already", "status: R\na: b\n\nc\n", "$seen", FROM "status: R\na: b\n\nc\n\n", FROM "status: R\na: b\nContent-Length: 2\n\nc\n\n" },
  { "says more", "status: R\na: b\n\nc\n", "", FROM "status: R\na: b\nStatus: O\n\nc\n\n", FROM "status: R\na: b\nStatus: O\nContent-Length: 2\n\nc\n\n" },
  { "looks like ours", "a: b\nStatus: RO\n\nc\n", "$seen", FROM "a: b\nStatus: RO\nStatus: RO\n\nc\n\n", FROM "a: b\nStatus: RO\nStatus: RO\nContent-Length: 2\n\nc\n\n" },
  { "looks like ours and is stacked", "Status: RO\nStatus: O\n\n", "$seen", FROM "Status: RO\nStatus: O\nStatus: RO\n\n\n",
    FROM "Status: RO\nStatus: O\nStatus: RO\nContent-Length: 0\n\n\n" },
  { "a length like ours", "a: b\nContent-Length: 2\n\nc\n", "", FROM "a: b\nContent-Length: 2\n\nc\n\n", FROM "a: b\nContent-Length: 2\nContent-Length: 2\n\nc\n\n" },
  { "a right length", "content-length: 2\na: b\n\nc\n", "", FROM "content-length: 2\na: b\n\nc\n\n", FROM "content-length: 2\na: b\n\nc\n\n" },
  { "a wrong length", "content-length: 9\na: b\n\nc\n", "", FROM "content-length: 9\na: b\n\nc\n\n", FROM "content-length: 9\na: b\nContent-Length: 2\n\nc\n\n" },
  { "no last line end", "a: b\n\nc", "", NULL, FROM "a: b\nContent-Length: 1\n\nc\n\n" },
  { "no line end at all", "a: b", "", NULL, NULL },
  { "empty", "", "", FROM "\n", FROM "Content-Length: 0\n\n" },
  { "an empty line", "\n", "$seen", FROM "Status: RO\n\n\n", FROM "Status: RO\nContent-Length: 0\n\n\n" },
  { "a header alone", "a: b\n", "$seen", FROM "a: b\nStatus: RO\n\n", FROM "a: b\nStatus: RO\nContent-Length: 0\n\n" },
  { "crlf", "a: b\r\n\r\nFrom x\r\n", "$seen", FROM "a: b\r\nStatus: RO\r\n\r\n>From x\r\n\n", FROM "a: b\r\nStatus: RO\r\nContent-Length: 8\r\n\r\nFrom x\r\n\n" },
  { "return-path", "Return-Path: <ann@home.example>\nFrom: ben@home.example\n\n", "", "From ann@home.example" DATE "Return-Path: <ann@home.example>\nFrom: ben@home.example\n\n\n",
    "From ann@home.example" DATE "Return-Path: <ann@home.example>\nFrom: ben@home.example\nContent-Length: 0\n\n\n" },
  { "a report", "Return-Path: <>\nFrom: ben@home.example\n\n", "", FROM "Return-Path: <>\nFrom: ben@home.example\n\n\n",
    FROM "Return-Path: <>\nFrom: ben@home.example\nContent-Length: 0\n\n\n" },
  { "from", "From: Ben <ben@home.example>\n\n", "", "From ben@home.example" DATE "From: Ben <ben@home.example>\n\n\n",
    "From ben@home.example" DATE "From: Ben <ben@home.example>\nContent-Length: 0\n\n\n" },
  { "an address of two words", "Return-Path: <a b@home.example>\n\n", "", FROM "Return-Path: <a b@home.example>\n\n\n", FROM "Return-Path: <a b@home.example>\nContent-Length: 0\n\n\n" },
};

static void
check_reading (GBytes *file, IntimailMboxFormat format, const char *message, const char *const *keywords)
{
  g_autoptr (IntimailMboxReader) reader = intimail_mbox_reader_new (file, format);

  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (GBytes) read = intimail_mbox_reader_next (reader);
      gsize size;
      const char *data = g_bytes_get_data (read, &size);

      g_assert_cmpmem (data, size, message, strlen (message));
      g_assert_cmpint (intimail_mbox_reader_get_received (reader), ==, 10);
      g_assert_cmpuint (g_strv_length ((GStrv) intimail_mbox_reader_get_keywords (reader)), ==, g_strv_length ((GStrv) keywords));
      for (gsize k = 0; keywords[k] != NULL; k++)
        g_assert_true (g_strv_contains (intimail_mbox_reader_get_keywords (reader), keywords[k]));
    }
  g_assert_null (intimail_mbox_reader_next (reader));
}

static void
check_case (gsize i, IntimailMboxFormat format, const char *expected)
{
  g_autoptr (GOutputStream) stream = g_memory_output_stream_new_resizable ();
  IntimailMboxWriter *writer = intimail_mbox_writer_new (stream, format);
  g_autoptr (GBytes) message = g_bytes_new_static (cases[i].message, strlen (cases[i].message));
  g_auto (GStrv) keywords = *cases[i].keywords != '\0' ? g_strsplit (cases[i].keywords, " ", -1) : g_new0 (char *, 1);
  g_autofree char *twice = g_strconcat (expected != NULL ? expected : "", expected, NULL);
  g_autoptr (GBytes) file = NULL;

  /* Twice: what parts the messages is seen. */
  for (guint k = 0; k < 2; k++)
    {
      g_autoptr (GError) error = NULL;
      gboolean ok = intimail_mbox_writer_append (writer, message, NULL, 10, (const char *const *) keywords, NULL, &error);

      g_assert_cmpint (ok, ==, expected != NULL);
      if (expected == NULL)
        g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_SUPPORTED);
      else
        g_assert_no_error (error);
    }
  file = close_stream (stream);
  g_assert_cmpmem (g_bytes_get_data (file, NULL), g_bytes_get_size (file), twice, strlen (twice));
  if (expected != NULL)
    check_reading (file, format, cases[i].message, (const char *const *) keywords);
  test_support_assert_finalized (writer);
}

static void
test_cases (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_test_message ("%s", cases[i].name);
      check_case (i, INTIMAIL_MBOX_FORMAT_RD, cases[i].rd);
      check_case (i, INTIMAIL_MBOX_FORMAT_CL2, cases[i].cl2);
    }
}

static void
test_sender (void)
{
  static const struct
  {
    const char *sender;
    gint64 received;
    const char *line;
  } lines[] = {
    { "ann@home.example", 1204288496, "From ann@home.example Fri Feb 29 12:34:56 2008\n\n" },
    { "a b", 0, "From MAILER-DAEMON Thu Jan  1 00:00:00 1970\n\n" },
    { "", 0, "From MAILER-DAEMON Thu Jan  1 00:00:00 1970\n\n" },
    { "x\ny", 0, "From MAILER-DAEMON Thu Jan  1 00:00:00 1970\n\n" },
    { "x", -1, "From x Wed Dec 31 23:59:59 1969\n\n" },
    { "x", G_MAXINT64, "From x Thu Jan  1 00:00:00 1970\n\n" },
  };
  g_autoptr (GBytes) message = g_bytes_new_static ("", 0);

  for (gsize i = 0; i < G_N_ELEMENTS (lines); i++)
    {
      g_autoptr (GOutputStream) stream = g_memory_output_stream_new_resizable ();
      g_autoptr (IntimailMboxWriter) writer = intimail_mbox_writer_new (stream, INTIMAIL_MBOX_FORMAT_RD);
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) file = NULL;

      intimail_mbox_writer_append (writer, message, lines[i].sender, lines[i].received, NULL, NULL, &error);
      g_assert_no_error (error);
      file = close_stream (stream);
      g_assert_cmpmem (g_bytes_get_data (file, NULL), g_bytes_get_size (file), lines[i].line, strlen (lines[i].line));
    }
}

static void
check_refusal (IntimailMboxFormat format, const char *keyword, IntimailError code)
{
  const char *const keywords[] = { keyword, NULL };
  g_autoptr (GOutputStream) stream = g_memory_output_stream_new_resizable ();
  g_autoptr (IntimailMboxWriter) writer = intimail_mbox_writer_new (stream, format);
  g_autoptr (GBytes) message = g_bytes_new_static ("a: b\n", 5);
  g_autoptr (GError) error = NULL;

  g_assert_false (intimail_mbox_writer_append (writer, message, "x", 10, keywords, NULL, &error));
  g_assert_error (error, INTIMAIL_ERROR, (int) code);
  g_assert_cmpuint (g_memory_output_stream_get_data_size (G_MEMORY_OUTPUT_STREAM (stream)), ==, 0);
}

static void
test_refusals (void)
{
  check_refusal (INTIMAIL_MBOX_FORMAT_O, "x", INTIMAIL_ERROR_INVALID_ARGUMENT);
  check_refusal (INTIMAIL_MBOX_FORMAT_CL, "x", INTIMAIL_ERROR_INVALID_ARGUMENT);
  check_refusal (INTIMAIL_MBOX_FORMAT_RD, "two words", INTIMAIL_ERROR_INVALID_ARGUMENT);
  check_refusal (INTIMAIL_MBOX_FORMAT_RD, "x\ny", INTIMAIL_ERROR_INVALID_ARGUMENT);
  check_refusal (INTIMAIL_MBOX_FORMAT_RD, "\\seen", INTIMAIL_ERROR_INVALID_ARGUMENT);
}

static void
test_errors_of_the_stream (void)
{
  char room[20];
  g_autoptr (GOutputStream) stream = g_memory_output_stream_new (room, sizeof room, NULL, NULL);
  g_autoptr (IntimailMboxWriter) writer = intimail_mbox_writer_new (stream, INTIMAIL_MBOX_FORMAT_RD);
  g_autoptr (GBytes) message = g_bytes_new_static ("a: b\n", 5);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) full = NULL;
  g_autoptr (GError) cancelled = NULL;

  g_assert_false (intimail_mbox_writer_append (writer, message, "x", 10, NULL, NULL, &full));
  g_assert_error (full, INTIMAIL_ERROR, INTIMAIL_ERROR_STORAGE_FULL);
  g_cancellable_cancel (cancellable);
  g_assert_false (intimail_mbox_writer_append (writer, message, "x", 10, NULL, cancellable, &cancelled));
  g_assert_error (cancelled, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/mbox-writer/cases", test_cases);
  g_test_add_func ("/mbox-writer/sender", test_sender);
  g_test_add_func ("/mbox-writer/refusals", test_refusals);
  g_test_add_func ("/mbox-writer/errors-of-the-stream", test_errors_of_the_stream);

  return g_test_run ();
}
