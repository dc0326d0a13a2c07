/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "store/intimail-big-file-folder-private.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include <intimail/intimail-error.h>

#include "base/intimail-error-private.h"
#include "base/intimail-fd-private.h"
#include "store/intimail-big-file-private.h"

#define DATA ".data"
#define RECORD ".json"
#define RECORD_MAX 8192
#define LEFT_FOR (60 * 60)

static void
set_not_found (GError **error)
{
  g_set_error_literal (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND, "there is no such file");
}

static char *
make_path (const char *folder, const char *id, const char *end)
{
  return g_strdup_printf ("%s/%s%s", folder, id, end);
}

int
intimail_big_file_folder_lock (const char *folder, GError **error)
{
  g_auto (IntimailFd) fd = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
  int result;

  if (fd < 0 && errno == ENOENT)
    {
      set_not_found (error);
      return -1;
    }
  do
    result = fd >= 0 ? flock (fd, LOCK_EX) : -1;
  while (fd >= 0 && result < 0 && errno == EINTR);
  if (result < 0)
    {
      intimail_set_error_from_errno (error, errno, "cannot lock %s", folder);
      return -1;
    }

  return intimail_fd_steal (&fd);
}

IntimailBigFile *
intimail_big_file_folder_read (const char *folder, const char *id, GError **error)
{
  g_autofree char *path = make_path (folder, id, RECORD);
  g_autofree char *owner = g_path_get_basename (folder);
  g_auto (IntimailFd) fd = open (path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  g_autofree char *data = NULL;
  IntimailBigFile *file;
  gsize length;

  if (fd < 0 && errno != ENOENT && errno != ENOTDIR)
    {
      intimail_set_error_from_errno (error, errno, "cannot open %s", path);
      return NULL;
    }
  if (fd < 0)
    {
      set_not_found (error);
      return NULL;
    }
  if (!intimail_fd_read_all (fd, RECORD_MAX, &data, &length, error))
    return NULL;
  file = intimail_big_file_parse (owner, id, data, strcspn (data, "\n"));
  if (file == NULL)
    {
      g_warning ("%s is no record of a file", path);
      set_not_found (error);
    }

  return file;
}

gboolean
intimail_big_file_folder_write (const char *folder, IntimailBigFile *file, GError **error)
{
  g_autofree char *path = make_path (folder, intimail_big_file_get_id (file), RECORD);
  g_autoptr (GString) line = g_string_new (NULL);

  intimail_big_file_write (file, line);

  return intimail_file_replace (path, line->str, line->len, 0600, error);
}

gboolean
intimail_big_file_folder_place (const char *folder, IntimailBigFile *file, IntimailBigFileWriter *writer, GError **error)
{
  const char *id = intimail_big_file_get_id (file);
  g_autofree char *name = g_strconcat (id, DATA, NULL);
  g_autofree char *path = make_path (folder, id, DATA);
  g_autofree char *record = make_path (folder, id, RECORD);

  /* Bytes without a record are of a process that was killed here; that is over, for we
   * have the lock. */
  if (access (record, F_OK) < 0 && errno == ENOENT)
    unlink (path);
  if (!intimail_big_file_writer_place (writer, name, error))
    return FALSE;
  if (intimail_folder_flush (folder, error) && intimail_big_file_folder_write (folder, file, error))
    return TRUE;
  unlink (record);
  unlink (path);

  return FALSE;
}

gboolean
intimail_big_file_folder_remove (const char *folder, const char *id, GError **error)
{
  g_autofree char *path = make_path (folder, id, DATA);
  g_autofree char *record = make_path (folder, id, RECORD);

  if (unlink (record) < 0 && errno == ENOENT)
    {
      set_not_found (error);
      return FALSE;
    }
  if (access (record, F_OK) == 0 || !intimail_folder_flush (folder, error))
    {
      if (error != NULL && *error == NULL)
        intimail_set_error_from_errno (error, EIO, "cannot remove %s", record);
      return FALSE;
    }
  /* What stays is cleared up later; nobody finds it any more. */
  unlink (path);

  return TRUE;
}

GInputStream *
intimail_big_file_folder_open_data (const char *folder, IntimailBigFile *file, GError **error)
{
  g_autofree char *path = make_path (folder, intimail_big_file_get_id (file), DATA);
  g_autoptr (GFile) data = g_file_new_for_path (path);
  g_autoptr (GError) local_error = NULL;
  g_autoptr (GFileInputStream) stream = g_file_read (data, NULL, &local_error);
  struct stat status;

  if (stream != NULL && stat (path, &status) == 0 && S_ISREG (status.st_mode) && (guint64) status.st_size == intimail_big_file_get_size (file))
    return G_INPUT_STREAM (g_steal_pointer (&stream));
  if (g_error_matches (local_error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
    set_not_found (error);
  else
    g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_FAILED, "cannot read %s: %s", path,
                 local_error != NULL ? local_error->message : "it has another size than it should");

  return NULL;
}

/* NULL and no error: there is no folder. */
static DIR *
open_folder (const char *folder, GError **error)
{
  DIR *dir = opendir (folder);

  if (dir == NULL && errno != ENOENT)
    intimail_set_error_from_errno (error, errno, "cannot read %s", folder);

  return dir;
}

/* The id before @end; NULL when the name is another one. */
static char *
get_id (const char *name, const char *end)
{
  g_autofree char *id = g_str_has_suffix (name, end) ? g_strndup (name, strlen (name) - strlen (end)) : NULL;

  return id != NULL && intimail_big_file_is_id (id) ? g_steal_pointer (&id) : NULL;
}

GPtrArray *
intimail_big_file_folder_list (const char *folder, GError **error)
{
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GError) local_error = NULL;
  DIR *dir = open_folder (folder, &local_error);
  struct dirent *entry;

  while (dir != NULL && (entry = readdir (dir)) != NULL)
    {
      g_autofree char *id = get_id (entry->d_name, RECORD);
      IntimailBigFile *file = id != NULL ? intimail_big_file_folder_read (folder, id, NULL) : NULL;

      if (file != NULL)
        g_ptr_array_add (files, file);
    }
  if (dir != NULL)
    closedir (dir);
  if (local_error == NULL)
    return g_steal_pointer (&files);
  g_propagate_error (error, g_steal_pointer (&local_error));

  return NULL;
}

/* Bytes without a record, and what has a name for a moment. */
static gboolean
is_left (const char *folder, const char *name)
{
  g_autofree char *id = get_id (name, DATA);
  g_autofree char *record = id != NULL ? make_path (folder, id, RECORD) : NULL;

  if (record != NULL)
    return access (record, F_OK) < 0 && errno == ENOENT;

  return (name[0] == '.' && strcmp (name, ".") != 0 && strcmp (name, "..") != 0) || strstr (name, RECORD ".") != NULL;
}

void
intimail_big_file_folder_clear_up (const char *folder, gint64 now)
{
  DIR *dir = open_folder (folder, NULL);
  struct dirent *entry;

  while (dir != NULL && (entry = readdir (dir)) != NULL)
    {
      struct stat status;

      /* The time of the change: that of the link, not of the bytes. */
      if (is_left (folder, entry->d_name) && fstatat (dirfd (dir), entry->d_name, &status, AT_SYMLINK_NOFOLLOW) == 0 &&
          status.st_ctim.tv_sec <= now - LEFT_FOR)
        unlinkat (dirfd (dir), entry->d_name, 0);
    }
  if (dir != NULL)
    closedir (dir);
}

static guint64
add_up (DIR *dir)
{
  guint64 bytes = 0;
  struct dirent *entry;

  while ((entry = readdir (dir)) != NULL)
    {
      struct stat status;

      if (g_str_has_suffix (entry->d_name, DATA) && fstatat (dirfd (dir), entry->d_name, &status, AT_SYMLINK_NOFOLLOW) == 0)
        bytes += (guint64) status.st_size;
    }

  return bytes;
}

gboolean
intimail_big_file_folder_measure (const char *folder, IntimailBigFileSum *sum, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  struct stat status;
  DIR *dir;

  if (stat (folder, &status) < 0 && errno == ENOENT)
    {
      *sum = (IntimailBigFileSum){ 0 };
      return TRUE;
    }
  if (sum->known && sum->inode == status.st_ino && memcmp (&sum->modified, &status.st_mtim, sizeof status.st_mtim) == 0)
    return TRUE;
  dir = open_folder (folder, &local_error);
  sum->bytes = dir != NULL ? add_up (dir) : 0;
  if (dir != NULL)
    closedir (dir);
  sum->inode = status.st_ino;
  sum->modified = status.st_mtim;
  /* The clock of a file system is coarse: what changes in this moment may not be seen. */
  sum->known = g_get_real_time () / G_USEC_PER_SEC > status.st_mtim.tv_sec + 1;
  if (local_error == NULL)
    return TRUE;
  sum->known = FALSE;
  g_propagate_error (error, g_steal_pointer (&local_error));

  return FALSE;
}
