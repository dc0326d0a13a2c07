/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Big files as their owner meets them: judged by the quota of the account, and noted in
 * its journal.
 */

#include <intimail/intimail-account-big-file.h>

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include <intimail/intimail-error.h>

#include "base/intimail-fd-private.h"
#include "store/intimail-account-private.h"
#include "store/intimail-big-file-private.h"

/**
 * intimail_account_set_big_files:
 * @self: an account
 * @store: where its big files are
 * @owner: the folder of the person in @store: a uid
 *
 * Says where the big files of the account are. From then on their bytes count for the
 * quota, beside the messages; `maildirsize` does not know of them.
 *
 * [method@Intimail.Site.get_account] does this. To be called before another thread has
 * the account.
 *
 * Since: 1.0
 */
void
intimail_account_set_big_files (IntimailAccount *self, IntimailBigFileStore *store, const char *owner)
{
  g_return_if_fail (INTIMAIL_IS_ACCOUNT (self));
  g_return_if_fail (INTIMAIL_IS_BIG_FILE_STORE (store));
  g_return_if_fail (owner != NULL);

  g_mutex_lock (&self->mutex);
  if (self->big_files == NULL)
    {
      self->big_files = g_object_ref (store);
      self->big_file_owner = g_strdup (owner);
    }
  g_mutex_unlock (&self->mutex);
}

gboolean
intimail_account_require_big_files (IntimailAccount *self, GCancellable *cancellable, GError **error)
{
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  if (self->big_files != NULL)
    return TRUE;
  g_set_error_literal (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_SUPPORTED, "no big files are kept for this account");

  return FALSE;
}

/* How large one more file may be; 0 is any size. */
static gboolean
get_room (IntimailAccount *self, guint64 *room, GError **error)
{
  g_autoptr (IntimailQuota) quota = intimail_account_get_quota (self, error);
  guint64 limit = quota != NULL ? intimail_quota_get_limit_bytes (quota) : 0;
  guint64 used = quota != NULL ? intimail_quota_get_used_bytes (quota) : 0;

  *room = 0;
  if (quota == NULL)
    return FALSE;
  if (!self->has_limits || limit == 0)
    return TRUE;
  if (used >= limit)
    {
      g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_OVER_QUOTA, "no room: %" G_GUINT64_FORMAT " bytes of %" G_GUINT64_FORMAT " are used", used, limit);
      return FALSE;
    }
  *room = limit - used;

  return TRUE;
}

/* A file is no message: however many of those there may be. */
static gboolean
has_room (IntimailAccount *self, const IntimailMaildirsize *usage, guint64 size, GError **error)
{
  IntimailMaildirsize bytes_alone = *usage;

  bytes_alone.limit_messages = 0;

  return intimail_account_require_room (self, &bytes_alone, size, error);
}

/* Under the lock no delivery takes the same room. */
static gboolean
place_judged (IntimailAccount *self, IntimailBigFile *file, IntimailBigFileWriter *writer, guint *warning, IntimailMaildirsize *usage, GError **error)
{
  guint64 size = intimail_big_file_writer_get_size (writer);
  gboolean ok = FALSE;

  if (intimail_account_begin_quota (self, size, usage, error))
    {
      intimail_account_note_usage (self, usage);
      ok = has_room (self, usage, size, error) &&
           intimail_big_file_store_place (self->big_files, self->big_file_owner, NULL, file, writer, error);
      if (ok)
        {
          usage->big_bytes += size;
          *warning = intimail_account_take_warning (self, usage);
          /* The file is safe: what cannot be noted costs a list that is old for a while. */
          intimail_journal_add_other (self->journal, INTIMAIL_CHANGE_TYPE_BIG_FILE, INTIMAIL_CHANGE_ADD, intimail_big_file_get_id (file));
          intimail_account_commit (self, NULL);
        }
      intimail_account_unlock (self);
    }
  intimail_account_end (self);

  return ok;
}

gboolean
intimail_account_place_big_file (IntimailAccount *self, IntimailBigFile *file, IntimailBigFileWriter *writer, GError **error)
{
  IntimailMaildirsize usage;
  guint warning = 0;

  if (!intimail_big_file_writer_flush (writer, error) || !place_judged (self, file, writer, &warning, &usage, error))
    return FALSE;
  if (warning > 0)
    intimail_account_warn (self, warning, &usage);

  return TRUE;
}

