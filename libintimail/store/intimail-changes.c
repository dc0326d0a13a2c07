/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "store/intimail-changes-private.h"

typedef enum
{
  FOLDED_CREATED,
  FOLDED_UPDATED,
  FOLDED_DESTROYED,
  FOLDED_NOTHING, /* created and destroyed meanwhile */
} Folded;

typedef struct
{
  char *id;
  Folded folded;
  gboolean more_than_counts;
} Entry;

struct _IntimailChangeFold
{
  GPtrArray *entries; /* in the order of their first event */
  GHashTable *by_id;
  guint max;
  guint n; /* entries that will be told */
};

/**
 * IntimailChangeType:
 * @INTIMAIL_CHANGE_TYPE_EMAIL: a message: its keywords, its mailboxes
 * @INTIMAIL_CHANGE_TYPE_MAILBOX: a mailbox: its name and place, its counts
 * @INTIMAIL_CHANGE_TYPE_THREAD: a thread: which messages it has
 * @INTIMAIL_CHANGE_TYPE_EMAIL_DELIVERY: nothing but the arrival of a message
 * @INTIMAIL_CHANGE_TYPE_EMAIL_SUBMISSION: a message that was sent
 * @INTIMAIL_CHANGE_TYPE_IDENTITY: as whom the person writes
 * @INTIMAIL_CHANGE_TYPE_QUOTA: the quota, or how much of it is used
 * @INTIMAIL_CHANGE_TYPE_BIG_FILE: a file that is kept beside the mail
 *
 * What kind of thing changed; each has states of its own.
 *
 * Since: 1.0
 */

/**
 * IntimailChanges:
 *
 * What changed in an account since a state.
 *
 * It does not change once it is made: any thread may use it.
 *
 * Since: 1.0
 */
struct _IntimailChanges
{
  GObject parent_instance;

  char *new_state;
  gboolean has_more;
  gboolean counts_only;
  GStrv created;
  GStrv updated;
  GStrv destroyed;
};

G_DEFINE_FINAL_TYPE (IntimailChanges, intimail_changes, G_TYPE_OBJECT)

static void
intimail_changes_finalize (GObject *object)
{
  IntimailChanges *self = INTIMAIL_CHANGES (object);

  g_free (self->new_state);
  g_strfreev (self->created);
  g_strfreev (self->updated);
  g_strfreev (self->destroyed);
  G_OBJECT_CLASS (intimail_changes_parent_class)->finalize (object);
}

static void
intimail_changes_class_init (IntimailChangesClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = intimail_changes_finalize;
}

static void
intimail_changes_init (IntimailChanges *self)
{
}

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  g_free (entry->id);
  g_free (entry);
}

IntimailChangeFold *
intimail_change_fold_new (guint max)
{
  IntimailChangeFold *self = g_new0 (IntimailChangeFold, 1);

  self->entries = g_ptr_array_new_with_free_func (entry_free);
  self->by_id = g_hash_table_new (g_str_hash, g_str_equal);
  self->max = max;
  return self;
}

void
intimail_change_fold_free (IntimailChangeFold *self)
{
  g_hash_table_unref (self->by_id);
  g_ptr_array_unref (self->entries);
  g_free (self);
}

static Folded
fold_first (IntimailChangeOp op)
{
  if (op == INTIMAIL_CHANGE_ADD)
    return FOLDED_CREATED;
  return op == INTIMAIL_CHANGE_REMOVE ? FOLDED_DESTROYED : FOLDED_UPDATED;
}

static Folded
fold_next (Folded before, IntimailChangeOp op)
{
  switch (before)
    {
    case FOLDED_NOTHING:
      return fold_first (op) == FOLDED_CREATED ? FOLDED_CREATED : FOLDED_NOTHING;
    case FOLDED_CREATED:
      return op == INTIMAIL_CHANGE_REMOVE ? FOLDED_NOTHING : FOLDED_CREATED;
    case FOLDED_UPDATED:
      return op == INTIMAIL_CHANGE_REMOVE ? FOLDED_DESTROYED : FOLDED_UPDATED;
    case FOLDED_DESTROYED:
      /* The client knew it before, and it is here again. */
      return op == INTIMAIL_CHANGE_ADD ? FOLDED_UPDATED : FOLDED_DESTROYED;
    }
  return before;
}

