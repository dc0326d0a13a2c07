/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The directory at an LDAP server: many people or groups are listed, page by page.
 */

#include "directory/intimail-ldap-directory-private.h"

#include <string.h>

#include <intimail/intimail-error.h>

#include "directory/intimail-group-private.h"
#include "directory/intimail-ldap-filter-private.h"
#include "directory/intimail-ldap-mapping-private.h"
#include "directory/intimail-person-private.h"

typedef struct
{
  IntimailLdapDirectory *self;
  gboolean of_group;
  GCancellable *cancellable;
  GPtrArray *objects;
  GStrvBuilder *mistakes; /* NULL: they are logged */

  /* For uids alone, in order: the first @limit after @after. */
  GPtrArray *uids;
  const char *after;
  guint limit;
} Listing;

static int
compare_people (gconstpointer a, gconstpointer b)
{
  return strcmp (intimail_person_get_uid (*(IntimailPerson *const *) a), intimail_person_get_uid (*(IntimailPerson *const *) b));
}

static int
compare_groups (gconstpointer a, gconstpointer b)
{
  return strcmp (intimail_group_get_name (*(IntimailGroup *const *) a), intimail_group_get_name (*(IntimailGroup *const *) b));
}

/* One that cannot be understood is left out: the others are not worse for it. */
static gboolean
take_objects (GPtrArray *entries, gpointer data, GError **error)
{
  Listing *listing = data;

  if (entries == NULL)
    {
      g_ptr_array_set_size (listing->objects, 0);
      return TRUE;
    }
  for (guint i = 0; i < entries->len; i++)
    {
      g_autoptr (IntimailLdifEntry) entry = intimail_ldap_mapping_read (listing->self->settings, listing->of_group, entries->pdata[i]);
      g_autoptr (GError) local_error = NULL;
      g_autoptr (GObject) object = NULL;

      if (listing->of_group &&
          !intimail_ldap_member_read (listing->self, entry, NULL, listing->cancellable, error))
        return FALSE;
      object = intimail_ldap_lookup_make_object (listing->self, listing->of_group, entry, &local_error);
      if (object == NULL && listing->mistakes != NULL)
        g_strv_builder_add (listing->mistakes, local_error->message);
      else if (object == NULL)
        g_warning ("An entry is left out: %s", local_error->message);
      else
        g_ptr_array_add (listing->objects, listing->of_group ? (gpointer) intimail_group_lend (INTIMAIL_GROUP (object))
                                                             : (gpointer) intimail_person_lend (INTIMAIL_PERSON (object)));
    }

  return TRUE;
}

static GPtrArray *
list_objects (IntimailLdapDirectory *self,
              gboolean of_group,
              const char *filter,
              GStrvBuilder *mistakes,
              GCancellable *cancellable,
              GError **error)
{
  g_autofree const char **names = intimail_ldap_mapping_list_names (self->settings, of_group);
  g_autofree char *whole = intimail_ldap_lookup_make_filter (self, of_group, filter);
  g_autoptr (GPtrArray) objects = g_ptr_array_new_with_free_func (g_object_unref);
  Listing listing = { .self = self, .of_group = of_group, .cancellable = cancellable, .objects = objects, .mistakes = mistakes };
  const IntimailLdapQuery query = {
    .base = of_group ? self->settings->groups_dn : self->settings->people_dn,
    .filter = whole,
    .attributes = names,
  };

  if (!intimail_ldap_pool_search_pages (self->pool, &query, take_objects, &listing, cancellable, error))
    return NULL;
  g_ptr_array_sort (objects, of_group ? compare_groups : compare_people);

  return g_steal_pointer (&objects);
}

static GPtrArray *
list_people (IntimailDirectory *directory, GCancellable *cancellable, GError **error)
{
  return list_objects (INTIMAIL_LDAP_DIRECTORY (directory), FALSE, "", NULL, cancellable, error);
}

static GPtrArray *
list_groups (IntimailDirectory *directory, GCancellable *cancellable, GError **error)
{
  return list_objects (INTIMAIL_LDAP_DIRECTORY (directory), TRUE, "", NULL, cancellable, error);
}

char **
intimail_ldap_list_mistakes (IntimailLdapDirectory *self, GCancellable *cancellable, GError **error)
{
  g_autoptr (GStrvBuilder) mistakes = g_strv_builder_new ();

  for (gboolean of_group = FALSE; of_group <= TRUE; of_group++)
    {
      g_autoptr (GPtrArray) objects = list_objects (self, of_group, "", mistakes, cancellable, error);

      if (objects == NULL)
        return NULL;
    }

  return g_strv_builder_end (mistakes);
}

