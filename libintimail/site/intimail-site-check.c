/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What is wrong with a site's people and groups, though each entry is right alone.
 */

#include <intimail/intimail-site.h>

#include <string.h>

#include "directory/intimail-group-private.h"
#include "directory/intimail-ldap-directory-private.h"
#include "directory/intimail-person-private.h"
#include "site/intimail-site-private.h"

typedef struct
{
  IntimailSite *site;
  GPtrArray *people;
  GPtrArray *groups;
  GHashTable *uids;    /* uid to IntimailPerson */
  GHashTable *owners;  /* an address's key to who has it, for people */
  GHashTable *folders; /* a folder to whose it is, for people */
  GStrvBuilder *findings;
} Check;

G_GNUC_PRINTF (2, 3)
static void
find (Check *check, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  g_strv_builder_add (check->findings, text);
}

static void
check_address (Check *check, const char *owner, const char *address)
{
  g_autofree char *key = intimail_person_make_alias_key (address);
  const char *other = key != NULL ? g_hash_table_lookup (check->owners, key) : NULL;

  if (key == NULL)
    {
      find (check, "%s: \"%s\" is no address", owner, address);
      return;
    }
  if (!intimail_site_is_local_domain (check->site, strrchr (key, '@') + 1))
    find (check, "%s: the address \"%s\" is outside the domains of the site: its mail goes elsewhere", owner, address);
  if (other != NULL && !g_str_equal (other, owner))
    find (check, "%s: the address \"%s\" is that of %s too: its mail waits", owner, address, other);
  else if (other == NULL)
    g_hash_table_insert (check->owners, g_steal_pointer (&key), g_strdup (owner));
}

/* Where the mail is. Two who share a folder read each other's. */
static void
check_place (Check *check, IntimailPerson *person, const char *owner)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = intimail_site_find_place (check->site, person, &error);
  const char *other;

  if (path == NULL)
    {
      find (check, "%s: %s", owner, error->message);
      return;
    }
  other = g_hash_table_lookup (check->folders, path);
  if (other != NULL)
    find (check, "%s: the folder %s is that of %s too: each reads the mail of the other", owner, path, other);
  else
    g_hash_table_insert (check->folders, g_steal_pointer (&path), g_strdup (owner));
}

/* An account that is not there yet is empty, and is not made for this. */
static gboolean
check_quota (Check *check, IntimailPerson *person, const char *owner, GError **error)
{
  g_autofree char *path = intimail_site_get_account_path (check->site, person);
  guint64 limit = intimail_person_get_quota_bytes (person);
  g_autoptr (IntimailAccount) account = NULL;
  g_autoptr (IntimailQuota) quota = NULL;
  guint64 used;

  /* What another machine keeps, it counts. */
  if (limit == 0 || path == NULL || !g_file_test (path, G_FILE_TEST_IS_DIR) ||
      !intimail_site_check_host (check->site, person, NULL))
    return TRUE;
  account = intimail_site_get_account (check->site, person, error);
  quota = account != NULL ? intimail_account_get_quota (account, error) : NULL;
  if (quota == NULL)
    return FALSE;
  used = intimail_quota_get_used_bytes (quota);
  if (used > limit)
    find (check, "%s: %" G_GUINT64_FORMAT " bytes are kept, %" G_GUINT64_FORMAT " are allowed: no mail comes in", owner, used, limit);

  return TRUE;
}

/* A file with such an entry is not taken over at all; of a server's, the others are. */
static gboolean
check_entries (Check *check, GCancellable *cancellable, GError **error)
{
  IntimailDirectory *directory = intimail_site_get_directory (check->site);
  g_auto (GStrv) mistakes = NULL;

  if (!INTIMAIL_IS_LDAP_DIRECTORY (directory))
    return TRUE;
  mistakes = intimail_ldap_list_mistakes (INTIMAIL_LDAP_DIRECTORY (directory), cancellable, error);
  for (gsize i = 0; mistakes != NULL && mistakes[i] != NULL; i++)
    find (check, "%s: the entry cannot be understood: its mail waits", mistakes[i]);

  return mistakes != NULL;
}

