/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "store/intimail-lock-private.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <intimail/intimail-error.h>

#include "base/intimail-error-private.h"

static gboolean
take (int fd, int operation, guint timeout_ms, GError **error)
{
  gint64 end = g_get_monotonic_time () + (gint64) timeout_ms * 1000;
  gulong pause = 50;

  /* flock() itself waits for ever, and a signal to end that is not the library's. */
  while (flock (fd, operation | LOCK_NB) < 0)
    {
      if (errno != EWOULDBLOCK && errno != EINTR)
        {
          intimail_set_error_from_errno (error, errno, "cannot lock the account");
          return FALSE;
        }
      if (g_get_monotonic_time () >= end)
        {
          g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_FAILED,
                       "another program held the account for over %u ms", timeout_ms);
          return FALSE;
        }
      g_usleep (pause);
      pause = MIN (pause * 2, 5000);
    }

  return TRUE;
}

gboolean
intimail_lock_take (int fd, guint timeout_ms, GError **error)
{
  return take (fd, LOCK_EX, timeout_ms, error);
}

gboolean
intimail_lock_take_shared (int fd, guint timeout_ms, GError **error)
{
  return take (fd, LOCK_SH, timeout_ms, error);
}

void
intimail_lock_release (int fd)
{
  flock (fd, LOCK_UN);
}

/* The lock is flock()'s; these are byte ranges that belong to the open file. */
enum
{
  DELIVERING,
  COMPACTING
};

static struct flock
make_range (short type, off_t what)
{
  return (struct flock){ .l_type = type, .l_whence = SEEK_SET, .l_start = what, .l_len = 1 };
}

void
intimail_lock_set_delivering (int fd, gboolean delivering)
{
  struct flock range = make_range (delivering ? F_RDLCK : F_UNLCK, DELIVERING);

  if (fcntl (fd, F_OFD_SETLK, &range) < 0)
    g_debug ("a delivery cannot be marked: %s", g_strerror (errno));
}

gboolean
intimail_lock_is_delivering (int fd)
{
  struct flock range = make_range (F_WRLCK, DELIVERING);

  return fcntl (fd, F_OFD_GETLK, &range) == 0 && range.l_type != F_UNLCK;
}

gboolean
intimail_lock_take_compacting (int fd)
{
  struct flock range = make_range (F_WRLCK, COMPACTING);

  return fcntl (fd, F_OFD_SETLK, &range) == 0;
}
