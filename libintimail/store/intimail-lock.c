/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "store/intimail-lock-private.h"

#include <errno.h>
#include <sys/file.h>

#include <intimail/intimail-error.h>

#include "base/intimail-error-private.h"

gboolean
intimail_lock_take (int fd, guint timeout_ms, GError **error)
{
  gint64 end = g_get_monotonic_time () + (gint64) timeout_ms * 1000;
  gulong pause = 50;

  /* flock() itself waits for ever, and a signal to end that is not the library's. */
  while (flock (fd, LOCK_EX | LOCK_NB) < 0)
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

void
intimail_lock_release (int fd)
{
  flock (fd, LOCK_UN);
}
