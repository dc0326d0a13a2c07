/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Lists the inbox of one person of a site, the newest mail first.
 *
 * usage: list-inbox SITE UID
 */

#include <locale.h>

#include <intimail/intimail.h>

static gboolean
list_inbox (const char *path, const char *uid, GError **error)
{
  g_autoptr (IntimailSite) site = intimail_site_open (path, error);
  IntimailDirectory *directory = site != NULL ? intimail_site_get_directory (site) : NULL;
  g_autoptr (IntimailPerson) person = site != NULL ? intimail_directory_lookup_person (directory, uid, NULL, error) : NULL;
  g_autoptr (IntimailAccount) account = person != NULL ? intimail_site_get_account (site, person, error) : NULL;
  g_autoptr (IntimailMailbox) inbox = account != NULL ? intimail_account_lookup_mailbox_by_role (account, INTIMAIL_MAILBOX_ROLE_INBOX, error) : NULL;
  g_autoptr (IntimailFilter) filter = inbox != NULL ? intimail_filter_new_text (INTIMAIL_FILTER_FIELD_IN_MAILBOX, intimail_mailbox_get_id (inbox)) : NULL;
  g_autoptr (IntimailListing) listing = filter != NULL ? intimail_account_query (account, filter, NULL, FALSE, NULL, error) : NULL;

  for (guint i = 0; listing != NULL && i < intimail_listing_get_n_ids (listing); i++)
    {
      g_autoptr (IntimailEnvelope) mail = intimail_listing_get_envelope (listing, i, error);

      if (mail == NULL)
        return FALSE;
      g_print ("%s\t%s\t%s\n", intimail_envelope_get_id (mail), intimail_envelope_get_from (mail), intimail_envelope_get_subject (mail));
    }

  return listing != NULL;
}

int
main (int argc, char *argv[])
{
  g_autoptr (GError) error = NULL;

  setlocale (LC_ALL, "");
  if (argc == 3 && list_inbox (argv[1], argv[2], &error))
    return 0;
  g_printerr ("%s\n", error != NULL ? error->message : "usage: list-inbox SITE UID");
  return 1;
}
