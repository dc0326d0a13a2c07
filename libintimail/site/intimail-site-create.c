/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Making a site.
 */

#include <intimail/intimail-site.h>

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>

#include <intimail/intimail-error.h>
#include <intimail/intimail-ldif-directory.h>

#include "base/intimail-error-private.h"
#include "base/intimail-fd-private.h"
#include "site/intimail-site-settings-private.h"

#define CONFIG_NAME "intimail.conf"

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
