/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <intimail/intimail-account-async.h>

#include "base/intimail-call-private.h"

static gpointer
run_list_mailboxes (gpointer self, const IntimailCall *call, GCancellable *cancellable, GError **error)
{
  return intimail_account_list_mailboxes (self, cancellable, error);
}

/**
 * intimail_account_list_mailboxes_async:
 * @self: an account
 * @cancellable: (nullable): a cancellable, heeded as by the call that waits
 * @callback: (scope async) (closure user_data): called in the main context that was
 *   the caller's thread default
 * @user_data: data for @callback
 *
 * Gets the mailboxes with their counts without making the caller wait: see
 * [method@Intimail.Account.list_mailboxes].
 *
 * Since: 1.0
 */
void
intimail_account_list_mailboxes_async (IntimailAccount *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  const IntimailCall call = { .run = run_list_mailboxes, .free_result = (GDestroyNotify) g_ptr_array_unref };

  g_return_if_fail (INTIMAIL_IS_ACCOUNT (self));

  intimail_call_start (self, intimail_account_list_mailboxes_async, &call, cancellable, callback, user_data);
}

/**
 * intimail_account_list_mailboxes_finish:
 * @self: an account
 * @result: what the callback got
 * @error: return location for an error
 *
 * Ends [method@Intimail.Account.list_mailboxes_async].
 *
 * Fails as [method@Intimail.Account.list_mailboxes] does.
 *
 * Returns: (transfer container) (element-type IntimailMailbox): the mailboxes
 *
 * Since: 1.0
 */
GPtrArray *
intimail_account_list_mailboxes_finish (IntimailAccount *self, GAsyncResult *result, GError **error)
{
  return intimail_call_finish (self, intimail_account_list_mailboxes_async, result, error);
}

static gpointer
run_lookup_mailbox (gpointer self, const IntimailCall *call, GCancellable *cancellable, GError **error)
{
  return intimail_account_lookup_mailbox (self, call->texts[0], error);
}

/**
 * intimail_account_lookup_mailbox_async:
 * @self: an account
 * @id: the id of a mailbox
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async) (closure user_data): called in the main context that was
 *   the caller's thread default
 * @user_data: data for @callback
 *
 * Gets a mailbox without making the caller wait: see
 * [method@Intimail.Account.lookup_mailbox].
 *
 * Since: 1.0
 */
void
intimail_account_lookup_mailbox_async (IntimailAccount *self, const char *id, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  const IntimailCall call = { .run = run_lookup_mailbox, .free_result = g_object_unref, .texts = { id } };

  g_return_if_fail (INTIMAIL_IS_ACCOUNT (self));
  g_return_if_fail (id != NULL);

  intimail_call_start (self, intimail_account_lookup_mailbox_async, &call, cancellable, callback, user_data);
}

/**
 * intimail_account_lookup_mailbox_finish:
 * @self: an account
 * @result: what the callback got
 * @error: return location for an error
 *
 * Ends [method@Intimail.Account.lookup_mailbox_async].
 *
 * Fails as [method@Intimail.Account.lookup_mailbox] does, and when it was cancelled.
 *
 * Returns: (transfer full): the mailbox
 *
 * Since: 1.0
 */
IntimailMailbox *
intimail_account_lookup_mailbox_finish (IntimailAccount *self, GAsyncResult *result, GError **error)
{
  return intimail_call_finish (self, intimail_account_lookup_mailbox_async, result, error);
}

static gpointer
run_lookup_mailbox_by_role (gpointer self, const IntimailCall *call, GCancellable *cancellable, GError **error)
{
  return intimail_account_lookup_mailbox_by_role (self, (IntimailMailboxRole) call->numbers[0], error);
}

/**
 * intimail_account_lookup_mailbox_by_role_async:
 * @self: an account
 * @role: a role
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async) (closure user_data): called in the main context that was
 *   the caller's thread default
 * @user_data: data for @callback
 *
 * Gets the mailbox that has a role without making the caller wait: see
 * [method@Intimail.Account.lookup_mailbox_by_role].
 *
 * Since: 1.0
 */
void
intimail_account_lookup_mailbox_by_role_async (IntimailAccount *self, IntimailMailboxRole role, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  const IntimailCall call = { .run = run_lookup_mailbox_by_role, .free_result = g_object_unref, .numbers = { role } };

  g_return_if_fail (INTIMAIL_IS_ACCOUNT (self));

  intimail_call_start (self, intimail_account_lookup_mailbox_by_role_async, &call, cancellable, callback, user_data);
}

