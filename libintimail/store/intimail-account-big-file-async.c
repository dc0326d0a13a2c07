/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <intimail/intimail-account-big-file.h>

#include "base/intimail-call-private.h"

static gpointer
run_add_big_file (gpointer self, const IntimailCall *call, GCancellable *cancellable, GError **error)
{
  return GINT_TO_POINTER (intimail_account_add_big_file (self, call->objects[0], call->objects[1], cancellable, error));
}

/**
 * intimail_account_add_big_file_async:
 * @self: an account
 * @file: what it will be; it gets its id, its size and its time when it is kept
 * @stream: its bytes, read to their end
 * @cancellable: (nullable): a cancellable, heeded as by the call that waits
 * @callback: (scope async) (closure user_data): called in the main context that was
 *   the caller's thread default
 * @user_data: data for @callback
 *
 * Keeps a big file without making the caller wait: see
 * [method@Intimail.Account.add_big_file].
 *
 * Since: 1.0
 */
void
intimail_account_add_big_file_async (IntimailAccount *self, IntimailBigFile *file, GInputStream *stream, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  const IntimailCall call = { .run = run_add_big_file, .is_change = TRUE, .objects = { file, stream } };

  g_return_if_fail (INTIMAIL_IS_ACCOUNT (self));
  g_return_if_fail (INTIMAIL_IS_BIG_FILE (file));
  g_return_if_fail (G_IS_INPUT_STREAM (stream));

  intimail_call_start (self, intimail_account_add_big_file_async, &call, cancellable, callback, user_data);
}

/**
 * intimail_account_add_big_file_finish:
 * @self: an account
 * @result: what the callback got
 * @error: return location for an error
 *
 * Ends [method@Intimail.Account.add_big_file_async].
 *
 * Fails as [method@Intimail.Account.add_big_file] does, and when it was cancelled.
 *
 * Returns: whether it is kept
 *
 * Since: 1.0
 */
gboolean
intimail_account_add_big_file_finish (IntimailAccount *self, GAsyncResult *result, GError **error)
{
  return intimail_call_finish (self, intimail_account_add_big_file_async, result, error) != NULL;
}

static gpointer
run_add_big_file_from_blob (gpointer self, const IntimailCall *call, GCancellable *cancellable, GError **error)
{
  return GINT_TO_POINTER (intimail_account_add_big_file_from_blob (self, call->objects[0], call->texts[0], cancellable, error));
}

/**
 * intimail_account_add_big_file_from_blob_async:
 * @self: an account
 * @file: what it will be; it gets its id, its size and its time when it is kept
 * @blob_id: an upload, a message or a part of one
 * @cancellable: (nullable): a cancellable, heeded as by the call that waits
 * @callback: (scope async) (closure user_data): called in the main context that was
 *   the caller's thread default
 * @user_data: data for @callback
 *
 * Keeps the bytes of a blob as a big file without making the caller wait: see
 * [method@Intimail.Account.add_big_file_from_blob].
 *
 * Since: 1.0
 */
void
intimail_account_add_big_file_from_blob_async (IntimailAccount *self, IntimailBigFile *file, const char *blob_id, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  const IntimailCall call = {
    .run = run_add_big_file_from_blob,
    .is_change = TRUE,
    .objects = { file },
    .texts = { blob_id },
  };

  g_return_if_fail (INTIMAIL_IS_ACCOUNT (self));
  g_return_if_fail (INTIMAIL_IS_BIG_FILE (file));
  g_return_if_fail (blob_id != NULL);

  intimail_call_start (self, intimail_account_add_big_file_from_blob_async, &call, cancellable, callback, user_data);
}

/**
 * intimail_account_add_big_file_from_blob_finish:
 * @self: an account
 * @result: what the callback got
 * @error: return location for an error
 *
 * Ends [method@Intimail.Account.add_big_file_from_blob_async].
 *
 * Fails as [method@Intimail.Account.add_big_file_from_blob] does, and when it was cancelled.
 *
 * Returns: whether it is kept
 *
 * Since: 1.0
 */
