/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A thread packs into a pipe, and waits where the peer is slower. What goes wrong before the first byte is an
 * answer of its own; after it, the connection is cut.
 */

#include "webmail-attachments.h"

#include <fcntl.h>
#include <gio/gunixinputstream.h>
#include <gio/gunixoutputstream.h>
#include <glib-unix.h>
#include <string.h>

#include "webmail-blob.h"
#include "webmail-people.h"
#include "webmail-stream.h"

#define PATH "/jmap/attachments/"
#define WHAT "zip"

/* Each has a thread of its own. */
#define MAX_OF_A_PERSON 2
#define MAX_AT_ONCE 8

/* Shared with the thread. */
typedef struct
{
  gatomicrefcount references;
  IntimailMessage *message;
  GOutputStream *output;
  GCancellable *cancellable; /* nobody reads any more */
  gboolean whole;            /* set before the pipe is closed */
  GError *error;
} Pack;

/* Of the main loop. */
typedef struct
{
  guint references;
  WebmailPeople *people;
  char *uid;
  char **pieces; /* account id, email id, name */
  IntimailMessage *message;
  Pack *pack;
  GInputStream *input;
  SoupServerMessage *soup_message; /* the first piece is waited for */
} Attachments;

static int n_at_once;

static void
pack_unref (Pack *self)
{
  if (!g_atomic_ref_count_dec (&self->references))
    return;
  g_clear_object (&self->message);
  g_clear_object (&self->output);
  g_object_unref (self->cancellable);
  g_clear_error (&self->error);
  g_free (self);
}

static void
attachments_unref (gpointer data)
{
  Attachments *self = data;

  if (--self->references > 0)
    return;
  webmail_people_leave (self->people, WHAT, self->uid);
  if (self->pack != NULL)
    {
      g_cancellable_cancel (self->pack->cancellable);
      pack_unref (self->pack);
    }
  g_clear_object (&self->input);
  g_clear_object (&self->message);
  g_clear_object (&self->soup_message);
  g_strfreev (self->pieces);
  g_free (self->uid);
  g_free (self);
}

static gpointer
run_pack (gpointer data)
{
  Pack *pack = data;

  pack->whole = intimail_message_write_zip (pack->message, pack->output, pack->cancellable, &pack->error);
  g_output_stream_close (pack->output, NULL, NULL);
  g_atomic_int_add (&n_at_once, -1);
  pack_unref (pack);

  return NULL;
}

static Pack *
pack_new (IntimailMessage *message, int fd)
{
  Pack *self = g_new0 (Pack, 1);

  g_atomic_ref_count_init (&self->references);
  self->message = g_object_ref (message);
  self->output = g_unix_output_stream_new (fd, TRUE);
  self->cancellable = g_cancellable_new ();

  return self;
}

/* FALSE when there is no thread or no pipe for it now. */
static gboolean
begin (Attachments *self)
{
  GThread *thread;
  int fds[2];

  if (g_atomic_int_add (&n_at_once, 1) >= MAX_AT_ONCE || !g_unix_open_pipe (fds, FD_CLOEXEC, NULL))
    {
      g_atomic_int_add (&n_at_once, -1);
      return FALSE;
    }
  self->pack = pack_new (self->message, fds[1]);
  self->input = g_unix_input_stream_new (fds[0], TRUE);
  g_atomic_ref_count_inc (&self->pack->references);
  thread = g_thread_try_new (WHAT, run_pack, self->pack, NULL);
  if (thread != NULL)
    {
      g_thread_unref (thread);
      return TRUE;
    }
  g_atomic_int_add (&n_at_once, -1);
  pack_unref (self->pack);

  return FALSE;
}

static gboolean
is_whole (gpointer data)
{
  return ((Attachments *) data)->pack->whole;
}

static const WebmailStreamCalls calls = { NULL, is_whole, attachments_unref };

