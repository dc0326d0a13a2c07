/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>
#include <unistd.h>

#include <intimail/intimail-mbox-reader.h>

#include "message/intimail-mbox-private.h"
#include "test-support.h"

#define SPARSE_SIZE ((gsize) 256 * 1024 * 1024)
#define A "From ann@home.example Thu Jan  1 00:00:10 1970\n"
#define B "From ben@home.example  Fri Feb 29 12:34:56 +0100 2008\n"

static const struct
{
  const char *name;
  const char *text;
  IntimailMboxFormat format;
  const char *messages[3];
  gint64 received;      /* of the first */
  const char *keywords; /* of the first, joined */
  gboolean unquote;     /* of mboxo */
} cases[] = {
  { "one", A "Subject: x\n\nbody\n\n", INTIMAIL_MBOX_FORMAT_RD, { "Subject: x\n\nbody\n" }, 10 },
  { "two", A "a: b\n\nc\n\n" B "d: e\n\nf\n", INTIMAIL_MBOX_FORMAT_RD, { "a: b\n\nc\n", "d: e\n\nf\n" }, 10 },
  { "zone and blanks", B "d: e\n", INTIMAIL_MBOX_FORMAT_RD, { "d: e\n" }, 1204288496 },
  { "no final line end", A "a: b\n\nc", INTIMAIL_MBOX_FORMAT_RD, { "a: b\n\nc" }, 10 },
  { "CRLF", "From x Thu Jan 01 00:00:10 1970\r\na: b\r\n\r\nc\r\n\r\n" A "d: e\n", INTIMAIL_MBOX_FORMAT_RD, { "a: b\r\n\r\nc\r\n", "d: e\n" }, 10 },
  { "many empty lines", A "a: b\n\n\n\n\n" A "c: d\n\n", INTIMAIL_MBOX_FORMAT_RD, { "a: b\n\n\n\n", "c: d\n" }, 10 },
  { "rd", A "a: b\n\n>From x\n>>From y\n>Fromage\n", INTIMAIL_MBOX_FORMAT_RD, { "a: b\n\nFrom x\n>From y\n>Fromage\n" }, 10 },
  { "o", A "a: b\n\n>From x\n>>From y\n", INTIMAIL_MBOX_FORMAT_O, { "a: b\n\nFrom x\n>>From y\n" }, 10, NULL, TRUE },
  { "o, not asked", A "a: b\n\n>From x\n>>From y\n", INTIMAIL_MBOX_FORMAT_O, { "a: b\n\n>From x\n>>From y\n" }, 10 },
  { "cl", A "a: b\nContent-Length: 8\nc: d\n\n>From x\n\n" B "d: e\n", INTIMAIL_MBOX_FORMAT_CL, { "a: b\nContent-Length: 8\nc: d\n\nFrom x\n", "d: e\n" }, 10 },
  { "cl2 hides nothing", A "a: b\nContent-Length: 54\nc: d\n\n\n" A ">From\n\n" B "d: e\n", INTIMAIL_MBOX_FORMAT_CL2, { "a: b\nContent-Length: 54\nc: d\n\n\n" A ">From\n", "d: e\n" }, 10 },
  { "cl2, its own line", A "a: b\nContent-Length: 2\n\nc\n\n" B "d: e\n", INTIMAIL_MBOX_FORMAT_CL2, { "a: b\n\nc\n", "d: e\n" }, 10 },
  { "cl2, no last line end", A "a: b\nContent-Length: 1\n\nc\n\n" B "d: e\n", INTIMAIL_MBOX_FORMAT_CL2, { "a: b\n\nc", "d: e\n" }, 10 },
  { "cl2, no body", A "a: b\nContent-Length: 0\n\n" B "d: e\n", INTIMAIL_MBOX_FORMAT_CL2, { "a: b\n", "d: e\n" }, 10 },
  { "cl2, an empty body", A "a: b\nContent-Length: 0\n\n\n" B "d: e\n", INTIMAIL_MBOX_FORMAT_CL2, { "a: b\n\n", "d: e\n" }, 10 },
  { "cl2, too short a length", A "a: b\nContent-Length: 1\n\nfour\n\n" B "d: e\n", INTIMAIL_MBOX_FORMAT_CL2, { "a: b\nContent-Length: 1\n\nfour\n", "d: e\n" }, 10 },
  { "cl2, beyond the end", A "a: b\nContent-Length: 999\n\nfour\n\n" B "d: e\n", INTIMAIL_MBOX_FORMAT_CL2, { "a: b\nContent-Length: 999\n\nfour\n", "d: e\n" }, 10 },
  { "cl2, cut off", A "a: b\nContent-Length: 999\n\nfour", INTIMAIL_MBOX_FORMAT_CL2, { "a: b\nContent-Length: 999\n\nfour" }, 10 },
  { "cl2, no number", A "a: b\nContent-Length: -2\n\nfour\n\n" B "d: e\n", INTIMAIL_MBOX_FORMAT_CL2, { "a: b\nContent-Length: -2\n\nfour\n", "d: e\n" }, 10 },
  { "cl2, larger than a number", A "Content-Length: 99999999999999999999\n\nx\n", INTIMAIL_MBOX_FORMAT_CL2, { "Content-Length: 99999999999999999999\n\nx\n" }, 10 },
  { "cl2, the last counts", A "Content-Length: 99\na: b\nContent-Length: 2\nc: d\n\nc\n\n", INTIMAIL_MBOX_FORMAT_CL2, { "Content-Length: 99\na: b\nContent-Length: 2\nc: d\n\nc\n" }, 10 },
  { "no date", "From ann@home.example\na: b\n\nc\n\nFrom ben \nd: e\n", INTIMAIL_MBOX_FORMAT_RD, { "a: b\n\nc\n", "d: e\n" }, 0 },
  { "no date and no field", A "a: b\n\nc\n\nFrom Benjamin\n\nPS\n", INTIMAIL_MBOX_FORMAT_RD, { "a: b\n\nc\n\nFrom Benjamin\n\nPS\n" }, 10 },
  { "begins with empty lines", "\n\r\n" A "a: b\n\nc\n\n", INTIMAIL_MBOX_FORMAT_RD, { "a: b\n\nc\n" }, 10 },
  { "begins otherwise", "x\n\n" A "a: b\n", INTIMAIL_MBOX_FORMAT_RD, { "x\n", "a: b\n" }, 0 },
  { "status", A "a: b\nStatus: RO\nX-Status: AF\nX-Keywords: $forwarded work\n\nc\n", INTIMAIL_MBOX_FORMAT_RD, { "a: b\n\nc\n" }, 10, "$seen $answered $flagged $forwarded work" },
  { "status in the middle", A "Status: RO\nX-Status: TD\na: b\n\nc\n", INTIMAIL_MBOX_FORMAT_RD, { "Status: RO\nX-Status: TD\na: b\n\nc\n" }, 10, "$seen $draft \\deleted" },
  { "status without need", A "a: b\nStatus: O\n\nc\n", INTIMAIL_MBOX_FORMAT_RD, { "a: b\nStatus: O\n\nc\n" }, 10, "" },
  { "status that takes back", A "Status: RO\na: b\nStatus: O\n\nc\n", INTIMAIL_MBOX_FORMAT_RD, { "Status: RO\na: b\n\nc\n" }, 10, "" },
  { "status in another spelling", A "a: b\nstatus: R\nX-KEYWORDS:  Work work   Home \n\nc\n", INTIMAIL_MBOX_FORMAT_RD, { "a: b\nstatus: R\nX-KEYWORDS:  Work work   Home \n\nc\n" }, 10, "$seen home work" },
  { "status with CRLF", A "a: b\r\nStatus: RO\r\n\r\nc\r\n\n", INTIMAIL_MBOX_FORMAT_RD, { "a: b\r\n\r\nc\r\n" }, 10, "$seen" },
  { "status alone", A "Status: RO\n\n", INTIMAIL_MBOX_FORMAT_RD, { "" }, 10, "$seen" },
  { "status of two ends", A "Status: RO\n\r\nx\n", INTIMAIL_MBOX_FORMAT_RD, { "Status: RO\n\r\nx\n" }, 10, "$seen" },
  { "status in the body", A "a: b\n\nStatus: RO\n", INTIMAIL_MBOX_FORMAT_RD, { "a: b\n\nStatus: RO\n" }, 10, "" },
  { "Mozilla's status", A "X-Mozilla-Status: 1005\nX-Mozilla-Keys: $label1 junk  \na: b\n\nc\n", INTIMAIL_MBOX_FORMAT_RD, { "X-Mozilla-Status: 1005\nX-Mozilla-Keys: $label1 junk  \na: b\n\nc\n" }, 10, "$seen $flagged $forwarded $label1 junk" },
  { "Mozilla's deleted mail", A "X-Mozilla-Status: 0008\n\nc\n", INTIMAIL_MBOX_FORMAT_RD, { "X-Mozilla-Status: 0008\n\nc\n" }, 10, "\\deleted" },
  { "no keyword", A "a: b\nX-Keywords: (x) a*b \"q\" ok\n\nc\n", INTIMAIL_MBOX_FORMAT_RD, { "a: b\nX-Keywords: (x) a*b \"q\" ok\n\nc\n" }, 10, "ok" },
  { "a sentence", A "a: b\n\nHello.\n\nFrom here to there.\nFrom May to June\n", INTIMAIL_MBOX_FORMAT_O, { "a: b\n\nHello.\n\nFrom here to there.\nFrom May to June\n" }, 10 },
  { "not after an empty line", A "a: b\n\nc\n" A "d\n", INTIMAIL_MBOX_FORMAT_RD, { "a: b\n\nc\n" A "d\n" }, 10 },
  { "no mbox", "a: b\n\nc\n", INTIMAIL_MBOX_FORMAT_RD, { "a: b\n\nc\n" }, 0 },
  { "empty message", A, INTIMAIL_MBOX_FORMAT_RD, { "" }, 10 },
  { "empty", "", INTIMAIL_MBOX_FORMAT_RD, { NULL }, 0 },
};

