/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "base/intimail-call-private.h"

#include "test-support.h"

typedef struct
{
  gboolean ran;
  gboolean cancels; /* in the thread, when all is done */
  gboolean fails;
} Job;

static guint n_freed;

static void
free_result (gpointer data)
{
  n_freed++;
  g_free (data);
}

static gpointer
run (gpointer self, const IntimailCall *call, GCancellable *cancellable, GError **error)
{
  Job *job = g_object_get_data (self, "job");

  job->ran = TRUE;
  g_assert_cmpstr (call->texts[1], ==, "b");
  g_assert_cmpstr (call->lists[0][1], ==, "d");
  g_assert_cmpint (call->numbers[2], ==, G_MAXINT64);
  g_assert_true (call->context == g_main_context_default ());
  if (job->cancels)
    g_cancellable_cancel (cancellable);
  if (job->fails)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_BUSY, "busy");
      return NULL;
    }
  return call->objects[1] != NULL ? g_strdup (call->texts[1]) : NULL;
}

static void
keep_result (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_set_object ((GAsyncResult **) user_data, result);
}

/* What the caller gave is gone before the thread begins. */
static char *
call_and_wait (Job *job, gboolean is_change, gboolean has_answer, GCancellable *cancellable, GError **error)
{
  g_autoptr (GObject) self = g_object_new (G_TYPE_OBJECT, NULL);
  g_autoptr (GAsyncResult) result = NULL;
  char *answer;

  g_object_set_data (self, "job", job);
  {
    g_autofree char *text = g_strdup ("b");
    g_auto (GStrv) list = g_strsplit ("c d", " ", -1);
    g_autoptr (GObject) object = has_answer ? g_object_new (G_TYPE_OBJECT, NULL) : NULL;
    g_autoptr (GBytes) bytes = g_bytes_new_static ("e", 1);
    const IntimailCall call = {
      .run = run,
      .free_result = free_result,
      .is_change = is_change,
      .texts = { NULL, text },
      .lists = { (const char *const *) list },
      .objects = { NULL, object },
      .bytes = bytes,
      .numbers = { 0, 0, G_MAXINT64 },
    };

    intimail_call_start (self, call_and_wait, &call, cancellable, keep_result, &result);
  }
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  answer = intimail_call_finish (self, call_and_wait, result, error);
  g_clear_object (&result);
  test_support_assert_finalized (g_steal_pointer (&self));

  return answer;
}

static void
test_answer (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *answer = NULL;
  Job job = { 0 };

  answer = call_and_wait (&job, FALSE, TRUE, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (answer, ==, "b");

  g_assert_null (call_and_wait (&job, FALSE, FALSE, NULL, &error));
  g_assert_no_error (error);

  job.fails = TRUE;
  g_assert_null (call_and_wait (&job, TRUE, TRUE, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_BUSY);
}

static void
test_cancelled_before (void)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();

  g_cancellable_cancel (cancellable);
  for (gboolean is_change = FALSE; is_change <= TRUE; is_change++)
    {
      g_autoptr (GError) error = NULL;
      Job job = { 0 };

      g_assert_null (call_and_wait (&job, is_change, TRUE, cancellable, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      g_assert_false (job.ran);
    }
}

static void
test_cancelled_late (void)
{
  for (gboolean is_change = FALSE; is_change <= TRUE; is_change++)
    {
      g_autoptr (GCancellable) cancellable = g_cancellable_new ();
      g_autoptr (GError) error = NULL;
      g_autofree char *answer = NULL;
      Job job = { .cancels = TRUE };

      n_freed = 0;
      answer = call_and_wait (&job, is_change, TRUE, cancellable, &error);
      if (is_change)
        g_assert_no_error (error);
      else
        g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      g_assert_cmpstr (answer, ==, is_change ? "b" : NULL);
      g_assert_cmpuint (n_freed, ==, is_change ? 0 : 1);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/base/call/answer", test_answer);
  g_test_add_func ("/base/call/cancelled-before", test_cancelled_before);
  g_test_add_func ("/base/call/cancelled-late", test_cancelled_late);

  return g_test_run ();
}
