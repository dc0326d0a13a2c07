/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The states of an account, and what changed since one.
 */

#include "store/intimail-account-private.h"

/**
 * intimail_account_get_state:
 * @self: an account
 * @type: a type of things
 * @error: return location for an error
 *
 * Gets the state of the things of a type, for
 * [method@Intimail.Account.get_changes] later.
 *
 * Ask for the state before the things: then nothing is missed. Fails with
 * %INTIMAIL_ERROR_FAILED when the account cannot be read. Any thread may call it.
 *
 * Returns: (transfer full): the state
 *
 * Since: 1.0
 */
char *
intimail_account_get_state (IntimailAccount *self, IntimailChangeType type, GError **error)
{
  char *state = NULL;

  g_return_val_if_fail (INTIMAIL_IS_ACCOUNT (self), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (intimail_account_begin_fresh (self, NULL, error))
    state = intimail_journal_get_state (self->journal, type);
  intimail_account_end (self);
  return state;
}

/**
 * intimail_account_get_changes:
 * @self: an account
 * @type: a type of things
 * @since: a state of that type
 * @max_changes: the most ids to get; 0 is all
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Gets what changed since a state.
 *
 * Changes of %INTIMAIL_CHANGE_TYPE_QUOTA by messages have the id `quota`. Fails with
 * %INTIMAIL_ERROR_STATE_LOST when that is not known any more, and with
 * %INTIMAIL_ERROR_FAILED when the account cannot be read. Any thread may call it.
 *
 * Returns: (transfer full): the changes
 *
 * Since: 1.0
 */
IntimailChanges *
intimail_account_get_changes (IntimailAccount *self, IntimailChangeType type, const char *since, guint max_changes, GCancellable *cancellable, GError **error)
{
  IntimailChanges *changes = NULL;

  g_return_val_if_fail (INTIMAIL_IS_ACCOUNT (self), NULL);
  g_return_val_if_fail (since != NULL, NULL);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (intimail_account_begin_fresh (self, cancellable, error))
    changes = intimail_journal_get_changes (self->journal, type, since, max_changes, error);
  intimail_account_end (self);
  return changes;
}

static gboolean
record (IntimailAccount *self, IntimailChangeType type, const char *id, IntimailChangeOp op, GError **error)
{
  gboolean ok = FALSE;

  if (intimail_account_begin (self, error) && intimail_account_lock (self, error))
    {
      intimail_journal_add_other (self->journal, type, op, id);
      ok = intimail_account_commit (self, error);
      intimail_account_unlock (self);
    }
  intimail_account_end (self);
  return ok;
}

/**
 * intimail_account_record_change:
 * @self: an account
 * @type: %INTIMAIL_CHANGE_TYPE_EMAIL_SUBMISSION, %INTIMAIL_CHANGE_TYPE_IDENTITY or
 *   %INTIMAIL_CHANGE_TYPE_QUOTA: the store knows the others by itself
 * @id: the id of what changed
 * @created: whether it is new
 * @error: return location for an error
 *
 * Notes in the account's journal that something changed which others keep.
 *
 * Fails with %INTIMAIL_ERROR_FAILED or %INTIMAIL_ERROR_STORAGE_FULL when the journal
 * cannot be written. Any thread may call it.
 *
 * Returns: whether it is noted
 *
 * Since: 1.0
 */
gboolean
intimail_account_record_change (IntimailAccount *self, IntimailChangeType type, const char *id, gboolean created, GError **error)
{
  g_return_val_if_fail (INTIMAIL_IS_ACCOUNT (self), FALSE);
  g_return_val_if_fail (type >= INTIMAIL_CHANGE_TYPE_EMAIL_SUBMISSION, FALSE);
  g_return_val_if_fail (id != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return record (self, type, id, created ? INTIMAIL_CHANGE_ADD : INTIMAIL_CHANGE_UPDATE, error);
}

/**
 * intimail_account_record_removal:
 * @self: an account
 * @type: %INTIMAIL_CHANGE_TYPE_EMAIL_SUBMISSION, %INTIMAIL_CHANGE_TYPE_IDENTITY or
 *   %INTIMAIL_CHANGE_TYPE_QUOTA: the store knows the others by itself
 * @id: the id of what is gone
 * @error: return location for an error
 *
 * Notes in the account's journal that something is gone which others kept.
 *
 * Fails with %INTIMAIL_ERROR_FAILED or %INTIMAIL_ERROR_STORAGE_FULL when the journal
 * cannot be written. Any thread may call it.
 *
 * Returns: whether it is noted
 *
 * Since: 1.0
 */
gboolean
intimail_account_record_removal (IntimailAccount *self, IntimailChangeType type, const char *id, GError **error)
{
  g_return_val_if_fail (INTIMAIL_IS_ACCOUNT (self), FALSE);
  g_return_val_if_fail (type >= INTIMAIL_CHANGE_TYPE_EMAIL_SUBMISSION, FALSE);
  g_return_val_if_fail (id != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return record (self, type, id, INTIMAIL_CHANGE_REMOVE, error);
}
