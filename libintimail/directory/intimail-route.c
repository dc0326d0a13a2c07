/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "directory/intimail-route-parts-private.h"

#include <string.h>

#include <intimail/intimail-error.h>

#include "directory/intimail-group-private.h"
#include "directory/intimail-person-private.h"

IntimailRoute *
intimail_route_new (IntimailRouteKind kind, IntimailGroup *list)
{
  IntimailRoute *self = g_new0 (IntimailRoute, 1);

  self->kind = kind;
  self->list = list != NULL ? g_object_ref (list) : NULL;
  self->people = g_ptr_array_new_with_free_func (g_object_unref);
  self->addresses = g_ptr_array_new_with_free_func (g_free);
  return self;
}

void
intimail_route_free (IntimailRoute *self)
{
  g_clear_object (&self->list);
  g_ptr_array_unref (self->people);
  g_ptr_array_unref (self->addresses);
  g_free (self->token);
  g_free (self);
}

/* postmaster (RFC 5321 section 4.5.1) and abuse (RFC 2142). */
gboolean
intimail_route_is_duty_key (const char *key)
{
  return g_str_has_prefix (key, "postmaster@") || g_str_has_prefix (key, "abuse@");
}

gboolean
intimail_route_is_duty (const char *address)
{
  g_autofree char *key = intimail_person_make_address_key (address);

  return key != NULL && intimail_route_is_duty_key (key);
}

static gboolean
is_not_found (const GError *error)
{
  return g_error_matches (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND);
}

gboolean
intimail_route_set_nobody (IntimailRouteQuestion *question, GError **error)
{
  g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND, "nobody has the address \"%s\"", question->address);
  return FALSE;
}

gboolean
intimail_route_find_key_owner (IntimailRouteQuestion *question, const char *const *keys, GObject **owner, GError **error)
{
  IntimailDirectoryInterface *iface = INTIMAIL_DIRECTORY_GET_IFACE (question->directory);
  g_autoptr (GError) local_error = NULL;

  *owner = iface->find_owner (question->directory, keys, question->cancellable, &local_error);
  if (*owner != NULL || is_not_found (local_error))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

static gboolean
has_person (GPtrArray *people, IntimailPerson *person)
{
  for (guint i = 0; i < people->len; i++)
    if (g_str_equal (intimail_person_get_uid (people->pdata[i]), intimail_person_get_uid (person)))
      return TRUE;

  return FALSE;
}

void
intimail_route_make_keys (const char *key, const char *stripped, const char *keys[4])
{
  guint n = 0;

  keys[n++] = key;
  if (stripped != NULL)
    keys[n++] = stripped;
  if (!intimail_route_is_duty_key (key))
    keys[n++] = strrchr (key, '@');
  keys[n] = NULL;
}

gboolean
intimail_route_find_sender (IntimailRouteQuestion *question, const char *key, const char *stripped, IntimailPerson **person, GError **error)
{
  const char *const keys[] = { key, stripped, NULL };
  g_autoptr (GObject) owner = NULL;

  *person = NULL;
  if (!intimail_route_find_key_owner (question, keys, &owner, error))
    return FALSE;
  if (owner != NULL && INTIMAIL_IS_PERSON (owner))
    *person = INTIMAIL_PERSON (g_steal_pointer (&owner));
  return TRUE;
}

/* ---- People, duties, owners ---- */

static IntimailRoute *
route_person (IntimailRouteQuestion *question, IntimailPerson *person, GError **error)
{
  IntimailRoute *route;

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
  route = intimail_route_new (INTIMAIL_ROUTE_PERSON, NULL);
  g_ptr_array_add (route->people, g_object_ref (person));
  return route;
}

static IntimailRoute *
route_owner (IntimailRouteQuestion *question, GObject *owner, GError **error)
{
  if (INTIMAIL_IS_PERSON (owner))
    return route_person (question, INTIMAIL_PERSON (owner), error);

  return intimail_route_find_members (question, INTIMAIL_GROUP (owner), error);
}

static gboolean
add_admins (IntimailRouteQuestion *question, IntimailRoute *route, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (IntimailGroup) admins = intimail_directory_lookup_group (question->directory, INTIMAIL_GROUP_ADMINS,
                                                                      question->cancellable, &local_error);

  if (admins != NULL)
    return intimail_route_add_active (question, route, intimail_group_get_members (admins), error);
  if (is_not_found (local_error))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

/* The administrators, and who else has the address: @owner, or NULL. */
static IntimailRoute *
route_duty (IntimailRouteQuestion *question, GObject *owner, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (IntimailRoute) route = intimail_route_new (INTIMAIL_ROUTE_DUTY, NULL);
  g_autoptr (IntimailRoute) other = NULL;

  if (!add_admins (question, route, error))
    return NULL;
  other = owner != NULL ? route_owner (question, owner, &local_error) : NULL;
  if (local_error != NULL && *intimail_error_get_enhanced_status (local_error) == '4')
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return NULL;
    }
  for (guint i = 0; other != NULL && i < other->people->len; i++)
    if (!has_person (route->people, other->people->pdata[i]))
      g_ptr_array_add (route->people, g_object_ref (other->people->pdata[i]));
  for (guint i = 0; other != NULL && i < other->addresses->len; i++)
    g_ptr_array_add (route->addresses, g_strdup (other->addresses->pdata[i]));

  return g_steal_pointer (&route);
}

gboolean
intimail_route_check_people (IntimailRoute *self, const char *address, GError **error)
{
  if (self->people->len > 0 || self->addresses->len > 0)
    return TRUE;
  g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_UNAVAILABLE,
               "nobody gets the mail for \"%s\": the group \"" INTIMAIL_GROUP_ADMINS "\" has no active member; "
               "see \"intimail group join " INTIMAIL_GROUP_ADMINS " UID\"",
               address);
  return FALSE;
}