gboolean
intimail_account_add_big_file_from_blob_finish (IntimailAccount *self, GAsyncResult *result, GError **error)
{
  return intimail_call_finish (self, intimail_account_add_big_file_from_blob_async, result, error) != NULL;
}

static gpointer
run_list_big_files (gpointer self, const IntimailCall *call, GCancellable *cancellable, GError **error)
{
  return intimail_account_list_big_files (self, cancellable, error);
}

/**
 * intimail_account_list_big_files_async:
 * @self: an account
 * @cancellable: (nullable): a cancellable, heeded as by the call that waits
 * @callback: (scope async) (closure user_data): called in the main context that was
 *   the caller's thread default
 * @user_data: data for @callback
 *
 * Gets the big files of the account without making the caller wait: see
 * [method@Intimail.Account.list_big_files].
 *
 * Since: 1.0
 */
void
intimail_account_list_big_files_async (IntimailAccount *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  const IntimailCall call = { .run = run_list_big_files, .free_result = (GDestroyNotify) g_ptr_array_unref };

  g_return_if_fail (INTIMAIL_IS_ACCOUNT (self));

  intimail_call_start (self, intimail_account_list_big_files_async, &call, cancellable, callback, user_data);
}

/**
 * intimail_account_list_big_files_finish:
 * @self: an account
 * @result: what the callback got
 * @error: return location for an error
 *
 * Ends [method@Intimail.Account.list_big_files_async].
 *
 * Fails as [method@Intimail.Account.list_big_files] does, and when it was cancelled.
 *
 * Returns: (transfer container) (element-type IntimailBigFile): the files
 *
 * Since: 1.0
 */
GPtrArray *
intimail_account_list_big_files_finish (IntimailAccount *self, GAsyncResult *result, GError **error)
{
  return intimail_call_finish (self, intimail_account_list_big_files_async, result, error);
}

static gpointer
run_lookup_big_file (gpointer self, const IntimailCall *call, GCancellable *cancellable, GError **error)
{
  return intimail_account_lookup_big_file (self, call->texts[0], cancellable, error);
}

/**
 * intimail_account_lookup_big_file_async:
 * @self: an account
 * @id: an id
 * @cancellable: (nullable): a cancellable, heeded as by the call that waits
 * @callback: (scope async) (closure user_data): called in the main context that was
 *   the caller's thread default
 * @user_data: data for @callback
 *
 * Gets one of the big files of the account without making the caller wait: see
 * [method@Intimail.Account.lookup_big_file].
 *
 * Since: 1.0
 */
void
intimail_account_lookup_big_file_async (IntimailAccount *self, const char *id, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  const IntimailCall call = { .run = run_lookup_big_file, .free_result = g_object_unref, .texts = { id } };

  g_return_if_fail (INTIMAIL_IS_ACCOUNT (self));
  g_return_if_fail (id != NULL);

  intimail_call_start (self, intimail_account_lookup_big_file_async, &call, cancellable, callback, user_data);
}

/**
 * intimail_account_lookup_big_file_finish:
 * @self: an account
 * @result: what the callback got
 * @error: return location for an error
 *
 * Ends [method@Intimail.Account.lookup_big_file_async].
 *
 * Fails as [method@Intimail.Account.lookup_big_file] does, and when it was cancelled.
 *
 * Returns: (transfer full): the file
 *
 * Since: 1.0
 */
IntimailBigFile *
intimail_account_lookup_big_file_finish (IntimailAccount *self, GAsyncResult *result, GError **error)
{
  return intimail_call_finish (self, intimail_account_lookup_big_file_async, result, error);
}

static gpointer
run_update_big_file (gpointer self, const IntimailCall *call, GCancellable *cancellable, GError **error)
{
  return GINT_TO_POINTER (intimail_account_update_big_file (self, call->objects[0], cancellable, error));
}

