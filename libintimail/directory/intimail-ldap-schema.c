/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Whether a server can say what we ask for. A filter with an attribute that it does
 * not know matches nobody (RFC 4511 section 4.5.1.7), and so does one whose entries
 * are hidden from us: without a look at both, a mistake in a configuration would
 * bounce everybody's mail.
 */

#include "directory/intimail-ldap-directory-private.h"

#include <string.h>

#include <intimail/intimail-error.h>

#include "directory/intimail-ldap-filter-private.h"

static GPtrArray *
read_entry (IntimailLdapPool *pool,
            const char *dn,
            const char *attribute,
            const char *filter,
            GCancellable *cancellable,
            GError **error)
{
  const char *const names[] = { attribute, NULL };
  const IntimailLdapQuery query = { .base = dn, .is_base_only = TRUE, .filter = filter, .attributes = names };

  return intimail_ldap_pool_search (pool, &query, cancellable, error);
}

/* The names of an AttributeTypeDescription (RFC 4512 section 4.1.2) in lower case:
 * NAME 'one' or NAME ( 'one' 'two' ). */
static void
add_names (GHashTable *names, const char *description)
{
  const char *place = strstr (description, " NAME ");
  gboolean is_list;

  if (place == NULL)
    return;
  place += strlen (" NAME ");
  place += strspn (place, " ");
  is_list = *place == '(';
  do
    {
      const char *start = strchr (place, '\'');
      const char *end = start != NULL ? strchr (start + 1, '\'') : NULL;

      if (end == NULL)
        return;
      g_hash_table_add (names, g_ascii_strdown (start + 1, end - start - 1));
      place = end + 1;
      place += strspn (place, " ");
    }
  while (is_list && *place == '\'');
}

/* The attributes that the server knows; empty when it does not say. */
static GHashTable *
read_names (IntimailLdapPool *pool, GCancellable *cancellable, GError **error)
{
  g_autoptr (GHashTable) names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GPtrArray) root = read_entry (pool, "", "subschemaSubentry", "(objectClass=*)", cancellable, error);
  g_autoptr (GPtrArray) schema = NULL;
  const IntimailLdifValue *dn;

  if (root == NULL)
    return NULL;
  dn = root->len > 0 ? intimail_ldif_entry_get (root->pdata[0], "subschemaSubentry") : NULL;
  if (dn == NULL)
    return g_steal_pointer (&names);
  schema = read_entry (pool, dn->value, "attributeTypes", "(objectClass=subschema)", cancellable, error);
  if (schema == NULL)
    return NULL;
  if (schema->len > 0)
    {
      g_autofree const char **list = intimail_ldif_entry_list (schema->pdata[0], "attributeTypes");

      for (gsize i = 0; list[i] != NULL; i++)
        add_names (names, list[i]);
    }

  return g_steal_pointer (&names);
}

static gboolean
check_names (IntimailLdapPool *pool, const IntimailLdapSettings *settings, GCancellable *cancellable, GError **error)
{
  g_autoptr (GHashTable) names = read_names (pool, cancellable, error);

  if (names == NULL)
    return FALSE;
  for (guint i = 0; i < INTIMAIL_LDAP_N_ATTRIBUTES && g_hash_table_size (names) > 0; i++)
    for (gsize j = 0; i != INTIMAIL_LDAP_PERSON_UUID && settings->attributes[i][j] != NULL; j++)
      {
        const char *name = settings->attributes[i][j];
        g_autofree char *lower = g_ascii_strdown (name, -1);

        if (g_hash_table_contains (names, lower) ||
            (intimail_ldap_settings_may_lack (i) && g_str_equal (name, intimail_ldap_settings_get_own_name (i))))
          continue;
        g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_UNAVAILABLE,
                     "the LDAP server does not know the attribute \"%s\": load %s there, or map the attribute in [directory]",
                     name, g_str_has_prefix (name, "intimail") ? "intimail.ldif" : "the schema that has it");
        return FALSE;
      }

  return TRUE;
}

/* Whether one entry, whichever, can be read; FALSE and no error when not. */
static gboolean
sees_one (IntimailLdapPool *pool, const char *base, const char *filter, GCancellable *cancellable, GError **error)
{
  static const char *const nothing[] = { "1.1", NULL };
  const IntimailLdapQuery query = { .base = base, .filter = filter, .attributes = nothing, .limit = 1 };
  g_autoptr (GPtrArray) entries = intimail_ldap_pool_search (pool, &query, cancellable, error);

  return entries != NULL && entries->len > 0;
}

gboolean
intimail_ldap_schema_check (IntimailLdapPool *pool,
                            const IntimailLdapSettings *settings,
                            GCancellable *cancellable,
                            GError **error)
{
  g_autoptr (GError) local_error = NULL;

  if (!check_names (pool, settings, cancellable, error))
    return FALSE;
  if (sees_one (pool, settings->people_dn, settings->person_filter, cancellable, &local_error) ||
      (local_error == NULL && sees_one (pool, settings->groups_dn, settings->group_filter, cancellable, &local_error)))
    return TRUE;
  if (local_error != NULL)
    g_propagate_error (error, g_steal_pointer (&local_error));
  else
    g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_UNAVAILABLE,
                 "the LDAP server shows neither a person under \"%s\" nor a group under \"%s\": it is empty, or its "
                 "access rules hide them from the entry that [directory] binds as",
                 settings->people_dn, settings->groups_dn);

  return FALSE;
}
