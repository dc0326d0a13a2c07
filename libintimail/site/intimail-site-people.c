/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * People whose time is over: their mail goes first, then their name.
 *
 * The folder is renamed before the entry is removed, and deleted after. Whenever that is
 * cut off, either the entry is there still, and nobody else can have the uid, or the
 * folder is no longer where a new person of that uid would find it.
 */

#include <intimail/intimail-site.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <intimail/intimail-error.h>

#include "base/intimail-error-private.h"
#include "base/intimail-fd-private.h"
#include "base/intimail-tree-private.h"
#include "site/intimail-site-private.h"
#include "store/intimail-big-file-store-private.h"

#define DAY (24 * 60 * 60)

/* Names that no person has: they begin with a dot. */
#define DOOMED ".removed"
#define KEPT ".kept"

/* Who undoes a removal in its last moment has been written by then, however slow the
 * directory. */
#define GRACE_SECONDS 300

static gboolean
has_ended (IntimailSite *self, IntimailPerson *person, gint64 now)
{
  gint64 removal = intimail_person_get_removal (person);
  gint64 expiry = intimail_person_get_expiry (person);
  guint days = intimail_site_get_expired_days (self);

  if (removal != 0)
    return removal + GRACE_SECONDS <= now;

  return days > 0 && expiry != 0 && expiry + (gint64) days * DAY <= now;
}

/**
 * intimail_site_list_ended_people:
 * @self: a site
 * @now: the time: seconds since 1970, UTC
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Lists the people who are to be purged: whose removal can no longer be undone, and who
 * expired longer ago than [method@Intimail.Site.get_expired_days]. Those whose mail another
 * machine keeps are for that one to purge.
 *
 * Fails as [method@Intimail.Directory.list_people] does.
 *
 * Returns: (transfer container) (element-type IntimailPerson): the people
 *
 * Since: 1.0
 */
GPtrArray *
intimail_site_list_ended_people (IntimailSite *self, gint64 now, GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) people = NULL;
  GPtrArray *ended;

  g_return_val_if_fail (INTIMAIL_IS_SITE (self), NULL);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  people = intimail_directory_list_people (intimail_site_get_directory (self), cancellable, error);
  if (people == NULL)
    return NULL;
  ended = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < people->len; i++)
    if (has_ended (self, people->pdata[i], now) && intimail_site_check_host (self, people->pdata[i], NULL))
      g_ptr_array_add (ended, g_object_ref (people->pdata[i]));

  return ended;
}

/* Somebody who expired is removed first, so that no later expiry is overlooked: what
 * was set in between stands beside it then. */
static IntimailPerson *
mark (IntimailSite *self, const char *uid, gint64 now, GCancellable *cancellable, GError **error)
{
  IntimailDirectory *directory = intimail_site_get_directory (self);
  g_autoptr (IntimailPerson) person = intimail_directory_lookup_person (directory, uid, cancellable, error);
  g_autoptr (IntimailPerson) marked = NULL;

  if (person == NULL)
    return NULL;
  if (!has_ended (self, person, now))
    {
      g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_PERMISSION_DENIED, "the time of \"%s\" is not over", uid);
      return NULL;
    }
  if (intimail_person_get_removal (person) != 0)
    return g_steal_pointer (&person);
  if (!intimail_directory_begin_removal (directory, uid, now - GRACE_SECONDS, TRUE, cancellable, error))
    return NULL;
  marked = intimail_directory_lookup_person (directory, uid, NULL, error);
  if (marked == NULL || intimail_person_get_expiry (marked) == intimail_person_get_expiry (person))
    return g_steal_pointer (&marked);
  intimail_person_set_removal (marked, 0);
  intimail_person_set_deletes_mail (marked, FALSE);
  if (intimail_directory_update_person (directory, marked, NULL, error))
    g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_PERMISSION_DENIED, "the time of \"%s\" was made longer just now", uid);

  return NULL;
}

/* A name of its own for each: "ann@20301231T235959Z-4f1c". */
static char *
make_name (const char *uid, gint64 now)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (now);
  g_autofree char *text = g_date_time_format (time, "%Y%m%dT%H%M%SZ");
  g_autofree char *random = g_uuid_string_random ();

  return g_strdup_printf ("%s@%s-%.8s", uid, text, random);
}

/* @name is NULL when there is no mail. */
static gboolean
put_aside (const char *path, const char *folder, const char *name, GError **error)
{
  g_autofree char *parent = g_path_get_dirname (path);
  g_autofree char *target = g_build_filename (folder, name, NULL);

  if (g_mkdir_with_parents (folder, 0700) < 0 || rename (path, target) < 0)
    {
      intimail_set_error_from_errno (error, errno, "cannot put %s aside under %s", path, folder);
      return FALSE;
    }

  return intimail_folder_flush (folder, error) && intimail_folder_flush (parent, error);
}

static gboolean
is_there (const char *path)
{
  struct stat status;

  return lstat (path, &status) == 0 || errno != ENOENT;
}

