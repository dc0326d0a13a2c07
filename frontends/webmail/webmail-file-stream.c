/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "webmail-file-stream.h"

#include <string.h>

#include "webmail-blob.h"
#include "webmail-connections.h"
#include "webmail-file-range.h"
#include "webmail-file.h"

/* Larger ones come from the kernel anew each time, page by page: that costs twice the CPU. */
#define PIECE (120 * 1024)

/* It lives from the answer's head to the end of the message; @reading keeps it beyond. */
typedef struct
{
  SoupServerMessage *message; /* NULL when that is over */
  WebmailServer *server;
  IntimailBigFile *file;
  char *grant;
  GInputStream *stream;
  GBytes *next;    /* read ahead */
  guint64 unread;  /* of what is to be sent */
  gboolean hungry; /* libsoup has nothing to write */
  gboolean reading;
} Stream;

static void read_ahead (Stream *self);

static void
stream_free (Stream *self)
{
  g_clear_pointer (&self->next, g_bytes_unref);
  g_object_unref (self->stream);
  g_object_unref (self->file);
  g_free (self->grant);
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
  webmail_files_note_sent (self->server->files, self->file, self->grant, size);
  webmail_connections_expect_reading (self->message, size);
  soup_message_body_append_bytes (soup_server_message_get_response_body (self->message), self->next);
  g_clear_pointer (&self->next, g_bytes_unref);
  soup_server_message_unpause (self->message);
  read_ahead (self);
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
  /* The head has said how much there is: a peer that gets less knows that it is not all. */
  if (piece == NULL || g_bytes_get_size (piece) == 0)
    {
      g_warning ("a file cannot be read to its end: %s", error != NULL ? error->message : "it is shorter than it was");
      webmail_connections_cut (self->message);
      soup_server_message_unpause (self->message);
      return;
    }
  self->unread -= g_bytes_get_size (piece);
  self->next = g_steal_pointer (&piece);
  feed (self);
}

static void
read_ahead (Stream *self)
{
  if (self->reading || self->next != NULL || self->unread == 0)
    return;
  self->reading = TRUE;
  g_input_stream_read_bytes_async (self->stream, (gsize) MIN (self->unread, PIECE), G_PRIORITY_DEFAULT, NULL, on_read, self);
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
  if (!self->reading)
    stream_free (self);
}

static void
send_part (WebmailRequest *request, IntimailBigFile *file, const char *grant, GInputStream *stream, guint64 length)
{
  Stream *self = g_new0 (Stream, 1);

  self->message = request->message;
  self->server = request->server;
  self->file = g_object_ref (file);
  self->grant = g_strdup (grant);
  self->stream = g_object_ref (stream);
  self->unread = length;
  self->hungry = TRUE;
  self->server->requests++;
  soup_message_body_set_accumulate (soup_server_message_get_response_body (request->message), FALSE);
  g_signal_connect (request->message, "wrote-chunk", G_CALLBACK (on_wrote_chunk), self);
  g_signal_connect (request->message, "finished", G_CALLBACK (on_finished), self);
  read_ahead (self);
}

/* RFC 9110 section 13.1.5: a range of this file, and of no other that may have been there. */
static gboolean
is_same (WebmailRequest *request, const char *tag, const char *modified)
{
  const char *known = webmail_request_get_header (request, "If-Range");

  return known == NULL || strcmp (known, tag) == 0 || strcmp (known, modified) == 0;
}

static char *
format_modified (IntimailBigFile *file)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (intimail_big_file_get_created (file));

  return time != NULL ? soup_date_time_to_string (time, SOUP_DATE_HTTP) : g_strdup ("");
}

static void
set_headers (WebmailRequest *request, IntimailBigFile *file, const char *tag, const char *modified)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (request->message);
  g_autofree char *disposition = webmail_blob_make_disposition (intimail_big_file_get_name (file), TRUE);

  soup_message_headers_replace (headers, "Content-Disposition", disposition);
  soup_message_headers_replace (headers, "Content-Type", intimail_big_file_get_content_type (file));
  soup_message_headers_replace (headers, "Content-Security-Policy", "sandbox; default-src 'none'; frame-ancestors 'none'");
  soup_message_headers_replace (headers, "Cache-Control", "private, no-store, no-transform");
  soup_message_headers_replace (headers, "X-Robots-Tag", "noindex");
  soup_message_headers_replace (headers, "X-Accel-Buffering", "no");
  soup_message_headers_replace (headers, "Accept-Ranges", "bytes");
  soup_message_headers_replace (headers, "ETag", tag);
  soup_message_headers_replace (headers, "Last-Modified", modified);
}

static void
reply_unsatisfiable (WebmailRequest *request, guint64 size)
{
  g_autofree char *range = g_strdup_printf ("bytes */%" G_GUINT64_FORMAT, size);

  soup_message_headers_replace (soup_server_message_get_response_headers (request->message), "Content-Range", range);
  webmail_request_reply_problem (request, SOUP_STATUS_REQUESTED_RANGE_NOT_SATISFIABLE, NULL, "The file is shorter.");
}

void
webmail_file_stream_reply (WebmailRequest *request, IntimailBigFile *file, const char *grant, GInputStream *stream)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (request->message);
  gboolean head = strcmp (soup_server_message_get_method (request->message), "HEAD") == 0;
  g_autofree char *tag = g_strdup_printf ("\"%s\"", intimail_big_file_get_id (file));
  g_autofree char *modified = format_modified (file);
  guint64 size = intimail_big_file_get_size (file);
  guint64 first = 0;
  guint64 last = size - 1;
  WebmailFileRange range = WEBMAIL_FILE_RANGE_ALL;

  if (!head && is_same (request, tag, modified))
    range = webmail_file_range_parse (webmail_request_get_header (request, "Range"), size, &first, &last);
  if (range == WEBMAIL_FILE_RANGE_NONE)
    {
      reply_unsatisfiable (request, size);
      return;
    }
  /* libsoup would cut a part out of what is there, which is nothing yet. */
  soup_message_headers_remove (soup_server_message_get_request_headers (request->message), "Range");
  if (first > 0 && !g_seekable_seek (G_SEEKABLE (stream), (goffset) first, G_SEEK_SET, NULL, NULL))
    {
      webmail_request_reply_problem (request, SOUP_STATUS_SERVICE_UNAVAILABLE, NULL, "It does not work now. Try again later.");
      return;
    }
  set_headers (request, file, tag, modified);
  soup_server_message_set_status (request->message, range == WEBMAIL_FILE_RANGE_PART ? SOUP_STATUS_PARTIAL_CONTENT : SOUP_STATUS_OK, NULL);
  if (range == WEBMAIL_FILE_RANGE_PART)
    soup_message_headers_set_content_range (headers, (goffset) first, (goffset) last, (goffset) size);
  soup_message_headers_set_content_length (headers, (goffset) (size == 0 ? 0 : last - first + 1));
  webmail_connections_expect_reading (request->message, PIECE);
  if (!head && size > 0)
    send_part (request, file, grant, stream, last - first + 1);
}
