/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "webmail-second-factor.h"

#include <string.h>

#include "webmail-password.h"
#include "webmail-people.h"
#include "webmail-picture.h"

#define PATH "/auth/second-factor"

typedef struct
{
  IntimailDirectory *directory;
  char *uid;
  char *secret;
  char *code;
  IntimailSecondFactor *second_factor;
  char **recovery_codes;
  gboolean is_refused;
} Call;

static void
call_free (gpointer data)
{
  Call *call = data;

  g_object_unref (call->directory);
  g_free (call->uid);
  webmail_free_secret (call->secret);
  webmail_free_secret (call->code);
  g_clear_object (&call->second_factor);
  g_strfreev (call->recovery_codes);
  g_free (call);
}

static Call *
call_new (WebmailRequest *request, const char *secret, const char *code)
{
  Call *call = g_new0 (Call, 1);

  call->directory = g_object_ref (intimail_site_get_directory (request->server->site));
  call->uid = g_strdup (request->uid);
  call->secret = g_strdup (secret);
  call->code = g_strdup (code);

  return call;
}

/* Not 401, which says that the session has ended. */
static void
reply_refused (WebmailRequest *request, const char *what)
{
  webmail_request_reply_problem (request, SOUP_STATUS_FORBIDDEN, NULL, what);
}

static gboolean
look_up (IntimailJmap *jmap, gpointer data, GError **error)
{
  Call *call = data;

  call->second_factor = intimail_directory_lookup_second_factor (call->directory, call->uid, NULL, error);
  return call->second_factor != NULL;
}

static void
reply_state (WebmailRequest *request, gpointer data, const GError *error)
{
  Call *call = data;
  JsonObject *answer;

  if (error != NULL)
    {
      webmail_request_reply_error (request, error);
      return;
    }
  answer = json_object_new ();
  json_object_set_boolean_member (answer, "enabled", intimail_second_factor_is_enabled (call->second_factor));
  json_object_set_int_member (answer, "recoveryCodes", intimail_second_factor_get_n_recovery_codes (call->second_factor));
  webmail_request_reply_json (request, answer);
}

/* A secret that counts for nothing before "enable" gets it back with its code. */
static void
begin (WebmailRequest *request)
{
  g_autofree char *secret = intimail_second_factor_generate_secret ();
  g_autofree char *uri = intimail_second_factor_make_uri (secret, request->uid, intimail_site_get_domains (request->server->site)[0]);
  guint size = 0;
  g_autofree char *path = webmail_picture_draw (uri, &size);
  JsonObject *picture = json_object_new ();
  JsonObject *answer = json_object_new ();

  json_object_set_int_member (picture, "size", size);
  json_object_set_string_member (picture, "path", path != NULL ? path : "");
  json_object_set_string_member (answer, "secret", secret);
  json_object_set_string_member (answer, "uri", uri);
  json_object_set_object_member (answer, "picture", picture);
  webmail_request_reply_json (request, answer);
}

static gboolean
enable (IntimailJmap *jmap, gpointer data, GError **error)
{
  Call *call = data;
  g_autoptr (GError) local_error = NULL;

  call->recovery_codes = intimail_directory_enable_second_factor (call->directory, call->uid, call->secret, call->code, NULL, &local_error);
  /* Who has signed in stays so, whatever they type. */
  call->is_refused = g_error_matches (local_error, INTIMAIL_ERROR, INTIMAIL_ERROR_PERMISSION_DENIED) ||
                     g_error_matches (local_error, INTIMAIL_ERROR, INTIMAIL_ERROR_EXISTS);
  if (local_error != NULL && !call->is_refused)
    g_propagate_error (error, g_steal_pointer (&local_error));

  return call->recovery_codes != NULL || call->is_refused;
}

static void
reply_enabled (WebmailRequest *request, gpointer data, const GError *error)
{
  Call *call = data;
  JsonArray *codes;
  JsonObject *answer;

  if (error != NULL)
    webmail_request_reply_error (request, error);
  else if (call->is_refused)
    reply_refused (request, "The code is not right.");
  if (error != NULL || call->is_refused)
    return;
  /* The password alone opens nothing any more, not even for a moment. */
  webmail_passwords_forget (request->server->passwords, call->uid);
  codes = json_array_new ();
  for (gsize i = 0; call->recovery_codes[i] != NULL; i++)
    json_array_add_string_element (codes, call->recovery_codes[i]);
  answer = json_object_new ();
  json_object_set_array_member (answer, "recoveryCodes", codes);
  webmail_request_reply_json (request, answer);
}

static gboolean
disable (IntimailJmap *jmap, gpointer data, GError **error)
{
  Call *call = data;

  return intimail_directory_disable_second_factor (call->directory, call->uid, NULL, error);
}

static void
reply_disabled (WebmailRequest *request, gpointer data, const GError *error)
{
  Call *call = data;

  webmail_passwords_forget (request->server->passwords, call->uid);
  if (error != NULL)
    webmail_request_reply_error (request, error);
  else
    webmail_request_reply (request, SOUP_STATUS_NO_CONTENT, NULL, NULL);
}

/* That a code is missing says that the password is right. */
static void
on_password_judged (WebmailRequest *request, WebmailPasswordOutcome outcome, const char *uid)
{
  switch (outcome)
    {
    case WEBMAIL_PASSWORD_RIGHT:
    case WEBMAIL_PASSWORD_CODE_NEEDED:
      webmail_people_run (request, disable, reply_disabled, call_new (request, NULL, NULL), call_free);
      break;
    case WEBMAIL_PASSWORD_WRONG:
      reply_refused (request, "The password is not right.");
      break;
    case WEBMAIL_PASSWORD_TOO_MANY:
      webmail_request_reply_problem (request, WEBMAIL_STATUS_TOO_MANY_REQUESTS, NULL, "Too many failures. Try again later.");
      break;
    case WEBMAIL_PASSWORD_UNAVAILABLE:
      webmail_request_reply_problem (request, SOUP_STATUS_SERVICE_UNAVAILABLE, NULL, "Passwords cannot be checked now. Try again later.");
      break;
    }
}

void
webmail_second_factor_handle (WebmailRequest *request)
{
  const char *action = g_uri_get_path (soup_server_message_get_uri (request->message)) + strlen (PATH);
  g_autoptr (JsonObject) body = NULL;
  const char *secret;
  const char *code;
  const char *password;

  if (*action == '\0')
    {
      webmail_people_run (request, look_up, reply_state, call_new (request, NULL, NULL), call_free);
      return;
    }
  body = webmail_request_parse_body (request);
  secret = body != NULL ? webmail_request_get_text (body, "secret") : NULL;
  code = body != NULL ? webmail_request_get_text (body, "code") : NULL;
  password = body != NULL ? webmail_request_get_text (body, "password") : NULL;
  if (strcmp (action, "/begin") == 0)
    begin (request);
  else if (strcmp (action, "/enable") == 0 && secret != NULL && code != NULL)
    webmail_people_run (request, enable, reply_enabled, call_new (request, secret, code), call_free);
  else if (strcmp (action, "/disable") == 0 && password != NULL)
    webmail_passwords_judge (request, WEBMAIL_PASSWORD_FOR_PAGE, request->uid, password, "", on_password_judged);
  else
    webmail_request_reply_problem (request, SOUP_STATUS_BAD_REQUEST, NULL, "Send what is asked for to begin, enable or disable.");
}
