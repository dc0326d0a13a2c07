/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The directory at an LDAP server: the passwords of mail programs, entries below the
 * people, whose hash the server makes and keeps.
 */

#include "directory/intimail-ldap-directory-private.h"

#include <intimail/intimail-error.h>

#include "directory/intimail-app-password-private.h"
#include "directory/intimail-ldap-filter-private.h"
#include "directory/intimail-ldif-mapping-private.h"

#define FILTER "(objectClass=" INTIMAIL_LDIF_APP_PASSWORD_CLASS ")"

/* One change on the server. */
typedef struct
{
  const char *dn;
  IntimailLdifEntry *entry;
  const char *password;
  GPtrArray *modifications;
  guint n_sent;
  IntimailLdapOutcome outcome;
} Change;

static gboolean
do_add (IntimailLdapConnection *connection, gpointer data, GCancellable *cancellable, GError **error)
{
  Change *change = data;

  change->n_sent++;
  return intimail_ldap_connection_add (connection, change->entry, cancellable, error);
}

static gboolean
do_set_password (IntimailLdapConnection *connection, gpointer data, GCancellable *cancellable, GError **error)
{
  Change *change = data;

  return intimail_ldap_connection_set_password (connection, change->dn, NULL, change->password, cancellable, error);
}

static gboolean
do_modify (IntimailLdapConnection *connection, gpointer data, GCancellable *cancellable, GError **error)
{
  Change *change = data;

  return intimail_ldap_connection_modify (connection, change->dn, change->modifications, cancellable, error);
}

static gboolean
do_delete (IntimailLdapConnection *connection, gpointer data, GCancellable *cancellable, GError **error)
{
  Change *change = data;

  change->n_sent++;
  return intimail_ldap_connection_delete (connection, change->dn, cancellable, error);
}

static gboolean
run (IntimailLdapDirectory *self, IntimailLdapOperation operation, Change *change, GCancellable *cancellable, GError **error)
{
  change->outcome = INTIMAIL_LDAP_REFUSED;
  return intimail_ldap_pool_run (self->pool, INTIMAIL_LDAP_AS_SERVICE, operation, change, &change->outcome, cancellable, error);
}

char *
intimail_ldap_app_password_make_dn (const char *id, const char *person_dn)
{
  return intimail_ldap_filter_make_dn ("cn", id, person_dn);
}

static gboolean
store_app_password (IntimailDirectory *directory,
                    const char *uid,
                    IntimailAppPassword *app_password,
                    const char *text,
                    GCancellable *cancellable,
                    GError **error)
{
  IntimailLdapDirectory *self = INTIMAIL_LDAP_DIRECTORY (directory);
  g_autoptr (IntimailLdapAnswer) person = intimail_ldap_lookup_person (self, uid, cancellable, error);
  g_autoptr (IntimailLdifEntry) entry = NULL;
  g_autofree char *dn = NULL;
  g_autoptr (GError) local_error = NULL;
  Change change = { .password = text };

  if (person == NULL)
    return FALSE;
  dn = intimail_ldap_app_password_make_dn (intimail_app_password_get_id (app_password), person->dn);
  entry = intimail_ldif_entry_new (dn);
  intimail_ldif_entry_set_app_password (entry, app_password);
  change.dn = dn;
  change.entry = entry;
  /* What is there after a second try was not there before the first: it is ours. */
  if (!run (self, do_add, &change, cancellable, &local_error) &&
      !(change.n_sent > 1 && g_error_matches (local_error, INTIMAIL_ERROR, INTIMAIL_ERROR_EXISTS)))
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  if (run (self, do_set_password, &change, NULL, error))
    return TRUE;
  run (self, do_delete, &change, NULL, NULL);

  return FALSE;
}

/* The entries below a person, or the one of @id. */
static GPtrArray *
search (IntimailLdapDirectory *self, const char *base, gboolean is_one, GCancellable *cancellable, GError **error)
{
  static const char *const names[] = { "cn", "description", "intimailCreated", "intimailLastUse", "pwdLastSuccess", NULL };
  const IntimailLdapQuery query = { .base = base, .is_base_only = is_one, .filter = FILTER, .attributes = names };

  return intimail_ldap_pool_search (self->pool, &query, cancellable, error);
}

static GPtrArray *
list_app_passwords (IntimailDirectory *directory, const char *uid, GCancellable *cancellable, GError **error)
{
  IntimailLdapDirectory *self = INTIMAIL_LDAP_DIRECTORY (directory);
  g_autoptr (IntimailLdapAnswer) person = intimail_ldap_lookup_person (self, uid, cancellable, error);
  g_autoptr (GPtrArray) entries = person != NULL ? search (self, person->dn, FALSE, cancellable, error) : NULL;
  GPtrArray *list;

  if (entries == NULL)
    return NULL;
  list = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < entries->len; i++)
    g_ptr_array_add (list, intimail_ldif_entry_to_app_password (entries->pdata[i]));

  return list;
}

