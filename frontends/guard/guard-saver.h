/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Writes the state in a process of its own: the disk may take its time, and nobody waits.
 */

#pragma once

#include <intimail/intimail.h>

G_BEGIN_DECLS

typedef struct _GuardSaver GuardSaver;

/* @problem NULL: the state is on the disk. */
typedef void (*GuardSaverFunc) (const char *problem,
                                gpointer user_data);

GuardSaver *guard_saver_new (IntimailGuard *guard,
                             const char *path,
                             GuardSaverFunc func,
                             gpointer user_data);

/* Waits for what is being written. */
void guard_saver_free (GuardSaver *self);

gboolean guard_saver_is_busy (GuardSaver *self);

/* Writes what the guard knows at this moment, unless it is busy. */
void guard_saver_start (GuardSaver *self,
                        gint64 now);

/* What a kill in the midst of writing left beside the state. */
void guard_saver_clean (const char *path);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GuardSaver, guard_saver_free)

G_END_DECLS