static IntimailRoute *
route_owners (IntimailRouteQuestion *question, IntimailRouteKind kind, IntimailGroup *list, GError **error)
{
  g_autoptr (IntimailRoute) route = intimail_route_new (kind, list);

  if (!intimail_route_add_active (question, route, intimail_group_get_owners (list), error))
    return NULL;
  if (route->people->len == 0 && !add_admins (question, route, error))
    return NULL;

  return g_steal_pointer (&route);
}

/* ---- Addresses beside a list's ---- */

static const struct
{
  const char *suffix;
  IntimailRouteKind kind;
} purposes[] = {
  { "-owner", INTIMAIL_ROUTE_OWNERS },
  { "-bounces", INTIMAIL_ROUTE_OWNERS },
  { "-request", INTIMAIL_ROUTE_OWNERS }, /* RFC 2142 section 6 */
  { "-unsubscribe", INTIMAIL_ROUTE_UNSUBSCRIBE },
};

/* The key of the list that @key stands beside, or NULL. */
static char *
strip_purpose (const char *key, IntimailRouteKind *kind)
{
  const char *at = strrchr (key, '@');
  gsize length = (gsize) (at - key);

  for (gsize i = 0; i < G_N_ELEMENTS (purposes); i++)
    {
      gsize suffix = strlen (purposes[i].suffix);

      if (length <= suffix || strncmp (at - suffix, purposes[i].suffix, suffix) != 0)
        continue;
      *kind = purposes[i].kind;
      return g_strdup_printf ("%.*s%s", (int) (length - suffix), key, at);
    }

  return NULL;
}

char *
intimail_route_make_address (IntimailGroup *list, const char *purpose)
{
  const char *mail = intimail_group_get_mail (list);
  const char *at = strrchr (mail, '@');

  return g_strdup_printf ("%.*s-%s%s", (int) (at - mail), mail, purpose, at);
}

/* NULL and no error when no list stands beside that address. */
static gboolean
route_purpose (IntimailRouteQuestion *question, const char *key, const char *stripped, IntimailRoute **route, GError **error)
{
  IntimailRouteKind kind = INTIMAIL_ROUTE_OWNERS;
  g_autofree char *base = strip_purpose (stripped != NULL ? stripped : key, &kind);
  const char *const keys[] = { base, NULL };
  g_autoptr (GObject) owner = NULL;

  *route = NULL;
  if (base == NULL)
    return TRUE;
  if (!intimail_route_find_key_owner (question, keys, &owner, error))
    return FALSE;
  if (owner == NULL || !INTIMAIL_IS_GROUP (owner))
    return TRUE;
  *route = route_owners (question, kind, INTIMAIL_GROUP (owner), error);
  if (*route != NULL && stripped != NULL)
    (*route)->token = g_strndup (key + strlen (stripped) - strlen (strrchr (stripped, '@')) + 1,
                                 strlen (key) - strlen (stripped) - 1);
  return *route != NULL;
}

