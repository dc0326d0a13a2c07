/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "webmail-auth.h"

#include <json-glib/json-glib.h>
#include <string.h>

#include "webmail-throttle.h"

#define COOKIE "intimail_session"
#define COOKIE_SECONDS (7 * 24 * 3600)

/* Hashing a password takes 0.1 s and up to 32 MB on purpose. */
#define N_THREADS 2
#define MAX_WAITING 64

/* How long Basic is believed without asking again: some clients poll each
 * second, and send the password each time. */
#define KNOWN_TIME (G_GINT64_CONSTANT (300) * G_USEC_PER_SEC)
#define MAX_KNOWN 500

typedef enum
{
  OUTCOME_RIGHT,
  OUTCOME_WRONG,
  OUTCOME_TOO_MANY,
  OUTCOME_UNAVAILABLE,
} Outcome;

typedef void (*Judged) (WebmailRequest *request, Outcome outcome, const char *uid);

struct _WebmailAuth
{
  IntimailSite *site;
  GThreadPool *pool;
  char *key;           /* of the HMAC: what is known says nothing about a password */
  GHashTable *known;   /* HMAC of login and password -> Known */
  GHashTable *waiting; /* the same -> Check */
  WebmailThrottle *throttle;
};

typedef struct
{
  char *uid;
  gint64 until; /* monotonic, microseconds */
} Known;

typedef struct
{
  SoupServerMessage *message;
  Judged judged;
} Waiter;

/* One password being checked, for all who sent it meanwhile. */
typedef struct
{
  WebmailAuth *auth;
  char *digest;
  char *login;
  char *password;
  char *login_key;
  char *peer_key;
  guint delay; /* milliseconds */
  char *uid;
  Outcome outcome;
  GPtrArray *waiters;
} Check;

static void
known_free (gpointer data)
{
  Known *known = data;

  g_free (known->uid);
  g_free (known);
}

static void
waiter_free (gpointer data)
{
  Waiter *waiter = data;

  g_object_unref (waiter->message);
  g_free (waiter);
}

static void
free_secret (char *secret)
{
  if (secret != NULL)
    explicit_bzero (secret, strlen (secret));
  g_free (secret);
}

static void
check_free (Check *check)
{
  g_free (check->digest);
  g_free (check->login);
  free_secret (check->password);
  g_free (check->login_key);
  g_free (check->peer_key);
  g_free (check->uid);
  g_ptr_array_unref (check->waiters);
  g_free (check);
}

static gboolean
is_over (gpointer key, gpointer value, gpointer data)
{
  return ((Known *) value)->until < *(gint64 *) data;
}

static void
remember (WebmailAuth *self, const char *digest, const char *uid)
{
  Known *known = g_new0 (Known, 1);
  gint64 now = g_get_monotonic_time ();

  g_hash_table_foreach_remove (self->known, is_over, &now);
  if (g_hash_table_size (self->known) >= MAX_KNOWN)
    g_hash_table_remove_all (self->known);
  known->uid = g_strdup (uid);
  known->until = now + KNOWN_TIME;
  g_hash_table_insert (self->known, g_strdup (digest), known);
}

static const char *
recall (WebmailAuth *self, const char *digest)
{
  Known *known = g_hash_table_lookup (self->known, digest);

  return known != NULL && known->until > g_get_monotonic_time () ? known->uid : NULL;
}

static gboolean
tell_waiters (gpointer data)
{
  Check *check = data;

  g_hash_table_steal (check->auth->waiting, check->digest);
  for (guint i = 0; i < check->waiters->len; i++)
    {
      Waiter *waiter = check->waiters->pdata[i];
      WebmailRequest *request = webmail_request_get (waiter->message);

      request->server->requests--;
      if (request->gone)
        continue;
      waiter->judged (request, check->outcome, check->uid);
      webmail_request_resume (request);
    }
  check_free (check);

  return G_SOURCE_REMOVE;
}

static gboolean
finish_check (gpointer data)
{
  Check *check = data;
  WebmailAuth *self = check->auth;

  if (check->outcome != OUTCOME_WRONG)
    {
      webmail_throttle_forgive (self->throttle, check->login_key);
      webmail_throttle_forgive (self->throttle, check->peer_key);
    }
  if (check->outcome == OUTCOME_RIGHT)
    remember (self, check->digest, check->uid);
  if (check->outcome == OUTCOME_WRONG)
    {
      g_autofree char *login = g_strescape (check->login, NULL);

      g_message ("wrong password for \"%s\" from %s", login, check->peer_key + strlen ("peer "));
      g_timeout_add (check->delay, tell_waiters, check);
    }
  else
    tell_waiters (check);

  return G_SOURCE_REMOVE;
}

static void
run_check (gpointer data, gpointer user_data)
{
  Check *check = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (IntimailPerson) person = NULL;

  person = intimail_directory_authenticate (intimail_site_get_directory (check->auth->site), check->login,
                                            check->password, NULL, &error);
  if (person != NULL)
    {
      check->outcome = OUTCOME_RIGHT;
      check->uid = g_strdup (intimail_person_get_uid (person));
    }
  else if (g_error_matches (error, INTIMAIL_ERROR, INTIMAIL_ERROR_PERMISSION_DENIED) ||
           g_error_matches (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND) ||
           g_error_matches (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT) ||
           g_error_matches (error, INTIMAIL_ERROR, INTIMAIL_ERROR_DISABLED))
    check->outcome = OUTCOME_WRONG;
  else
    {
      check->outcome = OUTCOME_UNAVAILABLE;
      g_warning ("cannot check a password: %s", error->message);
    }
  g_main_context_invoke (NULL, finish_check, check);
}

