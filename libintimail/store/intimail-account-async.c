/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <intimail/intimail-account-async.h>

#include "base/intimail-call-private.h"

static gpointer
run_open (gpointer self, const IntimailCall *call, GCancellable *cancellable, GError **error)
{
  return GINT_TO_POINTER (intimail_account_open (self, cancellable, error));
}

/**
 * intimail_account_open_async:
 * @self: an account
 * @cancellable: (nullable): a cancellable, heeded as by the call that waits
 * @callback: (scope async) (closure user_data): called in the main context that was
 *   the caller's thread default
 * @user_data: data for @callback
 *
 * Opens the account without making the caller wait: see
 * [method@Intimail.Account.open].
 *
 * Since: 1.0
 */
void
intimail_account_open_async (IntimailAccount *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  const IntimailCall call = { .run = run_open };

  g_return_if_fail (INTIMAIL_IS_ACCOUNT (self));

  intimail_call_start (self, intimail_account_open_async, &call, cancellable, callback, user_data);
}

/**
 * intimail_account_open_finish:
 * @self: an account
 * @result: what the callback got
 * @error: return location for an error
 *
 * Ends [method@Intimail.Account.open_async].
 *
 * Fails as [method@Intimail.Account.open] does.
 *
 * Returns: whether it is open
 *
 * Since: 1.0
 */
gboolean
intimail_account_open_finish (IntimailAccount *self, GAsyncResult *result, GError **error)
{
  return intimail_call_finish (self, intimail_account_open_async, result, error) != NULL;
}

static gpointer
run_refresh (gpointer self, const IntimailCall *call, GCancellable *cancellable, GError **error)
{
  return GINT_TO_POINTER (intimail_account_refresh (self, cancellable, error));
}

/**
 * intimail_account_refresh_async:
 * @self: an account
 * @cancellable: (nullable): a cancellable, heeded as by the call that waits
 * @callback: (scope async) (closure user_data): called in the main context that was
 *   the caller's thread default
 * @user_data: data for @callback
 *
 * Takes over what other programs changed without making the caller wait: see
 * [method@Intimail.Account.refresh].
 *
 * Since: 1.0
 */
void
intimail_account_refresh_async (IntimailAccount *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  const IntimailCall call = { .run = run_refresh, .is_change = TRUE };

  g_return_if_fail (INTIMAIL_IS_ACCOUNT (self));

  intimail_call_start (self, intimail_account_refresh_async, &call, cancellable, callback, user_data);
}

/**
 * intimail_account_refresh_finish:
 * @self: an account
 * @result: what the callback got
 * @error: return location for an error
 *
 * Ends [method@Intimail.Account.refresh_async].
 *
 * Fails as [method@Intimail.Account.refresh] does.
 *
 * Returns: whether that could be done
 *
 * Since: 1.0
 */
gboolean
intimail_account_refresh_finish (IntimailAccount *self, GAsyncResult *result, GError **error)
{
  return intimail_call_finish (self, intimail_account_refresh_async, result, error) != NULL;
}

static gpointer
run_get_state (gpointer self, const IntimailCall *call, GCancellable *cancellable, GError **error)
{
  return intimail_account_get_state (self, (IntimailChangeType) call->numbers[0], error);
}

/**
 * intimail_account_get_state_async:
 * @self: an account
 * @type: a type of things
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async) (closure user_data): called in the main context that was
 *   the caller's thread default
 * @user_data: data for @callback
 *
 * Gets the state of the things of a type without making the caller wait: see
 * [method@Intimail.Account.get_state].
 *
 * Since: 1.0
 */
void
intimail_account_get_state_async (IntimailAccount *self, IntimailChangeType type, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  const IntimailCall call = { .run = run_get_state, .free_result = g_free, .numbers = { type } };

  g_return_if_fail (INTIMAIL_IS_ACCOUNT (self));

  intimail_call_start (self, intimail_account_get_state_async, &call, cancellable, callback, user_data);
}

/**
 * intimail_account_get_state_finish:
 * @self: an account
 * @result: what the callback got
 * @error: return location for an error
 *
 * Ends [method@Intimail.Account.get_state_async].
 *
 * Fails as [method@Intimail.Account.get_state] does, and when it was cancelled before
 * it began.
 *
 * Returns: (transfer full): the state
 *
 * Since: 1.0
 */
char *
intimail_account_get_state_finish (IntimailAccount *self, GAsyncResult *result, GError **error)
{
  return intimail_call_finish (self, intimail_account_get_state_async, result, error);
}

static gpointer
run_get_changes (gpointer self, const IntimailCall *call, GCancellable *cancellable, GError **error)
{
  return intimail_account_get_changes (self, (IntimailChangeType) call->numbers[0], call->texts[0], (guint) call->numbers[1], cancellable, error);
}

