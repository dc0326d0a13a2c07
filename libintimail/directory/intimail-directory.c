/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <intimail/intimail-directory.h>

#include <intimail/intimail-error.h>

#include "directory/intimail-route-private.h"
#include "directory/intimail-group-private.h"
#include "directory/intimail-person-private.h"

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
 * That is the person whose main address, alias or temporary alias it is, with or
 * without a `+detail`; the active members of the list whose address it is, and of the
 * lists inside; the owners of the list beside whose address it stands (`LIST-owner`,
 * `LIST-bounces`, `LIST-request`, `LIST-unsubscribe`); or else the
 * person who has the alias `@domain`. `postmaster` and `abuse` of a domain in use
 * reach the members of `admins`, and who else has that address. Upper and lower
 * case make no difference.
 *
 * Members who are addresses elsewhere, and who may write to a list, are matters of
 * [class@Intimail.Delivery].
 *
 * Fails with %INTIMAIL_ERROR_NOT_FOUND when nobody has that address, with
 * %INTIMAIL_ERROR_DISABLED when only people who are disabled, expired or removed have
 * it, or when it is a temporary alias that has ended, and with %INTIMAIL_ERROR_UNAVAILABLE when it cannot be known now.
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
  g_autoptr (IntimailRoute) route = NULL;

  g_return_val_if_fail (INTIMAIL_IS_DIRECTORY (self), NULL);
  g_return_val_if_fail (address != NULL, NULL);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;

  route = intimail_route_find (self, address, NULL, cancellable, error);
  if (route == NULL || !intimail_route_check_people (route, address, error))
    return NULL;
  if (route->people->len == 0)
    {
      g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND, "all behind \"%s\" are elsewhere", address);
      return NULL;
    }

  return g_ptr_array_ref (route->people);
}

/**
 * intimail_directory_lookup_address:
 * @self: a directory
 * @address: an address without a name, or `@domain` for whoever gets what nobody
 *   else has
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Looks up whose address it is, to the letter but for case: no `+detail` and no
 * duty of the administrators is seen. Use [method@Intimail.Directory.resolve] for
 * mail.
 *
 * Fails with %INTIMAIL_ERROR_NOT_FOUND when it is nobody's, and with
 * %INTIMAIL_ERROR_UNAVAILABLE when it cannot be known now.
 *
 * Returns: (transfer full): an [class@Intimail.Person] or an
 *   [class@Intimail.Group]
 *
 * Since: 1.0
 */
GObject *
intimail_directory_lookup_address (IntimailDirectory *self,
                                   const char *address,
                                   GCancellable *cancellable,
                                   GError **error)
{
  const char *keys[2] = { NULL };
  g_autofree char *key = NULL;

  g_return_val_if_fail (INTIMAIL_IS_DIRECTORY (self), NULL);
  g_return_val_if_fail (address != NULL, NULL);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;

  key = intimail_person_make_alias_key (address);
  if (key == NULL)
    {
      g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND, "nobody has the address \"%s\"", address);
      return NULL;
    }
  keys[0] = key;

  return INTIMAIL_DIRECTORY_GET_IFACE (self)->find_owner (self, keys, cancellable, error);
}

/**
 * intimail_directory_search_people:
 * @self: a directory
 * @text: what the uid, the name or an address contains; "" is everybody
 * @after: (nullable): the uid that the last page ended with; %NULL or "" for the
 *   first page
 * @limit: the most people wanted, 1 at least
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Finds people, active or not, ordered by uid, a page at a time. Upper and lower
 * case make no difference.
 *
 * Fails with %INTIMAIL_ERROR_INVALID_ARGUMENT when @text is not UTF-8, and with
 * %INTIMAIL_ERROR_UNAVAILABLE when it cannot be known now.
 *
 * Returns: (transfer container) (element-type IntimailPerson): at most @limit
 *   people; fewer only on the last page
 *
 * Since: 1.0
 */
