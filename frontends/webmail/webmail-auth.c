/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "webmail-auth.h"

#include <json-glib/json-glib.h>
#include <string.h>

#include "webmail-password.h"

#define COOKIE "intimail_session"
#define COOKIE_SECONDS (7 * 24 * 3600)

static void
reply_refusal (WebmailRequest *request, WebmailPasswordOutcome outcome)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (request->message);

  if (outcome == WEBMAIL_PASSWORD_TOO_MANY)
    {
      soup_message_headers_replace (headers, "Retry-After", "30");
      webmail_request_reply_problem (request, WEBMAIL_STATUS_TOO_MANY_REQUESTS, NULL, "Too many failures. Try again later.");
    }
  else if (outcome == WEBMAIL_PASSWORD_UNAVAILABLE)
    {
      soup_message_headers_replace (headers, "Retry-After", "30");
      webmail_request_reply_problem (request, SOUP_STATUS_SERVICE_UNAVAILABLE, NULL, "Passwords cannot be checked now. Try again later.");
    }
  else
    webmail_request_reply_unauthorized (request);
}

/* The value of our cookie, or NULL. */
static char *
read_cookie (WebmailRequest *request)
{
  const char *list = webmail_request_get_header (request, "Cookie");
  g_auto (GStrv) pairs = g_strsplit_set (list != NULL ? list : "", ";,", 100);

  for (gsize i = 0; pairs[i] != NULL; i++)
    {
      const char *pair = g_strstrip (pairs[i]);

      if (g_str_has_prefix (pair, COOKIE "="))
        return g_strdup (pair + strlen (COOKIE "="));
    }

  return NULL;
}

/* A cookie comes with every request, whoever's page has sent it. SameSite keeps
 * it from strangers' pages; this does where that is not known. */
static gboolean
is_from_own_page (WebmailRequest *request)
{
  const char *site = webmail_request_get_header (request, "Sec-Fetch-Site");
  const char *origin = webmail_request_get_header (request, "Origin");
  const char *host = webmail_request_get_header (request, "Host");
  const char *authority;

  if (site != NULL)
    return strcmp (site, "same-origin") == 0 || strcmp (site, "none") == 0;
  if (origin == NULL)
    return TRUE;
  authority = strstr (origin, "://");

  return g_ascii_strcasecmp (origin, request->server->url) == 0 ||
         (authority != NULL && host != NULL && g_ascii_strcasecmp (authority + 3, host) == 0);
}

static void
check_token (WebmailRequest *request, const char *token)
{
  const char *uid = token != NULL ? webmail_sessions_lookup (request->server->sessions, token) : NULL;

  if (uid == NULL)
    {
      webmail_request_reply_unauthorized (request);
      return;
    }
  request->uid = g_strdup (uid);
  webmail_request_continue (request);
}

static void
on_basic_judged (WebmailRequest *request, WebmailPasswordOutcome outcome, const char *uid)
{
  if (outcome != WEBMAIL_PASSWORD_RIGHT)
    {
      reply_refusal (request, outcome);
      return;
    }
  request->uid = g_strdup (uid);
  webmail_request_continue (request);
}

static void
check_basic (WebmailRequest *request, const char *encoded)
{
  gsize length = 0;
  guchar *decoded = g_base64_decode (encoded, &length);
  char *text = g_strndup ((const char *) decoded, length);
  char *colon = strchr (text, ':');

  if (decoded != NULL)
    explicit_bzero (decoded, length);
  g_free (decoded);
  if (colon == NULL || strlen (text) != length)
    webmail_request_reply_unauthorized (request);
  else
    {
      *colon = '\0';
      webmail_passwords_judge (request, text, colon + 1, on_basic_judged);
      explicit_bzero (text, length);
    }
  g_free (text);
}

void
webmail_auth_check (WebmailRequest *request)
{
  const char *authorization = webmail_request_get_header (request, "Authorization");
  g_autofree char *cookie = NULL;

  if (authorization != NULL && g_ascii_strncasecmp (authorization, "Basic ", 6) == 0)
    check_basic (request, authorization + 6);
  else if (authorization != NULL && g_ascii_strncasecmp (authorization, "Bearer ", 7) == 0)
    check_token (request, authorization + 7);
  else if (authorization != NULL || !is_from_own_page (request))
    webmail_request_reply_unauthorized (request);
  else
    {
      cookie = read_cookie (request);
      request->by_cookie = TRUE;
      check_token (request, cookie);
    }
}

