/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What a mail server asks a site before it takes a mail: tables of addresses.
 */

#include "site/intimail-site-private.h"

#include <string.h>

#include <intimail/intimail-error.h>

#include "base/intimail-call-private.h"
#include "directory/intimail-group-private.h"
#include "directory/intimail-person-private.h"

static char *
set_nobody (const char *key, GError **error)
{
  g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND, "\"%s\" leads nowhere", key);
  return NULL;
}

/* Who gets what is left of a domain. */
static char *
find_rest (IntimailSite *self, const char *key, GCancellable *cancellable, GError **error)
{
  g_autoptr (GObject) owner = intimail_directory_lookup_address (intimail_site_get_directory (self), key, cancellable, error);

  if (owner == NULL)
    return NULL;

  return INTIMAIL_IS_PERSON (owner) ? g_strdup (intimail_person_get_uid (INTIMAIL_PERSON (owner))) : set_nobody (key, error);
}

/* Somebody who is disabled exists: their mail is refused with the right words. */
static char *
find_recipient (IntimailSite *self, const char *key, GCancellable *cancellable, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (IntimailRoute) route = NULL;
  const char *at = strrchr (key, '@');

  if (at == NULL || !intimail_site_is_local_domain (self, at + 1))
    return set_nobody (key, error);
  if (at == key)
    return find_rest (self, key, cancellable, error);
  route = intimail_site_find_route (self, key, NULL, cancellable, &local_error);
  if (g_error_matches (local_error, INTIMAIL_ERROR, INTIMAIL_ERROR_DISABLED))
    return g_strdup ("disabled");
  if (route == NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return NULL;
    }
  if (route->list != NULL)
    return g_strdup (intimail_group_get_name (route->list));
  if (route->kind == INTIMAIL_ROUTE_DUTY)
    return g_strdup (INTIMAIL_GROUP_ADMINS);

  return g_strdup (intimail_person_get_uid (route->people->pdata[0]));
}

/* Where the mail of one person has to go who is kept by another machine, as transport(5)
 * writes it: to that host, whatever its MX. */
static char *
find_transport (IntimailSite *self, const char *key, GCancellable *cancellable, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (IntimailRoute) route = NULL;
  const char *at = strrchr (key, '@');

  /* Postfix asks for the mail of the whole world, and for domains. */
  if (at == NULL || at == key || !intimail_site_is_local_domain (self, at + 1))
    return set_nobody (key, error);
  route = intimail_site_find_route (self, key, NULL, cancellable, &local_error);
  if (g_error_matches (local_error, INTIMAIL_ERROR, INTIMAIL_ERROR_DISABLED))
    return set_nobody (key, error);
  if (route == NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return NULL;
    }
  if (route->kind != INTIMAIL_ROUTE_PERSON || intimail_site_check_host (self, route->people->pdata[0], NULL))
    return set_nobody (key, error);

  return g_strdup_printf ("smtp:[%s]", intimail_person_get_mail_host (route->people->pdata[0]));
}

static char *
join_active (GPtrArray *people, const char *key, GError **error)
{
  g_autoptr (GStrvBuilder) uids = g_strv_builder_new ();
  g_auto (GStrv) list = NULL;

  for (guint i = 0; i < people->len; i++)
    if (intimail_person_is_active (people->pdata[i]))
      g_strv_builder_add (uids, intimail_person_get_uid (people->pdata[i]));
  list = g_strv_builder_end (uids);

  return list[0] != NULL ? g_strjoinv (",", list) : set_nobody (key, error);
}

/* Their own address, and with a detail; owners write for their list, as LIST-owner too,
 * and administrators as postmaster. What is left of a domain is nobody's to write as. */
static char *
find_logins (IntimailSite *self, const char *key, GCancellable *cancellable, GError **error)
{
  IntimailDirectory *directory = intimail_site_get_directory (self);
  g_autofree char *address = intimail_person_make_address_key (key);
  g_autoptr (GPtrArray) people = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (IntimailRoute) route = NULL;
  g_autoptr (IntimailRoute) owners = NULL;
  g_autoptr (GError) local_error = NULL;
  g_autofree char *owner = NULL;

  if (address == NULL)
    return set_nobody (key, error);
  route = intimail_route_find (directory, address, NULL, cancellable, &local_error);
  if (g_error_matches (local_error, INTIMAIL_ERROR, INTIMAIL_ERROR_DISABLED))
    return set_nobody (key, error);
  if (route == NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return NULL;
    }
  if (route->kind == INTIMAIL_ROUTE_PERSON)
    {
      if (intimail_person_owns_address (route->people->pdata[0], address))
        g_ptr_array_add (people, g_object_ref (route->people->pdata[0]));
      return join_active (people, key, error);
    }
  if (route->kind != INTIMAIL_ROUTE_LIST)
    return join_active (route->people, key, error);
  owner = intimail_route_make_address (route->list, "owner");
  owners = intimail_route_find (directory, owner, NULL, cancellable, error);

  return owners != NULL ? join_active (owners->people, key, error) : NULL;
}

