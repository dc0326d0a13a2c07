/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The directory's calls without blocking: each runs the call that blocks, in a
 * thread.
 */

#include <intimail/intimail-directory.h>

#include "base/intimail-call-private.h"

static gpointer
run_lookup_person (gpointer self, const IntimailCall *call, GCancellable *cancellable, GError **error)
{
  return intimail_directory_lookup_person (self, call->texts[0], cancellable, error);
}

/**
 * intimail_directory_lookup_person_async:
 * @self: a directory
 * @uid: a uid
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async) (closure user_data): called in the main context that
 *   was the caller's thread default
 * @user_data: data for @callback
 *
 * Looks somebody up as [method@Intimail.Directory.lookup_person] does, without blocking.
 *
 * Since: 1.0
 */
void
intimail_directory_lookup_person_async (IntimailDirectory *self,
                                        const char *uid,
                                        GCancellable *cancellable,
                                        GAsyncReadyCallback callback,
                                        gpointer user_data)
{
  const IntimailCall call = { .run = run_lookup_person, .free_result = g_object_unref, .texts = { uid } };

  g_return_if_fail (INTIMAIL_IS_DIRECTORY (self));
  g_return_if_fail (uid != NULL);

  intimail_call_start (self, intimail_directory_lookup_person_async, &call, cancellable, callback, user_data);
}

/**
 * intimail_directory_lookup_person_finish:
 * @self: a directory
 * @result: what the callback got
 * @error: return location for an error
 *
 * Finishes [method@Intimail.Directory.lookup_person_async].
 *
 * Returns: (transfer full): a copy of what is known
 *
 * Since: 1.0
 */
IntimailPerson *
intimail_directory_lookup_person_finish (IntimailDirectory *self, GAsyncResult *result, GError **error)
{
  return intimail_call_finish (self, intimail_directory_lookup_person_async, result, error);
}

static gpointer
run_resolve (gpointer self, const IntimailCall *call, GCancellable *cancellable, GError **error)
{
  return intimail_directory_resolve (self, call->texts[0], cancellable, error);
}

/**
 * intimail_directory_resolve_async:
 * @self: a directory
 * @address: an address without a name
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async) (closure user_data): called in the main context that
 *   was the caller's thread default
 * @user_data: data for @callback
 *
 * Finds who gets the mail for @address as [method@Intimail.Directory.resolve] does, without blocking.
 *
 * Since: 1.0
 */
void
intimail_directory_resolve_async (IntimailDirectory *self,
                                  const char *address,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data)
{
  const IntimailCall call = { .run = run_resolve, .free_result = (GDestroyNotify) g_ptr_array_unref, .texts = { address } };

  g_return_if_fail (INTIMAIL_IS_DIRECTORY (self));
  g_return_if_fail (address != NULL);

  intimail_call_start (self, intimail_directory_resolve_async, &call, cancellable, callback, user_data);
}

/**
 * intimail_directory_resolve_finish:
 * @self: a directory
 * @result: what the callback got
 * @error: return location for an error
 *
 * Finishes [method@Intimail.Directory.resolve_async].
 *
 * Returns: (transfer container) (element-type IntimailPerson): at least one
 *   person, each once
 *
 * Since: 1.0
 */
GPtrArray *
intimail_directory_resolve_finish (IntimailDirectory *self, GAsyncResult *result, GError **error)
{
  return intimail_call_finish (self, intimail_directory_resolve_async, result, error);
}

static gpointer
run_list_groups_of (gpointer self, const IntimailCall *call, GCancellable *cancellable, GError **error)
{
  return intimail_directory_list_groups_of (self, call->texts[0], cancellable, error);
}

/**
 * intimail_directory_list_groups_of_async:
 * @self: a directory
 * @uid: a uid
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async) (closure user_data): called in the main context that
 *   was the caller's thread default
 * @user_data: data for @callback
 *
 * Lists the groups of somebody as [method@Intimail.Directory.list_groups_of] does, without blocking.
 *
 * Since: 1.0
 */
void
intimail_directory_list_groups_of_async (IntimailDirectory *self,
                                         const char *uid,
                                         GCancellable *cancellable,
                                         GAsyncReadyCallback callback,
                                         gpointer user_data)
{
  const IntimailCall call = { .run = run_list_groups_of, .free_result = (GDestroyNotify) g_ptr_array_unref, .texts = { uid } };

  g_return_if_fail (INTIMAIL_IS_DIRECTORY (self));
  g_return_if_fail (uid != NULL);

  intimail_call_start (self, intimail_directory_list_groups_of_async, &call, cancellable, callback, user_data);
}

