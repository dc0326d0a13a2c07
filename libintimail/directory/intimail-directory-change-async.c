/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The directory's calls that change people and groups without blocking.
 */

#include <intimail/intimail-directory.h>

#include "base/intimail-call-private.h"

static gpointer
run_set_password (gpointer self, const IntimailCall *call, GCancellable *cancellable, GError **error)
{
  return GINT_TO_POINTER (intimail_directory_set_password (self, call->texts[0], call->texts[1], cancellable, error));
}

/**
 * intimail_directory_set_password_async:
 * @self: a directory
 * @uid: a uid
 * @password: the new password
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async) (closure user_data): called in the main context that
 *   was the caller's thread default
 * @user_data: data for @callback
 *
 * Gives somebody a new password as [method@Intimail.Directory.set_password] does, without blocking.
 *
 * Since: 1.0
 */
void
intimail_directory_set_password_async (IntimailDirectory *self,
                                       const char *uid,
                                       const char *password,
                                       GCancellable *cancellable,
                                       GAsyncReadyCallback callback,
                                       gpointer user_data)
{
  const IntimailCall call = { .run = run_set_password, .texts = { uid, password }, .is_change = TRUE };

  g_return_if_fail (INTIMAIL_IS_DIRECTORY (self));
  g_return_if_fail (uid != NULL);
  g_return_if_fail (password != NULL);

  intimail_call_start (self, intimail_directory_set_password_async, &call, cancellable, callback, user_data);
}

/**
 * intimail_directory_set_password_finish:
 * @self: a directory
 * @result: what the callback got
 * @error: return location for an error
 *
 * Finishes [method@Intimail.Directory.set_password_async].
 *
 * Returns: %TRUE when the change is on the disk
 *
 * Since: 1.0
 */
gboolean
intimail_directory_set_password_finish (IntimailDirectory *self, GAsyncResult *result, GError **error)
{
  return intimail_call_finish (self, intimail_directory_set_password_async, result, error) != NULL;
}

static gpointer
run_change_password (gpointer self, const IntimailCall *call, GCancellable *cancellable, GError **error)
{
  return GINT_TO_POINTER (intimail_directory_change_password (self, call->texts[0], call->texts[1], call->texts[2], cancellable, error));
}

/**
 * intimail_directory_change_password_async:
 * @self: a directory
 * @uid: who changes their password
 * @old_password: the password until now
 * @new_password: the new one
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async) (closure user_data): called in the main context that
 *   was the caller's thread default
 * @user_data: data for @callback
 *
 * Lets somebody change their own password as [method@Intimail.Directory.change_password] does, without blocking.
 *
 * Since: 1.0
 */
void
intimail_directory_change_password_async (IntimailDirectory *self,
                                          const char *uid,
                                          const char *old_password,
                                          const char *new_password,
                                          GCancellable *cancellable,
                                          GAsyncReadyCallback callback,
                                          gpointer user_data)
{
  const IntimailCall call = { .run = run_change_password, .texts = { uid, old_password, new_password }, .is_change = TRUE };

  g_return_if_fail (INTIMAIL_IS_DIRECTORY (self));
  g_return_if_fail (uid != NULL);
  g_return_if_fail (old_password != NULL);
  g_return_if_fail (new_password != NULL);

  intimail_call_start (self, intimail_directory_change_password_async, &call, cancellable, callback, user_data);
}

/**
 * intimail_directory_change_password_finish:
 * @self: a directory
 * @result: what the callback got
 * @error: return location for an error
 *
 * Finishes [method@Intimail.Directory.change_password_async].
 *
 * Returns: %TRUE when the change is on the disk
 *
 * Since: 1.0
 */
gboolean
intimail_directory_change_password_finish (IntimailDirectory *self, GAsyncResult *result, GError **error)
{
  return intimail_call_finish (self, intimail_directory_change_password_async, result, error) != NULL;
}

static gpointer
run_add_person (gpointer self, const IntimailCall *call, GCancellable *cancellable, GError **error)
{
  return GINT_TO_POINTER (intimail_directory_add_person (self, call->objects[0], call->texts[0], cancellable, error));
}

/**
 * intimail_directory_add_person_async:
 * @self: a directory
 * @person: whom to add; not to be changed before this is done
 * @password: (nullable): the password; %NULL for somebody who cannot sign in yet
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async) (closure user_data): called in the main context that
 *   was the caller's thread default
 * @user_data: data for @callback
 *
 * Adds somebody as [method@Intimail.Directory.add_person] does, without blocking.
 *
 * Since: 1.0
 */
