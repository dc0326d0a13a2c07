/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <intimail/intimail-directory.h>

#include <intimail/intimail-error.h>

#include "base/intimail-secret-private.h"
#include "directory/intimail-group-private.h"
#include "directory/intimail-password-private.h"

/**
 * IntimailDirectory:
 *
 * Knows who somebody is: people, groups, addresses, passwords and quotas.
 *
 * Every call may wait for a disk or a server. What the directory cannot say now
 * is %INTIMAIL_ERROR_UNAVAILABLE, never %INTIMAIL_ERROR_NOT_FOUND: mail waits
 * instead of bouncing. An implementation may be used by many threads at once.
 *
 * Since: 1.0
 */

G_DEFINE_INTERFACE (IntimailDirectory, intimail_directory, G_TYPE_OBJECT)

static void
intimail_directory_default_init (IntimailDirectoryInterface *iface)
{
}

/**
 * intimail_directory_lookup_person:
 * @self: a directory
 * @uid: a uid
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Looks somebody up by uid, active or not.
 *
 * Fails with %INTIMAIL_ERROR_NOT_FOUND when nobody has that uid, and with
 * %INTIMAIL_ERROR_UNAVAILABLE when it cannot be known now.
 *
 * Returns: (transfer full): a copy of what is known
 *
 * Since: 1.0
 */
IntimailPerson *
intimail_directory_lookup_person (IntimailDirectory *self,
                                  const char *uid,
                                  GCancellable *cancellable,
                                  GError **error)
{
  g_return_val_if_fail (INTIMAIL_IS_DIRECTORY (self), NULL);
  g_return_val_if_fail (uid != NULL, NULL);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;

  return INTIMAIL_DIRECTORY_GET_IFACE (self)->lookup_person (self, uid, cancellable, error);
}

/**
 * intimail_directory_resolve:
 * @self: a directory
 * @address: an address without a name
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Finds the people who get the mail for @address.
 *
 * That is the person whose main address or alias it is, with or without a
 * `+detail`; the active members of the group whose address it is; or, for
 * `postmaster` and `abuse` of a domain in use, the members of `admins`. Upper
 * and lower case make no difference.
 *
 * Fails with %INTIMAIL_ERROR_NOT_FOUND when nobody has that address, with
 * %INTIMAIL_ERROR_DISABLED when only people who are disabled or expired have it,
 * and with %INTIMAIL_ERROR_UNAVAILABLE when it cannot be known now.
 *
 * Returns: (transfer container) (element-type IntimailPerson): at least one
 *   person, each once
 *
 * Since: 1.0
 */
GPtrArray *
intimail_directory_resolve (IntimailDirectory *self,
                            const char *address,
                            GCancellable *cancellable,
                            GError **error)
{
  g_return_val_if_fail (INTIMAIL_IS_DIRECTORY (self), NULL);
  g_return_val_if_fail (address != NULL, NULL);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;

  return INTIMAIL_DIRECTORY_GET_IFACE (self)->resolve (self, address, cancellable, error);
}

/**
 * intimail_directory_list_people:
 * @self: a directory
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Lists everybody, active or not, ordered by uid.
 *
 * Fails with %INTIMAIL_ERROR_UNAVAILABLE when it cannot be known now.
 *
 * Returns: (transfer container) (element-type IntimailPerson): the people
 *
 * Since: 1.0
 */
GPtrArray *
intimail_directory_list_people (IntimailDirectory *self, GCancellable *cancellable, GError **error)
{
  g_return_val_if_fail (INTIMAIL_IS_DIRECTORY (self), NULL);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;

  return INTIMAIL_DIRECTORY_GET_IFACE (self)->list_people (self, cancellable, error);
}

/**
 * intimail_directory_list_groups:
 * @self: a directory
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Lists all groups, ordered by name.
 *
 * Fails with %INTIMAIL_ERROR_UNAVAILABLE when it cannot be known now.
 *
 * Returns: (transfer container) (element-type IntimailGroup): the groups
 *
 * Since: 1.0
 */
GPtrArray *
intimail_directory_list_groups (IntimailDirectory *self, GCancellable *cancellable, GError **error)
{
  g_return_val_if_fail (INTIMAIL_IS_DIRECTORY (self), NULL);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;

  return INTIMAIL_DIRECTORY_GET_IFACE (self)->list_groups (self, cancellable, error);
}

/**
 * intimail_directory_lookup_group:
 * @self: a directory
 * @name: a group's name
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Looks a group up by its name.
 *
 * Fails with %INTIMAIL_ERROR_NOT_FOUND when no group has that name, and with
 * %INTIMAIL_ERROR_UNAVAILABLE when it cannot be known now.
 *
 * Returns: (transfer full): a copy of what is known
 *
 * Since: 1.0
 */
