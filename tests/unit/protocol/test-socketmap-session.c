/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include <intimail/intimail.h>

#include "test-support.h"

/* Feeds in pieces; looks up: "none" leads nowhere, "down" cannot be known, the rest to
 * "<map>key". The output, and " closed" when the peer is cut. */
static char *
converse (const char *input, gsize length, gsize piece)
{
  g_autoptr (IntimailSocketmapSession) session = intimail_socketmap_session_new ();
  GString *result = g_string_new (NULL);
  IntimailSocketmapEvent event = INTIMAIL_SOCKETMAP_EVENT_NONE;

  for (gsize at = 0; at < length; at += piece)
    {
      g_autoptr (GBytes) data = g_bytes_new (input + at, MIN (piece, length - at));
      g_autoptr (GBytes) output = NULL;

      intimail_socketmap_session_feed (session, data);
      while ((event = intimail_socketmap_session_next (session)) == INTIMAIL_SOCKETMAP_EVENT_LOOKUP)
        {
          const char *key = intimail_socketmap_session_get_key (session);
          g_autofree char *value = g_strdup_printf ("<%s>%s", intimail_socketmap_session_get_map (session), key);
          g_autoptr (GError) error = g_error_new (INTIMAIL_ERROR, INTIMAIL_ERROR_UNAVAILABLE, "secret");
          g_autoptr (GError) absent = g_error_new (INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND, "secret");

          if (strcmp (key, "down") == 0)
            intimail_socketmap_session_fail (session, error);
          else if (strcmp (key, "absent") == 0)
            intimail_socketmap_session_fail (session, absent);
          else
            intimail_socketmap_session_answer (session, strcmp (key, "none") == 0 ? NULL : value);
        }
      output = intimail_socketmap_session_take_output (session);
      if (output != NULL)
        g_string_append_len (result, g_bytes_get_data (output, NULL), (gssize) g_bytes_get_size (output));
    }
  if (event == INTIMAIL_SOCKETMAP_EVENT_CLOSE)
    g_string_append (result, " closed");

  return g_string_free (result, FALSE);
}

static const struct
{
  const char *name;
  const char *input;
  const char *output;
} cases[] = {
  {
      "one",
      "5:m a@b,",
      "9:OK <m>a@b,",
  },
  {
      "two",
      "5:m a@b,8:m x y, z,",
      "9:OK <m>a@b,12:OK <m>x y, z,",
  },
  {
      "nowhere",
      "6:m none,8:m absent,",
      "9:NOTFOUND ,9:NOTFOUND ,",
  },
  {
      "unknown-now",
      "6:m down,",
      "55:TEMP the directory cannot be asked now, try again later,",
  },
  {
      "empty-key",
      "2:m ,",
      "6:OK <m>,",
  },
  {
      "not-whole",
      "5:m a@",
      "",
  },
  {
      "length-alone",
      "5",
      "",
  },
  {
      "not-utf8",
      "3:m \xff,",
      "9:OK <m>\xef\xbf\xbd,",
  },
  {
      "no-map",
      "2: x,",
      " closed",
  },
  {
      "no-blank",
      "2:mx,",
      " closed",
  },
  {
      "no-comma",
      "3:m x;",
      " closed",
  },
  {
      "no-length",
      ":m x,",
      " closed",
  },
  {
      "no-colon",
      "3;m x,",
      " closed",
  },
  {
      "leading-zero",
      "03:m x,",
      " closed",
  },
  {
      "nothing-in-it",
      "0:,",
      " closed",
  },
  {
      "negative",
      "-1:m x,",
      " closed",
  },
  {
      "too-long",
      "4097:",
      " closed",
  },
  {
      "many-digits",
      "00000",
      " closed",
  },
  {
      "five-digits",
      "10000:",
      " closed",
  },
  {
      "after-garbage",
      "5:m a@b,GET / HTTP/1.1",
      "9:OK <m>a@b, closed",
  },
};

static void
test_case (gconstpointer data)
{
  const gsize i = GPOINTER_TO_SIZE (data);

  for (gsize piece = 1; piece < 30; piece++)
    {
      g_autofree char *output = converse (cases[i].input, strlen (cases[i].input), piece);

      g_assert_cmpstr (output, ==, cases[i].output);
    }
}

static void
test_nul (void)
{
  static const char question[] = "5:m a\0b,";
  g_autofree char *output = converse (question, sizeof question - 1, 3);

  g_assert_cmpstr (output, ==, " closed");
}

/* The longest question is taken. */
static void
test_limit (void)
{
  g_autofree char *key = g_strnfill (4094, 'k');
  g_autofree char *question = g_strdup_printf ("4096:m %s,", key);
  g_autofree char *wanted = g_strdup_printf ("4100:OK <m>%s,", key);
  g_autofree char *output = converse (question, strlen (question), 1000);

  g_assert_cmpstr (output, ==, wanted);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/socketmap-session/", cases[i].name, NULL);

      g_test_add_data_func (path, GSIZE_TO_POINTER (i), test_case);
    }
  g_test_add_func ("/socketmap-session/nul", test_nul);
  g_test_add_func ("/socketmap-session/limit", test_limit);

  return g_test_run ();
}
