/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The directory at an LDAP server: one person or group is looked up.
 */

#include "directory/intimail-ldap-directory-private.h"

#include <string.h>

#include <intimail/intimail-error.h>

#include "directory/intimail-group-private.h"
#include "directory/intimail-ldap-filter-private.h"
#include "directory/intimail-ldap-mapping-private.h"
#include "directory/intimail-ldif-mapping-private.h"
#include "directory/intimail-person-private.h"

/* How long a server is believed to show what it has. */
#define TRUST_SECONDS 60

/* People that are asked for in one search. */
#define BATCH 100

char *
intimail_ldap_lookup_make_filter (IntimailLdapDirectory *self, gboolean of_group, const char *filter)
{
  const char *own = of_group ? self->settings->group_filter : self->settings->person_filter;

  return *filter == '\0' ? g_strdup (own) : g_strdup_printf ("(&%s%s)", filter, own);
}

static gboolean
have_class (GPtrArray *entries, const char *name)
{
  for (guint i = 0; i < entries->len; i++)
    if (!intimail_ldif_entry_has (entries->pdata[i], "objectClass", name))
      return FALSE;

  return TRUE;
}

/* A server that looks for an address and for a class goes through all who have the
 * class: the class is looked at here. Only when that leaves a doubt, as with a class
 * that another one includes, is the server asked for both. */
static GPtrArray *
search_entries (IntimailLdapDirectory *self,
                gboolean of_group,
                const char *filter,
                guint limit,
                GCancellable *cancellable,
                GError **error)
{
  const char *class = of_group ? self->settings->group_class : self->settings->person_class;
  g_autofree const char **names = intimail_ldap_mapping_list_names (self->settings, of_group);
  g_autofree char *whole = NULL;
  IntimailLdapQuery query = {
    .base = of_group ? self->settings->groups_dn : self->settings->people_dn,
    .filter = filter,
    .attributes = names,
    .limit = limit,
  };

  if (class != NULL && *filter != '\0')
    {
      g_autoptr (GPtrArray) found = intimail_ldap_pool_search (self->pool, &query, cancellable, error);

      if (found == NULL || have_class (found, class))
        return g_steal_pointer (&found);
    }
  whole = intimail_ldap_lookup_make_filter (self, of_group, filter);
  query.filter = whole;

  return intimail_ldap_pool_search (self->pool, &query, cancellable, error);
}

GPtrArray *
intimail_ldap_lookup_search (IntimailLdapDirectory *self,
                             gboolean of_group,
                             const char *filter,
                             guint limit,
                             GCancellable *cancellable,
                             GError **error)
{
  g_autoptr (GPtrArray) found = search_entries (self, of_group, filter, limit, cancellable, error);
  GPtrArray *entries;

  if (found == NULL)
    return NULL;
  entries = g_ptr_array_new_with_free_func ((GDestroyNotify) intimail_ldif_entry_free);
  for (guint i = 0; i < found->len; i++)
    {
      IntimailLdifEntry *entry = intimail_ldap_mapping_read (self->settings, of_group, found->pdata[i]);

      /* Who has no address has no mail here, whatever else they are. */
      if (intimail_ldif_entry_get (entry, of_group ? "cn" : "uid") != NULL &&
          (of_group || intimail_ldif_entry_get (entry, "mail") != NULL))
        g_ptr_array_add (entries, entry);
      else
        intimail_ldif_entry_free (entry);
    }

  return entries;
}

GObject *
intimail_ldap_lookup_make_object (IntimailLdapDirectory *self, gboolean of_group, IntimailLdifEntry *entry, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  gpointer object = of_group ? (gpointer) intimail_ldif_entry_to_group (entry, entry->dn, &local_error)
                             : (gpointer) intimail_ldif_entry_to_person (entry, entry->dn, &local_error);

  if (object == NULL)
    g_set_error_literal (error, INTIMAIL_ERROR, INTIMAIL_ERROR_UNAVAILABLE, local_error->message);
  else if (!of_group)
    {
      /* The hash stays at the server: what another process told stands for it. */
      guint64 stamp = intimail_ldap_notice_get_sign_in_stamp (self->notice, intimail_person_get_uid (object));

      intimail_person_set_sign_in_stamp (object, stamp);
    }

  return object;
}

