/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A call of this room in a worker thread: what stands behind its functions with _async
 * and _finish.
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The function that waits; NULL with an error. @argument may be NULL. */
typedef gpointer (*IntimailWorkFunc) (gpointer source,
                                      gpointer argument,
                                      GCancellable *cancellable,
                                      GError **error);

/* Takes @argument. @free_func frees a result that nobody fetches; it may be NULL, as
 * @free_argument may. */
void intimail_work_run (gpointer source,
                        gpointer tag,
                        IntimailWorkFunc func,
                        gpointer argument,
                        GDestroyNotify free_argument,
                        GDestroyNotify free_func,
                        GCancellable *cancellable,
                        GAsyncReadyCallback callback,
                        gpointer user_data);

/* What the function gave. */
gpointer intimail_work_finish (gpointer source,
                               gpointer tag,
                               GAsyncResult *result,
                               GError **error);

G_END_DECLS
