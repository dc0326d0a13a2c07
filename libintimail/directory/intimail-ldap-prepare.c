/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * An empty slapd is made ready: schema, indexes and access rules in its own
 * configuration (slapd-config(5)), and the first entries of the site.
 */

#include "directory/intimail-ldap-prepare-private.h"

#include <string.h>

#include <intimail/intimail-error.h>

#include "base/intimail-fd-private.h"
#include "directory/intimail-group-private.h"
#include "directory/intimail-ldap-filter-private.h"
#include "directory/intimail-ldif-directory-private.h"

/* The machine's root by ldapi, as Debian has it in the rules of cn=config. */
#define BY_ROOT " by dn.exact=\"gidNumber=0+uidNumber=0,cn=peercred,cn=external,cn=auth\" manage"

/* What is asked for at each delivery and log-in. */
static const char *const indexes[] = {
  "objectClass eq",
  "uid eq,sub",
  "mail eq,sub",
  "cn eq,sub",
  "displayName sub",
  "memberUid eq",
  "gidNumber eq",
  "intimailAlias eq,sub",
  "intimailListAddress eq",
  "intimailListOwner eq",
  "intimailTemporaryAlias sub",
  NULL,
};

static gboolean
add (IntimailLdapConnection *connection, gpointer data, GCancellable *cancellable, GError **error)
{
  return intimail_ldap_connection_add (connection, data, cancellable, error);
}

typedef struct
{
  const char *dn;
  GPtrArray *modifications;
} Modify;

static gboolean
modify (IntimailLdapConnection *connection, gpointer data, GCancellable *cancellable, GError **error)
{
  Modify *request = data;

  return intimail_ldap_connection_modify (connection, request->dn, request->modifications, cancellable, error);
}

gboolean
intimail_ldap_preparation_add (IntimailLdapPreparation *preparation, IntimailLdifEntry *entry, GError **error)
{
  if (!intimail_ldap_pool_run (preparation->self->pool, INTIMAIL_LDAP_AS_SERVICE, add, entry, NULL, preparation->cancellable, error))
    {
      g_prefix_error (error, "%s: ", entry->dn);
      return FALSE;
    }
  g_strv_builder_add (preparation->done, entry->dn);

  return TRUE;
}

gboolean
intimail_ldap_preparation_modify (IntimailLdapPreparation *preparation, const char *dn, GPtrArray *modifications, GError **error)
{
  Modify request = { .dn = dn, .modifications = modifications };

  return intimail_ldap_pool_run (preparation->self->pool, INTIMAIL_LDAP_AS_SERVICE, modify, &request, NULL,
                                 preparation->cancellable, error);
}

GPtrArray *
intimail_ldap_preparation_search (IntimailLdapPreparation *preparation,
                                  const char *base,
                                  gboolean is_base_only,
                                  const char *filter,
                                  const char *const *attributes,
                                  GError **error)
{
  const IntimailLdapQuery query = { .base = base, .is_base_only = is_base_only, .filter = filter, .attributes = attributes };

  return intimail_ldap_pool_search (preparation->self->pool, &query, preparation->cancellable, error);
}

/* Values for one attribute of the database; those that are there stay, or go. */
static gboolean
change_database (IntimailLdapPreparation *preparation,
                 IntimailLdifEntry *database,
                 const char *attribute,
                 const char *const *wanted,
                 gboolean replace,
                 GError **error)
{
  g_autofree const char **have = intimail_ldif_entry_list (database, attribute);
  const char *nothing[] = { NULL };
  g_autoptr (GStrvBuilder) missing = g_strv_builder_new ();
  g_auto (GStrv) added = NULL;
  g_autoptr (GPtrArray) modifications = g_ptr_array_new ();
  g_autofree char *what = g_strdup_printf ("%s of %s", attribute, database->dn);
  IntimailLdapModification modification = { .attribute = attribute };

  for (gsize i = 0; wanted[i] != NULL; i++)
    {
      g_auto (GStrv) words = g_strsplit (wanted[i], " ", 2);
      gboolean is_there = FALSE;

      for (gsize j = 0; !replace && have[j] != NULL && !is_there; j++)
        {
          g_auto (GStrv) others = g_strsplit (have[j], " ", 2);
          g_auto (GStrv) names = g_strsplit (others[0], ",", -1);

          for (gsize k = 0; names[k] != NULL; k++)
            is_there |= g_ascii_strcasecmp (names[k], words[0]) == 0;
        }
      if (!is_there)
        g_strv_builder_add (missing, wanted[i]);
    }
  added = g_strv_builder_end (missing);
  if (added[0] == NULL || (replace && g_strv_equal (have, (const char *const *) added)))
    return TRUE;
  modification.removed = (char **) (replace ? have : nothing);
  modification.added = added;
  g_ptr_array_add (modifications, &modification);
  if (!intimail_ldap_preparation_modify (preparation, database->dn, modifications, error))
    return FALSE;
  g_strv_builder_add (preparation->done, what);

  return TRUE;
}

