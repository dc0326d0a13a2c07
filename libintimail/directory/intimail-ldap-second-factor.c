/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The directory at an LDAP server: the second factor, which is kept on a person's entry.
 *
 * A change takes the old values away by name. So of two who use the same code at once the
 * server lets one through, and so it does of two who use the same recovery code.
 */

#include "directory/intimail-ldap-directory-private.h"

#include <intimail/intimail-error.h>

#include "directory/intimail-ldap-mapping-private.h"
#include "directory/intimail-ldif-mapping-private.h"
#include "directory/intimail-second-factor-private.h"

static IntimailSecondFactor *
read_second_factor (IntimailDirectory *directory, const char *uid, GCancellable *cancellable, GError **error)
{
  static const char *const names[] = { "objectClass", "intimailSecondFactorSecret", "intimailSecondFactorCounter", "intimailRecoveryCode", NULL };
  IntimailLdapDirectory *self = INTIMAIL_LDAP_DIRECTORY (directory);
  g_autoptr (IntimailLdapAnswer) person = intimail_ldap_lookup_person (self, uid, cancellable, error);
  IntimailLdapQuery query = { .is_base_only = TRUE, .filter = "(objectClass=*)", .attributes = names };
  g_autoptr (GPtrArray) entries = NULL;

  if (person == NULL)
    return NULL;
  query.base = person->dn;
  entries = intimail_ldap_pool_search (self->pool, &query, cancellable, error);
  if (entries == NULL)
    return NULL;
  if (entries->len == 0)
    {
      g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND, "no such person \"%s\"", uid);
      return NULL;
    }
  /* A secret that is hidden from us is not one that is not there. */
  if (intimail_ldif_entry_has_second_factor (entries->pdata[0]) &&
      intimail_ldif_entry_get (entries->pdata[0], "intimailSecondFactorSecret") == NULL)
    {
      g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_UNAVAILABLE,
                   "the second factor of \"%s\" is hidden from the entry that [directory] binds as", uid);
      return NULL;
    }

  return intimail_ldif_entry_to_second_factor (entries->pdata[0]);
}

typedef struct
{
  const char *dn;
  GPtrArray *modifications;
  guint n_sent;
} Modify;

static gboolean
modify (IntimailLdapConnection *connection, gpointer data, GCancellable *cancellable, GError **error)
{
  Modify *request = data;

  request->n_sent++;
  return intimail_ldap_connection_modify (connection, request->dn, request->modifications, cancellable, error);
}

static IntimailLdifEntry *
make_entry (const char *dn, IntimailSecondFactor *second_factor)
{
  IntimailLdifEntry *entry = intimail_ldif_entry_new (dn);

  intimail_ldif_entry_set_second_factor (entry, second_factor);
  return entry;
}

static gboolean
is_same_secret (IntimailSecondFactor *old, IntimailSecondFactor *wanted)
{
  return g_strcmp0 (intimail_second_factor_get_secret (old), intimail_second_factor_get_secret (wanted)) == 0;
}

static gboolean
replace_second_factor (IntimailDirectory *directory,
                       const char *uid,
                       IntimailSecondFactor *old,
                       IntimailSecondFactor *wanted,
                       gboolean *was_current,
                       GCancellable *cancellable,
                       GError **error)
{
  IntimailLdapDirectory *self = INTIMAIL_LDAP_DIRECTORY (directory);
  g_autoptr (IntimailLdapAnswer) person = intimail_ldap_lookup_person (self, uid, cancellable, error);
  g_autoptr (IntimailLdifEntry) before = NULL;
  g_autoptr (IntimailLdifEntry) after = NULL;
  g_autoptr (GPtrArray) modifications = NULL;
  g_autoptr (GError) local_error = NULL;
  IntimailLdapOutcome outcome = INTIMAIL_LDAP_REFUSED;
  Modify request;

  if (person == NULL)
    return FALSE;
  before = make_entry (person->dn, old);
  after = make_entry (person->dn, wanted);
  modifications = intimail_ldap_mapping_compare (before, after);
  request = (Modify){ .dn = person->dn, .modifications = modifications };
  *was_current = intimail_ldap_pool_run (self->pool, INTIMAIL_LDAP_AS_SERVICE, modify, &request, &outcome, cancellable, &local_error);
  intimail_ldap_directory_note_change (self, is_same_secret (old, wanted) ? NULL : uid);
  if (*was_current || outcome == INTIMAIL_LDAP_CONFLICT)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));

  return FALSE;
}

void
intimail_ldap_second_factor_init_interface (IntimailDirectoryInterface *iface)
{
  iface->read_second_factor = read_second_factor;
  iface->replace_second_factor = replace_second_factor;
}
