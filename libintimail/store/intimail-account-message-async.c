/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <intimail/intimail-account-async.h>

#include "store/intimail-call-private.h"

static gpointer
run_query (IntimailAccount *self, const IntimailCall *call, GCancellable *cancellable, GError **error)
{
  return intimail_account_query (self, call->filter, (const char *const *) call->lists[0], call->numbers[0] != 0, cancellable, error);
}

/**
 * intimail_account_query_async:
 * @self: an account
 * @filter: (nullable): what the messages have to be; %NULL is all
 * @sort: (nullable) (array zero-terminated=1): what to sort by
 * @collapse_threads: whether only the first message of each thread is listed
 * @cancellable: (nullable): a cancellable, heeded as by the call that waits
 * @callback: (scope async) (closure user_data): called in the main context that was
 *   the caller's thread default
 * @user_data: data for @callback
 *
 * Finds messages without making the caller wait: see [method@Intimail.Account.query].
 *
 * Since: 1.0
 */
void
intimail_account_query_async (IntimailAccount *self, IntimailFilter *filter, const char *const *sort, gboolean collapse_threads, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  IntimailCall *call;

  g_return_if_fail (INTIMAIL_IS_ACCOUNT (self));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  call = intimail_call_new ();
  call->filter = filter != NULL ? g_object_ref (filter) : NULL;
  call->lists[0] = g_strdupv ((GStrv) sort);
  call->numbers[0] = collapse_threads;
  intimail_call_run (call, self, intimail_account_query_async, run_query, g_object_unref, cancellable, callback, user_data);
}

/**
 * intimail_account_query_finish:
 * @self: an account
 * @result: what the callback got
 * @error: return location for an error
 *
 * Ends [method@Intimail.Account.query_async].
 *
 * Fails as [method@Intimail.Account.query] does.
 *
 * Returns: (transfer full): the listing
 *
 * Since: 1.0
 */
IntimailListing *
intimail_account_query_finish (IntimailAccount *self, GAsyncResult *result, GError **error)
{
  return intimail_call_finish (self, result, intimail_account_query_async, error);
}

static gpointer
run_get_envelope (IntimailAccount *self, const IntimailCall *call, GCancellable *cancellable, GError **error)
{
  return intimail_account_get_envelope (self, call->texts[0], error);
}

/**
 * intimail_account_get_envelope_async:
 * @self: an account
 * @id: the id of a message
 * @cancellable: (nullable): a cancellable, heeded until the call begins
 * @callback: (scope async) (closure user_data): called in the main context that was
 *   the caller's thread default
 * @user_data: data for @callback
 *
 * Gets what the index knows of a message without making the caller wait: see
 * [method@Intimail.Account.get_envelope].
 *
 * Since: 1.0
 */
void
intimail_account_get_envelope_async (IntimailAccount *self, const char *id, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  IntimailCall *call;

  g_return_if_fail (INTIMAIL_IS_ACCOUNT (self));
  g_return_if_fail (id != NULL);
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  call = intimail_call_new ();
  call->texts[0] = g_strdup (id);
  intimail_call_run (call, self, intimail_account_get_envelope_async, run_get_envelope, g_object_unref, cancellable, callback, user_data);
}

/**
 * intimail_account_get_envelope_finish:
 * @self: an account
 * @result: what the callback got
 * @error: return location for an error
 *
 * Ends [method@Intimail.Account.get_envelope_async].
 *
 * Fails as [method@Intimail.Account.get_envelope] does, and when it was cancelled
 * before it began.
 *
 * Returns: (transfer full): the envelope
 *
 * Since: 1.0
 */
IntimailEnvelope *
intimail_account_get_envelope_finish (IntimailAccount *self, GAsyncResult *result, GError **error)
{
  return intimail_call_finish (self, result, intimail_account_get_envelope_async, error);
}

static gpointer
run_get_thread (IntimailAccount *self, const IntimailCall *call, GCancellable *cancellable, GError **error)
{
  return intimail_account_get_thread (self, call->texts[0], error);
}

/**
 * intimail_account_get_thread_async:
 * @self: an account
 * @thread_id: the id of a thread
 * @cancellable: (nullable): a cancellable, heeded until the call begins
 * @callback: (scope async) (closure user_data): called in the main context that was
 *   the caller's thread default
 * @user_data: data for @callback
 *
 * Gets the messages of a thread without making the caller wait: see
 * [method@Intimail.Account.get_thread].
 *
 * Since: 1.0
 */
