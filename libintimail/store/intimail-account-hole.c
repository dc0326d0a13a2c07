/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What a disk did not give: it is no reason to say that there is nothing.
 */

#include "store/intimail-account-private.h"

#include <errno.h>
#include <sys/stat.h>

#include <intimail/intimail-error.h>

#include "base/intimail-error-private.h"

/* What could not be read is tried again: so often at once, then after a wait that
 * doubles each time, from a millisecond to a minute. A bad disk takes its time. */
#define TRIES_AT_ONCE 8
#define WAIT_DOUBLINGS_MAX 16

void
intimail_account_note_hole (IntimailFolder *folder)
{
  guint n_waits = MIN (MAX (++folder->n_tries, TRIES_AT_ONCE) - TRIES_AT_ONCE, WAIT_DOUBLINGS_MAX);

  folder->has_holes = TRUE;
  folder->try_again_at = n_waits > 0 ? g_get_monotonic_time () + (G_GINT64_CONSTANT (1000) << n_waits) : 0;
}

void
intimail_account_set_no_message (IntimailAccount *self, GError **error, const char *id)
{
  /* What could not be written down is read again, and is not what the disk has. */
  gboolean known = !self->must_reload && !self->is_doubtful;

  for (guint i = 0; i < self->folders->len; i++)
    {
      IntimailFolder *folder = intimail_account_get_folder (self, i);

      known = known && (folder->gone || (!folder->has_holes && !folder->must_scan));
    }
  if (known)
    intimail_account_set_not_found (error, "message", id);
  else
    g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_FAILED, "there is no message \"%s\" in what could be read of the account", id);
}

void
intimail_account_set_unopened (GError **error, int saved_errno, const char *id)
{
  if (saved_errno == ENOENT)
    intimail_account_set_not_found (error, "message", id);
  else
    intimail_set_error_from_errno (error, saved_errno, "cannot open the message \"%s\"", id);
}

gboolean
intimail_account_is_in_place (IntimailAccount *self)
{
  struct stat at_path;
  struct stat opened;

  return stat (self->path, &at_path) == 0 && fstat (self->root_fd, &opened) == 0 && at_path.st_dev == opened.st_dev &&
         at_path.st_ino == opened.st_ino;
}
