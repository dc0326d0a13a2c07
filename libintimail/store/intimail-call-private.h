/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A call of an account that a thread makes: what it was given, copied, and the function
 * that waits. The functions with _async and _finish are no more than that.
 */

#pragma once

#include <intimail/intimail-account.h>

G_BEGIN_DECLS

typedef struct
{
  char *texts[3];
  GStrv lists[3];
  gint64 numbers[3];
  IntimailFilter *filter;
  GObject *objects[2];
} IntimailCall;

/* Gives something that is not NULL, or sets the error. */
typedef gpointer (*IntimailCallFunc) (IntimailAccount *account,
                                      const IntimailCall *call,
                                      GCancellable *cancellable,
                                      GError **error);

IntimailCall *intimail_call_new (void);

/* Takes @call. @tag is the function that was called; @free_func frees a result that
 * nobody takes. */
void intimail_call_run (IntimailCall *call,
                        IntimailAccount *account,
                        gpointer tag,
                        IntimailCallFunc func,
                        GDestroyNotify free_func,
                        GCancellable *cancellable,
                        GAsyncReadyCallback callback,
                        gpointer user_data);

gpointer intimail_call_finish (IntimailAccount *account,
                               GAsyncResult *result,
                               gpointer tag,
                               GError **error);

G_END_DECLS
