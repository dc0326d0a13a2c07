/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The directory's calls that change something.
 */

#include <intimail/intimail-directory.h>

#include <intimail/intimail-error.h>

#include "directory/intimail-group-private.h"
#include "directory/intimail-password-private.h"

/**
 * intimail_directory_set_password:
 * @self: a directory
 * @uid: a uid
 * @password: the new password, 1 to 255 bytes without control characters
 * @cancellable: (nullable): a cancellable, heeded until the change is written
 * @error: return location for an error
 *
 * Gives somebody a new password; the old ones are gone.
 *
 * Fails with %INTIMAIL_ERROR_NOT_FOUND when nobody has that uid, with
 * %INTIMAIL_ERROR_INVALID_ARGUMENT when @password cannot be one, and with
 * %INTIMAIL_ERROR_UNAVAILABLE when the directory cannot be changed now.
 *
 * Returns: %TRUE when the change is on the disk
 *
 * Since: 1.0
 */
gboolean
intimail_directory_set_password (IntimailDirectory *self,
                                 const char *uid,
                                 const char *password,
                                 GCancellable *cancellable,
                                 GError **error)
{
  g_return_val_if_fail (INTIMAIL_IS_DIRECTORY (self), FALSE);
  g_return_val_if_fail (uid != NULL, FALSE);
  g_return_val_if_fail (password != NULL, FALSE);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;

  return INTIMAIL_DIRECTORY_GET_IFACE (self)->set_password (self, uid, password, cancellable, error);
}

/**
 * intimail_directory_change_password:
 * @self: a directory
 * @uid: who changes their password
 * @old_password: the password until now
 * @new_password: the new one
 * @cancellable: (nullable): a cancellable, heeded until the change is written
 * @error: return location for an error
 *
 * Lets somebody change their own password.
 *
 * Fails with %INTIMAIL_ERROR_PERMISSION_DENIED when @old_password is wrong or nobody
 * has that uid, with %INTIMAIL_ERROR_DISABLED when the person is disabled or expired,
 * with %INTIMAIL_ERROR_INVALID_ARGUMENT when @new_password cannot be one or is too
 * easy to guess, and with %INTIMAIL_ERROR_UNAVAILABLE when the directory cannot be
 * changed now.
 *
 * Returns: %TRUE when the change is on the disk
 *
 * Since: 1.0
 */
gboolean
intimail_directory_change_password (IntimailDirectory *self,
                                    const char *uid,
                                    const char *old_password,
                                    const char *new_password,
                                    GCancellable *cancellable,
                                    GError **error)
{
  g_autoptr (IntimailPerson) person = NULL;

  g_return_val_if_fail (INTIMAIL_IS_DIRECTORY (self), FALSE);
  g_return_val_if_fail (uid != NULL, FALSE);
  g_return_val_if_fail (old_password != NULL, FALSE);
  g_return_val_if_fail (new_password != NULL, FALSE);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  /* Whoever calls this has asked for a second factor. */
  person = INTIMAIL_DIRECTORY_GET_IFACE (self)->check_login (self, uid, NULL, old_password, cancellable, error);
  if (person == NULL || !intimail_password_judge (new_password, old_password, person, NULL, error))
    return FALSE;

  return INTIMAIL_DIRECTORY_GET_IFACE (self)->change_password (self, intimail_person_get_uid (person), old_password,
                                                               new_password, cancellable, error);
}

/**
 * intimail_directory_judge_password:
 * @password: a password that somebody thinks of
 * @person: (nullable): who that is, whose name is no password
 * @error: return location for an error
 *
 * Judges whether a password is good enough, by the rules of pwquality.conf(5).
 *
 * [method@Intimail.Directory.change_password] asks this by itself. An administrator
 * may set any password.
 *
 * Fails with %INTIMAIL_ERROR_INVALID_ARGUMENT, and says what is wrong with it, as
 * [func@Intimail.Directory.find_password_fault] does without words; with
 * %INTIMAIL_ERROR_UNAVAILABLE when it cannot be judged now.
 *
 * Returns: %TRUE when it is good enough
 *
 * Since: 1.0
 */
