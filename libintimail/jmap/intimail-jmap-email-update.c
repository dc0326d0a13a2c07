/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "jmap/intimail-jmap-email-update-private.h"

#include <string.h>

#include <intimail/intimail-account.h>
#include <intimail/intimail-error.h>

#include "jmap/intimail-jmap-args-private.h"
#include "jmap/intimail-jmap-keyword-private.h"
#include "jmap/intimail-jmap-set-private.h"

/* Emails that all change in the same way. */
typedef struct
{
  char **add;
  char **remove;
  char **mailbox_ids;
  GPtrArray *ids;
} Change;

struct _IntimailJmapEmailUpdates
{
  GHashTable *keywords;  /* a spelling of the change -> Change */
  GHashTable *mailboxes; /* likewise */
  GPtrArray *order;      /* of both, borrowed */
  GPtrArray *removals;   /* ids */
};

static void
change_free (gpointer data)
{
  Change *change = data;

  g_strfreev (change->add);
  g_strfreev (change->remove);
  g_strfreev (change->mailbox_ids);
  g_ptr_array_unref (change->ids);
  g_free (change);
}

IntimailJmapEmailUpdates *
intimail_jmap_email_updates_new (void)
{
  IntimailJmapEmailUpdates *self = g_new0 (IntimailJmapEmailUpdates, 1);

  self->keywords = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, change_free);
  self->mailboxes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, change_free);
  self->order = g_ptr_array_new ();
  self->removals = g_ptr_array_new_with_free_func (g_free);

  return self;
}

void
intimail_jmap_email_updates_free (IntimailJmapEmailUpdates *self)
{
  g_ptr_array_unref (self->order);
  g_hash_table_unref (self->keywords);
  g_hash_table_unref (self->mailboxes);
  g_ptr_array_unref (self->removals);
  g_free (self);
}

char **
intimail_jmap_email_read_mailbox_ids (IntimailJmapContext *context, JsonNode *node, JsonObject **set_error)
{
  g_auto (GStrv) names = NULL;
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  if (node != NULL && JSON_NODE_HOLDS_OBJECT (node))
    names = intimail_jmap_set_to_strv (json_node_get_object (node));
  if (names == NULL || names[0] == NULL)
    {
      *set_error = intimail_jmap_set_error_new_property ("mailboxIds", "must be a set of at least one mailbox");
      return NULL;
    }
  for (gsize i = 0; names[i] != NULL; i++)
    {
      const char *id = intimail_jmap_context_resolve_id (context, names[i]);
      g_autoptr (IntimailMailbox) mailbox = id != NULL ? intimail_account_lookup_mailbox (context->account, id, NULL) : NULL;

      if (mailbox == NULL)
        {
          *set_error = intimail_jmap_set_error_new_property ("mailboxIds", "names a mailbox that does not exist");
          return NULL;
        }
      g_strv_builder_add (builder, id);
    }

  return g_strv_builder_end (builder);
}

