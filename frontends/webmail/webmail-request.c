/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "webmail-request.h"

#include <json-glib/json-glib.h>
#include <string.h>

#include "webmail-connections.h"

#define REQUEST_KEY "intimail-request"

static void
on_finished (SoupServerMessage *message, WebmailRequest *self)
{
  self->gone = TRUE;
}

static void
request_free (gpointer data)
{
  WebmailRequest *self = data;

  if (self->free_data != NULL)
    self->free_data (self->data);
  g_clear_pointer (&self->session, webmail_session_unref);
  g_free (self->uid);
  g_free (self);
}

WebmailRequest *
webmail_request_get (SoupServerMessage *message)
{
  return g_object_get_data (G_OBJECT (message), REQUEST_KEY);
}

WebmailRequest *
webmail_request_new (WebmailServer *server, SoupServerMessage *message)
{
  WebmailRequest *self = g_new0 (WebmailRequest, 1);

  self->server = server;
  self->message = message;
  g_object_set_data_full (G_OBJECT (message), REQUEST_KEY, self, request_free);
  g_signal_connect (message, "finished", G_CALLBACK (on_finished), self);

  return self;
}

const char *
webmail_request_get_header (WebmailRequest *self, const char *name)
{
  return soup_message_headers_get_list (soup_server_message_get_request_headers (self->message), name);
}

void
webmail_request_pause (WebmailRequest *self)
{
  if (self->n_pauses++ == 0)
    soup_server_message_pause (self->message);
}

void
webmail_request_resume (WebmailRequest *self)
{
  if (--self->n_pauses == 0 && !self->gone)
    soup_server_message_unpause (self->message);
}

static const char *
get_phrase (guint status)
{
  switch (status)
    {
    case WEBMAIL_STATUS_TOO_MANY_REQUESTS:
      return "Too Many Requests";
    case WEBMAIL_STATUS_HEADERS_TOO_LARGE:
      return "Request Header Fields Too Large";
    default:
      return soup_status_get_phrase (status);
    }
}

void
webmail_request_reply (WebmailRequest *self, guint status, const char *type, GBytes *body)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (self->message);
  SoupMessageBody *response = soup_server_message_get_response_body (self->message);

  soup_server_message_set_status (self->message, status, get_phrase (status));
  if (type != NULL)
    soup_message_headers_replace (headers, "Content-Type", type);
  if (soup_message_headers_get_one (headers, "Cache-Control") == NULL)
    soup_message_headers_replace (headers, "Cache-Control", "no-cache, no-store, must-revalidate");
  if (body != NULL && g_bytes_get_size (body) > 0)
    soup_message_body_append_bytes (response, body);
  /* libsoup 3.2 ends the connection after this status; better said before. */
  if (status == SOUP_STATUS_NO_CONTENT)
    soup_message_headers_replace (headers, "Connection", "close");
  webmail_connections_expect_reading (self->message, body != NULL ? g_bytes_get_size (body) : 0);
}

static void
reply_with_object (WebmailRequest *self, guint status, const char *type, JsonObject *object)
{
  g_autoptr (JsonNode) node = json_node_init_object (json_node_alloc (), object);
  char *text = json_to_string (node, FALSE);
  g_autoptr (GBytes) body = g_bytes_new_take (text, strlen (text));

  webmail_request_reply (self, status, type, body);
}

void
webmail_request_reply_json (WebmailRequest *self, JsonObject *object)
{
  g_autoptr (JsonObject) owned = object;

  reply_with_object (self, SOUP_STATUS_OK, "application/json", owned);
}

/* Where json-glib would cut a text, and a password be another one than was sent. */
static gboolean
has_nul (const char *text, gsize length)
{
  for (gsize i = 0; i + 1 < length; i++)
    {
      if (text[i] != '\\')
        continue;
      if (length - i >= strlen ("\\u0000") && memcmp (text + i, "\\u0000", strlen ("\\u0000")) == 0)
        return TRUE;
      i++;
    }

  return FALSE;
}

/* json-glib is no strict reader, but such a body has a few KB: nested as deep as they can be,
 * they take less than a megabyte of stack. */
JsonObject *
webmail_request_parse_body (WebmailRequest *self)
{
  g_autoptr (GBytes) body = soup_message_body_flatten (soup_server_message_get_request_body (self->message));
  g_autoptr (JsonParser) parser = json_parser_new ();
  gsize length;
  const char *text = g_bytes_get_data (body, &length);
  JsonNode *root;

  if (length == 0 || has_nul (text, length) || !json_parser_load_from_data (parser, text, (gssize) length, NULL))
    return NULL;
  root = json_parser_get_root (parser);

  return root != NULL && JSON_NODE_HOLDS_OBJECT (root) ? json_object_ref (json_node_get_object (root)) : NULL;
}

