/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Talks to the guard that is at work.
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define COMMAND_GUARD_SOCKET "/run/intimail-guard/socket"

/* Says words, which are parted by nothing else; the answer without its first line. Fails
 * with UNAVAILABLE when no guard is at work, and with what the guard says. */
char *command_guard_talk (const char *socket,
                          GError **error,
                          ...) G_GNUC_NULL_TERMINATED;

G_END_DECLS