/* No room is asked for: it comes out of a message that is larger. */
gboolean
intimail_account_keep_detached (IntimailAccount *self, const char *id, IntimailBigFile *file, IntimailBigFileWriter *writer, GError **error)
{
  if (!intimail_big_file_store_place (self->big_files, self->big_file_owner, id, file, writer, error))
    return FALSE;
  intimail_account_record_change (self, INTIMAIL_CHANGE_TYPE_BIG_FILE, id, TRUE, NULL);

  return TRUE;
}

/* Of two limits, where 0 is none. */
static guint64
get_least (guint64 a, guint64 b)
{
  if (a == 0 || b == 0)
    return MAX (a, b);

  return MIN (a, b);
}

IntimailBigFileWriter *
intimail_account_write_big_file (IntimailAccount *self, GInputStream *stream, GCancellable *cancellable, GError **error)
{
  g_autoptr (IntimailBigFileWriter) writer = NULL;
  g_autoptr (GError) local_error = NULL;
  g_autofree char *folder = NULL;
  guint64 max_size;
  guint64 room;

  if (!intimail_account_require_big_files (self, cancellable, error) || !get_room (self, &room, error))
    return NULL;
  max_size = intimail_big_file_store_get_max_size (self->big_files);
  folder = intimail_big_file_store_make_folder (self->big_files, self->big_file_owner, error);
  writer = folder != NULL ? intimail_big_file_writer_new (folder, error) : NULL;
  if (writer == NULL)
    return NULL;
  if (intimail_big_file_writer_splice (writer, stream, get_least (max_size, room), cancellable, &local_error))
    return g_steal_pointer (&writer);
  if (g_error_matches (local_error, INTIMAIL_ERROR, INTIMAIL_ERROR_TOO_LARGE) && room != 0 && get_least (max_size, room) == room)
    g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_OVER_QUOTA, "the file has over the %" G_GUINT64_FORMAT " bytes that there is room for", room);
  else
    g_propagate_error (error, g_steal_pointer (&local_error));

  return NULL;
}

/**
 * intimail_account_add_big_file:
 * @self: an account
 * @file: what it will be; it gets its id, its size and its time
 * @stream: its bytes, read to their end
 * @cancellable: (nullable): a cancellable, heeded until all bytes are there
 * @error: return location for an error
 *
 * Keeps a big file. When it returns, the file is on the disk.
 *
 * Memory does not grow with the file, and a failure, a cancel or a crash leaves nothing
 * of it. Fails with %INTIMAIL_ERROR_TOO_LARGE when it is over the store's limit,
 * %INTIMAIL_ERROR_OVER_QUOTA when the account has no room, %INTIMAIL_ERROR_STORAGE_FULL
 * when the disk has none, %INTIMAIL_ERROR_NOT_SUPPORTED when the account has no store of
 * big files, and %INTIMAIL_ERROR_FAILED when it cannot be read or written. Any thread may
 * call it.
 *
 * Returns: whether it is kept
 *
 * Since: 1.0
 */
gboolean
intimail_account_add_big_file (IntimailAccount *self, IntimailBigFile *file, GInputStream *stream, GCancellable *cancellable, GError **error)
{
  g_autoptr (IntimailBigFileWriter) writer = NULL;

  g_return_val_if_fail (INTIMAIL_IS_ACCOUNT (self), FALSE);
  g_return_val_if_fail (INTIMAIL_IS_BIG_FILE (file), FALSE);
  g_return_val_if_fail (*intimail_big_file_get_id (file) == '\0', FALSE);
  g_return_val_if_fail (G_IS_INPUT_STREAM (stream), FALSE);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  writer = intimail_account_write_big_file (self, stream, cancellable, error);

  return writer != NULL && intimail_account_place_big_file (self, file, writer, error);
}

static gboolean
check_size (IntimailAccount *self, guint64 size, GError **error)
{
  guint64 max_size = intimail_big_file_store_get_max_size (self->big_files);

  if (max_size != 0 && size > max_size)
    {
      g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_TOO_LARGE, "the file has over %" G_GUINT64_FORMAT " bytes", max_size);
      return FALSE;
    }

  return TRUE;
}