/**
 * intimail_account_update_big_file_async:
 * @self: an account
 * @file: one of its files, changed
 * @cancellable: (nullable): a cancellable, heeded as by the call that waits
 * @callback: (scope async) (closure user_data): called in the main context that was
 *   the caller's thread default
 * @user_data: data for @callback
 *
 * Writes down what was changed of a big file without making the caller wait: see
 * [method@Intimail.Account.update_big_file].
 *
 * Since: 1.0
 */
void
intimail_account_update_big_file_async (IntimailAccount *self, IntimailBigFile *file, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  const IntimailCall call = { .run = run_update_big_file, .is_change = TRUE, .objects = { file } };

  g_return_if_fail (INTIMAIL_IS_ACCOUNT (self));
  g_return_if_fail (INTIMAIL_IS_BIG_FILE (file));

  intimail_call_start (self, intimail_account_update_big_file_async, &call, cancellable, callback, user_data);
}

/**
 * intimail_account_update_big_file_finish:
 * @self: an account
 * @result: what the callback got
 * @error: return location for an error
 *
 * Ends [method@Intimail.Account.update_big_file_async].
 *
 * Fails as [method@Intimail.Account.update_big_file] does, and when it was cancelled.
 *
 * Returns: whether it is written
 *
 * Since: 1.0
 */
gboolean
intimail_account_update_big_file_finish (IntimailAccount *self, GAsyncResult *result, GError **error)
{
  return intimail_call_finish (self, intimail_account_update_big_file_async, result, error) != NULL;
}

static gpointer
run_remove_big_file (gpointer self, const IntimailCall *call, GCancellable *cancellable, GError **error)
{
  return GINT_TO_POINTER (intimail_account_remove_big_file (self, call->texts[0], cancellable, error));
}

/**
 * intimail_account_remove_big_file_async:
 * @self: an account
 * @id: the id of one of its files
 * @cancellable: (nullable): a cancellable, heeded as by the call that waits
 * @callback: (scope async) (closure user_data): called in the main context that was
 *   the caller's thread default
 * @user_data: data for @callback
 *
 * Removes a big file without making the caller wait: see
 * [method@Intimail.Account.remove_big_file].
 *
 * Since: 1.0
 */
void
intimail_account_remove_big_file_async (IntimailAccount *self, const char *id, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  const IntimailCall call = { .run = run_remove_big_file, .is_change = TRUE, .texts = { id } };

  g_return_if_fail (INTIMAIL_IS_ACCOUNT (self));
  g_return_if_fail (id != NULL);

  intimail_call_start (self, intimail_account_remove_big_file_async, &call, cancellable, callback, user_data);
}

/**
 * intimail_account_remove_big_file_finish:
 * @self: an account
 * @result: what the callback got
 * @error: return location for an error
 *
 * Ends [method@Intimail.Account.remove_big_file_async].
 *
 * Fails as [method@Intimail.Account.remove_big_file] does, and when it was cancelled.
 *
 * Returns: whether it is removed
 *
 * Since: 1.0
 */
gboolean
intimail_account_remove_big_file_finish (IntimailAccount *self, GAsyncResult *result, GError **error)
{
  return intimail_call_finish (self, intimail_account_remove_big_file_async, result, error) != NULL;
}

/* One more than was removed, so that it is not NULL. */
static gpointer
run_expire_big_files (gpointer self, const IntimailCall *call, GCancellable *cancellable, GError **error)
{
  guint n;

  return intimail_account_expire_big_files (self, call->numbers[0], &n, cancellable, error) ? GUINT_TO_POINTER (n + 1) : NULL;
}

/**
 * intimail_account_expire_big_files_async:
 * @self: an account
 * @now: seconds since 1970
 * @cancellable: (nullable): a cancellable, heeded until the disk is touched
 * @callback: (scope async) (closure user_data): called in the main context that was
 *   the caller's thread default
 * @user_data: data for @callback
 *
 * Removes the big files that have expired without making the caller wait: see
 * [method@Intimail.Account.expire_big_files].
 *
 * Since: 1.0
 */
