/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <intimail/intimail-big-file-store.h>

#include "base/intimail-call-private.h"

static gpointer
run_find (gpointer self, const IntimailCall *call, GCancellable *cancellable, GError **error)
{
  return intimail_big_file_store_find (self, call->texts[0], cancellable, error);
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
  const IntimailCall call = { .run = run_find, .free_result = g_object_unref, .texts = { token } };

  g_return_if_fail (INTIMAIL_IS_BIG_FILE_STORE (self));
  g_return_if_fail (token != NULL);

  intimail_call_start (self, intimail_big_file_store_find_async, &call, cancellable, callback, user_data);
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
  return intimail_call_finish (self, intimail_big_file_store_find_async, result, error);
}

static gpointer
run_begin_download (gpointer self, const IntimailCall *call, GCancellable *cancellable, GError **error)
{
  return intimail_big_file_store_begin_download (self, call->objects[0], call->numbers[0], cancellable, error);
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
  const IntimailCall call = {
    .run = run_begin_download,
    .free_result = g_free,
    .is_change = TRUE,
    .objects = { file },
    .numbers = { until },
  };

  g_return_if_fail (INTIMAIL_IS_BIG_FILE_STORE (self));
  g_return_if_fail (INTIMAIL_IS_BIG_FILE (file));

  intimail_call_start (self, intimail_big_file_store_begin_download_async, &call, cancellable, callback, user_data);
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
  return intimail_call_finish (self, intimail_big_file_store_begin_download_async, result, error);
}

static gpointer
run_open (gpointer self, const IntimailCall *call, GCancellable *cancellable, GError **error)
{
  return intimail_big_file_store_open (self, call->objects[0], call->texts[0], cancellable, error);
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
  const IntimailCall call = { .run = run_open, .free_result = g_object_unref, .texts = { grant }, .objects = { file } };

  g_return_if_fail (INTIMAIL_IS_BIG_FILE_STORE (self));
  g_return_if_fail (INTIMAIL_IS_BIG_FILE (file));

  intimail_call_start (self, intimail_big_file_store_open_async, &call, cancellable, callback, user_data);
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
  return intimail_call_finish (self, intimail_big_file_store_open_async, result, error);
}