/**
 * intimail_account_lookup_mailbox_by_role_finish:
 * @self: an account
 * @result: what the callback got
 * @error: return location for an error
 *
 * Ends [method@Intimail.Account.lookup_mailbox_by_role_async].
 *
 * Fails as [method@Intimail.Account.lookup_mailbox_by_role] does, and when it was
 * cancelled.
 *
 * Returns: (transfer full): the mailbox
 *
 * Since: 1.0
 */
IntimailMailbox *
intimail_account_lookup_mailbox_by_role_finish (IntimailAccount *self, GAsyncResult *result, GError **error)
{
  return intimail_call_finish (self, intimail_account_lookup_mailbox_by_role_async, result, error);
}

static gpointer
run_lookup_mailbox_by_path (gpointer self, const IntimailCall *call, GCancellable *cancellable, GError **error)
{
  return intimail_account_lookup_mailbox_by_path (self, call->texts[0], error);
}

/**
 * intimail_account_lookup_mailbox_by_path_async:
 * @self: an account
 * @path: the names from the top, with slashes between
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async) (closure user_data): called in the main context that was
 *   the caller's thread default
 * @user_data: data for @callback
 *
 * Gets the mailbox at a path without making the caller wait: see
 * [method@Intimail.Account.lookup_mailbox_by_path].
 *
 * Since: 1.0
 */
void
intimail_account_lookup_mailbox_by_path_async (IntimailAccount *self, const char *path, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  const IntimailCall call = { .run = run_lookup_mailbox_by_path, .free_result = g_object_unref, .texts = { path } };

  g_return_if_fail (INTIMAIL_IS_ACCOUNT (self));
  g_return_if_fail (path != NULL);

  intimail_call_start (self, intimail_account_lookup_mailbox_by_path_async, &call, cancellable, callback, user_data);
}

/**
 * intimail_account_lookup_mailbox_by_path_finish:
 * @self: an account
 * @result: what the callback got
 * @error: return location for an error
 *
 * Ends [method@Intimail.Account.lookup_mailbox_by_path_async].
 *
 * Fails as [method@Intimail.Account.lookup_mailbox_by_path] does, and when it was
 * cancelled.
 *
 * Returns: (transfer full): the mailbox
 *
 * Since: 1.0
 */
IntimailMailbox *
intimail_account_lookup_mailbox_by_path_finish (IntimailAccount *self, GAsyncResult *result, GError **error)
{
  return intimail_call_finish (self, intimail_account_lookup_mailbox_by_path_async, result, error);
}

static gpointer
run_create_mailbox (gpointer self, const IntimailCall *call, GCancellable *cancellable, GError **error)
{
  return intimail_account_create_mailbox (self, call->texts[0], call->texts[1], cancellable, error);
}

/**
 * intimail_account_create_mailbox_async:
 * @self: an account
 * @name: the name, of 200 bytes at most
 * @parent_id: (nullable): the mailbox that holds it; %NULL at the top
 * @cancellable: (nullable): a cancellable, heeded as by the call that waits
 * @callback: (scope async) (closure user_data): called in the main context that was
 *   the caller's thread default
 * @user_data: data for @callback
 *
 * Makes a mailbox without making the caller wait: see
 * [method@Intimail.Account.create_mailbox].
 *
 * Since: 1.0
 */
void
intimail_account_create_mailbox_async (IntimailAccount *self, const char *name, const char *parent_id, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  const IntimailCall call = {
    .run = run_create_mailbox,
    .free_result = g_object_unref,
    .is_change = TRUE,
    .texts = { name, parent_id },
  };

  g_return_if_fail (INTIMAIL_IS_ACCOUNT (self));
  g_return_if_fail (name != NULL);

  intimail_call_start (self, intimail_account_create_mailbox_async, &call, cancellable, callback, user_data);
}

/**
 * intimail_account_create_mailbox_finish:
 * @self: an account
 * @result: what the callback got
 * @error: return location for an error
 *
 * Ends [method@Intimail.Account.create_mailbox_async].
 *
 * Fails as [method@Intimail.Account.create_mailbox] does.
 *
 * Returns: (transfer full): the mailbox
 *
 * Since: 1.0
 */