void
intimail_account_get_thread_async (IntimailAccount *self, const char *thread_id, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  IntimailCall *call;

  g_return_if_fail (INTIMAIL_IS_ACCOUNT (self));
  g_return_if_fail (thread_id != NULL);
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  call = intimail_call_new ();
  call->texts[0] = g_strdup (thread_id);
  intimail_call_run (call, self, intimail_account_get_thread_async, run_get_thread, (GDestroyNotify) g_strfreev, cancellable, callback, user_data);
}

/**
 * intimail_account_get_thread_finish:
 * @self: an account
 * @result: what the callback got
 * @error: return location for an error
 *
 * Ends [method@Intimail.Account.get_thread_async].
 *
 * Fails as [method@Intimail.Account.get_thread] does, and when it was cancelled
 * before it began.
 *
 * Returns: (transfer full) (array zero-terminated=1): ids of messages
 *
 * Since: 1.0
 */
char **
intimail_account_get_thread_finish (IntimailAccount *self, GAsyncResult *result, GError **error)
{
  return intimail_call_finish (self, result, intimail_account_get_thread_async, error);
}

static gpointer
run_open_message (IntimailAccount *self, const IntimailCall *call, GCancellable *cancellable, GError **error)
{
  return intimail_account_open_message (self, call->texts[0], error);
}

/**
 * intimail_account_open_message_async:
 * @self: an account
 * @id: the id of a message
 * @cancellable: (nullable): a cancellable, heeded until the call begins
 * @callback: (scope async) (closure user_data): called in the main context that was
 *   the caller's thread default
 * @user_data: data for @callback
 *
 * Opens a message without making the caller wait: see
 * [method@Intimail.Account.open_message].
 *
 * Since: 1.0
 */
void
intimail_account_open_message_async (IntimailAccount *self, const char *id, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  IntimailCall *call;

  g_return_if_fail (INTIMAIL_IS_ACCOUNT (self));
  g_return_if_fail (id != NULL);
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  call = intimail_call_new ();
  call->texts[0] = g_strdup (id);
  intimail_call_run (call, self, intimail_account_open_message_async, run_open_message, g_object_unref, cancellable, callback, user_data);
}

/**
 * intimail_account_open_message_finish:
 * @self: an account
 * @result: what the callback got
 * @error: return location for an error
 *
 * Ends [method@Intimail.Account.open_message_async].
 *
 * Fails as [method@Intimail.Account.open_message] does, and when it was cancelled
 * before it began.
 *
 * Returns: (transfer full): the message
 *
 * Since: 1.0
 */
IntimailMessage *
intimail_account_open_message_finish (IntimailAccount *self, GAsyncResult *result, GError **error)
{
  return intimail_call_finish (self, result, intimail_account_open_message_async, error);
}

static gpointer
run_load_message (IntimailAccount *self, const IntimailCall *call, GCancellable *cancellable, GError **error)
{
  return intimail_account_load_message (self, call->texts[0], error);
}

/**
 * intimail_account_load_message_async:
 * @self: an account
 * @id: the id of a message
 * @cancellable: (nullable): a cancellable, heeded until the call begins
 * @callback: (scope async) (closure user_data): called in the main context that was
 *   the caller's thread default
 * @user_data: data for @callback
 *
 * Gets the bytes of a message without making the caller wait: see
 * [method@Intimail.Account.load_message].
 *
 * Since: 1.0
 */
void
intimail_account_load_message_async (IntimailAccount *self, const char *id, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  IntimailCall *call;

  g_return_if_fail (INTIMAIL_IS_ACCOUNT (self));
  g_return_if_fail (id != NULL);
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  call = intimail_call_new ();
  call->texts[0] = g_strdup (id);
  intimail_call_run (call, self, intimail_account_load_message_async, run_load_message, (GDestroyNotify) g_bytes_unref, cancellable, callback, user_data);
}

/**
 * intimail_account_load_message_finish:
 * @self: an account
 * @result: what the callback got
 * @error: return location for an error
 *
 * Ends [method@Intimail.Account.load_message_async].
 *
 * Fails as [method@Intimail.Account.load_message] does, and when it was cancelled
 * before it began.
 *
 * Returns: (transfer full): its bytes
 *
 * Since: 1.0
 */
GBytes *
intimail_account_load_message_finish (IntimailAccount *self, GAsyncResult *result, GError **error)
{
  return intimail_call_finish (self, result, intimail_account_load_message_async, error);
}

static gpointer
run_load_blob (IntimailAccount *self, const IntimailCall *call, GCancellable *cancellable, GError **error)
{
  return intimail_account_load_blob (self, call->texts[0], error);
}

