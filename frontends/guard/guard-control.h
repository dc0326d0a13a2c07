/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The socket for commands: one line of words parted by tabs, an answer, and the end.
 */

#pragma once

#include "guard-daemon.h"

G_BEGIN_DECLS

typedef struct _GuardControl GuardControl;

GuardControl *guard_control_new (const char *path,
                                 GuardDaemon *daemon,
                                 GError **error);
void guard_control_free (GuardControl *self);

G_END_DECLS
