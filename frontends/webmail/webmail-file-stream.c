/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "webmail-file-stream.h"

#include <string.h>

#include "webmail-blob.h"
#include "webmail-connections.h"
#include "webmail-file-range.h"
#include "webmail-file.h"
#include "webmail-stream.h"

typedef struct
{
  IntimailBigFile *file;
  char *grant;
} Sent;

static void
sent_free (gpointer data)
{
  Sent *self = data;

  g_object_unref (self->file);
  g_free (self->grant);
  g_free (self);
}

static void
note_sent (WebmailServer *server, gpointer data, gsize size)
{
  Sent *self = data;

  webmail_files_note_sent (server->files, self->file, self->grant, size);
}

static const WebmailStreamCalls calls = { note_sent, NULL, sent_free };

static void
send_part (WebmailRequest *request, IntimailBigFile *file, const char *grant, GInputStream *stream, guint64 length)
{
  Sent *sent = g_new0 (Sent, 1);

  sent->file = g_object_ref (file);
  sent->grant = g_strdup (grant);
  webmail_stream_send (request, stream, NULL, length, &calls, sent);
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
  webmail_connections_expect_reading (request->message, WEBMAIL_STREAM_PIECE);
  if (!head && size > 0)
    send_part (request, file, grant, stream, last - first + 1);
}
