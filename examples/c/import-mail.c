/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Imports an mbox, a Maildir or message files into the mail of one person of a site.
 *
 * usage: import-mail SITE UID PATH
 */

#include <locale.h>

#include <intimail/intimail.h>

static gboolean
import_mail (const char *site_path, const char *uid, const char *path, GError **error)
{
  g_autoptr (IntimailSite) site = intimail_site_open (site_path, error);
  IntimailDirectory *directory = site != NULL ? intimail_site_get_directory (site) : NULL;
  g_autoptr (IntimailPerson) person = site != NULL ? intimail_directory_lookup_person (directory, uid, NULL, error) : NULL;
  g_autoptr (IntimailAccount) account = person != NULL ? intimail_site_get_account (site, person, error) : NULL;
  g_autoptr (IntimailImporter) importer = account != NULL ? intimail_importer_new (account) : NULL;
  GPtrArray *counts;

  if (importer == NULL)
    return FALSE;
  intimail_importer_set_skip_duplicates (importer, TRUE);
  if (!intimail_importer_run (importer, path, NULL, error))
    return FALSE;

  counts = intimail_importer_get_counts (importer);
  for (guint i = 0; i < counts->len; i++)
    g_print ("%s: %" G_GUINT64_FORMAT " imported\n", intimail_transfer_count_get_mailbox (counts->pdata[i]), intimail_transfer_count_get_n_messages (counts->pdata[i]));
  for (const char *const *problem = intimail_importer_get_problems (importer); *problem != NULL; problem++)
    g_printerr ("%s\n", *problem);

  return TRUE;
}

int
main (int argc, char *argv[])
{
  g_autoptr (GError) error = NULL;

  setlocale (LC_ALL, "");
  if (argc == 4 && import_mail (argv[1], argv[2], argv[3], &error))
    return 0;
  g_printerr ("%s\n", error != NULL ? error->message : "usage: import-mail SITE UID PATH");
  return 1;
}
