/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "webmail-file.h"

#include <string.h>

#include "webmail-connections.h"
#include "webmail-file-page.h"
#include "webmail-file-stream.h"
#include "webmail-password.h"
#include "webmail-people.h"
#include "webmail-throttle.h"

#define FILE_PATH "/file/"
#define GRANT_SECONDS (24 * 60 * 60)
#define MAX_DOWNLOADS_OF_A_PEER 8
/* Each takes as much memory as a hash. */
#define MAX_CHECKS 2
#define MAX_SENT 10000

struct _WebmailFiles
{
  WebmailThrottle *throttle;
  GHashTable *sent; /* grant -> bytes, of files that may be fetched so often */
};

/* One request on its way. */
typedef struct
{
  SoupServerMessage *message;
  WebmailServer *server;
  char **pieces; /* token, grant, name */
  char *peer;
  char *password;
  IntimailBigFile *file;
  char *file_key;
  char *peer_key;
  guint delay;
  WebmailFilePage page; /* for when the delay is over */
} Visit;

WebmailFiles *
webmail_files_new (void)
{
  WebmailFiles *self = g_new0 (WebmailFiles, 1);

  self->throttle = webmail_throttle_new ();
  self->sent = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  return self;
}

void
webmail_files_free (WebmailFiles *self)
{
  webmail_throttle_free (self->throttle);
  g_hash_table_unref (self->sent);
  g_free (self);
}

gboolean
webmail_files_has_left (WebmailFiles *self, IntimailBigFile *file, const char *grant)
{
  const guint64 *sent = g_hash_table_lookup (self->sent, grant);

  return intimail_big_file_get_max_downloads (file) == 0 || sent == NULL || *sent < 2 * intimail_big_file_get_size (file);
}

void
webmail_files_note_sent (WebmailFiles *self, IntimailBigFile *file, const char *grant, guint64 bytes)
{
  guint64 *sent = g_hash_table_lookup (self->sent, grant);

  if (intimail_big_file_get_max_downloads (file) == 0)
    return;
  if (sent == NULL)
    {
      if (g_hash_table_size (self->sent) >= MAX_SENT)
        g_hash_table_remove_all (self->sent);
      sent = g_new0 (guint64, 1);
      g_hash_table_insert (self->sent, g_strdup (grant), sent);
    }
  *sent += bytes;
}

static void
visit_free (Visit *self)
{
  g_clear_object (&self->file);
  g_strfreev (self->pieces);
  g_free (self->peer);
  webmail_free_secret (self->password);
  g_free (self->file_key);
  g_free (self->peer_key);
  g_object_unref (self->message);
  g_free (self);
}

static Visit *
visit_new (WebmailRequest *request)
{
  const char *path = g_uri_get_path (soup_server_message_get_uri (request->message));
  Visit *self = g_new0 (Visit, 1);

  self->message = g_object_ref (request->message);
  self->server = request->server;
  self->pieces = g_strsplit (path + strlen (FILE_PATH), "/", 3);
  self->peer = webmail_connections_get_peer (request->message);
  self->server->requests++;
  webmail_connections_expect_nothing (request->message);
  webmail_request_pause (request);

  return self;
}

/* NULL when the peer has left. */
static WebmailRequest *
visit_get_request (Visit *self)
{
  WebmailRequest *request = webmail_request_get (self->message);

  return request->gone ? NULL : request;
}

/* What was answered goes out. */
static void
visit_end (Visit *self)
{
  WebmailRequest *request = visit_get_request (self);

  self->server->requests--;
  if (request != NULL)
    webmail_request_resume (request);
  visit_free (self);
}

static void
visit_end_with (Visit *self, WebmailFilePage page)
{
  WebmailRequest *request = visit_get_request (self);

  if (request != NULL)
    webmail_file_page_reply (request, page, self->file);
  visit_end (self);
}

static void
visit_fail (Visit *self, const GError *error)
{
  gboolean none = g_error_matches (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND);

  if (!none)
    g_warning ("a file cannot be given: %s", error->message);
  visit_end_with (self, none ? WEBMAIL_FILE_PAGE_NONE : WEBMAIL_FILE_PAGE_LATER);
}

static gboolean
on_delay_over (gpointer data)
{
  Visit *self = data;

  visit_end_with (self, self->page);

  return G_SOURCE_REMOVE;
}

/* The grant leads on. */
static void
on_begun (GObject *source, GAsyncResult *result, gpointer data)
{
  Visit *self = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *grant = intimail_big_file_store_begin_download_finish (INTIMAIL_BIG_FILE_STORE (source), result, &error);
  WebmailRequest *request = visit_get_request (self);

  if (grant == NULL)
    {
      visit_fail (self, error);
      return;
    }
  if (request != NULL)
    {
      g_autofree char *name = g_uri_escape_string (intimail_big_file_get_name (self->file), NULL, FALSE);
      g_autofree char *location = g_strdup_printf (FILE_PATH "%s/%s/%s", self->pieces[0], grant, name);

      soup_message_headers_replace (soup_server_message_get_response_headers (self->message), "Location", location);
      webmail_request_reply (request, SOUP_STATUS_SEE_OTHER, NULL, NULL);
    }
  visit_end (self);
}

static void
begin_download (Visit *self)
{
  gint64 until = g_get_real_time () / G_USEC_PER_SEC + GRANT_SECONDS;

  intimail_big_file_store_begin_download_async (intimail_site_get_big_files (self->server->site), self->file, until, NULL, on_begun, self);
}

