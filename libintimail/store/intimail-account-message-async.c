/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <intimail/intimail-account-async.h>

#include "base/intimail-call-private.h"

static gpointer
run_query (gpointer self, const IntimailCall *call, GCancellable *cancellable, GError **error)
{
  return intimail_account_query (self, call->objects[0], call->lists[0], call->numbers[0] != 0, cancellable, error);
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
  const IntimailCall call = {
    .run = run_query,
    .free_result = g_object_unref,
    .objects = { filter },
    .lists = { sort },
    .numbers = { collapse_threads },
  };

  g_return_if_fail (INTIMAIL_IS_ACCOUNT (self));

  intimail_call_start (self, intimail_account_query_async, &call, cancellable, callback, user_data);
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
  return intimail_call_finish (self, intimail_account_query_async, result, error);
}

static gpointer
run_get_envelope (gpointer self, const IntimailCall *call, GCancellable *cancellable, GError **error)
{
  return intimail_account_get_envelope (self, call->texts[0], error);
}

/**
 * intimail_account_get_envelope_async:
 * @self: an account
 * @id: the id of a message
 * @cancellable: (nullable): a cancellable
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
  const IntimailCall call = { .run = run_get_envelope, .free_result = g_object_unref, .texts = { id } };

  g_return_if_fail (INTIMAIL_IS_ACCOUNT (self));
  g_return_if_fail (id != NULL);

  intimail_call_start (self, intimail_account_get_envelope_async, &call, cancellable, callback, user_data);
}

/**
 * intimail_account_get_envelope_finish:
 * @self: an account
 * @result: what the callback got
 * @error: return location for an error
 *
 * Ends [method@Intimail.Account.get_envelope_async].
 *
 * Fails as [method@Intimail.Account.get_envelope] does, and when it was cancelled.
 *
 * Returns: (transfer full): the envelope
 *
 * Since: 1.0
 */
IntimailEnvelope *
intimail_account_get_envelope_finish (IntimailAccount *self, GAsyncResult *result, GError **error)
{
  return intimail_call_finish (self, intimail_account_get_envelope_async, result, error);
}

static gpointer
run_get_thread (gpointer self, const IntimailCall *call, GCancellable *cancellable, GError **error)
{
  return intimail_account_get_thread (self, call->texts[0], error);
}

/**
 * intimail_account_get_thread_async:
 * @self: an account
 * @thread_id: the id of a thread
 * @cancellable: (nullable): a cancellable
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
  const IntimailCall call = { .run = run_get_thread, .free_result = (GDestroyNotify) g_strfreev, .texts = { thread_id } };

  g_return_if_fail (INTIMAIL_IS_ACCOUNT (self));
  g_return_if_fail (thread_id != NULL);

  intimail_call_start (self, intimail_account_get_thread_async, &call, cancellable, callback, user_data);
}

/**
 * intimail_account_get_thread_finish:
 * @self: an account
 * @result: what the callback got
 * @error: return location for an error
 *
 * Ends [method@Intimail.Account.get_thread_async].
 *
 * Fails as [method@Intimail.Account.get_thread] does, and when it was cancelled.
 *
 * Returns: (transfer full) (array zero-terminated=1): ids of messages
 *
 * Since: 1.0
 */
char **
intimail_account_get_thread_finish (IntimailAccount *self, GAsyncResult *result, GError **error)
{
  return intimail_call_finish (self, intimail_account_get_thread_async, result, error);
}

static gpointer
run_open_message (gpointer self, const IntimailCall *call, GCancellable *cancellable, GError **error)
{
  return intimail_account_open_message (self, call->texts[0], error);
}

/**
 * intimail_account_open_message_async:
 * @self: an account
 * @id: the id of a message
 * @cancellable: (nullable): a cancellable
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
  const IntimailCall call = { .run = run_open_message, .free_result = g_object_unref, .texts = { id } };

  g_return_if_fail (INTIMAIL_IS_ACCOUNT (self));
  g_return_if_fail (id != NULL);

  intimail_call_start (self, intimail_account_open_message_async, &call, cancellable, callback, user_data);
}

/**
 * intimail_account_open_message_finish:
 * @self: an account
 * @result: what the callback got
 * @error: return location for an error
 *
 * Ends [method@Intimail.Account.open_message_async].
 *
 * Fails as [method@Intimail.Account.open_message] does, and when it was cancelled.
 *
 * Returns: (transfer full): the message
 *
 * Since: 1.0
 */
IntimailMessage *
intimail_account_open_message_finish (IntimailAccount *self, GAsyncResult *result, GError **error)
{
  return intimail_call_finish (self, intimail_account_open_message_async, result, error);
}

