/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "webmail-server.h"

#include <string.h>

#include "webmail-aliases.h"
#include "webmail-app-passwords.h"
#include "webmail-attachments.h"
#include "webmail-auth.h"
#include "webmail-blob.h"
#include "webmail-events.h"
#include "webmail-file.h"
#include "webmail-jmap.h"
#include "webmail-page.h"
#include "webmail-password-change.h"
#include "webmail-password.h"
#include "webmail-people.h"
#include "webmail-request.h"
#include "webmail-rules.h"
#include "webmail-second-factor.h"
#include "webmail-settings.h"
#include "webmail-sweep.h"
#include "webmail-unsubscribe.h"

#define MAX_HEADERS (32 * 1024)
#define UPLOAD G_MAXUINT64 /* as much as the site says */

/* What a refused peer may go on to send before it is cut. */
#define MAX_WASTE (1024 * 1024)

static const WebmailRoute routes[] = {
  { "/", "GET HEAD", FALSE, 0, NULL, webmail_page_handle },
  { "/frame", "GET HEAD", FALSE, 0, NULL, webmail_page_handle },
  { "/assets/", "GET HEAD", FALSE, 0, NULL, webmail_page_handle },
  { "/auth/session", "POST DELETE", FALSE, 8 * 1024, NULL, webmail_auth_handle_session },
  { "/auth/app-passwords", "GET POST", TRUE, 8 * 1024, webmail_settings_begin, webmail_app_passwords_handle },
  { "/auth/app-passwords/", "DELETE", TRUE, 0, webmail_settings_begin, webmail_app_passwords_handle_one },
  { "/auth/aliases", "GET POST", TRUE, 8 * 1024, webmail_settings_begin, webmail_aliases_handle },
  { "/auth/aliases/", "DELETE", TRUE, 0, webmail_settings_begin, webmail_aliases_handle_one },
  { "/auth/password", "POST", TRUE, 8 * 1024, webmail_settings_begin, webmail_password_change_handle },
  { "/auth/password/judge", "POST", TRUE, 8 * 1024, webmail_settings_begin, webmail_password_change_handle_judge },
  { "/auth/rules", "GET POST", TRUE, 1024 * 1024, webmail_settings_begin, webmail_rules_handle },
  { "/auth/rules/", "GET", TRUE, 0, webmail_settings_begin, webmail_rules_handle_message },
  { "/auth/second-factor", "GET", TRUE, 0, webmail_settings_begin, webmail_second_factor_handle },
  { "/auth/second-factor/", "POST", TRUE, 8 * 1024, webmail_settings_begin, webmail_second_factor_handle },
  { "/file/", "GET HEAD POST", FALSE, 8 * 1024, NULL, webmail_file_handle },
  { "/unsubscribe", "GET HEAD POST", FALSE, 4 * 1024, NULL, webmail_unsubscribe_handle },
  { "/.well-known/jmap", "GET", TRUE, 0, NULL, webmail_jmap_handle_session },
  { "/jmap/api", "POST", TRUE, WEBMAIL_MAX_SIZE_REQUEST, webmail_jmap_begin_api, webmail_jmap_handle_api },
  { "/jmap/upload/", "POST", TRUE, UPLOAD, webmail_blob_begin_upload, webmail_blob_handle_upload },
  { "/jmap/download/", "GET HEAD", TRUE, 0, NULL, webmail_blob_handle_download },
  { "/jmap/attachments/", "GET", TRUE, 0, NULL, webmail_attachments_handle },
  { "/jmap/events", "GET", TRUE, 0, NULL, webmail_events_handle },
};

static const WebmailRoute *
find_route (const char *path)
{
  for (gsize i = 0; i < G_N_ELEMENTS (routes); i++)
    if (strcmp (routes[i].path, path) == 0 ||
        (i > 0 && g_str_has_suffix (routes[i].path, "/") && g_str_has_prefix (path, routes[i].path)))
      return &routes[i];

  return NULL;
}

static gboolean
is_allowed (const WebmailRoute *route, const char *method)
{
  g_auto (GStrv) methods = g_strsplit (route->methods, " ", -1);

  return g_strv_contains ((const char *const *) methods, method);
}

/* For all answers; the page and downloads say more. */
static void
set_common_headers (WebmailRequest *request)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (request->message);

  soup_message_headers_replace (headers, "X-Content-Type-Options", "nosniff");
  soup_message_headers_replace (headers, "Referrer-Policy", "no-referrer");
  soup_message_headers_replace (headers, "X-Frame-Options", "DENY");
  soup_message_headers_replace (headers, "Cross-Origin-Opener-Policy", "same-origin");
  soup_message_headers_replace (headers, "Cross-Origin-Resource-Policy", "same-origin");
  soup_message_headers_replace (headers, "Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
}

/* Pages of other origins may use the API with a password or a token of their own,
 * where the site names them; the cookie is not for them. */
