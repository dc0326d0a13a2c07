/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The directory at an LDAP server: people and groups are added, changed and removed.
 *
 * A change names the old values that it takes away, so that a server refuses it when
 * somebody else was faster; it is then made again from what they left. LDAP has no
 * transactions over two entries: that an address has one owner is looked at before
 * and after, and what came second is taken back.
 */

#include "directory/intimail-ldap-directory-private.h"

#include <string.h>

#include <intimail/intimail-error.h>

#include "directory/intimail-group-private.h"
#include "directory/intimail-ldap-filter-private.h"
#include "directory/intimail-ldap-mapping-private.h"
#include "directory/intimail-ldif-mapping-private.h"
#include "directory/intimail-password-private.h"
#include "directory/intimail-person-private.h"

/* How often a change is made again because somebody else was faster. */
#define MAX_TRIES 20

/* One change on the server. */
typedef struct
{
  IntimailLdifEntry *entry;
  const char *dn;
  const char *uid; /* who may not go on as they have signed in, or NULL */
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
do_modify (IntimailLdapConnection *connection, gpointer data, GCancellable *cancellable, GError **error)
{
  Change *change = data;

  return intimail_ldap_connection_modify (connection, change->dn, change->modifications, cancellable, error);
}

static gboolean
do_delete (IntimailLdapConnection *connection, gpointer data, GCancellable *cancellable, GError **error)
{
  Change *change = data;

  return intimail_ldap_connection_delete (connection, change->dn, cancellable, error);
}

static gboolean
run (IntimailLdapDirectory *self, IntimailLdapOperation operation, Change *change, GCancellable *cancellable, GError **error)
{
  gboolean done;

  change->outcome = INTIMAIL_LDAP_REFUSED;
  done = intimail_ldap_pool_run (self->pool, INTIMAIL_LDAP_AS_SERVICE, operation, change, &change->outcome, cancellable, error);
  intimail_ldap_directory_note_change (self, change->uid);

  return done;
}

/* The keys of all addresses of a person or group. */
static char **
make_keys (GObject *object)
{
  g_autoptr (GStrvBuilder) keys = g_strv_builder_new ();
  g_auto (GStrv) list = NULL;

  if (INTIMAIL_IS_PERSON (object))
    {
      const char *const *aliases = intimail_person_get_aliases (INTIMAIL_PERSON (object));
      g_autoptr (GPtrArray) ending = intimail_person_get_temporary_aliases (INTIMAIL_PERSON (object));

      g_strv_builder_add (keys, intimail_person_get_mail (INTIMAIL_PERSON (object)));
      g_strv_builder_addv (keys, (const char **) aliases);
      for (guint i = 0; i < ending->len; i++)
        g_strv_builder_add (keys, intimail_temporary_alias_get_address (ending->pdata[i]));
    }
  else if (*intimail_group_get_mail (INTIMAIL_GROUP (object)) != '\0')
    {
      g_strv_builder_add (keys, intimail_group_get_mail (INTIMAIL_GROUP (object)));
    }
  list = g_strv_builder_end (keys);
  for (gsize i = 0; list[i] != NULL; i++)
    {
      char *key = intimail_person_make_alias_key (list[i]);

      g_free (list[i]);
      list[i] = key;
    }

  return g_steal_pointer (&list);
}

/* Whether nobody but @own_dn has one of these addresses; EXISTS. */
static gboolean
check_free (IntimailLdapDirectory *self, GObject *object, const char *own_dn, GCancellable *cancellable, GError **error)
{
  g_auto (GStrv) keys = make_keys (object);
  g_autofree char *own = intimail_ldif_normalize_dn (own_dn);
  g_autoptr (GHashTable) owners = NULL;
  GHashTableIter iter;
  gpointer dn;

  if (keys[0] == NULL)
    return TRUE;
  owners = intimail_ldap_lookup_owners (self, (const char *const *) keys, cancellable, error);
  if (owners == NULL)
    return FALSE;
  g_hash_table_iter_init (&iter, owners);
  while (g_hash_table_iter_next (&iter, &dn, NULL))
    if (!g_str_equal (dn, own))
      {
        g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_EXISTS, "an address of \"%s\" is taken by \"%s\"", own_dn, (char *) dn);
        return FALSE;
      }

  return TRUE;
}

