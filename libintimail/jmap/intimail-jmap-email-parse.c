/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Email/parse (RFC 8621 section 4.9).
 */

#include <string.h>

#include <intimail/intimail-account.h>
#include <intimail/intimail-error.h>
#include <intimail/intimail-message.h>

#include "jmap/intimail-jmap-args-private.h"
#include "jmap/intimail-jmap-email-private.h"
#include "jmap/intimail-jmap-methods-private.h"

static const char *const default_properties[] = {
  "messageId", "inReplyTo", "references", "sender", "from", "to", "cc", "bcc", "replyTo", "subject", "sentAt",
  "hasAttachment", "preview", "bodyValues", "textBody", "htmlBody", "attachments", NULL
};

static gboolean
read_properties (IntimailJmapEmailFetch *fetch, JsonObject *arguments, GError **error)
{
  g_autoptr (GPtrArray) names = NULL;
  g_autoptr (GHashTable) set = g_hash_table_new (g_str_hash, g_str_equal);

  if (!intimail_jmap_args_get_strings (arguments, "properties", &names, error))
    return FALSE;
  for (guint i = 0; names != NULL && i < names->len; i++)
    {
      const char *name = g_ptr_array_index (names, i);
      g_autoptr (GError) cause = NULL;

      if (!g_strv_contains (intimail_jmap_email_properties, name) && !intimail_jmap_email_accepts (name, &cause))
        {
          intimail_jmap_args_set_error (error, "properties", "no property is called \"%s\"", name);
          return FALSE;
        }
      g_hash_table_add (set, (gpointer) name);
    }
  for (gsize i = 0; names == NULL && default_properties[i] != NULL; i++)
    g_hash_table_add (set, (gpointer) default_properties[i]);
  intimail_jmap_email_fetch_set_properties (fetch, set);

  return TRUE;
}

typedef struct
{
  JsonObject *parsed;
  JsonArray *not_parsable;
  JsonArray *not_found;
} Result;

static void
add_id (JsonArray **array, const char *id)
{
  if (*array == NULL)
    *array = json_array_new ();
  json_array_add_string_element (*array, id);
}

static gboolean
parse_one (IntimailJmapContext *context, IntimailJmapEmailFetch *fetch, const char *blob_id, Result *result, GError **error)
{
  g_autoptr (GError) cause = NULL;
  g_autoptr (GBytes) bytes = intimail_account_load_blob (context->account, blob_id, &cause);
  g_autoptr (IntimailMessage) message = NULL;

  if (bytes == NULL && !g_error_matches (cause, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND) && !g_error_matches (cause, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT))
    {
      g_propagate_error (error, g_steal_pointer (&cause));
      return FALSE;
    }
  if (bytes == NULL)
    {
      add_id (&result->not_found, blob_id);
      return TRUE;
    }
  message = intimail_message_new_from_bytes (bytes, NULL);
  /* Anything has a body; a message has a field, too. */
  if (message == NULL || intimail_part_get_headers (intimail_message_get_root (message))->len == 0)
    {
      add_id (&result->not_parsable, blob_id);
      return TRUE;
    }
  if (result->parsed == NULL)
    result->parsed = json_object_new ();
  json_object_set_object_member (result->parsed, blob_id, intimail_jmap_email_message_to_object (fetch, context->account, blob_id, message));

  return TRUE;
}

static void
take_array (JsonObject *answer, const char *name, JsonArray *array)
{
  if (array != NULL)
    json_object_set_array_member (answer, name, array);
  else
    json_object_set_null_member (answer, name);
}

JsonObject *
intimail_jmap_email_parse (IntimailJmapContext *context, JsonObject *arguments, GError **error)
{
  g_autoptr (IntimailJmapEmailFetch) fetch = intimail_jmap_email_fetch_new (arguments, error);
  g_autoptr (GPtrArray) blob_ids = NULL;
  g_autoptr (JsonObject) answer = json_object_new ();
  Result result = { NULL, NULL, NULL };
  gboolean good = TRUE;

  if (fetch == NULL || !read_properties (fetch, arguments, error) ||
      !intimail_jmap_args_get_ids (context, arguments, "blobIds", &blob_ids, error))
    return NULL;
  if (blob_ids == NULL)
    {
      intimail_jmap_args_set_error (error, "blobIds", "is missing");
      return NULL;
    }
  if (blob_ids->len > INTIMAIL_JMAP_MAX_OBJECTS_IN_GET)
    {
      g_set_error (error, INTIMAIL_JMAP_ERROR, INTIMAIL_JMAP_ERROR_REQUEST_TOO_LARGE,
                   "more than %d blobs", INTIMAIL_JMAP_MAX_OBJECTS_IN_GET);
      return NULL;
    }

  for (guint i = 0; good && i < blob_ids->len; i++)
    good = parse_one (context, fetch, g_ptr_array_index (blob_ids, i), &result, error);
  json_object_set_string_member (answer, "accountId", context->account_id);
  if (result.parsed != NULL)
    json_object_set_object_member (answer, "parsed", result.parsed);
  else
    json_object_set_null_member (answer, "parsed");
  take_array (answer, "notParsable", result.not_parsable);
  take_array (answer, "notFound", result.not_found);

  return good ? g_steal_pointer (&answer) : NULL;
}
