/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "directory/intimail-route-private.h"

#include <string.h>

#include <intimail/intimail-error.h>

#include "directory/intimail-group-private.h"
#include "directory/intimail-person-private.h"

typedef struct
{
  IntimailDirectory *directory;
  const char *address; /* as it was asked for */
  const char *key;     /* NULL when it is no address */
  const char *sender;
  GCancellable *cancellable;
} Question;

/* The members of a list, and of the lists inside. */
typedef struct
{
  Question *question;
  IntimailRoute *route;
  GHashTable *uids;      /* that are in the route, or disabled */
  GHashTable *addresses; /* the keys of those in the route */
  GHashTable *domains;   /* whether it is served; 1 and 2 are no and yes */
  GPtrArray *lists;      /* of IntimailGroup, each once */
  guint n_inactive;
} Walk;

static void
walk_clear (Walk *walk)
{
  g_clear_pointer (&walk->uids, g_hash_table_unref);
  g_clear_pointer (&walk->addresses, g_hash_table_unref);
  g_clear_pointer (&walk->domains, g_hash_table_unref);
  g_clear_pointer (&walk->lists, g_ptr_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Walk, walk_clear)

static IntimailRoute *
route_new (IntimailRouteKind kind, IntimailGroup *list)
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
static gboolean
is_duty_key (const char *key)
{
  return g_str_has_prefix (key, "postmaster@") || g_str_has_prefix (key, "abuse@");
}

gboolean
intimail_route_is_duty (const char *address)
{
  g_autofree char *key = intimail_person_make_address_key (address);

  return key != NULL && is_duty_key (key);
}

static gboolean
is_not_found (const GError *error)
{
  return g_error_matches (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND);
}

static gboolean
set_nobody (Question *question, GError **error)
{
  g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND, "nobody has the address \"%s\"", question->address);
  return FALSE;
}

/* The first of @keys that is somebody's: NULL, and no error, when none is. */
static gboolean
find_owner (Question *question, const char *const *keys, GObject **owner, GError **error)
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

/* ---- Lists ---- */

static gboolean expand (Walk *walk, IntimailGroup *group, guint depth, GError **error);

static void
add_person (Walk *walk, IntimailPerson *person)
{
  if (!g_hash_table_add (walk->uids, g_strdup (intimail_person_get_uid (person))))
    return;
  if (intimail_person_is_active (person))
    g_ptr_array_add (walk->route->people, g_object_ref (person));
  else
    walk->n_inactive++;
}

static gboolean
add_people (Walk *walk, const char *const *uids, GError **error)
{
  Question *question = walk->question;
  IntimailDirectoryInterface *iface = INTIMAIL_DIRECTORY_GET_IFACE (question->directory);
  g_autoptr (GPtrArray) people = iface->lookup_people (question->directory, uids, question->cancellable, error);

  for (guint i = 0; people != NULL && i < people->len; i++)
    add_person (walk, people->pdata[i]);

  return people != NULL;
}

/* Asked once for each domain, not once for each address. */
static gboolean
is_served (Walk *walk, const char *key, gboolean *served, GError **error)
{
  IntimailDirectoryInterface *iface = INTIMAIL_DIRECTORY_GET_IFACE (walk->question->directory);
  const char *domain = strrchr (key, '@') + 1;
  guint known = GPOINTER_TO_UINT (g_hash_table_lookup (walk->domains, domain));

  *served = known == 2;
  if (known != 0)
    return TRUE;
  if (!iface->serves_domain (walk->question->directory, domain, served, walk->question->cancellable, error))
    return FALSE;
  g_hash_table_insert (walk->domains, g_strdup (domain), GUINT_TO_POINTER (*served ? 2 : 1));
  return TRUE;
}

/* The address, the same without its detail, and all that is left of the domain. */
static void
make_keys (const char *key, const char *stripped, const char *keys[4])
{
  guint n = 0;

  keys[n++] = key;
  if (stripped != NULL)
    keys[n++] = stripped;
  if (!is_duty_key (key))
    keys[n++] = strrchr (key, '@');
  keys[n] = NULL;
}

static gboolean
add_address (Walk *walk, const char *address, guint depth, GError **error)
{
  g_autofree char *key = intimail_person_make_address_key (address);
  g_autofree char *stripped = key != NULL ? intimail_person_strip_detail (key) : NULL;
  g_autoptr (GObject) owner = NULL;
  const char *keys[4];
  gboolean served;

  if (key == NULL || g_hash_table_contains (walk->addresses, key))
    return TRUE;
  if (!is_served (walk, key, &served, error))
    return FALSE;
  make_keys (key, stripped, keys);
  if (served && !find_owner (walk->question, keys, &owner, error))
    return FALSE;
  if (owner != NULL && INTIMAIL_IS_GROUP (owner))
    return expand (walk, INTIMAIL_GROUP (owner), depth + 1, error);
  if (owner != NULL && intimail_person_is_ended_key (INTIMAIL_PERSON (owner), key))
    {
      walk->n_inactive++;
      return TRUE;
    }
  if (owner != NULL)
    {
      add_person (walk, INTIMAIL_PERSON (owner));
      return TRUE;
    }
  g_hash_table_add (walk->addresses, g_steal_pointer (&key));
  g_ptr_array_add (walk->route->addresses, g_strdup (address));
  return TRUE;
}