static gpointer
lend (GObject *object)
{
  return INTIMAIL_IS_PERSON (object) ? (gpointer) intimail_person_lend (INTIMAIL_PERSON (object))
                                     : (gpointer) intimail_group_lend (INTIMAIL_GROUP (object));
}

/* NOT_FOUND, once it is clear that the server would have shown it. */
static gboolean
set_not_found (IntimailLdapDirectory *self, const char *what, const char *name, GCancellable *cancellable, GError **error)
{
  gint now = (gint) (g_get_monotonic_time () / G_USEC_PER_SEC);
  gint n_openings = (gint) intimail_ldap_pool_get_n_openings (self->pool);

  if (g_atomic_int_get (&self->trusted_openings) != n_openings || g_atomic_int_get (&self->trusted_until) <= now)
    {
      if (!intimail_ldap_schema_check (self->pool, self->settings, cancellable, error))
        return FALSE;
      g_atomic_int_set (&self->trusted_openings, n_openings);
      g_atomic_int_set (&self->trusted_until, now + TRUST_SECONDS);
    }
  g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND, "%s \"%s\"", what, name);

  return FALSE;
}

static const char *
get_name_attribute (IntimailLdapDirectory *self, gboolean of_group)
{
  return self->settings->attributes[of_group ? INTIMAIL_LDAP_GROUP_NAME : INTIMAIL_LDAP_PERSON_UID][0];
}

IntimailLdifEntry *
intimail_ldap_lookup_entry (IntimailLdapDirectory *self,
                            gboolean of_group,
                            const char *name,
                            GHashTable *member_dns,
                            GCancellable *cancellable,
                            GError **error)
{
  g_autofree char *filter = intimail_ldap_filter_equals (get_name_attribute (self, of_group), name);
  g_autoptr (GPtrArray) entries = NULL;

  if (!intimail_person_is_valid_uid (name))
    {
      g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND, "no such %s \"%s\"", of_group ? "group" : "person", name);
      return NULL;
    }
  entries = intimail_ldap_lookup_search (self, of_group, filter, 0, cancellable, error);
  if (entries == NULL)
    return NULL;
  if (entries->len == 0)
    {
      set_not_found (self, of_group ? "no such group" : "no such person", name, cancellable, error);
      return NULL;
    }
  if (entries->len > 1)
    {
      g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_UNAVAILABLE, "\"%s\" is there twice: \"%s\" and \"%s\"", name,
                   ((IntimailLdifEntry *) entries->pdata[0])->dn, ((IntimailLdifEntry *) entries->pdata[1])->dn);
      return NULL;
    }
  if (of_group && !intimail_ldap_member_read (self, entries->pdata[0], member_dns, cancellable, error))
    return NULL;

  return g_ptr_array_steal_index (entries, 0);
}

static IntimailLdapAnswer *
lookup_name (IntimailLdapDirectory *self, gboolean of_group, const char *name, GCancellable *cancellable, GError **error)
{
  g_autofree char *key = g_strconcat (of_group ? "g:" : "u:", name, NULL);
  IntimailLdapAnswer *answer = intimail_ldap_cache_get (self->cache, key);
  g_autoptr (IntimailLdifEntry) entry = NULL;
  g_autoptr (GObject) object = NULL;
  guint64 epoch;

  if (answer != NULL)
    return answer;
  epoch = intimail_ldap_cache_get_epoch (self->cache);
  entry = intimail_ldap_lookup_entry (self, of_group, name, NULL, cancellable, error);
  object = entry != NULL ? intimail_ldap_lookup_make_object (self, of_group, entry, error) : NULL;
  if (object == NULL)
    return NULL;
  answer = intimail_ldap_answer_new (entry->dn, object);
  intimail_ldap_cache_put (self->cache, key, answer, epoch);

  return answer;
}

IntimailLdapAnswer *
intimail_ldap_lookup_person (IntimailLdapDirectory *self, const char *uid, GCancellable *cancellable, GError **error)
{
  return lookup_name (self, FALSE, uid, cancellable, error);
}

/* Which addresses are meant. */
typedef enum
{
  LASTING, /* of people */
  ENDING,  /* of people */
  OF_GROUP,
} Kind;

