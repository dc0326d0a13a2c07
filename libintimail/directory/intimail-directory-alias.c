/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Addresses that a person makes and ends. What stands in the directory is changed by
 * intimail_directory_update_person(): what somebody else changes meanwhile is kept.
 */

#include <intimail/intimail-directory.h>

#include <string.h>

#include <intimail/intimail-error.h>

#include "base/intimail-secret-private.h"
#include "base/intimail-call-private.h"
#include "directory/intimail-password-private.h"
#include "directory/intimail-person-private.h"
#include "directory/intimail-temporary-alias-private.h"

/* A made address that is taken already is made anew. */
#define MAX_TRIES 5

/* A word that can be read aloud, and digits: 32 random bits. */
static char *
make_address (IntimailPerson *person)
{
  GString *address = g_string_new (NULL);
  const char *domain = strrchr (intimail_person_get_mail (person), '@');
  guint32 number;

  intimail_secret_random (&number, sizeof number);
  intimail_password_append_word (address);
  g_string_append_printf (address, "-%04u%s", number % 10000, domain != NULL ? domain : "@");

  return g_string_free (address, FALSE);
}

/* The person with @alias, or without what has its address when @remove. */
static void
put_alias (IntimailPerson *person, IntimailTemporaryAlias *alias, gboolean remove)
{
  g_autoptr (GPtrArray) old = intimail_person_get_temporary_aliases (person);
  g_autoptr (GPtrArray) list = g_ptr_array_new ();
  g_autofree char *key = intimail_person_make_address_key (intimail_temporary_alias_get_address (alias));
  IntimailTemporaryAlias *there = key != NULL ? intimail_person_find_temporary_alias (person, key) : NULL;

  for (guint i = 0; i < old->len; i++)
    if (old->pdata[i] != there)
      g_ptr_array_add (list, old->pdata[i]);
  if (!remove)
    g_ptr_array_add (list, alias);
  intimail_person_set_temporary_aliases (person, list);
}

static gboolean
has_key (IntimailPerson *person, const char *address)
{
  g_autofree char *key = intimail_person_make_address_key (address);

  return key != NULL && (intimail_person_has_lasting_key (person, key) || intimail_person_find_temporary_alias (person, key) != NULL);
}

/* A server may have no attribute for it, and then nothing was kept. */
static gboolean
check_kept (IntimailDirectory *self, const char *uid, IntimailTemporaryAlias *alias, GError **error)
{
  g_autoptr (IntimailPerson) person = intimail_directory_lookup_person (self, uid, NULL, error);

  if (person == NULL)
    return FALSE;
  if (has_key (person, intimail_temporary_alias_get_address (alias)))
    return TRUE;
  g_set_error_literal (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_SUPPORTED,
                       "the directory has no attribute for aliases that end: set person-temporary-alias in [directory]");
  return FALSE;
}

static IntimailTemporaryAlias *
add_alias (IntimailDirectory *self,
           const char *uid,
           const char *address,
           gint64 expiry,
           const char *note,
           GCancellable *cancellable,
           GError **error)
{
  g_autoptr (IntimailPerson) person = intimail_directory_lookup_person (self, uid, cancellable, error);
  g_autofree char *made = person != NULL && address == NULL ? make_address (person) : NULL;
  g_autoptr (IntimailTemporaryAlias) alias = NULL;

  if (person == NULL)
    return NULL;
  if (has_key (person, made != NULL ? made : address))
    {
      g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_EXISTS,
                   "\"%s\" has the address \"%s\" already", uid, made != NULL ? made : address);
      return NULL;
    }
  alias = intimail_temporary_alias_new (made != NULL ? made : address, expiry, note);
  put_alias (person, alias, FALSE);

  return intimail_directory_update_person (self, person, cancellable, error) &&
                 check_kept (self, uid, alias, error)
             ? g_steal_pointer (&alias)
             : NULL;
}

/**
 * intimail_directory_add_temporary_alias:
 * @self: a directory
 * @uid: whose it will be
 * @address: (nullable): an address without a name, or %NULL for one that is made: a word
 *   and digits, hard to guess, in the domain of the person's main address
 * @expiry: from when on it is refused: seconds since 1970, UTC; 0 is never
 * @note: what it is for, 200 characters at most; "" is none
 * @cancellable: (nullable): a cancellable, heeded until the change is written
 * @error: return location for an error
 *
 * Gives somebody an address that ends.
 *
 * Fails with %INTIMAIL_ERROR_NOT_FOUND when nobody has that uid, with
 * %INTIMAIL_ERROR_EXISTS when somebody has the address, with
 * %INTIMAIL_ERROR_INVALID_ARGUMENT when the address, the expiry or the note cannot be one
 * or the person has 200 of them, with %INTIMAIL_ERROR_PERMISSION_DENIED when the directory
 * acts for somebody who may not, with %INTIMAIL_ERROR_NOT_SUPPORTED when the directory has
 * no place for it, and with %INTIMAIL_ERROR_UNAVAILABLE when it cannot be changed now.
 *
 * Returns: (transfer full): the alias
 *
 * Since: 1.0
 */