/**
 * intimail_directory_list_groups_of_finish:
 * @self: a directory
 * @result: what the callback got
 * @error: return location for an error
 *
 * Finishes [method@Intimail.Directory.list_groups_of_async].
 *
 * Returns: (transfer container) (element-type IntimailGroup): the groups
 *
 * Since: 1.0
 */
GPtrArray *
intimail_directory_list_groups_of_finish (IntimailDirectory *self, GAsyncResult *result, GError **error)
{
  return intimail_call_finish (self, intimail_directory_list_groups_of_async, result, error);
}

static gpointer
run_authenticate (gpointer self, const IntimailCall *call, GCancellable *cancellable, GError **error)
{
  return intimail_directory_authenticate (self, call->texts[0], call->texts[1], cancellable, error);
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
 * Checks a password as [method@Intimail.Directory.authenticate] does, without blocking.
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
  const IntimailCall call = { .run = run_authenticate, .free_result = g_object_unref, .texts = { login, password } };

  g_return_if_fail (INTIMAIL_IS_DIRECTORY (self));
  g_return_if_fail (login != NULL);
  g_return_if_fail (password != NULL);

  intimail_call_start (self, intimail_directory_authenticate_async, &call, cancellable, callback, user_data);
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
  return intimail_call_finish (self, intimail_directory_authenticate_async, result, error);
}

static gpointer
run_search_people (gpointer self, const IntimailCall *call, GCancellable *cancellable, GError **error)
{
  return intimail_directory_search_people (self, call->texts[0], call->texts[1], (guint) call->numbers[0], cancellable, error);
}

/**
 * intimail_directory_search_people_async:
 * @self: a directory
 * @text: what the uid, the name or an address contains; "" is everybody
 * @after: (nullable): the uid that the last page ended with; %NULL or "" for the
 *   first page
 * @limit: the most people wanted, 1 at least
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async) (closure user_data): called in the main context that
 *   was the caller's thread default
 * @user_data: data for @callback
 *
 * Finds people as [method@Intimail.Directory.search_people] does, without blocking.
 *
 * Since: 1.0
 */
void
intimail_directory_search_people_async (IntimailDirectory *self,
                                        const char *text,
                                        const char *after,
                                        guint limit,
                                        GCancellable *cancellable,
                                        GAsyncReadyCallback callback,
                                        gpointer user_data)
{
  const IntimailCall call = { .run = run_search_people,
                                       .free_result = (GDestroyNotify) g_ptr_array_unref,
                                       .texts = { text, after },
                                       .numbers = { limit } };

  g_return_if_fail (INTIMAIL_IS_DIRECTORY (self));
  g_return_if_fail (text != NULL);
  g_return_if_fail (limit > 0);

  intimail_call_start (self, intimail_directory_search_people_async, &call, cancellable, callback, user_data);
}

/**
 * intimail_directory_search_people_finish:
 * @self: a directory
 * @result: what the callback got
 * @error: return location for an error
 *
 * Finishes [method@Intimail.Directory.search_people_async].
 *
 * Returns: (transfer container) (element-type IntimailPerson): at most as
 *   many people as were wanted
 *
 * Since: 1.0
 */
GPtrArray *
intimail_directory_search_people_finish (IntimailDirectory *self, GAsyncResult *result, GError **error)
{
  return intimail_call_finish (self, intimail_directory_search_people_async, result, error);
}

static gpointer
run_lookup_address (gpointer self, const IntimailCall *call, GCancellable *cancellable, GError **error)
{
  return intimail_directory_lookup_address (self, call->texts[0], cancellable, error);
}

/**
 * intimail_directory_lookup_address_async:
 * @self: a directory
 * @address: an address without a name, or "@domain"
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async) (closure user_data): called in the main context that
 *   was the caller's thread default
 * @user_data: data for @callback
 *
 * Looks up whose an address is as [method@Intimail.Directory.lookup_address] does, without blocking.
 *
 * Since: 1.0
 */
