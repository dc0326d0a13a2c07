/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Big files as a site offers them: links, passwords, and whose owner may offer any.
 */

#include <intimail/intimail-site.h>

#include <intimail/intimail-error.h>

#include "base/intimail-call-private.h"
#include "base/intimail-secret-private.h"
#include "directory/intimail-password-private.h"
#include "site/intimail-site-private.h"
#include "store/intimail-big-file-private.h"

#define LINK_PATH "/file/"

/**
 * intimail_site_get_big_over:
 * @self: a site
 *
 * Gets from which size on a file is rather linked to than put into mail.
 *
 * Returns: bytes
 *
 * Since: 1.0
 */
guint64
intimail_site_get_big_over (IntimailSite *self)
{
  g_return_val_if_fail (INTIMAIL_IS_SITE (self), 0);

  return intimail_site_get_settings (self)->big_over;
}

/**
 * intimail_site_get_big_days:
 * @self: a site
 *
 * Gets how long big files are kept whose owner says nothing else.
 *
 * Returns: days; 0 is for ever
 *
 * Since: 1.0
 */
guint
intimail_site_get_big_days (IntimailSite *self)
{
  g_return_val_if_fail (INTIMAIL_IS_SITE (self), 0);

  return intimail_site_get_settings (self)->big_days;
}

static IntimailBigFileStore *
require_store (IntimailSite *self, GError **error)
{
  IntimailBigFileStore *store = intimail_site_get_big_files (self);

  if (store == NULL)
    g_set_error_literal (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_SUPPORTED, "this site keeps no big files: see big-max in [store]");

  return store;
}

/**
 * intimail_site_make_big_file_link:
 * @self: a site
 * @file: a file that is kept
 * @error: return location for an error
 *
 * Makes the address that opens a file, whoever knows it.
 *
 * Fails as [method@Intimail.BigFileStore.make_token] does, and with
 * %INTIMAIL_ERROR_NOT_SUPPORTED when the site keeps no big files.
 *
 * Returns: (transfer full): the site's address of the webmail, with `/file/` and a token
 *
 * Since: 1.0
 */
