/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "command-guard-talk.h"

#include <gio/gunixsocketaddress.h>
#include <intimail/intimail.h>
#include <string.h>

#define TIMEOUT 30 /* seconds */
#define MAX_ANSWER (64 * 1024 * 1024u)

static GSocketConnection *
connect_to (const char *socket, GError **error)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (socket);
  g_autoptr (GError) local_error = NULL;
  GSocketConnection *connection;

  g_socket_client_set_timeout (client, TIMEOUT);
  connection = g_socket_client_connect (client, G_SOCKET_CONNECTABLE (address), NULL, &local_error);
  if (connection == NULL)
    g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_UNAVAILABLE,
                 "no guard answers at %s (%s): start it with \"systemctl start intimail-guard\", and be root", socket, local_error->message);

  return connection;
}

static char *
read_answer (GInputStream *input, GError **error)
{
  g_autoptr (GString) text = g_string_new (NULL);
  char buffer[65536];
  gssize n;

  while ((n = g_input_stream_read (input, buffer, sizeof buffer, NULL, error)) > 0 && text->len < MAX_ANSWER)
    g_string_append_len (text, buffer, n);

  return n < 0 ? NULL : g_string_free (g_steal_pointer (&text), FALSE);
}

/* "ok" and lines, or "error", a code of ours and a text. */
static char *
take_answer (const char *answer, GError **error)
{
  g_auto (GStrv) words = NULL;

  if (g_str_has_prefix (answer, "ok\n"))
    return g_strdup (answer + 3);
  words = g_strsplit (answer, "\t", 3);
  if (g_strv_length (words) == 3)
    g_set_error (error, INTIMAIL_ERROR, (int) g_ascii_strtoll (words[1], NULL, 10), "%s", g_strchomp (words[2]));
  else
    g_set_error_literal (error, INTIMAIL_ERROR, INTIMAIL_ERROR_UNAVAILABLE, "the guard gave no answer");

  return NULL;
}

char *
command_guard_talk (const char *socket, GError **error, ...)
{
  g_autoptr (GSocketConnection) connection = connect_to (socket, error);
  g_autoptr (GString) line = g_string_new (NULL);
  g_autofree char *answer = NULL;
  va_list words;

  va_start (words, error);
  for (const char *word = va_arg (words, const char *); word != NULL; word = va_arg (words, const char *))
    {
      g_autofree char *clean = g_strdelimit (g_strdup (word), "\t\n", ' ');

      g_string_append_printf (line, "%s%s", line->len > 0 ? "\t" : "", clean);
    }
  va_end (words);
  g_string_append_c (line, '\n');
  if (connection == NULL ||
      !g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (connection)), line->str, line->len, NULL, NULL, error))
    return NULL;
  answer = read_answer (g_io_stream_get_input_stream (G_IO_STREAM (connection)), error);

  return answer != NULL ? take_answer (answer, error) : NULL;
}
