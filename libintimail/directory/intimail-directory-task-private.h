/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A change of a directory in a thread, for calls that end in _async.
 */

#pragma once

#include <intimail/intimail-directory.h>

G_BEGIN_DECLS

/* Takes @data. What was written is reported as written, however late the cancel. */
void intimail_directory_task_start (IntimailDirectory *self,
                                    gpointer tag,
                                    GTaskThreadFunc run,
                                    gpointer data,
                                    GDestroyNotify free_data,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data);

gboolean intimail_directory_task_finish (IntimailDirectory *self,
                                         gpointer tag,
                                         GAsyncResult *result,
                                         GError **error);

G_END_DECLS
