/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Email/import (RFC 8621 section 4.8) and Email/copy (section 4.7).
 */

#include <string.h>

#include <intimail/intimail-account.h>
#include <intimail/intimail-field.h>
#include <intimail/intimail-message.h>

#include "jmap/intimail-jmap-args-private.h"
#include "jmap/intimail-jmap-email-store-private.h"
#include "jmap/intimail-jmap-methods-private.h"
#include "jmap/intimail-jmap-set-private.h"

/* The date behind the last semicolon, read as the message's own date would be. */
static gint64
parse_trace_date (const char *value)
{
  const char *semicolon = strrchr (value, ';');
  g_autofree char *header = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (IntimailMessage) message = NULL;
  GDateTime *date;

  if (semicolon == NULL)
    return 0;
  header = g_strconcat ("Date:", semicolon + 1, "\n\n", NULL);
  bytes = g_bytes_new (header, strlen (header));
  message = intimail_message_new_from_bytes (bytes, NULL);
  date = message != NULL ? intimail_message_get_date (message) : NULL;

  return date != NULL ? g_date_time_to_unix (date) : 0;
}

/* When the last server received it; 0 when no field says. */
static gint64
find_received (GPtrArray *fields)
{
  for (guint i = 0; i < fields->len; i++)
    {
      IntimailField *field = g_ptr_array_index (fields, i);
      g_autofree char *value = NULL;

      if (g_ascii_strcasecmp (intimail_field_get_name (field), "Received") != 0)
        continue;
      value = intimail_field_get_raw (field);
      return parse_trace_date (value);
    }

  return 0;
}

static char *
deliver_bytes (IntimailAccount *account, gpointer message, const char *mailbox_id, const char *const *keywords, gint64 received, GError **error)
{
  return intimail_account_deliver (account, message, mailbox_id, keywords, received, NULL, error);
}

static JsonObject *
import_bytes (IntimailJmapContext *context, GBytes *bytes, JsonObject *properties, JsonObject **set_error)
{
  g_autoptr (IntimailMessage) message = intimail_message_new_from_bytes (bytes, NULL);
  GPtrArray *fields = message != NULL ? intimail_part_get_headers (intimail_message_get_root (message)) : NULL;

  if (fields == NULL || fields->len == 0)
    {
      *set_error = intimail_jmap_set_error_new ("invalidEmail", "the blob is not a message");
      return NULL;
    }

  return intimail_jmap_email_store (context, deliver_bytes, bytes, properties, find_received (fields), set_error);
}

static JsonObject *
import_one (IntimailJmapContext *context, JsonNode *node, JsonObject **set_error)
{
  static const char *const names[] = { "blobId", "mailboxIds", "keywords", "receivedAt", NULL };
  g_autoptr (GBytes) bytes = NULL;
  JsonObject *properties;
  JsonObjectIter iter;
  const char *name;
  const char *blob_id;

  if (!JSON_NODE_HOLDS_OBJECT (node))
    {
      *set_error = intimail_jmap_set_error_new ("invalidProperties", "must be an object");
      return NULL;
    }
  properties = json_node_get_object (node);
  json_object_iter_init_ordered (&iter, properties);
  while (json_object_iter_next_ordered (&iter, &name, NULL))
    if (!g_strv_contains (names, name))
      {
        *set_error = intimail_jmap_set_error_new_property (name, "there is no such property");
        return NULL;
      }

  blob_id = intimail_jmap_node_get_string (json_object_get_member (properties, "blobId"));
  if (blob_id != NULL)
    bytes = intimail_account_load_blob (context->account, blob_id, NULL);
  if (bytes == NULL)
    {
      *set_error = intimail_jmap_set_error_new_property ("blobId", "there is no such blob");
      return NULL;
    }

  return import_bytes (context, bytes, properties, set_error);
}

static void
import_all (IntimailJmapContext *context, JsonObject *emails, JsonObject **created, JsonObject **not_created)
{
  JsonObjectIter iter;
  const char *creation_id;
  JsonNode *node;

  json_object_iter_init_ordered (&iter, emails);
  while (json_object_iter_next_ordered (&iter, &creation_id, &node))
    {
      JsonObject *set_error = NULL;
      JsonObject *made = import_one (context, node, &set_error);

      if (made == NULL)
        {
          intimail_jmap_map_add_object (not_created, creation_id, set_error);
          continue;
        }
      intimail_jmap_context_add_created (context, creation_id, json_object_get_string_member (made, "id"));
      intimail_jmap_map_add_object (created, creation_id, made);
    }
}

JsonObject *
intimail_jmap_email_import (IntimailJmapContext *context, JsonObject *arguments, GError **error)
{
  g_autofree char *old_state = NULL;
  g_autofree char *new_state = NULL;
  JsonObject *created = NULL;
  JsonObject *not_created = NULL;
  JsonObject *emails;
  JsonObject *answer;

  if (!intimail_jmap_args_get_object (arguments, "emails", &emails, error))
    return NULL;
  if (emails == NULL)
    {
      intimail_jmap_args_set_error (error, "emails", "is missing");
      return NULL;
    }
  if (json_object_get_size (emails) > INTIMAIL_JMAP_MAX_OBJECTS_IN_SET)
    {
      g_set_error (error, INTIMAIL_JMAP_ERROR, INTIMAIL_JMAP_ERROR_REQUEST_TOO_LARGE,
                   "more than %d emails", INTIMAIL_JMAP_MAX_OBJECTS_IN_SET);
      return NULL;
    }
  old_state = intimail_account_get_state (context->account, INTIMAIL_CHANGE_TYPE_EMAIL, error);
  if (old_state == NULL || !intimail_jmap_set_check_state (arguments, old_state, error))
    return NULL;

  import_all (context, emails, &created, &not_created);
  new_state = intimail_account_get_state (context->account, INTIMAIL_CHANGE_TYPE_EMAIL, NULL);

  answer = json_object_new ();
  json_object_set_string_member (answer, "accountId", context->account_id);
  json_object_set_string_member (answer, "oldState", old_state);
  json_object_set_string_member (answer, "newState", new_state != NULL ? new_state : old_state);
  intimail_jmap_object_take_map (answer, "created", created);
  intimail_jmap_object_take_map (answer, "notCreated", not_created);

  return answer;
}

/* Each person has one account, and a copy goes from one to another. */
JsonObject *
intimail_jmap_email_copy (IntimailJmapContext *context, JsonObject *arguments, GError **error)
{
  const char *from;

  if (!intimail_jmap_args_require_string (arguments, "fromAccountId", &from, error))
    return NULL;
  if (strcmp (from, context->account_id) == 0)
    intimail_jmap_args_set_error (error, "fromAccountId", "is the account that is copied to");
  else
    g_set_error (error, INTIMAIL_JMAP_ERROR, INTIMAIL_JMAP_ERROR_FROM_ACCOUNT_NOT_FOUND, "there is no such account");

  return NULL;
}
