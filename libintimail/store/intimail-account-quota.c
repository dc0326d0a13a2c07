/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "store/intimail-account-private.h"

#include <intimail/intimail-error.h>

#include "store/intimail-quota-private.h"

/* The sums of all copies are in memory: no walk through the tree. */
static void
count_anew (IntimailAccount *self, IntimailMaildirsize *value)
{
  if (self->has_limits)
    {
      value->limit_bytes = self->limit_bytes;
      value->limit_messages = self->limit_messages;
    }
  value->used_bytes = intimail_table_get_n_bytes (self->table);
  value->used_messages = intimail_table_get_n_copies (self->table);
  if (self->lock_fd >= 0 && !intimail_maildirsize_replace (self->root_fd, value, NULL))
    g_debug ("%s: maildirsize cannot be written", self->path);
}

void
intimail_account_read_quota (IntimailAccount *self, IntimailMaildirsize *value)
{
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;
  gboolean ok = intimail_maildirsize_read (self->root_fd, value);
  gboolean same = !self->has_limits ||
                  (value->limit_bytes == self->limit_bytes && value->limit_messages == self->limit_messages);
  gboolean old = now - value->modified >= INTIMAIL_MAILDIRSIZE_AGE;

  /* As Maildir++ says: limits of another day, a long file, or no room according
   * to figures that may be wrong by now. */
  if (!ok || !same || value->file_size > INTIMAIL_MAILDIRSIZE_MAX ||
      (old && !intimail_maildirsize_has_room (value, 1)))
    count_anew (self, value);
}

gboolean
intimail_account_reserve (IntimailAccount *self, guint64 size, gboolean take, GError **error)
{
  IntimailMaildirsize value;

  intimail_account_read_quota (self, &value);
  if (self->has_limits && !intimail_maildirsize_has_room (&value, size))
    {
      g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_OVER_QUOTA,
                   "the mailbox is full: %" G_GUINT64_FORMAT " bytes in %" G_GUINT64_FORMAT " messages",
                   value.used_bytes, value.used_messages);
      return FALSE;
    }
  if (take)
    intimail_account_count_added (self, size);
  return TRUE;
}

void
intimail_account_count_added (IntimailAccount *self, guint64 size)
{
  intimail_maildirsize_append (self->root_fd, (gint64) size, 1);
}

void
intimail_account_count_removed (IntimailAccount *self, guint64 size)
{
  intimail_maildirsize_append (self->root_fd, -(gint64) size, -1);
}

/**
 * intimail_account_set_quota_limits:
 * @self: an account
 * @bytes: bytes of all messages; 0 is no limit
 * @messages: number of messages; 0 is no limit
 *
 * Says how much the account may hold. Until this is called nothing is refused.
 *
 * Any thread may call it.
 *
 * Since: 1.0
 */
void
intimail_account_set_quota_limits (IntimailAccount *self, guint64 bytes, guint64 messages)
{
  g_return_if_fail (INTIMAIL_IS_ACCOUNT (self));

  g_mutex_lock (&self->mutex);
  self->has_limits = TRUE;
  self->limit_bytes = bytes;
  self->limit_messages = messages;
  g_mutex_unlock (&self->mutex);
}

/**
 * intimail_account_get_quota:
 * @self: an account
 * @error: return location for an error
 *
 * Gets how much room the account has and uses.
 *
 * Fails with %INTIMAIL_ERROR_FAILED when the account cannot be read. Any thread
 * may call it.
 *
 * Returns: (transfer full): the quota
 *
 * Since: 1.0
 */
IntimailQuota *
intimail_account_get_quota (IntimailAccount *self, GError **error)
{
  IntimailQuota *quota = NULL;

  g_return_val_if_fail (INTIMAIL_IS_ACCOUNT (self), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (intimail_account_begin (self, error) && intimail_account_lock (self, error))
    {
      IntimailMaildirsize value;

      intimail_account_read_quota (self, &value);
      if (self->has_limits)
        {
          value.limit_bytes = self->limit_bytes;
          value.limit_messages = self->limit_messages;
        }
      quota = intimail_quota_new (&value);
      intimail_account_unlock (self);
    }
  intimail_account_end (self);
  return quota;
}

/**
 * intimail_account_check_quota:
 * @self: an account
 * @size: bytes of a message that wants to come in
 * @error: return location for an error
 *
 * Asks whether a message would find room now.
 *
 * Nothing is reserved. Fails with %INTIMAIL_ERROR_OVER_QUOTA when there is no
 * room, with %INTIMAIL_ERROR_FAILED when that cannot be told. Any thread may
 * call it.
 *
 * Returns: whether there is room
 *
 * Since: 1.0
 */
gboolean
intimail_account_check_quota (IntimailAccount *self, guint64 size, GError **error)
{
  gboolean ok = FALSE;

  g_return_val_if_fail (INTIMAIL_IS_ACCOUNT (self), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (intimail_account_begin (self, error) && intimail_account_lock (self, error))
    {
      ok = intimail_account_reserve (self, size, FALSE, error);
      intimail_account_unlock (self);
    }
  intimail_account_end (self);
  return ok;
}