static GPtrArray *
list_groups_of (IntimailDirectory *directory, const char *uid, GCancellable *cancellable, GError **error)
{
  IntimailLdapDirectory *self = INTIMAIL_LDAP_DIRECTORY (directory);
  const char *attribute = self->settings->attributes[INTIMAIL_LDAP_GROUP_MEMBER][0];
  g_autoptr (IntimailLdapAnswer) person = NULL;
  g_autoptr (GError) local_error = NULL;
  g_autofree char *filter = NULL;

  if (self->settings->members_are_dns)
    {
      person = intimail_ldap_lookup_person (self, uid, cancellable, &local_error);
      if (person == NULL && !g_error_matches (local_error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND))
        {
          g_propagate_error (error, g_steal_pointer (&local_error));
          return NULL;
        }
    }
  if (!intimail_person_is_valid_uid (uid) || local_error != NULL)
    return g_ptr_array_new_with_free_func (g_object_unref);
  filter = intimail_ldap_filter_equals (attribute, person != NULL ? person->dn : uid);

  return list_objects (self, TRUE, filter, NULL, cancellable, error);
}

/* Keeps the smallest: insertion into an array that never has more than the limit. */
static void
keep_uid (Listing *listing, const char *uid)
{
  guint place = listing->uids->len;

  if (strcmp (uid, listing->after) <= 0 || !intimail_person_is_valid_uid (uid))
    return;
  while (place > 0 && strcmp (uid, listing->uids->pdata[place - 1]) < 0)
    place--;
  if (place == listing->limit)
    return;
  if (listing->uids->len == listing->limit)
    g_ptr_array_remove_index (listing->uids, listing->limit - 1);
  g_ptr_array_insert (listing->uids, (int) place, g_strdup (uid));
}

static gboolean
take_uids (GPtrArray *entries, gpointer data, GError **error)
{
  Listing *listing = data;
  const char *name = listing->self->settings->attributes[INTIMAIL_LDAP_PERSON_UID][0];

  if (entries == NULL)
    g_ptr_array_set_size (listing->uids, 0);
  for (guint i = 0; entries != NULL && i < entries->len; i++)
    {
      const IntimailLdifValue *value = intimail_ldif_entry_get (entries->pdata[i], name);
      g_autofree char *uid = value != NULL ? g_ascii_strdown (value->value, -1) : NULL;

      if (uid != NULL)
        keep_uid (listing, uid);
    }

  return TRUE;
}

static void
add_contains (IntimailLdapDirectory *self, GPtrArray *filters, IntimailLdapAttribute attribute, const char *text)
{
  char **names = self->settings->attributes[attribute];

  for (gsize i = 0; names[i] != NULL; i++)
    g_ptr_array_add (filters, intimail_ldap_filter_contains (names[i], text));
}

/* Who has no name for people is called by the common name. */
static char *
make_text_filter (IntimailLdapDirectory *self, const char *text)
{
  const char *name = self->settings->attributes[INTIMAIL_LDAP_PERSON_NAME][0];
  GPtrArray *filters = intimail_ldap_filter_list ();
  g_autofree char *common = NULL;

  if (*text == '\0')
    {
      g_ptr_array_unref (filters);
      return g_strdup_printf ("(%s=*)", self->settings->attributes[INTIMAIL_LDAP_PERSON_MAIL][0]);
    }
  add_contains (self, filters, INTIMAIL_LDAP_PERSON_UID, text);
  add_contains (self, filters, INTIMAIL_LDAP_PERSON_MAIL, text);
  add_contains (self, filters, INTIMAIL_LDAP_PERSON_ALIAS, text);
  add_contains (self, filters, INTIMAIL_LDAP_PERSON_NAME, text);
  common = intimail_ldap_filter_contains ("cn", text);
  if (name == NULL)
    g_ptr_array_add (filters, g_steal_pointer (&common));
  else
    g_ptr_array_add (filters, g_strdup_printf ("(&%s(!(%s=*)))", common, name));

  return intimail_ldap_filter_any (filters);
}