/* What @key is to the directory: a person's or group's address, or beside a list's. One
 * question for nearly all; the addresses beside a list come before "@domain". */
static gboolean
look_up (IntimailRouteQuestion *question, const char *key, GObject **owner, IntimailRoute **route, GError **error)
{
  g_autofree char *stripped = intimail_person_strip_detail (key);
  IntimailRouteKind kind;
  g_autofree char *base = strip_purpose (stripped != NULL ? stripped : key, &kind);
  const char *own[] = { key, stripped, NULL };
  const char *rest[] = { strrchr (key, '@'), NULL };
  const char *keys[4];

  *route = NULL;
  intimail_route_make_keys (key, stripped, keys);
  if (base == NULL)
    return intimail_route_find_key_owner (question, keys, owner, error);
  if (!intimail_route_find_key_owner (question, own, owner, error))
    return FALSE;
  if (*owner != NULL)
    return TRUE;
  if (!route_purpose (question, key, stripped, route, error))
    return FALSE;

  return *route != NULL || intimail_route_find_key_owner (question, rest, owner, error);
}

IntimailRoute *
intimail_route_find (IntimailDirectory *directory,
                     const char *address,
                     const char *sender,
                     GCancellable *cancellable,
                     GError **error)
{
  IntimailDirectoryInterface *iface = INTIMAIL_DIRECTORY_GET_IFACE (directory);
  g_autofree char *key = intimail_person_make_address_key (address);
  IntimailRouteQuestion question = { .directory = directory, .address = address, .key = key, .sender = sender, .cancellable = cancellable };
  g_autoptr (GObject) owner = NULL;
  IntimailRoute *route = NULL;
  gboolean served;

  /* "Postmaster" alone is an address too (RFC 5321 section 4.1.1.3). */
  if (g_ascii_strcasecmp (address, "postmaster") == 0)
    return route_duty (&question, NULL, error);
  if (key != NULL && !look_up (&question, key, &owner, &route, error))
    return NULL;
  if (route != NULL)
    return route;
  if (owner != NULL)
    return intimail_route_is_duty_key (key) ? route_duty (&question, owner, error) : route_owner (&question, owner, error);
  if (key != NULL && intimail_route_is_duty_key (key))
    {
      if (!iface->serves_domain (directory, strrchr (key, '@') + 1, &served, cancellable, error))
        return NULL;
      if (served)
        return route_duty (&question, NULL, error);
    }
  intimail_route_set_nobody (&question, error);
  return NULL;
}

char *
intimail_route_find_member (IntimailDirectory *directory,
                            IntimailGroup *list,
                            const char *sender,
                            GCancellable *cancellable,
                            GError **error)
{
  IntimailRouteQuestion question = { .directory = directory, .address = sender, .cancellable = cancellable };
  g_autofree char *key = intimail_person_make_address_key (sender);
  g_autofree char *stripped = key != NULL ? intimail_person_strip_detail (key) : NULL;
  const char *const *addresses = intimail_group_get_member_addresses (list);
  g_autoptr (IntimailPerson) person = NULL;

  if (key == NULL || !intimail_route_find_sender (&question, key, stripped, &person, error))
    return NULL;
  if (person != NULL && intimail_group_has_member (list, intimail_person_get_uid (person)))
    return g_strdup (intimail_person_get_uid (person));
  for (gsize i = 0; addresses[i] != NULL; i++)
    {
      g_autofree char *member = intimail_person_make_address_key (addresses[i]);

      if (g_strcmp0 (member, key) == 0 || (stripped != NULL && g_strcmp0 (member, stripped) == 0))
        return g_strdup (addresses[i]);
    }

  return NULL;
}