static gboolean
has_list (Walk *walk, IntimailGroup *group)
{
  for (guint i = 0; i < walk->lists->len; i++)
    if (g_str_equal (intimail_group_get_name (walk->lists->pdata[i]), intimail_group_get_name (group)))
      return TRUE;

  return FALSE;
}

/* Each list once: lists that hold each other end here. A mistake of the directory makes
 * mail wait, as it costs somebody's mail else. */
static gboolean
expand (Walk *walk, IntimailGroup *group, guint depth, GError **error)
{
  const char *const *addresses = intimail_group_get_member_addresses (group);

  if (has_list (walk, group))
    return TRUE;
  if (depth >= INTIMAIL_ROUTE_MAX_DEPTH)
    {
      g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_UNAVAILABLE,
                   "the list \"%s\" is inside of more than %d others behind \"%s\": take one out",
                   intimail_group_get_name (group), INTIMAIL_ROUTE_MAX_DEPTH - 1, walk->question->address);
      return FALSE;
    }
  g_ptr_array_add (walk->lists, g_object_ref (group));
  if (!add_people (walk, intimail_group_get_members (group), error))
    return FALSE;
  for (gsize i = 0; addresses[i] != NULL; i++)
    if (!add_address (walk, addresses[i], depth, error))
      return FALSE;
  if (walk->route->people->len + walk->route->addresses->len <= INTIMAIL_ROUTE_MAX_MEMBERS)
    return TRUE;
  g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_UNAVAILABLE,
               "more than %d are behind \"%s\": divide the list", INTIMAIL_ROUTE_MAX_MEMBERS, walk->question->address);
  return FALSE;
}

/* Whose address @sender is, without its detail too; NULL and no error for nobody's. */
static gboolean
find_sender (Question *question, const char *key, const char *stripped, IntimailPerson **person, GError **error)
{
  const char *const keys[] = { key, stripped, NULL };
  g_autoptr (GObject) owner = NULL;

  *person = NULL;
  if (!find_owner (question, keys, &owner, error))
    return FALSE;
  if (owner != NULL && INTIMAIL_IS_PERSON (owner))
    *person = INTIMAIL_PERSON (g_steal_pointer (&owner));
  return TRUE;
}

static gboolean
may_post (IntimailGroup *list, const char *uid, gboolean is_member)
{
  switch (intimail_group_get_posters (list))
    {
    case INTIMAIL_GROUP_POSTERS_ANYONE:
      return TRUE;
    case INTIMAIL_GROUP_POSTERS_MEMBERS:
      return is_member || (uid != NULL && intimail_group_has_owner (list, uid));
    case INTIMAIL_GROUP_POSTERS_OWNERS:
    default:
      return uid != NULL && intimail_group_has_owner (list, uid);
    }
}

static gboolean
is_open (Walk *walk)
{
  for (guint i = 0; i < walk->lists->len; i++)
    if (intimail_group_get_posters (walk->lists->pdata[i]) != INTIMAIL_GROUP_POSTERS_ANYONE)
      return FALSE;

  return TRUE;
}

/* Who writes to a list with others inside has to be allowed by each of them. A member
 * of any counts as a member: the lists inside were put there on purpose. */
static gboolean
check_sender (Walk *walk, GError **error)
{
  Question *question = walk->question;
  g_autofree char *key = question->sender != NULL ? intimail_person_make_address_key (question->sender) : NULL;
  g_autofree char *stripped = key != NULL ? intimail_person_strip_detail (key) : NULL;
  g_autoptr (IntimailPerson) person = NULL;
  const char *uid = NULL;
  gboolean is_member;

  if (question->sender == NULL || is_open (walk))
    return TRUE;
  if (key != NULL && !find_sender (question, key, stripped, &person, error))
    return FALSE;
  if (person != NULL && intimail_person_is_active (person))
    uid = intimail_person_get_uid (person);
  is_member = (uid != NULL && g_hash_table_contains (walk->uids, uid)) ||
              (key != NULL && g_hash_table_contains (walk->addresses, key)) ||
              (stripped != NULL && g_hash_table_contains (walk->addresses, stripped));
  for (guint i = 0; i < walk->lists->len; i++)
    {
      IntimailGroup *list = walk->lists->pdata[i];

      if (may_post (list, uid, is_member))
        continue;
      /* The list that was asked for comes first. */
      if (intimail_group_get_hidden (walk->lists->pdata[0]))
        return set_nobody (question, error);
      g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_POSTING_REFUSED,
                   "\"%s\" may not write to the list \"%s\"", question->sender, intimail_group_get_name (list));
      return FALSE;
    }

  return TRUE;
}