/**
 * intimail_account_get_changes_async:
 * @self: an account
 * @type: a type of things
 * @since: a state of that type
 * @max_changes: the most ids to get; 0 is all
 * @cancellable: (nullable): a cancellable, heeded as by the call that waits
 * @callback: (scope async) (closure user_data): called in the main context that was
 *   the caller's thread default
 * @user_data: data for @callback
 *
 * Gets what changed since a state without making the caller wait: see
 * [method@Intimail.Account.get_changes].
 *
 * Since: 1.0
 */
void
intimail_account_get_changes_async (IntimailAccount *self, IntimailChangeType type, const char *since, guint max_changes, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  const IntimailCall call = {
    .run = run_get_changes,
    .free_result = g_object_unref,
    .numbers = { type, max_changes },
    .texts = { since },
  };

  g_return_if_fail (INTIMAIL_IS_ACCOUNT (self));
  g_return_if_fail (since != NULL);

  intimail_call_start (self, intimail_account_get_changes_async, &call, cancellable, callback, user_data);
}

/**
 * intimail_account_get_changes_finish:
 * @self: an account
 * @result: what the callback got
 * @error: return location for an error
 *
 * Ends [method@Intimail.Account.get_changes_async].
 *
 * Fails as [method@Intimail.Account.get_changes] does.
 *
 * Returns: (transfer full): the changes
 *
 * Since: 1.0
 */
IntimailChanges *
intimail_account_get_changes_finish (IntimailAccount *self, GAsyncResult *result, GError **error)
{
  return intimail_call_finish (self, intimail_account_get_changes_async, result, error);
}

static gpointer
run_record_change (gpointer self, const IntimailCall *call, GCancellable *cancellable, GError **error)
{
  return GINT_TO_POINTER (intimail_account_record_change (self, (IntimailChangeType) call->numbers[0], call->texts[0], call->numbers[1] != 0, error));
}

/**
 * intimail_account_record_change_async:
 * @self: an account
 * @type: a type of things that the store does not know by itself
 * @id: the id of what changed
 * @created: whether it is new
 * @cancellable: (nullable): a cancellable, heeded until the call begins
 * @callback: (scope async) (closure user_data): called in the main context that was
 *   the caller's thread default
 * @user_data: data for @callback
 *
 * Notes that something changed which others keep without making the caller wait: see
 * [method@Intimail.Account.record_change].
 *
 * Since: 1.0
 */
void
intimail_account_record_change_async (IntimailAccount *self, IntimailChangeType type, const char *id, gboolean created, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  const IntimailCall call = { .run = run_record_change, .is_change = TRUE, .numbers = { type, created }, .texts = { id } };

  g_return_if_fail (INTIMAIL_IS_ACCOUNT (self));
  g_return_if_fail (id != NULL);

  intimail_call_start (self, intimail_account_record_change_async, &call, cancellable, callback, user_data);
}

/**
 * intimail_account_record_change_finish:
 * @self: an account
 * @result: what the callback got
 * @error: return location for an error
 *
 * Ends [method@Intimail.Account.record_change_async].
 *
 * Fails as [method@Intimail.Account.record_change] does, and when it was cancelled
 * before it began.
 *
 * Returns: whether it is noted
 *
 * Since: 1.0
 */
gboolean
intimail_account_record_change_finish (IntimailAccount *self, GAsyncResult *result, GError **error)
{
  return intimail_call_finish (self, intimail_account_record_change_async, result, error) != NULL;
}

static gpointer
run_record_removal (gpointer self, const IntimailCall *call, GCancellable *cancellable, GError **error)
{
  return GINT_TO_POINTER (intimail_account_record_removal (self, (IntimailChangeType) call->numbers[0], call->texts[0], error));
}

/**
 * intimail_account_record_removal_async:
 * @self: an account
 * @type: a type of things that the store does not know by itself
 * @id: the id of what is gone
 * @cancellable: (nullable): a cancellable, heeded until the call begins
 * @callback: (scope async) (closure user_data): called in the main context that was
 *   the caller's thread default
 * @user_data: data for @callback
 *
 * Notes that something is gone which others kept without making the caller wait: see
 * [method@Intimail.Account.record_removal].
 *
 * Since: 1.0
 */
void
intimail_account_record_removal_async (IntimailAccount *self, IntimailChangeType type, const char *id, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  const IntimailCall call = { .run = run_record_removal, .is_change = TRUE, .numbers = { type }, .texts = { id } };

  g_return_if_fail (INTIMAIL_IS_ACCOUNT (self));
  g_return_if_fail (id != NULL);

  intimail_call_start (self, intimail_account_record_removal_async, &call, cancellable, callback, user_data);
}

/**
 * intimail_account_record_removal_finish:
 * @self: an account
 * @result: what the callback got
 * @error: return location for an error
 *
 * Ends [method@Intimail.Account.record_removal_async].
 *
 * Fails as [method@Intimail.Account.record_removal] does, and when it was cancelled
 * before it began.
 *
 * Returns: whether it is noted
 *
 * Since: 1.0
 */
gboolean
intimail_account_record_removal_finish (IntimailAccount *self, GAsyncResult *result, GError **error)
{
  return intimail_call_finish (self, intimail_account_record_removal_async, result, error) != NULL;
}
