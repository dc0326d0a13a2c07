/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <intimail/intimail-account-async.h>

#include "store/intimail-call-private.h"

static gpointer
run_get_quota (IntimailAccount *self, const IntimailCall *call, GCancellable *cancellable, GError **error)
{
  return intimail_account_get_quota (self, error);
}

/**
 * intimail_account_get_quota_async:
 * @self: an account
 * @cancellable: (nullable): a cancellable, heeded until the call begins
 * @callback: (scope async) (closure user_data): called in the main context that was
 *   the caller's thread default
 * @user_data: data for @callback
 *
 * Gets how much room the account has and uses without making the caller wait: see
 * [method@Intimail.Account.get_quota].
 *
 * Since: 1.0
 */
void
intimail_account_get_quota_async (IntimailAccount *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (INTIMAIL_IS_ACCOUNT (self));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  intimail_call_run (intimail_call_new (), self, intimail_account_get_quota_async, run_get_quota, (GDestroyNotify) intimail_quota_free, cancellable, callback, user_data);
}

/**
 * intimail_account_get_quota_finish:
 * @self: an account
 * @result: what the callback got
 * @error: return location for an error
 *
 * Ends [method@Intimail.Account.get_quota_async].
 *
 * Fails as [method@Intimail.Account.get_quota] does, and when it was cancelled before
 * it began.
 *
 * Returns: (transfer full): the quota
 *
 * Since: 1.0
 */
IntimailQuota *
intimail_account_get_quota_finish (IntimailAccount *self, GAsyncResult *result, GError **error)
{
  return intimail_call_finish (self, result, intimail_account_get_quota_async, error);
}

static gpointer
run_check_quota (IntimailAccount *self, const IntimailCall *call, GCancellable *cancellable, GError **error)
{
  return GINT_TO_POINTER (intimail_account_check_quota (self, (guint64) call->numbers[0], error));
}

/**
 * intimail_account_check_quota_async:
 * @self: an account
 * @size: bytes of a message that wants to come in
 * @cancellable: (nullable): a cancellable, heeded until the call begins
 * @callback: (scope async) (closure user_data): called in the main context that was
 *   the caller's thread default
 * @user_data: data for @callback
 *
 * Asks whether a message would find room now without making the caller wait: see
 * [method@Intimail.Account.check_quota].
 *
 * Since: 1.0
 */
void
intimail_account_check_quota_async (IntimailAccount *self, guint64 size, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  IntimailCall *call;

  g_return_if_fail (INTIMAIL_IS_ACCOUNT (self));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  call = intimail_call_new ();
  call->numbers[0] = (gint64) size;
  intimail_call_run (call, self, intimail_account_check_quota_async, run_check_quota, NULL, cancellable, callback, user_data);
}

/**
 * intimail_account_check_quota_finish:
 * @self: an account
 * @result: what the callback got
 * @error: return location for an error
 *
 * Ends [method@Intimail.Account.check_quota_async].
 *
 * Fails as [method@Intimail.Account.check_quota] does, and when it was cancelled
 * before it began.
 *
 * Returns: whether there is room
 *
 * Since: 1.0
 */
gboolean
intimail_account_check_quota_finish (IntimailAccount *self, GAsyncResult *result, GError **error)
{
  return intimail_call_finish (self, result, intimail_account_check_quota_async, error) != NULL;
}

static gpointer
run_list_expired (IntimailAccount *self, const IntimailCall *call, GCancellable *cancellable, GError **error)
{
  return intimail_account_list_expired (self, (IntimailMailboxRole) call->numbers[0], call->numbers[1], cancellable, error);
}

/**
 * intimail_account_list_expired_async:
 * @self: an account
 * @role: %INTIMAIL_MAILBOX_ROLE_TRASH or %INTIMAIL_MAILBOX_ROLE_JUNK
 * @before: a time, in seconds since 1970
 * @cancellable: (nullable): a cancellable, heeded as by the call that waits
 * @callback: (scope async) (closure user_data): called in the main context that was
 *   the caller's thread default
 * @user_data: data for @callback
 *
 * Gets the messages that have been in a mailbox for too long without making the
 * caller wait: see [method@Intimail.Account.list_expired].
 *
 * Since: 1.0
 */
