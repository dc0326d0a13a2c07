/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "webmail-stream.h"

#include "webmail-connections.h"

/* It lives from the answer's head to the end of the message; @reading keeps it beyond. */
typedef struct
{
  SoupServerMessage *message; /* NULL when that is over */
  WebmailServer *server;
  const WebmailStreamCalls *calls;
  gpointer data;
  GInputStream *stream;
  GBytes *next;    /* read ahead */
  guint64 unread;  /* of what is to be sent */
  gboolean hungry; /* libsoup has nothing to write */
  gboolean reading;
  gboolean ended;
} Stream;

static void read_ahead (Stream *self);

static void
stream_free (Stream *self)
{
  g_clear_pointer (&self->next, g_bytes_unref);
  g_object_unref (self->stream);
  g_free (self);
}

static void
feed (Stream *self)
{
  gsize size;

  if (!self->hungry || self->next == NULL)
    return;
  size = g_bytes_get_size (self->next);
  self->hungry = FALSE;
  if (self->calls->sent != NULL)
    self->calls->sent (self->server, self->data, size);
  webmail_connections_expect_reading (self->message, size);
  soup_message_body_append_bytes (soup_server_message_get_response_body (self->message), self->next);
  g_clear_pointer (&self->next, g_bytes_unref);
  soup_server_message_unpause (self->message);
  read_ahead (self);
}

static void
finish (Stream *self)
{
  self->ended = TRUE;
  soup_message_body_complete (soup_server_message_get_response_body (self->message));
  soup_server_message_unpause (self->message);
}

static void
cut (Stream *self, const GError *error)
{
  g_warning ("an answer cannot be read to its end: %s", error != NULL ? error->message : "there is less than there was");
  webmail_connections_cut (self->message);
  soup_server_message_unpause (self->message);
}

static gboolean
is_whole (Stream *self)
{
  return self->unread == WEBMAIL_STREAM_TO_END && self->calls->is_whole != NULL && self->calls->is_whole (self->data);
}

static void
on_read (GObject *source, GAsyncResult *result, gpointer data)
{
  Stream *self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) piece = g_input_stream_read_bytes_finish (G_INPUT_STREAM (source), result, &error);

  self->reading = FALSE;
  if (self->message == NULL)
    {
      stream_free (self);
      return;
    }
  if (piece == NULL || g_bytes_get_size (piece) == 0)
    {
      if (piece != NULL && is_whole (self))
        finish (self);
      else
        cut (self, error);
      return;
    }
  if (self->unread != WEBMAIL_STREAM_TO_END)
    self->unread -= g_bytes_get_size (piece);
  self->next = g_steal_pointer (&piece);
  feed (self);
}

static void
read_ahead (Stream *self)
{
  if (self->reading || self->next != NULL || self->unread == 0 || self->ended)
    return;
  self->reading = TRUE;
  g_input_stream_read_bytes_async (self->stream, (gsize) MIN (self->unread, WEBMAIL_STREAM_PIECE), G_PRIORITY_DEFAULT, NULL, on_read, self);
}

static void
on_wrote_chunk (SoupServerMessage *message, Stream *self)
{
  self->hungry = TRUE;
  feed (self);
}

static void
on_finished (SoupServerMessage *message, Stream *self)
{
  g_signal_handlers_disconnect_by_data (message, self);
  self->server->requests--;
  self->message = NULL;
  if (self->calls->free_data != NULL)
    self->calls->free_data (self->data);
  if (!self->reading)
    stream_free (self);
}

void
webmail_stream_send (WebmailRequest *request, GInputStream *stream, GBytes *first, guint64 length, const WebmailStreamCalls *calls, gpointer data)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (request->message);
  gboolean knows_chunks = soup_server_message_get_http_version (request->message) != SOUP_HTTP_1_0;
  Stream *self = g_new0 (Stream, 1);

  self->message = request->message;
  self->server = request->server;
  self->calls = calls;
  self->data = data;
  self->stream = g_object_ref (stream);
  self->next = first != NULL ? g_bytes_ref (first) : NULL;
  self->unread = length;
  self->hungry = TRUE;
  self->server->requests++;
  if (length != WEBMAIL_STREAM_TO_END)
    soup_message_headers_set_content_length (headers, (goffset) length);
  else
    soup_message_headers_set_encoding (headers, knows_chunks ? SOUP_ENCODING_CHUNKED : SOUP_ENCODING_EOF);
  soup_message_body_set_accumulate (soup_server_message_get_response_body (request->message), FALSE);
  g_signal_connect (request->message, "wrote-chunk", G_CALLBACK (on_wrote_chunk), self);
  g_signal_connect (request->message, "finished", G_CALLBACK (on_finished), self);
  if (self->next != NULL)
    feed (self);
  else
    read_ahead (self);
}
