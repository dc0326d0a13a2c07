/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "deliver-handover.h"

#include <string.h>
#include <unistd.h>

#include "deliver-connection.h"
#include "deliver-socket.h"

/* Seconds for each reply: a delivery to many people may take its time. */
#define REPLY_TIMEOUT 300
#define MAX_LINE 4096

typedef struct
{
  DeliverConnection connection;
  GString *input;
} Client;

/* The last line of the next reply, or a reply of our own: the message is tried
 * again. */
static char *
read_reply (Client *self)
{
  gint64 deadline = deliver_deadline (REPLY_TIMEOUT);

  while (TRUE)
    {
      char *end = memchr (self->input->str, '\n', self->input->len);
      g_autoptr (GBytes) data = NULL;

      if (end != NULL)
        {
          g_autofree char *line = g_strchomp (g_strndup (self->input->str, (gsize) (end - self->input->str)));

          g_string_erase (self->input, 0, end - self->input->str + 1);
          if (strlen (line) < 4 || line[3] != '-')
            return g_steal_pointer (&line);
          continue;
        }
      if (self->input->len >= MAX_LINE ||
          deliver_connection_read (&self->connection, deadline, FALSE, &data) != DELIVER_READ_DATA)
        break;
      g_string_append_len (self->input, g_bytes_get_data (data, NULL), (gssize) g_bytes_get_size (data));
    }

  return g_strdup ("451 4.4.2 the agent ended the conversation");
}

/* A failure shows when the reply is read. */
static void
write_bytes (Client *self, GString *bytes)
{
  g_autoptr (GBytes) data = g_bytes_new_static (bytes->str, bytes->len);

  deliver_connection_write (&self->connection, data, deliver_deadline (REPLY_TIMEOUT));
}

static gboolean
is_good (const char *reply)
{
  return *reply == '2';
}

/* LF becomes CR LF. The agent takes away no more than was added, so that a CR of
 * the message stays. */
static void
append_encoded (GString *encoded, const char *bytes, gsize length)
{
  const char *end = bytes + length;

  while (bytes < end)
    {
      const char *line_end = memchr (bytes, '\n', (gsize) (end - bytes));
      const char *stop = line_end != NULL ? line_end : end;

      g_string_append_len (encoded, bytes, stop - bytes);
      if (line_end != NULL)
        g_string_append_len (encoded, "\r\n", 2);
      bytes = line_end != NULL ? line_end + 1 : end;
    }
}

static gsize
count_line_ends (const char *bytes, gsize length)
{
  const char *end = bytes + length;
  gsize n = 0;

  while (bytes < end && (bytes = memchr (bytes, '\n', (gsize) (end - bytes))) != NULL)
    {
      bytes++;
      n++;
    }

  return n;
}

/* A chunk (RFC 3030) needs no dots, and a message without a line end stays so.
 * NULL is an empty one. */
static void
send_chunk (Client *self, GBytes *data, gboolean last)
{
  gsize length = 0;
  const char *bytes = data != NULL ? g_bytes_get_data (data, &length) : NULL;
  gsize size = length + count_line_ends (bytes, length);
  g_autoptr (GString) text = g_string_sized_new (size + 32);

  g_string_printf (text, "BDAT %" G_GSIZE_FORMAT "%s\r\n", size, last ? " LAST" : "");
  append_encoded (text, bytes, length);
  write_bytes (self, text);
}

/* A piece is sent when it is known whether another one follows: most messages are
 * one piece. FALSE when the message could not be read to its end: the connection is
 * then cut before the last chunk, and the agent forgets the message. */
static gboolean
send_message (Client *self, DeliverInput *input)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) piece = deliver_input_read (input, &error);

  while (error == NULL)
    {
      g_autoptr (GBytes) next = piece != NULL ? deliver_input_read (input, &error) : NULL;
      g_autofree char *reply = NULL;

      if (error != NULL)
        break;
      send_chunk (self, piece, next == NULL);
      if (next == NULL)
        return TRUE;

      reply = read_reply (self);
      /* A message that is too large is refused at its end, for each recipient. */
      if (*reply == '4')
        return FALSE;
      g_bytes_unref (piece);
      piece = g_steal_pointer (&next);
    }

  return FALSE;
}

/* The greeting and LHLO, which ends a group of commands (RFC 2920). */
static gboolean
open_conversation (Client *self)
{
  g_autoptr (GString) command = g_string_new ("LHLO localhost\r\n");
  g_autofree char *greeting = read_reply (self);
  g_autofree char *reply = NULL;

  if (!is_good (greeting))
    return FALSE;

  write_bytes (self, command);
  reply = read_reply (self);
  return is_good (reply);
}

/* MAIL and all RCPT in one group. The replies to RCPT, or NULL when the sender
 * cannot be served now. */
static GPtrArray *
announce (Client *self, const char *sender, const char *const *recipients)
{
  g_autoptr (GPtrArray) replies = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GString) group = g_string_new (NULL);
  g_autofree char *mail = NULL;

  g_string_append_printf (group, "MAIL FROM:<%s>\r\n", sender);
  for (gsize i = 0; recipients[i] != NULL; i++)
    g_string_append_printf (group, "RCPT TO:<%s>\r\n", recipients[i]);
  write_bytes (self, group);

  mail = read_reply (self);
  for (gsize i = 0; recipients[i] != NULL; i++)
    g_ptr_array_add (replies, read_reply (self));

  return is_good (mail) ? g_steal_pointer (&replies) : NULL;
}

/* Replaces the replies that were good by the ones after the message. */
static void
transact (Client *self, DeliverInput *input, GPtrArray *replies)
{
  gboolean any = FALSE;
  gboolean sent;

  for (guint i = 0; i < replies->len; i++)
    any = any || is_good (g_ptr_array_index (replies, i));
  if (!any)
    return;

  sent = send_message (self, input);
  for (guint i = 0; i < replies->len; i++)
    {
      char **reply = (char **) &g_ptr_array_index (replies, i);

      if (!is_good (*reply))
        continue;
      g_free (*reply);
      *reply = sent ? read_reply (self) : g_strdup ("451 4.3.0 the message was not handed over");
    }
}

GPtrArray *
deliver_handover (const char *address, const char *folder, DeliverInput *input, const char *sender, const char *const *recipients)
{
  int fd = deliver_socket_connect (address, folder);
  Client client = { .connection = { fd, fd, -1 } };
  GPtrArray *replies = NULL;

  if (fd < 0)
    return NULL;

  client.input = g_string_new (NULL);
  /* An agent that has no time is as good as none. */
  if (open_conversation (&client))
    replies = announce (&client, sender, recipients);
  if (replies != NULL)
    transact (&client, input, replies);
  /* All replies are here: QUIT would only be waited for. */
  g_string_free (client.input, TRUE);
  close (fd);
  return replies;
}
