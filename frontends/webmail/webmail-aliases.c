/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "webmail-aliases.h"

#include <string.h>

#include "webmail-settings.h"

#define PATH "/auth/aliases/"

static void
add_alias (JsonArray *array, IntimailTemporaryAlias *alias)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "address", intimail_temporary_alias_get_address (alias));
  json_object_set_string_member (object, "note", intimail_temporary_alias_get_note (alias));
  webmail_settings_add_time (object, "expires", intimail_temporary_alias_get_expiry (alias));
  json_object_set_boolean_member (object, "active", intimail_temporary_alias_is_active (alias));
  json_array_add_object_element (array, object);
}

static gboolean
list (WebmailSetting *self, GError **error)
{
  g_autoptr (IntimailPerson) person = intimail_directory_lookup_person (self->directory, self->uid, NULL, error);

  self->result = person != NULL ? intimail_person_get_temporary_aliases (person) : NULL;
  self->free_result = (GDestroyNotify) g_ptr_array_unref;
  return self->result != NULL;
}

/* A list, or the one that was made. */
static void
reply_list (WebmailRequest *request, WebmailSetting *self)
{
  GPtrArray *aliases = self->result;
  JsonArray *array = json_array_new ();
  JsonObject *answer = json_object_new ();

  for (guint i = 0; i < aliases->len; i++)
    add_alias (array, aliases->pdata[i]);
  json_object_set_array_member (answer, "list", array);
  webmail_request_reply_json (request, answer);
}

static gboolean
make (WebmailSetting *self, GError **error)
{
  IntimailTemporaryAlias *alias = intimail_directory_add_temporary_alias (self->directory, self->uid, NULL, self->time,
                                                                          self->text[0], NULL, error);

  if (alias == NULL)
    return FALSE;
  self->result = g_ptr_array_new_with_free_func (g_object_unref);
  self->free_result = (GDestroyNotify) g_ptr_array_unref;
  g_ptr_array_add (self->result, alias);
  return TRUE;
}

/* Seconds since 1970, or 0 for never; FALSE when it is neither. */
static gboolean
read_end (JsonObject *body, gint64 *expiry)
{
  JsonNode *node = json_object_get_member (body, "expires");
  const char *text = webmail_request_get_text (body, "expires");
  g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();
  g_autoptr (GDateTime) time = text != NULL ? g_date_time_new_from_iso8601 (text, utc) : NULL;

  *expiry = time != NULL ? g_date_time_to_unix (time) : 0;

  return node == NULL || JSON_NODE_HOLDS_NULL (node) || *expiry > 0;
}

void
webmail_aliases_handle (WebmailRequest *request)
{
  g_autoptr (JsonObject) body = NULL;
  const char *note;
  gint64 expiry;
  WebmailSetting *setting;

  if (strcmp (soup_server_message_get_method (request->message), "GET") == 0)
    {
      webmail_setting_run (request, webmail_setting_new (request, NULL, NULL), list, reply_list);
      return;
    }
  body = webmail_request_parse_body (request);
  note = body != NULL ? webmail_request_get_text (body, "note") : NULL;
  if (note == NULL || !read_end (body, &expiry))
    {
      webmail_request_reply_problem (request, SOUP_STATUS_BAD_REQUEST, NULL,
                                     "Send {\"note\":...,\"expires\":\"2030-12-31T00:00:00Z\"}.");
      return;
    }
  setting = webmail_setting_new (request, note, NULL);
  setting->time = expiry;
  webmail_setting_run (request, setting, make, reply_list);
}

static gboolean
end (WebmailSetting *self, GError **error)
{
  return intimail_directory_end_temporary_alias (self->directory, self->uid, self->text[0], NULL, error);
}

void
webmail_aliases_handle_one (WebmailRequest *request)
{
  const char *path = g_uri_get_path (soup_server_message_get_uri (request->message));
  g_autofree char *address = g_uri_unescape_string (path + strlen (PATH), "/");

  if (address == NULL || !g_utf8_validate (address, -1, NULL))
    webmail_request_reply_problem (request, SOUP_STATUS_NOT_FOUND, NULL, "There is no such address.");
  else
    webmail_setting_run (request, webmail_setting_new (request, address, NULL), end, NULL);
}