void
intimail_directory_add_person_async (IntimailDirectory *self,
                                     IntimailPerson *person,
                                     const char *password,
                                     GCancellable *cancellable,
                                     GAsyncReadyCallback callback,
                                     gpointer user_data)
{
  const IntimailCall call = { .run = run_add_person, .texts = { password }, .is_change = TRUE, .objects = { person } };

  g_return_if_fail (INTIMAIL_IS_DIRECTORY (self));
  g_return_if_fail (INTIMAIL_IS_PERSON (person));

  intimail_call_start (self, intimail_directory_add_person_async, &call, cancellable, callback, user_data);
}

/**
 * intimail_directory_add_person_finish:
 * @self: a directory
 * @result: what the callback got
 * @error: return location for an error
 *
 * Finishes [method@Intimail.Directory.add_person_async].
 *
 * Returns: %TRUE when the change is on the disk
 *
 * Since: 1.0
 */
gboolean
intimail_directory_add_person_finish (IntimailDirectory *self, GAsyncResult *result, GError **error)
{
  return intimail_call_finish (self, intimail_directory_add_person_async, result, error) != NULL;
}

static gpointer
run_update_person (gpointer self, const IntimailCall *call, GCancellable *cancellable, GError **error)
{
  return GINT_TO_POINTER (intimail_directory_update_person (self, call->objects[0], cancellable, error));
}

/**
 * intimail_directory_update_person_async:
 * @self: a directory
 * @person: a person that was looked up; not to be changed before this is done
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async) (closure user_data): called in the main context that
 *   was the caller's thread default
 * @user_data: data for @callback
 *
 * Writes what was changed about somebody as [method@Intimail.Directory.update_person] does, without blocking.
 *
 * Since: 1.0
 */
void
intimail_directory_update_person_async (IntimailDirectory *self,
                                        IntimailPerson *person,
                                        GCancellable *cancellable,
                                        GAsyncReadyCallback callback,
                                        gpointer user_data)
{
  const IntimailCall call = { .run = run_update_person, .is_change = TRUE, .objects = { person } };

  g_return_if_fail (INTIMAIL_IS_DIRECTORY (self));
  g_return_if_fail (INTIMAIL_IS_PERSON (person));

  intimail_call_start (self, intimail_directory_update_person_async, &call, cancellable, callback, user_data);
}

/**
 * intimail_directory_update_person_finish:
 * @self: a directory
 * @result: what the callback got
 * @error: return location for an error
 *
 * Finishes [method@Intimail.Directory.update_person_async].
 *
 * Returns: %TRUE when the change is on the disk
 *
 * Since: 1.0
 */
gboolean
intimail_directory_update_person_finish (IntimailDirectory *self, GAsyncResult *result, GError **error)
{
  return intimail_call_finish (self, intimail_directory_update_person_async, result, error) != NULL;
}

static gpointer
run_remove_person (gpointer self, const IntimailCall *call, GCancellable *cancellable, GError **error)
{
  return GINT_TO_POINTER (intimail_directory_remove_person (self, call->texts[0], cancellable, error));
}

/**
 * intimail_directory_remove_person_async:
 * @self: a directory
 * @uid: a uid
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async) (closure user_data): called in the main context that
 *   was the caller's thread default
 * @user_data: data for @callback
 *
 * Removes somebody as [method@Intimail.Directory.remove_person] does, without blocking.
 *
 * Since: 1.0
 */
void
intimail_directory_remove_person_async (IntimailDirectory *self,
                                        const char *uid,
                                        GCancellable *cancellable,
                                        GAsyncReadyCallback callback,
                                        gpointer user_data)
{
  const IntimailCall call = { .run = run_remove_person, .texts = { uid }, .is_change = TRUE };

  g_return_if_fail (INTIMAIL_IS_DIRECTORY (self));
  g_return_if_fail (uid != NULL);

  intimail_call_start (self, intimail_directory_remove_person_async, &call, cancellable, callback, user_data);
}

/**
 * intimail_directory_remove_person_finish:
 * @self: a directory
 * @result: what the callback got
 * @error: return location for an error
 *
 * Finishes [method@Intimail.Directory.remove_person_async].
 *
 * Returns: %TRUE when the change is on the disk
 *
 * Since: 1.0
 */
gboolean
intimail_directory_remove_person_finish (IntimailDirectory *self, GAsyncResult *result, GError **error)
{
  return intimail_call_finish (self, intimail_directory_remove_person_async, result, error) != NULL;
}

static gpointer
run_add_group (gpointer self, const IntimailCall *call, GCancellable *cancellable, GError **error)
{
  return GINT_TO_POINTER (intimail_directory_add_group (self, call->objects[0], cancellable, error));
}

