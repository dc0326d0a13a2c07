/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Email/set (RFC 8621 section 4.6).
 */

#include <string.h>

#include <intimail/intimail-account.h>
#include <intimail/intimail-error.h>

#include "jmap/intimail-jmap-args-private.h"
#include "jmap/intimail-jmap-email-create-private.h"
#include "jmap/intimail-jmap-email-private.h"
#include "jmap/intimail-jmap-email-store-private.h"
#include "jmap/intimail-jmap-email-update-private.h"
#include "jmap/intimail-jmap-methods-private.h"
#include "jmap/intimail-jmap-set-private.h"
#include "store/intimail-account-compose-private.h"

typedef struct
{
  IntimailJmapEmailUpdates *updates;
  IntimailJmapEmailFetch *attachments; /* what is told of a new email's parts */
} Data;

/* Everything that a patch may name but not change. */
static const char *const server_set[] = {
  "id", "blobId", "threadId", "size", "receivedAt", "messageId", "inReplyTo", "references",
  "sender", "from", "to", "cc", "bcc", "replyTo", "subject", "sentAt", "hasAttachment", "preview",
  "bodyValues", "textBody", "htmlBody", "attachments", "bodyStructure", "headers", NULL
};

/* A part that was made of a blob has a new one. */
static void
add_attachments (IntimailJmapContext *context, const Data *data, JsonObject *made)
{
  const char *id = json_object_get_string_member (made, "id");
  g_autoptr (IntimailEnvelope) envelope = intimail_account_get_envelope (context->account, id, NULL);
  g_autoptr (JsonObject) email = NULL;

  if (envelope != NULL)
    email = intimail_jmap_email_to_object (data->attachments, context->account, envelope, NULL);
  if (email != NULL)
    json_object_set_member (made, "attachments", json_object_dup_member (email, "attachments"));
}

static char *
deliver_builder (IntimailAccount *account, gpointer message, const char *mailbox_id, const char *const *keywords, gint64 received, GError **error)
{
  return intimail_account_deliver_builder (account, message, mailbox_id, keywords, received, NULL, error);
}

static JsonObject *
create_email (IntimailJmapContext *context, JsonObject *properties, gpointer data, JsonObject **set_error)
{
  g_autoptr (IntimailPartBuilder) message = NULL;
  gboolean uses_blobs = FALSE;
  JsonObject *made;

  message = intimail_jmap_email_compose (context, properties, &uses_blobs, set_error);
  if (message == NULL)
    return NULL;
  made = intimail_jmap_email_store (context, deliver_builder, message, properties, 0, set_error);
  if (made != NULL && uses_blobs)
    add_attachments (context, data, made);

  return made;
}

/* Keywords have no case: "keywords/$Seen" is "keywords/$seen". */
static void
lower_keywords (JsonObject *patch)
{
  g_autoptr (GList) names = json_object_get_members (patch);

  for (GList *l = names; l != NULL; l = l->next)
    {
      g_autofree char *name = g_strdup (l->data);
      g_autofree char *lower = NULL;

      if (!g_str_has_prefix (name, "keywords/"))
        continue;
      lower = g_ascii_strdown (name, -1);
      if (strcmp (lower, name) == 0)
        continue;
      json_object_set_member (patch, lower, json_object_dup_member (patch, name));
      json_object_remove_member (patch, name);
    }
}

/* The properties to be patched, and those that the patch claims to know. */
static GHashTable *
list_properties (JsonObject *patch)
{
  GHashTable *properties = g_hash_table_new (g_str_hash, g_str_equal);
  JsonObjectIter iter;
  const char *name;

  g_hash_table_add (properties, (gpointer) "keywords");
  g_hash_table_add (properties, (gpointer) "mailboxIds");
  json_object_iter_init (&iter, patch);
  while (json_object_iter_next (&iter, &name, NULL))
    for (gsize i = 0; server_set[i] != NULL; i++)
      if (g_str_has_prefix (name, server_set[i]) && (name[strlen (server_set[i])] == '\0' || name[strlen (server_set[i])] == '/'))
        g_hash_table_add (properties, (gpointer) server_set[i]);

  return properties;
}

static JsonObject *
load_email (IntimailJmapContext *context, const char *id, JsonObject *patch, gpointer data, JsonObject **set_error)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IntimailEnvelope) envelope = intimail_account_get_envelope (context->account, id, &error);
  g_autoptr (JsonObject) no_arguments = json_object_new ();
  g_autoptr (IntimailJmapEmailFetch) fetch = intimail_jmap_email_fetch_new (no_arguments, NULL);
  g_autoptr (GHashTable) properties = NULL;
  JsonObject *email = NULL;

  if (envelope != NULL)
    {
      lower_keywords (patch);
      properties = list_properties (patch);
      intimail_jmap_email_fetch_set_properties (fetch, properties);
      email = intimail_jmap_email_to_object (fetch, context->account, envelope, &error);
    }
  if (email == NULL)
    *set_error = intimail_jmap_set_error_new_from (error);

  return email;
}

static gboolean
update_email (IntimailJmapContext *context,
              const char *id,
              JsonObject *current,
              JsonObject *next,
              JsonObject **changed,
              gpointer data,
              JsonObject **set_error)
{
  JsonObjectIter iter;
  const char *name;

  json_object_iter_init (&iter, next);
  while (json_object_iter_next (&iter, &name, NULL))
    if (!json_object_has_member (current, name) && strcmp (name, "keywords") != 0)
      {
        *set_error = intimail_jmap_set_error_new_property (name, "there is no such property, or it cannot be changed");
        return FALSE;
      }

  return intimail_jmap_email_updates_add (((Data *) data)->updates, context, id, current, next, set_error);
}

static void
flush_updates (IntimailJmapContext *context, gpointer data, JsonObject **failed)
{
  intimail_jmap_email_updates_apply (((Data *) data)->updates, context, failed);
}

static gboolean
destroy_email (IntimailJmapContext *context, const char *id, gpointer data, JsonObject **set_error)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IntimailEnvelope) envelope = intimail_account_get_envelope (context->account, id, &error);

  if (envelope == NULL)
    {
      *set_error = intimail_jmap_set_error_new_from (error);
      return FALSE;
    }
  intimail_jmap_email_updates_add_removal (((Data *) data)->updates, id);

  return TRUE;
}

static void
flush_destroys (IntimailJmapContext *context, gpointer data, JsonObject **failed)
{
  intimail_jmap_email_updates_apply_removals (((Data *) data)->updates, context, failed);
}

JsonObject *
intimail_jmap_email_set (IntimailJmapContext *context, JsonObject *arguments, GError **error)
{
  static const IntimailJmapSetType type = {
    .state_type = INTIMAIL_CHANGE_TYPE_EMAIL,
    .server_set = server_set,
    .create = create_email,
    .load = load_email,
    .update = update_email,
    .destroy = destroy_email,
    .flush_updates = flush_updates,
    .flush_destroys = flush_destroys,
  };
  g_autoptr (IntimailJmapEmailUpdates) updates = intimail_jmap_email_updates_new ();
  g_autoptr (JsonObject) no_arguments = json_object_new ();
  g_autoptr (IntimailJmapEmailFetch) fetch = intimail_jmap_email_fetch_new (no_arguments, NULL);
  g_autoptr (GHashTable) properties = g_hash_table_new (g_str_hash, g_str_equal);
  Data data = { updates, fetch };

  g_hash_table_add (properties, (gpointer) "attachments");
  intimail_jmap_email_fetch_set_properties (fetch, properties);

  return intimail_jmap_set_run (&type, context, arguments, &data, error);
}
