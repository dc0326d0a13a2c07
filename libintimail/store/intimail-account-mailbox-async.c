/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <intimail/intimail-account-async.h>

#include "store/intimail-call-private.h"

static gpointer
run_list_mailboxes (IntimailAccount *self, const IntimailCall *call, GCancellable *cancellable, GError **error)
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
  g_return_if_fail (INTIMAIL_IS_ACCOUNT (self));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  intimail_call_run (intimail_call_new (), self, intimail_account_list_mailboxes_async, run_list_mailboxes, (GDestroyNotify) g_ptr_array_unref, cancellable, callback, user_data);
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
  return intimail_call_finish (self, result, intimail_account_list_mailboxes_async, error);
}

static gpointer
run_lookup_mailbox (IntimailAccount *self, const IntimailCall *call, GCancellable *cancellable, GError **error)
{
  return intimail_account_lookup_mailbox (self, call->texts[0], error);
}

/**
 * intimail_account_lookup_mailbox_async:
 * @self: an account
 * @id: the id of a mailbox
 * @cancellable: (nullable): a cancellable, heeded until the call begins
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
  IntimailCall *call;

  g_return_if_fail (INTIMAIL_IS_ACCOUNT (self));
  g_return_if_fail (id != NULL);
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  call = intimail_call_new ();
  call->texts[0] = g_strdup (id);
  intimail_call_run (call, self, intimail_account_lookup_mailbox_async, run_lookup_mailbox, g_object_unref, cancellable, callback, user_data);
}

/**
 * intimail_account_lookup_mailbox_finish:
 * @self: an account
 * @result: what the callback got
 * @error: return location for an error
 *
 * Ends [method@Intimail.Account.lookup_mailbox_async].
 *
 * Fails as [method@Intimail.Account.lookup_mailbox] does, and when it was cancelled
 * before it began.
 *
 * Returns: (transfer full): the mailbox
 *
 * Since: 1.0
 */
IntimailMailbox *
intimail_account_lookup_mailbox_finish (IntimailAccount *self, GAsyncResult *result, GError **error)
{
  return intimail_call_finish (self, result, intimail_account_lookup_mailbox_async, error);
}

static gpointer
run_lookup_mailbox_by_role (IntimailAccount *self, const IntimailCall *call, GCancellable *cancellable, GError **error)
{
  return intimail_account_lookup_mailbox_by_role (self, (IntimailMailboxRole) call->numbers[0], error);
}

/**
 * intimail_account_lookup_mailbox_by_role_async:
 * @self: an account
 * @role: a role
 * @cancellable: (nullable): a cancellable, heeded until the call begins
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
  IntimailCall *call;

  g_return_if_fail (INTIMAIL_IS_ACCOUNT (self));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  call = intimail_call_new ();
  call->numbers[0] = role;
  intimail_call_run (call, self, intimail_account_lookup_mailbox_by_role_async, run_lookup_mailbox_by_role, g_object_unref, cancellable, callback, user_data);
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
 * cancelled before it began.
 *
 * Returns: (transfer full): the mailbox
 *
 * Since: 1.0
 */
IntimailMailbox *
intimail_account_lookup_mailbox_by_role_finish (IntimailAccount *self, GAsyncResult *result, GError **error)
{
  return intimail_call_finish (self, result, intimail_account_lookup_mailbox_by_role_async, error);
}

static gpointer
run_lookup_mailbox_by_path (IntimailAccount *self, const IntimailCall *call, GCancellable *cancellable, GError **error)
{
  return intimail_account_lookup_mailbox_by_path (self, call->texts[0], error);
}

/**
 * intimail_account_lookup_mailbox_by_path_async:
 * @self: an account
 * @path: the names from the top, with slashes between
 * @cancellable: (nullable): a cancellable, heeded until the call begins
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
  IntimailCall *call;

  g_return_if_fail (INTIMAIL_IS_ACCOUNT (self));
  g_return_if_fail (path != NULL);
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  call = intimail_call_new ();
  call->texts[0] = g_strdup (path);
  intimail_call_run (call, self, intimail_account_lookup_mailbox_by_path_async, run_lookup_mailbox_by_path, g_object_unref, cancellable, callback, user_data);
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
 * cancelled before it began.
 *
 * Returns: (transfer full): the mailbox
 *
 * Since: 1.0
 */
IntimailMailbox *
intimail_account_lookup_mailbox_by_path_finish (IntimailAccount *self, GAsyncResult *result, GError **error)
{
  return intimail_call_finish (self, result, intimail_account_lookup_mailbox_by_path_async, error);
}

static gpointer
run_create_mailbox (IntimailAccount *self, const IntimailCall *call, GCancellable *cancellable, GError **error)
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
  IntimailCall *call;

  g_return_if_fail (INTIMAIL_IS_ACCOUNT (self));
  g_return_if_fail (name != NULL);
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  call = intimail_call_new ();
  call->texts[0] = g_strdup (name);
  call->texts[1] = g_strdup (parent_id);
  intimail_call_run (call, self, intimail_account_create_mailbox_async, run_create_mailbox, g_object_unref, cancellable, callback, user_data);
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
  return intimail_call_finish (self, result, intimail_account_create_mailbox_async, error);
}

static gpointer
run_update_mailbox (IntimailAccount *self, const IntimailCall *call, GCancellable *cancellable, GError **error)
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
  IntimailCall *call;

  g_return_if_fail (INTIMAIL_IS_ACCOUNT (self));
  g_return_if_fail (id != NULL);
  g_return_if_fail (name != NULL);
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  call = intimail_call_new ();
  call->texts[0] = g_strdup (id);
  call->texts[1] = g_strdup (name);
  call->texts[2] = g_strdup (parent_id);
  call->numbers[0] = role;
  call->numbers[1] = sort_order;
  call->numbers[2] = subscribed;
  intimail_call_run (call, self, intimail_account_update_mailbox_async, run_update_mailbox, NULL, cancellable, callback, user_data);
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
  return intimail_call_finish (self, result, intimail_account_update_mailbox_async, error) != NULL;
}

static gpointer
run_remove_mailbox (IntimailAccount *self, const IntimailCall *call, GCancellable *cancellable, GError **error)
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
  IntimailCall *call;

  g_return_if_fail (INTIMAIL_IS_ACCOUNT (self));
  g_return_if_fail (id != NULL);
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  call = intimail_call_new ();
  call->texts[0] = g_strdup (id);
  call->numbers[0] = with_messages;
  intimail_call_run (call, self, intimail_account_remove_mailbox_async, run_remove_mailbox, NULL, cancellable, callback, user_data);
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
  return intimail_call_finish (self, result, intimail_account_remove_mailbox_async, error) != NULL;
}