static gpointer
run_load_message (gpointer self, const IntimailCall *call, GCancellable *cancellable, GError **error)
{
  return intimail_account_load_message (self, call->texts[0], error);
}

/**
 * intimail_account_load_message_async:
 * @self: an account
 * @id: the id of a message
 * @cancellable: (nullable): a cancellable
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
  const IntimailCall call = { .run = run_load_message, .free_result = (GDestroyNotify) g_bytes_unref, .texts = { id } };

  g_return_if_fail (INTIMAIL_IS_ACCOUNT (self));
  g_return_if_fail (id != NULL);

  intimail_call_start (self, intimail_account_load_message_async, &call, cancellable, callback, user_data);
}

/**
 * intimail_account_load_message_finish:
 * @self: an account
 * @result: what the callback got
 * @error: return location for an error
 *
 * Ends [method@Intimail.Account.load_message_async].
 *
 * Fails as [method@Intimail.Account.load_message] does, and when it was cancelled.
 *
 * Returns: (transfer full): its bytes
 *
 * Since: 1.0
 */
GBytes *
intimail_account_load_message_finish (IntimailAccount *self, GAsyncResult *result, GError **error)
{
  return intimail_call_finish (self, intimail_account_load_message_async, result, error);
}

static gpointer
run_load_blob (gpointer self, const IntimailCall *call, GCancellable *cancellable, GError **error)
{
  return intimail_account_load_blob (self, call->texts[0], error);
}

/**
 * intimail_account_load_blob_async:
 * @self: an account
 * @blob_id: the id of a blob
 * @cancellable: (nullable): a cancellable
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
  const IntimailCall call = { .run = run_load_blob, .free_result = (GDestroyNotify) g_bytes_unref, .texts = { blob_id } };

  g_return_if_fail (INTIMAIL_IS_ACCOUNT (self));
  g_return_if_fail (blob_id != NULL);

  intimail_call_start (self, intimail_account_load_blob_async, &call, cancellable, callback, user_data);
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
  return intimail_call_finish (self, intimail_account_load_blob_async, result, error);
}

static gpointer
run_begin_upload (gpointer self, const IntimailCall *call, GCancellable *cancellable, GError **error)
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
  const IntimailCall call = {
    .run = run_begin_upload,
    .free_result = g_object_unref,
    .is_change = TRUE,
    .numbers = { (gint64) max_size },
  };

  g_return_if_fail (INTIMAIL_IS_ACCOUNT (self));

  intimail_call_start (self, intimail_account_begin_upload_async, &call, cancellable, callback, user_data);
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
  return intimail_call_finish (self, intimail_account_begin_upload_async, result, error);
}

static gpointer
run_set_keywords (gpointer self, const IntimailCall *call, GCancellable *cancellable, GError **error)
{
  return GINT_TO_POINTER (intimail_account_set_keywords (self, call->lists[0], call->lists[1], call->lists[2], cancellable, error));
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
  const IntimailCall call = { .run = run_set_keywords, .is_change = TRUE, .lists = { ids, add, remove } };

  g_return_if_fail (INTIMAIL_IS_ACCOUNT (self));
  g_return_if_fail (ids != NULL);

  intimail_call_start (self, intimail_account_set_keywords_async, &call, cancellable, callback, user_data);
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
  return intimail_call_finish (self, intimail_account_set_keywords_async, result, error) != NULL;
}

static gpointer
run_set_mailboxes (gpointer self, const IntimailCall *call, GCancellable *cancellable, GError **error)
{
  return GINT_TO_POINTER (intimail_account_set_mailboxes (self, call->lists[0], call->lists[1], cancellable, error));
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
  const IntimailCall call = { .run = run_set_mailboxes, .is_change = TRUE, .lists = { ids, mailbox_ids } };

  g_return_if_fail (INTIMAIL_IS_ACCOUNT (self));
  g_return_if_fail (ids != NULL);
  g_return_if_fail (mailbox_ids != NULL);

  intimail_call_start (self, intimail_account_set_mailboxes_async, &call, cancellable, callback, user_data);
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
  return intimail_call_finish (self, intimail_account_set_mailboxes_async, result, error) != NULL;
}

static gpointer
run_remove_messages (gpointer self, const IntimailCall *call, GCancellable *cancellable, GError **error)
{
  return GINT_TO_POINTER (intimail_account_remove_messages (self, call->lists[0], cancellable, error));
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
  const IntimailCall call = { .run = run_remove_messages, .is_change = TRUE, .lists = { ids } };

  g_return_if_fail (INTIMAIL_IS_ACCOUNT (self));
  g_return_if_fail (ids != NULL);

  intimail_call_start (self, intimail_account_remove_messages_async, &call, cancellable, callback, user_data);
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
  return intimail_call_finish (self, intimail_account_remove_messages_async, result, error) != NULL;
}