/* The bytes of an upload stay where they are and get a second name. */
static gboolean
add_upload (IntimailAccount *self, IntimailBigFile *file, int fd, GError **error)
{
  g_autofree char *folder = intimail_big_file_store_make_folder (self->big_files, self->big_file_owner, error);
  g_autoptr (IntimailBigFileWriter) writer = folder != NULL ? intimail_big_file_writer_new_for_file (folder, fd, error) : NULL;

  return writer != NULL && check_size (self, intimail_big_file_writer_get_size (writer), error) &&
         intimail_account_place_big_file (self, file, writer, error);
}

/**
 * intimail_account_add_big_file_from_blob:
 * @self: an account
 * @file: what it will be; it gets its id, its size and its time
 * @blob_id: an upload, a message or a part of one: see
 *   [method@Intimail.Account.load_blob]
 * @cancellable: (nullable): a cancellable, heeded until the disk is touched
 * @error: return location for an error
 *
 * Keeps the bytes of a blob as a big file. An upload is not copied where both are on one
 * file system.
 *
 * Fails as [method@Intimail.Account.add_big_file] does, and with
 * %INTIMAIL_ERROR_NOT_FOUND when there is no such blob. Any thread may call it.
 *
 * Returns: whether it is kept
 *
 * Since: 1.0
 */
gboolean
intimail_account_add_big_file_from_blob (IntimailAccount *self, IntimailBigFile *file, const char *blob_id, GCancellable *cancellable, GError **error)
{
  g_autoptr (GInputStream) stream = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_auto (IntimailFd) fd = -1;

  g_return_val_if_fail (INTIMAIL_IS_ACCOUNT (self), FALSE);
  g_return_val_if_fail (INTIMAIL_IS_BIG_FILE (file), FALSE);
  g_return_val_if_fail (*intimail_big_file_get_id (file) == '\0', FALSE);
  g_return_val_if_fail (blob_id != NULL, FALSE);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (!intimail_account_require_big_files (self, cancellable, error))
    return FALSE;
  fd = intimail_account_open_upload (self, blob_id);
  if (fd >= 0)
    return add_upload (self, file, fd, error);
  bytes = intimail_account_load_blob (self, blob_id, error);
  if (bytes == NULL)
    return FALSE;
  stream = g_memory_input_stream_new_from_bytes (bytes);

  return intimail_account_add_big_file (self, file, stream, cancellable, error);
}

/**
 * intimail_account_list_big_files:
 * @self: an account
 * @cancellable: (nullable): a cancellable, heeded until the disk is touched
 * @error: return location for an error
 *
 * Gets the big files of the account, newest first; those too that have expired and are
 * there still.
 *
 * Fails with %INTIMAIL_ERROR_NOT_SUPPORTED when the account has no store of big files, and
 * with %INTIMAIL_ERROR_FAILED when it cannot be read. Any thread may call it.
 *
 * Returns: (transfer container) (element-type IntimailBigFile): the files
 *
 * Since: 1.0
 */
GPtrArray *
intimail_account_list_big_files (IntimailAccount *self, GCancellable *cancellable, GError **error)
{
  g_return_val_if_fail (INTIMAIL_IS_ACCOUNT (self), NULL);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return intimail_account_require_big_files (self, cancellable, error) ? intimail_big_file_store_list (self->big_files, self->big_file_owner, error) : NULL;
}

/**
 * intimail_account_lookup_big_file:
 * @self: an account
 * @id: an id
 * @cancellable: (nullable): a cancellable, heeded until the disk is touched
 * @error: return location for an error
 *
 * Gets one of the big files of the account.
 *
 * Fails with %INTIMAIL_ERROR_NOT_FOUND when the account has none of that id, and as
 * [method@Intimail.Account.list_big_files] does. Any thread may call it.
 *
 * Returns: (transfer full): the file
 *
 * Since: 1.0
 */
IntimailBigFile *
intimail_account_lookup_big_file (IntimailAccount *self, const char *id, GCancellable *cancellable, GError **error)
{
  g_return_val_if_fail (INTIMAIL_IS_ACCOUNT (self), NULL);
  g_return_val_if_fail (id != NULL, NULL);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return intimail_account_require_big_files (self, cancellable, error) ? intimail_big_file_store_lookup (self->big_files, self->big_file_owner, id, error) : NULL;
}

