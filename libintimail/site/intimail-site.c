/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <intimail/intimail-site.h>

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <intimail/intimail-account-big-file.h>
#include <intimail/intimail-error.h>
#include <intimail/intimail-ldif-directory.h>

#include "base/intimail-error-private.h"
#include "base/intimail-fd-private.h"
#include "base/intimail-secret-private.h"
#include "directory/intimail-ldap-directory-private.h"
#include "site/intimail-account-cache-private.h"
#include "site/intimail-site-private.h"
#include "site/intimail-site-settings-private.h"
#include "store/intimail-account-detach-private.h"

#define CONFIG_NAME "intimail.conf"

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
    self->directory = INTIMAIL_DIRECTORY (intimail_ldap_directory_new_with_settings (g_steal_pointer (&self->settings->ldap)));
  else
    self->directory = INTIMAIL_DIRECTORY (intimail_ldif_directory_new (self->settings->directory_path,
                                                                       self->settings->directory_base));
  self->accounts = intimail_account_cache_new (self->settings->language);
  if (self->settings->big_max > 0)
    self->big_files = intimail_big_file_store_new (self->settings->big_path, self->settings->big_max);

  return g_steal_pointer (&self);
}

static gboolean
make_folder (const char *parent, const char *name, int mode, GError **error)
{
  g_autofree char *path = g_build_filename (parent, name, NULL);

  if (g_mkdir_with_parents (path, mode) < 0)
    {
      intimail_set_error_from_errno (error, errno, "cannot make the folder %s", path);
      return FALSE;
    }

  return TRUE;
}

/* The configuration comes last: with it, the site is one. */
static gboolean
make_site (const char *path, const char *domain, const char *transport, const char *language, GError **error)
{
  g_autofree char *config = g_build_filename (path, CONFIG_NAME, NULL);
  g_autofree char *directory = g_build_filename (path, "directory.ldif", NULL);
  g_autofree char *base = intimail_site_settings_make_base (domain);
  g_autofree char *text = intimail_site_settings_write (domain, transport, language);

  if (g_file_test (config, G_FILE_TEST_EXISTS))
    {
      g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_EXISTS, "%s is a site already", path);
      return FALSE;
    }

  return make_folder (path, "", 0755, error) &&
         make_folder (path, "mail", 0700, error) &&
         make_folder (path, "run", 0755, error) &&
         intimail_ldif_directory_create (directory, base, domain, error) &&
         intimail_file_replace (config, text, strlen (text), 0644, error);
}

/**
 * intimail_site_create:
 * @path: (type filename): the folder of the site; made when it is not there
 * @domain: the first domain
 * @error: return location for an error
 *
 * Makes a site without people, which hands outgoing mail to `sendmail`, and
 * whose mailboxes have English names: see [func@Intimail.Site.create_full].
 *
 * Returns: (transfer full): the site, open
 *
 * Since: 1.0
 */
IntimailSite *
intimail_site_create (const char *path, const char *domain, GError **error)
{
  g_return_val_if_fail (path != NULL, NULL);
  g_return_val_if_fail (domain != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return intimail_site_create_full (path, domain, "sendmail", "en", error);
}

/**
 * intimail_site_create_full:
 * @path: (type filename): the folder of the site; made when it is not there
 * @domain: the first domain, in letters of any language or in A-labels
 * @transport: `sendmail`, or `local` for mail among the people of the site alone
 * @language: the language of the first mailboxes' names: `en` or `fr`
 * @error: return location for an error
 *
 * Makes a site without people: `intimail.conf` with a comment for each setting,
 * `directory.ldif`, `mail/` and `run/`.
 *
 * Fails with %INTIMAIL_ERROR_INVALID_ARGUMENT when @domain, @transport or
 * @language is none, with %INTIMAIL_ERROR_EXISTS when the folder has a site or a
 * directory already, and with %INTIMAIL_ERROR_FAILED or
 * %INTIMAIL_ERROR_STORAGE_FULL when it cannot be written.
 *
 * Returns: (transfer full): the site, open
 *
 * Since: 1.0
 */
IntimailSite *
intimail_site_create_full (const char *path,
                           const char *domain,
                           const char *transport,
                           const char *language,
                           GError **error)
{
  g_autofree char *ascii = NULL;
  g_autofree char *full = NULL;

  g_return_val_if_fail (path != NULL, NULL);
  g_return_val_if_fail (domain != NULL, NULL);
  g_return_val_if_fail (transport != NULL, NULL);
  g_return_val_if_fail (language != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  ascii = intimail_site_settings_make_domain (domain);
  if (ascii == NULL)
    {
      g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT,
                   "\"%s\" is no domain: write one like home.example", domain);
      return NULL;
    }
  if (!g_str_equal (transport, "sendmail") && !g_str_equal (transport, "local"))
    {
      g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT,
                   "\"%s\" is no transport: take sendmail or local", transport);
      return NULL;
    }
  if (!g_str_equal (language, "en") && !g_str_equal (language, "fr"))
    {
      g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT,
                   "\"%s\" is no language that is known here: take en or fr", language);
      return NULL;
    }
  full = g_canonicalize_filename (path, NULL);
  if (!make_site (full, ascii, transport, language, error))
    return NULL;

  return intimail_site_open (full, error);
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
 * intimail_site_get_domains:
 * @self: a site
 *
 * Gets the domains whose mail belongs here.
 *
 * Returns: (transfer none) (array zero-terminated=1): one domain at least, as
 *   A-labels in lower case
 *
 * Since: 1.0
 */
