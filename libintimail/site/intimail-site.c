/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <intimail/intimail-site.h>

#include <intimail/intimail-account-big-file.h>
#include <intimail/intimail-error.h>
#include <intimail/intimail-ldif-directory.h>

#include "base/intimail-secret-private.h"
#include "directory/intimail-ldap-directory-private.h"
#include "site/intimail-account-cache-private.h"
#include "site/intimail-site-private.h"
#include "store/intimail-account-detach-private.h"

/* Beside the people's folders, which never begin with a dot: all who work here write there. */
#define NOTICE_NAME ".directory"

/**
 * IntimailSite:
 *
 * One configuration with all that belongs to it: domains, the directory of the
 * people, the mail of each.
 *
 * A site is a folder with `intimail.conf`, where the rest may be elsewhere. It
 * does not change once it is open; a changed configuration wants a new one. Any
 * thread may use it.
 *
 * Since: 1.0
 */
struct _IntimailSite
{
  GObject parent_instance;

  char *path;
  IntimailSiteSettings *settings;
  IntimailDirectory *directory;
  IntimailAccountCache *accounts;
  IntimailBigFileStore *big_files; /* NULL: none are kept */

  GMutex mutex; /* of what follows */
  IntimailUnconfirmed *unconfirmed;
  gboolean warned;
};

G_DEFINE_FINAL_TYPE (IntimailSite, intimail_site, G_TYPE_OBJECT)

static void
intimail_site_finalize (GObject *object)
{
  IntimailSite *self = INTIMAIL_SITE (object);

  g_clear_pointer (&self->unconfirmed, intimail_unconfirmed_free);
  g_mutex_clear (&self->mutex);
  g_clear_pointer (&self->accounts, intimail_account_cache_free);
  g_clear_object (&self->directory);
  g_clear_object (&self->big_files);
  g_clear_pointer (&self->settings, intimail_site_settings_free);
  g_free (self->path);

  G_OBJECT_CLASS (intimail_site_parent_class)->finalize (object);
}

static void
intimail_site_class_init (IntimailSiteClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = intimail_site_finalize;
}

static void
intimail_site_init (IntimailSite *self)
{
  g_mutex_init (&self->mutex);
}

/**
 * intimail_site_open:
 * @path: (type filename): the folder of the site
 * @error: return location for an error
 *
 * Opens a site: reads `intimail.conf` and nothing else yet.
 *
 * Fails with %INTIMAIL_ERROR_FAILED when the file cannot be read or something in
 * it is wrong; the message then names the file and the line. A mistake in a
 * configuration is never permanent: mail waits until it is mended.
 *
 * Returns: (transfer full): a site
 *
 * Since: 1.0
 */
