/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What a site does about its people, without blocking.
 */

#include <intimail/intimail-site.h>

typedef struct _Call Call;

struct _Call
{
  gpointer (*run) (IntimailSite *self, Call *call, GCancellable *cancellable, GError **error);
  GDestroyNotify free_result;
  char *uid;
  gint64 now;
};

static void
call_free (gpointer data)
{
  Call *call = data;

  g_free (call->uid);
  g_free (call);
}

static void
run_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Call *call = data;
  GError *error = NULL;
  gpointer result = call->run (source, call, cancellable, &error);

  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, result, call->free_result);
}

/* Takes a copy of @wanted. What was done is reported as done, however late the cancel. */
static void
start (IntimailSite *self, gpointer tag, const Call *wanted, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  Call *call;

  g_return_if_fail (INTIMAIL_IS_SITE (self));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  call = g_memdup2 (wanted, sizeof *wanted);
  call->uid = g_strdup (wanted->uid);
  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, tag);
  g_task_set_check_cancellable (task, FALSE);
  g_task_set_task_data (task, call, call_free);
  g_task_run_in_thread (task, run_in_thread);
}

static gpointer
finish (IntimailSite *self, GAsyncResult *result, gpointer tag, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, tag), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static gpointer
run_list_ended_people (IntimailSite *self, Call *call, GCancellable *cancellable, GError **error)
{
  return intimail_site_list_ended_people (self, call->now, cancellable, error);
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
  const Call call = { .run = run_list_ended_people, .free_result = (GDestroyNotify) g_ptr_array_unref, .now = now };

  start (self, intimail_site_list_ended_people_async, &call, cancellable, callback, user_data);
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
  return finish (self, result, intimail_site_list_ended_people_async, error);
}

static gpointer
run_purge_person (IntimailSite *self, Call *call, GCancellable *cancellable, GError **error)
{
  return intimail_site_purge_person (self, call->uid, call->now, cancellable, error);
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
  const Call call = { .run = run_purge_person, .free_result = g_free, .uid = (char *) uid, .now = now };

  g_return_if_fail (uid != NULL);

  start (self, intimail_site_purge_person_async, &call, cancellable, callback, user_data);
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
  return finish (self, result, intimail_site_purge_person_async, error);
}

static gpointer
run_purge_leftovers (IntimailSite *self, Call *call, GCancellable *cancellable, GError **error)
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
  const Call call = { .run = run_purge_leftovers };

  start (self, intimail_site_purge_leftovers_async, &call, cancellable, callback, user_data);
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
  return finish (self, result, intimail_site_purge_leftovers_async, error) != NULL;
}

static gpointer
run_check_directory (IntimailSite *self, Call *call, GCancellable *cancellable, GError **error)
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
  const Call call = { .run = run_check_directory, .free_result = (GDestroyNotify) g_strfreev };

  start (self, intimail_site_check_directory_async, &call, cancellable, callback, user_data);
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
  return finish (self, result, intimail_site_check_directory_async, error);
}
