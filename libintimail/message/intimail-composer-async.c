/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Writing a message in a thread.
 */

#include <intimail/intimail-composer.h>

typedef struct
{
  char *hostname;
  GOutputStream *stream; /* or */
  char *path;
} WriteData;

static WriteData *
write_data_new (const char *hostname, GOutputStream *stream, const char *path)
{
  WriteData *self = g_new0 (WriteData, 1);

  self->hostname = g_strdup (hostname);
  self->stream = stream != NULL ? g_object_ref (stream) : NULL;
  self->path = g_strdup (path);

  return self;
}

static void
write_data_free (gpointer data)
{
  WriteData *self = data;

  g_free (self->hostname);
  g_clear_object (&self->stream);
  g_free (self->path);
  g_free (self);
}

static void
write_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  WriteData *data = task_data;
  GError *error = NULL;
  gboolean good;

  if (data->stream != NULL)
    good = intimail_composer_write (source, data->hostname, data->stream, cancellable, &error);
  else
    good = intimail_composer_write_file (source, data->hostname, data->path, cancellable, &error);
  if (good)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
run_write (IntimailComposer *self,
           gpointer tag,
           WriteData *data,
           int io_priority,
           GCancellable *cancellable,
           GAsyncReadyCallback callback,
           gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, tag);
  g_task_set_priority (task, io_priority);
  g_task_set_check_cancellable (task, FALSE);
  g_task_set_task_data (task, data, write_data_free);
  g_task_run_in_thread (task, write_in_thread);
}

/**
 * intimail_composer_write_async:
 * @self: a composer, which nothing else may use until @callback is called
 * @hostname: the name of the host that makes the message, for its Message-ID
 * @stream: where to write
 * @io_priority: the priority of the request, such as %G_PRIORITY_DEFAULT
 * @cancellable: (nullable): a cancellable, heeded between two writes
 * @callback: (scope async) (closure user_data): called in the main context that was
 *   the caller's thread default
 * @user_data: data for @callback
 *
 * Writes the message without making the caller wait: see
 * [method@Intimail.Composer.write].
 *
 * Since: 1.0
 */
void
intimail_composer_write_async (IntimailComposer *self,
                               const char *hostname,
                               GOutputStream *stream,
                               int io_priority,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data)
{
  g_return_if_fail (INTIMAIL_IS_COMPOSER (self));
  g_return_if_fail (hostname != NULL);
  g_return_if_fail (G_IS_OUTPUT_STREAM (stream));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  run_write (self, intimail_composer_write_async, write_data_new (hostname, stream, NULL), io_priority, cancellable, callback, user_data);
}

/**
 * intimail_composer_write_finish:
 * @self: a composer
 * @result: what the callback got
 * @error: return location for an error
 *
 * Ends [method@Intimail.Composer.write_async].
 *
 * Fails as [method@Intimail.Composer.write] does.
 *
 * Returns: %TRUE when all is written
 *
 * Since: 1.0
 */
gboolean
intimail_composer_write_finish (IntimailComposer *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * intimail_composer_write_file_async:
 * @self: a composer, which nothing else may use until @callback is called
 * @hostname: the name of the host that makes the message, for its Message-ID
 * @path: (type filename): the file, which nobody but its owner may read
 * @io_priority: the priority of the request, such as %G_PRIORITY_DEFAULT
 * @cancellable: (nullable): a cancellable, heeded between two writes
 * @callback: (scope async) (closure user_data): called in the main context that was
 *   the caller's thread default
 * @user_data: data for @callback
 *
 * Writes the message into a file without making the caller wait: see
 * [method@Intimail.Composer.write_file].
 *
 * Since: 1.0
 */
void
intimail_composer_write_file_async (IntimailComposer *self,
                                    const char *hostname,
                                    const char *path,
                                    int io_priority,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data)
{
  g_return_if_fail (INTIMAIL_IS_COMPOSER (self));
  g_return_if_fail (hostname != NULL && path != NULL);
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  run_write (self, intimail_composer_write_file_async, write_data_new (hostname, NULL, path), io_priority, cancellable, callback, user_data);
}

/**
 * intimail_composer_write_file_finish:
 * @self: a composer
 * @result: what the callback got
 * @error: return location for an error
 *
 * Ends [method@Intimail.Composer.write_file_async].
 *
 * Fails as [method@Intimail.Composer.write_file] does.
 *
 * Returns: %TRUE when all is written
 *
 * Since: 1.0
 */
gboolean
intimail_composer_write_file_finish (IntimailComposer *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