static void
test_cases (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GBytes) bytes = g_bytes_new_static (cases[i].text, strlen (cases[i].text));
      IntimailMboxReader *reader = intimail_mbox_reader_new (bytes, cases[i].format);

      g_test_message ("%s", cases[i].name);
      if (cases[i].unquote)
        intimail_mbox_reader_set_unquote (reader, TRUE);
      g_assert_cmpstr (*intimail_mbox_reader_get_keywords (reader), ==, NULL);
      for (gsize j = 0; cases[i].messages[j] != NULL; j++)
        {
          g_autoptr (GBytes) message = intimail_mbox_reader_next (reader);

          g_assert_nonnull (message);
          g_assert_cmpmem (g_bytes_get_data (message, NULL), g_bytes_get_size (message),
                           cases[i].messages[j], strlen (cases[i].messages[j]));
          if (j == 0)
            {
              g_autofree char *keywords = g_strjoinv (" ", (GStrv) intimail_mbox_reader_get_keywords (reader));

              g_assert_cmpint (intimail_mbox_reader_get_received (reader), ==, cases[i].received);
              if (cases[i].keywords != NULL)
                g_assert_cmpstr (keywords, ==, cases[i].keywords);
            }
        }
      g_assert_null (intimail_mbox_reader_next (reader));
      g_assert_cmpuint (intimail_mbox_reader_get_offset (reader), ==, strlen (cases[i].text));
      test_support_assert_finalized (reader);
    }
}

