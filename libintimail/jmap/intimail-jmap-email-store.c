/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "jmap/intimail-jmap-email-store-private.h"

#include <intimail/intimail-account.h>

#include "jmap/intimail-jmap-args-private.h"
#include "jmap/intimail-jmap-email-update-private.h"
#include "jmap/intimail-jmap-set-private.h"

static gboolean
read_received (JsonObject *properties, gint64 *received, JsonObject **set_error)
{
  JsonNode *node = json_object_get_member (properties, "receivedAt");
  const char *text = intimail_jmap_node_get_string (node);

  if (intimail_jmap_node_is_null (node))
    return TRUE;
  if (text != NULL && intimail_jmap_utc_date_parse (text, received))
    return TRUE;

  *set_error = intimail_jmap_set_error_new_property ("receivedAt", "must be a date in UTC");
  return FALSE;
}

static JsonObject *
describe (IntimailJmapContext *context, const char *id, JsonObject **set_error)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IntimailEnvelope) envelope = intimail_account_get_envelope (context->account, id, &error);
  g_autofree char *blob_id = g_strconcat ("r", id, NULL);
  JsonObject *object;

  if (envelope == NULL)
    {
      *set_error = intimail_jmap_set_error_new_from (error);
      return NULL;
    }
  object = json_object_new ();
  json_object_set_string_member (object, "id", id);
  json_object_set_string_member (object, "blobId", blob_id);
  json_object_set_string_member (object, "threadId", intimail_envelope_get_thread_id (envelope));
  json_object_set_int_member (object, "size", intimail_envelope_get_size (envelope));

  return object;
}

JsonObject *
intimail_jmap_email_store (IntimailJmapContext *context,
                           IntimailJmapEmailDeliver deliver,
                           gpointer message,
                           JsonObject *properties,
                           gint64 received,
                           JsonObject **set_error)
{
  g_auto (GStrv) mailbox_ids = NULL;
  g_auto (GStrv) keywords = NULL;
  g_autofree char *id = NULL;
  g_autoptr (GError) error = NULL;

  mailbox_ids = intimail_jmap_email_read_mailbox_ids (context, json_object_get_member (properties, "mailboxIds"), set_error);
  if (mailbox_ids == NULL)
    return NULL;
  keywords = intimail_jmap_email_read_keywords (json_object_get_member (properties, "keywords"), set_error);
  if (keywords == NULL || !read_received (properties, &received, set_error))
    return NULL;

  id = deliver (context->account, message, mailbox_ids[0], (const char *const *) keywords, received, &error);
  if (id == NULL)
    {
      *set_error = intimail_jmap_set_error_new_from (error);
      return NULL;
    }
  if (mailbox_ids[1] != NULL &&
      !intimail_account_set_mailboxes (context->account, (const char *const[]){ id, NULL }, (const char *const *) mailbox_ids, NULL, &error))
    {
      /* Half of what was asked for is not what was asked for. */
      intimail_account_remove_messages (context->account, (const char *const[]){ id, NULL }, NULL, NULL);
      *set_error = intimail_jmap_set_error_new_from (error);
      return NULL;
    }

  return describe (context, id, set_error);
}
