/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The directory's calls for app passwords and a second factor without blocking.
 */

#include <intimail/intimail-directory.h>

#include "base/intimail-secret-private.h"
#include "base/intimail-call-private.h"

static gpointer
run_authenticate_client (gpointer self, const IntimailCall *call, GCancellable *cancellable, GError **error)
{
  return intimail_directory_authenticate_client (self, call->texts[0], call->texts[1], cancellable, error);
}

/**
 * intimail_directory_authenticate_client_async:
 * @self: a directory
 * @login: a uid, or an address of one person
 * @password: an app password, or the person's own
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async) (closure user_data): called in the main context that
 *   was the caller's thread default
 * @user_data: data for @callback
 *
 * Checks the password of a mail program as [method@Intimail.Directory.authenticate_client] does, without blocking.
 *
 * Since: 1.0
 */
void
intimail_directory_authenticate_client_async (IntimailDirectory *self,
                                              const char *login,
                                              const char *password,
                                              GCancellable *cancellable,
                                              GAsyncReadyCallback callback,
                                              gpointer user_data)
{
  const IntimailCall call = { .run = run_authenticate_client, .free_result = g_object_unref, .texts = { login, password } };

  g_return_if_fail (INTIMAIL_IS_DIRECTORY (self));
  g_return_if_fail (login != NULL);
  g_return_if_fail (password != NULL);

  intimail_call_start (self, intimail_directory_authenticate_client_async, &call, cancellable, callback, user_data);
}

/**
 * intimail_directory_authenticate_client_finish:
 * @self: a directory
 * @result: what the callback got
 * @error: return location for an error
 *
 * Finishes [method@Intimail.Directory.authenticate_client_async].
 *
 * Returns: (transfer full): who signed in
 *
 * Since: 1.0
 */
IntimailPerson *
intimail_directory_authenticate_client_finish (IntimailDirectory *self, GAsyncResult *result, GError **error)
{
  return intimail_call_finish (self, intimail_directory_authenticate_client_async, result, error);
}

static gpointer
run_add_app_password (gpointer self, const IntimailCall *call, GCancellable *cancellable, GError **error)
{
  return intimail_directory_add_app_password (self, call->texts[0], call->texts[1], cancellable, error);
}

/**
 * intimail_directory_add_app_password_async:
 * @self: a directory
 * @uid: whose it will be
 * @name: what they call it
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async) (closure user_data): called in the main context that
 *   was the caller's thread default
 * @user_data: data for @callback
 *
 * Makes a password for one mail program as [method@Intimail.Directory.add_app_password] does, without blocking.
 *
 * Since: 1.0
 */
void
intimail_directory_add_app_password_async (IntimailDirectory *self,
                                           const char *uid,
                                           const char *name,
                                           GCancellable *cancellable,
                                           GAsyncReadyCallback callback,
                                           gpointer user_data)
{
  const IntimailCall call = { .run = run_add_app_password, .free_result = (GDestroyNotify) intimail_secret_free, .texts = { uid, name }, .is_change = TRUE };

  g_return_if_fail (INTIMAIL_IS_DIRECTORY (self));
  g_return_if_fail (uid != NULL);
  g_return_if_fail (name != NULL);

  intimail_call_start (self, intimail_directory_add_app_password_async, &call, cancellable, callback, user_data);
}

/**
 * intimail_directory_add_app_password_finish:
 * @self: a directory
 * @result: what the callback got
 * @error: return location for an error
 *
 * Finishes [method@Intimail.Directory.add_app_password_async].
 *
 * Returns: (transfer full): the password, to be shown once
 *
 * Since: 1.0
 */
char *
intimail_directory_add_app_password_finish (IntimailDirectory *self, GAsyncResult *result, GError **error)
{
  return intimail_call_finish (self, intimail_directory_add_app_password_async, result, error);
}

static gpointer
run_list_app_passwords (gpointer self, const IntimailCall *call, GCancellable *cancellable, GError **error)
{
  return intimail_directory_list_app_passwords (self, call->texts[0], cancellable, error);
}

