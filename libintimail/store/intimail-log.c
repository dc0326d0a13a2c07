/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "store/intimail-log-private.h"

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
#include "store/intimail-checksum-private.h"

#define WINDOW (256 * 1024)
/* What is read first: often a header, or the few lines that are new. */
#define FIRST_READ (8 * 1024)
#define RANGE_WINDOW (128 * 1024)
#define LINE_MAX_BYTES (16 * 1024 * 1024)
#define MARK_BYTES 2048
#define COPY_MAX_BYTES (256 * 1024 * 1024)

void
intimail_log_init (IntimailLog *self, int root_fd, const char *path)
{
  memset (self, 0, sizeof *self);
  self->root_fd = root_fd;
  self->path = g_strdup (path);
  self->fd = -1;
  self->earlier_fd = -1;
}

static void
close_file (IntimailLog *self)
{
  intimail_fd_close (self->fd);
  intimail_fd_close (self->earlier_fd);
  self->fd = self->earlier_fd = -1;
  self->end = self->joint = self->shift = 0;
}

void
intimail_log_clear (IntimailLog *self)
{
  close_file (self);
  g_clear_pointer (&self->path, g_free);
  if (self->memory != NULL)
    g_string_free (self->memory, TRUE);
  self->memory = NULL;
}

void
intimail_log_use_memory (IntimailLog *self)
{
  close_file (self);
  if (self->memory == NULL)
    self->memory = g_string_new (NULL);
  g_string_truncate (self->memory, 0);
}

IntimailLogStatus
intimail_log_look (IntimailLog *self)
{
  struct stat status;
  guint64 end = MAX (self->end, self->joint) + self->shift;

  if (self->memory != NULL)
    return self->end < self->memory->len ? INTIMAIL_LOG_GREW : INTIMAIL_LOG_SAME;

  if (fstatat (self->root_fd, self->path, &status, AT_SYMLINK_NOFOLLOW) < 0)
    return INTIMAIL_LOG_MISSING;
  if (self->fd < 0 || status.st_dev != self->device || status.st_ino != self->inode ||
      (guint64) status.st_size < end)
    return INTIMAIL_LOG_REPLACED;

  return (guint64) status.st_size > end || self->end < self->joint ? INTIMAIL_LOG_GREW : INTIMAIL_LOG_SAME;
}

IntimailLogStatus
intimail_log_check (IntimailLog *self)
{
  IntimailLogStatus status = intimail_log_look (self);

  if (status == INTIMAIL_LOG_MISSING || status == INTIMAIL_LOG_REPLACED)
    close_file (self);
  return status;
}

