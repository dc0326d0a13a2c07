/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Stands between a program and its disk: see disk-shim.c. A test that links it in has
 * the functions below; any other program gets it by LD_PRELOAD and the environment.
 */

#pragma once

#include <stdbool.h>

typedef enum
{
  DISK_SHIM_OPEN,
  DISK_SHIM_READ,
  DISK_SHIM_WRITE,
  DISK_SHIM_TRUNCATE,
  DISK_SHIM_RENAME,
  DISK_SHIM_LINK,
  DISK_SHIM_UNLINK,
  DISK_SHIM_MKDIR,
  DISK_SHIM_SYNC,
  DISK_SHIM_N_KINDS
} DiskShimKind;

#define DISK_SHIM_ALL ((1 << DISK_SHIM_N_KINDS) - 1)

/* Also what lies in the file that DISK_SHIM_CONTROL names, so that another process
 * may change it: seven integers of 32 bits. */
typedef struct
{
  int armed;
  int kinds; /* bits: which calls count */
  int nth;   /* the first call that fails, from 1 */
  int count; /* how many fail */
  int error; /* an errno */
  int seen;  /* calls that counted since it was armed */
  int kind;  /* of the last call that failed, or -1 */
} DiskShimState;

/* The folder whose files count, without symbolic links on its way. */
void disk_shim_set_root (const char *root);

/* From now on @count calls fail with @error, the @nth first; 0: none, they are
 * counted alone. */
void disk_shim_arm (int kinds,
                    int nth,
                    int count,
                    int error);

/* The error that is none: the process is killed. */
#define DISK_SHIM_KILL (-1)

/* The next call of the kind on a file whose path ends in @name waits, before anything
 * is done, until it is let go. */
void disk_shim_hold (DiskShimKind kind,
                     const char *name);
/* Until there is one that waits. */
void disk_shim_wait_held (void);
void disk_shim_release (void);

/* Nothing fails any more. Returns how many calls counted. */
int disk_shim_disarm (void);

/* The name of the last call that failed, or NULL. */
const char *disk_shim_get_failed (void);