void
intimail_directory_lookup_address_async (IntimailDirectory *self,
                                         const char *address,
                                         GCancellable *cancellable,
                                         GAsyncReadyCallback callback,
                                         gpointer user_data)
{
  const IntimailCall call = { .run = run_lookup_address, .free_result = g_object_unref, .texts = { address } };

  g_return_if_fail (INTIMAIL_IS_DIRECTORY (self));
  g_return_if_fail (address != NULL);

  intimail_call_start (self, intimail_directory_lookup_address_async, &call, cancellable, callback, user_data);
}

/**
 * intimail_directory_lookup_address_finish:
 * @self: a directory
 * @result: what the callback got
 * @error: return location for an error
 *
 * Finishes [method@Intimail.Directory.lookup_address_async].
 *
 * Returns: (transfer full): a person or a group
 *
 * Since: 1.0
 */
GObject *
intimail_directory_lookup_address_finish (IntimailDirectory *self, GAsyncResult *result, GError **error)
{
  return intimail_call_finish (self, intimail_directory_lookup_address_async, result, error);
}

static gpointer
run_list_people (gpointer self, const IntimailCall *call, GCancellable *cancellable, GError **error)
{
  return intimail_directory_list_people (self, cancellable, error);
}

/**
 * intimail_directory_list_people_async:
 * @self: a directory
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async) (closure user_data): called in the main context that
 *   was the caller's thread default
 * @user_data: data for @callback
 *
 * Lists everybody as [method@Intimail.Directory.list_people] does, without blocking.
 *
 * Since: 1.0
 */
void
intimail_directory_list_people_async (IntimailDirectory *self,
                                      GCancellable *cancellable,
                                      GAsyncReadyCallback callback,
                                      gpointer user_data)
{
  const IntimailCall call = { .run = run_list_people, .free_result = (GDestroyNotify) g_ptr_array_unref };

  g_return_if_fail (INTIMAIL_IS_DIRECTORY (self));

  intimail_call_start (self, intimail_directory_list_people_async, &call, cancellable, callback, user_data);
}

/**
 * intimail_directory_list_people_finish:
 * @self: a directory
 * @result: what the callback got
 * @error: return location for an error
 *
 * Finishes [method@Intimail.Directory.list_people_async].
 *
 * Returns: (transfer container) (element-type IntimailPerson): copies of what is known
 *
 * Since: 1.0
 */
GPtrArray *
intimail_directory_list_people_finish (IntimailDirectory *self, GAsyncResult *result, GError **error)
{
  return intimail_call_finish (self, intimail_directory_list_people_async, result, error);
}

static gpointer
run_list_groups (gpointer self, const IntimailCall *call, GCancellable *cancellable, GError **error)
{
  return intimail_directory_list_groups (self, cancellable, error);
}

/**
 * intimail_directory_list_groups_async:
 * @self: a directory
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async) (closure user_data): called in the main context that
 *   was the caller's thread default
 * @user_data: data for @callback
 *
 * Lists the groups as [method@Intimail.Directory.list_groups] does, without blocking.
 *
 * Since: 1.0
 */
void
intimail_directory_list_groups_async (IntimailDirectory *self,
                                      GCancellable *cancellable,
                                      GAsyncReadyCallback callback,
                                      gpointer user_data)
{
  const IntimailCall call = { .run = run_list_groups, .free_result = (GDestroyNotify) g_ptr_array_unref };

  g_return_if_fail (INTIMAIL_IS_DIRECTORY (self));

  intimail_call_start (self, intimail_directory_list_groups_async, &call, cancellable, callback, user_data);
}

/**
 * intimail_directory_list_groups_finish:
 * @self: a directory
 * @result: what the callback got
 * @error: return location for an error
 *
 * Finishes [method@Intimail.Directory.list_groups_async].
 *
 * Returns: (transfer container) (element-type IntimailGroup): copies of what is known
 *
 * Since: 1.0
 */
GPtrArray *
intimail_directory_list_groups_finish (IntimailDirectory *self, GAsyncResult *result, GError **error)
{
  return intimail_call_finish (self, intimail_directory_list_groups_async, result, error);
}

static gpointer
run_list_members (gpointer self, const IntimailCall *call, GCancellable *cancellable, GError **error)
{
  return intimail_directory_list_members (self, call->texts[0], cancellable, error);
}

/**
 * intimail_directory_list_members_async:
 * @self: a directory
 * @name: the name of a group
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async) (closure user_data): called in the main context that
 *   was the caller's thread default
 * @user_data: data for @callback
 *
 * Lists the members of a group as [method@Intimail.Directory.list_members] does, without blocking.
 *
 * Since: 1.0
 */
