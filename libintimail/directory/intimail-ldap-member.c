/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The directory at an LDAP server: who is in a group, by uid here and by uid or by
 * DN there.
 */

#include "directory/intimail-ldap-directory-private.h"

#include <string.h>

#include "directory/intimail-group-private.h"
#include "directory/intimail-person-private.h"

/* gidNumbers of our groups begin here: below are the system's. */
#define FIRST_GID 10000

/* The uid of the person with that DN; NULL and no error when there is none. */
static char *
find_uid (IntimailLdapDirectory *self, const char *dn, GCancellable *cancellable, GError **error)
{
  const char *attribute = self->settings->attributes[INTIMAIL_LDAP_PERSON_UID][0];
  const char *const names[] = { attribute, NULL };
  const IntimailLdapQuery query = { .base = dn, .is_base_only = TRUE, .filter = "(objectClass=*)", .attributes = names };
  g_autofree char *prefix = g_strconcat (attribute, "=", NULL);
  g_autoptr (GPtrArray) found = NULL;
  const IntimailLdifValue *value;

  if (g_ascii_strncasecmp (dn, prefix, strlen (prefix)) == 0)
    {
      const char *uid = dn + strlen (prefix);
      g_autofree char *lower = g_ascii_strdown (uid, (gssize) strcspn (uid, ","));

      if (intimail_person_is_valid_uid (lower))
        return g_steal_pointer (&lower);
    }
  found = intimail_ldap_pool_search (self->pool, &query, cancellable, error);
  value = found != NULL && found->len > 0 ? intimail_ldif_entry_get (found->pdata[0], attribute) : NULL;

  return value != NULL ? g_ascii_strdown (value->value, -1) : NULL;
}

gboolean
intimail_ldap_member_read (IntimailLdapDirectory *self,
                           IntimailLdifEntry *group,
                           GHashTable *member_dns,
                           GCancellable *cancellable,
                           GError **error)
{
  g_autofree const char **dns = intimail_ldif_entry_list (group, "memberUid");
  g_autoptr (GStrvBuilder) uids = g_strv_builder_new ();
  g_auto (GStrv) list = NULL;

  if (!self->settings->members_are_dns)
    return TRUE;
  for (gsize i = 0; dns[i] != NULL; i++)
    {
      g_autoptr (GError) local_error = NULL;
      g_autofree char *uid = find_uid (self, dns[i], cancellable, &local_error);

      if (local_error != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&local_error));
          return FALSE;
        }
      if (uid == NULL)
        continue;
      g_strv_builder_add (uids, uid);
      if (member_dns != NULL)
        g_hash_table_insert (member_dns, g_strdup (uid), g_strdup (dns[i]));
    }
  list = g_strv_builder_end (uids);
  intimail_ldif_entry_set (group, "memberUid", (const char *const *) list);

  return TRUE;
}

gboolean
intimail_ldap_member_write (IntimailLdapDirectory *self, IntimailLdifEntry *group, GHashTable *dns, GCancellable *cancellable, GError **error)
{
  g_autofree const char **uids = intimail_ldif_entry_list (group, "memberUid");
  g_autoptr (GStrvBuilder) members = g_strv_builder_new ();
  g_auto (GStrv) list = NULL;

  if (!self->settings->members_are_dns)
    return TRUE;
  for (gsize i = 0; uids[i] != NULL; i++)
    {
      const char *dn = g_hash_table_lookup (dns, uids[i]);

      if (dn == NULL)
        {
          g_autoptr (IntimailLdapAnswer) person = intimail_ldap_lookup_person (self, uids[i], cancellable, error);

          if (person == NULL)
            return FALSE;
          g_hash_table_insert (dns, g_strdup (uids[i]), g_strdup (person->dn));
          dn = g_hash_table_lookup (dns, uids[i]);
        }
      g_strv_builder_add (members, dn);
    }
  list = g_strv_builder_end (members);
  intimail_ldif_entry_set (group, "memberUid", (const char *const *) list);

  return TRUE;
}

/* Whether all of @uids who are not in @old, which may be NULL, are somebody. */
static gboolean
check_new (IntimailLdapDirectory *self, const char *const *uids, const char *const *old, GCancellable *cancellable, GError **error)
{
  for (gsize i = 0; uids[i] != NULL; i++)
    {
      g_autoptr (IntimailLdapAnswer) person = NULL;

      if (old != NULL && g_strv_contains (old, uids[i]))
        continue;
      person = intimail_ldap_lookup_person (self, uids[i], cancellable, error);
      if (person == NULL)
        return FALSE;
    }

  return TRUE;
}

gboolean
intimail_ldap_member_check (IntimailLdapDirectory *self, IntimailGroup *group, IntimailGroup *old, GCancellable *cancellable, GError **error)
{
  return check_new (self, intimail_group_get_members (group), old != NULL ? intimail_group_get_members (old) : NULL, cancellable, error) &&
         check_new (self, intimail_group_get_owners (group), old != NULL ? intimail_group_get_owners (old) : NULL, cancellable, error);
}

typedef struct
{
  guint64 highest;
} Gids;

static gboolean
take_gids (GPtrArray *entries, gpointer data, GError **error)
{
  Gids *gids = data;

  if (entries == NULL)
    gids->highest = FIRST_GID - 1;
  for (guint i = 0; entries != NULL && i < entries->len; i++)
    {
      const IntimailLdifValue *value = intimail_ldif_entry_get (entries->pdata[i], "gidNumber");
      guint64 gid;

      if (value != NULL && g_ascii_string_to_unsigned (value->value, 10, FIRST_GID, G_MAXINT32 - 1, &gid, NULL))
        gids->highest = MAX (gids->highest, gid);
    }

  return TRUE;
}

char *
intimail_ldap_member_find_gid (IntimailLdapDirectory *self, GCancellable *cancellable, GError **error)
{
  static const char *const names[] = { "gidNumber", NULL };
  const IntimailLdapQuery query = { .base = self->settings->base_dn, .filter = "(gidNumber=*)", .attributes = names };
  Gids gids;

  if (!g_strv_contains ((const char *const *) self->settings->group_classes, "posixGroup"))
    return g_strdup ("");
  if (!intimail_ldap_pool_search_pages (self->pool, &query, take_gids, &gids, cancellable, error))
    return NULL;

  return g_strdup_printf ("%" G_GUINT64_FORMAT, gids.highest + 1);
}
