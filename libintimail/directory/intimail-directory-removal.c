/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A person is removed in two steps, of which the first can be undone: it leaves the
 * entry, so that nobody else gets the uid or an address.
 */

#include <intimail/intimail-directory.h>

#include <intimail/intimail-error.h>

#include "base/intimail-call-private.h"

/* A server may have no attribute for it, and then nothing was kept. */
static gboolean
check_kept (IntimailDirectory *self, const char *uid, GCancellable *cancellable, GError **error)
{
  g_autoptr (IntimailPerson) person = intimail_directory_lookup_person (self, uid, cancellable, error);

  if (person == NULL)
    return FALSE;
  if (intimail_person_get_removal (person) != 0)
    return TRUE;
  g_set_error_literal (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_SUPPORTED,
                       "the directory has no attribute for people who are removed: set person-removal in [directory]");
  return FALSE;
}

/**
 * intimail_directory_begin_removal:
 * @self: a directory
 * @uid: a uid
 * @until: until when it can be undone: seconds since 1970, UTC
 * @deletes_mail: whether the mail is deleted then, or put aside
 * @cancellable: (nullable): a cancellable, heeded until the change is written
 * @error: return location for an error
 *
 * Removes somebody so that it can be undone. From here on they neither sign in nor get
 * mail; uid and addresses stay theirs, groups and mail as they are.
 * [method@Intimail.Site.purge_person] ends it after that time.
 *
 * For somebody who is removed already, only what becomes of the mail is changed.
 *
 * Fails with %INTIMAIL_ERROR_NOT_FOUND when nobody has that uid, with
 * %INTIMAIL_ERROR_INVALID_ARGUMENT when @until is no time after 1970, with
 * %INTIMAIL_ERROR_NOT_SUPPORTED when the directory has no place for it, with
 * %INTIMAIL_ERROR_PERMISSION_DENIED when the directory acts for somebody who may not, and
 * with %INTIMAIL_ERROR_UNAVAILABLE when the directory cannot be changed now.
 *
 * Returns: %TRUE when the change is on the disk
 *
 * Since: 1.0
 */
gboolean
intimail_directory_begin_removal (IntimailDirectory *self,
                                  const char *uid,
                                  gint64 until,
                                  gboolean deletes_mail,
                                  GCancellable *cancellable,
                                  GError **error)
{
  g_autoptr (IntimailPerson) person = NULL;

  g_return_val_if_fail (INTIMAIL_IS_DIRECTORY (self), FALSE);
  g_return_val_if_fail (uid != NULL, FALSE);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (until <= 0)
    {
      g_set_error_literal (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT, "a removal ends after 1970");
      return FALSE;
    }
  person = intimail_directory_lookup_person (self, uid, cancellable, error);
  if (person == NULL)
    return FALSE;
  if (intimail_person_get_removal (person) == 0)
    intimail_person_set_removal (person, until);
  intimail_person_set_deletes_mail (person, deletes_mail);

  return intimail_directory_update_person (self, person, cancellable, error) &&
         check_kept (self, uid, NULL, error);
}

/**
 * intimail_directory_undo_removal:
 * @self: a directory
 * @uid: a uid
 * @cancellable: (nullable): a cancellable, heeded until the change is written
 * @error: return location for an error
 *
 * Undoes [method@Intimail.Directory.begin_removal]: they sign in and get mail as before.
 *
 * Fails with %INTIMAIL_ERROR_NOT_FOUND when nobody has that uid, with
 * %INTIMAIL_ERROR_PERMISSION_DENIED when the time for it is over, or when the directory
 * acts for somebody who may not, and with %INTIMAIL_ERROR_UNAVAILABLE when the directory
 * cannot be changed now.
 *
 * Returns: %TRUE when they are not removed, now or before
 *
 * Since: 1.0
 */