char **
intimail_jmap_email_read_keywords (JsonNode *node, JsonObject **set_error)
{
  g_auto (GStrv) names = NULL;
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  if (intimail_jmap_node_is_null (node))
    return g_strv_builder_end (builder);
  if (JSON_NODE_HOLDS_OBJECT (node))
    names = intimail_jmap_set_to_strv (json_node_get_object (node));
  if (names == NULL)
    {
      *set_error = intimail_jmap_set_error_new_property ("keywords", "must be a set");
      return NULL;
    }
  for (gsize i = 0; names[i] != NULL; i++)
    {
      if (!intimail_jmap_keyword_is_valid (names[i]))
        {
          *set_error = intimail_jmap_set_error_new_property ("keywords", "a keyword has a character that it cannot have");
          return NULL;
        }
      for (char *p = names[i]; *p != '\0'; p++)
        *p = g_ascii_tolower (*p);
      if (g_hash_table_add (seen, names[i]))
        g_strv_builder_add (builder, names[i]);
    }

  return g_strv_builder_end (builder);
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* Those of @from that are not in @what, sorted. */
static char **
subtract (char **from, char **what)
{
  GPtrArray *rest = g_ptr_array_new ();

  for (gsize i = 0; from[i] != NULL; i++)
    if (!g_strv_contains ((const char *const *) what, from[i]))
      g_ptr_array_add (rest, g_strdup (from[i]));
  g_ptr_array_sort (rest, compare_names);
  g_ptr_array_add (rest, NULL);

  return (char **) g_ptr_array_free (rest, FALSE);
}

static Change *
find_change (IntimailJmapEmailUpdates *self, GHashTable *changes, const char *spelling)
{
  Change *change = g_hash_table_lookup (changes, spelling);

  if (change == NULL)
    {
      change = g_new0 (Change, 1);
      change->ids = g_ptr_array_new_with_free_func (g_free);
      g_hash_table_insert (changes, g_strdup (spelling), change);
      g_ptr_array_add (self->order, change);
    }

  return change;
}

static void
note_keywords (IntimailJmapEmailUpdates *self, const char *id, char **before, char **after)
{
  g_auto (GStrv) add = subtract (after, before);
  g_auto (GStrv) remove = subtract (before, after);
  g_autofree char *added = g_strjoinv (" ", add);
  g_autofree char *removed = g_strjoinv (" ", remove);
  g_autofree char *spelling = g_strconcat (added, "\n", removed, NULL);
  Change *change;

  if (*add == NULL && *remove == NULL)
    return;
  change = find_change (self, self->keywords, spelling);
  if (change->add == NULL)
    {
      change->add = g_steal_pointer (&add);
      change->remove = g_steal_pointer (&remove);
    }
  g_ptr_array_add (change->ids, g_strdup (id));
}

static void
note_mailboxes (IntimailJmapEmailUpdates *self, const char *id, char **before, char **after)
{
  g_auto (GStrv) added = subtract (after, before);
  g_auto (GStrv) removed = subtract (before, after);
  char *none[] = { NULL };
  g_auto (GStrv) sorted = subtract (after, none);
  g_autofree char *spelling = g_strjoinv (" ", sorted);
  Change *change;

  if (*added == NULL && *removed == NULL)
    return;
  change = find_change (self, self->mailboxes, spelling);
  if (change->mailbox_ids == NULL)
    change->mailbox_ids = g_steal_pointer (&sorted);
  g_ptr_array_add (change->ids, g_strdup (id));
}

/* Members of a set that the server made. */
static char **
get_names (JsonObject *record, const char *member)
{
  return intimail_jmap_set_to_strv (json_object_get_object_member (record, member));
}

gboolean
intimail_jmap_email_updates_add (IntimailJmapEmailUpdates *self,
                                 IntimailJmapContext *context,
                                 const char *id,
                                 JsonObject *current,
                                 JsonObject *next,
                                 JsonObject **set_error)
{
  g_auto (GStrv) old_keywords = get_names (current, "keywords");
  g_auto (GStrv) old_mailboxes = get_names (current, "mailboxIds");
  g_auto (GStrv) keywords = intimail_jmap_email_read_keywords (json_object_get_member (next, "keywords"), set_error);
  g_auto (GStrv) mailboxes = NULL;

  if (keywords == NULL)
    return FALSE;
  mailboxes = intimail_jmap_email_read_mailbox_ids (context, json_object_get_member (next, "mailboxIds"), set_error);
  if (mailboxes == NULL)
    return FALSE;

  note_keywords (self, id, old_keywords, keywords);
  note_mailboxes (self, id, old_mailboxes, mailboxes);

  return TRUE;
}

void
intimail_jmap_email_updates_add_removal (IntimailJmapEmailUpdates *self, const char *id)
{
  g_ptr_array_add (self->removals, g_strdup (id));
}

static gboolean
apply_change (IntimailJmapContext *context, const Change *change, const char *const *ids, GError **error)
{
  if (change->mailbox_ids != NULL)
    return intimail_account_set_mailboxes (context->account, ids, (const char *const *) change->mailbox_ids, NULL, error);

  return intimail_account_set_keywords (context->account, ids, (const char *const *) change->add,
                                        (const char *const *) change->remove, NULL, error);
}

/* All at once; and when that fails, one by one, to learn which. */
static void
apply_to_all (IntimailJmapContext *context, const Change *change, JsonObject **failed)
{
  g_ptr_array_add (change->ids, NULL);
  if (apply_change (context, change, (const char *const *) change->ids->pdata, NULL))
    return;

  for (guint i = 0; g_ptr_array_index (change->ids, i) != NULL; i++)
    {
      const char *id = g_ptr_array_index (change->ids, i);
      g_autoptr (GError) error = NULL;

      if (!apply_change (context, change, (const char *const[]){ id, NULL }, &error))
        intimail_jmap_map_add_object (failed, id, intimail_jmap_set_error_new_from (error));
    }
}

void
intimail_jmap_email_updates_apply (IntimailJmapEmailUpdates *self, IntimailJmapContext *context, JsonObject **failed)
{
  for (guint i = 0; i < self->order->len; i++)
    apply_to_all (context, g_ptr_array_index (self->order, i), failed);
}

void
intimail_jmap_email_updates_apply_removals (IntimailJmapEmailUpdates *self, IntimailJmapContext *context, JsonObject **failed)
{
  g_ptr_array_add (self->removals, NULL);
  if (intimail_account_remove_messages (context->account, (const char *const *) self->removals->pdata, NULL, NULL))
    return;

  for (guint i = 0; g_ptr_array_index (self->removals, i) != NULL; i++)
    {
      const char *id = g_ptr_array_index (self->removals, i);
      g_autoptr (GError) error = NULL;

      /* Removed by the first attempt, or by somebody else: it is gone. */
      if (!intimail_account_remove_messages (context->account, (const char *const[]){ id, NULL }, NULL, &error) &&
          !g_error_matches (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND))
        intimail_jmap_map_add_object (failed, id, intimail_jmap_set_error_new_from (error));
    }
}
