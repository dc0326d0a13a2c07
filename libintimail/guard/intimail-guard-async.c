/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Reading and writing the state in a thread. In a file of its own: a program that does not
 * call it is not linked with GIO.
 */

#include "guard/intimail-guard-state-private.h"

typedef struct
{
  char *path;
  char *text; /* to be written, or NULL */
  gint64 now;
} StateData;

static void
state_data_free (gpointer data)
{
  StateData *self = data;

  g_free (self->path);
  g_free (self->text);
  g_free (self);
}

static void
run_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  StateData *data = task_data;
  GError *error = NULL;
  gboolean good;

  if (data->text != NULL)
    good = intimail_guard_state_write (data->path, data->text, &error);
  else
    good = intimail_guard_load_state (source, data->path, data->now, &error);
  if (good)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/* Takes @text. */
static void
start (IntimailGuard *self, gpointer tag, const char *path, char *text, gint64 now, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  StateData *data = g_new0 (StateData, 1);

  data->path = g_strdup (path);
  data->text = text;
  data->now = now;
  g_task_set_source_tag (task, tag);
  /* What is done is reported as done, however late the cancel. */
  g_task_set_check_cancellable (task, FALSE);
  g_task_set_task_data (task, data, state_data_free);
  if (!g_task_return_error_if_cancelled (task))
    g_task_run_in_thread (task, run_in_thread);
}

static gboolean
finish (IntimailGuard *self, gpointer tag, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, tag), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * intimail_guard_load_state_async:
 * @self: a guard, which nothing else may use until @callback is called
 * @path: (type filename): the file
 * @now: the time
 * @cancellable: (nullable): a cancellable, heeded before the file is read
 * @callback: (scope async) (closure user_data): called in the main context that was
 *   the caller's thread default
 * @user_data: data for @callback
 *
 * Does [method@Intimail.Guard.load_state] in a thread.
 *
 * Since: 1.0
 */
void
intimail_guard_load_state_async (IntimailGuard *self,
                                 const char *path,
                                 gint64 now,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data)
{
  g_return_if_fail (INTIMAIL_IS_GUARD (self));
  g_return_if_fail (path != NULL);
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  start (self, intimail_guard_load_state_async, path, NULL, now, cancellable, callback, user_data);
}

/**
 * intimail_guard_load_state_finish:
 * @self: a guard
 * @result: what the callback got
 * @error: return location for an error
 *
 * Ends [method@Intimail.Guard.load_state_async], and fails as
 * [method@Intimail.Guard.load_state] does.
 *
 * Returns: %TRUE on success
 *
 * Since: 1.0
 */
gboolean
intimail_guard_load_state_finish (IntimailGuard *self, GAsyncResult *result, GError **error)
{
  return finish (self, intimail_guard_load_state_async, result, error);
}

/**
 * intimail_guard_save_state_async:
 * @self: a guard
 * @path: (type filename): the file
 * @now: the time
 * @cancellable: (nullable): a cancellable, heeded before the disk is touched
 * @callback: (scope async) (closure user_data): called in the main context that was
 *   the caller's thread default
 * @user_data: data for @callback
 *
 * Writes what the guard knows now, as [method@Intimail.Guard.save_state] does, in a
 * thread; the guard may be used meanwhile. Of two calls for one file the second has to
 * wait for the first.
 *
 * Since: 1.0
 */
void
intimail_guard_save_state_async (IntimailGuard *self,
                                 const char *path,
                                 gint64 now,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data)
{
  g_return_if_fail (INTIMAIL_IS_GUARD (self));
  g_return_if_fail (path != NULL);
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  start (self, intimail_guard_save_state_async, path, intimail_guard_state_format_now (self, now), now, cancellable, callback, user_data);
}

/**
 * intimail_guard_save_state_finish:
 * @self: a guard
 * @result: what the callback got
 * @error: return location for an error
 *
 * Ends [method@Intimail.Guard.save_state_async], and fails as
 * [method@Intimail.Guard.save_state] does.
 *
 * Returns: %TRUE on success
 *
 * Since: 1.0
 */
gboolean
intimail_guard_save_state_finish (IntimailGuard *self, GAsyncResult *result, GError **error)
{
  return finish (self, intimail_guard_save_state_async, result, error);
}
