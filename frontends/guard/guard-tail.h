/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Follows a log as it grows, is rotated and is cut. Nothing wakes it but a change.
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _GuardTail GuardTail;

/* Takes whole lines and returns how many bytes it took. @is_live: written just now. */
typedef gsize (*GuardTailFunc) (GuardTail *tail,
                                const guint8 *data,
                                gsize length,
                                gboolean is_live,
                                gpointer user_data);

/* @mark is what guard_tail_get_mark() gave when it was read last, or NULL: then what the
 * file holds already is passed over. */
GuardTail *guard_tail_new (const char *path,
                           const char *const *services,
                           const char *mark,
                           GuardTailFunc func,
                           gpointer user_data);
void guard_tail_free (GuardTail *self);

const char *guard_tail_get_path (GuardTail *self);
const char *const *guard_tail_get_services (GuardTail *self);

/* How far it was read. */
char *guard_tail_get_mark (GuardTail *self);

G_END_DECLS