/**
 * intimail_site_lookup_map:
 * @self: a site
 * @map: `recipients` (an address that mail is taken for leads to the uid or the group
 *   behind it), `senders` (an address leads to the uids that may write with it,
 *   parted by commas) or `transports` (the address of somebody whose mail another
 *   machine keeps leads to `smtp:[HOST]`)
 * @key: an address, or `@domain`
 * @cancellable: (nullable): a cancellable, heeded by the directory
 * @error: return location for an error
 *
 * Answers what a mail server has to know before it takes a mail, as Postfix asks it
 * for `virtual_mailbox_maps`, `smtpd_sender_login_maps` and `transport_maps`.
 *
 * Fails with %INTIMAIL_ERROR_NOT_FOUND when the key leads nowhere, with
 * %INTIMAIL_ERROR_INVALID_ARGUMENT for another @map, and with
 * %INTIMAIL_ERROR_UNAVAILABLE when it cannot be known now.
 *
 * Returns: (transfer full): what the key leads to
 *
 * Since: 1.0
 */
char *
intimail_site_lookup_map (IntimailSite *self, const char *map, const char *key, GCancellable *cancellable, GError **error)
{
  g_return_val_if_fail (INTIMAIL_IS_SITE (self), NULL);
  g_return_val_if_fail (map != NULL && key != NULL, NULL);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (g_str_equal (map, "recipients"))
    return find_recipient (self, key, cancellable, error);
  if (g_str_equal (map, "senders"))
    return find_logins (self, key, cancellable, error);
  if (g_str_equal (map, "transports"))
    return find_transport (self, key, cancellable, error);
  g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT,
               "\"%s\" is no table: take recipients, senders or transports", map);
  return NULL;
}

static gpointer
run_lookup_map (gpointer self, const IntimailCall *call, GCancellable *cancellable, GError **error)
{
  return intimail_site_lookup_map (self, call->texts[0], call->texts[1], cancellable, error);
}

/**
 * intimail_site_lookup_map_async:
 * @self: a site
 * @map: `recipients`, `senders` or `transports`
 * @key: an address, or `@domain`
 * @cancellable: (nullable): a cancellable, heeded by the directory
 * @callback: (scope async) (closure user_data): called in the main context that was
 *   the caller's thread default
 * @user_data: data for @callback
 *
 * As [method@Intimail.Site.lookup_map], without waiting.
 *
 * Since: 1.0
 */
void
intimail_site_lookup_map_async (IntimailSite *self,
                                const char *map,
                                const char *key,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data)
{
  const IntimailCall call = { .run = run_lookup_map, .free_result = g_free, .texts = { map, key } };

  g_return_if_fail (INTIMAIL_IS_SITE (self));
  g_return_if_fail (map != NULL && key != NULL);

  intimail_call_start (self, intimail_site_lookup_map_async, &call, cancellable, callback, user_data);
}

/**
 * intimail_site_lookup_map_finish:
 * @self: a site
 * @result: what the callback was given
 * @error: return location for an error
 *
 * Ends [method@Intimail.Site.lookup_map_async]; it fails as
 * [method@Intimail.Site.lookup_map] does.
 *
 * Returns: (transfer full): what the key leads to
 *
 * Since: 1.0
 */
char *
intimail_site_lookup_map_finish (IntimailSite *self, GAsyncResult *result, GError **error)
{
  return intimail_call_finish (self, intimail_site_lookup_map_async, result, error);
}

/**
 * intimail_site_get_map_listen:
 * @self: a site
 *
 * Gets where the agent answers for [method@Intimail.Site.lookup_map].
 *
 * Returns: (transfer none): `unix:` and a path, `ADDRESS:PORT` or `[ADDRESS]:PORT`
 *
 * Since: 1.0
 */
const char *
intimail_site_get_map_listen (IntimailSite *self)
{
  g_return_val_if_fail (INTIMAIL_IS_SITE (self), NULL);

  return intimail_site_get_settings (self)->map_listen;
}