void
intimail_account_list_expired_async (IntimailAccount *self, IntimailMailboxRole role, gint64 before, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  IntimailCall *call;

  g_return_if_fail (INTIMAIL_IS_ACCOUNT (self));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  call = intimail_call_new ();
  call->numbers[0] = role;
  call->numbers[1] = before;
  intimail_call_run (call, self, intimail_account_list_expired_async, run_list_expired, (GDestroyNotify) g_strfreev, cancellable, callback, user_data);
}

/**
 * intimail_account_list_expired_finish:
 * @self: an account
 * @result: what the callback got
 * @error: return location for an error
 *
 * Ends [method@Intimail.Account.list_expired_async].
 *
 * Fails as [method@Intimail.Account.list_expired] does.
 *
 * Returns: (transfer full) (array zero-terminated=1): ids of messages
 *
 * Since: 1.0
 */
char **
intimail_account_list_expired_finish (IntimailAccount *self, GAsyncResult *result, GError **error)
{
  return intimail_call_finish (self, result, intimail_account_list_expired_async, error);
}

static gpointer
run_check_index (IntimailAccount *self, const IntimailCall *call, GCancellable *cancellable, GError **error)
{
  return intimail_account_check_index (self, call->texts[0], cancellable, error);
}

/**
 * intimail_account_check_index_async:
 * @self: an account
 * @mailbox_id: (nullable): a mailbox; %NULL is all
 * @cancellable: (nullable): a cancellable, heeded as by the call that waits
 * @callback: (scope async) (closure user_data): called in the main context that was
 *   the caller's thread default
 * @user_data: data for @callback
 *
 * Compares the index with the files without making the caller wait: see
 * [method@Intimail.Account.check_index].
 *
 * Since: 1.0
 */
void
intimail_account_check_index_async (IntimailAccount *self, const char *mailbox_id, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  IntimailCall *call;

  g_return_if_fail (INTIMAIL_IS_ACCOUNT (self));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  call = intimail_call_new ();
  call->texts[0] = g_strdup (mailbox_id);
  intimail_call_run (call, self, intimail_account_check_index_async, run_check_index, (GDestroyNotify) g_strfreev, cancellable, callback, user_data);
}

/**
 * intimail_account_check_index_finish:
 * @self: an account
 * @result: what the callback got
 * @error: return location for an error
 *
 * Ends [method@Intimail.Account.check_index_async].
 *
 * Fails as [method@Intimail.Account.check_index] does.
 *
 * Returns: (transfer full) (array zero-terminated=1): one line of text for each
 *   difference
 *
 * Since: 1.0
 */
char **
intimail_account_check_index_finish (IntimailAccount *self, GAsyncResult *result, GError **error)
{
  return intimail_call_finish (self, result, intimail_account_check_index_async, error);
}

static gpointer
run_check_messages (IntimailAccount *self, const IntimailCall *call, GCancellable *cancellable, GError **error)
{
  return intimail_account_check_messages (self, call->texts[0], cancellable, error);
}

/**
 * intimail_account_check_messages_async:
 * @self: an account
 * @mailbox_id: (nullable): a mailbox; %NULL is all
 * @cancellable: (nullable): a cancellable, heeded as by the call that waits
 * @callback: (scope async) (closure user_data): called in the main context that was
 *   the caller's thread default
 * @user_data: data for @callback
 *
 * Compares the index with the messages without making the caller wait: see
 * [method@Intimail.Account.check_messages].
 *
 * Since: 1.0
 */
void
intimail_account_check_messages_async (IntimailAccount *self, const char *mailbox_id, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  IntimailCall *call;

  g_return_if_fail (INTIMAIL_IS_ACCOUNT (self));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  call = intimail_call_new ();
  call->texts[0] = g_strdup (mailbox_id);
  intimail_call_run (call, self, intimail_account_check_messages_async, run_check_messages, (GDestroyNotify) g_strfreev, cancellable, callback, user_data);
}

/**
 * intimail_account_check_messages_finish:
 * @self: an account
 * @result: what the callback got
 * @error: return location for an error
 *
 * Ends [method@Intimail.Account.check_messages_async].
 *
 * Fails as [method@Intimail.Account.check_messages] does.
 *
 * Returns: (transfer full) (array zero-terminated=1): one line of text for each
 *   difference
 *
 * Since: 1.0
 */
