/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * File descriptors: closed by themselves, read and written whole.
 */

#pragma once

#include <sys/uio.h>

#include <gio/gio.h>

G_BEGIN_DECLS

/* A descriptor for g_auto(), -1 when there is none. */
typedef int IntimailFd;

static inline int
intimail_fd_steal (IntimailFd *fd)
{
  int stolen = *fd;

  *fd = -1;
  return stolen;
}

void intimail_fd_close (IntimailFd fd);

G_DEFINE_AUTO_CLEANUP_FREE_FUNC (IntimailFd, intimail_fd_close, -1)

/* Writes all of it, however often the kernel takes less. */
gboolean intimail_fd_write_all (int fd,
                                gconstpointer data,
                                gsize length,
                                GError **error);

/* Reads a regular file of at most @limit bytes; TOO_LARGE when it has more. The
 * content is followed by a NUL that is not counted. */
gboolean intimail_fd_read_all (int fd,
                               gsize limit,
                               char **data,
                               gsize *length,
                               GError **error);

/* A file without a name, for what no person's folder should hold: on the disk of temporary
 * files where that can be, so that memory need not have it, and else in memory. -1 with an
 * error. */
int intimail_fd_open_nameless (GError **error);

/* Replaces @path by @data so that after a crash or power cut either the old or
 * the new content is there: a temporary file beside it, flushed, renamed, and
 * the folder flushed. */
gboolean intimail_file_replace (const char *path,
                                gconstpointer data,
                                gsize length,
                                int mode,
                                GError **error);

/* Flushes the entries of a folder. */
gboolean intimail_folder_flush (const char *path,
                                GError **error);

G_END_DECLS