/* Kept under @name, or deleted: nobody finds them any more, whoever gets the uid. */
static gboolean
end_big_files (IntimailSite *self, const char *uid, const char *name, GError **error)
{
  IntimailBigFileStore *store = intimail_site_get_big_files (self);
  g_autofree char *path = store != NULL ? g_build_filename (intimail_big_file_store_get_path (store), uid, NULL) : NULL;
  g_autofree char *folder = store != NULL ? g_build_filename (intimail_big_file_store_get_path (store), KEPT, NULL) : NULL;

  if (path == NULL || !is_there (path))
    return TRUE;
  if (name == NULL)
    return intimail_big_file_store_remove_owner (store, uid, error);

  return put_aside (path, folder, name, error);
}

/**
 * intimail_site_purge_person:
 * @self: a site
 * @uid: a uid
 * @now: the time: seconds since 1970, UTC
 * @cancellable: (nullable): a cancellable, heeded until something is changed
 * @error: return location for an error
 *
 * Removes for good what is left of somebody whose time is over: see
 * [method@Intimail.Site.list_ended_people]. First the folder of the mail is put under
 * `.removed` or, when the mail is kept, under `.kept` in the folder of the site's mail;
 * then the person leaves all groups and the directory; then mail that is not kept is
 * deleted. Big files go the way of the mail; their links end. Where that is cut off, another call goes on, or
 * [method@Intimail.Site.purge_leftovers] does.
 *
 * Fails with %INTIMAIL_ERROR_NOT_FOUND when nobody has that uid, with
 * %INTIMAIL_ERROR_PERMISSION_DENIED when the time is not over, with
 * %INTIMAIL_ERROR_UNAVAILABLE when the directory cannot be changed now or another machine
 * keeps the mail, and with %INTIMAIL_ERROR_FAILED when the folder cannot be moved or deleted, for example because
 * it is not on the file system of the site's mail.
 *
 * Returns: (transfer full) (type filename): where kept mail is now; "" when there is
 *   none
 *
 * Since: 1.0
 */
char *
intimail_site_purge_person (IntimailSite *self, const char *uid, gint64 now, GCancellable *cancellable, GError **error)
{
  g_autoptr (IntimailPerson) person = NULL;
  g_autofree char *path = NULL;
  g_autofree char *folder = NULL;
  g_autofree char *name = NULL;
  g_autofree char *kept_name = NULL;
  gboolean deletes;

  g_return_val_if_fail (INTIMAIL_IS_SITE (self), NULL);
  g_return_val_if_fail (uid != NULL, NULL);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  person = mark (self, uid, now, cancellable, error);
  /* Who has no mail here may have some there: the name is not free before that is gone. */
  path = person != NULL && intimail_site_check_host (self, person, error) ? intimail_site_find_place (self, person, error) : NULL;
  if (path == NULL)
    return NULL;
  deletes = intimail_person_get_deletes_mail (person);
  folder = g_build_filename (intimail_site_get_settings (self)->store_root, deletes ? DOOMED : KEPT, NULL);
  if (is_there (path))
    {
      name = make_name (uid, now);
      if (!put_aside (path, folder, name, error))
        return NULL;
    }
  if (!deletes)
    kept_name = name != NULL ? g_strdup (name) : make_name (uid, now);
  if (!end_big_files (self, uid, kept_name, error))
    return NULL;
  if (!intimail_directory_remove_person (intimail_site_get_directory (self), uid, NULL, error) ||
      (name != NULL && deletes && !intimail_tree_remove (folder, name, error)))
    return NULL;

  return name != NULL && !deletes ? g_build_filename (folder, name, NULL) : g_strdup ("");
}

/**
 * intimail_site_purge_leftovers:
 * @self: a site
 * @cancellable: (nullable): a cancellable, heeded between two folders
 * @error: return location for an error
 *
 * Deletes mail of people who are gone, where [method@Intimail.Site.purge_person] was
 * killed before it was done.
 *
 * Fails with %INTIMAIL_ERROR_FAILED when something cannot be deleted; the next call goes
 * on.
 *
 * Returns: %TRUE when nothing is left
 *
 * Since: 1.0
 */
gboolean
intimail_site_purge_leftovers (IntimailSite *self, GCancellable *cancellable, GError **error)
{
  g_autofree char *folder = NULL;
  g_autoptr (GDir) listing = NULL;
  const char *name;

  g_return_val_if_fail (INTIMAIL_IS_SITE (self), FALSE);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  folder = g_build_filename (intimail_site_get_settings (self)->store_root, DOOMED, NULL);
  listing = is_there (folder) ? g_dir_open (folder, 0, NULL) : NULL;
  while (listing != NULL && (name = g_dir_read_name (listing)) != NULL)
    if (g_cancellable_set_error_if_cancelled (cancellable, error) || !intimail_tree_remove (folder, name, error))
      return FALSE;

  return TRUE;
}