static void
set_cors_headers (WebmailRequest *request)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (request->message);
  const char *const *origins = intimail_site_get_webmail_origins (request->server->site);
  const char *origin = webmail_request_get_header (request, "Origin");

  if (origins == NULL || origins[0] == NULL)
    return;
  soup_message_headers_append (headers, "Vary", "Origin");
  if (origin == NULL || !g_strv_contains (origins, origin))
    return;
  soup_message_headers_replace (headers, "Access-Control-Allow-Origin", origin);
  soup_message_headers_replace (headers, "Access-Control-Allow-Methods", "GET, POST, OPTIONS");
  soup_message_headers_replace (headers, "Access-Control-Allow-Headers", "Authorization, Content-Type, Accept, Last-Event-ID");
  soup_message_headers_replace (headers, "Access-Control-Max-Age", "3600");
  soup_message_headers_replace (headers, "Cross-Origin-Resource-Policy", "cross-origin");
}

static gsize
measure_headers (SoupServerMessage *message)
{
  SoupMessageHeadersIter iter;
  const char *name;
  const char *value;
  gsize size = strlen (g_uri_get_path (soup_server_message_get_uri (message)));

  soup_message_headers_iter_init (&iter, soup_server_message_get_request_headers (message));
  while (soup_message_headers_iter_next (&iter, &name, &value))
    size += strlen (name) + strlen (value) + 4;

  return size;
}

static guint64
get_max_body (WebmailRequest *request)
{
  if (request->route == NULL)
    return 0;
  if (request->route->max_body == UPLOAD)
    return webmail_blob_get_max_upload (request->server->site);

  return request->route->max_body;
}

static void
reply_too_large (WebmailRequest *request)
{
  if (request->route == NULL || request->route->max_body == 0)
    webmail_request_reply_problem (request, SOUP_STATUS_BAD_REQUEST, NULL, "Send no body.");
  else if (request->route->max_body == UPLOAD)
    webmail_request_reply_limit (request, SOUP_STATUS_REQUEST_ENTITY_TOO_LARGE, "maxSizeUpload");
  else
    webmail_request_reply_limit (request, SOUP_STATUS_BAD_REQUEST, "maxSizeRequest");
}

static gboolean
has_status (WebmailRequest *request)
{
  return soup_server_message_get_status (request->message) != 0;
}

/* A refusal is sent when the body has come; it is thrown away as it comes. */
static void
drop_body (WebmailRequest *request)
{
  SoupMessageBody *body = soup_server_message_get_request_body (request->message);

  if (!has_status (request))
    return;
  soup_message_body_set_accumulate (body, FALSE);
  soup_message_body_truncate (body);
}

static void
on_got_chunk (SoupServerMessage *message, GBytes *chunk, WebmailRequest *request)
{
  guint64 limit = get_max_body (request);

  if (request->gone)
    return;
  request->received += g_bytes_get_size (chunk);
  webmail_connections_expect_body (message, request->received);
  if (request->received > limit && !has_status (request))
    {
      reply_too_large (request);
      drop_body (request);
    }
  if (request->received > limit + MAX_WASTE)
    webmail_connections_cut (message);
}

void
webmail_request_continue (WebmailRequest *request)
{
  if (request->route->begin != NULL)
    request->route->begin (request);
  drop_body (request);
}

/* A program of this machine is no peer: it could do worse. */
static gboolean
may_ask (WebmailRequest *request)
{
  g_autofree char *peer = NULL;

  if (webmail_connections_is_local (request->message))
    return TRUE;
  peer = webmail_connections_get_peer (request->message);

  return webmail_throttle_request (request->server->throttle, peer);
}

/* What can be judged by the head of a request. */
static void
judge_head (WebmailRequest *request)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (request->message);
  const char *method = soup_server_message_get_method (request->message);
  gboolean options = strcmp (method, "OPTIONS") == 0;

  request->route = find_route (g_uri_get_path (soup_server_message_get_uri (request->message)));
  if (!may_ask (request))
    {
      soup_message_headers_replace (soup_server_message_get_response_headers (request->message), "Retry-After", "10");
      webmail_request_reply_problem (request, WEBMAIL_STATUS_TOO_MANY_REQUESTS, NULL, "Too many requests. Try again later.");
    }
  else if (measure_headers (request->message) > MAX_HEADERS)
    webmail_request_reply_problem (request, WEBMAIL_STATUS_HEADERS_TOO_LARGE, NULL, "The head of the request is too large.");
  else if (request->route == NULL)
    webmail_request_reply_problem (request, SOUP_STATUS_NOT_FOUND, NULL, "There is no such page.");
  /* A front and we could see the end of this one at two places. */
  else if (soup_message_headers_get_list (headers, "Transfer-Encoding") != NULL &&
           soup_message_headers_get_list (headers, "Content-Length") != NULL)
    {
      soup_message_headers_replace (soup_server_message_get_response_headers (request->message), "Connection", "close");
      webmail_request_reply_problem (request, SOUP_STATUS_BAD_REQUEST, NULL, "Two lengths.");
    }
  else if (options)
    webmail_request_reply (request, SOUP_STATUS_NO_CONTENT, NULL, NULL);
  else if (!is_allowed (request->route, method))
    {
      g_auto (GStrv) methods = g_strsplit (request->route->methods, " ", -1);
      g_autofree char *allowed = g_strjoinv (", ", methods);

      soup_message_headers_replace (soup_server_message_get_response_headers (request->message), "Allow", allowed);
      webmail_request_reply_problem (request, SOUP_STATUS_METHOD_NOT_ALLOWED, NULL, "Not this method.");
    }
  else if (soup_message_headers_get_encoding (headers) == SOUP_ENCODING_CONTENT_LENGTH &&
           (guint64) soup_message_headers_get_content_length (headers) > get_max_body (request))
    reply_too_large (request);
}

