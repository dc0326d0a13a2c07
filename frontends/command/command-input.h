/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What comes by standard input.
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A whole message; TOO_LARGE when it has more than @limit bytes. */
GBytes *command_input_read (guint64 limit,
                            GError **error);

G_END_DECLS
