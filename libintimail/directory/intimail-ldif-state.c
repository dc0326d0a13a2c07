/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "directory/intimail-ldif-state-private.h"

#include <string.h>

#include <intimail/intimail-error.h>

#include "directory/intimail-group-private.h"
#include "directory/intimail-person-private.h"

/* Who gets the mail for an address: one of the two is there. */
typedef struct
{
  IntimailLdifPerson *person;
  IntimailLdifGroup *group;
} Owner;

static void
person_free (gpointer data)
{
  IntimailLdifPerson *person = data;

  g_object_unref (person->person);
  g_free (person);
}

static void
group_free (gpointer data)
{
  IntimailLdifGroup *group = data;

  g_object_unref (group->group);
  g_free (group);
}

IntimailLdifState *
intimail_ldif_state_ref (IntimailLdifState *self)
{
  g_atomic_ref_count_inc (&self->references);
  return self;
}

void
intimail_ldif_state_unref (IntimailLdifState *self)
{
  if (!g_atomic_ref_count_dec (&self->references))
    return;
  g_hash_table_unref (self->app_passwords);
  g_hash_table_unref (self->domains);
  g_hash_table_unref (self->owners);
  g_hash_table_unref (self->names);
  g_hash_table_unref (self->uids);
  g_ptr_array_unref (self->groups);
  g_ptr_array_unref (self->people);
  intimail_ldif_free (self->ldif);
  g_free (self->base_dn);
  g_free (self->name);
  g_free (self);
}

static IntimailLdifState *
state_new (IntimailLdif *ldif, const char *base_dn, const char *name)
{
  IntimailLdifState *self = g_new0 (IntimailLdifState, 1);

  g_atomic_ref_count_init (&self->references);
  self->ldif = ldif;
  self->base_dn = g_strdup (base_dn);
  self->name = g_strdup (name);
  self->people = g_ptr_array_new_with_free_func (person_free);
  self->groups = g_ptr_array_new_with_free_func (group_free);
  self->uids = g_hash_table_new (g_str_hash, g_str_equal);
  self->names = g_hash_table_new (g_str_hash, g_str_equal);
  self->owners = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->domains = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->app_passwords = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return self;
}

static guint
owner_line (Owner *owner)
{
  return owner->person != NULL ? owner->person->entry->line : owner->group->entry->line;
}

static gboolean
add_address (IntimailLdifState *self,
             const char *address,
             IntimailLdifPerson *person,
             IntimailLdifGroup *group,
             GError **error)
{
  g_autofree char *key = intimail_person_make_alias_key (address);
  Owner *other = g_hash_table_lookup (self->owners, key);
  Owner *owner;

  if (other != NULL && other->person == person && other->group == group)
    return TRUE;
  owner = g_new0 (Owner, 1);
  owner->person = person;
  owner->group = group;
  if (other != NULL)
    {
      g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_EXISTS,
                   "%s:%u: the address \"%s\" is taken: see line %u",
                   self->name, owner_line (owner), address, owner_line (other));
      g_free (owner);
      return FALSE;
    }

  g_hash_table_add (self->domains, g_strdup (strrchr (key, '@') + 1));
  g_hash_table_insert (self->owners, g_steal_pointer (&key), owner);
  return TRUE;
}

/* They stay their person's when they have ended: nobody else gets what comes. */
static gboolean
add_temporary_aliases (IntimailLdifState *self, IntimailLdifPerson *record, GError **error)
{
  g_autoptr (GPtrArray) aliases = intimail_person_get_temporary_aliases (record->person);

  for (guint i = 0; i < aliases->len; i++)
    if (!add_address (self, intimail_temporary_alias_get_address (aliases->pdata[i]), record, NULL, error))
      return FALSE;

  return TRUE;
}