/* " by set" for members of admins: posixGroup has uids, and slapd's own groups want DNs. */
static char *
make_by_admins (const char *base)
{
  return g_strdup_printf (" by set=\"[cn=" INTIMAIL_GROUP_ADMINS ",ou=groups,%s]/memberUid & user/uid\" read", base);
}

/* Passwords are for the server; the rest is for who signed in, and @writer changes it.
 * The secrets of a second factor are for the service alone.
 * An app password is for mail: who binds with one neither reads nor changes anything.
 * Addresses that end are whose they are, and hidden groups their members' and owners'. */
static char **
make_rules (const char *base, const char *writer)
{
  g_autoptr (GStrvBuilder) rules = g_strv_builder_new ();
  g_autofree char *by_writer = *writer != '\0' ? g_strdup_printf (BY_ROOT " by dn.exact=\"%s\" write", writer) : g_strdup (BY_ROOT);
  g_autofree char *by_admins = make_by_admins (base);
  g_autofree char *app_passwords = g_strdup_printf ("dn.regex=\"^cn=[^,]+,[^,]+,ou=people,%s$\"", base);
  g_auto (GStrv) texts = g_new0 (char *, 8);

  texts[0] = g_strdup_printf ("to attrs=intimailSecondFactorSecret,intimailSecondFactorCounter,intimailRecoveryCode%s by * none", by_writer);
  texts[1] = g_strdup_printf ("to %s attrs=userPassword by anonymous auth%s by * none", app_passwords, by_writer);
  texts[2] = g_strdup_printf ("to %s%s by * none", app_passwords, by_writer);
  texts[3] = g_strdup_printf ("to attrs=userPassword by self =xw by anonymous auth%s by * none", by_writer);
  texts[4] = g_strdup_printf ("to attrs=intimailTemporaryAlias%s by self read%s by * none", by_writer, by_admins);
  texts[5] = g_strdup_printf ("to filter=(intimailListHidden=TRUE)%s by set=\"this/memberUid & user/uid\" read "
                              "by set=\"this/intimailListOwner & user/uid\" read%s by * none",
                              by_writer, by_admins);
  texts[6] = g_strdup_printf ("to *%s by %s none by users read by * none", by_writer, app_passwords);
  for (guint i = 0; texts[i] != NULL; i++)
    {
      g_autofree char *rule = g_strdup_printf ("{%u}%s", i, texts[i]);

      g_strv_builder_add (rules, rule);
    }

  return g_strv_builder_end (rules);
}

static gboolean
set_access (IntimailLdapPreparation *preparation, IntimailLdifEntry *database, const char *writer, GError **error)
{
  g_auto (GStrv) rules = make_rules (preparation->self->settings->base_dn, writer);

  if (strpbrk (writer, "\"\\\r\n") != NULL)
    {
      g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT, "\"%s\" cannot be in an access rule", writer);
      return FALSE;
    }

  return change_database (preparation, database, "olcAccess", (const char *const *) rules, TRUE, error);
}