static void
test_is_mbox (void)
{
  static const struct
  {
    const char *text;
    gboolean is_mbox;
  } texts[] = {
    { A, TRUE },
    { B "x: y\n", TRUE },
    { "From - Mon Dec  1 10:00:00 2003\n", TRUE },
    { "From MAILER-DAEMON Fri Jul  8 12:08:34 2011", TRUE },
    { "From: ann@home.example\n", FALSE },
    { "From here to there\n", FALSE },
    { "Subject: From x Thu Jan  1 00:00:10 1970\n", FALSE },
    { "", FALSE },
    { "\n\r\n" A, TRUE },
    { "From ann\nSubject: x\n", TRUE },
    { "From ann\n\nSubject: x\n", FALSE },
    { "From ann\tben\nSubject: x\n", FALSE },
    { "From  \nSubject: x\n", FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GBytes) bytes = g_bytes_new_static (texts[i].text, strlen (texts[i].text));

      g_test_message ("%s", texts[i].text);
      g_assert_cmpint (intimail_mbox_reader_is_mbox (bytes), ==, texts[i].is_mbox);
    }
}

static void
test_bytes_stay (void)
{
  static const char text[] = A "a: b\n\n\0\xff\r\r\n>From \0\n";
  g_autoptr (GBytes) bytes = g_bytes_new_static (text, sizeof text - 1);
  g_autoptr (IntimailMboxReader) reader = intimail_mbox_reader_new (bytes, INTIMAIL_MBOX_FORMAT_RD);
  g_autoptr (GBytes) message = intimail_mbox_reader_next (reader);

  g_assert_cmpmem (g_bytes_get_data (message, NULL), g_bytes_get_size (message), "a: b\n\n\0\xff\r\r\nFrom \0\n", 18);
}