/* The classes of the settings, beside those that are there. */
static void
set_classes (IntimailLdapDirectory *self, gboolean of_group, IntimailLdifEntry *old, IntimailLdifEntry *entry)
{
  char **wanted = of_group ? self->settings->group_classes : self->settings->person_classes;
  g_autofree const char **have = old != NULL ? intimail_ldif_entry_list (old, "objectClass") : NULL;
  g_autoptr (GStrvBuilder) classes = g_strv_builder_new ();
  g_auto (GStrv) list = NULL;

  if (have != NULL)
    g_strv_builder_addv (classes, have);
  for (gsize i = 0; wanted[i] != NULL; i++)
    if (old == NULL || !intimail_ldif_entry_has (old, "objectClass", wanted[i]))
      g_strv_builder_add (classes, wanted[i]);
  list = g_strv_builder_end (classes);
  intimail_ldif_entry_set (entry, "objectClass", (const char *const *) list);
}

static IntimailLdifEntry *
copy_entry (IntimailLdifEntry *entry)
{
  IntimailLdifEntry *copy = intimail_ldif_entry_new (entry->dn);

  for (guint i = 0; i < entry->values->len; i++)
    {
      const IntimailLdifValue *value = entry->values->pdata[i];

      intimail_ldif_entry_add_bytes (copy, value->name, value->value, value->length);
    }

  return copy;
}

static gboolean
add_entry (IntimailLdapDirectory *self,
           gboolean of_group,
           IntimailLdifEntry *entry,
           GObject *object,
           IntimailLdifEntry *foreign,
           const char *password,
           GCancellable *cancellable,
           GError **error)
{
  g_autoptr (IntimailLdifEntry) theirs = intimail_ldap_mapping_write (self->settings, of_group, entry);
  Change change = { .entry = theirs, .dn = theirs->dn };
  g_autoptr (GError) local_error = NULL;

  for (guint i = 0; foreign != NULL && i < foreign->values->len; i++)
    {
      const IntimailLdifValue *value = foreign->values->pdata[i];

      if (g_ascii_strcasecmp (value->name, "objectClass") != 0 || !intimail_ldif_entry_has (theirs, "objectClass", value->value))
        intimail_ldif_entry_add_bytes (theirs, value->name, value->value, value->length);
    }
  /* What is there after a second try was not there before the first: it is ours. */
  if (!run (self, do_add, &change, cancellable, &local_error) &&
      !(change.n_sent > 1 && g_error_matches (local_error, INTIMAIL_ERROR, INTIMAIL_ERROR_EXISTS)))
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  /* From here on nothing may be left half done: no cancel is heeded. */
  if (check_free (self, object, theirs->dn, NULL, error) &&
      (password == NULL || intimail_ldap_password_set (self, theirs->dn, NULL, password, NULL, error)))
    return TRUE;
  run (self, do_delete, &change, NULL, NULL);

  return FALSE;
}

/* NOT_FOUND is what is wanted. */
static gboolean
check_absent (IntimailLdapDirectory *self, gboolean of_group, const char *name, GCancellable *cancellable, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (IntimailLdifEntry) entry = intimail_ldap_lookup_entry (self, of_group, name, NULL, cancellable, &local_error);

  if (entry != NULL)
    {
      g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_EXISTS,
                   "there is a %s \"%s\" already", of_group ? "group" : "person", name);
      return FALSE;
    }
  if (g_error_matches (local_error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));

  return FALSE;
}

gboolean
intimail_ldap_change_add_person (IntimailLdapDirectory *self,
                                 IntimailPerson *person,
                                 IntimailLdifEntry *foreign,
                                 const char *password,
                                 char **entry_dn,
                                 GCancellable *cancellable,
                                 GError **error)
{
  const char *uid = intimail_person_get_uid (person);
  g_autofree char *dn = NULL;
  g_autoptr (IntimailLdifEntry) entry = NULL;

  if (!intimail_person_check_change (person, error) ||
      (password != NULL && !intimail_password_check_form (password, error)))
    return FALSE;
  dn = intimail_ldap_filter_make_dn (self->settings->attributes[INTIMAIL_LDAP_PERSON_UID][0], uid, self->settings->people_dn);
  if (!check_absent (self, FALSE, uid, cancellable, error) ||
      !check_free (self, G_OBJECT (person), dn, cancellable, error))
    return FALSE;
  entry = intimail_ldif_entry_new (dn);
  intimail_ldif_entry_set_person (entry, person);
  set_classes (self, FALSE, NULL, entry);

  if (!add_entry (self, FALSE, entry, G_OBJECT (person), foreign, password, cancellable, error))
    return FALSE;
  if (entry_dn != NULL)
    *entry_dn = g_steal_pointer (&dn);

  return TRUE;
}

