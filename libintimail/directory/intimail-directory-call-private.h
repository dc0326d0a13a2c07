/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A call of a directory in a thread: what the asynchronous functions share.
 */

#pragma once

#include <intimail/intimail-directory.h>

G_BEGIN_DECLS

typedef struct _IntimailDirectoryCall IntimailDirectoryCall;

struct _IntimailDirectoryCall
{
  gpointer (*run) (IntimailDirectory *self, IntimailDirectoryCall *call, GCancellable *cancellable, GError **error);
  GDestroyNotify free_result;
  char *text[3]; /* any of them may be a secret */
  GObject *object;
  guint number;
  gint64 time;
  gboolean is_change; /* what was written is reported as written, however late the cancel */
};

/* Takes a copy of @wanted, with a copy of its texts. @tag is the function that was called. */
void intimail_directory_call_start (IntimailDirectory *self,
                                    gpointer tag,
                                    const IntimailDirectoryCall *wanted,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data);

gpointer intimail_directory_call_finish (IntimailDirectory *self,
                                         GAsyncResult *result,
                                         gpointer tag,
                                         GError **error);

G_END_DECLS