static gboolean
revoke_app_password (IntimailDirectory *directory,
                     const char *uid,
                     const char *id,
                     GCancellable *cancellable,
                     GError **error)
{
  IntimailLdapDirectory *self = INTIMAIL_LDAP_DIRECTORY (directory);
  g_autoptr (IntimailLdapAnswer) person = intimail_ldap_lookup_person (self, uid, cancellable, error);
  g_autofree char *dn = person != NULL ? intimail_ldap_app_password_make_dn (id, person->dn) : NULL;
  g_autoptr (GError) local_error = NULL;
  Change change = { .dn = dn };

  gboolean done;

  if (person == NULL)
    return FALSE;
  done = run (self, do_delete, &change, cancellable, &local_error) ||
         (change.outcome == INTIMAIL_LDAP_ABSENT && change.n_sent > 1);
  /* Whoever keeps in mind that it was right. */
  intimail_ldap_directory_note_change (self, NULL);
  if (done)
    return TRUE;
  if (change.outcome == INTIMAIL_LDAP_ABSENT)
    g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND, "\"%s\" has no app password \"%s\"", uid, id);
  else
    g_propagate_error (error, g_steal_pointer (&local_error));

  return FALSE;
}

gboolean
intimail_ldap_app_password_remove_all (IntimailLdapDirectory *self,
                                       const char *person_dn,
                                       GCancellable *cancellable,
                                       GError **error)
{
  g_autoptr (GPtrArray) entries = search (self, person_dn, FALSE, cancellable, error);

  if (entries == NULL)
    return FALSE;
  for (guint i = 0; i < entries->len; i++)
    {
      Change change = { .dn = ((IntimailLdifEntry *) entries->pdata[i])->dn };
      g_autoptr (GError) local_error = NULL;

      if (run (self, do_delete, &change, cancellable, &local_error) || change.outcome == INTIMAIL_LDAP_ABSENT)
        continue;
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }

  return TRUE;
}

/* The time that is there is taken away by name: of two who write at once, one does. */
static gboolean
write_last_use (IntimailLdapDirectory *self, IntimailLdifEntry *entry, gint64 now, GCancellable *cancellable, GError **error)
{
  g_autoptr (IntimailLdifEntry) changed = intimail_ldif_entry_new (entry->dn);
  g_autofree const char **removed = intimail_ldif_entry_list (entry, "intimailLastUse");
  g_autofree const char **added = NULL;
  g_autoptr (GPtrArray) modifications = g_ptr_array_new ();
  g_autoptr (GError) local_error = NULL;
  IntimailLdapModification modification = { .attribute = "intimailLastUse", .removed = (char **) removed };
  Change change = { .dn = entry->dn, .modifications = modifications };

  intimail_ldif_entry_set_time (changed, "intimailLastUse", now);
  added = intimail_ldif_entry_list (changed, "intimailLastUse");
  modification.added = (char **) added;
  g_ptr_array_add (modifications, &modification);
  if (run (self, do_modify, &change, cancellable, &local_error) || change.outcome == INTIMAIL_LDAP_CONFLICT)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));

  return FALSE;
}

static gboolean
note_app_password (IntimailDirectory *directory,
                   const char *uid,
                   const char *id,
                   gint64 now,
                   GCancellable *cancellable,
                   GError **error)
{
  IntimailLdapDirectory *self = INTIMAIL_LDAP_DIRECTORY (directory);
  g_autoptr (IntimailLdapAnswer) person = intimail_ldap_lookup_person (self, uid, cancellable, error);
  g_autofree char *dn = person != NULL ? intimail_ldap_app_password_make_dn (id, person->dn) : NULL;
  g_autoptr (GPtrArray) entries = dn != NULL ? search (self, dn, TRUE, cancellable, error) : NULL;
  g_autoptr (IntimailAppPassword) app_password = NULL;

  if (entries == NULL)
    return FALSE;
  /* Revoked a moment ago. */
  if (entries->len == 0)
    return TRUE;
  app_password = intimail_ldif_entry_to_app_password (entries->pdata[0]);

  return now - intimail_app_password_get_last_use (app_password) < INTIMAIL_APP_PASSWORD_USE_INTERVAL ||
         write_last_use (self, entries->pdata[0], now, cancellable, error);
}

void
intimail_ldap_app_password_init_interface (IntimailDirectoryInterface *iface)
{
  iface->store_app_password = store_app_password;
  iface->list_app_passwords = list_app_passwords;
  iface->revoke_app_password = revoke_app_password;
  iface->note_app_password = note_app_password;
}