const char *
webmail_request_get_text (JsonObject *object, const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && json_node_get_value_type (node) == G_TYPE_STRING ? json_node_get_string (node) : NULL;
}

static JsonObject *
make_problem (guint status, const char *type, const char *detail)
{
  JsonObject *problem = json_object_new ();

  json_object_set_string_member (problem, "type", type != NULL ? type : "about:blank");
  json_object_set_string_member (problem, "title", get_phrase (status));
  json_object_set_int_member (problem, "status", status);
  json_object_set_string_member (problem, "detail", detail);

  return problem;
}

void
webmail_request_reply_problem (WebmailRequest *self, guint status, const char *type, const char *detail)
{
  g_autoptr (JsonObject) problem = make_problem (status, type, detail);

  reply_with_object (self, status, "application/problem+json", problem);
}

void
webmail_request_reply_problem_with (WebmailRequest *self,
                                    guint status,
                                    const char *type,
                                    const char *detail,
                                    const char *name,
                                    const char *value)
{
  g_autoptr (JsonObject) problem = make_problem (status, type, detail);

  json_object_set_string_member (problem, name, value);
  reply_with_object (self, status, "application/problem+json", problem);
}

void
webmail_request_reply_limit (WebmailRequest *self, guint status, const char *limit)
{
  webmail_request_reply_problem_with (self, status, "urn:ietf:params:jmap:error:limit", "Over a limit of this server.", "limit", limit);
}

void
webmail_request_reply_unauthorized (WebmailRequest *self)
{
  const char *mode = webmail_request_get_header (self, "Sec-Fetch-Mode");

  /* A page asks for the password by itself; a challenge would bring up the
   * browser's own window. */
  if (mode == NULL || (strcmp (mode, "cors") != 0 && strcmp (mode, "same-origin") != 0))
    soup_message_headers_replace (soup_server_message_get_response_headers (self->message),
                                  "WWW-Authenticate", "Basic realm=\"intimail\", charset=\"UTF-8\"");
  webmail_request_reply_problem (self, SOUP_STATUS_UNAUTHORIZED, NULL, "Sign in with a login and a password that fit.");
}

/* A disk or a directory says more in the log than to the peer. */
void
webmail_request_reply_error (WebmailRequest *self, const GError *error)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (self->message);

  if (g_error_matches (error, INTIMAIL_ERROR, INTIMAIL_ERROR_PERMISSION_DENIED))
    webmail_request_reply_unauthorized (self);
  else if (g_error_matches (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND))
    webmail_request_reply_problem (self, SOUP_STATUS_NOT_FOUND, NULL, "There is no such thing.");
  else if (g_error_matches (error, INTIMAIL_ERROR, INTIMAIL_ERROR_EXISTS))
    webmail_request_reply_problem (self, SOUP_STATUS_CONFLICT, NULL, "There is one already.");
  else if (g_error_matches (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT))
    webmail_request_reply_problem (self, SOUP_STATUS_BAD_REQUEST, NULL, "The request cannot be right.");
  else if (g_error_matches (error, INTIMAIL_ERROR, INTIMAIL_ERROR_TOO_LARGE))
    webmail_request_reply_limit (self, SOUP_STATUS_REQUEST_ENTITY_TOO_LARGE, "maxSizeUpload");
  else if (g_error_matches (error, INTIMAIL_ERROR, INTIMAIL_ERROR_STORAGE_FULL) ||
           g_error_matches (error, INTIMAIL_ERROR, INTIMAIL_ERROR_OVER_QUOTA))
    webmail_request_reply_problem (self, SOUP_STATUS_INSUFFICIENT_STORAGE, NULL, "There is no room for this.");
  else
    {
      g_warning ("%s: %s", self->route != NULL ? self->route->path : "request", error->message);
      soup_message_headers_replace (headers, "Retry-After", "30");
      webmail_request_reply_problem (self, SOUP_STATUS_SERVICE_UNAVAILABLE, NULL, "It does not work now. Try again later.");
    }
}

gboolean
webmail_request_has_type (WebmailRequest *self, const char *type)
{
  const char *given = soup_message_headers_get_content_type (soup_server_message_get_request_headers (self->message), NULL);

  return given != NULL && g_ascii_strcasecmp (given, type) == 0;
}
