/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "base/intimail-call-private.h"

#include "base/intimail-secret-private.h"

static void
call_free (gpointer data)
{
  IntimailCall *self = data;

  for (gsize i = 0; i < G_N_ELEMENTS (self->texts); i++)
    intimail_secret_free ((char *) self->texts[i]);
  for (gsize i = 0; i < G_N_ELEMENTS (self->lists); i++)
    g_strfreev ((GStrv) self->lists[i]);
  for (gsize i = 0; i < G_N_ELEMENTS (self->objects); i++)
    g_clear_object (&self->objects[i]);
  g_clear_pointer (&self->bytes, g_bytes_unref);
  g_free (self);
}

static IntimailCall *
call_copy (const IntimailCall *wanted)
{
  IntimailCall *self = g_memdup2 (wanted, sizeof *wanted);

  for (gsize i = 0; i < G_N_ELEMENTS (self->texts); i++)
    self->texts[i] = g_strdup (wanted->texts[i]);
  for (gsize i = 0; i < G_N_ELEMENTS (self->lists); i++)
    self->lists[i] = (const char *const *) g_strdupv ((GStrv) wanted->lists[i]);
  for (gsize i = 0; i < G_N_ELEMENTS (self->objects); i++)
    self->objects[i] = wanted->objects[i] != NULL ? g_object_ref (wanted->objects[i]) : NULL;
  if (self->bytes != NULL)
    g_bytes_ref (self->bytes);

  return self;
}

static void
run_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  const IntimailCall *call = task_data;
  GError *error = NULL;
  gpointer result = NULL;

  /* Some calls heed no cancellable: they are short. */
  if (!g_cancellable_set_error_if_cancelled (cancellable, &error))
    result = call->run (source, call, cancellable, &error);
  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, result, call->free_result);
}

void
intimail_call_start (gpointer self,
                     gpointer tag,
                     const IntimailCall *wanted,
                     GCancellable *cancellable,
                     GAsyncReadyCallback callback,
                     gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  IntimailCall *call;

  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = g_task_new (self, cancellable, callback, user_data);
  call = call_copy (wanted);
  call->context = g_task_get_context (task);
  g_task_set_source_tag (task, tag);
  g_task_set_priority (task, call->io_priority);
  g_task_set_check_cancellable (task, !call->is_change);
  g_task_set_task_data (task, call, call_free);
  g_task_run_in_thread (task, run_in_thread);
}

gpointer
intimail_call_finish (gpointer self, gpointer tag, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, tag), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
