/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "webmail-second-factor.h"

#include <string.h>

#include "webmail-picture.h"
#include "webmail-settings.h"

#define PATH "/auth/second-factor"

static gboolean
look_up (WebmailSetting *self, GError **error)
{
  self->result = intimail_directory_lookup_second_factor (self->directory, self->uid, NULL, error);
  self->free_result = g_object_unref;
  return self->result != NULL;
}

static void
reply_state (WebmailRequest *request, WebmailSetting *self)
{
  JsonObject *answer = json_object_new ();

  json_object_set_boolean_member (answer, "enabled", intimail_second_factor_is_enabled (self->result));
  json_object_set_int_member (answer, "recoveryCodes", intimail_second_factor_get_n_recovery_codes (self->result));
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
enable (WebmailSetting *self, GError **error)
{
  self->result = intimail_directory_enable_second_factor (self->directory, self->uid, self->text[0], self->text[1], NULL, error);
  self->free_result = (GDestroyNotify) g_strfreev;
  return self->result != NULL;
}

static void
reply_codes (WebmailRequest *request, WebmailSetting *self)
{
  char **codes = self->result;
  JsonArray *array = json_array_new ();
  JsonObject *answer = json_object_new ();

  for (gsize i = 0; codes[i] != NULL; i++)
    json_array_add_string_element (array, codes[i]);
  json_object_set_array_member (answer, "recoveryCodes", array);
  webmail_request_reply_json (request, answer);
}

/* Who had the password alone is out, not even for a moment more. */
static void
reply_enabled (WebmailRequest *request, WebmailSetting *self)
{
  webmail_settings_end_other_sessions (request);
  reply_codes (request, self);
}

static gboolean
renew (WebmailSetting *self, GError **error)
{
  self->result = intimail_directory_renew_recovery_codes (self->directory, self->uid, NULL, error);
  self->free_result = (GDestroyNotify) g_strfreev;
  return self->result != NULL;
}

static void
start_renewal (WebmailRequest *request)
{
  webmail_setting_run (request, webmail_setting_new (request, NULL, NULL), renew, reply_codes);
}

static gboolean
disable (WebmailSetting *self, GError **error)
{
  return intimail_directory_disable_second_factor (self->directory, self->uid, NULL, error);
}

static void
reply_disabled (WebmailRequest *request, WebmailSetting *self)
{
  webmail_settings_end_other_sessions (request);
  webmail_request_reply (request, SOUP_STATUS_NO_CONTENT, NULL, NULL);
}

/* Others who know the password alone, or the code, have to show that again. */
static void
run_change (WebmailRequest *request, const char *secret, const char *code, WebmailSettingWork work, WebmailSettingReply reply)
{
  WebmailSetting *setting = webmail_setting_new (request, secret, code);

  webmail_setting_keep_session (setting, request);
  webmail_setting_run (request, setting, work, reply);
}

static void
start_end (WebmailRequest *request)
{
  run_change (request, NULL, NULL, disable, reply_disabled);
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
      webmail_setting_run (request, webmail_setting_new (request, NULL, NULL), look_up, reply_state);
      return;
    }
  body = webmail_request_parse_body (request);
  secret = body != NULL ? webmail_request_get_text (body, "secret") : NULL;
  code = body != NULL ? webmail_request_get_text (body, "code") : NULL;
  password = body != NULL ? webmail_request_get_text (body, "password") : NULL;
  if (strcmp (action, "/begin") == 0)
    begin (request);
  else if (strcmp (action, "/enable") == 0 && secret != NULL && code != NULL)
    run_change (request, secret, code, enable, reply_enabled);
  else if (strcmp (action, "/renew") == 0 && password != NULL)
    webmail_settings_ask_password (request, password, start_renewal);
  else if (strcmp (action, "/disable") == 0 && password != NULL)
    webmail_settings_ask_password (request, password, start_end);
  else
    webmail_request_reply_problem (request, SOUP_STATUS_BAD_REQUEST, NULL, "Send what is asked for to begin, enable, renew or disable.");
}
