/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "store/intimail-export-place-private.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <intimail/intimail-error.h>

#include "base/intimail-error-private.h"
#include "base/intimail-fd-private.h"
#include "base/intimail-secret-private.h"

void
intimail_export_place_clear (IntimailExportPlace *self)
{
  g_clear_pointer (&self->place, g_free);
  g_clear_pointer (&self->beside, g_free);
}

static gboolean
is_empty_folder (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);

  return dir != NULL && g_dir_read_name (dir) == NULL;
}

static gboolean
set_exists (const IntimailExportPlace *self, GError **error)
{
  g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_EXISTS,
               self->is_file ? "there is something at %s already: name a new file" : "there is something at %s already: name a new or an empty folder",
               self->place);
  return FALSE;
}

gboolean
intimail_export_place_begin (IntimailExportPlace *self, const char *path, gboolean is_file, GError **error)
{
  g_autofree char *absolute = g_canonicalize_filename (path, NULL);
  g_autofree char *folder = g_path_get_dirname (absolute);
  g_autofree char *name = g_path_get_basename (absolute);
  g_autofree char *token = intimail_secret_token (5);
  struct stat status;

  self->is_file = is_file;
  self->place = g_strdup (absolute);
  self->beside = g_strdup_printf ("%s/.%.200s.%s", folder, name, token);
  if (lstat (absolute, &status) == 0 && (self->is_file || !is_empty_folder (absolute)))
    return set_exists (self, error);
  if (stat (folder, &status) < 0)
    {
      g_set_error (error, INTIMAIL_ERROR, errno == ENOENT ? INTIMAIL_ERROR_NOT_FOUND : INTIMAIL_ERROR_FAILED, "%s: %s", folder, g_strerror (errno));
      return FALSE;
    }
  if (self->is_file || mkdir (self->beside, 0700) == 0)
    return TRUE;
  intimail_set_error_from_errno (error, errno, "cannot make the folder %s", self->beside);
  return FALSE;
}

static void
remove_tree (int parent_fd, const char *name)
{
  g_auto (IntimailFd) fd = -1;
  struct dirent *entry;
  DIR *dir;

  if (unlinkat (parent_fd, name, 0) == 0 || errno == ENOENT)
    return;
  fd = openat (parent_fd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
  dir = fd >= 0 ? fdopendir (fd) : NULL;
  if (dir == NULL)
    return;
  intimail_fd_steal (&fd);
  while ((entry = readdir (dir)) != NULL)
    {
      if (strcmp (entry->d_name, ".") != 0 && strcmp (entry->d_name, "..") != 0)
        remove_tree (dirfd (dir), entry->d_name);
    }
  closedir (dir);
  unlinkat (parent_fd, name, AT_REMOVEDIR);
}

static gboolean
flush_all (IntimailExportPlace *self, GError **error)
{
  g_auto (IntimailFd) fd = open (self->beside, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);

  if (fd >= 0 && fsync (fd) == 0 && syncfs (fd) == 0)
    return TRUE;
  intimail_set_error_from_errno (error, errno, "cannot flush %s", self->beside);
  return FALSE;
}

gboolean
intimail_export_place_finish (IntimailExportPlace *self, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (self->place);

  if (!flush_all (self, error))
    return FALSE;
  /* A folder takes the place of an empty one, and of nothing else. */
  if (renameat2 (AT_FDCWD, self->beside, AT_FDCWD, self->place, self->is_file ? RENAME_NOREPLACE : 0) < 0)
    {
      if (errno == EEXIST || errno == ENOTEMPTY || errno == ENOTDIR)
        return set_exists (self, error);
      intimail_set_error_from_errno (error, errno, "cannot put the export at %s", self->place);
      return FALSE;
    }
  return intimail_folder_flush (folder, error);
}

void
intimail_export_place_abandon (IntimailExportPlace *self)
{
  remove_tree (AT_FDCWD, self->beside);
}