static gboolean
add_person (IntimailLdifState *self, IntimailLdifEntry *entry, GError **error)
{
  IntimailPerson *person = intimail_ldif_entry_to_person (entry, self->name, error);
  const char *const *aliases;
  IntimailLdifPerson *record;
  const char *uid;

  if (person == NULL)
    return FALSE;
  record = g_new0 (IntimailLdifPerson, 1);
  record->entry = entry;
  record->person = person;
  g_ptr_array_add (self->people, record);

  uid = intimail_person_get_uid (person);
  if (!g_hash_table_insert (self->uids, (char *) uid, record))
    {
      g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_EXISTS,
                   "%s:%u: the uid \"%s\" is taken", self->name, entry->line, uid);
      return FALSE;
    }
  if (!add_address (self, intimail_person_get_mail (person), record, NULL, error))
    return FALSE;
  aliases = intimail_person_get_aliases (person);
  for (gsize i = 0; aliases[i] != NULL; i++)
    if (!add_address (self, aliases[i], record, NULL, error))
      return FALSE;

  return add_temporary_aliases (self, record, error);
}

static gboolean
add_group (IntimailLdifState *self, IntimailLdifEntry *entry, GError **error)
{
  IntimailGroup *group = intimail_ldif_entry_to_group (entry, self->name, error);
  IntimailLdifGroup *record;
  const char *name;

  if (group == NULL)
    return FALSE;
  record = g_new0 (IntimailLdifGroup, 1);
  record->entry = entry;
  record->group = group;
  g_ptr_array_add (self->groups, record);

  name = intimail_group_get_name (group);
  if (!g_hash_table_insert (self->names, (char *) name, record))
    {
      g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_EXISTS,
                   "%s:%u: the group \"%s\" is there twice", self->name, entry->line, name);
      return FALSE;
    }
  if (*intimail_group_get_mail (group) == '\0')
    return TRUE;

  return add_address (self, intimail_group_get_mail (group), NULL, record, error);
}

/* "dc=home,dc=example" is the domain home.example. */
static void
add_base_domain (IntimailLdifState *self, const char *normal_base)
{
  g_auto (GStrv) parts = g_strsplit (normal_base, ",", -1);
  GString *domain = g_string_new (NULL);

  for (gsize i = 0; parts[i] != NULL; i++)
    if (g_str_has_prefix (parts[i], "dc="))
      g_string_append_printf (domain, "%s%s", domain->len > 0 ? "." : "", parts[i] + strlen ("dc="));
  g_hash_table_add (self->domains, g_string_free (domain, FALSE));
}

static gboolean
fill (IntimailLdifState *self, GError **error)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autofree char *base = intimail_ldif_normalize_dn (self->base_dn);
  g_autofree char *people = g_strconcat (",ou=people,", base, NULL);
  g_autofree char *groups = g_strconcat (",ou=groups,", base, NULL);

  add_base_domain (self, base);
  for (guint i = 0; i < self->ldif->entries->len; i++)
    {
      IntimailLdifEntry *entry = self->ldif->entries->pdata[i];
      g_autofree char *dn = intimail_ldif_normalize_dn (entry->dn);
      gboolean good = TRUE;

      if (g_str_has_suffix (dn, people) && intimail_ldif_entry_is_person (entry))
        good = add_person (self, entry, error);
      else if (g_str_has_suffix (dn, people) && intimail_ldif_entry_is_app_password (entry))
        g_hash_table_insert (self->app_passwords, g_strdup (dn), entry);
      else if (g_str_has_suffix (dn, groups) && intimail_ldif_entry_is_group (entry))
        good = add_group (self, entry, error);
      if (!good)
        return FALSE;
      if (!g_hash_table_add (seen, g_steal_pointer (&dn)))
        {
          g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_EXISTS,
                       "%s:%u: the entry \"%s\" is there twice", self->name, entry->line, entry->dn);
          return FALSE;
        }
    }
  /* An empty or foreign file must not look like a site without people: all
   * its mail would bounce. */
  if (!g_hash_table_contains (seen, base))
    {
      g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT,
                   "%s:1: no entry \"dn: %s\" is in the file", self->name, self->base_dn);
      return FALSE;
    }

  return TRUE;
}

static int
compare_people (gconstpointer a, gconstpointer b)
{
  const IntimailLdifPerson *const *first = a;
  const IntimailLdifPerson *const *second = b;

  return strcmp (intimail_person_get_uid ((*first)->person), intimail_person_get_uid ((*second)->person));
}