void
intimail_account_expire_big_files_async (IntimailAccount *self, gint64 now, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  const IntimailCall call = { .run = run_expire_big_files, .is_change = TRUE, .numbers = { now } };

  g_return_if_fail (INTIMAIL_IS_ACCOUNT (self));

  intimail_call_start (self, intimail_account_expire_big_files_async, &call, cancellable, callback, user_data);
}

/**
 * intimail_account_expire_big_files_finish:
 * @self: an account
 * @result: what the callback got
 * @n_removed: (out) (optional): return location for the number of files removed
 * @error: return location for an error
 *
 * Ends [method@Intimail.Account.expire_big_files_async].
 *
 * Fails as [method@Intimail.Account.expire_big_files] does.
 *
 * Returns: whether all are removed
 *
 * Since: 1.0
 */
gboolean
intimail_account_expire_big_files_finish (IntimailAccount *self, GAsyncResult *result, guint *n_removed, GError **error)
{
  guint n = GPOINTER_TO_UINT (intimail_call_finish (self, intimail_account_expire_big_files_async, result, error));

  if (n_removed != NULL)
    *n_removed = n > 0 ? n - 1 : 0;
  return n > 0;
}

typedef struct
{
  char *id;
  IntimailBigFile *file;
} Detached;

static void
detached_free (gpointer data)
{
  Detached *detached = data;

  g_free (detached->id);
  g_clear_object (&detached->file);
  g_free (detached);
}

static gpointer
run_detach_part (gpointer self, const IntimailCall *call, GCancellable *cancellable, GError **error)
{
  Detached *detached = g_new0 (Detached, 1);

  detached->id = intimail_account_detach_part (self, call->texts[0], call->texts[1], call->texts[2], &detached->file, cancellable, error);
  if (detached->id == NULL)
    g_clear_pointer (&detached, detached_free);

  return detached;
}

/**
 * intimail_account_detach_part_async:
 * @self: an account
 * @id: the id of a message
 * @part_id: the id of an attachment of it
 * @link_start: what stands before the token of a link
 * @cancellable: (nullable): a cancellable, heeded until the disk is touched
 * @callback: (scope async) (closure user_data): called in the main context that was
 *   the caller's thread default
 * @user_data: data for @callback
 *
 * Makes an attachment a big file without making the caller wait: see
 * [method@Intimail.Account.detach_part].
 *
 * Since: 1.0
 */
void
intimail_account_detach_part_async (IntimailAccount *self,
                                    const char *id,
                                    const char *part_id,
                                    const char *link_start,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data)
{
  const IntimailCall call = {
    .run = run_detach_part,
    .free_result = detached_free,
    .is_change = TRUE,
    .texts = { id, part_id, link_start },
  };

  g_return_if_fail (INTIMAIL_IS_ACCOUNT (self));
  g_return_if_fail (id != NULL);
  g_return_if_fail (part_id != NULL);
  g_return_if_fail (link_start != NULL);

  intimail_call_start (self, intimail_account_detach_part_async, &call, cancellable, callback, user_data);
}

/**
 * intimail_account_detach_part_finish:
 * @self: an account
 * @result: what the callback got
 * @file: (out) (optional) (transfer full): return location for the big file
 * @error: return location for an error
 *
 * Ends [method@Intimail.Account.detach_part_async].
 *
 * Fails as [method@Intimail.Account.detach_part] does, and when it was cancelled.
 *
 * Returns: (transfer full): the id of the new message
 *
 * Since: 1.0
 */
char *
intimail_account_detach_part_finish (IntimailAccount *self, GAsyncResult *result, IntimailBigFile **file, GError **error)
{
  Detached *detached = intimail_call_finish (self, intimail_account_detach_part_async, result, error);
  char *id = detached != NULL ? g_steal_pointer (&detached->id) : NULL;

  if (file != NULL)
    *file = detached != NULL ? g_steal_pointer (&detached->file) : NULL;
  g_clear_pointer (&detached, detached_free);

  return id;
}