void
intimail_directory_list_members_async (IntimailDirectory *self,
                                       const char *name,
                                       GCancellable *cancellable,
                                       GAsyncReadyCallback callback,
                                       gpointer user_data)
{
  const IntimailCall call = { .run = run_list_members, .free_result = (GDestroyNotify) g_ptr_array_unref, .texts = { name } };

  g_return_if_fail (INTIMAIL_IS_DIRECTORY (self));
  g_return_if_fail (name != NULL);

  intimail_call_start (self, intimail_directory_list_members_async, &call, cancellable, callback, user_data);
}

/**
 * intimail_directory_list_members_finish:
 * @self: a directory
 * @result: what the callback got
 * @error: return location for an error
 *
 * Finishes [method@Intimail.Directory.list_members_async].
 *
 * Returns: (transfer container) (element-type IntimailPerson): copies of what is known
 *
 * Since: 1.0
 */
GPtrArray *
intimail_directory_list_members_finish (IntimailDirectory *self, GAsyncResult *result, GError **error)
{
  return intimail_call_finish (self, intimail_directory_list_members_async, result, error);
}

static gpointer
run_lookup_group (gpointer self, const IntimailCall *call, GCancellable *cancellable, GError **error)
{
  return intimail_directory_lookup_group (self, call->texts[0], cancellable, error);
}

/**
 * intimail_directory_lookup_group_async:
 * @self: a directory
 * @name: the name of a group
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async) (closure user_data): called in the main context that
 *   was the caller's thread default
 * @user_data: data for @callback
 *
 * Looks a group up as [method@Intimail.Directory.lookup_group] does, without blocking.
 *
 * Since: 1.0
 */
void
intimail_directory_lookup_group_async (IntimailDirectory *self,
                                       const char *name,
                                       GCancellable *cancellable,
                                       GAsyncReadyCallback callback,
                                       gpointer user_data)
{
  const IntimailCall call = { .run = run_lookup_group, .free_result = g_object_unref, .texts = { name } };

  g_return_if_fail (INTIMAIL_IS_DIRECTORY (self));
  g_return_if_fail (name != NULL);

  intimail_call_start (self, intimail_directory_lookup_group_async, &call, cancellable, callback, user_data);
}

/**
 * intimail_directory_lookup_group_finish:
 * @self: a directory
 * @result: what the callback got
 * @error: return location for an error
 *
 * Finishes [method@Intimail.Directory.lookup_group_async].
 *
 * Returns: (transfer full): a copy of what is known
 *
 * Since: 1.0
 */
IntimailGroup *
intimail_directory_lookup_group_finish (IntimailDirectory *self, GAsyncResult *result, GError **error)
{
  return intimail_call_finish (self, intimail_directory_lookup_group_async, result, error);
}

static gpointer
run_is_admin (gpointer self, const IntimailCall *call, GCancellable *cancellable, GError **error)
{
  return GINT_TO_POINTER (intimail_directory_is_admin (self, call->texts[0], cancellable, error));
}

/**
 * intimail_directory_is_admin_async:
 * @self: a directory
 * @uid: a uid
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async) (closure user_data): called in the main context that
 *   was the caller's thread default
 * @user_data: data for @callback
 *
 * Finds out whether somebody administrates the site as [method@Intimail.Directory.is_admin] does, without blocking.
 *
 * Since: 1.0
 */
void
intimail_directory_is_admin_async (IntimailDirectory *self,
                                   const char *uid,
                                   GCancellable *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data)
{
  const IntimailCall call = { .run = run_is_admin, .texts = { uid } };

  g_return_if_fail (INTIMAIL_IS_DIRECTORY (self));
  g_return_if_fail (uid != NULL);

  intimail_call_start (self, intimail_directory_is_admin_async, &call, cancellable, callback, user_data);
}

/**
 * intimail_directory_is_admin_finish:
 * @self: a directory
 * @result: what the callback got
 * @error: return location for an error
 *
 * Finishes [method@Intimail.Directory.is_admin_async].
 *
 * Returns: whether they do; %FALSE with an error when that cannot be known
 *
 * Since: 1.0
 */
gboolean
intimail_directory_is_admin_finish (IntimailDirectory *self, GAsyncResult *result, GError **error)
{
  return intimail_call_finish (self, intimail_directory_is_admin_async, result, error) != NULL;
}
