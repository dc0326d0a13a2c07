/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include "message/intimail-base64-private.h"

/* As GLib writes it, but for the empty line that it adds to lines that are full. */
static char *
encode_with_glib (const char *data, gsize length)
{
  char *text = g_malloc (length * 2 + 100);
  int state = 0;
  int save = 0;
  gsize end = g_base64_encode_step ((const guchar *) data, length, TRUE, text, &state, &save);

  end += g_base64_encode_close (TRUE, text + end, &state, &save);
  text[end] = '\0';
  if (length % INTIMAIL_BASE64_LINE == 0)
    text[end - 1] = '\0';
  return text;
}

static char *
encode (const char *data, gsize length, gsize piece)
{
  GString *text = g_string_new (NULL);
  IntimailBase64 base64 = { 0 };
  g_autofree char *room = g_malloc (INTIMAIL_BASE64_ROOM (piece));

  for (gsize i = 0; i < length; i += piece)
    g_string_append_len (text, room, (gssize) intimail_base64_step (&base64, data + i, MIN (piece, length - i), room));
  g_string_append_len (text, room, (gssize) intimail_base64_close (&base64, room));
  g_assert_cmpuint (intimail_base64_close (&base64, room), ==, 0);

  return g_string_free (text, FALSE);
}

static void
test_pieces (void)
{
  static const gsize pieces[] = { 1, 2, 3, 56, 57, 58, 100, 114, 1000 };
  g_autoptr (GRand) random = g_rand_new_with_seed (20151209);
  char data[400];

  for (gsize i = 0; i < sizeof data; i++)
    data[i] = (char) g_rand_int_range (random, 0, 256);
  for (gsize length = 0; length <= sizeof data; length++)
    {
      g_autofree char *wanted = encode_with_glib (data, length);

      for (gsize i = 0; i < G_N_ELEMENTS (pieces); i++)
        {
          g_autofree char *found = encode (data, length, pieces[i]);

          g_assert_cmpstr (found, ==, wanted);
        }
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/base64/pieces", test_pieces);

  return g_test_run ();
}