static GPtrArray *
search_uids (IntimailLdapDirectory *self,
             const char *filter,
             const char *after,
             guint limit,
             GCancellable *cancellable,
             GError **error)
{
  const char *const names[] = { self->settings->attributes[INTIMAIL_LDAP_PERSON_UID][0], NULL };
  g_autofree char *whole = intimail_ldap_lookup_make_filter (self, FALSE, filter);
  g_autoptr (GPtrArray) uids = g_ptr_array_new_with_free_func (g_free);
  Listing listing = { .self = self, .uids = uids, .after = after, .limit = limit };
  const IntimailLdapQuery query = { .base = self->settings->people_dn, .filter = whole, .attributes = names };

  if (!intimail_ldap_pool_search_pages (self->pool, &query, take_uids, &listing, cancellable, error))
    return NULL;

  return g_steal_pointer (&uids);
}

/* The server knows no order (RFC 2891 is rarely there): the uids of all who fit are
 * looked through, and only those of the page are asked for in full. */
static GPtrArray *
search_people (IntimailDirectory *directory,
               const char *text,
               const char *after,
               guint limit,
               GCancellable *cancellable,
               GError **error)
{
  IntimailLdapDirectory *self = INTIMAIL_LDAP_DIRECTORY (directory);
  g_autofree char *filter = make_text_filter (self, text);
  g_autoptr (GPtrArray) people = g_ptr_array_new_with_free_func (g_object_unref);
  g_autofree char *last = g_strdup (after);

  while (people->len < limit)
    {
      g_autoptr (GPtrArray) uids = search_uids (self, filter, last, limit - people->len, cancellable, error);
      g_autoptr (GPtrArray) page = NULL;
      gboolean is_end;

      if (uids == NULL)
        return NULL;
      is_end = uids->len < limit - people->len;
      g_ptr_array_add (uids, NULL);
      page = INTIMAIL_DIRECTORY_GET_IFACE (directory)->lookup_people (directory, (const char *const *) uids->pdata, cancellable, error);
      if (page == NULL)
        return NULL;
      if (uids->len > 1)
        {
          g_free (last);
          last = g_strdup (uids->pdata[uids->len - 2]);
        }
      g_ptr_array_extend_and_steal (people, g_steal_pointer (&page));
      if (is_end)
        break;
    }

  return g_steal_pointer (&people);
}

/* "dc=home,dc=example" is the domain home.example. */
static gboolean
is_domain_of_base (const char *base, const char *domain)
{
  g_autofree char *normal = intimail_ldif_normalize_dn (base);
  g_auto (GStrv) parts = g_strsplit (normal, ",", -1);
  g_autoptr (GString) own = g_string_new (NULL);

  for (gsize i = 0; parts[i] != NULL; i++)
    if (g_str_has_prefix (parts[i], "dc="))
      g_string_append_printf (own, "%s%s", own->len > 0 ? "." : "", parts[i] + strlen ("dc="));

  return g_str_equal (own->str, domain);
}

static gboolean
serves_domain (IntimailDirectory *directory,
               const char *domain,
               gboolean *serves,
               GCancellable *cancellable,
               GError **error)
{
  IntimailLdapDirectory *self = INTIMAIL_LDAP_DIRECTORY (directory);
  GPtrArray *filters;
  g_autofree char *filter = NULL;
  g_autofree char *ending = g_strconcat ("@", domain, NULL);
  g_autoptr (GPtrArray) entries = NULL;

  *serves = is_domain_of_base (self->settings->base_dn, domain) ||
            g_strv_contains ((const char *const *) self->settings->domains, domain);
  if (*serves)
    return TRUE;
  filters = intimail_ldap_filter_list ();
  for (guint i = INTIMAIL_LDAP_PERSON_MAIL; i <= INTIMAIL_LDAP_PERSON_ALIAS; i++)
    for (gsize j = 0; self->settings->attributes[i][j] != NULL; j++)
      g_ptr_array_add (filters, intimail_ldap_filter_ends (self->settings->attributes[i][j], ending));
  filter = intimail_ldap_filter_any (filters);
  entries = intimail_ldap_lookup_search (self, FALSE, filter, 1, cancellable, error);
  if (entries == NULL)
    return FALSE;
  *serves = entries->len > 0;

  return TRUE;
}

void
intimail_ldap_list_init_interface (IntimailDirectoryInterface *iface)
{
  iface->serves_domain = serves_domain;
  iface->search_people = search_people;
  iface->list_people = list_people;
  iface->list_groups = list_groups;
  iface->list_groups_of = list_groups_of;
}