gboolean
intimail_change_fold_add (IntimailChangeFold *self, IntimailChangeOp op, const char *id, gsize id_length)
{
  g_autofree char *key = g_strndup (id, id_length);
  Entry *entry = g_hash_table_lookup (self->by_id, key);
  Folded before = entry != NULL ? entry->folded : FOLDED_NOTHING;
  Folded after = entry != NULL ? fold_next (before, op) : fold_first (op);
  gint more = (after != FOLDED_NOTHING) - (before != FOLDED_NOTHING);

  if (more > 0 && self->max != 0 && self->n >= self->max)
    return FALSE;
  if (entry == NULL)
    {
      entry = g_new0 (Entry, 1);
      entry->id = g_steal_pointer (&key);
      g_ptr_array_add (self->entries, entry);
      g_hash_table_insert (self->by_id, entry->id, entry);
    }
  entry->folded = after;
  entry->more_than_counts |= op != INTIMAIL_CHANGE_COUNTS;
  self->n += (guint) more;
  return TRUE;
}

static GStrv
collect (IntimailChangeFold *self, Folded folded)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; i < self->entries->len; i++)
    {
      Entry *entry = g_ptr_array_index (self->entries, i);

      if (entry->folded == folded)
        g_strv_builder_add (builder, entry->id);
    }

  return g_strv_builder_end (builder);
}

IntimailChanges *
intimail_change_fold_end (IntimailChangeFold *self, const char *new_state, gboolean has_more)
{
  IntimailChanges *changes = g_object_new (INTIMAIL_TYPE_CHANGES, NULL);

  changes->new_state = g_strdup (new_state);
  changes->has_more = has_more;
  changes->created = collect (self, FOLDED_CREATED);
  changes->updated = collect (self, FOLDED_UPDATED);
  changes->destroyed = collect (self, FOLDED_DESTROYED);
  changes->counts_only = changes->updated[0] != NULL;
  for (guint i = 0; i < self->entries->len; i++)
    {
      Entry *entry = g_ptr_array_index (self->entries, i);

      if (entry->folded == FOLDED_UPDATED && entry->more_than_counts)
        changes->counts_only = FALSE;
    }

  return changes;
}

/**
 * intimail_changes_get_new_state:
 * @self: changes
 *
 * Gets the state that somebody has who took these changes over.
 *
 * Returns: (transfer none): the state
 *
 * Since: 1.0
 */
const char *
intimail_changes_get_new_state (IntimailChanges *self)
{
  g_return_val_if_fail (INTIMAIL_IS_CHANGES (self), "");

  return self->new_state;
}

/**
 * intimail_changes_has_more:
 * @self: changes
 *
 * Tells whether there are more changes than were asked for: ask again from
 * [method@Intimail.Changes.get_new_state].
 *
 * Returns: whether there are more
 *
 * Since: 1.0
 */
gboolean
intimail_changes_has_more (IntimailChanges *self)
{
  g_return_val_if_fail (INTIMAIL_IS_CHANGES (self), FALSE);

  return self->has_more;
}

/**
 * intimail_changes_counts_only:
 * @self: changes of mailboxes
 *
 * Tells whether of all updated mailboxes nothing but the counts of messages and
 * threads changed. Not so when none is updated.
 *
 * Returns: whether only counts changed
 *
 * Since: 1.0
 */
gboolean
intimail_changes_counts_only (IntimailChanges *self)
{
  g_return_val_if_fail (INTIMAIL_IS_CHANGES (self), FALSE);

  return self->counts_only;
}

/**
 * intimail_changes_get_created:
 * @self: changes
 *
 * Gets what was not there at the state before and is there now.
 *
 * Returns: (transfer none) (array zero-terminated=1): ids
 *
 * Since: 1.0
 */
const char *const *
intimail_changes_get_created (IntimailChanges *self)
{
  g_return_val_if_fail (INTIMAIL_IS_CHANGES (self), NULL);

  return (const char *const *) self->created;
}

/**
 * intimail_changes_get_updated:
 * @self: changes
 *
 * Gets what was there at the state before and is there now, and changed.
 *
 * Returns: (transfer none) (array zero-terminated=1): ids
 *
 * Since: 1.0
 */
const char *const *
intimail_changes_get_updated (IntimailChanges *self)
{
  g_return_val_if_fail (INTIMAIL_IS_CHANGES (self), NULL);

  return (const char *const *) self->updated;
}

/**
 * intimail_changes_get_destroyed:
 * @self: changes
 *
 * Gets what was there at the state before and is gone now.
 *
 * Returns: (transfer none) (array zero-terminated=1): ids
 *
 * Since: 1.0
 */
const char *const *
intimail_changes_get_destroyed (IntimailChanges *self)
{
  g_return_val_if_fail (INTIMAIL_IS_CHANGES (self), NULL);

  return (const char *const *) self->destroyed;
}