/* A file that cannot be written: what comes is added to a copy in memory. */
static gboolean
open_copy (IntimailLog *self)
{
  g_auto (IntimailFd) fd = openat (self->root_fd, self->path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  g_autofree char *data = NULL;
  gsize length;

  if (fd < 0 || !intimail_fd_read_all (fd, COPY_MAX_BYTES, &data, &length, NULL))
    return FALSE;
  self->memory = g_string_new_len (data, (gssize) length);
  return TRUE;
}

int
intimail_log_open_other (const IntimailLog *self)
{
  /* Neither a link nor a FIFO takes us anywhere. */
  g_auto (IntimailFd) fd = openat (self->root_fd, self->path, O_RDWR | O_APPEND | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  struct stat status;

  if (fd >= 0 && fstat (fd, &status) < 0)
    return -1;
  if (fd >= 0 && !S_ISREG (status.st_mode))
    {
      errno = EINVAL;
      return -1;
    }
  return intimail_fd_steal (&fd);
}

static gboolean
open_file (IntimailLog *self)
{
  struct stat status;

  if (self->fd >= 0 || self->memory != NULL)
    return TRUE;

  self->fd = intimail_log_open_other (self);
  if (self->fd < 0 && (errno == EACCES || errno == EROFS || errno == EPERM))
    return open_copy (self);
  if (self->fd < 0)
    return FALSE;
  if (fstat (self->fd, &status) < 0)
    {
      close_file (self);
      return FALSE;
    }

  self->device = status.st_dev;
  self->inode = status.st_ino;
  return TRUE;
}

static gssize
read_some (IntimailLog *self, guint64 offset, char *buffer, gsize length)
{
  int fd = self->fd;
  gssize got;

  if (self->memory != NULL)
    {
      got = (gssize) MIN (length, self->memory->len - MIN (offset, self->memory->len));
      if (got > 0)
        memcpy (buffer, self->memory->str + offset, (gsize) got);
      return got;
    }

  if (offset < self->joint)
    {
      fd = self->earlier_fd;
      length = (gsize) MIN (length, self->joint - offset);
    }
  else
    offset += self->shift;
  do
    got = pread (fd, buffer, length, (off_t) offset);
  while (got < 0 && errno == EINTR);
  return got;
}

/* Calls @func for the whole lines of a window; returns the bytes used up. */
static gsize
give_lines (IntimailLog *self, const char *window, gsize length, IntimailLogFunc func, gpointer user_data, gboolean *stopped)
{
  gsize used = 0;
  const char *newline;

  while (!*stopped && (newline = memchr (window + used, '\n', length - used)) != NULL)
    {
      gsize line_length = (gsize) (newline - window) - used;
      guint64 offset = self->end;

      self->end += line_length + 1;
      *stopped = !func (offset, window + used, line_length, user_data);
      used += line_length + 1;
    }

  return used;
}

gboolean
intimail_log_read_lines (IntimailLog *self, IntimailLogFunc func, gpointer user_data)
{
  gsize room = WINDOW;
  gsize wanted = FIRST_READ;
  gsize held = 0;
  g_autofree char *window = NULL;
  gboolean stopped = FALSE;

  if (!open_file (self))
    return FALSE;

  window = g_malloc (room);
  while (!stopped)
    {
      gssize got = read_some (self, self->end + held, window + held, MIN (wanted, room - held));
      gsize used;

      if (got < 0)
        return FALSE;
      if (got == 0)
        break;
      wanted = room;
      held += (gsize) got;
      used = give_lines (self, window, held, func, user_data, &stopped);
      memmove (window, window + used, held - used);
      held -= used;
      if (held == room)
        {
          if (room >= LINE_MAX_BYTES)
            return FALSE;
          room *= 2;
          window = g_realloc (window, room);
        }
    }

  return TRUE;
}

gboolean
intimail_log_get_mark (IntimailLog *self, guint64 end, guint64 *mark)
{
  char first[MARK_BYTES] = { 0 };
  char last[MARK_BYTES] = { 0 };
  gsize length = (gsize) MIN (end, MARK_BYTES);

  if (!open_file (self) || self->memory != NULL || self->joint > 0 || read_some (self, 0, first, length) != (gssize) length ||
      read_some (self, end - length, last, length) != (gssize) length)
    return FALSE;
  *mark = intimail_checksum (first, length) * 3 + intimail_checksum (last, length);
  return TRUE;
}

gboolean
intimail_log_resume (IntimailLog *self, guint64 end, guint64 mark)
{
  guint64 found;

  if (intimail_log_get_mark (self, end, &found) && found == mark)
    {
      self->end = end;
      return TRUE;
    }
  close_file (self);
  return FALSE;
}

static gboolean
append_to_memory (IntimailLog *self, const char *data, gsize length, guint64 *offset)
{
  g_string_append_len (self->memory, data, (gssize) length);
  *offset = self->memory->len - length;
  self->end = self->memory->len;
  return TRUE;
}

gboolean
intimail_log_append (IntimailLog *self, const char *data, gsize length, guint64 *offset, GError **error)
{
  struct stat status;
  gssize written;

  if (self->memory != NULL)
    return append_to_memory (self, data, length, offset);
  if (!open_file (self) || fstat (self->fd, &status) < 0)
    {
      intimail_set_error_from_errno (error, errno, "cannot open %s", self->path);
      return FALSE;
    }
  if (self->end < self->joint)
    {
      g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_FAILED, "%s is not read to its end", self->path);
      return FALSE;
    }
  if ((guint64) status.st_size > self->end + self->shift && ftruncate (self->fd, (off_t) (self->end + self->shift)) < 0)
    {
      intimail_set_error_from_errno (error, errno, "cannot mend %s", self->path);
      return FALSE;
    }

  *offset = self->end;
  do
    written = write (self->fd, data, length);
  while (written < 0 && errno == EINTR);
  if (written == (gssize) length)
    {
      self->end += length;
      return TRUE;
    }

  intimail_set_error_from_errno (error, written < 0 ? errno : ENOSPC, "cannot append to %s", self->path);
  /* Half a line stays away from the next reader if it can be helped. */
  if (written > 0 && ftruncate (self->fd, (off_t) (self->end + self->shift)) < 0)
    g_debug ("%s keeps half a line", self->path);
  return FALSE;
}

gboolean
intimail_log_init_view (IntimailLog *self, const IntimailLog *log)
{
  intimail_log_init (self, log->root_fd, log->path);
  self->fd = log->fd >= 0 ? fcntl (log->fd, F_DUPFD_CLOEXEC, 0) : -1;
  self->device = log->device;
  self->inode = log->inode;
  return self->fd >= 0;
}

/* Where the last whole line ends; not before @floor, where one does. */
static gboolean
find_end (int fd, guint64 floor, guint64 *end)
{
  char window[4096];
  struct stat status;

  if (fstat (fd, &status) < 0)
    return FALSE;
  *end = (guint64) status.st_size;
  while (*end > floor)
    {
      gsize length = (gsize) MIN (*end - floor, sizeof window);
      const char *newline;

      if (pread (fd, window, length, (off_t) (*end - length)) != (gssize) length)
        return FALSE;
      newline = memrchr (window, '\n', length);
      if (newline != NULL)
        {
          *end = *end - length + (guint64) (newline - window) + 1;
          return TRUE;
        }
      *end -= length;
    }
  return TRUE;
}

gboolean
intimail_log_join (IntimailLog *self, IntimailFd *fd, guint64 from, guint64 at)
{
  struct stat status;
  guint64 joint;

  if (self->memory != NULL || self->fd < 0 || self->joint > 0 || !find_end (self->fd, self->end, &joint) || fstat (*fd, &status) < 0 ||
      joint < from || (guint64) status.st_size < joint + at - from)
    return FALSE;
  self->earlier_fd = self->fd;
  self->joint = joint;
  self->shift = at - from;
  self->fd = intimail_fd_steal (fd);
  self->device = status.st_dev;
  self->inode = status.st_ino;
  return TRUE;
}

void
intimail_log_leave_earlier (IntimailLog *self)
{
  intimail_fd_close (self->earlier_fd);
  self->earlier_fd = -1;
  self->end += self->shift;
  self->joint = self->shift = 0;
}

void
intimail_log_switch (IntimailLog *self, int fd, const struct stat *status, guint64 end)
{
  close_file (self);
  self->device = status->st_dev;
  self->inode = status->st_ino;
  self->fd = fd;
  self->end = end;
}

static gboolean
write_beside (IntimailLog *self, const char *temporary, const char *data, gsize length, GError **error)
{
  g_auto (IntimailFd) fd = openat (self->root_fd, temporary, O_RDWR | O_APPEND | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  struct stat status;

  if (fd < 0)
    {
      intimail_set_error_from_errno (error, errno, "cannot create %s", temporary);
      return FALSE;
    }
  /* The new file has to be whole before it takes the place of the old one. */
  if (!intimail_fd_write_all (fd, data, length, error))
    return FALSE;
  if (fdatasync (fd) < 0 || fstat (fd, &status) < 0 || renameat (self->root_fd, temporary, self->root_fd, self->path) < 0)
    {
      intimail_set_error_from_errno (error, errno, "cannot replace %s", self->path);
      return FALSE;
    }

  intimail_log_switch (self, intimail_fd_steal (&fd), &status, length);
  return TRUE;
}

gboolean
intimail_log_replace (IntimailLog *self, const char *data, gsize length, GError **error)
{
  g_autofree char *token = intimail_secret_token (5);
  g_autofree char *temporary = g_strdup_printf ("%s.%s", self->path, token);

  if (self->memory == NULL && write_beside (self, temporary, data, length, error))
    return TRUE;

  if (self->memory == NULL)
    unlinkat (self->root_fd, temporary, 0);
  intimail_log_use_memory (self);
  g_string_append_len (self->memory, data, (gssize) length);
  self->end = length;
  return FALSE;
}

static gsize
read_up_to (IntimailLog *self, guint64 offset, char *data, gsize length)
{
  gsize n = 0;

  while (n < length)
    {
      gssize got = read_some (self, offset + n, data + n, length - n);

      if (got <= 0)
        break;
      n += (gsize) got;
    }
  return n;
}

char *
intimail_log_read (IntimailLog *self, guint64 offset, gsize length)
{
  g_autofree char *data = NULL;

  if (length > LINE_MAX_BYTES || !open_file (self))
    return NULL;
  data = g_malloc (length + 1);
  if (read_up_to (self, offset, data, length) != length)
    return NULL;
  data[length] = '\0';
  return g_steal_pointer (&data);
}

void
intimail_log_window_clear (IntimailLogWindow *self)
{
  g_clear_pointer (&self->data, g_free);
  self->log = NULL;
}

const char *
intimail_log_window_read (IntimailLogWindow *self, IntimailLog *log, guint64 offset, gsize length)
{
  gsize room = MAX (length, RANGE_WINDOW);

  if (self->log == log && offset >= self->start && offset + length <= self->start + self->length)
    return self->data + (offset - self->start);
  if (length > LINE_MAX_BYTES || !open_file (log))
    return NULL;

  self->data = g_realloc (self->data, room);
  self->log = log;
  self->start = offset;
  self->length = read_up_to (log, offset, self->data, room);
  return length <= self->length ? self->data : NULL;
}
