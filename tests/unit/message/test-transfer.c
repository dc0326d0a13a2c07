/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include <gio/gio.h>

#include "message/intimail-gmime-private.h"
#include "message/intimail-transfer-private.h"

static const struct
{
  const char *transfer;
  const char *encoded;
  const char *decoded;
} cases[] = {
  { "7bit", "a=41\r\n", "a=41\r\n" },
  { "nonsense", "a=41", "a=41" },
  { "quoted-printable", "a=41=c3=A9", "aA\303\251" },
  { "Quoted-Printable", "soft=\r\nend=\n=\n", "softend" },
  { "quoted-printable", "space \t \r\nkept\n", "space\r\nkept\n" },
  { "quoted-printable", "soft= \t\nend", "softend" },
  { "quoted-printable", "=zz=4 =", "=zz=4 " },
  { "quoted-printable", "==41=4=41=", "=A=4A" },
  { "base64", "aGVsbG8=", "hello" },
  { "BASE64", "aGV\r\n s!b*G8", "hello" },
  { "base64", "aGVsbG8=\nfooter", "hello" },
  { "base64", "====aGVsbG8h", "hello!" },
  { "base64", "a", "" },
  { "base64", "", "" },
  { "x-uuencode", "junk\nbegin 644 x\n%:&5L;&\\\n`\nend\nmore", "hello" },
  { "x-uuencode", "begin 644 x\n%:&5L", "hel\0\0" },
};

static gboolean
append (const char *data, gsize length, gpointer user_data, GError **error)
{
  g_string_append_len (user_data, data, (gssize) length);
  return TRUE;
}

static void
test_cases (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GString) decoded = g_string_new (NULL);

      g_test_message ("%s", cases[i].encoded);
      g_assert_true (intimail_transfer_decode (intimail_transfer_from_name (cases[i].transfer), cases[i].encoded, strlen (cases[i].encoded), append, decoded, NULL));
      g_assert_cmpstr (decoded->str, ==, cases[i].decoded);
    }
}

/* Long enough to fill the decoder's buffer many times over. */
static void
test_long (void)
{
  gsize size = 1000003;
  g_autofree guchar *data = g_malloc (size);
  g_autofree char *encoded = NULL;
  g_autoptr (GString) decoded = g_string_new (NULL);

  for (gsize i = 0; i < size; i++)
    data[i] = (guchar) (i * 7 + i / 256);
  encoded = g_base64_encode (data, size);
  g_assert_true (intimail_transfer_decode (INTIMAIL_TRANSFER_BASE64, encoded, strlen (encoded), append, decoded, NULL));
  g_assert_cmpmem (decoded->str, decoded->len, data, size);
}

/* Wherever it is cut, it is the start of the whole, whoever decodes it. */
static void
test_start (void)
{
  intimail_gmime_require ();
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    for (guint n = 0; n <= 17; n++)
      {
        guint limit = n / 2;
        gboolean with_gmime = n % 2 == 1;
        g_autoptr (GByteArray) start = NULL;
        guint wanted = MIN (limit, strlen (cases[i].decoded));

        start = intimail_transfer_decode_start (intimail_transfer_from_name (cases[i].transfer), with_gmime, cases[i].encoded,
                                                strlen (cases[i].encoded), limit);
        g_test_message ("%u of %s", limit, cases[i].encoded);
        g_assert_cmpuint (start->len, >=, wanted);
        g_assert_cmpuint (start->len, <=, limit);
        g_assert_cmpmem (start->data, wanted, cases[i].decoded, wanted);
      }
}

/* What GMime decodes and what the index decodes, of any bytes, and how much it is. */
static void
test_two_decoders (void)
{
  static const char *const pieces[] = { "=", "=41", "=c3=a9", "=0", "text", " ", "\t", "\r\n", "\n", "=\n", "=\r\n", "= \n",
                                        "begin 644 x\n", "%:&5L;&\\\n", "#86)C\n", "M0\n", "`\n", "end\n", "\377" };
  static const IntimailTransfer transfers[] = { INTIMAIL_TRANSFER_QUOTED_PRINTABLE, INTIMAIL_TRANSFER_UUENCODE };
  g_autoptr (GRand) random = g_rand_new_with_seed (20151209);

  intimail_gmime_require ();
  for (int i = 0; i < 20000; i++)
    {
      IntimailTransfer transfer = transfers[i % 2];
      g_autoptr (GString) text = g_string_new (i % 2 == 1 ? pieces[12] : NULL);
      g_autoptr (GByteArray) ours = NULL;
      g_autoptr (GByteArray) theirs = NULL;

      for (int n = g_rand_int_range (random, 1, 40); n > 0; n--)
        g_string_append (text, pieces[g_rand_int_range (random, 0, G_N_ELEMENTS (pieces))]);
      ours = intimail_transfer_decode_start (transfer, FALSE, text->str, text->len, 100000);
      theirs = intimail_transfer_decode_start (transfer, TRUE, text->str, text->len, 100000);
      if (ours->len != theirs->len || memcmp (ours->data, theirs->data, ours->len) != 0)
        {
          g_autofree char *escaped = g_strescape (text->str, NULL);

          g_test_message ("%s", escaped);
        }
      g_assert_cmpmem (ours->data, ours->len, theirs->data, theirs->len);
      g_assert_cmpuint (intimail_transfer_measure (transfer, text->str, text->len), ==, ours->len);
    }
}

static gboolean
refuse (const char *data, gsize length, gpointer user_data, GError **error)
{
  guint *calls = user_data;

  (*calls)++;
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE, "full");
  return FALSE;
}

static void
test_sink_that_fails (void)
{
  g_autofree char *data = g_strnfill (1000000, 'A');
  static const IntimailTransfer transfers[] = { INTIMAIL_TRANSFER_BASE64, INTIMAIL_TRANSFER_QUOTED_PRINTABLE, INTIMAIL_TRANSFER_IDENTITY };

  for (gsize i = 0; i < G_N_ELEMENTS (transfers); i++)
    {
      g_autoptr (GError) error = NULL;
      guint calls = 0;

      g_assert_false (intimail_transfer_decode (transfers[i], data, 1000000, refuse, &calls, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE);
      g_assert_cmpuint (calls, ==, 1);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/transfer/cases", test_cases);
  g_test_add_func ("/transfer/long", test_long);
  g_test_add_func ("/transfer/start", test_start);
  g_test_add_func ("/transfer/two-decoders", test_two_decoders);
  g_test_add_func ("/transfer/sink-that-fails", test_sink_that_fails);

  return g_test_run ();
}
