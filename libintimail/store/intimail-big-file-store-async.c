/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <intimail/intimail-big-file-store.h>

typedef struct
{
  IntimailBigFile *file;
  char *text;
  gint64 until;
} Call;

static void
call_free (gpointer data)
{
  Call *call = data;

  g_clear_object (&call->file);
  g_free (call->text);
  g_free (call);
}

static void
run (IntimailBigFileStore *self,
     gpointer tag,
     IntimailBigFile *file,
     const char *text,
     gint64 until,
     GTaskThreadFunc func,
     GCancellable *cancellable,
     GAsyncReadyCallback callback,
     gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  Call *call = g_new0 (Call, 1);

  call->file = file != NULL ? g_object_ref (file) : NULL;
  call->text = g_strdup (text);
  call->until = until;
  g_task_set_source_tag (task, tag);
  /* A download that is counted is told as begun, however late the cancel. */
  g_task_set_check_cancellable (task, FALSE);
  g_task_set_task_data (task, call, call_free);
  g_task_run_in_thread (task, func);
}

static gpointer
finish (IntimailBigFileStore *self, GAsyncResult *result, gpointer tag, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, tag), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
return_pointer (GTask *task, gpointer result, GError *error, GDestroyNotify free_func)
{
  if (result != NULL)
    g_task_return_pointer (task, result, free_func);
  else
    g_task_return_error (task, error);
}

static void
find_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  const Call *call = task_data;
  GError *error = NULL;
  IntimailBigFile *file = intimail_big_file_store_find (source, call->text, cancellable, &error);

  return_pointer (task, file, error, g_object_unref);
}

/**
 * intimail_big_file_store_find_async:
 * @self: a store
 * @token: what the link has, whatever it may be
 * @cancellable: (nullable): a cancellable, heeded until the disk is touched
 * @callback: (scope async) (closure user_data): called in the main context that was
 *   the caller's thread default
 * @user_data: data for @callback
 *
 * Finds the file of a link without making the caller wait: see
 * [method@Intimail.BigFileStore.find].
 *
 * Since: 1.0
 */
void
intimail_big_file_store_find_async (IntimailBigFileStore *self, const char *token, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (INTIMAIL_IS_BIG_FILE_STORE (self));
  g_return_if_fail (token != NULL);
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  run (self, intimail_big_file_store_find_async, NULL, token, 0, find_in_thread, cancellable, callback, user_data);
}

/**
 * intimail_big_file_store_find_finish:
 * @self: a store
 * @result: what the callback got
 * @error: return location for an error
 *
 * Ends [method@Intimail.BigFileStore.find_async].
 *
 * Fails as [method@Intimail.BigFileStore.find] does.
 *
 * Returns: (transfer full): the file
 *
 * Since: 1.0
 */
IntimailBigFile *
intimail_big_file_store_find_finish (IntimailBigFileStore *self, GAsyncResult *result, GError **error)
{
  return finish (self, result, intimail_big_file_store_find_async, error);
}

static void
begin_download_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  const Call *call = task_data;
  GError *error = NULL;
  char *grant = intimail_big_file_store_begin_download (source, call->file, call->until, cancellable, &error);

  return_pointer (task, grant, error, g_free);
}

/**
 * intimail_big_file_store_begin_download_async:
 * @self: a store
 * @file: a file that was found; its number of downloads is brought up to date
 * @until: until when the bytes may be had, in seconds since 1970
 * @cancellable: (nullable): a cancellable, heeded until the disk is touched
 * @callback: (scope async) (closure user_data): called in the main context that was
 *   the caller's thread default
 * @user_data: data for @callback
 *
 * Lets somebody fetch the file, and counts that, without making the caller wait: see
 * [method@Intimail.BigFileStore.begin_download].
 *
 * Since: 1.0
 */
void
intimail_big_file_store_begin_download_async (IntimailBigFileStore *self, IntimailBigFile *file, gint64 until, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (INTIMAIL_IS_BIG_FILE_STORE (self));
  g_return_if_fail (INTIMAIL_IS_BIG_FILE (file));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  run (self, intimail_big_file_store_begin_download_async, file, NULL, until, begin_download_in_thread, cancellable, callback, user_data);
}

/**
 * intimail_big_file_store_begin_download_finish:
 * @self: a store
 * @result: what the callback got
 * @error: return location for an error
 *
 * Ends [method@Intimail.BigFileStore.begin_download_async].
 *
 * Fails as [method@Intimail.BigFileStore.begin_download] does.
 *
 * Returns: (transfer full): a grant for [method@Intimail.BigFileStore.open]
 *
 * Since: 1.0
 */
char *
intimail_big_file_store_begin_download_finish (IntimailBigFileStore *self, GAsyncResult *result, GError **error)
{
  return finish (self, result, intimail_big_file_store_begin_download_async, error);
}

static void
open_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  const Call *call = task_data;
  GError *error = NULL;
  GInputStream *stream = intimail_big_file_store_open (source, call->file, call->text, cancellable, &error);

  return_pointer (task, stream, error, g_object_unref);
}

/**
 * intimail_big_file_store_open_async:
 * @self: a store
 * @file: a file that was found or listed
 * @grant: (nullable): what [method@Intimail.BigFileStore.begin_download] gave; %NULL for
 *   the owner
 * @cancellable: (nullable): a cancellable, heeded until the disk is touched
 * @callback: (scope async) (closure user_data): called in the main context that was
 *   the caller's thread default
 * @user_data: data for @callback
 *
 * Opens the bytes of a file without making the caller wait: see
 * [method@Intimail.BigFileStore.open].
 *
 * Since: 1.0
 */
void
intimail_big_file_store_open_async (IntimailBigFileStore *self, IntimailBigFile *file, const char *grant, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (INTIMAIL_IS_BIG_FILE_STORE (self));
  g_return_if_fail (INTIMAIL_IS_BIG_FILE (file));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  run (self, intimail_big_file_store_open_async, file, grant, 0, open_in_thread, cancellable, callback, user_data);
}

/**
 * intimail_big_file_store_open_finish:
 * @self: a store
 * @result: what the callback got
 * @error: return location for an error
 *
 * Ends [method@Intimail.BigFileStore.open_async].
 *
 * Fails as [method@Intimail.BigFileStore.open] does.
 *
 * Returns: (transfer full): a stream, which can seek
 *
 * Since: 1.0
 */
GInputStream *
intimail_big_file_store_open_finish (IntimailBigFileStore *self, GAsyncResult *result, GError **error)
{
  return finish (self, result, intimail_big_file_store_open_async, error);
}
