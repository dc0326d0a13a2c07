/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What the integration tests need of a site: make one, add people and groups, and
 * say what the index knows of somebody's mail.
 *
 *   site-tool create DIR DOMAIN
 *   site-tool person DIR UID QUOTA-BYTES
 *   site-tool group DIR NAME UID...
 *   site-tool list DIR UID            one line a message: id, size, Message-ID
 */

#include <locale.h>
#include <string.h>

#include <intimail/intimail.h>

static gboolean
create (IntimailSite *site, char **arguments, GError **error)
{
  return TRUE;
}

static char *
make_address (IntimailSite *site, const char *name)
{
  return g_strconcat (name, "@", intimail_site_get_domains (site)[0], NULL);
}

static gboolean
add_person (IntimailSite *site, char **arguments, GError **error)
{
  g_autofree char *mail = make_address (site, arguments[0]);
  g_autoptr (IntimailPerson) person = intimail_person_new (arguments[0], mail);

  intimail_person_set_display_name (person, arguments[0]);
  intimail_person_set_quota_bytes (person, g_ascii_strtoull (arguments[1], NULL, 10));
  return intimail_directory_add_person (intimail_site_get_directory (site), person, NULL, NULL, error);
}

static gboolean
add_group (IntimailSite *site, char **arguments, GError **error)
{
  g_autofree char *mail = make_address (site, arguments[0]);
  g_autoptr (IntimailGroup) group = intimail_group_new (arguments[0]);

  intimail_group_set_mail (group, mail);
  intimail_group_set_members (group, (const char *const *) arguments + 1);
  return intimail_directory_add_group (intimail_site_get_directory (site), group, NULL, error);
}

static gboolean
list (IntimailSite *site, char **arguments, GError **error)
{
  g_autoptr (IntimailPerson) person = NULL;
  g_autoptr (IntimailAccount) account = NULL;
  g_autoptr (IntimailListing) listing = NULL;

  person = intimail_directory_lookup_person (intimail_site_get_directory (site), arguments[0], NULL, error);
  account = person != NULL ? intimail_site_get_account (site, person, error) : NULL;
  if (account != NULL && intimail_account_open (account, NULL, error))
    listing = intimail_account_query (account, NULL, NULL, FALSE, NULL, error);
  if (listing == NULL)
    return FALSE;

  for (guint i = 0; i < intimail_listing_get_n_ids (listing); i++)
    {
      g_autoptr (IntimailEnvelope) envelope = intimail_listing_get_envelope (listing, i, error);

      if (envelope == NULL)
        return FALSE;
      g_print ("%s\t%" G_GUINT64_FORMAT "\t%s\n",
               intimail_envelope_get_id (envelope),
               intimail_envelope_get_size (envelope),
               intimail_envelope_get_message_id (envelope));
    }

  return TRUE;
}

static const struct
{
  const char *name;
  int n_arguments; /* at least */
  gboolean (*run) (IntimailSite *, char **, GError **);
} verbs[] = {
  { "create", 1, create },
  { "person", 2, add_person },
  { "group", 1, add_group },
  { "list", 1, list },
};

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;

  setlocale (LC_ALL, "C.UTF-8");
  for (gsize i = 0; argc > 2 && i < G_N_ELEMENTS (verbs); i++)
    {
      g_autoptr (IntimailSite) site = NULL;

      if (strcmp (argv[1], verbs[i].name) != 0 || argc - 3 < verbs[i].n_arguments)
        continue;
      site = verbs[i].run == create ? intimail_site_create_full (argv[2], argv[3], "local", "en", &error) : intimail_site_open (argv[2], &error);
      if (site != NULL && verbs[i].run (site, argv + 3, &error))
        return 0;
      g_printerr ("site-tool: %s\n", error->message);
      return 1;
    }

  g_printerr ("usage: site-tool create|person|group|list DIR ...\n");
  return 64;
}