static void
test_detect (void)
{
  static const struct
  {
    const char *name;
    const char *text;
    IntimailMboxFormat format;
  } files[] = {
    { "plain", A "a: b\n\n>From x\n\n" B "c: d\n", INTIMAIL_MBOX_FORMAT_RD },
    { "no writer of mboxrd", A "a: b\n\nFrom here to there\n>From x\n\n" B "c: d\n", INTIMAIL_MBOX_FORMAT_O },
    { "lengths", A "a: b\nContent-Length: 8\n\n>From x\n\n" B "Content-Length: 2\n\nc\n", INTIMAIL_MBOX_FORMAT_CL2 },
    { "the last is cut off", A "a: b\nContent-Length: 8\n\n>From x\n\n" B "Content-Length: 20\n\nc\n", INTIMAIL_MBOX_FORMAT_CL2 },
    { "one without", A "a: b\nContent-Length: 8\n\n>From x\n\n" B "c: d\n", INTIMAIL_MBOX_FORMAT_RD },
    { "one is wrong", A "a: b\nContent-Length: 10\n\n>From x\n\n" B "Content-Length: 2\n\nc\n", INTIMAIL_MBOX_FORMAT_RD },
    { "the first is cut off", A "a: b\nContent-Length: 99\n\n>From x\n", INTIMAIL_MBOX_FORMAT_RD },
    { "empty", "", INTIMAIL_MBOX_FORMAT_RD },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autoptr (GBytes) bytes = g_bytes_new_static (files[i].text, strlen (files[i].text));

      g_test_message ("%s", files[i].name);
      g_assert_cmpint (intimail_mbox_reader_detect_format (bytes), ==, files[i].format);
    }
}

static GBytes *
repeat (const char *before, const char *unit, gsize n, const char *after)
{
  GString *text = g_string_new (before);

  for (gsize i = 0; i < n; i++)
    g_string_append (text, unit);
  g_string_append (text, after);
  return g_string_free_to_bytes (text);
}

static void
assert_one_message (GBytes *bytes, IntimailMboxFormat format, gsize size, const char *keywords)
{
  g_autoptr (IntimailMboxReader) reader = intimail_mbox_reader_new (bytes, format);
  g_autoptr (GBytes) message = intimail_mbox_reader_next (reader);
  g_autofree char *joined = g_strjoinv (" ", (GStrv) intimail_mbox_reader_get_keywords (reader));

  g_assert_cmpuint (g_bytes_get_size (message), ==, size);
  g_assert_cmpstr (joined, ==, keywords);
  g_assert_null (intimail_mbox_reader_next (reader));
}

/* Each named limit, one short of it and beyond. */
static void
test_limits (void)
{
  static const char status[] = "Status: RO\n\nc\n";
  gsize fits = INTIMAIL_MBOX_HEADER_MAX - strlen ("Status: RO\n") - 2;
  g_autoptr (GBytes) header = repeat (A "x:", "y", fits - 3, "\nStatus: RO\n\nc\n");
  g_autoptr (GBytes) long_header = repeat (A "x:", "y", fits, "\nStatus: RO\n\nc\n");
  g_autoptr (GBytes) keywords = repeat (A "X-Keywords: work", " ", INTIMAIL_MBOX_STATUS_MAX - 16, "\na: b\n\nc\n");
  g_autoptr (GBytes) long_keywords = repeat (A "X-Keywords: work", " ", INTIMAIL_MBOX_STATUS_MAX - 15, "\na: b\n\nc\n");
  g_autoptr (GBytes) separator = repeat ("From ", "x", INTIMAIL_MBOX_SEPARATOR_MAX - 30, " Thu Jan  1 00:00:10 1970\na: b\n");
  g_autoptr (GBytes) long_separator = repeat ("From ", "x", INTIMAIL_MBOX_SEPARATOR_MAX - 29, " Thu Jan  1 00:00:10 1970\na: b\n");

  assert_one_message (header, INTIMAIL_MBOX_FORMAT_RD, fits - 3 + 3 + 3, "$seen");
  assert_one_message (long_header, INTIMAIL_MBOX_FORMAT_RD, fits + 3 + strlen (status), "");
  assert_one_message (keywords, INTIMAIL_MBOX_FORMAT_RD, g_bytes_get_size (keywords) - strlen (A), "work");
  assert_one_message (long_keywords, INTIMAIL_MBOX_FORMAT_RD, g_bytes_get_size (long_keywords) - strlen (A), "");
  g_assert_true (intimail_mbox_reader_is_mbox (separator));
  g_assert_false (intimail_mbox_reader_is_mbox (long_separator));
}