IntimailSite *
intimail_site_open (const char *path, GError **error)
{
  g_autoptr (IntimailSite) self = NULL;
  g_autoptr (GError) local_error = NULL;

  g_return_val_if_fail (path != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  self = g_object_new (INTIMAIL_TYPE_SITE, NULL);
  self->path = g_canonicalize_filename (path, NULL);
  self->settings = intimail_site_settings_load (self->path, &local_error);
  if (self->settings == NULL)
    {
      g_set_error_literal (error, INTIMAIL_ERROR, INTIMAIL_ERROR_FAILED, local_error->message);
      return NULL;
    }
  if (self->settings->ldap != NULL)
    self->settings->ldap->notice_path = g_build_filename (self->settings->store_root, NOTICE_NAME, NULL);
  if (self->settings->ldap != NULL)
    self->directory = INTIMAIL_DIRECTORY (intimail_ldap_directory_new_with_settings (g_steal_pointer (&self->settings->ldap)));
  else
    self->directory = INTIMAIL_DIRECTORY (intimail_ldif_directory_new (self->settings->directory_path,
                                                                       self->settings->directory_base));
  self->accounts = intimail_account_cache_new (self->settings->language);
  if (self->settings->big_max > 0)
    self->big_files = intimail_big_file_store_new (self->settings->big_path, self->settings->big_max);

  return g_steal_pointer (&self);
}

/**
 * intimail_site_get_path:
 * @self: a site
 *
 * Gets the folder of the site.
 *
 * Returns: (transfer none) (type filename): an absolute path
 *
 * Since: 1.0
 */
const char *
intimail_site_get_path (IntimailSite *self)
{
  g_return_val_if_fail (INTIMAIL_IS_SITE (self), NULL);

  return self->path;
}

/**
 * intimail_site_get_directory:
 * @self: a site
 *
 * Gets the directory, which knows the people.
 *
 * Returns: (transfer none): the directory
 *
 * Since: 1.0
 */
IntimailDirectory *
intimail_site_get_directory (IntimailSite *self)
{
  g_return_val_if_fail (INTIMAIL_IS_SITE (self), NULL);

  return self->directory;
}

/**
 * intimail_site_get_big_files:
 * @self: a site
 *
 * Gets the store of big files, for who comes with a link.
 *
 * Returns: (transfer none) (nullable): the store, or %NULL when the site keeps none
 *
 * Since: 1.0
 */
IntimailBigFileStore *
intimail_site_get_big_files (IntimailSite *self)
{
  g_return_val_if_fail (INTIMAIL_IS_SITE (self), NULL);

  return self->big_files;
}

const IntimailSiteSettings *
intimail_site_get_settings (IntimailSite *self)
{
  return self->settings;
}

/* What the site says of all accounts, and the directory of this one. */
static void
set_up_account (IntimailSite *self, IntimailAccount *account, IntimailPerson *person)
{
  const IntimailSiteSettings *settings = self->settings;
  g_autoptr (IntimailAddress) address = intimail_address_parse (intimail_person_get_mail (person), NULL);
  g_autoptr (IntimailAddress) postmaster = intimail_address_new (NULL, "postmaster", settings->domains[0], NULL);
  gboolean warns = address != NULL && postmaster != NULL;

  intimail_account_set_quota_limits (account,
                                     intimail_person_get_quota_bytes (person),
                                     intimail_person_get_quota_messages (person));
  intimail_account_set_quota_counts_trash (account, settings->quota_counts_trash);
  intimail_account_set_quota_warnings (account, (const guint *) (gpointer) settings->quota_warnings->data,
                                       warns ? settings->quota_warnings->len : 0, postmaster, address);
  intimail_account_set_vsize_in_name (account, settings->vsize_in_name);
  intimail_account_set_previews (account, settings->previews);
  if (self->big_files != NULL)
    intimail_account_set_big_files (account, self->big_files, intimail_person_get_uid (person));
}

/**
 * intimail_site_get_account:
 * @self: a site
 * @person: a person of its directory
 * @error: return location for an error
 *
 * Gets the mail of a person, open, with the quota that @person says and with what the
 * site says of quotas and file names. The first time, the folders are made.
 *
 * The folder is the uid below the site's `root`, or what the directory names, which must
 * be below that or one of `roots`. While somebody holds the account, it is one object.
 *
 * Fails as [method@Intimail.Account.open] does, with %INTIMAIL_ERROR_INVALID_ARGUMENT
 * when the uid cannot be one, and with %INTIMAIL_ERROR_UNAVAILABLE when the directory
 * names a folder that the site does not allow, or another machine that keeps the mail.
 *
 * Returns: (transfer full): the account
 *
 * Since: 1.0
 */
IntimailAccount *
intimail_site_get_account (IntimailSite *self, IntimailPerson *person, GError **error)
{
  g_autoptr (IntimailAccount) account = NULL;
  g_autofree char *path = NULL;

  g_return_val_if_fail (INTIMAIL_IS_SITE (self), NULL);
  g_return_val_if_fail (INTIMAIL_IS_PERSON (person), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  path = intimail_site_find_place (self, person, error);
  if (path == NULL || !intimail_site_check_host (self, person, error))
    return NULL;
  if (*intimail_person_get_maildir (person) != '\0')
    intimail_site_make_way (self, path);
  account = intimail_account_cache_get (self->accounts, path, intimail_person_get_uuid (person), error);
  if (account == NULL)
    return NULL;
  set_up_account (self, account, person);
  intimail_account_settle_detached (account);

  return g_steal_pointer (&account);
}

/**
 * intimail_site_get_account_path:
 * @self: a site
 * @person: a person of its directory
 *
 * Says where the mail of a person is, whether or not the folder is there.
 *
 * An account that is opened mends what is wrong with its index: who wants to see
 * that first makes an account of this path.
 *
 * Returns: (transfer full) (type filename) (nullable): an absolute path, or %NULL
 *   when the uid cannot be one, or the directory names a folder that the site does
 *   not allow
 *
 * Since: 1.0
 */
char *
intimail_site_get_account_path (IntimailSite *self, IntimailPerson *person)
{
  g_return_val_if_fail (INTIMAIL_IS_SITE (self), NULL);
  g_return_val_if_fail (INTIMAIL_IS_PERSON (person), NULL);

  return intimail_site_find_place (self, person, NULL);
}

/* A name that no person has: it begins with a dot. */
GBytes *
intimail_site_get_secret (IntimailSite *self, GError **error)
{
  return intimail_secret_file_load (self->settings->store_root, ".secret", error);
}

/* Again such a name. */
IntimailUnconfirmed *
intimail_site_get_unconfirmed (IntimailSite *self)
{
  IntimailUnconfirmed *unconfirmed;

  g_mutex_lock (&self->mutex);
  if (self->unconfirmed == NULL)
    {
      g_autofree char *folder = g_build_filename (self->settings->store_root, ".unconfirmed", NULL);
      g_autoptr (GError) error = NULL;

      self->unconfirmed = intimail_unconfirmed_open (folder, g_get_real_time () / G_USEC_PER_SEC, &error);
      if (self->unconfirmed == NULL && !self->warned)
        g_warning ("mail may come twice after a crash: %s", error->message);
      self->warned = self->unconfirmed == NULL;
    }
  unconfirmed = self->unconfirmed;
  g_mutex_unlock (&self->mutex);

  return unconfirmed;
}