GPtrArray *
intimail_directory_search_people (IntimailDirectory *self,
                                  const char *text,
                                  const char *after,
                                  guint limit,
                                  GCancellable *cancellable,
                                  GError **error)
{
  g_return_val_if_fail (INTIMAIL_IS_DIRECTORY (self), NULL);
  g_return_val_if_fail (text != NULL, NULL);
  g_return_val_if_fail (limit > 0, NULL);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;

  if (!g_utf8_validate (text, -1, NULL))
    {
      g_set_error_literal (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT,
                           "what is searched for is not UTF-8");
      return NULL;
    }

  return INTIMAIL_DIRECTORY_GET_IFACE (self)->search_people (self, text, after != NULL ? after : "", limit, cancellable, error);
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
 * intimail_directory_list_groups_of:
 * @self: a directory
 * @uid: a uid
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Lists the groups that somebody is in, ordered by name.
 *
 * Fails with %INTIMAIL_ERROR_UNAVAILABLE when it cannot be known now.
 *
 * Returns: (transfer container) (element-type IntimailGroup): the groups; none
 *   when nobody has that uid
 *
 * Since: 1.0
 */
GPtrArray *
intimail_directory_list_groups_of (IntimailDirectory *self,
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

  return INTIMAIL_DIRECTORY_GET_IFACE (self)->list_groups_of (self, uid, cancellable, error);
}

/**
 * intimail_directory_list_members:
 * @self: a directory
 * @name: a group's name
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Lists the people of a group, active or not, in the group's order. A member whose
 * person is gone is left out.
 *
 * Fails with %INTIMAIL_ERROR_NOT_FOUND when no group has that name, and with
 * %INTIMAIL_ERROR_UNAVAILABLE when it cannot be known now.
 *
 * Returns: (transfer container) (element-type IntimailPerson): the people
 *
 * Since: 1.0
 */
GPtrArray *
intimail_directory_list_members (IntimailDirectory *self,
                                 const char *name,
                                 GCancellable *cancellable,
                                 GError **error)
{
  g_autoptr (IntimailGroup) group = intimail_directory_lookup_group (self, name, cancellable, error);

  if (group == NULL)
    return NULL;

  return INTIMAIL_DIRECTORY_GET_IFACE (self)->lookup_people (self, intimail_group_get_members (group), cancellable, error);
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
  g_return_val_if_fail (INTIMAIL_IS_DIRECTORY (self), NULL);
  g_return_val_if_fail (name != NULL, NULL);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;

  return INTIMAIL_DIRECTORY_GET_IFACE (self)->lookup_group (self, name, cancellable, error);
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
 * intimail_directory_get_generation:
 * @self: a directory
 *
 * Gets a number that becomes another one when somebody has changed the directory: what
 * was learned before, such as that a password was right, is to be asked again.
 *
 * It costs a look at a file, and may be called from a main loop. A change that others
 * make at an LDAP server, and not through this library by processes that share the folder
 * of the mail, is not told.
 *
 * Returns: a number to compare with that of another call
 *
 * Since: 1.0
 */
guint64
intimail_directory_get_generation (IntimailDirectory *self)
{
  g_return_val_if_fail (INTIMAIL_IS_DIRECTORY (self), 0);

  return INTIMAIL_DIRECTORY_GET_IFACE (self)->get_generation (self);
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
 * or expired; with %INTIMAIL_ERROR_CODE_NEEDED when it is right but the person has a
 * second factor, see [method@Intimail.Directory.authenticate_with_code]; and with
 * %INTIMAIL_ERROR_UNAVAILABLE when it cannot be known now.
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
  g_autoptr (IntimailPerson) person = NULL;

  g_return_val_if_fail (INTIMAIL_IS_DIRECTORY (self), NULL);
  g_return_val_if_fail (login != NULL, NULL);
  g_return_val_if_fail (password != NULL, NULL);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;

  person = INTIMAIL_DIRECTORY_GET_IFACE (self)->check_login (self, login, NULL, password, cancellable, error);
  if (person == NULL || !intimail_person_has_second_factor (person))
    return g_steal_pointer (&person);
  g_set_error_literal (error, INTIMAIL_ERROR, INTIMAIL_ERROR_CODE_NEEDED, "a code is asked for beside the password");

  return NULL;
}
