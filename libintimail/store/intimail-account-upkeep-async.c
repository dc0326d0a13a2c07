/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <intimail/intimail-account-async.h>

#include "base/intimail-call-private.h"

static gpointer
run_get_quota (gpointer self, const IntimailCall *call, GCancellable *cancellable, GError **error)
{
  return intimail_account_get_quota (self, error);
}

/**
 * intimail_account_get_quota_async:
 * @self: an account
 * @cancellable: (nullable): a cancellable
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
  const IntimailCall call = { .run = run_get_quota, .free_result = (GDestroyNotify) intimail_quota_free };

  g_return_if_fail (INTIMAIL_IS_ACCOUNT (self));

  intimail_call_start (self, intimail_account_get_quota_async, &call, cancellable, callback, user_data);
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
  return intimail_call_finish (self, intimail_account_get_quota_async, result, error);
}

static gpointer
run_check_quota (gpointer self, const IntimailCall *call, GCancellable *cancellable, GError **error)
{
  return GINT_TO_POINTER (intimail_account_check_quota (self, (guint64) call->numbers[0], error));
}

/**
 * intimail_account_check_quota_async:
 * @self: an account
 * @size: bytes of a message that wants to come in
 * @cancellable: (nullable): a cancellable
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
  const IntimailCall call = { .run = run_check_quota, .numbers = { (gint64) size } };

  g_return_if_fail (INTIMAIL_IS_ACCOUNT (self));

  intimail_call_start (self, intimail_account_check_quota_async, &call, cancellable, callback, user_data);
}

/**
 * intimail_account_check_quota_finish:
 * @self: an account
 * @result: what the callback got
 * @error: return location for an error
 *
 * Ends [method@Intimail.Account.check_quota_async].
 *
 * Fails as [method@Intimail.Account.check_quota] does, and when it was cancelled.
 *
 * Returns: whether there is room
 *
 * Since: 1.0
 */
gboolean
intimail_account_check_quota_finish (IntimailAccount *self, GAsyncResult *result, GError **error)
{
  return intimail_call_finish (self, intimail_account_check_quota_async, result, error) != NULL;
}

static gpointer
run_list_expired (gpointer self, const IntimailCall *call, GCancellable *cancellable, GError **error)
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
  const IntimailCall call = {
    .run = run_list_expired,
    .free_result = (GDestroyNotify) g_strfreev,
    .numbers = { role, before },
  };

  g_return_if_fail (INTIMAIL_IS_ACCOUNT (self));

  intimail_call_start (self, intimail_account_list_expired_async, &call, cancellable, callback, user_data);
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
  return intimail_call_finish (self, intimail_account_list_expired_async, result, error);
}

static gpointer
run_check_index (gpointer self, const IntimailCall *call, GCancellable *cancellable, GError **error)
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
  const IntimailCall call = { .run = run_check_index, .free_result = (GDestroyNotify) g_strfreev, .texts = { mailbox_id } };

  g_return_if_fail (INTIMAIL_IS_ACCOUNT (self));

  intimail_call_start (self, intimail_account_check_index_async, &call, cancellable, callback, user_data);
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
  return intimail_call_finish (self, intimail_account_check_index_async, result, error);
}

static gpointer
run_check_messages (gpointer self, const IntimailCall *call, GCancellable *cancellable, GError **error)
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
  const IntimailCall call = {
    .run = run_check_messages,
    .free_result = (GDestroyNotify) g_strfreev,
    .texts = { mailbox_id },
  };

  g_return_if_fail (INTIMAIL_IS_ACCOUNT (self));

  intimail_call_start (self, intimail_account_check_messages_async, &call, cancellable, callback, user_data);
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
  return intimail_call_finish (self, intimail_account_check_messages_async, result, error);
}

static gpointer
run_rebuild_index (gpointer self, const IntimailCall *call, GCancellable *cancellable, GError **error)
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
  const IntimailCall call = { .run = run_rebuild_index, .is_change = TRUE, .texts = { mailbox_id } };

  g_return_if_fail (INTIMAIL_IS_ACCOUNT (self));

  intimail_call_start (self, intimail_account_rebuild_index_async, &call, cancellable, callback, user_data);
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
  return intimail_call_finish (self, intimail_account_rebuild_index_async, result, error) != NULL;
}

/* One more than were removed: none is a success too. */
static gpointer
run_expire (gpointer self, const IntimailCall *call, GCancellable *cancellable, GError **error)
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
  const IntimailCall call = { .run = run_expire, .is_change = TRUE, .numbers = { role, before } };

  g_return_if_fail (INTIMAIL_IS_ACCOUNT (self));

  intimail_call_start (self, intimail_account_expire_async, &call, cancellable, callback, user_data);
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
  guint n = GPOINTER_TO_UINT (intimail_call_finish (self, intimail_account_expire_async, result, error));

  if (n_removed != NULL)
    *n_removed = n > 0 ? n - 1 : 0;
  return n > 0;
}
