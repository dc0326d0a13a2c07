/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include <intimail/intimail-mbox-reader.h>

#include "test-support.h"

#define A "From ann@home.example Thu Jan  1 00:00:10 1970\n"
#define B "From ben@home.example  Fri Feb 29 12:34:56 +0100 2008\n"

static const struct
{
  const char *name;
  const char *text;
  IntimailMboxFormat format;
  const char *messages[3];
  gint64 received; /* of the first */
} cases[] = {
  { "one", A "Subject: x\n\nbody\n\n", INTIMAIL_MBOX_FORMAT_RD, { "Subject: x\n\nbody\n" }, 10 },
  { "two", A "a: b\n\nc\n\n" B "d: e\n\nf\n", INTIMAIL_MBOX_FORMAT_RD, { "a: b\n\nc\n", "d: e\n\nf\n" }, 10 },
  { "zone and blanks", B "d: e\n", INTIMAIL_MBOX_FORMAT_RD, { "d: e\n" }, 1204288496 },
  { "no final line end", A "a: b\n\nc", INTIMAIL_MBOX_FORMAT_RD, { "a: b\n\nc" }, 10 },
  { "CRLF", "From x Thu Jan 01 00:00:10 1970\r\na: b\r\n\r\nc\r\n\r\n" A "d: e\n", INTIMAIL_MBOX_FORMAT_RD, { "a: b\r\n\r\nc\r\n", "d: e\n" }, 10 },
  { "many empty lines", A "a: b\n\n\n\n\n" A "c: d\n\n", INTIMAIL_MBOX_FORMAT_RD, { "a: b\n\n\n\n", "c: d\n" }, 10 },
  { "rd", A "a: b\n\n>From x\n>>From y\n>Fromage\n", INTIMAIL_MBOX_FORMAT_RD, { "a: b\n\nFrom x\n>From y\n>Fromage\n" }, 10 },
  { "o", A "a: b\n\n>From x\n>>From y\n", INTIMAIL_MBOX_FORMAT_O, { "a: b\n\nFrom x\n>>From y\n" }, 10 },
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
      for (gsize j = 0; cases[i].messages[j] != NULL; j++)
        {
          g_autoptr (GBytes) message = intimail_mbox_reader_next (reader);

          g_assert_nonnull (message);
          g_assert_cmpmem (g_bytes_get_data (message, NULL), g_bytes_get_size (message),
                           cases[i].messages[j], strlen (cases[i].messages[j]));
          if (j == 0)
            g_assert_cmpint (intimail_mbox_reader_get_received (reader), ==, cases[i].received);
        }
      g_assert_null (intimail_mbox_reader_next (reader));
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

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/mbox-reader/cases", test_cases);
  g_test_add_func ("/mbox-reader/is-mbox", test_is_mbox);
  g_test_add_func ("/mbox-reader/bytes-stay", test_bytes_stay);

  return g_test_run ();
}