static gboolean
prepare_configuration (IntimailLdapPreparation *preparation, const char *schema, const char *writer, GError **error)
{
  static const char *const names[] = { "olcAccess", "olcDbIndex", NULL };
  g_autofree char *suffix = intimail_ldap_filter_equals ("olcSuffix", preparation->self->settings->base_dn);
  g_autofree char *filter = g_strdup_printf ("(&(objectClass=olcDatabaseConfig)%s)", suffix);
  g_autoptr (GError) local_error = NULL;
  g_autoptr (GPtrArray) databases = intimail_ldap_preparation_search (preparation, "cn=config", FALSE, filter, names, &local_error);

  if (databases == NULL || databases->len != 1)
    {
      g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_SUPPORTED,
                   "the server's own configuration (cn=config) shows no database of \"%s\"%s%s: run this as root by "
                   "ldapi:///, or load the schema and the access rules by hand and leave them out here",
                   preparation->self->settings->base_dn, local_error != NULL ? ": " : "",
                   local_error != NULL ? local_error->message : "");
      return FALSE;
    }

  return intimail_ldap_preparation_load_schema (preparation, schema, error) &&
         change_database (preparation, databases->pdata[0], "olcDbIndex", indexes, FALSE, error) &&
         set_access (preparation, databases->pdata[0], writer, error);
}

static gboolean
prepare_entries (IntimailLdapPreparation *preparation, const char *organization, GError **error)
{
  static const char *const nothing[] = { "1.1", NULL };
  g_autoptr (GPtrArray) entries = intimail_ldif_directory_make_entries (preparation->self->settings->base_dn, organization, error);

  if (entries == NULL)
    return FALSE;
  for (guint i = 0; i < entries->len; i++)
    {
      IntimailLdifEntry *entry = entries->pdata[i];
      g_autoptr (GPtrArray) there = intimail_ldap_preparation_search (preparation, entry->dn, TRUE, "(objectClass=*)", nothing, error);

      if (there == NULL || (there->len == 0 && !intimail_ldap_preparation_add (preparation, entry, error)))
        return FALSE;
    }

  return TRUE;
}

/**
 * intimail_ldap_directory_prepare:
 * @self: a directory with the names of our own schema
 * @organization: the name of the family or association; "" takes the base
 * @schema: (type filename) (nullable): the file `intimail.ldif`; %NULL leaves the
 *   server's own configuration alone
 * @writer: the DN of who may change people and groups beside the server's root, as
 *   the server sees it; "" is nobody
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Makes an empty OpenLDAP server ready for a site: loads the schema, adds indexes, sets
 * the access rules of the database, and adds the base, `ou=people`, `ou=groups` and
 * the group `admins`. What is there already stays, but for access rules. A schema of an
 * earlier version gets the attributes that it lacks, and classes get theirs; what somebody
 * else added stays.
 *
 * Fails with %INTIMAIL_ERROR_NOT_SUPPORTED when the server's configuration cannot be
 * read, with %INTIMAIL_ERROR_PERMISSION_DENIED when it or the entries cannot be
 * written, with %INTIMAIL_ERROR_INVALID_ARGUMENT when the base is not made of `dc=`,
 * and with %INTIMAIL_ERROR_UNAVAILABLE when the server does not answer. What was done
 * until then stays, and the next call goes on.
 *
 * Returns: (transfer full) (array zero-terminated=1): what was added, as DNs, and
 *   attributes and definitions of them; empty when nothing was missing
 *
 * Since: 1.0
 */
char **
intimail_ldap_directory_prepare (IntimailLdapDirectory *self,
                                 const char *organization,
                                 const char *schema,
                                 const char *writer,
                                 GCancellable *cancellable,
                                 GError **error)
{
  g_autoptr (GStrvBuilder) done = NULL;
  IntimailLdapPreparation preparation;

  g_return_val_if_fail (INTIMAIL_IS_LDAP_DIRECTORY (self), NULL);
  g_return_val_if_fail (organization != NULL, NULL);
  g_return_val_if_fail (writer != NULL, NULL);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  done = g_strv_builder_new ();
  preparation = (IntimailLdapPreparation){ .self = self, .cancellable = cancellable, .done = done };
  if ((schema != NULL && !prepare_configuration (&preparation, schema, writer, error)) ||
      !prepare_entries (&preparation, organization, error))
    return NULL;

  return g_strv_builder_end (done);
}
