/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A small file that several programs append to and now and then write anew, behind a lock
 * on itself.
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Opens @path, which is made when it is not there, and has its lock until the descriptor
 * is closed. -1 with FAILED or STORAGE_FULL. */
int intimail_locked_file_open (const char *path,
                               GError **error);

/* Appends text at the end of a file of @size bytes; a line before it that lacks its end,
 * after a crash, gets that first. */
gboolean intimail_locked_file_append (int fd,
                                      gsize size,
                                      const char *text,
                                      gsize length,
                                      GError **error);

G_END_DECLS
