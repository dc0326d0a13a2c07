/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include <gio/gio.h>

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

/* Wherever it is cut, it is the start of the whole. */
static void
test_start (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    for (guint limit = 0; limit <= 8; limit++)
      {
        g_autoptr (GByteArray) start = NULL;
        guint wanted = MIN (limit, strlen (cases[i].decoded));

        start = intimail_transfer_decode_start (intimail_transfer_from_name (cases[i].transfer), cases[i].encoded,
                                                strlen (cases[i].encoded), limit);
        g_test_message ("%u of %s", limit, cases[i].encoded);
        g_assert_cmpuint (start->len, >=, wanted);
        g_assert_cmpuint (start->len, <=, limit);
        g_assert_cmpmem (start->data, wanted, cases[i].decoded, wanted);
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
  g_test_add_func ("/transfer/sink-that-fails", test_sink_that_fails);

  return g_test_run ();
}