static gboolean
check_people (Check *check, GCancellable *cancellable, GError **error)
{
  for (guint i = 0; i < check->people->len; i++)
    {
      IntimailPerson *person = check->people->pdata[i];
      g_autofree char *owner = g_strdup_printf ("person \"%s\"", intimail_person_get_uid (person));
      const char *const *aliases = intimail_person_get_aliases (person);
      g_autoptr (GPtrArray) ending = intimail_person_get_temporary_aliases (person);

      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      if (g_hash_table_contains (check->uids, intimail_person_get_uid (person)))
        find (check, "%s: there are two of them: their mail waits", owner);
      g_hash_table_insert (check->uids, (char *) intimail_person_get_uid (person), person);
      check_address (check, owner, intimail_person_get_mail (person));
      for (gsize j = 0; aliases[j] != NULL; j++)
        check_address (check, owner, aliases[j]);
      for (guint j = 0; j < ending->len; j++)
        check_address (check, owner, intimail_temporary_alias_get_address (ending->pdata[j]));
      check_place (check, person, owner);
      if (!check_quota (check, person, owner, error))
        return FALSE;
    }

  return TRUE;
}

static void
check_groups (Check *check)
{
  for (guint i = 0; i < check->groups->len; i++)
    {
      IntimailGroup *group = check->groups->pdata[i];
      g_autofree char *owner = g_strdup_printf ("group \"%s\"", intimail_group_get_name (group));
      const char *const *members = intimail_group_get_members (group);
      const char *const *owners = intimail_group_get_owners (group);

      if (*intimail_group_get_mail (group) != '\0')
        check_address (check, owner, intimail_group_get_mail (group));
      if (*intimail_group_get_mail (group) != '\0' && members[0] == NULL &&
          intimail_group_get_member_addresses (group)[0] == NULL)
        find (check, "%s: it has an address and no members: its mail bounces", owner);
      for (gsize j = 0; members[j] != NULL; j++)
        if (!g_hash_table_contains (check->uids, members[j]))
          find (check, "%s: the member \"%s\" is nobody: who gets that uid one day is in the group", owner, members[j]);
      for (gsize j = 0; owners[j] != NULL; j++)
        if (!g_hash_table_contains (check->uids, owners[j]))
          find (check, "%s: the owner \"%s\" is nobody: who gets that uid one day looks after the group", owner, owners[j]);
    }
}

static void
check_admins (Check *check)
{
  guint n_active = 0;

  for (guint i = 0; i < check->groups->len; i++)
    {
      const char *const *members = intimail_group_get_members (check->groups->pdata[i]);

      if (!g_str_equal (intimail_group_get_name (check->groups->pdata[i]), INTIMAIL_GROUP_ADMINS))
        continue;
      for (gsize j = 0; members[j] != NULL; j++)
        {
          IntimailPerson *member = g_hash_table_lookup (check->uids, members[j]);

          n_active += member != NULL && intimail_person_is_active (member);
        }
    }
  if (n_active == 0)
    find (check, "group \"" INTIMAIL_GROUP_ADMINS "\": nobody who is active is in it: mail to postmaster@ and abuse@ waits");
}

/**
 * intimail_site_check_directory:
 * @self: a site
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Looks for what is wrong with the people and groups of the site: entries at a server that
 * cannot be understood, members and owners who are nobody, two with one address or one folder, addresses outside the domains of the
 * site, folders that it does not allow, more mail than a quota allows, and nobody who
 * gets the mail of postmaster.
 *
 * Fails as [method@Intimail.Directory.list_people] and
 * [method@Intimail.Account.get_quota] do.
 *
 * Returns: (transfer full) (array zero-terminated=1): a sentence for each finding, and
 *   what comes of it; none when all is well
 *
 * Since: 1.0
 */
char **
intimail_site_check_directory (IntimailSite *self, GCancellable *cancellable, GError **error)
{
  IntimailDirectory *directory;
  g_autoptr (GPtrArray) people = NULL;
  g_autoptr (GPtrArray) groups = NULL;
  g_autoptr (GHashTable) uids = NULL;
  g_autoptr (GHashTable) owners = NULL;
  g_autoptr (GHashTable) folders = NULL;
  g_autoptr (GStrvBuilder) findings = NULL;
  Check check;

  g_return_val_if_fail (INTIMAIL_IS_SITE (self), NULL);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  directory = intimail_site_get_directory (self);
  people = intimail_directory_list_people (directory, cancellable, error);
  groups = people != NULL ? intimail_directory_list_groups (directory, cancellable, error) : NULL;
  if (groups == NULL)
    return NULL;
  uids = g_hash_table_new (g_str_hash, g_str_equal);
  owners = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  folders = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  findings = g_strv_builder_new ();
  check = (Check){ .site = self, .people = people, .groups = groups, .uids = uids, .owners = owners, .folders = folders, .findings = findings };
  if (!check_entries (&check, cancellable, error) || !check_people (&check, cancellable, error))
    return NULL;
  check_groups (&check);
  check_admins (&check);

  return g_strv_builder_end (findings);
}