static void
walk_init (Walk *walk, Question *question, IntimailRoute *route)
{
  walk->question = question;
  walk->route = route;
  walk->uids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  walk->addresses = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  walk->domains = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  walk->lists = g_ptr_array_new_with_free_func (g_object_unref);
}

static IntimailRoute *
route_list (Question *question, IntimailGroup *group, GError **error)
{
  g_autoptr (IntimailRoute) route = route_new (INTIMAIL_ROUTE_LIST, group);
  g_auto (Walk) walk = { NULL };

  walk_init (&walk, question, route);
  if (!expand (&walk, group, 0, error) || !check_sender (&walk, error))
    return NULL;
  if (route->people->len > 0 || route->addresses->len > 0)
    return g_steal_pointer (&route);
  if (walk.n_inactive > 0)
    g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_DISABLED,
                 "everybody behind \"%s\" is disabled", question->address);
  else
    g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND, "nobody is behind \"%s\"", question->address);

  return NULL;
}

/* ---- People, duties, owners ---- */

static IntimailRoute *
route_person (Question *question, IntimailPerson *person, GError **error)
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
  route = route_new (INTIMAIL_ROUTE_PERSON, NULL);
  g_ptr_array_add (route->people, g_object_ref (person));
  return route;
}

static IntimailRoute *
route_owner (Question *question, GObject *owner, GError **error)
{
  if (INTIMAIL_IS_PERSON (owner))
    return route_person (question, INTIMAIL_PERSON (owner), error);

  return route_list (question, INTIMAIL_GROUP (owner), error);
}

/* Adds the active ones of @uids. */
static gboolean
add_active (Question *question, IntimailRoute *route, const char *const *uids, GError **error)
{
  g_auto (Walk) walk = { NULL };

  walk_init (&walk, question, route);
  return add_people (&walk, uids, error);
}

static gboolean
add_admins (Question *question, IntimailRoute *route, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (IntimailGroup) admins = intimail_directory_lookup_group (question->directory, INTIMAIL_GROUP_ADMINS,
                                                                      question->cancellable, &local_error);

  if (admins != NULL)
    return add_active (question, route, intimail_group_get_members (admins), error);
  if (is_not_found (local_error))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

/* The administrators, and who else has the address: @owner, or NULL. */
static IntimailRoute *
route_duty (Question *question, GObject *owner, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (IntimailRoute) route = route_new (INTIMAIL_ROUTE_DUTY, NULL);
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
route_owners (Question *question, IntimailRouteKind kind, IntimailGroup *list, GError **error)
{
  g_autoptr (IntimailRoute) route = route_new (kind, list);

  if (!add_active (question, route, intimail_group_get_owners (list), error))
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
route_purpose (Question *question, const char *key, const char *stripped, IntimailRoute **route, GError **error)
{
  IntimailRouteKind kind = INTIMAIL_ROUTE_OWNERS;
  g_autofree char *base = strip_purpose (stripped != NULL ? stripped : key, &kind);
  const char *const keys[] = { base, NULL };
  g_autoptr (GObject) owner = NULL;

  *route = NULL;
  if (base == NULL)
    return TRUE;
  if (!find_owner (question, keys, &owner, error))
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
look_up (Question *question, const char *key, GObject **owner, IntimailRoute **route, GError **error)
{
  g_autofree char *stripped = intimail_person_strip_detail (key);
  IntimailRouteKind kind;
  g_autofree char *base = strip_purpose (stripped != NULL ? stripped : key, &kind);
  const char *own[] = { key, stripped, NULL };
  const char *rest[] = { strrchr (key, '@'), NULL };
  const char *keys[4];

  *route = NULL;
  make_keys (key, stripped, keys);
  if (base == NULL)
    return find_owner (question, keys, owner, error);
  if (!find_owner (question, own, owner, error))
    return FALSE;
  if (*owner != NULL)
    return TRUE;
  if (!route_purpose (question, key, stripped, route, error))
    return FALSE;

  return *route != NULL || find_owner (question, rest, owner, error);
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
  Question question = { .directory = directory, .address = address, .key = key, .sender = sender, .cancellable = cancellable };
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
    return is_duty_key (key) ? route_duty (&question, owner, error) : route_owner (&question, owner, error);
  if (key != NULL && is_duty_key (key))
    {
      if (!iface->serves_domain (directory, strrchr (key, '@') + 1, &served, cancellable, error))
        return NULL;
      if (served)
        return route_duty (&question, NULL, error);
    }
  set_nobody (&question, error);
  return NULL;
}

char *
intimail_route_find_member (IntimailDirectory *directory,
                            IntimailGroup *list,
                            const char *sender,
                            GCancellable *cancellable,
                            GError **error)
{
  Question question = { .directory = directory, .address = sender, .cancellable = cancellable };
  g_autofree char *key = intimail_person_make_address_key (sender);
  g_autofree char *stripped = key != NULL ? intimail_person_strip_detail (key) : NULL;
  const char *const *addresses = intimail_group_get_member_addresses (list);
  g_autoptr (IntimailPerson) person = NULL;

  if (key == NULL || !find_sender (&question, key, stripped, &person, error))
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