IntimailGroup *
intimail_directory_lookup_group (IntimailDirectory *self,
                                 const char *name,
                                 GCancellable *cancellable,
                                 GError **error)
{
  g_autoptr (GPtrArray) groups = NULL;

  g_return_val_if_fail (INTIMAIL_IS_DIRECTORY (self), NULL);
  g_return_val_if_fail (name != NULL, NULL);

  groups = intimail_directory_list_groups (self, cancellable, error);
  if (groups == NULL)
    return NULL;
  for (guint i = 0; i < groups->len; i++)
    if (g_str_equal (intimail_group_get_name (groups->pdata[i]), name))
      return g_object_ref (groups->pdata[i]);

  g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND, "no such group \"%s\"", name);
  return NULL;
}

/**
 * intimail_directory_is_admin:
 * @self: a directory
 * @uid: a uid
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Tells whether somebody is in the group `admins`.
 *
 * Fails with %INTIMAIL_ERROR_UNAVAILABLE when it cannot be known now.
 *
 * Returns: %TRUE if they are; %FALSE if not, and when @error is set
 *
 * Since: 1.0
 */
gboolean
intimail_directory_is_admin (IntimailDirectory *self,
                             const char *uid,
                             GCancellable *cancellable,
                             GError **error)
{
  g_autoptr (IntimailGroup) admins = NULL;
  g_autoptr (GError) local_error = NULL;

  g_return_val_if_fail (INTIMAIL_IS_DIRECTORY (self), FALSE);
  g_return_val_if_fail (uid != NULL, FALSE);

  admins = intimail_directory_lookup_group (self, INTIMAIL_GROUP_ADMINS, cancellable, &local_error);
  if (admins != NULL)
    return intimail_group_has_member (admins, uid);
  if (!g_error_matches (local_error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND))
    g_propagate_error (error, g_steal_pointer (&local_error));

  return FALSE;
}

/**
 * intimail_directory_authenticate:
 * @self: a directory
 * @login: a uid, or an address of one person
 * @password: the password
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Checks a password, which takes some tens of milliseconds.
 *
 * Fails with %INTIMAIL_ERROR_PERMISSION_DENIED, with the same words and in the
 * same time, when the password is wrong or nobody has that login; with
 * %INTIMAIL_ERROR_DISABLED when the password is right but the person is disabled
 * or expired; and with %INTIMAIL_ERROR_UNAVAILABLE when it cannot be known now.
 *
 * Returns: (transfer full): who signed in
 *
 * Since: 1.0
 */
IntimailPerson *
intimail_directory_authenticate (IntimailDirectory *self,
                                 const char *login,
                                 const char *password,
                                 GCancellable *cancellable,
                                 GError **error)
{
  g_return_val_if_fail (INTIMAIL_IS_DIRECTORY (self), NULL);
  g_return_val_if_fail (login != NULL, NULL);
  g_return_val_if_fail (password != NULL, NULL);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;

  return INTIMAIL_DIRECTORY_GET_IFACE (self)->authenticate (self, login, password, cancellable, error);
}

typedef struct
{
  char *login;
  char *password;
} Credentials;

static void
credentials_free (gpointer data)
{
  Credentials *credentials = data;

  g_free (credentials->login);
  intimail_secret_free (credentials->password);
  g_free (credentials);
}

static void
authenticate_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Credentials *credentials = data;
  GError *error = NULL;
  IntimailPerson *person = intimail_directory_authenticate (source,
                                                            credentials->login,
                                                            credentials->password,
                                                            cancellable,
                                                            &error);

  if (person == NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, person, g_object_unref);
}

/**
 * intimail_directory_authenticate_async:
 * @self: a directory
 * @login: a uid, or an address of one person
 * @password: the password
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async) (closure user_data): called in the main context that
 *   was the caller's thread default
 * @user_data: data for @callback
 *
 * Checks a password as [method@Intimail.Directory.authenticate] does, without
 * blocking.
 *
 * Since: 1.0
 */
void
intimail_directory_authenticate_async (IntimailDirectory *self,
                                       const char *login,
                                       const char *password,
                                       GCancellable *cancellable,
                                       GAsyncReadyCallback callback,
                                       gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  Credentials *credentials;

  g_return_if_fail (INTIMAIL_IS_DIRECTORY (self));
  g_return_if_fail (login != NULL);
  g_return_if_fail (password != NULL);
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  credentials = g_new0 (Credentials, 1);
  credentials->login = g_strdup (login);
  credentials->password = g_strdup (password);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, intimail_directory_authenticate_async);
  g_task_set_task_data (task, credentials, credentials_free);
  g_task_run_in_thread (task, authenticate_in_thread);
}

/**
 * intimail_directory_authenticate_finish:
 * @self: a directory
 * @result: what the callback got
 * @error: return location for an error
 *
 * Finishes [method@Intimail.Directory.authenticate_async].
 *
 * Returns: (transfer full): who signed in
 *
 * Since: 1.0
 */
IntimailPerson *
intimail_directory_authenticate_finish (IntimailDirectory *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

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
 * Removes somebody, from the groups too. Their mail stays where it is.
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