/**
 * intimail_directory_list_app_passwords_async:
 * @self: a directory
 * @uid: whose
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async) (closure user_data): called in the main context that
 *   was the caller's thread default
 * @user_data: data for @callback
 *
 * Lists the passwords of somebody's mail programs as [method@Intimail.Directory.list_app_passwords] does, without blocking.
 *
 * Since: 1.0
 */
void
intimail_directory_list_app_passwords_async (IntimailDirectory *self,
                                             const char *uid,
                                             GCancellable *cancellable,
                                             GAsyncReadyCallback callback,
                                             gpointer user_data)
{
  const IntimailCall call = { .run = run_list_app_passwords, .free_result = (GDestroyNotify) g_ptr_array_unref, .texts = { uid } };

  g_return_if_fail (INTIMAIL_IS_DIRECTORY (self));
  g_return_if_fail (uid != NULL);

  intimail_call_start (self, intimail_directory_list_app_passwords_async, &call, cancellable, callback, user_data);
}

/**
 * intimail_directory_list_app_passwords_finish:
 * @self: a directory
 * @result: what the callback got
 * @error: return location for an error
 *
 * Finishes [method@Intimail.Directory.list_app_passwords_async].
 *
 * Returns: (transfer container) (element-type IntimailAppPassword): what they have
 *
 * Since: 1.0
 */
GPtrArray *
intimail_directory_list_app_passwords_finish (IntimailDirectory *self, GAsyncResult *result, GError **error)
{
  return intimail_call_finish (self, intimail_directory_list_app_passwords_async, result, error);
}

static gpointer
run_revoke_app_password (gpointer self, const IntimailCall *call, GCancellable *cancellable, GError **error)
{
  return GINT_TO_POINTER (intimail_directory_revoke_app_password (self, call->texts[0], call->texts[1], cancellable, error));
}

/**
 * intimail_directory_revoke_app_password_async:
 * @self: a directory
 * @uid: whose it is
 * @id: its id
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async) (closure user_data): called in the main context that
 *   was the caller's thread default
 * @user_data: data for @callback
 *
 * Ends a password of a mail program as [method@Intimail.Directory.revoke_app_password] does, without blocking.
 *
 * Since: 1.0
 */
void
intimail_directory_revoke_app_password_async (IntimailDirectory *self,
                                              const char *uid,
                                              const char *id,
                                              GCancellable *cancellable,
                                              GAsyncReadyCallback callback,
                                              gpointer user_data)
{
  const IntimailCall call = { .run = run_revoke_app_password, .texts = { uid, id }, .is_change = TRUE };

  g_return_if_fail (INTIMAIL_IS_DIRECTORY (self));
  g_return_if_fail (uid != NULL);
  g_return_if_fail (id != NULL);

  intimail_call_start (self, intimail_directory_revoke_app_password_async, &call, cancellable, callback, user_data);
}

/**
 * intimail_directory_revoke_app_password_finish:
 * @self: a directory
 * @result: what the callback got
 * @error: return location for an error
 *
 * Finishes [method@Intimail.Directory.revoke_app_password_async].
 *
 * Returns: %TRUE when the change is on the disk
 *
 * Since: 1.0
 */
gboolean
intimail_directory_revoke_app_password_finish (IntimailDirectory *self, GAsyncResult *result, GError **error)
{
  return intimail_call_finish (self, intimail_directory_revoke_app_password_async, result, error) != NULL;
}

static gpointer
run_authenticate_with_code (gpointer self, const IntimailCall *call, GCancellable *cancellable, GError **error)
{
  return intimail_directory_authenticate_with_code (self, call->texts[0], call->texts[1], call->texts[2], cancellable, error);
}

/**
 * intimail_directory_authenticate_with_code_async:
 * @self: a directory
 * @login: a uid, or an address of one person
 * @password: the password
 * @code: a code, or "" for none
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async) (closure user_data): called in the main context that
 *   was the caller's thread default
 * @user_data: data for @callback
 *
 * Checks a password and a code as [method@Intimail.Directory.authenticate_with_code] does, without blocking.
 *
 * Since: 1.0
 */
