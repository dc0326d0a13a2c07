/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Keeps the kernel's table as the guard's: what is new at once, all of it after a failure.
 */

#pragma once

#include <intimail/intimail.h>

G_BEGIN_DECLS

typedef struct _GuardFirewall GuardFirewall;

/* Seconds since 1970 that no change of the clock touches. */
typedef gint64 (*GuardClock) (void);

GuardFirewall *guard_firewall_new (int fd,
                                   IntimailGuard *guard,
                                   GuardClock clock);
void guard_firewall_free (GuardFirewall *self);

void guard_firewall_add_ban (GuardFirewall *self,
                             IntimailBan *ban);

void guard_firewall_remove_ban (GuardFirewall *self,
                                const char *address);

/* Sets the whole table anew. */
void guard_firewall_set_all (GuardFirewall *self);

/* TRUE when nothing waits to come into the kernel. */
gboolean guard_firewall_is_idle (GuardFirewall *self);

/* The last failure, or "". */
const char *guard_firewall_get_error (GuardFirewall *self);

guint64 guard_firewall_get_n_batches (GuardFirewall *self);

/* Compares the table with the guard; NULL when it cannot be asked now. The text says what
 * differs, "" for nothing; what differs is mended. */
char *guard_firewall_compare (GuardFirewall *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GuardFirewall, guard_firewall_free)

G_END_DECLS
