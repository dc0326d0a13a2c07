/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The directory's calls for a second factor.
 */

#include <intimail/intimail-directory.h>

#include <intimail/intimail-error.h>

#include "directory/intimail-second-factor-private.h"

/* How often a change is made again because somebody else was faster. */
#define MAX_TRIES 10

/**
 * intimail_directory_lookup_second_factor:
 * @self: a directory
 * @uid: whose
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Looks up whether somebody has a second factor, and how many recovery codes are left.
 *
 * Fails with %INTIMAIL_ERROR_NOT_FOUND when nobody has that uid, and with
 * %INTIMAIL_ERROR_UNAVAILABLE when it cannot be known now.
 *
 * Returns: (transfer full): what they have, which may be none
 *
 * Since: 1.0
 */
IntimailSecondFactor *
intimail_directory_lookup_second_factor (IntimailDirectory *self,
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

  return INTIMAIL_DIRECTORY_GET_IFACE (self)->read_second_factor (self, uid, cancellable, error);
}

/* What is to be in the place of what is there; NULL with an error. */
typedef IntimailSecondFactor *(*Judge) (IntimailSecondFactor *current, gpointer data, GError **error);

/* Compares and sets: when somebody else was faster, their work is judged anew. */
static gboolean
change (IntimailDirectory *self, const char *uid, Judge judge, gpointer data, GCancellable *cancellable, GError **error)
{
  for (guint i = 0; i < MAX_TRIES; i++)
    {
      g_autoptr (IntimailSecondFactor) current = intimail_directory_lookup_second_factor (self, uid, cancellable, error);
      g_autoptr (IntimailSecondFactor) wanted = current != NULL ? judge (current, data, error) : NULL;
      gboolean was_current = FALSE;

      if (wanted == NULL)
        return FALSE;
      if (intimail_second_factor_equal (current, wanted))
        return TRUE;
      if (!INTIMAIL_DIRECTORY_GET_IFACE (self)->replace_second_factor (self, uid, current, wanted, &was_current, cancellable, error))
        return FALSE;
      if (was_current)
        return TRUE;
      g_usleep ((gulong) g_random_int_range (0, 1000 * (gint32) (i + 1)));
    }
  g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_UNAVAILABLE, "the second factor of \"%s\" is being changed by others", uid);

  return FALSE;
}

typedef struct
{
  const char *secret;
  const char *code;
  char **recovery_codes;
} Request;

static IntimailSecondFactor *
judge_new (IntimailSecondFactor *current, gpointer data, GError **error)
{
  Request *request = data;

  if (intimail_second_factor_is_enabled (current))
    {
      g_set_error_literal (error, INTIMAIL_ERROR, INTIMAIL_ERROR_EXISTS, "there is a second factor already");
      return NULL;
    }
  g_clear_pointer (&request->recovery_codes, g_strfreev);

  return intimail_second_factor_begin (request->secret, request->code, g_get_real_time () / G_USEC_PER_SEC,
                                       &request->recovery_codes, error);
}

/**
 * intimail_directory_enable_second_factor:
 * @self: a directory
 * @uid: whose
 * @secret: what the person's telephone has taken over, as
 *   [func@Intimail.SecondFactor.generate_secret] made it
 * @code: the code that it shows: proof that it has
 * @cancellable: (nullable): a cancellable, heeded until the change is written
 * @error: return location for an error
 *
 * Asks somebody for a code beside the password from now on.
 *
 * [method@Intimail.Directory.authenticate] and the person's own password in
 * [method@Intimail.Directory.authenticate_client] do not let them in any more; app
 * passwords do. @code is used up.
 *
 * Fails with %INTIMAIL_ERROR_PERMISSION_DENIED when @code is not that of @secret, with
 * %INTIMAIL_ERROR_EXISTS when they have a second factor, with
 * %INTIMAIL_ERROR_INVALID_ARGUMENT when @secret cannot be one, with
 * %INTIMAIL_ERROR_NOT_FOUND when nobody has that uid, with
 * %INTIMAIL_ERROR_NOT_SUPPORTED when a server lacks the schema, and with
 * %INTIMAIL_ERROR_UNAVAILABLE when the directory cannot be changed now.
 *
 * Returns: (transfer full) (array zero-terminated=1): ten recovery codes, each of which is
 *   good once in the place of a code; to be shown once, for only their hashes are kept
 *
 * Since: 1.0
 */
char **
intimail_directory_enable_second_factor (IntimailDirectory *self,
                                         const char *uid,
                                         const char *secret,
                                         const char *code,
                                         GCancellable *cancellable,
                                         GError **error)
{
  Request request = { .secret = secret, .code = code };

  g_return_val_if_fail (INTIMAIL_IS_DIRECTORY (self), NULL);
  g_return_val_if_fail (uid != NULL, NULL);
  g_return_val_if_fail (secret != NULL, NULL);
  g_return_val_if_fail (code != NULL, NULL);

  if (!change (self, uid, judge_new, &request, cancellable, error))
    g_clear_pointer (&request.recovery_codes, g_strfreev);

  return request.recovery_codes;
}