static void
set_headers (WebmailRequest *request, Attachments *self)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (request->message);
  g_autofree char *disposition = webmail_blob_make_disposition (self->pieces[2], TRUE);

  soup_message_headers_replace (headers, "Content-Disposition", disposition);
  soup_message_headers_replace (headers, "Content-Type", "application/zip");
  soup_message_headers_replace (headers, "Content-Security-Policy", "sandbox; default-src 'none'; frame-ancestors 'none'");
  soup_message_headers_replace (headers, "Cache-Control", "private, no-store");
  soup_message_headers_replace (headers, "X-Accel-Buffering", "no");
  soup_server_message_set_status (request->message, SOUP_STATUS_OK, NULL);
}

static void
reply_failure (WebmailRequest *request, const GError *error)
{
  g_autoptr (GError) unknown = g_error_new_literal (INTIMAIL_ERROR, INTIMAIL_ERROR_UNAVAILABLE, "the files cannot be packed now");

  webmail_request_reply_error (request, error != NULL ? error : unknown);
}

/* The request has waited for this. */
static void
on_first (GObject *source, GAsyncResult *result, gpointer data)
{
  Attachments *self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) first = g_input_stream_read_bytes_finish (G_INPUT_STREAM (source), result, &error);
  WebmailRequest *request = webmail_request_get (self->soup_message);
  g_autoptr (SoupServerMessage) message = g_steal_pointer (&self->soup_message);

  request->server->requests--;
  if (request->gone)
    {
      attachments_unref (self);
      return;
    }
  if (first != NULL && g_bytes_get_size (first) > 0)
    {
      set_headers (request, self);
      webmail_stream_send (request, self->input, first, WEBMAIL_STREAM_TO_END, &calls, self);
      webmail_request_resume (request);
      return;
    }
  reply_failure (request, first != NULL ? self->pack->error : error);
  webmail_request_resume (request);
  attachments_unref (self);
}

static gboolean
open_message (IntimailJmap *jmap, gpointer data, GError **error)
{
  Attachments *self = data;

  if (strcmp (intimail_jmap_get_account_id (jmap), self->pieces[0]) != 0)
    {
      g_set_error_literal (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND, "not the account of this person");
      return FALSE;
    }
  self->message = intimail_account_open_message (intimail_jmap_get_account (jmap), self->pieces[1], error);
  if (self->message == NULL)
    return FALSE;
  /* Here, as a large message takes a moment to be looked through. */
  if (intimail_message_get_attachments (self->message)->len > 0)
    return TRUE;
  g_set_error_literal (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND, "there is no attachment");

  return FALSE;
}

static void
reply (WebmailRequest *request, gpointer data, const GError *error)
{
  Attachments *self = data;

  if (error != NULL)
    webmail_request_reply_error (request, error);
  else if (!begin (self))
    reply_failure (request, NULL);
  else
    {
      self->references++;
      self->soup_message = g_object_ref (request->message);
      request->server->requests++;
      webmail_request_pause (request);
      g_input_stream_read_bytes_async (self->input, WEBMAIL_STREAM_PIECE, G_PRIORITY_DEFAULT, NULL, on_first, self);
    }
}

void
webmail_attachments_handle (WebmailRequest *request)
{
  g_auto (GStrv) pieces = webmail_blob_split_path (request, PATH, 3);
  Attachments *self;

  if (pieces == NULL)
    {
      webmail_request_reply_problem (request, SOUP_STATUS_NOT_FOUND, NULL, "There is no such message.");
      return;
    }
  if (!webmail_people_enter (request->server->people, WHAT, request->uid, MAX_OF_A_PERSON))
    {
      webmail_request_reply_limit (request, SOUP_STATUS_BAD_REQUEST, "maxConcurrentRequests");
      return;
    }
  self = g_new0 (Attachments, 1);
  self->references = 1;
  self->people = request->server->people;
  self->uid = g_strdup (request->uid);
  self->pieces = g_steal_pointer (&pieces);
  webmail_people_run (request, open_message, reply, self, attachments_unref);
}