/* The entries with one of these addresses. */
static GPtrArray *
search_addresses (IntimailLdapDirectory *self,
                  Kind kind,
                  const char *const *keys,
                  GCancellable *cancellable,
                  GError **error)
{
  GPtrArray *filters = intimail_ldap_filter_list ();
  g_autofree char *filter = NULL;

  for (gsize i = 0; keys[i] != NULL; i++)
    switch (kind)
      {
      case LASTING:
        intimail_ldap_address_add_filters (self, filters, INTIMAIL_LDAP_PERSON_MAIL, keys[i]);
        intimail_ldap_address_add_filters (self, filters, INTIMAIL_LDAP_PERSON_ALIAS, keys[i]);
        break;
      case ENDING:
        /* "@domain" does not end. */
        if (keys[i][0] != '@')
          intimail_ldap_address_add_filters (self, filters, INTIMAIL_LDAP_PERSON_TEMPORARY_ALIAS, keys[i]);
        break;
      case OF_GROUP:
        intimail_ldap_address_add_filters (self, filters, INTIMAIL_LDAP_GROUP_MAIL, keys[i]);
        break;
      }
  if (filters->len == 0)
    {
      g_ptr_array_unref (filters);
      return g_ptr_array_new_with_free_func ((GDestroyNotify) intimail_ldif_entry_free);
    }
  filter = intimail_ldap_filter_any (filters);

  return intimail_ldap_lookup_search (self, kind == OF_GROUP, filter, 0, cancellable, error);
}

static gboolean
entry_has_key (IntimailLdifEntry *entry, const char *attribute, gboolean is_ending, const char *key)
{
  g_autofree const char **list = intimail_ldif_entry_list (entry, attribute);

  for (gsize i = 0; list[i] != NULL; i++)
    {
      g_autofree char *address = is_ending ? g_strndup (list[i], strcspn (list[i], " ")) : g_strdup (list[i]);
      g_autofree char *own = g_utf8_validate (address, -1, NULL) ? intimail_person_make_alias_key (address) : NULL;

      if (g_strcmp0 (own, key) == 0)
        return TRUE;
    }

  return FALSE;
}

static gboolean
owns_key (Kind kind, IntimailLdifEntry *entry, const char *key)
{
  switch (kind)
    {
    case LASTING:
      return entry_has_key (entry, "mail", FALSE, key) || entry_has_key (entry, "intimailAlias", FALSE, key);
    case ENDING:
      return entry_has_key (entry, "intimailTemporaryAlias", TRUE, key);
    case OF_GROUP:
      return entry_has_key (entry, "intimailListAddress", FALSE, key);
    }

  return FALSE;
}

GHashTable *
intimail_ldap_lookup_owners (IntimailLdapDirectory *self,
                             const char *const *keys,
                             GCancellable *cancellable,
                             GError **error)
{
  g_autoptr (GHashTable) owners = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (Kind kind = LASTING; kind <= OF_GROUP; kind++)
    {
      g_autoptr (GPtrArray) entries = search_addresses (self, kind, keys, cancellable, error);

      if (entries == NULL)
        return NULL;
      for (guint i = 0; i < entries->len; i++)
        for (gsize j = 0; keys[j] != NULL; j++)
          if (owns_key (kind, entries->pdata[i], keys[j]))
            g_hash_table_add (owners, intimail_ldif_normalize_dn (((IntimailLdifEntry *) entries->pdata[i])->dn));
    }

  return g_steal_pointer (&owners);
}

/* The entry whose address comes first in @keys, before @rank; NULL when there is
 * none. Two that have the same one are a mistake that only a human can mend. */
static gboolean
pick (Kind kind,
      GPtrArray *entries,
      const char *const *keys,
      gsize *rank,
      IntimailLdifEntry **best,
      GError **error)
{
  for (gsize i = 0; i < *rank && keys[i] != NULL; i++)
    for (guint j = 0; j < entries->len; j++)
      {
        IntimailLdifEntry *entry = entries->pdata[j];

        if (!owns_key (kind, entry, keys[i]))
          continue;
        /* Of one person by two attributes. */
        if (*rank == i && *best != NULL && g_str_equal ((*best)->dn, entry->dn))
          continue;
        if (*rank == i && *best != NULL)
          {
            g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_UNAVAILABLE,
                         "two have the address \"%s\": \"%s\" and \"%s\"", keys[i], (*best)->dn, entry->dn);
            return FALSE;
          }
        *rank = i;
        *best = entry;
      }

  return TRUE;
}