IntimailMailbox *
intimail_account_create_mailbox_finish (IntimailAccount *self, GAsyncResult *result, GError **error)
{
  return intimail_call_finish (self, intimail_account_create_mailbox_async, result, error);
}

static gpointer
run_update_mailbox (gpointer self, const IntimailCall *call, GCancellable *cancellable, GError **error)
{
  return GINT_TO_POINTER (intimail_account_update_mailbox (self, call->texts[0], call->texts[1], call->texts[2], (IntimailMailboxRole) call->numbers[0], (guint) call->numbers[1], call->numbers[2] != 0, cancellable, error));
}

/**
 * intimail_account_update_mailbox_async:
 * @self: an account
 * @id: the id of a mailbox
 * @name: the name that it shall have
 * @parent_id: (nullable): the mailbox that shall hold it; %NULL at the top
 * @role: the role that it shall have
 * @sort_order: where it stands in a list
 * @subscribed: whether the person wants to see it
 * @cancellable: (nullable): a cancellable, heeded as by the call that waits
 * @callback: (scope async) (closure user_data): called in the main context that was
 *   the caller's thread default
 * @user_data: data for @callback
 *
 * Changes a mailbox without making the caller wait: see
 * [method@Intimail.Account.update_mailbox].
 *
 * Since: 1.0
 */
void
intimail_account_update_mailbox_async (IntimailAccount *self, const char *id, const char *name, const char *parent_id, IntimailMailboxRole role, guint sort_order, gboolean subscribed, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  const IntimailCall call = {
    .run = run_update_mailbox,
    .is_change = TRUE,
    .texts = { id, name, parent_id },
    .numbers = { role, sort_order, subscribed },
  };

  g_return_if_fail (INTIMAIL_IS_ACCOUNT (self));
  g_return_if_fail (id != NULL);
  g_return_if_fail (name != NULL);

  intimail_call_start (self, intimail_account_update_mailbox_async, &call, cancellable, callback, user_data);
}

/**
 * intimail_account_update_mailbox_finish:
 * @self: an account
 * @result: what the callback got
 * @error: return location for an error
 *
 * Ends [method@Intimail.Account.update_mailbox_async].
 *
 * Fails as [method@Intimail.Account.update_mailbox] does.
 *
 * Returns: whether it is changed
 *
 * Since: 1.0
 */
gboolean
intimail_account_update_mailbox_finish (IntimailAccount *self, GAsyncResult *result, GError **error)
{
  return intimail_call_finish (self, intimail_account_update_mailbox_async, result, error) != NULL;
}

static gpointer
run_remove_mailbox (gpointer self, const IntimailCall *call, GCancellable *cancellable, GError **error)
{
  return GINT_TO_POINTER (intimail_account_remove_mailbox (self, call->texts[0], call->numbers[0] != 0, cancellable, error));
}

/**
 * intimail_account_remove_mailbox_async:
 * @self: an account
 * @id: the id of a mailbox
 * @with_messages: whether its messages go too
 * @cancellable: (nullable): a cancellable, heeded as by the call that waits
 * @callback: (scope async) (closure user_data): called in the main context that was
 *   the caller's thread default
 * @user_data: data for @callback
 *
 * Removes a mailbox without making the caller wait: see
 * [method@Intimail.Account.remove_mailbox].
 *
 * Since: 1.0
 */
void
intimail_account_remove_mailbox_async (IntimailAccount *self, const char *id, gboolean with_messages, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  const IntimailCall call = { .run = run_remove_mailbox, .is_change = TRUE, .texts = { id }, .numbers = { with_messages } };

  g_return_if_fail (INTIMAIL_IS_ACCOUNT (self));
  g_return_if_fail (id != NULL);

  intimail_call_start (self, intimail_account_remove_mailbox_async, &call, cancellable, callback, user_data);
}

/**
 * intimail_account_remove_mailbox_finish:
 * @self: an account
 * @result: what the callback got
 * @error: return location for an error
 *
 * Ends [method@Intimail.Account.remove_mailbox_async].
 *
 * Fails as [method@Intimail.Account.remove_mailbox] does.
 *
 * Returns: whether it is removed
 *
 * Since: 1.0
 */
gboolean
intimail_account_remove_mailbox_finish (IntimailAccount *self, GAsyncResult *result, GError **error)
{
  return intimail_call_finish (self, intimail_account_remove_mailbox_async, result, error) != NULL;
}