const char *const *
intimail_site_get_domains (IntimailSite *self)
{
  g_return_val_if_fail (INTIMAIL_IS_SITE (self), NULL);

  return (const char *const *) self->settings->domains;
}

/**
 * intimail_site_get_hostname:
 * @self: a site
 *
 * Gets the name of this machine for trace fields and greetings.
 *
 * Returns: (transfer none): a host's name
 *
 * Since: 1.0
 */
const char *
intimail_site_get_hostname (IntimailSite *self)
{
  g_return_val_if_fail (INTIMAIL_IS_SITE (self), NULL);

  return self->settings->hostname;
}

/**
 * intimail_site_is_local_domain:
 * @self: a site
 * @domain: a domain, in letters of any language or in A-labels
 *
 * Tells whether mail for @domain belongs here.
 *
 * Returns: %TRUE if it does
 *
 * Since: 1.0
 */
gboolean
intimail_site_is_local_domain (IntimailSite *self, const char *domain)
{
  g_autofree char *ascii = NULL;

  g_return_val_if_fail (INTIMAIL_IS_SITE (self), FALSE);
  g_return_val_if_fail (domain != NULL, FALSE);

  ascii = intimail_site_settings_make_domain (domain);

  return ascii != NULL && g_strv_contains ((const char *const *) self->settings->domains, ascii);
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

/**
 * intimail_site_get_max_message_size:
 * @self: a site
 *
 * Gets the size of the largest mail that is taken.
 *
 * Returns: bytes
 *
 * Since: 1.0
 */
guint64
intimail_site_get_max_message_size (IntimailSite *self)
{
  g_return_val_if_fail (INTIMAIL_IS_SITE (self), 0);

  return self->settings->max_message_size;
}

/**
 * intimail_site_get_lmtp_listen:
 * @self: a site
 *
 * Gets where mail is taken by LMTP.
 *
 * Returns: (transfer none): `unix:` and an absolute path, `127.0.0.1:PORT`,
 *   `[::1]:PORT`, or "" for nowhere
 *
 * Since: 1.0
 */
const char *
intimail_site_get_lmtp_listen (IntimailSite *self)
{
  g_return_val_if_fail (INTIMAIL_IS_SITE (self), NULL);

  return self->settings->lmtp_listen;
}

/**
 * intimail_site_get_policy_listen:
 * @self: a site
 *
 * Gets where Postfix's questions about recipients are answered.
 *
 * Returns: (transfer none): as [method@Intimail.Site.get_lmtp_listen]
 *
 * Since: 1.0
 */
const char *
intimail_site_get_policy_listen (IntimailSite *self)
{
  g_return_val_if_fail (INTIMAIL_IS_SITE (self), NULL);

  return self->settings->policy_listen;
}

/**
 * intimail_site_get_webmail_listen:
 * @self: a site
 *
 * Gets where the webmail listens.
 *
 * Returns: (transfer none): as [method@Intimail.Site.get_lmtp_listen]
 *
 * Since: 1.0
 */
const char *
intimail_site_get_webmail_listen (IntimailSite *self)
{
  g_return_val_if_fail (INTIMAIL_IS_SITE (self), NULL);

  return self->settings->webmail_listen;
}

/**
 * intimail_site_get_webmail_url:
 * @self: a site
 *
 * Gets the address that people type to read their mail.
 *
 * Returns: (transfer none): `http://` or `https://`, host and port, without a
 *   path and without a final slash
 *
 * Since: 1.0
 */
const char *
intimail_site_get_webmail_url (IntimailSite *self)
{
  g_return_val_if_fail (INTIMAIL_IS_SITE (self), NULL);

  return self->settings->webmail_url;
}

/**
 * intimail_site_get_webmail_origins:
 * @self: a site
 *
 * Gets the origins of other web pages that may use the mail by JMAP.
 *
 * Returns: (transfer none) (array zero-terminated=1): origins, mostly none
 *
 * Since: 1.0
 */
const char *const *
intimail_site_get_webmail_origins (IntimailSite *self)
{
  g_return_val_if_fail (INTIMAIL_IS_SITE (self), NULL);

  return (const char *const *) self->settings->webmail_origins;
}

/**
 * intimail_site_get_webmail_trusts_proxy:
 * @self: a site
 *
 * Tells whether a front of ours says by `X-Forwarded-For` who asks.
 *
 * Returns: %TRUE if that field may be believed
 *
 * Since: 1.0
 */
gboolean
intimail_site_get_webmail_trusts_proxy (IntimailSite *self)
{
  g_return_val_if_fail (INTIMAIL_IS_SITE (self), FALSE);

  return self->settings->webmail_trusts_proxy;
}

/**
 * intimail_site_get_guard_events:
 * @self: a site
 *
 * Gets where programs of this site tell the guard what peers do; see
 * [method@Intimail.GuardEvent.report].
 *
 * Returns: (transfer none) (type filename): a socket, "" for none
 *
 * Since: 1.0
 */
const char *
intimail_site_get_guard_events (IntimailSite *self)
{
  g_return_val_if_fail (INTIMAIL_IS_SITE (self), NULL);

  return self->settings->guard_events;
}

/**
 * intimail_site_get_language:
 * @self: a site
 *
 * Gets the language of the first mailboxes' names.
 *
 * Returns: (transfer none): `en` or `fr`
 *
 * Since: 1.0
 */
const char *
intimail_site_get_language (IntimailSite *self)
{
  g_return_val_if_fail (INTIMAIL_IS_SITE (self), NULL);

  return self->settings->language;
}

/**
 * intimail_site_get_trash_days:
 * @self: a site
 *
 * Gets how long messages stay in the trash.
 *
 * Returns: days; 0 is for ever
 *
 * Since: 1.0
 */
guint
intimail_site_get_trash_days (IntimailSite *self)
{
  g_return_val_if_fail (INTIMAIL_IS_SITE (self), 0);

  return self->settings->trash_days;
}

/**
 * intimail_site_get_junk_days:
 * @self: a site
 *
 * Gets how long messages stay in the mailbox for junk.
 *
 * Returns: days; 0 is for ever
 *
 * Since: 1.0
 */
guint
intimail_site_get_junk_days (IntimailSite *self)
{
  g_return_val_if_fail (INTIMAIL_IS_SITE (self), 0);

  return self->settings->junk_days;
}

/**
 * intimail_site_get_removed_days:
 * @self: a site
 *
 * Gets for how long the removal of a person can be undone.
 *
 * Returns: days; 0 is not at all
 *
 * Since: 1.0
 */
guint
intimail_site_get_removed_days (IntimailSite *self)
{
  g_return_val_if_fail (INTIMAIL_IS_SITE (self), 0);

  return self->settings->removed_days;
}

/**
 * intimail_site_get_expired_days:
 * @self: a site
 *
 * Gets how long the mail of somebody who expired is kept, and the name with it.
 *
 * Returns: days; 0 is for ever
 *
 * Since: 1.0
 */
guint
intimail_site_get_expired_days (IntimailSite *self)
{
  g_return_val_if_fail (INTIMAIL_IS_SITE (self), 0);

  return self->settings->expired_days;
}

/**
 * intimail_site_get_sendmail_command:
 * @self: a site
 *
 * Gets the program that outgoing mail is handed to.
 *
 * Returns: (transfer none) (array zero-terminated=1): the program's path and its
 *   first arguments; empty when mail goes to people of the site alone
 *
 * Since: 1.0
 */
const char *const *
intimail_site_get_sendmail_command (IntimailSite *self)
{
  g_return_val_if_fail (INTIMAIL_IS_SITE (self), NULL);

  return (const char *const *) self->settings->sendmail_command;
}

gboolean
intimail_site_has_mail_server (IntimailSite *self)
{
  return self->settings->relay != NULL || self->settings->sendmail_command[0] != NULL;
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