gboolean
intimail_directory_undo_removal (IntimailDirectory *self, const char *uid, GCancellable *cancellable, GError **error)
{
  g_autoptr (IntimailPerson) person = NULL;
  gint64 until;

  g_return_val_if_fail (INTIMAIL_IS_DIRECTORY (self), FALSE);
  g_return_val_if_fail (uid != NULL, FALSE);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  person = intimail_directory_lookup_person (self, uid, cancellable, error);
  if (person == NULL)
    return FALSE;
  until = intimail_person_get_removal (person);
  if (until == 0)
    return TRUE;
  if (until <= g_get_real_time () / G_USEC_PER_SEC)
    {
      g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_PERMISSION_DENIED,
                   "the removal of \"%s\" can no longer be undone: the mail may be gone already", uid);
      return FALSE;
    }
  intimail_person_set_removal (person, 0);
  intimail_person_set_deletes_mail (person, FALSE);

  return intimail_directory_update_person (self, person, cancellable, error);
}

static gpointer
run_begin (gpointer self, const IntimailCall *call, GCancellable *cancellable, GError **error)
{
  return GINT_TO_POINTER (intimail_directory_begin_removal (self, call->texts[0], call->numbers[0], call->numbers[1] != 0, cancellable, error));
}

static gpointer
run_undo (gpointer self, const IntimailCall *call, GCancellable *cancellable, GError **error)
{
  return GINT_TO_POINTER (intimail_directory_undo_removal (self, call->texts[0], cancellable, error));
}

/**
 * intimail_directory_begin_removal_async:
 * @self: a directory
 * @uid: a uid
 * @until: until when it can be undone: seconds since 1970, UTC
 * @deletes_mail: whether the mail is deleted then, or put aside
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async) (closure user_data): called in the main context that
 *   was the caller's thread default
 * @user_data: data for @callback
 *
 * Removes somebody as [method@Intimail.Directory.begin_removal] does, without blocking.
 *
 * Since: 1.0
 */
void
intimail_directory_begin_removal_async (IntimailDirectory *self,
                                        const char *uid,
                                        gint64 until,
                                        gboolean deletes_mail,
                                        GCancellable *cancellable,
                                        GAsyncReadyCallback callback,
                                        gpointer user_data)
{
  const IntimailCall call = { .run = run_begin, .texts = { uid }, .numbers = { until, deletes_mail }, .is_change = TRUE };

  g_return_if_fail (INTIMAIL_IS_DIRECTORY (self));
  g_return_if_fail (uid != NULL);
  g_return_if_fail (until > 0);

  intimail_call_start (self, intimail_directory_begin_removal_async, &call, cancellable, callback, user_data);
}

/**
 * intimail_directory_begin_removal_finish:
 * @self: a directory
 * @result: what the callback got
 * @error: return location for an error
 *
 * Finishes [method@Intimail.Directory.begin_removal_async].
 *
 * Returns: %TRUE when the change is on the disk
 *
 * Since: 1.0
 */
gboolean
intimail_directory_begin_removal_finish (IntimailDirectory *self, GAsyncResult *result, GError **error)
{
  return intimail_call_finish (self, intimail_directory_begin_removal_async, result, error) != NULL;
}

/**
 * intimail_directory_undo_removal_async:
 * @self: a directory
 * @uid: a uid
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async) (closure user_data): called in the main context that
 *   was the caller's thread default
 * @user_data: data for @callback
 *
 * Undoes a removal as [method@Intimail.Directory.undo_removal] does, without blocking.
 *
 * Since: 1.0
 */
void
intimail_directory_undo_removal_async (IntimailDirectory *self,
                                       const char *uid,
                                       GCancellable *cancellable,
                                       GAsyncReadyCallback callback,
                                       gpointer user_data)
{
  const IntimailCall call = { .run = run_undo, .texts = { uid }, .is_change = TRUE };

  g_return_if_fail (INTIMAIL_IS_DIRECTORY (self));
  g_return_if_fail (uid != NULL);

  intimail_call_start (self, intimail_directory_undo_removal_async, &call, cancellable, callback, user_data);
}

/**
 * intimail_directory_undo_removal_finish:
 * @self: a directory
 * @result: what the callback got
 * @error: return location for an error
 *
 * Finishes [method@Intimail.Directory.undo_removal_async].
 *
 * Returns: %TRUE when they are not removed
 *
 * Since: 1.0
 */
gboolean
intimail_directory_undo_removal_finish (IntimailDirectory *self, GAsyncResult *result, GError **error)
{
  return intimail_call_finish (self, intimail_directory_undo_removal_async, result, error) != NULL;
}