char **
intimail_account_check_messages_finish (IntimailAccount *self, GAsyncResult *result, GError **error)
{
  return intimail_call_finish (self, result, intimail_account_check_messages_async, error);
}

static gpointer
run_rebuild_index (IntimailAccount *self, const IntimailCall *call, GCancellable *cancellable, GError **error)
{
  return GINT_TO_POINTER (intimail_account_rebuild_index (self, call->texts[0], NULL, NULL, cancellable, error));
}

/**
 * intimail_account_rebuild_index_async:
 * @self: an account
 * @mailbox_id: (nullable): a mailbox; %NULL is all
 * @cancellable: (nullable): a cancellable; what is not read then is read later
 * @callback: (scope async) (closure user_data): called in the main context that was the
 *   caller's thread default
 * @user_data: data for @callback
 *
 * Makes the index anew without making the caller wait: see
 * [method@Intimail.Account.rebuild_index], which tells how far it is, too.
 *
 * Since: 1.0
 */
void
intimail_account_rebuild_index_async (IntimailAccount *self, const char *mailbox_id, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  IntimailCall *call;

  g_return_if_fail (INTIMAIL_IS_ACCOUNT (self));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  call = intimail_call_new ();
  call->texts[0] = g_strdup (mailbox_id);
  intimail_call_run (call, self, intimail_account_rebuild_index_async, run_rebuild_index, NULL, cancellable, callback, user_data);
}

/**
 * intimail_account_rebuild_index_finish:
 * @self: an account
 * @result: what the callback got
 * @error: return location for an error
 *
 * Ends [method@Intimail.Account.rebuild_index_async].
 *
 * Fails as [method@Intimail.Account.rebuild_index] does.
 *
 * Returns: whether that is done
 *
 * Since: 1.0
 */
gboolean
intimail_account_rebuild_index_finish (IntimailAccount *self, GAsyncResult *result, GError **error)
{
  return intimail_call_finish (self, result, intimail_account_rebuild_index_async, error) != NULL;
}

/* One more than were removed: none is a success too. */
static gpointer
run_expire (IntimailAccount *self, const IntimailCall *call, GCancellable *cancellable, GError **error)
{
  guint n = 0;

  if (!intimail_account_expire (self, (IntimailMailboxRole) call->numbers[0], call->numbers[1], &n, cancellable, error))
    return NULL;
  return GUINT_TO_POINTER (n + 1);
}

/**
 * intimail_account_expire_async:
 * @self: an account
 * @role: %INTIMAIL_MAILBOX_ROLE_TRASH or %INTIMAIL_MAILBOX_ROLE_JUNK
 * @before: a time, in seconds since 1970
 * @cancellable: (nullable): a cancellable, heeded until the disk is touched
 * @callback: (scope async) (closure user_data): called in the main context that was the
 *   caller's thread default
 * @user_data: data for @callback
 *
 * Removes messages that have been in a mailbox for too long without making the caller
 * wait: see [method@Intimail.Account.expire].
 *
 * Since: 1.0
 */
void
intimail_account_expire_async (IntimailAccount *self, IntimailMailboxRole role, gint64 before, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  IntimailCall *call;

  g_return_if_fail (INTIMAIL_IS_ACCOUNT (self));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  call = intimail_call_new ();
  call->numbers[0] = role;
  call->numbers[1] = before;
  intimail_call_run (call, self, intimail_account_expire_async, run_expire, NULL, cancellable, callback, user_data);
}

/**
 * intimail_account_expire_finish:
 * @self: an account
 * @result: what the callback got
 * @n_removed: (out) (optional): return location for the number of messages removed
 * @error: return location for an error
 *
 * Ends [method@Intimail.Account.expire_async].
 *
 * Fails as [method@Intimail.Account.expire] does.
 *
 * Returns: whether all of them are removed
 *
 * Since: 1.0
 */
gboolean
intimail_account_expire_finish (IntimailAccount *self, GAsyncResult *result, guint *n_removed, GError **error)
{
  guint n = GPOINTER_TO_UINT (intimail_call_finish (self, result, intimail_account_expire_async, error));

  if (n_removed != NULL)
    *n_removed = n > 0 ? n - 1 : 0;
  return n > 0;
}