static void
set_cookie (WebmailRequest *request, const char *token)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (request->message);
  gboolean secure = g_str_has_prefix (request->server->url, "https://");
  g_autofree char *cookie = NULL;

  cookie = g_strdup_printf (COOKIE "=%s; Path=/; HttpOnly; SameSite=Strict; Max-Age=%d%s", token,
                            *token != '\0' ? COOKIE_SECONDS : 0, secure ? "; Secure" : "");
  soup_message_headers_append (headers, "Set-Cookie", cookie);
}

typedef struct
{
  char *login;
  char *password;
  gboolean bearer;
} SignIn;

static void
sign_in_free (gpointer data)
{
  SignIn *sign_in = data;

  g_free (sign_in->login);
  webmail_free_secret (sign_in->password);
  g_free (sign_in);
}

static char *
dup_member (JsonObject *object, const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && json_node_get_value_type (node) == G_TYPE_STRING ? json_node_dup_string (node) : NULL;
}

/* json-glib is no strict reader, but of 4 KB it makes no harm. */
static SignIn *
parse_sign_in (GBytes *body)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  gsize length;
  const char *text = g_bytes_get_data (body, &length);
  JsonNode *root;
  JsonNode *bearer;
  SignIn *sign_in;

  if (length == 0 || !json_parser_load_from_data (parser, text, (gssize) length, NULL))
    return NULL;
  root = json_parser_get_root (parser);
  if (root == NULL || !JSON_NODE_HOLDS_OBJECT (root))
    return NULL;
  sign_in = g_new0 (SignIn, 1);
  sign_in->login = dup_member (json_node_get_object (root), "login");
  sign_in->password = dup_member (json_node_get_object (root), "password");
  bearer = json_object_get_member (json_node_get_object (root), "bearer");
  sign_in->bearer = bearer != NULL && json_node_get_value_type (bearer) == G_TYPE_BOOLEAN && json_node_get_boolean (bearer);
  if (sign_in->login != NULL && sign_in->password != NULL)
    return sign_in;
  sign_in_free (sign_in);

  return NULL;
}

static void
on_sign_in_judged (WebmailRequest *request, WebmailPasswordOutcome outcome, const char *uid)
{
  SignIn *sign_in = request->data;
  g_autoptr (JsonObject) answer = json_object_new ();
  g_autoptr (JsonNode) node = NULL;
  g_autoptr (GBytes) body = NULL;
  g_autofree char *token = NULL;
  char *text;

  if (outcome != WEBMAIL_PASSWORD_RIGHT)
    {
      reply_refusal (request, outcome);
      return;
    }
  token = webmail_sessions_add (request->server->sessions, uid);
  json_object_set_string_member (answer, "username", uid);
  if (sign_in->bearer)
    json_object_set_string_member (answer, "token", token);
  else
    set_cookie (request, token);
  node = json_node_init_object (json_node_alloc (), answer);
  text = json_to_string (node, FALSE);
  body = g_bytes_new_take (text, strlen (text));
  webmail_request_reply (request, SOUP_STATUS_OK, "application/json", body);
}

static void
sign_out (WebmailRequest *request)
{
  const char *authorization = webmail_request_get_header (request, "Authorization");
  g_autofree char *cookie = read_cookie (request);

  if (authorization != NULL && g_ascii_strncasecmp (authorization, "Bearer ", 7) == 0)
    webmail_sessions_remove (request->server->sessions, authorization + 7);
  else if (cookie != NULL && is_from_own_page (request))
    {
      webmail_sessions_remove (request->server->sessions, cookie);
      set_cookie (request, "");
    }
  webmail_request_reply (request, SOUP_STATUS_NO_CONTENT, NULL, NULL);
}

void
webmail_auth_handle_session (WebmailRequest *request)
{
  g_autoptr (GBytes) body = NULL;
  SignIn *sign_in;

  if (strcmp (soup_server_message_get_method (request->message), "DELETE") == 0)
    {
      sign_out (request);
      return;
    }
  if (!webmail_request_has_type (request, "application/json") || !is_from_own_page (request))
    {
      webmail_request_reply_problem (request, SOUP_STATUS_UNSUPPORTED_MEDIA_TYPE, NULL, "Send application/json, from this site.");
      return;
    }
  body = soup_message_body_flatten (soup_server_message_get_request_body (request->message));
  sign_in = parse_sign_in (body);
  if (sign_in == NULL)
    {
      webmail_request_reply_problem (request, SOUP_STATUS_BAD_REQUEST, NULL, "Send {\"login\":...,\"password\":...}.");
      return;
    }
  request->data = sign_in;
  request->free_data = sign_in_free;
  webmail_passwords_judge (request, sign_in->login, sign_in->password, on_sign_in_judged);
}