/**
 * intimail_directory_add_group_async:
 * @self: a directory
 * @group: the group to add; not to be changed before this is done
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async) (closure user_data): called in the main context that
 *   was the caller's thread default
 * @user_data: data for @callback
 *
 * Adds a group as [method@Intimail.Directory.add_group] does, without blocking.
 *
 * Since: 1.0
 */
void
intimail_directory_add_group_async (IntimailDirectory *self,
                                    IntimailGroup *group,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data)
{
  const IntimailCall call = { .run = run_add_group, .is_change = TRUE, .objects = { group } };

  g_return_if_fail (INTIMAIL_IS_DIRECTORY (self));
  g_return_if_fail (INTIMAIL_IS_GROUP (group));

  intimail_call_start (self, intimail_directory_add_group_async, &call, cancellable, callback, user_data);
}

/**
 * intimail_directory_add_group_finish:
 * @self: a directory
 * @result: what the callback got
 * @error: return location for an error
 *
 * Finishes [method@Intimail.Directory.add_group_async].
 *
 * Returns: %TRUE when the change is on the disk
 *
 * Since: 1.0
 */
gboolean
intimail_directory_add_group_finish (IntimailDirectory *self, GAsyncResult *result, GError **error)
{
  return intimail_call_finish (self, intimail_directory_add_group_async, result, error) != NULL;
}

static gpointer
run_update_group (gpointer self, const IntimailCall *call, GCancellable *cancellable, GError **error)
{
  return GINT_TO_POINTER (intimail_directory_update_group (self, call->objects[0], cancellable, error));
}

/**
 * intimail_directory_update_group_async:
 * @self: a directory
 * @group: a group that was looked up; not to be changed before this is done
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async) (closure user_data): called in the main context that
 *   was the caller's thread default
 * @user_data: data for @callback
 *
 * Writes what was changed about a group as [method@Intimail.Directory.update_group] does, without blocking.
 *
 * Since: 1.0
 */
void
intimail_directory_update_group_async (IntimailDirectory *self,
                                       IntimailGroup *group,
                                       GCancellable *cancellable,
                                       GAsyncReadyCallback callback,
                                       gpointer user_data)
{
  const IntimailCall call = { .run = run_update_group, .is_change = TRUE, .objects = { group } };

  g_return_if_fail (INTIMAIL_IS_DIRECTORY (self));
  g_return_if_fail (INTIMAIL_IS_GROUP (group));

  intimail_call_start (self, intimail_directory_update_group_async, &call, cancellable, callback, user_data);
}

/**
 * intimail_directory_update_group_finish:
 * @self: a directory
 * @result: what the callback got
 * @error: return location for an error
 *
 * Finishes [method@Intimail.Directory.update_group_async].
 *
 * Returns: %TRUE when the change is on the disk
 *
 * Since: 1.0
 */
gboolean
intimail_directory_update_group_finish (IntimailDirectory *self, GAsyncResult *result, GError **error)
{
  return intimail_call_finish (self, intimail_directory_update_group_async, result, error) != NULL;
}

static gpointer
run_remove_group (gpointer self, const IntimailCall *call, GCancellable *cancellable, GError **error)
{
  return GINT_TO_POINTER (intimail_directory_remove_group (self, call->texts[0], cancellable, error));
}

/**
 * intimail_directory_remove_group_async:
 * @self: a directory
 * @name: the name of a group
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async) (closure user_data): called in the main context that
 *   was the caller's thread default
 * @user_data: data for @callback
 *
 * Removes a group as [method@Intimail.Directory.remove_group] does, without blocking.
 *
 * Since: 1.0
 */
void
intimail_directory_remove_group_async (IntimailDirectory *self,
                                       const char *name,
                                       GCancellable *cancellable,
                                       GAsyncReadyCallback callback,
                                       gpointer user_data)
{
  const IntimailCall call = { .run = run_remove_group, .texts = { name }, .is_change = TRUE };

  g_return_if_fail (INTIMAIL_IS_DIRECTORY (self));
  g_return_if_fail (name != NULL);

  intimail_call_start (self, intimail_directory_remove_group_async, &call, cancellable, callback, user_data);
}

/**
 * intimail_directory_remove_group_finish:
 * @self: a directory
 * @result: what the callback got
 * @error: return location for an error
 *
 * Finishes [method@Intimail.Directory.remove_group_async].
 *
 * Returns: %TRUE when the change is on the disk
 *
 * Since: 1.0
 */
gboolean
intimail_directory_remove_group_finish (IntimailDirectory *self, GAsyncResult *result, GError **error)
{
  return intimail_call_finish (self, intimail_directory_remove_group_async, result, error) != NULL;
}