IntimailTemporaryAlias *
intimail_directory_add_temporary_alias (IntimailDirectory *self,
                                        const char *uid,
                                        const char *address,
                                        gint64 expiry,
                                        const char *note,
                                        GCancellable *cancellable,
                                        GError **error)
{
  g_autoptr (GError) local_error = NULL;

  g_return_val_if_fail (INTIMAIL_IS_DIRECTORY (self), NULL);
  g_return_val_if_fail (uid != NULL, NULL);
  g_return_val_if_fail (note != NULL, NULL);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  for (int i = 0; i < MAX_TRIES; i++)
    {
      IntimailTemporaryAlias *alias;

      g_clear_error (&local_error);
      alias = add_alias (self, uid, address, expiry, note, cancellable, &local_error);
      if (alias != NULL)
        return alias;
      if (address != NULL || !g_error_matches (local_error, INTIMAIL_ERROR, INTIMAIL_ERROR_EXISTS))
        break;
    }
  g_propagate_error (error, g_steal_pointer (&local_error));

  return NULL;
}

/* Ends or removes the alias. */
static gboolean
change_alias (IntimailDirectory *self,
              const char *uid,
              const char *address,
              gboolean remove,
              GCancellable *cancellable,
              GError **error)
{
  g_autoptr (IntimailPerson) person = intimail_directory_lookup_person (self, uid, cancellable, error);
  g_autofree char *key = intimail_person_make_address_key (address);
  g_autoptr (IntimailTemporaryAlias) ended = NULL;
  IntimailTemporaryAlias *alias;

  if (person == NULL)
    return FALSE;
  alias = key != NULL ? intimail_person_find_temporary_alias (person, key) : NULL;
  if (alias == NULL)
    {
      g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND, "\"%s\" has no temporary alias \"%s\"", uid, address);
      return FALSE;
    }
  if (!remove && !intimail_temporary_alias_is_active (alias))
    return TRUE;
  ended = intimail_temporary_alias_new (intimail_temporary_alias_get_address (alias), g_get_real_time () / G_USEC_PER_SEC,
                                        intimail_temporary_alias_get_note (alias));
  put_alias (person, ended, remove);

  return intimail_directory_update_person (self, person, cancellable, error);
}

/**
 * intimail_directory_end_temporary_alias:
 * @self: a directory
 * @uid: whose it is
 * @address: the address
 * @cancellable: (nullable): a cancellable, heeded until the change is written
 * @error: return location for an error
 *
 * Ends an address now: mail for it is refused from here on. It stays the person's, so
 * that nobody else gets what still comes.
 *
 * Fails with %INTIMAIL_ERROR_NOT_FOUND when the person has no such temporary alias, and
 * else as [method@Intimail.Directory.update_person] does.
 *
 * Returns: %TRUE when it has ended, now or before
 *
 * Since: 1.0
 */
gboolean
intimail_directory_end_temporary_alias (IntimailDirectory *self,
                                        const char *uid,
                                        const char *address,
                                        GCancellable *cancellable,
                                        GError **error)
{
  g_return_val_if_fail (INTIMAIL_IS_DIRECTORY (self), FALSE);
  g_return_val_if_fail (uid != NULL, FALSE);
  g_return_val_if_fail (address != NULL, FALSE);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return change_alias (self, uid, address, FALSE, cancellable, error);
}

/**
 * intimail_directory_remove_temporary_alias:
 * @self: a directory
 * @uid: whose it is
 * @address: the address
 * @cancellable: (nullable): a cancellable, heeded until the change is written
 * @error: return location for an error
 *
 * Removes an address that ends from the list of its person, ended or not: from here on
 * it is like one that never was, and somebody else may get it.
 *
 * Fails as [method@Intimail.Directory.end_temporary_alias] does.
 *
 * Returns: %TRUE when the change is on the disk
 *
 * Since: 1.0
 */
gboolean
intimail_directory_remove_temporary_alias (IntimailDirectory *self,
                                           const char *uid,
                                           const char *address,
                                           GCancellable *cancellable,
                                           GError **error)
{
  g_return_val_if_fail (INTIMAIL_IS_DIRECTORY (self), FALSE);
  g_return_val_if_fail (uid != NULL, FALSE);
  g_return_val_if_fail (address != NULL, FALSE);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return change_alias (self, uid, address, TRUE, cancellable, error);
}

static gpointer
run_add (gpointer self, const IntimailCall *call, GCancellable *cancellable, GError **error)
{
  return intimail_directory_add_temporary_alias (self, call->texts[0], call->texts[1], call->numbers[0], call->texts[2], cancellable, error);
}

static gpointer
run_end (gpointer self, const IntimailCall *call, GCancellable *cancellable, GError **error)
{
  return GINT_TO_POINTER (intimail_directory_end_temporary_alias (self, call->texts[0], call->texts[1], cancellable, error));
}

static gpointer
run_remove (gpointer self, const IntimailCall *call, GCancellable *cancellable, GError **error)
{
  return GINT_TO_POINTER (intimail_directory_remove_temporary_alias (self, call->texts[0], call->texts[1], cancellable, error));
}

