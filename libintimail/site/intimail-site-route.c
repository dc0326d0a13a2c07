/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Where the mail of a site goes: what its directory says, and what its configuration
 * adds to that.
 */

#include "site/intimail-site-private.h"

#include <string.h>

#include <intimail/intimail-error.h>

static gboolean
is_not_found (const GError *error)
{
  return g_error_matches (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND);
}

static gboolean
add_address (IntimailSite *self, IntimailRoute *route, const char *address, GCancellable *cancellable, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (IntimailRoute) other = intimail_route_find (intimail_site_get_directory (self), address, NULL, cancellable, &local_error);

  if (other == NULL && !is_not_found (local_error))
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  if (other == NULL)
    g_ptr_array_add (route->addresses, g_strdup (address));
  for (guint i = 0; other != NULL && i < other->people->len; i++)
    g_ptr_array_add (route->people, g_object_ref (other->people->pdata[i]));

  return TRUE;
}

/* Those whom the configuration names where the directory names nobody. */
static gboolean
add_postmaster (IntimailSite *self, IntimailRoute *route, GCancellable *cancellable, GError **error)
{
  const char *const *names = intimail_site_get_postmaster (self);

  for (gsize i = 0; names[i] != NULL; i++)
    {
      g_autoptr (GError) local_error = NULL;
      g_autoptr (IntimailPerson) person = NULL;

      if (strchr (names[i], '@') != NULL)
        {
          if (!add_address (self, route, names[i], cancellable, error))
            return FALSE;
          continue;
        }
      person = intimail_directory_lookup_person (intimail_site_get_directory (self), names[i], cancellable, &local_error);
      if (person == NULL && !is_not_found (local_error))
        {
          g_propagate_error (error, g_steal_pointer (&local_error));
          return FALSE;
        }
      if (person != NULL && intimail_person_is_active (person))
        g_ptr_array_add (route->people, g_object_ref (person));
    }

  return TRUE;
}

static gboolean
has_mail_server (IntimailSite *self)
{
  const IntimailSiteSettings *settings = intimail_site_get_settings (self);

  return settings->relay != NULL || settings->sendmail_command[0] != NULL;
}

/* Of several people, those whose mail another machine keeps get it through the mail server,
 * which knows the way; whose own address it is has come to the wrong machine. */
static void
part_by_host (IntimailSite *self, IntimailRoute *route)
{
  guint i = 0;

  if (route->kind == INTIMAIL_ROUTE_PERSON || !has_mail_server (self))
    return;
  while (i < route->people->len)
    {
      IntimailPerson *person = route->people->pdata[i];

      if (intimail_site_check_host (self, person, NULL))
        i++;
      else
        {
          g_ptr_array_add (route->addresses, g_strdup (intimail_person_get_mail (person)));
          g_ptr_array_remove_index (route->people, i);
        }
    }
}

IntimailRoute *
intimail_site_find_route (IntimailSite *self,
                          const char *address,
                          const char *sender,
                          GCancellable *cancellable,
                          GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (IntimailRoute) route = intimail_route_find (intimail_site_get_directory (self), address, sender, cancellable, &local_error);
  const char *at = strrchr (address, '@');

  /* A directory may know nobody of one of the site's domains. */
  if (route == NULL && is_not_found (local_error) && at != NULL && intimail_route_is_duty (address) &&
      intimail_site_is_local_domain (self, at + 1))
    {
      g_clear_error (&local_error);
      route = intimail_route_find (intimail_site_get_directory (self), "postmaster", sender, cancellable, &local_error);
    }
  if (route == NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return NULL;
    }
  if (route->people->len == 0 && route->addresses->len == 0 && !add_postmaster (self, route, cancellable, error))
    return NULL;

  part_by_host (self, route);

  return intimail_route_check_people (route, address, error) ? g_steal_pointer (&route) : NULL;
}

/**
 * intimail_site_get_postmaster:
 * @self: a site
 *
 * Gets who has the mail for `postmaster` and `abuse`, and what comes back from a list
 * without owners, while the group `admins` has no active member.
 *
 * Returns: (transfer none) (array zero-terminated=1): uids and addresses
 *
 * Since: 1.0
 */
const char *const *
intimail_site_get_postmaster (IntimailSite *self)
{
  g_return_val_if_fail (INTIMAIL_IS_SITE (self), NULL);

  return (const char *const *) intimail_site_get_settings (self)->postmaster;
}
