/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "directory/intimail-directory-call-private.h"

#include "base/intimail-secret-private.h"

static void
call_free (gpointer data)
{
  IntimailDirectoryCall *call = data;

  for (gsize i = 0; i < G_N_ELEMENTS (call->text); i++)
    intimail_secret_free (call->text[i]);
  g_clear_object (&call->object);
  g_free (call);
}

static void
run_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  IntimailDirectoryCall *call = data;
  GError *error = NULL;
  gpointer result = call->run (source, call, cancellable, &error);

  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, result, call->free_result);
}

void
intimail_directory_call_start (IntimailDirectory *self,
                               gpointer tag,
                               const IntimailDirectoryCall *wanted,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  IntimailDirectoryCall *call;

  g_return_if_fail (INTIMAIL_IS_DIRECTORY (self));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  call = g_new0 (IntimailDirectoryCall, 1);
  *call = *wanted;
  for (gsize i = 0; i < G_N_ELEMENTS (call->text); i++)
    call->text[i] = g_strdup (wanted->text[i]);
  if (call->object != NULL)
    g_object_ref (call->object);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, tag);
  g_task_set_check_cancellable (task, !call->is_change);
  g_task_set_task_data (task, call, call_free);
  g_task_run_in_thread (task, run_in_thread);
}

gpointer
intimail_directory_call_finish (IntimailDirectory *self, GAsyncResult *result, gpointer tag, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, tag), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