static void
test_too_many_keywords (void)
{
  g_autoptr (GString) text = g_string_new (A "X-Keywords:");
  g_autoptr (IntimailMboxReader) reader = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GBytes) message = NULL;

  for (guint i = 0; i <= INTIMAIL_MBOX_KEYWORDS_MAX; i++)
    g_string_append_printf (text, " w%02u", i);
  g_string_append (text, "\n\nc\n");
  bytes = g_string_free_to_bytes (g_steal_pointer (&text));
  reader = intimail_mbox_reader_new (bytes, INTIMAIL_MBOX_FORMAT_RD);
  message = intimail_mbox_reader_next (reader);
  g_assert_cmpuint (g_strv_length ((GStrv) intimail_mbox_reader_get_keywords (reader)), ==, INTIMAIL_MBOX_KEYWORDS_MAX);
  /* What was not understood in full stays in the message. */
  g_assert_cmpuint (g_bytes_get_size (message), ==, g_bytes_get_size (bytes) - strlen (A));
}

static void
test_line_of_100_megabytes (void)
{
  g_autoptr (GBytes) bytes = repeat (A "a: b\n\n", "0123456789abcdefghij", 5 * 1000 * 1000, "\n\n" B "c: d\n");
  g_autoptr (IntimailMboxReader) reader = intimail_mbox_reader_new (bytes, INTIMAIL_MBOX_FORMAT_RD);
  g_autoptr (GBytes) first = intimail_mbox_reader_next (reader);
  g_autoptr (GBytes) second = intimail_mbox_reader_next (reader);

  g_assert_cmpuint (g_bytes_get_size (first), ==, 100 * 1000 * 1000 + 7);
  g_assert_cmpuint (g_bytes_get_size (second), ==, 5);
  /* A part of the file, not a copy. */
  g_assert_true ((const char *) g_bytes_get_data (first, NULL) == (const char *) g_bytes_get_data (bytes, NULL) + strlen (A));
}

/* A large file with nothing in it but a hole is one message, and no copy is made. */
static void
test_sparse_file (void)
{
  g_autofree char *folder = test_support_make_folder ("mbox");
  g_autofree char *path = g_build_filename (folder, "sparse", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GMappedFile) file = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (IntimailMboxReader) reader = NULL;
  g_autoptr (GBytes) message = NULL;

  test_support_write_file (path, A "a: b\n\n");
  g_assert_cmpint (truncate (path, (off_t) SPARSE_SIZE), ==, 0);
  file = g_mapped_file_new (path, FALSE, &error);
  g_assert_no_error (error);
  bytes = g_mapped_file_get_bytes (file);
  g_assert_true (intimail_mbox_reader_is_mbox (bytes));
  g_assert_cmpint (intimail_mbox_reader_detect_format (bytes), ==, INTIMAIL_MBOX_FORMAT_RD);
  reader = intimail_mbox_reader_new (bytes, INTIMAIL_MBOX_FORMAT_RD);
  message = intimail_mbox_reader_next (reader);
  g_assert_cmpuint (g_bytes_get_size (message), ==, SPARSE_SIZE - strlen (A));
  g_assert_null (intimail_mbox_reader_next (reader));
  test_support_remove_folder (folder);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/mbox-reader/cases", test_cases);
  g_test_add_func ("/mbox-reader/is-mbox", test_is_mbox);
  g_test_add_func ("/mbox-reader/bytes-stay", test_bytes_stay);
  g_test_add_func ("/mbox-reader/detect", test_detect);
  g_test_add_func ("/mbox-reader/limits", test_limits);
  g_test_add_func ("/mbox-reader/too-many-keywords", test_too_many_keywords);
  g_test_add_func ("/mbox-reader/line-of-100-megabytes", test_line_of_100_megabytes);
  g_test_add_func ("/mbox-reader/sparse-file", test_sparse_file);

  return g_test_run ();
}