static gboolean
add_person (IntimailDirectory *directory,
            IntimailPerson *person,
            const char *password,
            GCancellable *cancellable,
            GError **error)
{
  return intimail_ldap_change_add_person (INTIMAIL_LDAP_DIRECTORY (directory), person, NULL, password, NULL, cancellable, error);
}

gboolean
intimail_ldap_change_add_group (IntimailLdapDirectory *self,
                                IntimailGroup *group,
                                IntimailLdifEntry *foreign,
                                char **entry_dn,
                                GCancellable *cancellable,
                                GError **error)
{
  const char *name = intimail_group_get_name (group);
  g_autoptr (GHashTable) dns = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autofree char *dn = NULL;
  g_autofree char *gid = NULL;
  g_autoptr (IntimailLdifEntry) entry = NULL;

  if (!intimail_group_check_change (group, error))
    return FALSE;
  dn = intimail_ldap_filter_make_dn (self->settings->attributes[INTIMAIL_LDAP_GROUP_NAME][0], name, self->settings->groups_dn);
  if (!check_absent (self, TRUE, name, cancellable, error) ||
      !intimail_ldap_member_check (self, group, NULL, cancellable, error) ||
      !check_free (self, G_OBJECT (group), dn, cancellable, error))
    return FALSE;
  gid = intimail_ldap_member_find_gid (self, cancellable, error);
  if (gid == NULL)
    return FALSE;
  entry = intimail_ldif_entry_new (dn);
  intimail_ldif_entry_set_group (entry, group);
  intimail_ldif_entry_set_one (entry, "gidNumber", gid);
  set_classes (self, TRUE, NULL, entry);

  if (!intimail_ldap_member_write (self, entry, dns, cancellable, error) ||
      !add_entry (self, TRUE, entry, G_OBJECT (group), foreign, NULL, cancellable, error))
    return FALSE;
  if (entry_dn != NULL)
    *entry_dn = g_steal_pointer (&dn);

  return TRUE;
}

static gboolean
add_group (IntimailDirectory *directory, IntimailGroup *group, GCancellable *cancellable, GError **error)
{
  return intimail_ldap_change_add_group (INTIMAIL_LDAP_DIRECTORY (directory), group, NULL, NULL, cancellable, error);
}

gboolean
intimail_ldap_change_delete (IntimailLdapDirectory *self, const char *dn, GError **error)
{
  Change change = { .dn = dn };

  return run (self, do_delete, &change, NULL, error);
}

/* What is there and what shall be, with the names of the server. */
typedef struct
{
  IntimailLdifEntry *before;
  IntimailLdifEntry *after;
  GObject *object;
} Plan;

static void
plan_clear (Plan *plan)
{
  g_clear_pointer (&plan->before, intimail_ldif_entry_free);
  g_clear_pointer (&plan->after, intimail_ldif_entry_free);
  g_clear_object (&plan->object);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Plan, plan_clear)

static gboolean
plan_person (IntimailLdapDirectory *self, GObject *wanted, Plan *plan, GCancellable *cancellable, GError **error)
{
  const char *uid = intimail_person_get_uid (INTIMAIL_PERSON (wanted));
  g_autoptr (IntimailLdifEntry) entry = intimail_ldap_lookup_entry (self, FALSE, uid, NULL, cancellable, error);
  g_autoptr (IntimailLdifEntry) changed = NULL;
  g_autoptr (GObject) current = entry != NULL ? intimail_ldap_lookup_make_object (self, FALSE, entry, error) : NULL;

  if (current == NULL)
    return FALSE;
  plan->object = G_OBJECT (intimail_person_merge (INTIMAIL_PERSON (current), INTIMAIL_PERSON (wanted)));
  changed = copy_entry (entry);
  intimail_ldif_entry_set_person (changed, INTIMAIL_PERSON (plan->object));
  set_classes (self, FALSE, entry, changed);
  plan->before = intimail_ldap_mapping_write (self->settings, FALSE, entry);
  plan->after = intimail_ldap_mapping_write (self->settings, FALSE, changed);

  return TRUE;
}

