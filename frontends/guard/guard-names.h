/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Finds the addresses of names again and again, in a process of its own: what libc loads
 * for it is gone afterwards, and a server that is silent keeps nobody waiting.
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _GuardNames GuardNames;

/* Told when an answer is another than the last; a name that has no address now is not. */
typedef void (*GuardNamesFunc) (const char *name,
                                const char *const *addresses,
                                gpointer user_data);

GuardNames *guard_names_new (const char *const *names,
                             guint seconds,
                             GuardNamesFunc func,
                             gpointer user_data);
void guard_names_free (GuardNames *self);

/* At once, and not only when it is time. */
void guard_names_resolve (GuardNames *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GuardNames, guard_names_free)

G_END_DECLS
