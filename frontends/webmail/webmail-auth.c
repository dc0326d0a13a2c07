/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "webmail-auth.h"

#include <string.h>

#include "webmail-events.h"
#include "webmail-password.h"
#include "webmail-sweep.h"

#define COOKIE "intimail_session"

/* A problem type (RFC 7807) of our own: the page then asks for a code. */
#define WEBMAIL_CODE_NEEDED "urn:intimail:problem:code-needed"
#define COOKIE_SECONDS (7 * 24 * 3600)

static void
reply_refusal (WebmailRequest *request, WebmailPasswordOutcome outcome)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (request->message);

  if (outcome == WEBMAIL_PASSWORD_CODE_NEEDED)
    webmail_request_reply_problem (request, SOUP_STATUS_UNAUTHORIZED, WEBMAIL_CODE_NEEDED, "Send the code of your device, too.");
  else if (outcome == WEBMAIL_PASSWORD_TOO_MANY)
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
  WebmailSession *session = token != NULL ? webmail_sessions_lookup (request->server->sessions, token) : NULL;

  if (session == NULL)
    {
      webmail_request_reply_unauthorized (request);
      return;
    }
  request->uid = g_strdup (webmail_session_get_uid (session));
  request->session = webmail_session_ref (session);
  webmail_request_continue (request);
}

static void
on_basic_judged (WebmailRequest *request, WebmailPasswordOutcome outcome, const char *uid, guint64 stamp)
{
  if (outcome != WEBMAIL_PASSWORD_RIGHT)
    {
      reply_refusal (request, outcome);
      return;
    }
  request->uid = g_strdup (uid);
  request->by_password = TRUE;
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
      webmail_passwords_judge (request, WEBMAIL_PASSWORD_FOR_CLIENT, text, colon + 1, "", on_basic_judged);
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
  char *code;
  gboolean bearer;
} SignIn;

static void
sign_in_free (gpointer data)
{
  SignIn *sign_in = data;

  g_free (sign_in->login);
  webmail_free_secret (sign_in->password);
  webmail_free_secret (sign_in->code);
  g_free (sign_in);
}

static SignIn *
parse_sign_in (WebmailRequest *request)
{
  g_autoptr (JsonObject) object = webmail_request_parse_body (request);
  JsonNode *bearer = object != NULL ? json_object_get_member (object, "bearer") : NULL;
  SignIn *sign_in;

  if (object == NULL || webmail_request_get_text (object, "login") == NULL || webmail_request_get_text (object, "password") == NULL)
    return NULL;
  sign_in = g_new0 (SignIn, 1);
  sign_in->login = g_strdup (webmail_request_get_text (object, "login"));
  sign_in->password = g_strdup (webmail_request_get_text (object, "password"));
  sign_in->code = g_strdup (webmail_request_get_text (object, "code"));
  sign_in->bearer = bearer != NULL && json_node_get_value_type (bearer) == G_TYPE_BOOLEAN && json_node_get_boolean (bearer);

  return sign_in;
}

static void
on_sign_in_judged (WebmailRequest *request, WebmailPasswordOutcome outcome, const char *uid, guint64 stamp)
{
  SignIn *sign_in = request->data;
  JsonObject *answer;
  g_autofree char *token = NULL;

  if (outcome != WEBMAIL_PASSWORD_RIGHT)
    {
      reply_refusal (request, outcome);
      return;
    }
  answer = json_object_new ();
  token = webmail_sessions_add (request->server->sessions, uid, stamp);
  webmail_sweep_wake (request->server->sweep);
  json_object_set_string_member (answer, "username", uid);
  if (sign_in->bearer)
    json_object_set_string_member (answer, "token", token);
  else
    set_cookie (request, token);
  webmail_request_reply_json (request, answer);
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
  webmail_events_end_unfit (request->server->events, NULL);
  webmail_request_reply (request, SOUP_STATUS_NO_CONTENT, NULL, NULL);
}

void
webmail_auth_handle_session (WebmailRequest *request)
{
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
  sign_in = parse_sign_in (request);
  if (sign_in == NULL)
    {
      webmail_request_reply_problem (request, SOUP_STATUS_BAD_REQUEST, NULL, "Send {\"login\":...,\"password\":...}.");
      return;
    }
  request->data = sign_in;
  request->free_data = sign_in_free;
  webmail_passwords_judge (request, WEBMAIL_PASSWORD_FOR_PAGE, sign_in->login, sign_in->password, sign_in->code != NULL ? sign_in->code : "",
                           on_sign_in_judged);
}
