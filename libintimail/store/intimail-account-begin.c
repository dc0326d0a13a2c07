/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * How a call begins and ends: the mutex, the lock, and a look at what others did.
 */

#include "store/intimail-account-private.h"

#include <sys/stat.h>

#include <intimail/intimail-error.h>

#include "store/intimail-lock-private.h"

/* For one message after another, in microseconds. */
#define RECENT (10 * 1000)

gboolean
intimail_account_lock (IntimailAccount *self, GError **error)
{
  if (self->lock_fd >= 0 && !intimail_lock_take (self->lock_fd, INTIMAIL_ACCOUNT_LOCK_MS, error))
    return FALSE;

  self->locked = TRUE;
  /* Every append to an index comes with one to the journal. */
  if (self->opened && intimail_journal_is_stale (self->journal))
    intimail_account_catch_up (self);
  return TRUE;
}

void
intimail_account_unlock (IntimailAccount *self)
{
  if (self->locked && self->lock_fd >= 0)
    intimail_lock_release (self->lock_fd);
  self->locked = FALSE;
}

gboolean
intimail_account_begin_unscanned (IntimailAccount *self, GError **error)
{
  g_mutex_lock (&self->mutex);
  if (self->opened && !intimail_account_is_in_place (self))
    {
      if (self->n_busy > 0)
        {
          g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_FAILED, "the folder %s is another one now", self->path);
          return FALSE;
        }
      self->must_reload = TRUE;
    }
  if (self->must_reload && self->n_busy == 0)
    intimail_account_forget (self);

  return self->opened || intimail_account_load (self, error);
}

gboolean
intimail_account_begin (IntimailAccount *self, GError **error)
{
  if (!intimail_account_begin_unscanned (self, error))
    return FALSE;
  if (!self->was_scanned)
    intimail_account_scan (self, NULL, NULL, NULL);
  return TRUE;
}

static gboolean
root_changed (IntimailAccount *self)
{
  struct stat status;

  return fstat (self->root_fd, &status) == 0 && !intimail_account_stamp_is_current (&self->root_stamp, &status);
}

gboolean
intimail_account_begin_fresh (IntimailAccount *self, GCancellable *cancellable, GError **error)
{
  gboolean listed;
  gboolean changed = FALSE;

  if (!intimail_account_begin (self, error))
    return FALSE;
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;

  listed = !root_changed (self);
  if (!listed || intimail_journal_is_stale (self->journal))
    {
      if (!intimail_account_lock (self, error))
        return FALSE;
      if (!listed && !intimail_account_list_folders (self, FALSE, &changed, error))
        {
          intimail_account_unlock (self);
          return FALSE;
        }
      if (changed)
        {
          /* Their indexes first: the journal does not know these mailboxes yet. */
          for (guint i = 0; i < self->folders->len; i++)
            {
              if (!intimail_account_get_folder (self, i)->gone)
                intimail_account_catch_up_folder (self, intimail_account_get_folder (self, i));
            }
          intimail_account_commit (self, NULL);
        }
      intimail_account_unlock (self);
    }
  if (intimail_account_must_scan (self))
    {
      intimail_account_scan (self, NULL, NULL, cancellable);
      intimail_account_empty_new (self);
    }
  self->looked_at = g_get_monotonic_time ();
  return TRUE;
}

gboolean
intimail_account_begin_recent (IntimailAccount *self, GError **error)
{
  gboolean recent;

  if (!intimail_account_begin (self, error))
    return FALSE;
  recent = g_get_monotonic_time () - self->looked_at < RECENT && !intimail_journal_is_stale (self->journal);
  if (recent)
    return TRUE;
  g_mutex_unlock (&self->mutex);
  return intimail_account_begin_fresh (self, NULL, error);
}

void
intimail_account_end (IntimailAccount *self)
{
  g_mutex_unlock (&self->mutex);
}