static IntimailSecondFactor *
judge_renewed (IntimailSecondFactor *current, gpointer data, GError **error)
{
  Request *request = data;

  if (!intimail_second_factor_is_enabled (current))
    {
      g_set_error_literal (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND, "there is no second factor");
      return NULL;
    }
  g_clear_pointer (&request->recovery_codes, g_strfreev);

  return intimail_second_factor_renew (current, &request->recovery_codes);
}

/**
 * intimail_directory_renew_recovery_codes:
 * @self: a directory
 * @uid: whose
 * @cancellable: (nullable): a cancellable, heeded until the change is written
 * @error: return location for an error
 *
 * Gives somebody with a second factor other recovery codes. The old ones are good for
 * nothing any more; the code of the device stays as it is. Who calls this has asked for the
 * password, or is an administrator.
 *
 * Fails with %INTIMAIL_ERROR_NOT_FOUND when nobody has that uid, or no second factor, with
 * %INTIMAIL_ERROR_PERMISSION_DENIED when the directory acts for somebody who may not, and
 * with %INTIMAIL_ERROR_UNAVAILABLE when the directory cannot be changed now.
 *
 * Returns: (transfer full) (array zero-terminated=1): ten recovery codes, to be shown once
 *
 * Since: 1.0
 */
char **
intimail_directory_renew_recovery_codes (IntimailDirectory *self,
                                         const char *uid,
                                         GCancellable *cancellable,
                                         GError **error)
{
  Request request = { NULL };

  g_return_val_if_fail (INTIMAIL_IS_DIRECTORY (self), NULL);
  g_return_val_if_fail (uid != NULL, NULL);

  if (!change (self, uid, judge_renewed, &request, cancellable, error))
    g_clear_pointer (&request.recovery_codes, g_strfreev);

  return request.recovery_codes;
}

static IntimailSecondFactor *
judge_none (IntimailSecondFactor *current, gpointer data, GError **error)
{
  return intimail_second_factor_new (NULL, 0, NULL);
}

/**
 * intimail_directory_disable_second_factor:
 * @self: a directory
 * @uid: whose
 * @cancellable: (nullable): a cancellable, heeded until the change is written
 * @error: return location for an error
 *
 * Asks somebody for no code any more; the recovery codes go too. Who calls this has asked
 * for the password, or is an administrator.
 *
 * Fails with %INTIMAIL_ERROR_NOT_FOUND when nobody has that uid, and with
 * %INTIMAIL_ERROR_UNAVAILABLE when the directory cannot be changed now.
 *
 * Returns: %TRUE when the change is on the disk, or there was no second factor
 *
 * Since: 1.0
 */
gboolean
intimail_directory_disable_second_factor (IntimailDirectory *self,
                                          const char *uid,
                                          GCancellable *cancellable,
                                          GError **error)
{
  g_return_val_if_fail (INTIMAIL_IS_DIRECTORY (self), FALSE);
  g_return_val_if_fail (uid != NULL, FALSE);

  return change (self, uid, judge_none, NULL, cancellable, error);
}

static IntimailSecondFactor *
judge_code (IntimailSecondFactor *current, gpointer data, GError **error)
{
  Request *request = data;

  /* It was turned off a moment ago: the password is enough. */
  if (!intimail_second_factor_is_enabled (current))
    return g_object_ref (current);

  return intimail_second_factor_use (current, request->code, g_get_real_time () / G_USEC_PER_SEC, error);
}

/**
 * intimail_directory_authenticate_with_code:
 * @self: a directory
 * @login: a uid, or an address of one person
 * @password: the password
 * @code: the code that their telephone shows, or a recovery code; "" for none
 * @cancellable: (nullable): a cancellable, heeded until the code is used up
 * @error: return location for an error
 *
 * Checks a password and, where the person has a second factor, a code.
 *
 * Each code is good once, and for a minute and a half. Whoever lets strangers try has to
 * slow them down: there are a million codes.
 *
 * Fails as [method@Intimail.Directory.authenticate]; with
 * %INTIMAIL_ERROR_CODE_NEEDED when the password is right and @code is ""; and with
 * %INTIMAIL_ERROR_PERMISSION_DENIED when @code is wrong.
 *
 * Returns: (transfer full): who signed in
 *
 * Since: 1.0
 */
IntimailPerson *
intimail_directory_authenticate_with_code (IntimailDirectory *self,
                                           const char *login,
                                           const char *password,
                                           const char *code,
                                           GCancellable *cancellable,
                                           GError **error)
{
  g_autoptr (IntimailPerson) person = NULL;
  Request request = { .code = code };

  g_return_val_if_fail (INTIMAIL_IS_DIRECTORY (self), NULL);
  g_return_val_if_fail (login != NULL, NULL);
  g_return_val_if_fail (password != NULL, NULL);
  g_return_val_if_fail (code != NULL, NULL);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (*code == '\0')
    return intimail_directory_authenticate (self, login, password, cancellable, error);
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;
  person = INTIMAIL_DIRECTORY_GET_IFACE (self)->check_login (self, login, NULL, password, cancellable, error);
  if (person == NULL ||
      (intimail_person_has_second_factor (person) &&
       !change (self, intimail_person_get_uid (person), judge_code, &request, cancellable, error)))
    return NULL;

  return g_steal_pointer (&person);
}
