/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include <intimail/intimail.h>

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

/* The questions in order, and how it ended. */
static char *
converse (const guint8 *data, gsize size, gsize piece)
{
  g_autoptr (IntimailSocketmapSession) session = intimail_socketmap_session_new ();
  GString *result = g_string_new (NULL);
  IntimailSocketmapEvent event = INTIMAIL_SOCKETMAP_EVENT_NONE;

  for (gsize at = 0; at < size; at += piece)
    {
      g_autoptr (GBytes) input = g_bytes_new (data + at, MIN (piece, size - at));
      g_autoptr (GBytes) output = NULL;

      intimail_socketmap_session_feed (session, input);
      while ((event = intimail_socketmap_session_next (session)) == INTIMAIL_SOCKETMAP_EVENT_LOOKUP)
        {
          const char *key = intimail_socketmap_session_get_key (session);

          if (*intimail_socketmap_session_get_map (session) == '\0' || !g_utf8_validate (key, -1, NULL))
            g_error ("not a question");
          g_string_append_printf (result, "%s %s\n", intimail_socketmap_session_get_map (session), key);
          intimail_socketmap_session_answer (session, strlen (key) < 1000 ? key : NULL);
        }
      output = intimail_socketmap_session_take_output (session);
    }
  g_string_append (result, event == INTIMAIL_SOCKETMAP_EVENT_CLOSE ? "closed" : "open");

  return g_string_free (result, FALSE);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree char *whole = converse (data, size, MAX (size, 1));
  g_autofree char *in_pieces = converse (data, size, 3);

  if (!g_str_equal (whole, in_pieces))
    g_error ("other questions in pieces");

  return 0;
}