/**
 * intimail_account_load_blob_async:
 * @self: an account
 * @blob_id: the id of a blob
 * @cancellable: (nullable): a cancellable, heeded until the call begins
 * @callback: (scope async) (closure user_data): called in the main context that was
 *   the caller's thread default
 * @user_data: data for @callback
 *
 * Gets the bytes of a message, a part or an upload without making the caller wait:
 * see [method@Intimail.Account.load_blob].
 *
 * Since: 1.0
 */
void
intimail_account_load_blob_async (IntimailAccount *self, const char *blob_id, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  IntimailCall *call;

  g_return_if_fail (INTIMAIL_IS_ACCOUNT (self));
  g_return_if_fail (blob_id != NULL);
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  call = intimail_call_new ();
  call->texts[0] = g_strdup (blob_id);
  intimail_call_run (call, self, intimail_account_load_blob_async, run_load_blob, (GDestroyNotify) g_bytes_unref, cancellable, callback, user_data);
}

/**
 * intimail_account_load_blob_finish:
 * @self: an account
 * @result: what the callback got
 * @error: return location for an error
 *
 * Ends [method@Intimail.Account.load_blob_async].
 *
 * Fails as [method@Intimail.Account.load_blob] does, and when it was cancelled before
 * it began.
 *
 * Returns: (transfer full): its bytes
 *
 * Since: 1.0
 */
GBytes *
intimail_account_load_blob_finish (IntimailAccount *self, GAsyncResult *result, GError **error)
{
  return intimail_call_finish (self, result, intimail_account_load_blob_async, error);
}

static gpointer
run_begin_upload (IntimailAccount *self, const IntimailCall *call, GCancellable *cancellable, GError **error)
{
  return intimail_account_begin_upload (self, (guint64) call->numbers[0], error);
}

/**
 * intimail_account_begin_upload_async:
 * @self: an account
 * @max_size: bytes that it may have at most; 0 is no limit
 * @cancellable: (nullable): a cancellable, heeded until the call begins
 * @callback: (scope async) (closure user_data): called in the main context that was
 *   the caller's thread default
 * @user_data: data for @callback
 *
 * Begins an upload without making the caller wait: see
 * [method@Intimail.Account.begin_upload].
 *
 * Since: 1.0
 */
void
intimail_account_begin_upload_async (IntimailAccount *self, guint64 max_size, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  IntimailCall *call;

  g_return_if_fail (INTIMAIL_IS_ACCOUNT (self));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  call = intimail_call_new ();
  call->numbers[0] = (gint64) max_size;
  intimail_call_run (call, self, intimail_account_begin_upload_async, run_begin_upload, g_object_unref, cancellable, callback, user_data);
}

/**
 * intimail_account_begin_upload_finish:
 * @self: an account
 * @result: what the callback got
 * @error: return location for an error
 *
 * Ends [method@Intimail.Account.begin_upload_async].
 *
 * Fails as [method@Intimail.Account.begin_upload] does, and when it was cancelled
 * before it began.
 *
 * Returns: (transfer full): the upload
 *
 * Since: 1.0
 */
IntimailUpload *
intimail_account_begin_upload_finish (IntimailAccount *self, GAsyncResult *result, GError **error)
{
  return intimail_call_finish (self, result, intimail_account_begin_upload_async, error);
}

static gpointer
run_set_keywords (IntimailAccount *self, const IntimailCall *call, GCancellable *cancellable, GError **error)
{
  return GINT_TO_POINTER (intimail_account_set_keywords (self, (const char *const *) call->lists[0], (const char *const *) call->lists[1], (const char *const *) call->lists[2], cancellable, error));
}

/**
 * intimail_account_set_keywords_async:
 * @self: an account
 * @ids: (array zero-terminated=1): ids of messages
 * @add: (nullable) (array zero-terminated=1): keywords to set, in lower case
 * @remove: (nullable) (array zero-terminated=1): keywords to take away
 * @cancellable: (nullable): a cancellable, heeded as by the call that waits
 * @callback: (scope async) (closure user_data): called in the main context that was
 *   the caller's thread default
 * @user_data: data for @callback
 *
 * Changes keywords of messages without making the caller wait: see
 * [method@Intimail.Account.set_keywords].
 *
 * Since: 1.0
 */
void
intimail_account_set_keywords_async (IntimailAccount *self, const char *const *ids, const char *const *add, const char *const *remove, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  IntimailCall *call;

  g_return_if_fail (INTIMAIL_IS_ACCOUNT (self));
  g_return_if_fail (ids != NULL);
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  call = intimail_call_new ();
  call->lists[0] = g_strdupv ((GStrv) ids);
  call->lists[1] = g_strdupv ((GStrv) add);
  call->lists[2] = g_strdupv ((GStrv) remove);
  intimail_call_run (call, self, intimail_account_set_keywords_async, run_set_keywords, NULL, cancellable, callback, user_data);
}

