/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Reading and writing the state in a thread. In a file of its own: a program that does not
 * call it is not linked with GIO.
 */

#include "guard/intimail-guard-state-private.h"
#include "base/intimail-call-private.h"

static gpointer
run_load (gpointer self, const IntimailCall *call, GCancellable *cancellable, GError **error)
{
  return GINT_TO_POINTER (intimail_guard_load_state (self, call->texts[0], call->numbers[0], error));
}

static gpointer
run_save (gpointer self, const IntimailCall *call, GCancellable *cancellable, GError **error)
{
  return GINT_TO_POINTER (intimail_guard_state_write (call->texts[0], call->texts[1], error));
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
  const IntimailCall call = { .run = run_load, .is_change = TRUE, .texts = { path }, .numbers = { now } };

  g_return_if_fail (INTIMAIL_IS_GUARD (self));
  g_return_if_fail (path != NULL);

  intimail_call_start (self, intimail_guard_load_state_async, &call, cancellable, callback, user_data);
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
  return intimail_call_finish (self, intimail_guard_load_state_async, result, error) != NULL;
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
  g_autofree char *text = NULL;
  IntimailCall call = { .run = run_save, .is_change = TRUE };

  g_return_if_fail (INTIMAIL_IS_GUARD (self));
  g_return_if_fail (path != NULL);

  text = intimail_guard_state_format_now (self, now);
  call.texts[0] = path;
  call.texts[1] = text;
  intimail_call_start (self, intimail_guard_save_state_async, &call, cancellable, callback, user_data);
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
  return intimail_call_finish (self, intimail_guard_save_state_async, result, error) != NULL;
}