static void
on_head (SoupServer *soup, SoupServerMessage *message, const char *path, GHashTable *query, gpointer data)
{
  WebmailServer *self = data;
  WebmailRequest *request = webmail_request_new (self, message);

  webmail_connections_expect_body (message, 0);
  g_signal_connect (message, "got-chunk", G_CALLBACK (on_got_chunk), request);
  set_common_headers (request);
  set_cors_headers (request);
  judge_head (request);
  if (has_status (request))
    drop_body (request);
  else if (request->route->signed_in)
    {
      webmail_auth_check (request);
      drop_body (request);
    }
  else
    webmail_request_continue (request);
}

static void
on_body (SoupServer *soup, SoupServerMessage *message, const char *path, GHashTable *query, gpointer data)
{
  WebmailRequest *request = webmail_request_get (message);

  if (request == NULL || request->route == NULL || request->gone)
    return;
  webmail_connections_expect_nothing (message);
  if (request->route->signed_in && request->uid == NULL)
    webmail_request_reply_unauthorized (request);
  else
    request->route->handle (request);
}

/* Where a browser on this machine finds it. */
static char *
make_url (WebmailServer *self, const char *listen, const char *url)
{
  const char *address = webmail_connections_get_address (self->connections);
  char *made;

  if (url == NULL && (listen == NULL || g_str_has_prefix (listen, "unix:")))
    url = intimail_site_get_webmail_url (self->site);
  made = url != NULL ? g_strdup (url) : g_strconcat ("http://", address, NULL);
  while (g_str_has_suffix (made, "/"))
    made[strlen (made) - 1] = '\0';

  return made;
}

WebmailServer *
webmail_server_new (IntimailSite *site, const char *listen, const char *url, guint patience, GError **error)
{
  g_autoptr (WebmailServer) self = g_new0 (WebmailServer, 1);

  self->site = g_object_ref (site);
  self->soup = soup_server_new ("raw-paths", TRUE, NULL);
  soup_server_add_early_handler (self->soup, "/", on_head, self, NULL);
  soup_server_add_handler (self->soup, "/", on_body, self, NULL);
  self->sessions = webmail_sessions_new ();
  self->throttle = webmail_throttle_new ();
  self->passwords = webmail_passwords_new (site, self->throttle);
  self->events = webmail_events_new ();
  self->files = webmail_files_new ();
  self->people = webmail_people_new (site);
  self->sweep = webmail_sweep_new (self);
  self->connections = webmail_connections_new (self->soup, listen != NULL ? listen : intimail_site_get_webmail_listen (site),
                                               patience, intimail_site_get_webmail_trusts_proxy (site), error);
  if (self->connections == NULL)
    return NULL;
  self->url = make_url (self, listen, url);
  self->page = webmail_page_new (self->url);

  return g_steal_pointer (&self);
}

void
webmail_server_free (WebmailServer *self)
{
  g_clear_pointer (&self->sweep, webmail_sweep_free);
  g_clear_pointer (&self->events, webmail_events_free);
  g_clear_pointer (&self->passwords, webmail_passwords_free);
  g_clear_pointer (&self->throttle, webmail_throttle_free);
  g_clear_pointer (&self->connections, webmail_connections_free);
  soup_server_disconnect (self->soup);
  g_clear_object (&self->soup);
  g_clear_pointer (&self->people, webmail_people_free);
  g_clear_pointer (&self->files, webmail_files_free);
  g_clear_pointer (&self->page, webmail_page_free);
  g_clear_pointer (&self->sessions, webmail_sessions_free);
  g_free (self->url);
  g_object_unref (self->site);
  g_free (self);
}

const char *
webmail_server_get_address (WebmailServer *self)
{
  return webmail_connections_get_address (self->connections);
}

void
webmail_server_stop (WebmailServer *self)
{
  webmail_connections_stop (self->connections);
  webmail_events_stop (self->events);
}

gboolean
webmail_server_is_busy (WebmailServer *self)
{
  return self->requests > 0;
}
