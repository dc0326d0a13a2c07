/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "webmail-aliases.h"

#include <string.h>

#include "webmail-people.h"

#define ALIAS_PATH "/auth/aliases/"

/* As who asks, and so as far as they may. */
typedef struct
{
  IntimailDirectory *directory;
  char *uid;
  char *text; /* a note, or an address */
  gint64 expiry;
  GPtrArray *list;
} Call;

static void
call_free (gpointer data)
{
  Call *call = data;

  g_object_unref (call->directory);
  g_free (call->uid);
  g_free (call->text);
  g_clear_pointer (&call->list, g_ptr_array_unref);
  g_free (call);
}

/* Takes @text. */
static Call *
call_new (WebmailRequest *request, char *text)
{
  Call *call = g_new0 (Call, 1);

  call->directory = intimail_directory_act_as (intimail_site_get_directory (request->server->site), request->uid);
  call->uid = g_strdup (request->uid);
  call->text = text;

  return call;
}

static void
add_alias (JsonArray *array, IntimailTemporaryAlias *alias)
{
  gint64 expiry = intimail_temporary_alias_get_expiry (alias);
  g_autoptr (GDateTime) time = expiry != 0 ? g_date_time_new_from_unix_utc (expiry) : NULL;
  g_autofree char *text = time != NULL ? g_date_time_format_iso8601 (time) : NULL;
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "address", intimail_temporary_alias_get_address (alias));
  json_object_set_string_member (object, "note", intimail_temporary_alias_get_note (alias));
  if (text != NULL)
    json_object_set_string_member (object, "expires", text);
  else
    json_object_set_null_member (object, "expires");
  json_object_set_boolean_member (object, "active", intimail_temporary_alias_is_active (alias));
  json_array_add_object_element (array, object);
}

static gboolean
list (IntimailJmap *jmap, gpointer data, GError **error)
{
  Call *call = data;
  g_autoptr (IntimailPerson) person = intimail_directory_lookup_person (call->directory, call->uid, NULL, error);

  call->list = person != NULL ? intimail_person_get_temporary_aliases (person) : NULL;
  return call->list != NULL;
}

/* A list, or the one that was made. */
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
    add_alias (array, call->list->pdata[i]);
  answer = json_object_new ();
  json_object_set_array_member (answer, "list", array);
  webmail_request_reply_json (request, answer);
}

static gboolean
make (IntimailJmap *jmap, gpointer data, GError **error)
{
  Call *call = data;
  IntimailTemporaryAlias *alias = intimail_directory_add_temporary_alias (call->directory, call->uid, NULL, call->expiry,
                                                                          call->text, NULL, error);

  if (alias == NULL)
    return FALSE;
  call->list = g_ptr_array_new_with_free_func (g_object_unref);
  g_ptr_array_add (call->list, alias);
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
  Call *call;

  if (strcmp (soup_server_message_get_method (request->message), "GET") == 0)
    {
      webmail_people_run (request, list, reply_list, call_new (request, NULL), call_free);
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
  call = call_new (request, g_strdup (note));
  call->expiry = expiry;
  webmail_people_run (request, make, reply_list, call, call_free);
}

static gboolean
end (IntimailJmap *jmap, gpointer data, GError **error)
{
  Call *call = data;

  return intimail_directory_end_temporary_alias (call->directory, call->uid, call->text, NULL, error);
}

static void
reply_ended (WebmailRequest *request, gpointer data, const GError *error)
{
  if (error != NULL)
    webmail_request_reply_error (request, error);
  else
    webmail_request_reply (request, SOUP_STATUS_NO_CONTENT, NULL, NULL);
}

void
webmail_aliases_handle_one (WebmailRequest *request)
{
  const char *path = g_uri_get_path (soup_server_message_get_uri (request->message));
  char *address = g_uri_unescape_string (path + strlen (ALIAS_PATH), "/");

  if (address == NULL || !g_utf8_validate (address, -1, NULL))
    {
      g_free (address);
      webmail_request_reply_problem (request, SOUP_STATUS_NOT_FOUND, NULL, "There is no such address.");
      return;
    }
  webmail_people_run (request, end, reply_ended, call_new (request, address), call_free);
}
