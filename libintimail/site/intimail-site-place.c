/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Where the mail of a person is. A directory may name a folder and a machine; that the
 * folder is one of the site's is for the site to say, whoever may write the directory.
 */

#include "site/intimail-site-private.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>

#include <intimail/intimail-error.h>

#include "directory/intimail-person-private.h"

/* Whether @path, which is absolute, is below @root and not it. */
static gboolean
is_below (const char *path, const char *root)
{
  gsize length = strlen (root);

  while (length > 1 && root[length - 1] == '/')
    length--;

  return strncmp (path, root, length) == 0 && path[length] == '/' && path[length + 1] != '\0';
}

/* What begins with a dot is a mailbox of somebody, or a folder of our own. */
static gboolean
has_hidden_part (const char *path)
{
  return strstr (path, "/.") != NULL;
}

/* The path without links, as far as it is there. */
static char *
resolve_links (const char *path)
{
  g_autofree char *there = g_strdup (path);

  while (strchr (there + 1, '/') != NULL)
    {
      char *real = realpath (there, NULL);
      g_autofree char *owned = NULL;

      if (real != NULL)
        {
          owned = g_strconcat (real, path + strlen (there), NULL);
          free (real);
          return g_steal_pointer (&owned);
        }
      if (errno != ENOENT)
        return NULL;
      *strrchr (there, '/') = '\0';
    }

  return g_strdup (path);
}

static gboolean
is_allowed (const IntimailSiteSettings *settings, const char *path)
{
  g_autofree char *real = resolve_links (path);

  for (gsize i = 0; real != NULL && settings->store_roots[i] != NULL; i++)
    {
      const char *root = settings->store_roots[i];
      g_autofree char *real_root = resolve_links (root);

      if (real_root != NULL && is_below (path, root) && !has_hidden_part (path + strlen (root)) &&
          is_below (real, real_root) && !has_hidden_part (real + strlen (real_root)))
        return TRUE;
    }

  return FALSE;
}

char *
intimail_site_find_place (IntimailSite *self, IntimailPerson *person, GError **error)
{
  const IntimailSiteSettings *settings = intimail_site_get_settings (self);
  const char *uid = intimail_person_get_uid (person);
  const char *maildir = intimail_person_get_maildir (person);
  g_autofree char *path = NULL;

  /* It becomes a folder's name, and not every person comes from a directory. */
  if (!intimail_person_is_valid_uid (uid))
    {
      g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT, "\"%s\" cannot be a uid", uid);
      return NULL;
    }
  if (*maildir == '\0')
    return g_build_filename (settings->store_root, uid, NULL);
  path = g_canonicalize_filename (maildir, settings->store_root);
  if (is_allowed (settings, path))
    return g_steal_pointer (&path);
  g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_UNAVAILABLE,
               "the folder \"%s\" of \"%s\" is not below root or one of roots in [store]: its mail waits", maildir, uid);

  return NULL;
}

/* The folders between a root, which is not made: its disk may not be mounted, and @path. */
void
intimail_site_make_way (IntimailSite *self, const char *path)
{
  const IntimailSiteSettings *settings = intimail_site_get_settings (self);
  g_autofree char *parent = g_path_get_dirname (path);

  for (gsize i = 0; settings->store_roots[i] != NULL; i++)
    if (is_below (parent, settings->store_roots[i]) && g_file_test (settings->store_roots[i], G_FILE_TEST_IS_DIR))
      g_mkdir_with_parents (parent, 0700);
}

gboolean
intimail_site_check_host (IntimailSite *self, IntimailPerson *person, GError **error)
{
  const IntimailSiteSettings *settings = intimail_site_get_settings (self);
  const char *host = intimail_person_get_mail_host (person);

  if (*host == '\0' || settings->takes_all_hosts || g_ascii_strcasecmp (host, settings->hostname) == 0)
    return TRUE;
  g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_UNAVAILABLE,
               "the mail of \"%s\" is kept by \"%s\", and this is \"%s\": see other-hosts in [deliver]",
               intimail_person_get_uid (person), host, settings->hostname);

  return FALSE;
}
