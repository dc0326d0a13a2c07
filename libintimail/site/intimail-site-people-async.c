/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What a site does about its people, without blocking.
 */

#include <intimail/intimail-site.h>

#include "base/intimail-call-private.h"

static gpointer
run_list_ended_people (gpointer self, const IntimailCall *call, GCancellable *cancellable, GError **error)
{
  return intimail_site_list_ended_people (self, call->numbers[0], cancellable, error);
}

/**
 * intimail_site_list_ended_people_async:
 * @self: a site
 * @now: the time: seconds since 1970, UTC
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async) (closure user_data): called in the main context that
 *   was the caller's thread default
 * @user_data: data for @callback
 *
 * Lists the people who are to be purged as [method@Intimail.Site.list_ended_people] does, without blocking.
 *
 * Since: 1.0
 */
void
intimail_site_list_ended_people_async (IntimailSite *self,
                                       gint64 now,
                                       GCancellable *cancellable,
                                       GAsyncReadyCallback callback,
                                       gpointer user_data)
{
  const IntimailCall call = { .run = run_list_ended_people, .free_result = (GDestroyNotify) g_ptr_array_unref, .numbers = { now } };

  g_return_if_fail (INTIMAIL_IS_SITE (self));

  intimail_call_start (self, intimail_site_list_ended_people_async, &call, cancellable, callback, user_data);
}

/**
 * intimail_site_list_ended_people_finish:
 * @self: a site
 * @result: what the callback got
 * @error: return location for an error
 *
 * Finishes [method@Intimail.Site.list_ended_people_async].
 *
 * Returns: (transfer container) (element-type IntimailPerson): the people
 *
 * Since: 1.0
 */
GPtrArray *
intimail_site_list_ended_people_finish (IntimailSite *self, GAsyncResult *result, GError **error)
{
  return intimail_call_finish (self, intimail_site_list_ended_people_async, result, error);
}

static gpointer
run_purge_person (gpointer self, const IntimailCall *call, GCancellable *cancellable, GError **error)
{
  return intimail_site_purge_person (self, call->texts[0], call->numbers[0], cancellable, error);
}

/**
 * intimail_site_purge_person_async:
 * @self: a site
 * @uid: a uid
 * @now: the time: seconds since 1970, UTC
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async) (closure user_data): called in the main context that
 *   was the caller's thread default
 * @user_data: data for @callback
 *
 * Removes for good what is left of somebody as [method@Intimail.Site.purge_person] does, without blocking.
 *
 * Since: 1.0
 */
void
intimail_site_purge_person_async (IntimailSite *self,
                                  const char *uid,
                                  gint64 now,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data)
{
  const IntimailCall call = { .run = run_purge_person, .is_change = TRUE, .free_result = g_free, .texts = { uid }, .numbers = { now } };

  g_return_if_fail (INTIMAIL_IS_SITE (self));
  g_return_if_fail (uid != NULL);

  intimail_call_start (self, intimail_site_purge_person_async, &call, cancellable, callback, user_data);
}

/**
 * intimail_site_purge_person_finish:
 * @self: a site
 * @result: what the callback got
 * @error: return location for an error
 *
 * Finishes [method@Intimail.Site.purge_person_async].
 *
 * Returns: (transfer full) (type filename): where kept mail is now; "" when there is none
 *
 * Since: 1.0
 */
char *
intimail_site_purge_person_finish (IntimailSite *self, GAsyncResult *result, GError **error)
{
  return intimail_call_finish (self, intimail_site_purge_person_async, result, error);
}

static gpointer
run_purge_leftovers (gpointer self, const IntimailCall *call, GCancellable *cancellable, GError **error)
{
  return GINT_TO_POINTER (intimail_site_purge_leftovers (self, cancellable, error));
}

/**
 * intimail_site_purge_leftovers_async:
 * @self: a site
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async) (closure user_data): called in the main context that
 *   was the caller's thread default
 * @user_data: data for @callback
 *
 * Deletes mail of people who are gone as [method@Intimail.Site.purge_leftovers] does, without blocking.
 *
 * Since: 1.0
 */
void
intimail_site_purge_leftovers_async (IntimailSite *self,
                                     GCancellable *cancellable,
                                     GAsyncReadyCallback callback,
                                     gpointer user_data)
{
  const IntimailCall call = { .run = run_purge_leftovers, .is_change = TRUE };

  g_return_if_fail (INTIMAIL_IS_SITE (self));

  intimail_call_start (self, intimail_site_purge_leftovers_async, &call, cancellable, callback, user_data);
}

/**
 * intimail_site_purge_leftovers_finish:
 * @self: a site
 * @result: what the callback got
 * @error: return location for an error
 *
 * Finishes [method@Intimail.Site.purge_leftovers_async].
 *
 * Returns: %TRUE when nothing is left
 *
 * Since: 1.0
 */
gboolean
intimail_site_purge_leftovers_finish (IntimailSite *self, GAsyncResult *result, GError **error)
{
  return intimail_call_finish (self, intimail_site_purge_leftovers_async, result, error) != NULL;
}

static gpointer
run_check_directory (gpointer self, const IntimailCall *call, GCancellable *cancellable, GError **error)
{
  return intimail_site_check_directory (self, cancellable, error);
}

/**
 * intimail_site_check_directory_async:
 * @self: a site
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async) (closure user_data): called in the main context that
 *   was the caller's thread default
 * @user_data: data for @callback
 *
 * Looks for mistakes among people and groups as [method@Intimail.Site.check_directory] does, without blocking.
 *
 * Since: 1.0
 */
void
intimail_site_check_directory_async (IntimailSite *self,
                                     GCancellable *cancellable,
                                     GAsyncReadyCallback callback,
                                     gpointer user_data)
{
  const IntimailCall call = { .run = run_check_directory, .free_result = (GDestroyNotify) g_strfreev };

  g_return_if_fail (INTIMAIL_IS_SITE (self));

  intimail_call_start (self, intimail_site_check_directory_async, &call, cancellable, callback, user_data);
}

/**
 * intimail_site_check_directory_finish:
 * @self: a site
 * @result: what the callback got
 * @error: return location for an error
 *
 * Finishes [method@Intimail.Site.check_directory_async].
 *
 * Returns: (transfer full) (array zero-terminated=1): what was found, in words
 *
 * Since: 1.0
 */
char **
intimail_site_check_directory_finish (IntimailSite *self, GAsyncResult *result, GError **error)
{
  return intimail_call_finish (self, intimail_site_check_directory_async, result, error);
}