void
intimail_directory_authenticate_with_code_async (IntimailDirectory *self,
                                                 const char *login,
                                                 const char *password,
                                                 const char *code,
                                                 GCancellable *cancellable,
                                                 GAsyncReadyCallback callback,
                                                 gpointer user_data)
{
  const IntimailCall call = { .run = run_authenticate_with_code, .free_result = g_object_unref, .texts = { login, password, code }, .is_change = TRUE };

  g_return_if_fail (INTIMAIL_IS_DIRECTORY (self));
  g_return_if_fail (login != NULL);
  g_return_if_fail (password != NULL);
  g_return_if_fail (code != NULL);

  intimail_call_start (self, intimail_directory_authenticate_with_code_async, &call, cancellable, callback, user_data);
}

/**
 * intimail_directory_authenticate_with_code_finish:
 * @self: a directory
 * @result: what the callback got
 * @error: return location for an error
 *
 * Finishes [method@Intimail.Directory.authenticate_with_code_async].
 *
 * Returns: (transfer full): who signed in
 *
 * Since: 1.0
 */
IntimailPerson *
intimail_directory_authenticate_with_code_finish (IntimailDirectory *self, GAsyncResult *result, GError **error)
{
  return intimail_call_finish (self, intimail_directory_authenticate_with_code_async, result, error);
}

static gpointer
run_lookup_second_factor (gpointer self, const IntimailCall *call, GCancellable *cancellable, GError **error)
{
  return intimail_directory_lookup_second_factor (self, call->texts[0], cancellable, error);
}

/**
 * intimail_directory_lookup_second_factor_async:
 * @self: a directory
 * @uid: whose
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async) (closure user_data): called in the main context that
 *   was the caller's thread default
 * @user_data: data for @callback
 *
 * Looks up whether somebody has a second factor as [method@Intimail.Directory.lookup_second_factor] does, without blocking.
 *
 * Since: 1.0
 */
void
intimail_directory_lookup_second_factor_async (IntimailDirectory *self,
                                               const char *uid,
                                               GCancellable *cancellable,
                                               GAsyncReadyCallback callback,
                                               gpointer user_data)
{
  const IntimailCall call = { .run = run_lookup_second_factor, .free_result = g_object_unref, .texts = { uid } };

  g_return_if_fail (INTIMAIL_IS_DIRECTORY (self));
  g_return_if_fail (uid != NULL);

  intimail_call_start (self, intimail_directory_lookup_second_factor_async, &call, cancellable, callback, user_data);
}

/**
 * intimail_directory_lookup_second_factor_finish:
 * @self: a directory
 * @result: what the callback got
 * @error: return location for an error
 *
 * Finishes [method@Intimail.Directory.lookup_second_factor_async].
 *
 * Returns: (transfer full): what they have, which may be none
 *
 * Since: 1.0
 */
IntimailSecondFactor *
intimail_directory_lookup_second_factor_finish (IntimailDirectory *self, GAsyncResult *result, GError **error)
{
  return intimail_call_finish (self, intimail_directory_lookup_second_factor_async, result, error);
}

static gpointer
run_enable_second_factor (gpointer self, const IntimailCall *call, GCancellable *cancellable, GError **error)
{
  return intimail_directory_enable_second_factor (self, call->texts[0], call->texts[1], call->texts[2], cancellable, error);
}

/**
 * intimail_directory_enable_second_factor_async:
 * @self: a directory
 * @uid: whose
 * @secret: what their telephone has taken over
 * @code: the code that it shows
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async) (closure user_data): called in the main context that
 *   was the caller's thread default
 * @user_data: data for @callback
 *
 * Asks somebody for a code from now on as [method@Intimail.Directory.enable_second_factor] does, without blocking.
 *
 * Since: 1.0
 */
void
intimail_directory_enable_second_factor_async (IntimailDirectory *self,
                                               const char *uid,
                                               const char *secret,
                                               const char *code,
                                               GCancellable *cancellable,
                                               GAsyncReadyCallback callback,
                                               gpointer user_data)
{
  const IntimailCall call = { .run = run_enable_second_factor, .free_result = (GDestroyNotify) g_strfreev, .texts = { uid, secret, code }, .is_change = TRUE };

  g_return_if_fail (INTIMAIL_IS_DIRECTORY (self));
  g_return_if_fail (uid != NULL);
  g_return_if_fail (secret != NULL);
  g_return_if_fail (code != NULL);

  intimail_call_start (self, intimail_directory_enable_second_factor_async, &call, cancellable, callback, user_data);
}

