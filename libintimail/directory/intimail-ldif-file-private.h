/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The LDIF file on the disk: what is read, when it has changed, who may write.
 */

#pragma once

#include <sys/stat.h>

#include "directory/intimail-ldif-state-private.h"

G_BEGIN_DECLS

/* Identifies one content of the file. */
typedef struct
{
  struct stat status; /* of what was read; all 0 for none */
  gint64 born_sec;    /* when the file was made, 0 when that is not known: */
  guint32 born_nsec;  /* an inode's number comes again, its birth does not */
  gboolean settled;   /* FALSE: it may have changed since within a tick */
} IntimailLdifStamp;

/* Whether the file still is what @stamp says. */
gboolean intimail_ldif_stamp_is_current (const IntimailLdifStamp *stamp,
                                         const char *path);

/* Whether the same file was written in place a moment ago, as some editors do:
 * then it may be half of what it will be. */
gboolean intimail_ldif_stamp_is_being_edited (const IntimailLdifStamp *stamp,
                                              const char *path);

/* Another number after each change of the file; one that never comes again while it may
 * be changing still. */
guint64 intimail_ldif_file_get_generation (const char *path);

/* Reads and understands the file. @stamp is set also after a failure. Every
 * failure is UNAVAILABLE. */
IntimailLdifState *intimail_ldif_file_read (const char *path,
                                            const char *base_dn,
                                            IntimailLdifStamp *stamp,
                                            GError **error);

/* Waits for the writers' lock of the file, some seconds at most; -1 and
 * UNAVAILABLE when it cannot be had. Closing the descriptor ends it. */
int intimail_ldif_file_lock (const char *path,
                             GCancellable *cancellable,
                             GError **error);

/* Replaces the file, whose owner stays. */
gboolean intimail_ldif_file_write (const char *path,
                                   const char *data,
                                   gsize length,
                                   GError **error);

G_END_DECLS