/**
 * intimail_account_update_big_file:
 * @self: an account
 * @file: one of its files, changed
 * @cancellable: (nullable): a cancellable, heeded until the disk is touched
 * @error: return location for an error
 *
 * Writes down until when a file is offered, how often, by whom, and with which password.
 *
 * Fails with %INTIMAIL_ERROR_NOT_FOUND when it is gone, and with %INTIMAIL_ERROR_FAILED or
 * %INTIMAIL_ERROR_STORAGE_FULL when it cannot be written. Any thread may call it.
 *
 * Returns: whether it is written
 *
 * Since: 1.0
 */
gboolean
intimail_account_update_big_file (IntimailAccount *self, IntimailBigFile *file, GCancellable *cancellable, GError **error)
{
  g_return_val_if_fail (INTIMAIL_IS_ACCOUNT (self), FALSE);
  g_return_val_if_fail (INTIMAIL_IS_BIG_FILE (file), FALSE);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (!intimail_account_require_big_files (self, cancellable, error))
    return FALSE;
  g_return_val_if_fail (g_str_equal (intimail_big_file_get_owner (file), self->big_file_owner), FALSE);

  return intimail_big_file_store_update (self->big_files, file, error) &&
         intimail_account_record_change (self, INTIMAIL_CHANGE_TYPE_BIG_FILE, intimail_big_file_get_id (file), FALSE, error);
}

/**
 * intimail_account_remove_big_file:
 * @self: an account
 * @id: the id of one of its files
 * @cancellable: (nullable): a cancellable, heeded until the disk is touched
 * @error: return location for an error
 *
 * Removes a big file: its link ends at once.
 *
 * Who is fetching it gets the rest. Fails with %INTIMAIL_ERROR_NOT_FOUND when there is
 * none of that id, and with %INTIMAIL_ERROR_FAILED when it cannot be removed. Any thread may
 * call it.
 *
 * Returns: whether it is removed
 *
 * Since: 1.0
 */
gboolean
intimail_account_remove_big_file (IntimailAccount *self, const char *id, GCancellable *cancellable, GError **error)
{
  g_return_val_if_fail (INTIMAIL_IS_ACCOUNT (self), FALSE);
  g_return_val_if_fail (id != NULL, FALSE);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return intimail_account_require_big_files (self, cancellable, error) &&
         intimail_big_file_store_remove (self->big_files, self->big_file_owner, id, error) &&
         intimail_account_record_removal (self, INTIMAIL_CHANGE_TYPE_BIG_FILE, id, error);
}

/**
 * intimail_account_expire_big_files:
 * @self: an account
 * @now: seconds since 1970
 * @n_removed: (out) (optional): return location for the number of files removed
 * @cancellable: (nullable): a cancellable, heeded until the disk is touched
 * @error: return location for an error
 *
 * Removes the big files that have expired, and what a crash left of others. An account
 * without a store of big files has nothing to remove.
 *
 * Fails with %INTIMAIL_ERROR_FAILED when a file cannot be removed; those that could be are
 * removed then. Any thread may call it.
 *
 * Returns: whether all are removed
 *
 * Since: 1.0
 */
gboolean
intimail_account_expire_big_files (IntimailAccount *self, gint64 now, guint *n_removed, GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) files = NULL;
  g_autoptr (GError) first = NULL;
  guint n = 0;

  g_return_val_if_fail (INTIMAIL_IS_ACCOUNT (self), FALSE);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (n_removed != NULL)
    *n_removed = 0;
  if (self->big_files == NULL)
    return TRUE;
  files = intimail_account_list_big_files (self, cancellable, error);
  if (files == NULL)
    return FALSE;
  for (guint i = 0; i < files->len; i++)
    {
      gint64 expires = intimail_big_file_get_expires (files->pdata[i]);

      if (expires != 0 && expires <= now)
        n += intimail_account_remove_big_file (self, intimail_big_file_get_id (files->pdata[i]), NULL, first == NULL ? &first : NULL);
    }
  intimail_big_file_store_clear_up (self->big_files, self->big_file_owner, now);
  if (n_removed != NULL)
    *n_removed = n;
  if (first == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&first));

  return FALSE;
}