static gboolean
plan_group (IntimailLdapDirectory *self, GObject *wanted, Plan *plan, GCancellable *cancellable, GError **error)
{
  const char *name = intimail_group_get_name (INTIMAIL_GROUP (wanted));
  g_autoptr (GHashTable) dns = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autoptr (IntimailLdifEntry) entry = intimail_ldap_lookup_entry (self, TRUE, name, dns, cancellable, error);
  g_autoptr (IntimailLdifEntry) changed = NULL;
  g_autoptr (GObject) current = entry != NULL ? intimail_ldap_lookup_make_object (self, TRUE, entry, error) : NULL;

  if (current == NULL)
    return FALSE;
  plan->object = G_OBJECT (intimail_group_merge (INTIMAIL_GROUP (current), INTIMAIL_GROUP (wanted)));
  if (!intimail_ldap_member_check (self, INTIMAIL_GROUP (plan->object), INTIMAIL_GROUP (current), cancellable, error))
    return FALSE;
  changed = copy_entry (entry);
  intimail_ldif_entry_set_group (changed, INTIMAIL_GROUP (plan->object));
  set_classes (self, TRUE, entry, changed);
  if (!intimail_ldap_member_write (self, entry, dns, cancellable, error) || !intimail_ldap_member_write (self, changed, dns, cancellable, error))
    return FALSE;
  plan->before = intimail_ldap_mapping_write (self->settings, TRUE, entry);
  plan->after = intimail_ldap_mapping_write (self->settings, TRUE, changed);

  return TRUE;
}

/* Whether it has an address that it had not before. */
static gboolean
has_new_address (Plan *plan, IntimailLdapDirectory *self)
{
  static const IntimailLdapAttribute addresses[] = { INTIMAIL_LDAP_PERSON_MAIL, INTIMAIL_LDAP_PERSON_ALIAS,
                                                     INTIMAIL_LDAP_PERSON_TEMPORARY_ALIAS, INTIMAIL_LDAP_GROUP_MAIL };

  for (gsize i = 0; i < G_N_ELEMENTS (addresses); i++)
    {
      const char *name = self->settings->attributes[addresses[i]][0];
      g_autofree const char **values = name != NULL ? intimail_ldif_entry_list (plan->after, name) : NULL;

      for (gsize j = 0; values != NULL && values[j] != NULL; j++)
        if (!intimail_ldif_entry_has (plan->before, name, values[j]))
          return TRUE;
    }

  return FALSE;
}

static const char *
get_uid_of_inactive (GObject *object)
{
  gboolean ends = INTIMAIL_IS_PERSON (object) && !intimail_person_is_active (INTIMAIL_PERSON (object));

  return ends ? intimail_person_get_uid (INTIMAIL_PERSON (object)) : NULL;
}

/* One try. @outcome says whether another one makes sense. */
static gboolean
apply (IntimailLdapDirectory *self, Plan *plan, IntimailLdapOutcome *outcome, GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) forth = intimail_ldap_mapping_compare (plan->before, plan->after);
  g_autoptr (GPtrArray) back = intimail_ldap_mapping_compare (plan->after, plan->before);
  gboolean is_risky = has_new_address (plan, self);
  Change change = { .dn = plan->before->dn, .uid = get_uid_of_inactive (plan->object), .modifications = forth };

  *outcome = INTIMAIL_LDAP_REFUSED;
  if (is_risky && !check_free (self, plan->object, plan->before->dn, cancellable, error))
    return FALSE;
  if (!run (self, do_modify, &change, cancellable, error))
    {
      *outcome = change.outcome;
      return FALSE;
    }
  if (!is_risky || check_free (self, plan->object, plan->before->dn, NULL, error))
    return TRUE;
  change.modifications = back;
  run (self, do_modify, &change, NULL, NULL);

  return FALSE;
}

static gboolean
update (IntimailLdapDirectory *self,
        GObject *wanted,
        gboolean (*make_plan) (IntimailLdapDirectory *self, GObject *wanted, Plan *plan, GCancellable *cancellable, GError **error),
        GCancellable *cancellable,
        GError **error)
{
  g_autoptr (GError) local_error = NULL;

  for (guint i = 0; i < MAX_TRIES; i++)
    {
      g_auto (Plan) plan = { NULL };
      IntimailLdapOutcome outcome;

      g_clear_error (&local_error);
      if (!make_plan (self, wanted, &plan, cancellable, error))
        return FALSE;
      if (apply (self, &plan, &outcome, cancellable, &local_error))
        return TRUE;
      if (outcome != INTIMAIL_LDAP_CONFLICT)
        break;
      /* Two who stepped on each other's feet should not do so again. */
      g_usleep ((gulong) g_random_int_range (0, 1000 * (gint32) (i + 1)));
    }
  g_propagate_error (error, g_steal_pointer (&local_error));

  return FALSE;
}