gboolean
intimail_directory_judge_password (const char *password, IntimailPerson *person, GError **error)
{
  g_return_val_if_fail (password != NULL, FALSE);
  g_return_val_if_fail (person == NULL || INTIMAIL_IS_PERSON (person), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return intimail_password_judge (password, NULL, person, NULL, error);
}

/**
 * intimail_directory_find_password_fault:
 * @password: a password that somebody thinks of
 * @old_password: (nullable): the one until now
 * @person: (nullable): who that is
 *
 * Tells what is wrong with a password that [func@Intimail.Directory.judge_password] or
 * [method@Intimail.Directory.change_password] refuses.
 *
 * Returns: why it is refused
 *
 * Since: 1.0
 */
IntimailPasswordFault
intimail_directory_find_password_fault (const char *password, const char *old_password, IntimailPerson *person)
{
  IntimailPasswordFault fault = INTIMAIL_PASSWORD_FAULT_NONE;

  g_return_val_if_fail (password != NULL, INTIMAIL_PASSWORD_FAULT_FORM);
  g_return_val_if_fail (person == NULL || INTIMAIL_IS_PERSON (person), INTIMAIL_PASSWORD_FAULT_OTHER);

  intimail_password_judge (password, old_password, person, &fault, NULL);

  return fault;
}

/**
 * intimail_directory_add_person:
 * @self: a directory
 * @person: whom to add
 * @password: (nullable): the password, 1 to 255 bytes without control
 *   characters; %NULL for somebody who cannot sign in yet
 * @cancellable: (nullable): a cancellable, heeded until the change is written
 * @error: return location for an error
 *
 * Adds somebody.
 *
 * Fails with %INTIMAIL_ERROR_EXISTS when the uid or an address is taken, with
 * %INTIMAIL_ERROR_INVALID_ARGUMENT when the uid, an address or @password cannot
 * be one, and with %INTIMAIL_ERROR_UNAVAILABLE when the directory cannot be
 * changed now.
 *
 * Returns: %TRUE when the change is on the disk
 *
 * Since: 1.0
 */
gboolean
intimail_directory_add_person (IntimailDirectory *self,
                               IntimailPerson *person,
                               const char *password,
                               GCancellable *cancellable,
                               GError **error)
{
  g_return_val_if_fail (INTIMAIL_IS_DIRECTORY (self), FALSE);
  g_return_val_if_fail (INTIMAIL_IS_PERSON (person), FALSE);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;

  return INTIMAIL_DIRECTORY_GET_IFACE (self)->add_person (self, person, password, cancellable, error);
}

/**
 * intimail_directory_update_person:
 * @self: a directory
 * @person: what is to be known about the person with the same uid
 * @cancellable: (nullable): a cancellable, heeded until the change is written
 * @error: return location for an error
 *
 * Changes what is known about somebody; the password stays.
 *
 * Fails with %INTIMAIL_ERROR_NOT_FOUND when nobody has that uid, with
 * %INTIMAIL_ERROR_EXISTS when an address is taken, with
 * %INTIMAIL_ERROR_INVALID_ARGUMENT when an address cannot be one, and with
 * %INTIMAIL_ERROR_UNAVAILABLE when the directory cannot be changed now.
 *
 * Returns: %TRUE when the change is on the disk
 *
 * Since: 1.0
 */
gboolean
intimail_directory_update_person (IntimailDirectory *self,
                                  IntimailPerson *person,
                                  GCancellable *cancellable,
                                  GError **error)
{
  g_return_val_if_fail (INTIMAIL_IS_DIRECTORY (self), FALSE);
  g_return_val_if_fail (INTIMAIL_IS_PERSON (person), FALSE);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;

  return INTIMAIL_DIRECTORY_GET_IFACE (self)->update_person (self, person, cancellable, error);
}

/**
 * intimail_directory_remove_person:
 * @self: a directory
 * @uid: a uid
 * @cancellable: (nullable): a cancellable, heeded until the change is written
 * @error: return location for an error
 *
 * Removes somebody at once, from the groups too. Their mail stays where it is, and who
 * gets the same uid gets it: [method@Intimail.Directory.begin_removal], and later
 * [method@Intimail.Site.purge_person], take care of that.
 *
 * Fails with %INTIMAIL_ERROR_NOT_FOUND when nobody has that uid, and with
 * %INTIMAIL_ERROR_UNAVAILABLE when the directory cannot be changed now.
 *
 * Returns: %TRUE when the change is on the disk
 *
 * Since: 1.0
 */
gboolean
intimail_directory_remove_person (IntimailDirectory *self,
                                  const char *uid,
                                  GCancellable *cancellable,
                                  GError **error)
{
  g_return_val_if_fail (INTIMAIL_IS_DIRECTORY (self), FALSE);
  g_return_val_if_fail (uid != NULL, FALSE);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;

  return INTIMAIL_DIRECTORY_GET_IFACE (self)->remove_person (self, uid, cancellable, error);
}

/**
 * intimail_directory_add_group:
 * @self: a directory
 * @group: which group to add
 * @cancellable: (nullable): a cancellable, heeded until the change is written
 * @error: return location for an error
 *
 * Adds a group.
 *
 * Fails with %INTIMAIL_ERROR_EXISTS when its name or address is taken, with
 * %INTIMAIL_ERROR_INVALID_ARGUMENT when the name or address cannot be one, with
 * %INTIMAIL_ERROR_NOT_FOUND when a member is nobody, and with
 * %INTIMAIL_ERROR_UNAVAILABLE when the directory cannot be changed now.
 *
 * Returns: %TRUE when the change is on the disk
 *
 * Since: 1.0
 */
gboolean
intimail_directory_add_group (IntimailDirectory *self,
                              IntimailGroup *group,
                              GCancellable *cancellable,
                              GError **error)
{
  g_return_val_if_fail (INTIMAIL_IS_DIRECTORY (self), FALSE);
  g_return_val_if_fail (INTIMAIL_IS_GROUP (group), FALSE);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;

  return INTIMAIL_DIRECTORY_GET_IFACE (self)->add_group (self, group, cancellable, error);
}

/**
 * intimail_directory_update_group:
 * @self: a directory
 * @group: what is to be known about the group with the same name
 * @cancellable: (nullable): a cancellable, heeded until the change is written
 * @error: return location for an error
 *
 * Changes what is known about a group.
 *
 * Fails with %INTIMAIL_ERROR_NOT_FOUND when there is no such group or a new
 * member is nobody, with %INTIMAIL_ERROR_EXISTS when the address is taken, with
 * %INTIMAIL_ERROR_INVALID_ARGUMENT when the address cannot be one, and with
 * %INTIMAIL_ERROR_UNAVAILABLE when the directory cannot be changed now.
 *
 * Returns: %TRUE when the change is on the disk
 *
 * Since: 1.0
 */
gboolean
intimail_directory_update_group (IntimailDirectory *self,
                                 IntimailGroup *group,
                                 GCancellable *cancellable,
                                 GError **error)
{
  g_return_val_if_fail (INTIMAIL_IS_DIRECTORY (self), FALSE);
  g_return_val_if_fail (INTIMAIL_IS_GROUP (group), FALSE);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;

  return INTIMAIL_DIRECTORY_GET_IFACE (self)->update_group (self, group, cancellable, error);
}

/**
 * intimail_directory_remove_group:
 * @self: a directory
 * @name: a group's name
 * @cancellable: (nullable): a cancellable, heeded until the change is written
 * @error: return location for an error
 *
 * Removes a group; its members stay.
 *
 * Fails with %INTIMAIL_ERROR_NOT_FOUND when there is no such group, with
 * %INTIMAIL_ERROR_PERMISSION_DENIED for `admins`, without which nobody
 * administrates the site, and with %INTIMAIL_ERROR_UNAVAILABLE when the
 * directory cannot be changed now.
 *
 * Returns: %TRUE when the change is on the disk
 *
 * Since: 1.0
 */
gboolean
intimail_directory_remove_group (IntimailDirectory *self,
                                 const char *name,
                                 GCancellable *cancellable,
                                 GError **error)
{
  g_return_val_if_fail (INTIMAIL_IS_DIRECTORY (self), FALSE);
  g_return_val_if_fail (name != NULL, FALSE);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  if (g_str_equal (name, INTIMAIL_GROUP_ADMINS))
    {
      g_set_error_literal (error, INTIMAIL_ERROR, INTIMAIL_ERROR_PERMISSION_DENIED,
                           "the group \"" INTIMAIL_GROUP_ADMINS "\" cannot be removed: it administrates the site");
      return FALSE;
    }

  return INTIMAIL_DIRECTORY_GET_IFACE (self)->remove_group (self, name, cancellable, error);
}

/**
 * intimail_directory_generate_password:
 *
 * Makes a password that is strong (75 random bits) and can be read aloud.
 *
 * Returns: (transfer full): such as `bakolu-tiremo-sidagu-nopefa`
 *
 * Since: 1.0
 */
char *
intimail_directory_generate_password (void)
{
  return intimail_password_generate ();
}
