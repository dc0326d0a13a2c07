/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "store/intimail-account-blob-private.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include <intimail/intimail-error.h>

#include "base/intimail-error-private.h"
#include "base/intimail-fd-private.h"
#include "base/intimail-secret-private.h"
#include "store/intimail-account-private.h"
#include "store/intimail-upload-private.h"

#define HELD_FOR (60 * 60)
#define UPLOADS_FOR (24 * 60 * 60)
#define PURGE_EVERY (10 * 60)
#define TOKEN_BYTES 16

/* Removes a file, or a mailbox that was removed: two levels below it, no more. */
static void
remove_entry (int folder_fd, const char *name, guint depth)
{
  g_auto (IntimailFd) fd = -1;
  DIR *dir;
  struct dirent *entry;

  if (unlinkat (folder_fd, name, 0) == 0 || (errno != EISDIR && errno != EPERM) || depth == 0)
    return;
  fd = openat (folder_fd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
  dir = fd >= 0 ? fdopendir (dup (fd)) : NULL;
  while (dir != NULL && (entry = readdir (dir)) != NULL)
    {
      if (strcmp (entry->d_name, ".") != 0 && strcmp (entry->d_name, "..") != 0)
        remove_entry (fd, entry->d_name, depth - 1);
    }
  if (dir != NULL)
    closedir (dir);
  unlinkat (folder_fd, name, AT_REMOVEDIR);
}

static void
purge_folder (IntimailAccount *self, const char *name, gint64 older_than)
{
  g_auto (IntimailFd) fd = openat (self->root_fd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
  DIR *dir = fd >= 0 ? fdopendir (dup (fd)) : NULL;
  struct dirent *entry;

  while (dir != NULL && (entry = readdir (dir)) != NULL)
    {
      struct stat status;

      /* The time of the change is that of the rename that brought it here. */
      if (entry->d_name[0] != '.' && fstatat (fd, entry->d_name, &status, AT_SYMLINK_NOFOLLOW) == 0 && status.st_ctim.tv_sec < older_than)
        remove_entry (fd, entry->d_name, 2);
    }
  if (dir != NULL)
    closedir (dir);
}

void
intimail_account_purge (IntimailAccount *self)
{
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;

  if (now - self->purged_at < PURGE_EVERY)
    return;
  self->purged_at = now;
  purge_folder (self, "intimail.held", now - HELD_FOR);
  purge_folder (self, "intimail.uploads", now - UPLOADS_FOR);
}

/* Without a name until it is whole, so that what a crash leaves is nothing. Not every file
 * system can do that. */
static int
open_new_upload (const char *path, gboolean *named)
{
  g_autofree char *folder = g_path_get_dirname (path);
  int fd = open (folder, O_WRONLY | O_TMPFILE | O_CLOEXEC, 0600);

  *named = fd < 0 && (errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL);

  return *named ? open (path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600) : fd;
}

/**
 * intimail_account_begin_upload:
 * @self: an account
 * @max_size: bytes that it may have at most; 0 is no limit
 * @error: return location for an error
 *
 * Begins an upload: bytes that will be a message or a part of one.
 *
 * Fails with %INTIMAIL_ERROR_FAILED or %INTIMAIL_ERROR_STORAGE_FULL when it cannot
 * be written. Any thread may call it.
 *
 * Returns: (transfer full): the upload
 *
 * Since: 1.0
 */
IntimailUpload *
intimail_account_begin_upload (IntimailAccount *self, guint64 max_size, GError **error)
{
  g_autofree char *token = intimail_secret_token (TOKEN_BYTES);
  g_autofree char *id = g_strconcat ("u", token, NULL);
  g_autofree char *path = NULL;
  g_auto (IntimailFd) fd = -1;
  gboolean named = FALSE;

  g_return_val_if_fail (INTIMAIL_IS_ACCOUNT (self), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (intimail_account_begin (self, error))
    {
      intimail_account_purge (self);
      if (mkdirat (self->root_fd, "intimail.uploads", 0700) < 0 && errno != EEXIST)
        g_debug ("%s: the folder for uploads cannot be made", self->path);
      path = g_strdup_printf ("%s/intimail.uploads/%s", self->path, id);
      fd = open_new_upload (path, &named);
      if (fd < 0)
        intimail_set_error_from_errno (error, errno, "cannot begin an upload");
    }
  intimail_account_end (self);

  return fd >= 0 ? intimail_upload_new (intimail_fd_steal (&fd), g_steal_pointer (&path), named, id, max_size) : NULL;
}

static gboolean
is_token (const char *text)
{
  return strlen (text) == INTIMAIL_ID_TEXT_LENGTH && strspn (text, "abcdefghijklmnopqrstuvwxyz234567") == strlen (text);
}

/* The message, or what a removed one left. */
static GBytes *
load_raw (IntimailAccount *self, const char *id, GError **error)
{
  g_auto (IntimailFd) fd = -1;

  if (intimail_account_begin_recent (self, error))
    {
      guint32 slot = intimail_account_find_message (self, id);
      g_autofree char *held = g_strconcat ("intimail.held/", id, NULL);

      errno = ENOENT;
      if (slot != INTIMAIL_TABLE_NONE)
        fd = intimail_account_open_record (self, slot, NULL);
      if (fd < 0 && errno == ENOENT && is_token (id))
        fd = openat (self->root_fd, held, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
      if (fd < 0 && errno == ENOENT)
        intimail_account_set_no_message (self, error, id);
      else if (fd < 0)
        intimail_account_set_unopened (error, errno, id);
    }
  intimail_account_end (self);
  return fd >= 0 ? intimail_account_map_file (fd, error) : NULL;
}

static IntimailPart *
find_part (IntimailAccount *self, const char *id, const char *part, GError **error)
{
  g_autoptr (GBytes) bytes = load_raw (self, id, error);
  g_autoptr (IntimailMessage) message = bytes != NULL ? intimail_message_new_from_bytes (bytes, error) : NULL;
  g_autofree char *part_id = g_strdup (part);
  IntimailPart *found;

  if (message == NULL)
    return NULL;
  g_strdelimit (part_id, "_", '.');
  found = intimail_message_get_part (message, part_id);
  if (found == NULL || intimail_part_is_multipart (found))
    {
      intimail_account_set_not_found (error, "part", part_id);
      return NULL;
    }
  return g_object_ref (found);
}

/* "p", the id of a message, "_", the id of a part. */
static IntimailPart *
find_part_of_blob (IntimailAccount *self, const char *blob_id, GError **error)
{
  g_autofree char *id = NULL;

  if (blob_id[0] != 'p' || strlen (blob_id) <= 2 + INTIMAIL_ID_TEXT_LENGTH || blob_id[1 + INTIMAIL_ID_TEXT_LENGTH] != '_')
    {
      intimail_account_set_not_found (error, "blob", blob_id);
      return NULL;
    }
  id = g_strndup (blob_id + 1, INTIMAIL_ID_TEXT_LENGTH);

  return find_part (self, id, blob_id + 2 + INTIMAIL_ID_TEXT_LENGTH, error);
}

static char *
get_upload_path (IntimailAccount *self, const char *id)
{
  return g_strdup_printf ("%s/intimail.uploads/%s", self->path, id);
}

int
intimail_account_open_upload (IntimailAccount *self, const char *blob_id)
{
  g_autofree char *path = get_upload_path (self, blob_id);

  return blob_id[0] == 'u' && is_token (blob_id) ? open (path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK) : -1;
}

static GBytes *
load_upload (IntimailAccount *self, const char *id, GError **error)
{
  g_auto (IntimailFd) fd = intimail_account_open_upload (self, id);

  if (fd < 0)
    {
      intimail_account_set_not_found (error, "upload", id);
      return NULL;
    }
  return intimail_account_map_file (fd, error);
}

/**
 * intimail_account_load_blob:
 * @self: an account
 * @blob_id: `r` and the id of a message, for the message; `p`, the id of a message,
 *   `_` and the id of a part with `_` for dots, for its decoded content; or what
 *   [method@Intimail.Upload.finish] gave
 * @error: return location for an error
 *
 * Gets bytes by their id. The bytes of an id never change.
 *
 * Fails with %INTIMAIL_ERROR_NOT_FOUND when there are none such, and with
 * %INTIMAIL_ERROR_FAILED when they cannot be read. Any thread may call it.
 *
 * Returns: (transfer full): the bytes
 *
 * Since: 1.0
 */
GBytes *
intimail_account_load_blob (IntimailAccount *self, const char *blob_id, GError **error)
{
  g_autoptr (IntimailPart) part = NULL;

  g_return_val_if_fail (INTIMAIL_IS_ACCOUNT (self), NULL);
  g_return_val_if_fail (blob_id != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (blob_id[0] == 'r')
    return load_raw (self, blob_id + 1, error);
  if (blob_id[0] == 'u')
    return load_upload (self, blob_id, error);
  part = find_part_of_blob (self, blob_id, error);

  return part != NULL ? intimail_part_get_content (part, error) : NULL;
}

/* A file that is mapped, or one with a path that stays. */
IntimailContent *
intimail_account_open_blob (IntimailAccount *self, const char *blob_id, GError **error)
{
  g_autoptr (IntimailPart) part = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autofree char *path = NULL;

  if (blob_id[0] == 'u' && is_token (blob_id))
    {
      path = get_upload_path (self, blob_id);
      if (g_access (path, R_OK) == 0)
        return intimail_content_new_file (path, FALSE, error);
    }
  if (blob_id[0] == 'r' || blob_id[0] == 'u')
    {
      bytes = intimail_account_load_blob (self, blob_id, error);
      return bytes != NULL ? intimail_content_new_bytes (bytes) : NULL;
    }
  part = find_part_of_blob (self, blob_id, error);

  return part != NULL ? intimail_content_new_part (part) : NULL;
}
