/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Mailbox/get and Mailbox/changes.
 */

#include "jmap/intimail-jmap-mailbox-private.h"

#include <intimail/intimail-account.h>
#include <intimail/intimail-error.h>

#include "jmap/intimail-jmap-args-private.h"
#include "jmap/intimail-jmap-changes-private.h"
#include "jmap/intimail-jmap-get-private.h"
#include "jmap/intimail-jmap-methods-private.h"

const char *const intimail_jmap_mailbox_properties[] = {
  "id", "name", "parentId", "role", "sortOrder", "totalEmails", "unreadEmails",
  "totalThreads", "unreadThreads", "myRights", "isSubscribed", NULL
};

static const char *const count_properties[] = {
  "totalEmails", "unreadEmails", "totalThreads", "unreadThreads", NULL
};

static const char *const roles[] = {
  [INTIMAIL_MAILBOX_ROLE_NONE] = NULL,
  [INTIMAIL_MAILBOX_ROLE_INBOX] = "inbox",
  [INTIMAIL_MAILBOX_ROLE_DRAFTS] = "drafts",
  [INTIMAIL_MAILBOX_ROLE_SENT] = "sent",
  [INTIMAIL_MAILBOX_ROLE_ARCHIVE] = "archive",
  [INTIMAIL_MAILBOX_ROLE_JUNK] = "junk",
  [INTIMAIL_MAILBOX_ROLE_TRASH] = "trash",
};

const char *
intimail_jmap_mailbox_role_to_string (IntimailMailboxRole role)
{
  return (gsize) role < G_N_ELEMENTS (roles) ? roles[role] : NULL;
}

gboolean
intimail_jmap_mailbox_role_from_string (const char *text, IntimailMailboxRole *role)
{
  for (gsize i = 0; i < G_N_ELEMENTS (roles); i++)
    if (g_strcmp0 (roles[i], text) == 0)
      {
        *role = (IntimailMailboxRole) i;
        return TRUE;
      }

  return FALSE;
}

IntimailMailbox *
intimail_jmap_mailbox_find (GPtrArray *mailboxes, const char *id)
{
  for (guint i = 0; i < mailboxes->len; i++)
    if (g_str_equal (intimail_mailbox_get_id (mailboxes->pdata[i]), id))
      return mailboxes->pdata[i];

  return NULL;
}

/* The owner may do all, but the inbox stays where it is. */
static JsonObject *
make_rights (IntimailMailbox *mailbox)
{
  static const char *const always[] = {
    "mayReadItems", "mayAddItems", "mayRemoveItems", "maySetSeen", "maySetKeywords",
    "mayCreateChild", "maySubmit"
  };
  gboolean is_inbox = intimail_mailbox_get_role (mailbox) == INTIMAIL_MAILBOX_ROLE_INBOX;
  JsonObject *rights = json_object_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (always); i++)
    json_object_set_boolean_member (rights, always[i], TRUE);
  json_object_set_boolean_member (rights, "mayRename", !is_inbox);
  json_object_set_boolean_member (rights, "mayDelete", !is_inbox);

  return rights;
}

JsonObject *
intimail_jmap_mailbox_to_json (IntimailMailbox *mailbox, GHashTable *properties)
{
  JsonObject *object = json_object_new ();

#define WANTED(name) (properties == NULL || g_hash_table_contains (properties, name))
  json_object_set_string_member (object, "id", intimail_mailbox_get_id (mailbox));
  if (WANTED ("name"))
    json_object_set_string_member (object, "name", intimail_mailbox_get_name (mailbox));
  if (WANTED ("parentId"))
    intimail_jmap_object_set_string_or_null (object, "parentId", intimail_mailbox_get_parent_id (mailbox));
  if (WANTED ("role"))
    intimail_jmap_object_set_string_or_null (object, "role", intimail_jmap_mailbox_role_to_string (intimail_mailbox_get_role (mailbox)));
  if (WANTED ("sortOrder"))
    json_object_set_int_member (object, "sortOrder", intimail_mailbox_get_sort_order (mailbox));
  if (WANTED ("totalEmails"))
    json_object_set_int_member (object, "totalEmails", intimail_mailbox_get_n_messages (mailbox));
  if (WANTED ("unreadEmails"))
    json_object_set_int_member (object, "unreadEmails", intimail_mailbox_get_n_unread (mailbox));
  if (WANTED ("totalThreads"))
    json_object_set_int_member (object, "totalThreads", intimail_mailbox_get_n_threads (mailbox));
  if (WANTED ("unreadThreads"))
    json_object_set_int_member (object, "unreadThreads", intimail_mailbox_get_n_unread_threads (mailbox));
  if (WANTED ("myRights"))
    json_object_set_object_member (object, "myRights", make_rights (mailbox));
  if (WANTED ("isSubscribed"))
    json_object_set_boolean_member (object, "isSubscribed", intimail_mailbox_is_subscribed (mailbox));
#undef WANTED

  return object;
}

/* Listed when the first is asked for, and so after the state was taken. */
static GPtrArray *
get_mailboxes (IntimailJmapContext *context, gpointer data, GError **error)
{
  GPtrArray **mailboxes = data;

  if (*mailboxes == NULL)
    *mailboxes = intimail_account_list_mailboxes (context->account, NULL, error);

  return *mailboxes;
}

static GPtrArray *
list_ids (IntimailJmapContext *context, gpointer data, GError **error)
{
  GPtrArray *mailboxes = get_mailboxes (context, data, error);
  GPtrArray *ids;

  if (mailboxes == NULL)
    return NULL;
  ids = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < mailboxes->len; i++)
    g_ptr_array_add (ids, g_strdup (intimail_mailbox_get_id (mailboxes->pdata[i])));

  return ids;
}

static JsonObject *
make_record (IntimailJmapContext *context, const char *id, GHashTable *properties, gpointer data, GError **error)
{
  GPtrArray *mailboxes = get_mailboxes (context, data, error);
  IntimailMailbox *mailbox;

  if (mailboxes == NULL)
    return NULL;
  mailbox = intimail_jmap_mailbox_find (mailboxes, id);
  if (mailbox == NULL)
    {
      g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND, "no such mailbox");
      return NULL;
    }

  return intimail_jmap_mailbox_to_json (mailbox, properties);
}

static const IntimailJmapGetType get_type = {
  .state_type = INTIMAIL_CHANGE_TYPE_MAILBOX,
  .properties = intimail_jmap_mailbox_properties,
  .list = list_ids,
  .make = make_record,
};

JsonObject *
intimail_jmap_mailbox_get (IntimailJmapContext *context, JsonObject *arguments, GError **error)
{
  g_autoptr (GPtrArray) mailboxes = NULL;

  return intimail_jmap_get_run (&get_type, context, arguments, &mailboxes, error);
}

JsonObject *
intimail_jmap_mailbox_changes (IntimailJmapContext *context, JsonObject *arguments, GError **error)
{
  g_autoptr (IntimailChanges) changes = NULL;
  JsonObject *answer = intimail_jmap_changes_run (context, arguments, INTIMAIL_CHANGE_TYPE_MAILBOX, &changes, error);

  if (answer == NULL)
    return NULL;
  if (intimail_changes_counts_only (changes))
    json_object_set_array_member (answer, "updatedProperties", intimail_jmap_array_new_strings (count_properties));
  else
    json_object_set_null_member (answer, "updatedProperties");

  return answer;
}