static gboolean
update_person (IntimailDirectory *directory, IntimailPerson *person, GCancellable *cancellable, GError **error)
{
  return intimail_person_check_change (person, error) &&
         update (INTIMAIL_LDAP_DIRECTORY (directory), G_OBJECT (person), plan_person, cancellable, error);
}

static gboolean
update_group (IntimailDirectory *directory, IntimailGroup *group, GCancellable *cancellable, GError **error)
{
  return intimail_group_check_change (group, error) &&
         update (INTIMAIL_LDAP_DIRECTORY (directory), G_OBJECT (group), plan_group, cancellable, error);
}

/* Takes one value from one group; that it is not there is as good. */
static gboolean
leave_group (IntimailLdapDirectory *self,
             const char *group_dn,
             const char *attribute,
             const char *member,
             GCancellable *cancellable,
             GError **error)
{
  char *removed[] = { (char *) member, NULL };
  char *added[] = { NULL };
  IntimailLdapModification modification = {
    .attribute = attribute,
    .removed = removed,
    .added = added,
  };
  g_autoptr (GPtrArray) modifications = g_ptr_array_new ();
  g_autoptr (GError) local_error = NULL;
  Change change = { .dn = group_dn, .modifications = modifications };

  g_ptr_array_add (modifications, &modification);
  if (run (self, do_modify, &change, cancellable, &local_error) ||
      change.outcome == INTIMAIL_LDAP_CONFLICT || change.outcome == INTIMAIL_LDAP_ABSENT)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));

  return FALSE;
}

/* Takes somebody from all groups that have them in that attribute. */
static gboolean
leave_groups (IntimailLdapDirectory *self,
              IntimailLdapAttribute attribute,
              const char *member,
              GCancellable *cancellable,
              GError **error)
{
  const char *name = self->settings->attributes[attribute][0];
  g_autofree char *filter = NULL;
  g_autoptr (GPtrArray) groups = NULL;

  if (name == NULL)
    return TRUE;
  filter = intimail_ldap_filter_equals (name, member);
  groups = intimail_ldap_lookup_search (self, TRUE, filter, 0, cancellable, error);
  if (groups == NULL)
    return FALSE;
  for (guint i = 0; i < groups->len; i++)
    if (!leave_group (self, ((IntimailLdifEntry *) groups->pdata[i])->dn, name, member, cancellable, error))
      return FALSE;

  return TRUE;
}

/* The groups first: a uid that is left in one would be somebody else's one day. */
static gboolean
remove_person (IntimailDirectory *directory, const char *uid, GCancellable *cancellable, GError **error)
{
  IntimailLdapDirectory *self = INTIMAIL_LDAP_DIRECTORY (directory);
  g_autoptr (IntimailLdifEntry) entry = intimail_ldap_lookup_entry (self, FALSE, uid, NULL, cancellable, error);
  Change change = { .uid = uid };

  if (entry == NULL)
    return FALSE;
  if (!leave_groups (self, INTIMAIL_LDAP_GROUP_MEMBER, self->settings->members_are_dns ? entry->dn : uid, cancellable, error) ||
      !leave_groups (self, INTIMAIL_LDAP_GROUP_OWNER, uid, cancellable, error))
    return FALSE;
  if (!intimail_ldap_app_password_remove_all (self, entry->dn, cancellable, error))
    return FALSE;
  change.dn = entry->dn;

  return run (self, do_delete, &change, cancellable, error);
}

static gboolean
remove_group (IntimailDirectory *directory, const char *name, GCancellable *cancellable, GError **error)
{
  IntimailLdapDirectory *self = INTIMAIL_LDAP_DIRECTORY (directory);
  g_autoptr (IntimailLdifEntry) entry = intimail_ldap_lookup_entry (self, TRUE, name, NULL, cancellable, error);
  Change change = { NULL };

  if (entry == NULL)
    return FALSE;
  change.dn = entry->dn;

  return run (self, do_delete, &change, cancellable, error);
}

void
intimail_ldap_change_init_interface (IntimailDirectoryInterface *iface)
{
  iface->add_person = add_person;
  iface->update_person = update_person;
  iface->remove_person = remove_person;
  iface->add_group = add_group;
  iface->update_group = update_group;
  iface->remove_group = remove_group;
}