/* Not from the cache. NOT_FOUND. To sign in, groups and addresses that end do not
 * count. */
static IntimailLdapAnswer *
ask_for_owner (IntimailLdapDirectory *self,
               const char *const *keys,
               gboolean for_mail,
               GCancellable *cancellable,
               GError **error)
{
  g_autoptr (GPtrArray) people = search_addresses (self, LASTING, keys, cancellable, error);
  g_autoptr (GPtrArray) ending = NULL;
  g_autoptr (GPtrArray) groups = NULL;
  g_autoptr (GObject) object = NULL;
  IntimailLdifEntry *person = NULL;
  IntimailLdifEntry *group = NULL;
  gsize rank = G_MAXSIZE;

  if (people == NULL || !pick (LASTING, people, keys, &rank, &person, error))
    return NULL;
  if (for_mail && rank > 0)
    {
      ending = search_addresses (self, ENDING, keys, cancellable, error);
      if (ending == NULL || !pick (ENDING, ending, keys, &rank, &person, error))
        return NULL;
    }
  if (for_mail && rank > 0)
    {
      groups = search_addresses (self, OF_GROUP, keys, cancellable, error);
      if (groups == NULL || !pick (OF_GROUP, groups, keys, &rank, &group, error))
        return NULL;
    }
  if (group != NULL && !intimail_ldap_member_read (self, group, NULL, cancellable, error))
    return NULL;
  if (person == NULL && group == NULL)
    {
      set_not_found (self, "nobody has the address", keys[0], cancellable, error);
      return NULL;
    }
  object = intimail_ldap_lookup_make_object (self, group != NULL, group != NULL ? group : person, error);

  return object != NULL ? intimail_ldap_answer_new (group != NULL ? group->dn : person->dn, object) : NULL;
}

static IntimailLdapAnswer *
lookup_owner (IntimailLdapDirectory *self,
              const char *const *keys,
              gboolean for_mail,
              GCancellable *cancellable,
              GError **error)
{
  g_autofree char *all = g_strjoinv ("\n", (char **) keys);
  g_autofree char *key = g_strconcat (for_mail ? "a:" : "l:", all, NULL);
  IntimailLdapAnswer *answer = intimail_ldap_cache_get (self->cache, key);
  guint64 epoch;

  if (answer != NULL)
    return answer;
  epoch = intimail_ldap_cache_get_epoch (self->cache);
  answer = ask_for_owner (self, keys, for_mail, cancellable, error);
  if (answer != NULL)
    intimail_ldap_cache_put (self->cache, key, answer, epoch);

  return answer;
}

IntimailLdapAnswer *
intimail_ldap_lookup_login (IntimailLdapDirectory *self, const char *login, GCancellable *cancellable, GError **error)
{
  g_autofree char *lower = g_ascii_strdown (login, -1);
  g_autofree char *key = strchr (login, '@') != NULL ? intimail_person_make_address_key (login) : NULL;
  const char *const keys[] = { key, NULL };

  if (key == NULL)
    return intimail_ldap_lookup_person (self, lower, cancellable, error);

  return lookup_owner (self, keys, FALSE, cancellable, error);
}

static IntimailPerson *
lookup_person (IntimailDirectory *directory, const char *uid, GCancellable *cancellable, GError **error)
{
  IntimailLdapDirectory *self = INTIMAIL_LDAP_DIRECTORY (directory);
  g_autoptr (IntimailLdapAnswer) answer = lookup_name (self, FALSE, uid, cancellable, error);

  return answer != NULL ? lend (answer->object) : NULL;
}

static IntimailGroup *
lookup_group (IntimailDirectory *directory, const char *name, GCancellable *cancellable, GError **error)
{
  IntimailLdapDirectory *self = INTIMAIL_LDAP_DIRECTORY (directory);
  g_autoptr (IntimailLdapAnswer) answer = lookup_name (self, TRUE, name, cancellable, error);

  return answer != NULL ? lend (answer->object) : NULL;
}

