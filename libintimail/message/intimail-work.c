/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "message/intimail-work-private.h"

typedef struct
{
  IntimailWorkFunc func;
  gpointer argument;
  GDestroyNotify free_argument;
  GDestroyNotify free_func;
} Work;

static void
work_free (gpointer data)
{
  Work *work = data;

  if (work->free_argument != NULL)
    work->free_argument (work->argument);
  g_free (work);
}

static void
run_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  const Work *work = task_data;
  GError *error = NULL;
  gpointer result = NULL;

  if (!g_cancellable_set_error_if_cancelled (cancellable, &error))
    result = work->func (source, work->argument, cancellable, &error);
  if (result == NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, result, work->free_func);
}

void
intimail_work_run (gpointer source,
                   gpointer tag,
                   IntimailWorkFunc func,
                   gpointer argument,
                   GDestroyNotify free_argument,
                   GDestroyNotify free_func,
                   GCancellable *cancellable,
                   GAsyncReadyCallback callback,
                   gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (source, cancellable, callback, user_data);
  Work *work = g_new0 (Work, 1);

  work->func = func;
  work->argument = argument;
  work->free_argument = free_argument;
  work->free_func = free_func;
  g_task_set_source_tag (task, tag);
  /* What is done is told as done, however late the cancel. */
  g_task_set_check_cancellable (task, FALSE);
  g_task_set_task_data (task, work, work_free);
  g_task_run_in_thread (task, run_in_thread);
}

gpointer
intimail_work_finish (gpointer source, gpointer tag, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, source), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, tag), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
