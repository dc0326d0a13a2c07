/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The directory at an LDAP server: many entries are added, or none.
 */

#include "directory/intimail-ldap-directory-private.h"

#include <intimail/intimail-error.h>

#include "directory/intimail-group-private.h"
#include "directory/intimail-ldap-filter-private.h"
#include "directory/intimail-ldap-mapping-private.h"
#include "directory/intimail-ldif-mapping-private.h"
#include "directory/intimail-person-private.h"

/* What a server says of an entry and nobody else may (RFC 4512 section 3.4). */
static const char *const operational[] = {
  "entryUUID", "entryCSN", "entryDN", "creatorsName", "createTimestamp", "modifiersName", "modifyTimestamp",
  "structuralObjectClass", "subschemaSubentry", "hasSubordinates", "contextCSN", "pwdChangedTime", "pwdHistory",
  "pwdFailureTime", "pwdAccountLockedTime", NULL
};

static gboolean
has_word (const char *const *words, const char *word)
{
  for (gsize i = 0; words[i] != NULL; i++)
    if (g_ascii_strcasecmp (words[i], word) == 0)
      return TRUE;

  return FALSE;
}

static gboolean
is_ours (const IntimailLdifValue *value)
{
  static const char *const fixed[] = { "cn", "sn", "gidNumber", NULL };
  static const char *const classes[] = { "inetOrgPerson", "intimailPerson", "posixGroup", "intimailList", NULL };
  const char *name = value->name;

  /* Those of new entries are settings. */
  if (g_ascii_strcasecmp (name, "objectClass") == 0)
    return has_word (classes, value->value);
  for (guint i = 0; i < INTIMAIL_LDAP_N_ATTRIBUTES; i++)
    if (g_ascii_strcasecmp (intimail_ldap_settings_get_own_name (i), name) == 0)
      return TRUE;

  return has_word (fixed, name);
}

IntimailLdifEntry *
intimail_ldap_import_pick_foreign (IntimailLdifEntry *entry)
{
  IntimailLdifEntry *foreign = intimail_ldif_entry_new (entry->dn);

  for (guint i = 0; i < entry->values->len; i++)
    {
      const IntimailLdifValue *value = entry->values->pdata[i];

      if (!is_ours (value) && !has_word (operational, value->name))
        intimail_ldif_entry_add_bytes (foreign, value->name, value->value, value->length);
    }

  return foreign;
}

/* Every new group has a number of its own, as elsewhere. */
static gboolean
add_one (IntimailLdapDirectory *self, IntimailLdifEntry *entry, const char *password, char **dn, GError **error)
{
  gboolean of_group = !intimail_ldif_entry_is_person (entry);
  g_autoptr (GObject) object = intimail_ldap_lookup_make_object (self, of_group, entry, error);
  g_autoptr (IntimailLdifEntry) foreign = intimail_ldap_import_pick_foreign (entry);

  if (object == NULL)
    return FALSE;

  return of_group ? intimail_ldap_change_add_group (self, INTIMAIL_GROUP (object), foreign, dn, NULL, error)
                  : intimail_ldap_change_add_person (self, INTIMAIL_PERSON (object), foreign, password, dn, NULL, error);
}

/* LDAP adds one entry at a time: what was added is taken back when one cannot be. */
static gboolean
add_entries (IntimailDirectory *directory, GPtrArray *entries, GPtrArray *passwords, guint *failed, GError **error)
{
  IntimailLdapDirectory *self = INTIMAIL_LDAP_DIRECTORY (directory);
  g_autoptr (GPtrArray) dns = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < entries->len; i++)
    {
      char *dn = NULL;

      if (add_one (self, entries->pdata[i], passwords->pdata[i], &dn, error))
        {
          g_ptr_array_add (dns, dn);
          continue;
        }
      *failed = i;
      for (guint j = dns->len; j > 0; j--)
        {
          g_autoptr (GError) local_error = NULL;

          if (!intimail_ldap_change_delete (self, dns->pdata[j - 1], &local_error))
            g_warning ("\"%s\" was added by an import that failed, and stays: %s", (char *) dns->pdata[j - 1], local_error->message);
        }
      return FALSE;
    }

  return TRUE;
}

void
intimail_ldap_import_init_interface (IntimailDirectoryInterface *iface)
{
  iface->add_entries = add_entries;
}