/**
 * intimail_directory_add_temporary_alias_async:
 * @self: a directory
 * @uid: whose it will be
 * @address: (nullable): an address without a name, or %NULL for one that is made
 * @expiry: from when on it is refused: seconds since 1970, UTC; 0 is never
 * @note: what it is for
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async) (closure user_data): called in the main context that
 *   was the caller's thread default
 * @user_data: data for @callback
 *
 * Gives somebody an address that ends as
 * [method@Intimail.Directory.add_temporary_alias] does, without blocking.
 *
 * Since: 1.0
 */
void
intimail_directory_add_temporary_alias_async (IntimailDirectory *self,
                                              const char *uid,
                                              const char *address,
                                              gint64 expiry,
                                              const char *note,
                                              GCancellable *cancellable,
                                              GAsyncReadyCallback callback,
                                              gpointer user_data)
{
  const IntimailCall call = { .run = run_add, .free_result = g_object_unref, .texts = { uid, address, note }, .numbers = { expiry }, .is_change = TRUE };

  g_return_if_fail (INTIMAIL_IS_DIRECTORY (self));
  g_return_if_fail (uid != NULL);
  g_return_if_fail (note != NULL);

  intimail_call_start (self, intimail_directory_add_temporary_alias_async, &call, cancellable, callback, user_data);
}

/**
 * intimail_directory_add_temporary_alias_finish:
 * @self: a directory
 * @result: what the callback got
 * @error: return location for an error
 *
 * Finishes [method@Intimail.Directory.add_temporary_alias_async].
 *
 * Returns: (transfer full): the alias
 *
 * Since: 1.0
 */
IntimailTemporaryAlias *
intimail_directory_add_temporary_alias_finish (IntimailDirectory *self, GAsyncResult *result, GError **error)
{
  return intimail_call_finish (self, intimail_directory_add_temporary_alias_async, result, error);
}

/**
 * intimail_directory_end_temporary_alias_async:
 * @self: a directory
 * @uid: whose it is
 * @address: the address
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async) (closure user_data): called in the main context that
 *   was the caller's thread default
 * @user_data: data for @callback
 *
 * Ends an address now as [method@Intimail.Directory.end_temporary_alias] does, without
 * blocking.
 *
 * Since: 1.0
 */
void
intimail_directory_end_temporary_alias_async (IntimailDirectory *self,
                                              const char *uid,
                                              const char *address,
                                              GCancellable *cancellable,
                                              GAsyncReadyCallback callback,
                                              gpointer user_data)
{
  const IntimailCall call = { .run = run_end, .texts = { uid, address }, .is_change = TRUE };

  g_return_if_fail (INTIMAIL_IS_DIRECTORY (self));
  g_return_if_fail (uid != NULL);
  g_return_if_fail (address != NULL);

  intimail_call_start (self, intimail_directory_end_temporary_alias_async, &call, cancellable, callback, user_data);
}

/**
 * intimail_directory_end_temporary_alias_finish:
 * @self: a directory
 * @result: what the callback got
 * @error: return location for an error
 *
 * Finishes [method@Intimail.Directory.end_temporary_alias_async].
 *
 * Returns: %TRUE when it has ended
 *
 * Since: 1.0
 */
gboolean
intimail_directory_end_temporary_alias_finish (IntimailDirectory *self, GAsyncResult *result, GError **error)
{
  return intimail_call_finish (self, intimail_directory_end_temporary_alias_async, result, error) != NULL;
}

/**
 * intimail_directory_remove_temporary_alias_async:
 * @self: a directory
 * @uid: whose it is
 * @address: the address
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async) (closure user_data): called in the main context that
 *   was the caller's thread default
 * @user_data: data for @callback
 *
 * Removes an address that ends as
 * [method@Intimail.Directory.remove_temporary_alias] does, without blocking.
 *
 * Since: 1.0
 */
void
intimail_directory_remove_temporary_alias_async (IntimailDirectory *self,
                                                 const char *uid,
                                                 const char *address,
                                                 GCancellable *cancellable,
                                                 GAsyncReadyCallback callback,
                                                 gpointer user_data)
{
  const IntimailCall call = { .run = run_remove, .texts = { uid, address }, .is_change = TRUE };

  g_return_if_fail (INTIMAIL_IS_DIRECTORY (self));
  g_return_if_fail (uid != NULL);
  g_return_if_fail (address != NULL);

  intimail_call_start (self, intimail_directory_remove_temporary_alias_async, &call, cancellable, callback, user_data);
}

/**
 * intimail_directory_remove_temporary_alias_finish:
 * @self: a directory
 * @result: what the callback got
 * @error: return location for an error
 *
 * Finishes [method@Intimail.Directory.remove_temporary_alias_async].
 *
 * Returns: %TRUE when the change is on the disk
 *
 * Since: 1.0
 */
gboolean
intimail_directory_remove_temporary_alias_finish (IntimailDirectory *self, GAsyncResult *result, GError **error)
{
  return intimail_call_finish (self, intimail_directory_remove_temporary_alias_async, result, error) != NULL;
}
