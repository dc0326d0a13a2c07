/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Writing a message in a thread.
 */

#include <intimail/intimail-composer.h>

#include "base/intimail-call-private.h"

static gpointer
run_write (gpointer self, const IntimailCall *call, GCancellable *cancellable, GError **error)
{
  return GINT_TO_POINTER (intimail_composer_write (self, call->texts[0], call->objects[0], cancellable, error));
}

static gpointer
run_write_file (gpointer self, const IntimailCall *call, GCancellable *cancellable, GError **error)
{
  return GINT_TO_POINTER (intimail_composer_write_file (self, call->texts[0], call->texts[1], cancellable, error));
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
  const IntimailCall call = {
    .run = run_write,
    .is_change = TRUE,
    .io_priority = io_priority,
    .texts = { hostname },
    .objects = { stream },
  };

  g_return_if_fail (INTIMAIL_IS_COMPOSER (self));
  g_return_if_fail (hostname != NULL);
  g_return_if_fail (G_IS_OUTPUT_STREAM (stream));

  intimail_call_start (self, intimail_composer_write_async, &call, cancellable, callback, user_data);
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
  return intimail_call_finish (self, intimail_composer_write_async, result, error) != NULL;
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
  const IntimailCall call = {
    .run = run_write_file,
    .is_change = TRUE,
    .io_priority = io_priority,
    .texts = { hostname, path },
  };

  g_return_if_fail (INTIMAIL_IS_COMPOSER (self));
  g_return_if_fail (hostname != NULL && path != NULL);

  intimail_call_start (self, intimail_composer_write_file_async, &call, cancellable, callback, user_data);
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
  return intimail_call_finish (self, intimail_composer_write_file_async, result, error) != NULL;
}
