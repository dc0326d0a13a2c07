/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A call that waits, made by a thread: what it is given, copied, and the function that waits.
 * The functions with _async and _finish are no more than that.
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _IntimailCall IntimailCall;

/* What it gives may be NULL without an error only where that is an answer. */
typedef gpointer (*IntimailCallFunc) (gpointer self,
                                      const IntimailCall *call,
                                      GCancellable *cancellable,
                                      GError **error);

struct _IntimailCall
{
  IntimailCallFunc run;
  GDestroyNotify free_result; /* for a result that nobody fetches */
  /* What is done is told as done, however late the cancel. What was only read is not wanted any
   * more then, and is let go. */
  gboolean is_change;
  int io_priority;
  const char *texts[3]; /* any of them may be a secret */
  const char *const *lists[3];
  gpointer objects[2]; /* GObjects */
  GBytes *bytes;
  gint64 numbers[3];
  GMainContext *context; /* where the callback is called: filled in by intimail_call_start() */
};

/* Copies @wanted and what it has. @tag is the function that was called. */
void intimail_call_start (gpointer self,
                          gpointer tag,
                          const IntimailCall *wanted,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer user_data);

gpointer intimail_call_finish (gpointer self,
                               gpointer tag,
                               GAsyncResult *result,
                               GError **error);

G_END_DECLS
