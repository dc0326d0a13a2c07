/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "store/intimail-big-file-writer-private.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <intimail/intimail-error.h>

#include "base/intimail-error-private.h"
#include "base/intimail-fd-private.h"
#include "base/intimail-secret-private.h"

#define COPY_BYTES (256 * 1024)

struct _IntimailBigFileWriter
{
  int folder_fd;
  int fd;
  char *temporary; /* NULL when it has no name of its own */
  guint64 size;
};

static gboolean
open_folder (IntimailBigFileWriter *self, const char *folder, GError **error)
{
  self->folder_fd = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
  if (self->folder_fd < 0)
    intimail_set_error_from_errno (error, errno, "cannot open %s", folder);

  return self->folder_fd >= 0;
}

/* Begins with a dot: what a crash leaves of it is found by who clears up. */
static char *
make_temporary (void)
{
  g_autofree char *token = intimail_secret_token (10);

  return g_strconcat (".", token, NULL);
}

/* Without a name, what a crash leaves is nothing. Not every file system can do that. */
static gboolean
create_file (IntimailBigFileWriter *self, const char *folder, GError **error)
{
  self->fd = openat (self->folder_fd, ".", O_RDWR | O_TMPFILE | O_CLOEXEC, 0600);
  if (self->fd < 0 && (errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL))
    {
      self->temporary = make_temporary ();
      self->fd = openat (self->folder_fd, self->temporary, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
      if (self->fd < 0)
        g_clear_pointer (&self->temporary, g_free);
    }
  if (self->fd < 0)
    intimail_set_error_from_errno (error, errno, "cannot create a file in %s", folder);

  return self->fd >= 0;
}

static IntimailBigFileWriter *
writer_new (void)
{
  IntimailBigFileWriter *self = g_new0 (IntimailBigFileWriter, 1);

  self->folder_fd = -1;
  self->fd = -1;

  return self;
}

IntimailBigFileWriter *
intimail_big_file_writer_new (const char *folder, GError **error)
{
  g_autoptr (IntimailBigFileWriter) self = writer_new ();

  return open_folder (self, folder, error) && create_file (self, folder, error) ? g_steal_pointer (&self) : NULL;
}

static gboolean
link_file (IntimailBigFileWriter *self, int fd)
{
  g_autofree char *name = make_temporary ();
  char path[64];
  struct stat status;

  g_snprintf (path, sizeof path, "/proc/self/fd/%d", fd);
  if (fstat (fd, &status) < 0 || linkat (AT_FDCWD, path, self->folder_fd, name, AT_SYMLINK_FOLLOW) < 0)
    return FALSE;
  self->temporary = g_steal_pointer (&name);
  self->fd = dup (fd);
  self->size = (guint64) status.st_size;

  return self->fd >= 0;
}

static gboolean
copy_file (IntimailBigFileWriter *self, int fd, GError **error)
{
  g_autofree char *buffer = g_malloc (COPY_BYTES);
  off_t offset = 0;

  while (TRUE)
    {
      gssize got = pread (fd, buffer, COPY_BYTES, offset);

      if (got < 0 && errno == EINTR)
        continue;
      if (got < 0)
        intimail_set_error_from_errno (error, errno, "cannot read a file");
      if (got <= 0)
        return got == 0;
      if (!intimail_big_file_writer_write (self, buffer, (gsize) got, error))
        return FALSE;
      offset += got;
    }
}

IntimailBigFileWriter *
intimail_big_file_writer_new_for_file (const char *folder, int fd, GError **error)
{
  g_autoptr (IntimailBigFileWriter) self = writer_new ();

  if (!open_folder (self, folder, error))
    return NULL;
  if (link_file (self, fd))
    return g_steal_pointer (&self);

  return create_file (self, folder, error) && copy_file (self, fd, error) ? g_steal_pointer (&self) : NULL;
}

gboolean
intimail_big_file_writer_write (IntimailBigFileWriter *self, gconstpointer data, gsize length, GError **error)
{
  if (!intimail_fd_write_all (self->fd, data, length, error))
    return FALSE;
  self->size += length;

  return TRUE;
}

gboolean
intimail_big_file_writer_splice (IntimailBigFileWriter *self, GInputStream *stream, guint64 max, GCancellable *cancellable, GError **error)
{
  g_autofree char *buffer = g_malloc (COPY_BYTES);

  while (TRUE)
    {
      g_autoptr (GError) local_error = NULL;
      gssize got = g_input_stream_read (stream, buffer, COPY_BYTES, cancellable, &local_error);

      if (got < 0 && g_error_matches (local_error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        g_propagate_error (error, g_steal_pointer (&local_error));
      else if (got < 0 && local_error->domain == INTIMAIL_ERROR)
        g_propagate_error (error, g_steal_pointer (&local_error));
      else if (got < 0)
        g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_FAILED, "cannot read the bytes: %s", local_error->message);
      if (got <= 0)
        return got == 0;
      if (max != 0 && (guint64) got > max - self->size)
        {
          g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_TOO_LARGE, "the file has over %" G_GUINT64_FORMAT " bytes", max);
          return FALSE;
        }
      if (!intimail_big_file_writer_write (self, buffer, (gsize) got, error))
        return FALSE;
    }
}

guint64
intimail_big_file_writer_get_size (IntimailBigFileWriter *self)
{
  return self->size;
}

gboolean
intimail_big_file_writer_flush (IntimailBigFileWriter *self, GError **error)
{
  if (fsync (self->fd) == 0)
    return TRUE;
  intimail_set_error_from_errno (error, errno, "cannot flush a file");

  return FALSE;
}

gboolean
intimail_big_file_writer_place (IntimailBigFileWriter *self, const char *name, GError **error)
{
  char path[64];
  int result;

  g_snprintf (path, sizeof path, "/proc/self/fd/%d", self->fd);
  result = self->temporary != NULL ? linkat (self->folder_fd, self->temporary, self->folder_fd, name, 0)
                                   : linkat (AT_FDCWD, path, self->folder_fd, name, AT_SYMLINK_FOLLOW);
  if (result < 0 && errno == EEXIST)
    g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_EXISTS, "%s is there already", name);
  else if (result < 0)
    intimail_set_error_from_errno (error, errno, "cannot place a file");

  return result == 0;
}

void
intimail_big_file_writer_free (IntimailBigFileWriter *self)
{
  if (self->temporary != NULL)
    unlinkat (self->folder_fd, self->temporary, 0);
  intimail_fd_close (self->fd);
  intimail_fd_close (self->folder_fd);
  g_free (self->temporary);
  g_free (self);
}