static void
on_checked (GObject *source, GAsyncResult *result, gpointer data)
{
  Visit *self = data;
  WebmailFiles *files = self->server->files;
  g_autoptr (GError) error = NULL;
  gboolean fits = intimail_site_check_big_file_password_finish (INTIMAIL_SITE (source), result, &error);

  webmail_people_leave (self->server->people, "file-password", "all");
  if (fits)
    {
      webmail_throttle_forgive (files->throttle, self->file_key);
      webmail_throttle_forgive (files->throttle, self->peer_key);
      begin_download (self);
      return;
    }
  g_message ("wrong password for \"%s\" from %s", intimail_big_file_get_id (self->file), self->peer);
  self->page = WEBMAIL_FILE_PAGE_WRONG_PASSWORD;
  g_timeout_add (self->delay, on_delay_over, self);
}

static void
check_password (Visit *self)
{
  WebmailFiles *files = self->server->files;
  guint file_delay;
  guint peer_delay;

  self->file_key = g_strconcat ("file ", intimail_big_file_get_id (self->file), NULL);
  self->peer_key = g_strconcat ("peer ", self->peer, NULL);
  if (webmail_throttle_check (files->throttle, self->file_key) > 0 || webmail_throttle_check (files->throttle, self->peer_key) > 0 ||
      !webmail_people_enter (self->server->people, "file-password", "all", MAX_CHECKS))
    {
      visit_end_with (self, WEBMAIL_FILE_PAGE_TOO_MANY);
      return;
    }
  file_delay = webmail_throttle_begin (files->throttle, self->file_key);
  peer_delay = webmail_throttle_begin (files->throttle, self->peer_key);
  self->delay = MAX (file_delay, peer_delay);
  intimail_site_check_big_file_password_async (self->server->site, self->file, self->password != NULL ? self->password : "", NULL, on_checked, self);
}

static void
on_opened (GObject *source, GAsyncResult *result, gpointer data)
{
  Visit *self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GInputStream) stream = intimail_big_file_store_open_finish (INTIMAIL_BIG_FILE_STORE (source), result, &error);
  WebmailRequest *request = visit_get_request (self);

  if (stream == NULL)
    {
      visit_fail (self, error);
      return;
    }
  if (request != NULL)
    webmail_file_stream_reply (request, self->file, self->pieces[1], stream);
  visit_end (self);
}

static void
on_found (GObject *source, GAsyncResult *result, gpointer data)
{
  Visit *self = data;
  WebmailRequest *request = visit_get_request (self);
  g_autoptr (GError) error = NULL;
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;

  self->file = intimail_site_find_big_file_finish (INTIMAIL_SITE (source), result, &error);
  if (self->file == NULL)
    visit_fail (self, error);
  else if (self->pieces[1] != NULL && webmail_files_has_left (self->server->files, self->file, self->pieces[1]))
    intimail_big_file_store_open_async (intimail_site_get_big_files (self->server->site), self->file, self->pieces[1], NULL, on_opened, self);
  else if (request == NULL || self->pieces[1] != NULL || !intimail_big_file_is_offered (self->file, now))
    visit_end_with (self, WEBMAIL_FILE_PAGE_NONE);
  else if (strcmp (soup_server_message_get_method (self->message), "POST") != 0)
    visit_end_with (self, WEBMAIL_FILE_PAGE_OFFER);
  else if (intimail_big_file_has_password (self->file))
    check_password (self);
  else
    begin_download (self);
}

static char *
read_password (WebmailRequest *request)
{
  g_autoptr (GBytes) body = soup_message_body_flatten (soup_server_message_get_request_body (request->message));
  gsize length;
  const char *text = g_bytes_get_data (body, &length);
  g_autoptr (GHashTable) form = NULL;

  if (length == 0)
    return NULL;
  form = g_uri_parse_params (text, (gssize) length, "&", G_URI_PARAMS_WWW_FORM, NULL);

  return form != NULL ? g_strdup (g_hash_table_lookup (form, "password")) : NULL;
}

typedef struct
{
  WebmailPeople *people;
  char *peer;
} Presence;

static void
leave (gpointer data)
{
  Presence *presence = data;

  webmail_people_leave (presence->people, "file", presence->peer);
  g_free (presence->peer);
  g_free (presence);
}

/* Until the answer is out: one more of the peer, if not too many are under way. */
static gboolean
enter (WebmailRequest *request)
{
  g_autofree char *peer = webmail_connections_get_peer (request->message);
  Presence *presence;

  if (!webmail_people_enter (request->server->people, "file", peer, MAX_DOWNLOADS_OF_A_PEER))
    return FALSE;
  presence = g_new0 (Presence, 1);
  presence->people = request->server->people;
  presence->peer = g_steal_pointer (&peer);
  request->data = presence;
  request->free_data = leave;

  return TRUE;
}

void
webmail_file_handle (WebmailRequest *request)
{
  gboolean post = strcmp (soup_server_message_get_method (request->message), "POST") == 0;
  Visit *visit;

  if (post && !webmail_request_has_type (request, "application/x-www-form-urlencoded"))
    {
      webmail_request_reply_problem (request, SOUP_STATUS_UNSUPPORTED_MEDIA_TYPE, NULL, "Send a form.");
      return;
    }
  if (!enter (request))
    {
      webmail_file_page_reply (request, WEBMAIL_FILE_PAGE_TOO_MANY, NULL);
      return;
    }
  visit = visit_new (request);
  if (post)
    visit->password = read_password (request);
  intimail_site_find_big_file_async (request->server->site, visit->pieces[0] != NULL ? visit->pieces[0] : "", NULL, on_found, visit);
}
