/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "base/intimail-fd-private.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <intimail/intimail-error.h>

#include "base/intimail-error-private.h"
#include "base/intimail-secret-private.h"

void
intimail_fd_close (IntimailFd fd)
{
  int saved_errno = errno;

  if (fd >= 0)
    close (fd);
  errno = saved_errno;
}

gboolean
intimail_fd_write_all (int fd, gconstpointer data, gsize length, GError **error)
{
  const char *rest = data;

  while (length > 0)
    {
      gssize written = write (fd, rest, length);

      if (written < 0 && errno == EINTR)
        continue;
      if (written < 0)
        {
          intimail_set_error_from_errno (error, errno, "cannot write %" G_GSIZE_FORMAT " bytes", length);
          return FALSE;
        }
      rest += written;
      length -= (gsize) written;
    }

  return TRUE;
}

gboolean
intimail_fd_read_all (int fd, gsize limit, char **data, gsize *length, GError **error)
{
  g_autofree char *buffer = NULL;
  struct stat status;
  gsize size = 0;
  gsize room;

  if (fstat (fd, &status) < 0)
    {
      intimail_set_error_from_errno (error, errno, "cannot look at a file");
      return FALSE;
    }
  if (!S_ISREG (status.st_mode))
    {
      g_set_error_literal (error, INTIMAIL_ERROR, INTIMAIL_ERROR_FAILED, "not a regular file");
      return FALSE;
    }

  /* The file may grow while it is read: the size is a first guess. */
  room = MIN ((gsize) status.st_size, limit) + 1;
  buffer = g_malloc (room + 1);
  while (TRUE)
    {
      gssize got = read (fd, buffer + size, room - size);

      if (got < 0 && errno == EINTR)
        continue;
      if (got < 0)
        {
          intimail_set_error_from_errno (error, errno, "cannot read a file");
          return FALSE;
        }
      if (got == 0)
        break;
      size += (gsize) got;
      if (size > limit)
        {
          g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_TOO_LARGE,
                       "the file has over %" G_GSIZE_FORMAT " bytes", limit);
          return FALSE;
        }
      if (size == room)
        {
          room = MIN (room * 2, limit + 1);
          buffer = g_realloc (buffer, room + 1);
        }
    }

  buffer[size] = '\0';
  *data = g_steal_pointer (&buffer);
  *length = size;
  return TRUE;
}

int
intimail_fd_open_nameless (GError **error)
{
  int fd = open (g_get_tmp_dir (), O_RDWR | O_TMPFILE | O_CLOEXEC, 0600);

  if (fd < 0)
    fd = memfd_create ("intimail", MFD_CLOEXEC);
  if (fd < 0)
    intimail_set_error_from_errno (error, errno, "cannot create a file in %s", g_get_tmp_dir ());

  return fd;
}

gboolean
intimail_folder_flush (const char *path, GError **error)
{
  g_auto (IntimailFd) fd = open (path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

  if (fd < 0 || fsync (fd) < 0)
    {
      intimail_set_error_from_errno (error, errno, "cannot flush %s", path);
      return FALSE;
    }

  return TRUE;
}

static gboolean
write_durably (const char *path, gconstpointer data, gsize length, int mode, GError **error)
{
  g_auto (IntimailFd) fd = open (path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);

  if (fd < 0)
    {
      intimail_set_error_from_errno (error, errno, "cannot create %s", path);
      return FALSE;
    }
  if (!intimail_fd_write_all (fd, data, length, error))
    {
      g_prefix_error (error, "%s: ", path);
      return FALSE;
    }
  if (fsync (fd) < 0)
    {
      intimail_set_error_from_errno (error, errno, "cannot flush %s", path);
      return FALSE;
    }

  return TRUE;
}

gboolean
intimail_file_replace (const char *path, gconstpointer data, gsize length, int mode, GError **error)
{
  g_autofree char *token = intimail_secret_token (10);
  g_autofree char *temporary = g_strdup_printf ("%s.%s", path, token);
  g_autofree char *folder = g_path_get_dirname (path);

  if (!write_durably (temporary, data, length, mode, error))
    {
      unlink (temporary);
      return FALSE;
    }
  if (rename (temporary, path) < 0)
    {
      intimail_set_error_from_errno (error, errno, "cannot replace %s", path);
      unlink (temporary);
      return FALSE;
    }

  return intimail_folder_flush (folder, error);
}
