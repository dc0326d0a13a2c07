/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "delivery/intimail-locked-file-private.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/intimail-error-private.h"
#include "base/intimail-fd-private.h"
#include "store/intimail-lock-private.h"

#define LOCK_MS 5000

/* Another process may have put a new file in the place of the one that was opened. */
static gboolean
is_current (int fd, const char *path)
{
  struct stat opened;
  struct stat there;

  return fstat (fd, &opened) == 0 && lstat (path, &there) == 0 && opened.st_ino == there.st_ino && opened.st_dev == there.st_dev;
}

int
intimail_locked_file_open (const char *path, GError **error)
{
  for (;;)
    {
      g_auto (IntimailFd) fd = open (path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

      if (fd < 0)
        {
          intimail_set_error_from_errno (error, errno, "cannot open %s", path);
          return -1;
        }
      if (!intimail_lock_take (fd, LOCK_MS, error))
        return -1;
      if (is_current (fd, path))
        return intimail_fd_steal (&fd);
    }
}

gboolean
intimail_locked_file_append (int fd, gsize size, const char *text, gsize length, GError **error)
{
  char last = '\n';

  if (size > 0 && pread (fd, &last, 1, (off_t) size - 1) == 1 && last != '\n' && !intimail_fd_write_all (fd, "\n", 1, error))
    return FALSE;

  return intimail_fd_write_all (fd, text, length, error);
}