WebmailAuth *
webmail_auth_new (IntimailSite *site)
{
  WebmailAuth *self = g_new0 (WebmailAuth, 1);

  self->site = g_object_ref (site);
  self->key = webmail_make_token ();
  self->known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, known_free);
  self->waiting = g_hash_table_new (g_str_hash, g_str_equal);
  self->throttle = webmail_throttle_new ();
  self->pool = g_thread_pool_new (run_check, self, N_THREADS, FALSE, NULL);

  return self;
}

void
webmail_auth_free (WebmailAuth *self)
{
  g_thread_pool_free (self->pool, FALSE, TRUE);
  g_hash_table_unref (self->known);
  g_hash_table_unref (self->waiting);
  webmail_throttle_free (self->throttle);
  free_secret (self->key);
  g_object_unref (self->site);
  g_free (self);
}

static char *
make_digest (WebmailAuth *self, const char *login, const char *password)
{
  g_autoptr (GHmac) hmac = g_hmac_new (G_CHECKSUM_SHA256, (const guchar *) self->key, strlen (self->key));

  g_hmac_update (hmac, (const guchar *) login, (gssize) strlen (login) + 1);
  g_hmac_update (hmac, (const guchar *) password, (gssize) strlen (password));

  return g_strdup (g_hmac_get_string (hmac));
}

static void
add_waiter (Check *check, WebmailRequest *request, Judged judged)
{
  Waiter *waiter = g_new0 (Waiter, 1);

  waiter->message = g_object_ref (request->message);
  waiter->judged = judged;
  g_ptr_array_add (check->waiters, waiter);
  request->server->requests++;
  webmail_connections_expect_nothing (request->message);
  webmail_request_pause (request);
}

static Check *
check_new (WebmailAuth *self, const char *digest, const char *login, const char *password, const char *peer)
{
  Check *check = g_new0 (Check, 1);
  g_autofree char *folded = g_utf8_casefold (login, -1);
  guint login_delay;
  guint peer_delay;

  check->auth = self;
  check->digest = g_strdup (digest);
  check->login = g_strdup (login);
  check->password = g_strdup (password);
  check->login_key = g_strconcat ("login ", folded, NULL);
  check->peer_key = g_strconcat ("peer ", peer, NULL);
  check->waiters = g_ptr_array_new_with_free_func (waiter_free);
  login_delay = webmail_throttle_begin (self->throttle, check->login_key);
  peer_delay = webmail_throttle_begin (self->throttle, check->peer_key);
  check->delay = MAX (login_delay, peer_delay);

  return check;
}

static gboolean
is_blocked (WebmailAuth *self, const char *login, const char *peer)
{
  g_autofree char *folded = g_utf8_casefold (login, -1);
  g_autofree char *login_key = g_strconcat ("login ", folded, NULL);
  g_autofree char *peer_key = g_strconcat ("peer ", peer, NULL);

  return g_hash_table_size (self->waiting) >= MAX_WAITING ||
         webmail_throttle_check (self->throttle, login_key) > 0 ||
         webmail_throttle_check (self->throttle, peer_key) > 0;
}

/* Calls @judged now, or pauses the request and calls it later. */
static void
judge (WebmailRequest *request, const char *login, const char *password, Judged judged)
{
  WebmailAuth *self = request->server->auth;
  g_autofree char *digest = NULL;
  g_autofree char *peer = webmail_connections_get_peer (request->message);
  Check *check;

  if (*login == '\0' || strlen (login) > 320 || strlen (password) > 1024 ||
      !g_utf8_validate (login, -1, NULL) || !g_utf8_validate (password, -1, NULL))
    {
      judged (request, OUTCOME_WRONG, NULL);
      return;
    }
  digest = make_digest (self, login, password);
  if (recall (self, digest) != NULL)
    {
      judged (request, OUTCOME_RIGHT, recall (self, digest));
      return;
    }
  check = g_hash_table_lookup (self->waiting, digest);
  if (check != NULL)
    {
      add_waiter (check, request, judged);
      return;
    }
  if (is_blocked (self, login, peer))
    {
      judged (request, OUTCOME_TOO_MANY, NULL);
      return;
    }
  check = check_new (self, digest, login, password, peer);
  g_hash_table_insert (self->waiting, check->digest, check);
  add_waiter (check, request, judged);
  g_thread_pool_push (self->pool, check, NULL);
}

static void
reply_refusal (WebmailRequest *request, Outcome outcome)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (request->message);

  if (outcome == OUTCOME_TOO_MANY)
    {
      soup_message_headers_replace (headers, "Retry-After", "60");
      webmail_request_reply_problem (request, WEBMAIL_STATUS_TOO_MANY_REQUESTS, NULL, "Too many failures. Try again later.");
    }
  else if (outcome == OUTCOME_UNAVAILABLE)
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
on_basic_judged (WebmailRequest *request, Outcome outcome, const char *uid)
{
  if (outcome != OUTCOME_RIGHT)
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
      judge (request, text, colon + 1, on_basic_judged);
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
  free_secret (sign_in->password);
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
on_sign_in_judged (WebmailRequest *request, Outcome outcome, const char *uid)
{
  SignIn *sign_in = request->data;
  g_autoptr (JsonObject) answer = json_object_new ();
  g_autoptr (JsonNode) node = NULL;
  g_autoptr (GBytes) body = NULL;
  g_autofree char *token = NULL;
  char *text;

  if (outcome != OUTCOME_RIGHT)
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
  judge (request, sign_in->login, sign_in->password, on_sign_in_judged);
}
