/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What somebody may who has a link: find the file, and fetch it with a grant.
 */

#include "store/intimail-big-file-store-private.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>

#include <intimail/intimail-error.h>

#include "base/intimail-error-private.h"
#include "base/intimail-fd-private.h"
#include "base/intimail-secret-private.h"
#include "store/intimail-big-file-folder-private.h"
#include "store/intimail-big-file-private.h"

static char *
make_link_mark (IntimailBigFileStore *self, const char *id, GError **error)
{
  g_autofree char *text = g_strconcat ("link ", id, NULL);

  return intimail_big_file_store_make_mark (self, text, error);
}

/**
 * intimail_big_file_store_make_token:
 * @self: a store
 * @file: a file that is kept
 * @error: return location for an error
 *
 * Makes the token of the link to @file; it is the same each time.
 *
 * Fails with %INTIMAIL_ERROR_FAILED or %INTIMAIL_ERROR_STORAGE_FULL when the store's secret
 * cannot be had.
 *
 * Returns: (transfer full): 49 letters and digits
 *
 * Since: 1.0
 */
char *
intimail_big_file_store_make_token (IntimailBigFileStore *self, IntimailBigFile *file, GError **error)
{
  g_autofree char *mark = NULL;

  g_return_val_if_fail (INTIMAIL_IS_BIG_FILE_STORE (self), NULL);
  g_return_val_if_fail (INTIMAIL_IS_BIG_FILE (file), NULL);
  g_return_val_if_fail (intimail_big_file_is_id (intimail_big_file_get_id (file)), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  mark = make_link_mark (self, intimail_big_file_get_id (file), error);

  return mark != NULL ? g_strconcat (intimail_big_file_get_id (file), mark, NULL) : NULL;
}

/* NULL and NOT_FOUND: nobody has it. */
static IntimailBigFile *
search_owners (IntimailBigFileStore *self, const char *id, GCancellable *cancellable, GError **error)
{
  g_autoptr (IntimailBigFile) found = NULL;
  const char *path = intimail_big_file_store_get_path (self);
  DIR *dir = opendir (path);
  struct dirent *entry;

  if (dir == NULL && errno != ENOENT)
    {
      intimail_set_error_from_errno (error, errno, "cannot read %s", path);
      return NULL;
    }
  while (dir != NULL && found == NULL && (entry = readdir (dir)) != NULL)
    {
      g_autoptr (GError) local_error = NULL;

      if (entry->d_name[0] == '.')
        continue;
      found = intimail_big_file_store_lookup (self, entry->d_name, id, &local_error);
      if (found == NULL && !g_error_matches (local_error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND))
        {
          g_propagate_error (error, g_steal_pointer (&local_error));
          closedir (dir);
          return NULL;
        }
    }
  if (dir != NULL)
    closedir (dir);
  if (found == NULL)
    intimail_big_file_store_set_not_found (error);

  return g_steal_pointer (&found);
}

/**
 * intimail_big_file_store_find:
 * @self: a store
 * @token: what the link has, whatever it may be
 * @cancellable: (nullable): a cancellable, heeded until the disk is touched
 * @error: return location for an error
 *
 * Finds the file of a link.
 *
 * A file that was fetched as often as it may be is found, for who is at it still: see
 * [method@Intimail.BigFile.is_offered]. Fails with %INTIMAIL_ERROR_NOT_FOUND, in the same
 * words, when the token is wrong and when the file has expired or is not there any more;
 * with %INTIMAIL_ERROR_FAILED when that cannot be told now.
 *
 * Returns: (transfer full): the file
 *
 * Since: 1.0
 */
IntimailBigFile *
intimail_big_file_store_find (IntimailBigFileStore *self, const char *token, GCancellable *cancellable, GError **error)
{
  g_autoptr (IntimailBigFile) file = NULL;
  g_autofree char *id = NULL;
  g_autofree char *mark = NULL;
  gint64 expires;

  g_return_val_if_fail (INTIMAIL_IS_BIG_FILE_STORE (self), NULL);
  g_return_val_if_fail (token != NULL, NULL);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;
  id = g_strndup (token, INTIMAIL_BIG_FILE_ID_LENGTH);
  if (strlen (token) != INTIMAIL_BIG_FILE_ID_LENGTH + INTIMAIL_BIG_FILE_MARK_LENGTH || !intimail_big_file_is_id (id) ||
      !g_file_test (intimail_big_file_store_get_path (self), G_FILE_TEST_IS_DIR))
    {
      intimail_big_file_store_set_not_found (error);
      return NULL;
    }
  mark = make_link_mark (self, id, error);
  if (mark == NULL)
    return NULL;
  if (!intimail_secret_equal (mark, token + INTIMAIL_BIG_FILE_ID_LENGTH))
    {
      intimail_big_file_store_set_not_found (error);
      return NULL;
    }
  file = search_owners (self, id, cancellable, error);
  expires = file != NULL ? intimail_big_file_get_expires (file) : 0;
  if (expires == 0 || g_get_real_time () / G_USEC_PER_SEC < expires)
    return g_steal_pointer (&file);
  intimail_big_file_store_set_not_found (error);

  return NULL;
}

/* "UNTIL-NUMBER-MARK"; a new password ends it. */
static char *
make_grant (IntimailBigFileStore *self, IntimailBigFile *file, gint64 until, guint number, GError **error)
{
  g_autofree char *text = g_strdup_printf ("grant %s %" G_GINT64_MODIFIER "x %x %s", intimail_big_file_get_id (file), until, number,
                                           intimail_big_file_get_password_hash (file));
  g_autofree char *mark = intimail_big_file_store_make_mark (self, text, error);

  return mark != NULL ? g_strdup_printf ("%" G_GINT64_MODIFIER "x-%x-%s", until, number, mark) : NULL;
}

/**
 * intimail_big_file_store_begin_download:
 * @self: a store
 * @file: a file that was found; its number of downloads is brought up to date
 * @until: until when the bytes may be had, in seconds since 1970
 * @cancellable: (nullable): a cancellable, heeded until the disk is touched
 * @error: return location for an error
 *
 * Lets somebody who knows the link, and the password, fetch the file, and counts that.
 *
 * What it gives opens the bytes any number of times until @until, so that a download that
 * was interrupted can go on and counts once.
 *
 * Fails with %INTIMAIL_ERROR_NOT_FOUND when the file is not offered any more, and with
 * %INTIMAIL_ERROR_FAILED or %INTIMAIL_ERROR_STORAGE_FULL when that cannot be written down.
 *
 * Returns: (transfer full): a grant for [method@Intimail.BigFileStore.open]: letters,
 *   digits and a `-`
 *
 * Since: 1.0
 */
char *
intimail_big_file_store_begin_download (IntimailBigFileStore *self, IntimailBigFile *file, gint64 until, GCancellable *cancellable, GError **error)
{
  g_autoptr (IntimailBigFile) kept = NULL;
  g_autofree char *folder = NULL;
  g_auto (IntimailFd) lock = -1;

  g_return_val_if_fail (INTIMAIL_IS_BIG_FILE_STORE (self), NULL);
  g_return_val_if_fail (INTIMAIL_IS_BIG_FILE (file), NULL);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;
  folder = intimail_big_file_store_get_folder (self, intimail_big_file_get_owner (file));
  lock = intimail_big_file_folder_lock (folder, error);
  kept = lock >= 0 ? intimail_big_file_folder_read (folder, intimail_big_file_get_id (file), error) : NULL;
  if (kept == NULL)
    return NULL;
  if (!intimail_big_file_is_offered (kept, g_get_real_time () / G_USEC_PER_SEC))
    {
      intimail_big_file_store_set_not_found (error);
      return NULL;
    }
  intimail_big_file_set_n_downloads (kept, intimail_big_file_get_n_downloads (kept) + 1);
  if (!intimail_big_file_folder_write (folder, kept, error))
    return NULL;
  intimail_big_file_set_n_downloads (file, intimail_big_file_get_n_downloads (kept));

  return make_grant (self, kept, until, intimail_big_file_get_n_downloads (kept), error);
}

static gboolean
check_grant (IntimailBigFileStore *self, IntimailBigFile *file, const char *grant, GError **error)
{
  g_autofree char *right = NULL;
  const char *end = NULL;
  gint64 until = g_ascii_strtoll (grant, (char **) &end, 16);
  guint64 number = *end == '-' ? g_ascii_strtoull (end + 1, (char **) &end, 16) : 0;

  if (*end == '-' && number <= G_MAXUINT && until > g_get_real_time () / G_USEC_PER_SEC)
    {
      right = make_grant (self, file, until, (guint) number, error);
      if (right == NULL)
        return FALSE;
    }
  if (right != NULL && intimail_secret_equal (right, grant))
    return TRUE;
  intimail_big_file_store_set_not_found (error);

  return FALSE;
}

/**
 * intimail_big_file_store_open:
 * @self: a store
 * @file: a file that was found or listed
 * @grant: (nullable): what [method@Intimail.BigFileStore.begin_download] gave; %NULL for
 *   the owner
 * @cancellable: (nullable): a cancellable, heeded until the disk is touched
 * @error: return location for an error
 *
 * Opens the bytes of a file.
 *
 * Fails with %INTIMAIL_ERROR_NOT_FOUND when the grant is over or none, or the file is not
 * there any more, and with %INTIMAIL_ERROR_FAILED when it cannot be read.
 *
 * Returns: (transfer full): a stream, which can seek
 *
 * Since: 1.0
 */
GInputStream *
intimail_big_file_store_open (IntimailBigFileStore *self, IntimailBigFile *file, const char *grant, GCancellable *cancellable, GError **error)
{
  g_autofree char *folder = NULL;

  g_return_val_if_fail (INTIMAIL_IS_BIG_FILE_STORE (self), NULL);
  g_return_val_if_fail (INTIMAIL_IS_BIG_FILE (file), NULL);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (g_cancellable_set_error_if_cancelled (cancellable, error) || (grant != NULL && !check_grant (self, file, grant, error)))
    return NULL;
  folder = intimail_big_file_store_get_folder (self, intimail_big_file_get_owner (file));

  return intimail_big_file_folder_open_data (folder, file, error);
}
