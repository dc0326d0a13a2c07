/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "webmail-settings.h"

#include <string.h>

#include "webmail-password.h"
#include "webmail-people.h"

#define APP_PASSWORD_PATH "/auth/app-passwords/"

typedef struct
{
  IntimailDirectory *directory;
  char *uid;
  char *text; /* a name or an id */
  GPtrArray *list;
  char *password;
} Call;

static void
call_free (gpointer data)
{
  Call *call = data;

  g_object_unref (call->directory);
  g_free (call->uid);
  g_free (call->text);
  g_clear_pointer (&call->list, g_ptr_array_unref);
  webmail_free_secret (call->password);
  g_free (call);
}

static Call *
call_new (WebmailRequest *request, const char *text)
{
  Call *call = g_new0 (Call, 1);

  call->directory = g_object_ref (intimail_site_get_directory (request->server->site));
  call->uid = g_strdup (request->uid);
  call->text = g_strdup (text);

  return call;
}

void
webmail_settings_begin (WebmailRequest *request)
{
  if (request->by_password)
    webmail_request_reply_problem (request, SOUP_STATUS_FORBIDDEN, NULL, "Sign in to the page for this.");
  else if (strcmp (soup_server_message_get_method (request->message), "POST") == 0 && !webmail_request_has_type (request, "application/json"))
    webmail_request_reply_problem (request, SOUP_STATUS_UNSUPPORTED_MEDIA_TYPE, NULL, "Send application/json.");
}

static void
add_time (JsonObject *object, const char *name, gint64 seconds)
{
  g_autoptr (GDateTime) time = seconds != 0 ? g_date_time_new_from_unix_utc (seconds) : NULL;
  g_autofree char *text = time != NULL ? g_date_time_format_iso8601 (time) : NULL;

  if (text != NULL)
    json_object_set_string_member (object, name, text);
  else
    json_object_set_null_member (object, name);
}

static gboolean
list_app_passwords (IntimailJmap *jmap, gpointer data, GError **error)
{
  Call *call = data;

  call->list = intimail_directory_list_app_passwords (call->directory, call->uid, NULL, error);
  return call->list != NULL;
}

static void
reply_list (WebmailRequest *request, gpointer data, const GError *error)
{
  Call *call = data;
  JsonArray *array;
  JsonObject *answer;

  if (error != NULL)
    {
      webmail_request_reply_error (request, error);
      return;
    }
  array = json_array_new ();
  for (guint i = 0; i < call->list->len; i++)
    {
      JsonObject *object = json_object_new ();

      json_object_set_string_member (object, "id", intimail_app_password_get_id (call->list->pdata[i]));
      json_object_set_string_member (object, "name", intimail_app_password_get_name (call->list->pdata[i]));
      add_time (object, "created", intimail_app_password_get_created (call->list->pdata[i]));
      add_time (object, "lastUse", intimail_app_password_get_last_use (call->list->pdata[i]));
      json_array_add_object_element (array, object);
    }
  answer = json_object_new ();
  json_object_set_array_member (answer, "list", array);
  webmail_request_reply_json (request, answer);
}

static gboolean
add_app_password (IntimailJmap *jmap, gpointer data, GError **error)
{
  Call *call = data;

  call->password = intimail_directory_add_app_password (call->directory, call->uid, call->text, NULL, error);
  return call->password != NULL;
}

static void
reply_password (WebmailRequest *request, gpointer data, const GError *error)
{
  Call *call = data;
  JsonObject *answer;

  if (error != NULL)
    {
      webmail_request_reply_error (request, error);
      return;
    }
  answer = json_object_new ();
  json_object_set_string_member (answer, "password", call->password);
  webmail_request_reply_json (request, answer);
}

void
webmail_settings_handle_app_passwords (WebmailRequest *request)
{
  g_autoptr (JsonObject) body = NULL;
  const char *name;

  if (strcmp (soup_server_message_get_method (request->message), "GET") == 0)
    {
      webmail_people_run (request, list_app_passwords, reply_list, call_new (request, NULL), call_free);
      return;
    }
  body = webmail_request_parse_body (request);
  name = body != NULL ? webmail_request_get_text (body, "name") : NULL;
  if (name == NULL)
    webmail_request_reply_problem (request, SOUP_STATUS_BAD_REQUEST, NULL, "Send {\"name\":...}.");
  else
    webmail_people_run (request, add_app_password, reply_password, call_new (request, name), call_free);
}

static gboolean
revoke_app_password (IntimailJmap *jmap, gpointer data, GError **error)
{
  Call *call = data;

  return intimail_directory_revoke_app_password (call->directory, call->uid, call->text, NULL, error);
}

static void
reply_revoked (WebmailRequest *request, gpointer data, const GError *error)
{
  Call *call = data;

  webmail_passwords_forget (request->server->passwords, call->uid);
  if (error != NULL)
    webmail_request_reply_error (request, error);
  else
    webmail_request_reply (request, SOUP_STATUS_NO_CONTENT, NULL, NULL);
}

void
webmail_settings_handle_app_password (WebmailRequest *request)
{
  const char *path = g_uri_get_path (soup_server_message_get_uri (request->message));

  webmail_people_run (request, revoke_app_password, reply_revoked, call_new (request, path + strlen (APP_PASSWORD_PATH)), call_free);
}
