/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Who gets the mail for an address. The rules stand here, once; a directory only
 * says whose address it is and who is in a group.
 */

#include "directory/intimail-directory-private.h"

#include <string.h>

#include <intimail/intimail-error.h>

#include "directory/intimail-group-private.h"
#include "directory/intimail-person-private.h"

typedef struct
{
  IntimailDirectory *directory;
  const char *address; /* as it was asked for */
  const char *key;     /* NULL when it is no address */
  GCancellable *cancellable;
} Question;

/* postmaster (RFC 5321 section 4.5.1) and abuse (RFC 2142). */
static gboolean
is_duty_key (const char *key)
{
  return g_str_has_prefix (key, "postmaster@") || g_str_has_prefix (key, "abuse@");
}

static gboolean
is_not_found (const GError *error)
{
  return g_error_matches (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND);
}

/* The active ones of a group's members, each once; NULL when it cannot be known. */
static GPtrArray *
find_members (Question *question, IntimailGroup *group, guint *n_inactive, GError **error)
{
  IntimailDirectoryInterface *iface = INTIMAIL_DIRECTORY_GET_IFACE (question->directory);
  const char *const *uids = intimail_group_get_members (group);
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GPtrArray) members = iface->lookup_people (question->directory, uids, question->cancellable, error);
  g_autoptr (GPtrArray) people = NULL;

  if (members == NULL)
    return NULL;
  people = g_ptr_array_new_with_free_func (g_object_unref);
  *n_inactive = 0;
  for (guint i = 0; i < members->len; i++)
    {
      IntimailPerson *member = members->pdata[i];

      if (!g_hash_table_add (seen, (char *) intimail_person_get_uid (member)))
        continue;
      if (intimail_person_is_active (member))
        g_ptr_array_add (people, g_object_ref (member));
      else
        (*n_inactive)++;
    }

  return g_steal_pointer (&people);
}

static GPtrArray *
resolve_group (Question *question, IntimailGroup *group, GError **error)
{
  guint n_inactive;
  g_autoptr (GPtrArray) people = find_members (question, group, &n_inactive, error);

  if (people == NULL || people->len > 0)
    return g_steal_pointer (&people);
  if (n_inactive > 0)
    g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_DISABLED,
                 "everybody behind \"%s\" is disabled", question->address);
  else
    g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND,
                 "nobody is behind \"%s\"", question->address);

  return NULL;
}

static GPtrArray *
resolve_person (Question *question, IntimailPerson *person, GError **error)
{
  GPtrArray *people;

  if (!intimail_person_is_active (person))
    {
      g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_DISABLED,
                   "the person behind \"%s\" is disabled", question->address);
      return NULL;
    }
  if (question->key != NULL && intimail_person_is_ended_key (person, question->key))
    {
      g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_DISABLED,
                   "the temporary alias \"%s\" has ended", question->address);
      return NULL;
    }
  people = g_ptr_array_new_with_free_func (g_object_unref);
  g_ptr_array_add (people, g_object_ref (person));
  return people;
}

static GPtrArray *
resolve_owner (Question *question, GObject *owner, GError **error)
{
  if (INTIMAIL_IS_PERSON (owner))
    return resolve_person (question, INTIMAIL_PERSON (owner), error);

  return resolve_group (question, INTIMAIL_GROUP (owner), error);
}

static gboolean
has_person (GPtrArray *people, IntimailPerson *person)
{
  for (guint i = 0; i < people->len; i++)
    if (g_str_equal (intimail_person_get_uid (people->pdata[i]), intimail_person_get_uid (person)))
      return TRUE;

  return FALSE;
}

/* The administrators, and who else has the address: @owner, or NULL. */
static GPtrArray *
resolve_duty (Question *question, GObject *owner, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (IntimailGroup) admins = NULL;
  g_autoptr (GPtrArray) people = NULL;
  g_autoptr (GPtrArray) others = NULL;
  guint n_inactive;

  admins = intimail_directory_lookup_group (question->directory, INTIMAIL_GROUP_ADMINS, question->cancellable, &local_error);
  if (admins != NULL)
    people = find_members (question, admins, &n_inactive, error);
  else if (is_not_found (local_error))
    people = g_ptr_array_new_with_free_func (g_object_unref);
  else
    g_propagate_error (error, g_steal_pointer (&local_error));
  if (people == NULL)
    return NULL;

  g_clear_error (&local_error);
  others = owner != NULL ? resolve_owner (question, owner, &local_error) : NULL;
  if (local_error != NULL && !is_not_found (local_error) &&
      !g_error_matches (local_error, INTIMAIL_ERROR, INTIMAIL_ERROR_DISABLED))
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return NULL;
    }
  for (guint i = 0; others != NULL && i < others->len; i++)
    if (!has_person (people, others->pdata[i]))
      g_ptr_array_add (people, g_object_ref (others->pdata[i]));
  /* What everybody may rely on must not bounce because of our mistake. */
  if (people->len == 0)
    {
      g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_UNAVAILABLE,
                   "nobody gets the mail for \"%s\": the group \"" INTIMAIL_GROUP_ADMINS "\" has no active member",
                   question->address);
      return NULL;
    }

  return g_steal_pointer (&people);
}

/* The address, the same without its detail, and all that is left of the domain. */
static GObject *
find_owner (Question *question, const char *key, GError **error)
{
  IntimailDirectoryInterface *iface = INTIMAIL_DIRECTORY_GET_IFACE (question->directory);
  g_autofree char *stripped = intimail_person_strip_detail (key);
  const char *keys[4] = { key };
  guint n_keys = 1;

  if (stripped != NULL)
    keys[n_keys++] = stripped;
  if (!is_duty_key (key))
    keys[n_keys++] = strrchr (key, '@');

  return iface->find_owner (question->directory, keys, question->cancellable, error);
}

GPtrArray *
intimail_directory_resolve_address (IntimailDirectory *self,
                                    const char *address,
                                    GCancellable *cancellable,
                                    GError **error)
{
  IntimailDirectoryInterface *iface = INTIMAIL_DIRECTORY_GET_IFACE (self);
  g_autofree char *key = intimail_person_make_address_key (address);
  Question question = { .directory = self, .address = address, .key = key, .cancellable = cancellable };
  g_autoptr (GError) local_error = NULL;
  g_autoptr (GObject) owner = NULL;
  gboolean is_served;

  /* "Postmaster" alone is an address too (RFC 5321 section 4.1.1.3). */
  if (g_ascii_strcasecmp (address, "postmaster") == 0)
    return resolve_duty (&question, NULL, error);
  owner = key != NULL ? find_owner (&question, key, &local_error) : NULL;
  if (local_error != NULL && !is_not_found (local_error))
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return NULL;
    }
  if (owner != NULL)
    return is_duty_key (key) ? resolve_duty (&question, owner, error) : resolve_owner (&question, owner, error);
  if (key != NULL && is_duty_key (key))
    {
      if (!iface->serves_domain (self, strrchr (key, '@') + 1, &is_served, cancellable, error))
        return NULL;
      if (is_served)
        return resolve_duty (&question, NULL, error);
    }

  g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND, "nobody has the address \"%s\"", address);
  return NULL;
}