char *
intimail_site_make_big_file_link (IntimailSite *self, IntimailBigFile *file, GError **error)
{
  IntimailBigFileStore *store;
  g_autofree char *token = NULL;

  g_return_val_if_fail (INTIMAIL_IS_SITE (self), NULL);
  g_return_val_if_fail (INTIMAIL_IS_BIG_FILE (file), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  store = require_store (self, error);
  token = store != NULL ? intimail_big_file_store_make_token (store, file, error) : NULL;

  return token != NULL ? g_strconcat (intimail_site_get_webmail_url (self), LINK_PATH, token, NULL) : NULL;
}

/**
 * intimail_site_get_big_file_link_start:
 * @self: a site
 *
 * Gets what stands before the token in a link, for
 * [method@Intimail.Account.detach_part].
 *
 * Returns: (transfer full): the site's address of the webmail, with `/file/`
 *
 * Since: 1.0
 */
char *
intimail_site_get_big_file_link_start (IntimailSite *self)
{
  g_return_val_if_fail (INTIMAIL_IS_SITE (self), NULL);

  return g_strconcat (intimail_site_get_webmail_url (self), LINK_PATH, NULL);
}

/**
 * intimail_site_set_big_file_password:
 * @self: a site
 * @file: a file
 * @password: (nullable): a password; %NULL or "" is none
 * @error: return location for an error
 *
 * Says with which password a file is fetched. It is kept as a hash, as those of people
 * are, when the file is added or updated.
 *
 * Fails with %INTIMAIL_ERROR_INVALID_ARGUMENT when it cannot be a password. It takes as long
 * as a hash does.
 *
 * Returns: whether it is set
 *
 * Since: 1.0
 */
gboolean
intimail_site_set_big_file_password (IntimailSite *self, IntimailBigFile *file, const char *password, GError **error)
{
  g_autofree char *hash = NULL;

  g_return_val_if_fail (INTIMAIL_IS_SITE (self), FALSE);
  g_return_val_if_fail (INTIMAIL_IS_BIG_FILE (file), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  hash = password != NULL && *password != '\0' ? intimail_password_hash (password, error) : g_strdup ("");
  if (hash == NULL)
    return FALSE;
  intimail_big_file_set_password_hash (file, hash);

  return TRUE;
}

/**
 * intimail_site_check_big_file_password:
 * @self: a site
 * @file: a file that was found
 * @password: what somebody typed
 * @cancellable: (nullable): a cancellable, heeded before the password is hashed
 * @error: return location for an error
 *
 * Checks the password of a file. Whoever calls it lets nobody guess quickly.
 *
 * Fails with %INTIMAIL_ERROR_PERMISSION_DENIED when the password is another one. It takes as
 * long as a hash does, also when the file has no password, which any fits then.
 *
 * Returns: whether it fits
 *
 * Since: 1.0
 */
gboolean
intimail_site_check_big_file_password (IntimailSite *self, IntimailBigFile *file, const char *password, GCancellable *cancellable, GError **error)
{
  const char *hashes[2] = { NULL, NULL };
  gboolean fits;

  g_return_val_if_fail (INTIMAIL_IS_SITE (self), FALSE);
  g_return_val_if_fail (INTIMAIL_IS_BIG_FILE (file), FALSE);
  g_return_val_if_fail (password != NULL, FALSE);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  if (intimail_big_file_has_password (file))
    hashes[0] = intimail_big_file_get_password_hash (file);
  fits = intimail_password_check (password, hashes) || hashes[0] == NULL;
  if (!fits)
    g_set_error_literal (error, INTIMAIL_ERROR, INTIMAIL_ERROR_PERMISSION_DENIED, "the password does not fit");

  return fits;
}

/* Who was removed or has expired offers nothing. */
static gboolean
check_owner (IntimailSite *self, IntimailBigFile *file, GCancellable *cancellable, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (IntimailPerson) owner = intimail_directory_lookup_person (intimail_site_get_directory (self), intimail_big_file_get_owner (file),
                                                                       cancellable, &local_error);

  if (owner != NULL && intimail_person_is_active (owner))
    return TRUE;
  if (owner != NULL || g_error_matches (local_error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND))
    g_set_error_literal (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND, "there is no such file");
  else
    g_propagate_error (error, g_steal_pointer (&local_error));

  return FALSE;
}

/**
 * intimail_site_find_big_file:
 * @self: a site
 * @token: what a link has behind `/file/`, whatever it may be
 * @cancellable: (nullable): a cancellable, heeded until the disk is touched
 * @error: return location for an error
 *
 * Finds the file of a link, as [method@Intimail.BigFileStore.find] does, while its owner
 * may sign in.
 *
 * Fails as that does, with %INTIMAIL_ERROR_NOT_FOUND when the site keeps no big files or the
 * owner may not sign in, and with %INTIMAIL_ERROR_UNAVAILABLE when the directory cannot say
 * that now.
 *
 * Returns: (transfer full): the file
 *
 * Since: 1.0
 */
IntimailBigFile *
intimail_site_find_big_file (IntimailSite *self, const char *token, GCancellable *cancellable, GError **error)
{
  IntimailBigFileStore *store;
  g_autoptr (IntimailBigFile) file = NULL;

  g_return_val_if_fail (INTIMAIL_IS_SITE (self), NULL);
  g_return_val_if_fail (token != NULL, NULL);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  store = intimail_site_get_big_files (self);
  if (store == NULL)
    {
      g_set_error_literal (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND, "there is no such file");
      return NULL;
    }
  file = intimail_big_file_store_find (store, token, cancellable, error);

  return file != NULL && check_owner (self, file, cancellable, error) ? g_steal_pointer (&file) : NULL;
}

static gpointer
run_find (gpointer self, const IntimailCall *call, GCancellable *cancellable, GError **error)
{
  return intimail_site_find_big_file (self, call->texts[0], cancellable, error);
}

/**
 * intimail_site_find_big_file_async:
 * @self: a site
 * @token: what a link has behind `/file/`, whatever it may be
 * @cancellable: (nullable): a cancellable, heeded until the disk is touched
 * @callback: (scope async) (closure user_data): called in the main context that was
 *   the caller's thread default
 * @user_data: data for @callback
 *
 * Finds the file of a link without making the caller wait: see
 * [method@Intimail.Site.find_big_file].
 *
 * Since: 1.0
 */
void
intimail_site_find_big_file_async (IntimailSite *self, const char *token, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  const IntimailCall call = { .run = run_find, .free_result = g_object_unref, .texts = { token } };

  g_return_if_fail (INTIMAIL_IS_SITE (self));
  g_return_if_fail (token != NULL);

  intimail_call_start (self, intimail_site_find_big_file_async, &call, cancellable, callback, user_data);
}

/**
 * intimail_site_find_big_file_finish:
 * @self: a site
 * @result: what the callback got
 * @error: return location for an error
 *
 * Ends [method@Intimail.Site.find_big_file_async].
 *
 * Fails as [method@Intimail.Site.find_big_file] does.
 *
 * Returns: (transfer full): the file
 *
 * Since: 1.0
 */
IntimailBigFile *
intimail_site_find_big_file_finish (IntimailSite *self, GAsyncResult *result, GError **error)
{
  return intimail_call_finish (self, intimail_site_find_big_file_async, result, error);
}

static gpointer
run_check_password (gpointer self, const IntimailCall *call, GCancellable *cancellable, GError **error)
{
  return GINT_TO_POINTER (intimail_site_check_big_file_password (self, call->objects[0], call->texts[0], cancellable, error));
}

/**
 * intimail_site_check_big_file_password_async:
 * @self: a site
 * @file: a file that was found
 * @password: what somebody typed
 * @cancellable: (nullable): a cancellable, heeded before the password is hashed
 * @callback: (scope async) (closure user_data): called in the main context that was
 *   the caller's thread default
 * @user_data: data for @callback
 *
 * Checks the password of a file without making the caller wait: see
 * [method@Intimail.Site.check_big_file_password].
 *
 * Since: 1.0
 */
void
intimail_site_check_big_file_password_async (IntimailSite *self, IntimailBigFile *file, const char *password, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  const IntimailCall call = { .run = run_check_password, .objects = { file }, .texts = { password } };

  g_return_if_fail (INTIMAIL_IS_SITE (self));
  g_return_if_fail (INTIMAIL_IS_BIG_FILE (file));
  g_return_if_fail (password != NULL);

  intimail_call_start (self, intimail_site_check_big_file_password_async, &call, cancellable, callback, user_data);
}

/**
 * intimail_site_check_big_file_password_finish:
 * @self: a site
 * @result: what the callback got
 * @error: return location for an error
 *
 * Ends [method@Intimail.Site.check_big_file_password_async].
 *
 * Fails as [method@Intimail.Site.check_big_file_password] does.
 *
 * Returns: whether it fits
 *
 * Since: 1.0
 */
gboolean
intimail_site_check_big_file_password_finish (IntimailSite *self, GAsyncResult *result, GError **error)
{
  return intimail_call_finish (self, intimail_site_check_big_file_password_async, result, error) != NULL;
}
