/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What disk-shim.c and disk-shim-calls.c share.
 */

#pragma once

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

#include "disk-shim.h"

typedef struct
{
  char text[PATH_MAX];
} DiskShimPath;

/* The C library's own function. */
void *disk_shim_real (const char *name);

/* Whether this call fails; then errno says how. */
bool disk_shim_fails (DiskShimKind kind);
int disk_shim_get_error (void);

/* The path that a call is about; FALSE when it is none of the folder's. */
bool disk_shim_find_fd (int fd,
                        DiskShimPath *path);
bool disk_shim_find_at (int dir_fd,
                        const char *name,
                        DiskShimPath *path);
const char *disk_shim_in_root (const DiskShimPath *path);

bool disk_shim_is_recording (void);
bool disk_shim_is_deaf (void);
/* Held over a call and its record, so that the records have the order of the calls. */
void disk_shim_lock (void);
void disk_shim_unlock (void);
/* A record, and @length bytes after its line; nothing when nothing is recorded. */
void disk_shim_put (const void *data,
                    size_t length,
                    const char *format,
                    ...) __attribute__ ((format (printf, 3, 4)));