static GObject *
find_owner (IntimailDirectory *directory, const char *const *addresses, GCancellable *cancellable, GError **error)
{
  IntimailLdapDirectory *self = INTIMAIL_LDAP_DIRECTORY (directory);
  g_autoptr (IntimailLdapAnswer) answer = lookup_owner (self, addresses, TRUE, cancellable, error);

  return answer != NULL ? lend (answer->object) : NULL;
}

/* Asks for some uids at once, and puts the answers into the table and the cache. */
static gboolean
fetch_people (IntimailLdapDirectory *self,
              const char *const *uids,
              gsize n_uids,
              GHashTable *found,
              GCancellable *cancellable,
              GError **error)
{
  guint64 epoch = intimail_ldap_cache_get_epoch (self->cache);
  GPtrArray *filters = intimail_ldap_filter_list ();
  g_autoptr (GPtrArray) entries = NULL;
  g_autofree char *filter = NULL;

  for (gsize i = 0; i < n_uids; i++)
    g_ptr_array_add (filters, intimail_ldap_filter_equals (get_name_attribute (self, FALSE), uids[i]));
  filter = intimail_ldap_filter_any (filters);
  entries = intimail_ldap_lookup_search (self, FALSE, filter, 0, cancellable, error);
  if (entries == NULL)
    return FALSE;
  for (guint i = 0; i < entries->len; i++)
    {
      IntimailLdifEntry *entry = entries->pdata[i];
      g_autoptr (GObject) object = intimail_ldap_lookup_make_object (self, FALSE, entry, error);
      g_autoptr (IntimailLdapAnswer) answer = NULL;
      g_autofree char *key = NULL;

      if (object == NULL)
        return FALSE;
      answer = intimail_ldap_answer_new (entry->dn, object);
      key = g_strconcat ("u:", intimail_person_get_uid (INTIMAIL_PERSON (object)), NULL);
      intimail_ldap_cache_put (self->cache, key, answer, epoch);
      g_hash_table_insert (found, g_strdup (key + 2), g_object_ref (object));
    }

  return TRUE;
}

/* What the cache has, and the uids that have to be asked for. */
static GPtrArray *
look_into_cache (IntimailLdapDirectory *self, const char *const *uids, GHashTable *found)
{
  GPtrArray *missing = g_ptr_array_new ();

  for (gsize i = 0; uids[i] != NULL; i++)
    {
      g_autofree char *key = g_strconcat ("u:", uids[i], NULL);
      g_autoptr (IntimailLdapAnswer) answer = NULL;

      if (!intimail_person_is_valid_uid (uids[i]) || g_hash_table_contains (found, uids[i]))
        continue;
      answer = intimail_ldap_cache_get (self->cache, key);
      if (answer != NULL)
        g_hash_table_insert (found, g_strdup (uids[i]), g_object_ref (answer->object));
      else
        g_ptr_array_add (missing, (char *) uids[i]);
    }

  return missing;
}

static GPtrArray *
lookup_people (IntimailDirectory *directory, const char *const *uids, GCancellable *cancellable, GError **error)
{
  IntimailLdapDirectory *self = INTIMAIL_LDAP_DIRECTORY (directory);
  g_autoptr (GHashTable) found = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  g_autoptr (GPtrArray) missing = look_into_cache (self, uids, found);
  GPtrArray *people;

  for (guint i = 0; i < missing->len; i += BATCH)
    if (!fetch_people (self, (const char *const *) missing->pdata + i, MIN (BATCH, missing->len - i), found, cancellable, error))
      return NULL;
  people = g_ptr_array_new_with_free_func (g_object_unref);
  for (gsize i = 0; uids[i] != NULL; i++)
    {
      GObject *person = g_hash_table_lookup (found, uids[i]);

      if (person != NULL)
        g_ptr_array_add (people, lend (person));
    }

  return people;
}

void
intimail_ldap_lookup_init_interface (IntimailDirectoryInterface *iface)
{
  iface->lookup_person = lookup_person;
  iface->lookup_people = lookup_people;
  iface->lookup_group = lookup_group;
  iface->find_owner = find_owner;
}