/**
 * intimail_account_set_keywords_finish:
 * @self: an account
 * @result: what the callback got
 * @error: return location for an error
 *
 * Ends [method@Intimail.Account.set_keywords_async].
 *
 * Fails as [method@Intimail.Account.set_keywords] does.
 *
 * Returns: whether all are changed
 *
 * Since: 1.0
 */
gboolean
intimail_account_set_keywords_finish (IntimailAccount *self, GAsyncResult *result, GError **error)
{
  return intimail_call_finish (self, result, intimail_account_set_keywords_async, error) != NULL;
}

static gpointer
run_set_mailboxes (IntimailAccount *self, const IntimailCall *call, GCancellable *cancellable, GError **error)
{
  return GINT_TO_POINTER (intimail_account_set_mailboxes (self, (const char *const *) call->lists[0], (const char *const *) call->lists[1], cancellable, error));
}

/**
 * intimail_account_set_mailboxes_async:
 * @self: an account
 * @ids: (array zero-terminated=1): ids of messages
 * @mailbox_ids: (array zero-terminated=1): the mailboxes that they shall be in, at
 *   least one
 * @cancellable: (nullable): a cancellable, heeded as by the call that waits
 * @callback: (scope async) (closure user_data): called in the main context that was
 *   the caller's thread default
 * @user_data: data for @callback
 *
 * Puts messages into mailboxes and takes them out of all others without making the
 * caller wait: see [method@Intimail.Account.set_mailboxes].
 *
 * Since: 1.0
 */
void
intimail_account_set_mailboxes_async (IntimailAccount *self, const char *const *ids, const char *const *mailbox_ids, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  IntimailCall *call;

  g_return_if_fail (INTIMAIL_IS_ACCOUNT (self));
  g_return_if_fail (ids != NULL);
  g_return_if_fail (mailbox_ids != NULL);
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  call = intimail_call_new ();
  call->lists[0] = g_strdupv ((GStrv) ids);
  call->lists[1] = g_strdupv ((GStrv) mailbox_ids);
  intimail_call_run (call, self, intimail_account_set_mailboxes_async, run_set_mailboxes, NULL, cancellable, callback, user_data);
}

/**
 * intimail_account_set_mailboxes_finish:
 * @self: an account
 * @result: what the callback got
 * @error: return location for an error
 *
 * Ends [method@Intimail.Account.set_mailboxes_async].
 *
 * Fails as [method@Intimail.Account.set_mailboxes] does.
 *
 * Returns: whether all are where they should be
 *
 * Since: 1.0
 */
gboolean
intimail_account_set_mailboxes_finish (IntimailAccount *self, GAsyncResult *result, GError **error)
{
  return intimail_call_finish (self, result, intimail_account_set_mailboxes_async, error) != NULL;
}

static gpointer
run_remove_messages (IntimailAccount *self, const IntimailCall *call, GCancellable *cancellable, GError **error)
{
  return GINT_TO_POINTER (intimail_account_remove_messages (self, (const char *const *) call->lists[0], cancellable, error));
}

/**
 * intimail_account_remove_messages_async:
 * @self: an account
 * @ids: (array zero-terminated=1): ids of messages
 * @cancellable: (nullable): a cancellable, heeded as by the call that waits
 * @callback: (scope async) (closure user_data): called in the main context that was
 *   the caller's thread default
 * @user_data: data for @callback
 *
 * Removes messages from all their mailboxes without making the caller wait: see
 * [method@Intimail.Account.remove_messages].
 *
 * Since: 1.0
 */
void
intimail_account_remove_messages_async (IntimailAccount *self, const char *const *ids, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  IntimailCall *call;

  g_return_if_fail (INTIMAIL_IS_ACCOUNT (self));
  g_return_if_fail (ids != NULL);
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  call = intimail_call_new ();
  call->lists[0] = g_strdupv ((GStrv) ids);
  intimail_call_run (call, self, intimail_account_remove_messages_async, run_remove_messages, NULL, cancellable, callback, user_data);
}

/**
 * intimail_account_remove_messages_finish:
 * @self: an account
 * @result: what the callback got
 * @error: return location for an error
 *
 * Ends [method@Intimail.Account.remove_messages_async].
 *
 * Fails as [method@Intimail.Account.remove_messages] does.
 *
 * Returns: whether all are removed
 *
 * Since: 1.0
 */
gboolean
intimail_account_remove_messages_finish (IntimailAccount *self, GAsyncResult *result, GError **error)
{
  return intimail_call_finish (self, result, intimail_account_remove_messages_async, error) != NULL;
}