/**
 * intimail_directory_enable_second_factor_finish:
 * @self: a directory
 * @result: what the callback got
 * @error: return location for an error
 *
 * Finishes [method@Intimail.Directory.enable_second_factor_async].
 *
 * Returns: (transfer full) (array zero-terminated=1): ten recovery codes
 *
 * Since: 1.0
 */
char **
intimail_directory_enable_second_factor_finish (IntimailDirectory *self, GAsyncResult *result, GError **error)
{
  return intimail_call_finish (self, intimail_directory_enable_second_factor_async, result, error);
}

static gpointer
run_renew_recovery_codes (gpointer self, const IntimailCall *call, GCancellable *cancellable, GError **error)
{
  return intimail_directory_renew_recovery_codes (self, call->texts[0], cancellable, error);
}

/**
 * intimail_directory_renew_recovery_codes_async:
 * @self: a directory
 * @uid: whose
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async) (closure user_data): called in the main context that
 *   was the caller's thread default
 * @user_data: data for @callback
 *
 * Gives somebody other recovery codes as [method@Intimail.Directory.renew_recovery_codes] does, without blocking.
 *
 * Since: 1.0
 */
void
intimail_directory_renew_recovery_codes_async (IntimailDirectory *self,
                                               const char *uid,
                                               GCancellable *cancellable,
                                               GAsyncReadyCallback callback,
                                               gpointer user_data)
{
  const IntimailCall call = { .run = run_renew_recovery_codes, .free_result = (GDestroyNotify) g_strfreev, .texts = { uid }, .is_change = TRUE };

  g_return_if_fail (INTIMAIL_IS_DIRECTORY (self));
  g_return_if_fail (uid != NULL);

  intimail_call_start (self, intimail_directory_renew_recovery_codes_async, &call, cancellable, callback, user_data);
}

/**
 * intimail_directory_renew_recovery_codes_finish:
 * @self: a directory
 * @result: what the callback got
 * @error: return location for an error
 *
 * Finishes [method@Intimail.Directory.renew_recovery_codes_async].
 *
 * Returns: (transfer full) (array zero-terminated=1): ten recovery codes
 *
 * Since: 1.0
 */
char **
intimail_directory_renew_recovery_codes_finish (IntimailDirectory *self, GAsyncResult *result, GError **error)
{
  return intimail_call_finish (self, intimail_directory_renew_recovery_codes_async, result, error);
}

static gpointer
run_disable_second_factor (gpointer self, const IntimailCall *call, GCancellable *cancellable, GError **error)
{
  return GINT_TO_POINTER (intimail_directory_disable_second_factor (self, call->texts[0], cancellable, error));
}

/**
 * intimail_directory_disable_second_factor_async:
 * @self: a directory
 * @uid: whose
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async) (closure user_data): called in the main context that
 *   was the caller's thread default
 * @user_data: data for @callback
 *
 * Asks somebody for no code any more as [method@Intimail.Directory.disable_second_factor] does, without blocking.
 *
 * Since: 1.0
 */
void
intimail_directory_disable_second_factor_async (IntimailDirectory *self,
                                                const char *uid,
                                                GCancellable *cancellable,
                                                GAsyncReadyCallback callback,
                                                gpointer user_data)
{
  const IntimailCall call = { .run = run_disable_second_factor, .texts = { uid }, .is_change = TRUE };

  g_return_if_fail (INTIMAIL_IS_DIRECTORY (self));
  g_return_if_fail (uid != NULL);

  intimail_call_start (self, intimail_directory_disable_second_factor_async, &call, cancellable, callback, user_data);
}

/**
 * intimail_directory_disable_second_factor_finish:
 * @self: a directory
 * @result: what the callback got
 * @error: return location for an error
 *
 * Finishes [method@Intimail.Directory.disable_second_factor_async].
 *
 * Returns: %TRUE when the change is on the disk
 *
 * Since: 1.0
 */
gboolean
intimail_directory_disable_second_factor_finish (IntimailDirectory *self, GAsyncResult *result, GError **error)
{
  return intimail_call_finish (self, intimail_directory_disable_second_factor_async, result, error) != NULL;
}
