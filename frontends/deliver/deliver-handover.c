/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "deliver-handover.h"

#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "deliver-connection.h"
#include "deliver-listen.h"

/* Seconds for each reply: a delivery to many people may take its time. */
#define REPLY_TIMEOUT 300
#define MAX_REPLY 4096

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

  while (self->input->len < MAX_REPLY)
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
      if (deliver_connection_read (&self->connection, deadline, FALSE, &data) != DELIVER_READ_DATA)
        break;
      g_string_append_len (self->input, g_bytes_get_data (data, NULL), (gssize) g_bytes_get_size (data));
    }

  return g_strdup ("451 4.4.2 the agent ended the conversation");
}

static void
write_text (Client *self, const char *text)
{
  g_autoptr (GBytes) data = g_bytes_new_static (text, strlen (text));

  /* A failure shows when the reply is read. */
  deliver_connection_write (&self->connection, data, deliver_deadline (REPLY_TIMEOUT));
}

static char *
ask (Client *self, const char *command)
{
  write_text (self, command);
  return read_reply (self);
}

static gboolean
is_good (const char *reply)
{
  return *reply == '2';
}

/* LF becomes CR LF. The agent takes away no more than was added, so that a CR of
 * the message stays. */
static GBytes *
encode (GBytes *data)
{
  gsize length;
  const char *bytes = g_bytes_get_data (data, &length);
  GString *encoded = g_string_sized_new (length + length / 16);

  for (gsize i = 0; i < length; i++)
    {
      if (bytes[i] == '\n')
        g_string_append_c (encoded, '\r');
      g_string_append_c (encoded, bytes[i]);
    }

  return g_string_free_to_bytes (encoded);
}

/* A chunk (RFC 3030) needs no dots, and a message without a line end stays so. */
static gboolean
send_chunk (Client *self, GBytes *data)
{
  g_autoptr (GBytes) encoded = encode (data);
  g_autofree char *command = g_strdup_printf ("BDAT %" G_GSIZE_FORMAT "\r\n", g_bytes_get_size (encoded));
  g_autofree char *reply = NULL;

  write_text (self, command);
  deliver_connection_write (&self->connection, encoded, deliver_deadline (REPLY_TIMEOUT));
  reply = read_reply (self);
  /* A message that is too large is refused at its end, for each recipient. */
  return *reply != '4';
}

/* FALSE when the message could not be read to its end: the connection is then cut
 * before the last chunk, and the agent forgets the message. */
static gboolean
send_message (Client *self, DeliverInput *input)
{
  g_autoptr (GError) error = NULL;
  GBytes *data;
  gboolean taken = TRUE;

  while (taken && (data = deliver_input_read (input, &error)) != NULL)
    {
      taken = send_chunk (self, data);
      g_bytes_unref (data);
    }
  if (error != NULL || !taken)
    return FALSE;

  write_text (self, "BDAT 0 LAST\r\n");
  return TRUE;
}

/* Greeting, LHLO and MAIL; the first reply that is not good, or NULL. */
static char *
open_transaction (Client *self, const char *sender)
{
  g_autofree char *mail = g_strdup_printf ("MAIL FROM:<%s>\r\n", sender);
  const char *const commands[] = { "", "LHLO localhost\r\n", mail };

  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      g_autofree char *reply = ask (self, commands[i]);

      if (!is_good (reply))
        return g_steal_pointer (&reply);
    }

  return NULL;
}

/* The replies to RCPT, and for those that were good the ones after the message. */
static GPtrArray *
transact (Client *self, DeliverInput *input, const char *const *recipients)
{
  GPtrArray *replies = g_ptr_array_new_with_free_func (g_free);
  gboolean sent;
  gboolean any = FALSE;

  for (gsize i = 0; recipients[i] != NULL; i++)
    {
      g_autofree char *command = g_strdup_printf ("RCPT TO:<%s>\r\n", recipients[i]);

      g_ptr_array_add (replies, ask (self, command));
      any = any || is_good (g_ptr_array_index (replies, i));
    }
  if (!any)
    return replies;

  sent = send_message (self, input);
  for (guint i = 0; i < replies->len; i++)
    {
      char **reply = (char **) &g_ptr_array_index (replies, i);

      if (!is_good (*reply))
        continue;
      g_free (*reply);
      *reply = sent ? read_reply (self) : g_strdup ("451 4.3.0 the message was not handed over");
    }

  return replies;
}

GPtrArray *
deliver_handover (IntimailSite *site, DeliverInput *input, const char *sender, const char *const *recipients)
{
  const char *address = intimail_site_get_lmtp_listen (site);
  int fd = address != NULL ? deliver_connect (address, intimail_site_get_path (site)) : -1;
  Client client = { .connection = { fd, fd, -1 } };
  g_autofree char *refusal = NULL;
  GPtrArray *replies = NULL;

  if (fd < 0)
    return NULL;

  client.input = g_string_new (NULL);
  refusal = open_transaction (&client, sender);
  /* An agent that has no time is as good as none. */
  if (refusal == NULL)
    replies = transact (&client, input, recipients);
  if (replies != NULL)
    write_text (&client, "QUIT\r\n");
  g_string_free (client.input, TRUE);
  close (fd);
  return replies;
}
