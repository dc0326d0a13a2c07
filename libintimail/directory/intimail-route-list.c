/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The members of a list and of the lists inside, and who may write to them.
 */

#include "directory/intimail-route-parts-private.h"

#include <string.h>

#include <intimail/intimail-error.h>

#include "directory/intimail-group-private.h"
#include "directory/intimail-person-private.h"

/* The members of a list, and of the lists inside. */
typedef struct
{
  IntimailRouteQuestion *question;
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
  IntimailRouteQuestion *question = walk->question;
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
  intimail_route_make_keys (key, stripped, keys);
  if (served && !intimail_route_find_key_owner (walk->question, keys, &owner, error))
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
  IntimailRouteQuestion *question = walk->question;
  g_autofree char *key = question->sender != NULL ? intimail_person_make_address_key (question->sender) : NULL;
  g_autofree char *stripped = key != NULL ? intimail_person_strip_detail (key) : NULL;
  g_autoptr (IntimailPerson) person = NULL;
  const char *uid = NULL;
  gboolean is_member;

  if (question->sender == NULL || is_open (walk))
    return TRUE;
  if (key != NULL && !intimail_route_find_sender (question, key, stripped, &person, error))
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
        return intimail_route_set_nobody (question, error);
      g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_POSTING_REFUSED,
                   "\"%s\" may not write to the list \"%s\"", question->sender, intimail_group_get_name (list));
      return FALSE;
    }

  return TRUE;
}

static void
walk_init (Walk *walk, IntimailRouteQuestion *question, IntimailRoute *route)
{
  walk->question = question;
  walk->route = route;
  walk->uids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  walk->addresses = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  walk->domains = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  walk->lists = g_ptr_array_new_with_free_func (g_object_unref);
}

IntimailRoute *
intimail_route_find_members (IntimailRouteQuestion *question, IntimailGroup *group, GError **error)
{
  g_autoptr (IntimailRoute) route = intimail_route_new (INTIMAIL_ROUTE_LIST, group);
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

gboolean
intimail_route_add_active (IntimailRouteQuestion *question, IntimailRoute *route, const char *const *uids, GError **error)
{
  g_auto (Walk) walk = { NULL };

  walk_init (&walk, question, route);
  return add_people (&walk, uids, error);
}