static int
compare_groups (gconstpointer a, gconstpointer b)
{
  const IntimailLdifGroup *const *first = a;
  const IntimailLdifGroup *const *second = b;

  return strcmp (intimail_group_get_name ((*first)->group), intimail_group_get_name ((*second)->group));
}

IntimailLdifState *
intimail_ldif_state_parse (const char *data, gsize length, const char *base_dn, const char *name, GError **error)
{
  IntimailLdif *ldif = intimail_ldif_parse (data, length, name, &intimail_ldif_default_limits, error);
  g_autoptr (IntimailLdifState) self = NULL;

  if (ldif == NULL)
    return NULL;
  self = state_new (ldif, base_dn, name);
  if (!fill (self, error))
    return NULL;
  g_ptr_array_sort (self->people, compare_people);
  g_ptr_array_sort (self->groups, compare_groups);

  return g_steal_pointer (&self);
}

IntimailLdifPerson *
intimail_ldif_state_lookup_person (IntimailLdifState *self, const char *uid, GError **error)
{
  IntimailLdifPerson *person = g_hash_table_lookup (self->uids, uid);

  if (person == NULL)
    g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND, "no such person \"%s\"", uid);
  return person;
}

IntimailLdifGroup *
intimail_ldif_state_lookup_group (IntimailLdifState *self, const char *name, GError **error)
{
  IntimailLdifGroup *group = g_hash_table_lookup (self->names, name);

  if (group == NULL)
    g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND, "no such group \"%s\"", name);
  return group;
}

IntimailLdifPerson *
intimail_ldif_state_find_login (IntimailLdifState *self, const char *login)
{
  g_autofree char *lower = g_ascii_strdown (login, -1);
  IntimailLdifPerson *person = g_hash_table_lookup (self->uids, lower);
  g_autofree char *key = NULL;
  Owner *owner;

  if (person != NULL)
    return person;
  key = intimail_person_make_address_key (login);
  owner = key != NULL ? g_hash_table_lookup (self->owners, key) : NULL;
  /* An address that strangers are given is no name to sign in with. */
  if (owner == NULL || owner->person == NULL || !intimail_person_has_lasting_key (owner->person->person, key))
    return NULL;

  return owner->person;
}

IntimailLdifEntry *
intimail_ldif_state_find_app_password (IntimailLdifState *self, IntimailLdifPerson *person, const char *id)
{
  g_autofree char *parent = intimail_ldif_normalize_dn (person->entry->dn);
  g_autofree char *dn = g_strdup_printf ("cn=%s,%s", id, parent);

  return g_hash_table_lookup (self->app_passwords, dn);
}

GPtrArray *
intimail_ldif_state_list_app_passwords (IntimailLdifState *self, IntimailLdifPerson *person)
{
  g_autofree char *parent = intimail_ldif_normalize_dn (person->entry->dn);
  g_autofree char *suffix = g_strconcat (",", parent, NULL);
  GPtrArray *entries = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer dn;
  gpointer entry;

  g_hash_table_iter_init (&iter, self->app_passwords);
  while (g_hash_table_iter_next (&iter, &dn, &entry))
    if (g_str_has_suffix (dn, suffix))
      g_ptr_array_add (entries, entry);

  return entries;
}

IntimailLdifEntry *
intimail_ldif_state_find_entry (IntimailLdifState *self, const char *address)
{
  g_autofree char *key = intimail_person_make_alias_key (address);
  Owner *owner = key != NULL ? g_hash_table_lookup (self->owners, key) : NULL;

  if (owner == NULL)
    return NULL;

  return owner->person != NULL ? owner->person->entry : owner->group->entry;
}

GObject *
intimail_ldif_state_find_owner (IntimailLdifState *self, const char *const *keys, GError **error)
{
  for (gsize i = 0; keys[i] != NULL; i++)
    {
      Owner *owner = g_hash_table_lookup (self->owners, keys[i]);

      if (owner != NULL)
        return owner->person != NULL ? G_OBJECT (intimail_person_lend (owner->person->person))
                                     : G_OBJECT (intimail_group_lend (owner->group->group));
    }

  g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND, "nobody has the address \"%s\"", keys[0]);
  return NULL;
}
