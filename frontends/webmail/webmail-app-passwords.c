/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "webmail-app-passwords.h"

#include <string.h>

#include "webmail-password.h"
#include "webmail-settings.h"

#define PATH "/auth/app-passwords/"

static gboolean
list (WebmailSetting *self, GError **error)
{
  self->result = intimail_directory_list_app_passwords (self->directory, self->uid, NULL, error);
  self->free_result = (GDestroyNotify) g_ptr_array_unref;
  return self->result != NULL;
}

static void
reply_list (WebmailRequest *request, WebmailSetting *self)
{
  GPtrArray *passwords = self->result;
  JsonArray *array = json_array_new ();
  JsonObject *answer = json_object_new ();

  for (guint i = 0; i < passwords->len; i++)
    {
      JsonObject *object = json_object_new ();

      json_object_set_string_member (object, "id", intimail_app_password_get_id (passwords->pdata[i]));
      json_object_set_string_member (object, "name", intimail_app_password_get_name (passwords->pdata[i]));
      webmail_settings_add_time (object, "created", intimail_app_password_get_created (passwords->pdata[i]));
      webmail_settings_add_time (object, "lastUse", intimail_app_password_get_last_use (passwords->pdata[i]));
      json_array_add_object_element (array, object);
    }
  json_object_set_array_member (answer, "list", array);
  webmail_request_reply_json (request, answer);
}

static gboolean
add (WebmailSetting *self, GError **error)
{
  self->result = intimail_directory_add_app_password (self->directory, self->uid, self->text[0], NULL, error);
  self->free_result = (GDestroyNotify) webmail_free_secret;
  return self->result != NULL;
}

static void
reply_password (WebmailRequest *request, WebmailSetting *self)
{
  JsonObject *answer = json_object_new ();

  json_object_set_string_member (answer, "password", self->result);
  webmail_request_reply_json (request, answer);
}

void
webmail_app_passwords_handle (WebmailRequest *request)
{
  g_autoptr (JsonObject) body = NULL;
  const char *name;

  if (strcmp (soup_server_message_get_method (request->message), "GET") == 0)
    {
      webmail_setting_run (request, webmail_setting_new (request, NULL, NULL), list, reply_list);
      return;
    }
  body = webmail_request_parse_body (request);
  name = body != NULL ? webmail_request_get_text (body, "name") : NULL;
  if (name == NULL)
    webmail_request_reply_problem (request, SOUP_STATUS_BAD_REQUEST, NULL, "Send {\"name\":...}.");
  else
    webmail_setting_run (request, webmail_setting_new (request, name, NULL), add, reply_password);
}

static gboolean
revoke_one (WebmailSetting *self, GError **error)
{
  return intimail_directory_revoke_app_password (self->directory, self->uid, self->text[0], NULL, error);
}

static void
reply_revoked (WebmailRequest *request, WebmailSetting *self)
{
  webmail_passwords_forget (request->server->passwords, self->uid);
  webmail_request_reply (request, SOUP_STATUS_NO_CONTENT, NULL, NULL);
}

void
webmail_app_passwords_handle_one (WebmailRequest *request)
{
  const char *id = g_uri_get_path (soup_server_message_get_uri (request->message)) + strlen (PATH);

  webmail_setting_run (request, webmail_setting_new (request, id, NULL), revoke_one, reply_revoked);
}
