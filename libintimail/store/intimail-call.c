/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "store/intimail-call-private.h"

typedef struct
{
  IntimailCall *call;
  IntimailCallFunc func;
  GDestroyNotify free_func;
} Work;

IntimailCall *
intimail_call_new (void)
{
  return g_new0 (IntimailCall, 1);
}

static void
call_free (IntimailCall *self)
{
  for (gsize i = 0; i < G_N_ELEMENTS (self->texts); i++)
    g_free (self->texts[i]);
  for (gsize i = 0; i < G_N_ELEMENTS (self->lists); i++)
    g_strfreev (self->lists[i]);
  g_clear_object (&self->filter);
  for (gsize i = 0; i < G_N_ELEMENTS (self->objects); i++)
    g_clear_object (&self->objects[i]);
  g_free (self);
}

static void
work_free (gpointer data)
{
  Work *work = data;

  call_free (work->call);
  g_free (work);
}

static void
run_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  const Work *work = task_data;
  GError *error = NULL;
  gpointer result = NULL;

  /* Some calls heed no cancellable: they are short. */
  if (!g_cancellable_set_error_if_cancelled (cancellable, &error))
    result = work->func (source, work->call, cancellable, &error);
  if (result == NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, result, work->free_func);
}

void
intimail_call_run (IntimailCall *call,
                   IntimailAccount *account,
                   gpointer tag,
                   IntimailCallFunc func,
                   GDestroyNotify free_func,
                   GCancellable *cancellable,
                   GAsyncReadyCallback callback,
                   gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (account, cancellable, callback, user_data);
  Work *work = g_new0 (Work, 1);

  work->call = call;
  work->func = func;
  work->free_func = free_func;
  g_task_set_source_tag (task, tag);
  /* What is done is told as done, however late the cancel. */
  g_task_set_check_cancellable (task, FALSE);
  g_task_set_task_data (task, work, work_free);
  g_task_run_in_thread (task, run_in_thread);
}

gpointer
intimail_call_finish (IntimailAccount *account, GAsyncResult *result, gpointer tag, GError **error)
{
  g_return_val_if_fail (INTIMAIL_IS_ACCOUNT (account), NULL);
  g_return_val_if_fail (g_task_is_valid (result, account), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, tag), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
