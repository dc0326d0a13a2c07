/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "store/intimail-account-private.h"

static gboolean
is_expiring_role (IntimailMailboxRole role)
{
  return role == INTIMAIL_MAILBOX_ROLE_TRASH || role == INTIMAIL_MAILBOX_ROLE_JUNK;
}

/* The mailbox may have got its role, or the account this program, after the message
 * came. Then its days begin there: rather too late than too early. */
static gboolean
begin_days (IntimailFolder *folder, GError **error)
{
  if (folder->role_since != 0)
    return TRUE;
  folder->role_since = g_get_real_time () / G_USEC_PER_SEC;
  return intimail_folder_save (folder, error);
}

static gboolean
is_expired (IntimailAccount *self, IntimailFolder *folder, guint32 slot, gint64 before)
{
  g_autoptr (IntimailSummary) summary = NULL;

  if (folder->role_since >= before)
    return FALSE;
  summary = intimail_account_load_summary (self, slot);

  return summary != NULL && MAX (summary->arrived, folder->role_since) < before;
}

static GStrv
gather (IntimailAccount *self, IntimailFolder *folder, gint64 before)
{
  g_autoptr (GStrvBuilder) ids = g_strv_builder_new ();
  guint n;
  const guint32 *slots = intimail_table_get_folder (self->table, folder->number, &n);

  for (guint i = 0; i < n; i++)
    {
      if (is_expired (self, folder, slots[i], before))
        g_strv_builder_add (ids, intimail_id_format ('m', &intimail_table_get (self->table, slots[i])->id).text);
    }
  return g_strv_builder_end (ids);
}

/**
 * intimail_account_list_expired:
 * @self: an account
 * @role: %INTIMAIL_MAILBOX_ROLE_TRASH or %INTIMAIL_MAILBOX_ROLE_JUNK
 * @before: a time, in seconds since 1970
 * @cancellable: (nullable): a cancellable, heeded until the disk is touched
 * @error: return location for an error
 *
 * Gets the messages that [method@Intimail.Account.expire] would remove.
 *
 * Fails with %INTIMAIL_ERROR_FAILED when the account cannot be read. Any thread may
 * call it.
 *
 * Returns: (transfer full) (array zero-terminated=1): ids of messages
 *
 * Since: 1.0
 */
char **
intimail_account_list_expired (IntimailAccount *self, IntimailMailboxRole role, gint64 before, GCancellable *cancellable, GError **error)
{
  char **ids = NULL;

  g_return_val_if_fail (INTIMAIL_IS_ACCOUNT (self), NULL);
  g_return_val_if_fail (is_expiring_role (role), NULL);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (intimail_account_begin_fresh (self, cancellable, error))
    {
      IntimailFolder *folder = intimail_account_find_folder_by_role (self, role);

      ids = folder != NULL && folder->role_since != 0 ? gather (self, folder, before) : g_new0 (char *, 1);
    }
  intimail_account_end (self);
  return ids;
}

/**
 * intimail_account_expire:
 * @self: an account
 * @role: %INTIMAIL_MAILBOX_ROLE_TRASH or %INTIMAIL_MAILBOX_ROLE_JUNK
 * @before: a time, in seconds since 1970
 * @n_removed: (out) (optional): return location for the number of messages removed
 * @cancellable: (nullable): a cancellable, heeded until the disk is touched
 * @error: return location for an error
 *
 * Removes the messages that came into the mailbox with a role before a time.
 *
 * It is not asked how old a message is, but how long it has been there. That is kept in
 * the index; where it is not known, because the index was made anew or another program
 * brought the message, the time counts when the message was first seen. A message that
 * is in another mailbox too stays there. An account without such a mailbox has nothing
 * to remove.
 *
 * Fails with %INTIMAIL_ERROR_FAILED when the account cannot be written; what could be
 * removed is removed then. Any thread may call it.
 *
 * Returns: whether all of them are removed
 *
 * Since: 1.0
 */
gboolean
intimail_account_expire (IntimailAccount *self, IntimailMailboxRole role, gint64 before, guint *n_removed, GCancellable *cancellable, GError **error)
{
  gboolean ok = FALSE;

  g_return_val_if_fail (INTIMAIL_IS_ACCOUNT (self), FALSE);
  g_return_val_if_fail (is_expiring_role (role), FALSE);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (n_removed != NULL)
    *n_removed = 0;
  if (intimail_account_begin_fresh (self, cancellable, error) && intimail_account_lock (self, error))
    {
      IntimailFolder *folder = intimail_account_find_folder_by_role (self, role);

      ok = folder == NULL || begin_days (folder, error);
      if (folder != NULL && ok)
        {
          g_auto (GStrv) ids = gather (self, folder, before);
          guint n;
          guint n_before;

          intimail_table_get_folder (self->table, folder->number, &n_before);
          ok = ids[0] == NULL || intimail_account_remove_copies (self, folder, (const char *const *) ids, error);
          intimail_table_get_folder (self->table, folder->number, &n);
          if (n_removed != NULL)
            *n_removed = n_before - n;
        }
      intimail_account_unlock (self);
    }
  intimail_account_end (self);
  return ok;
}
