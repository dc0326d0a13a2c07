/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The one lock of an account: a permanent file, so that no name is made and
 * removed for each message.
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Takes the lock of the open file @fd; gives up with FAILED after @timeout_ms. */
gboolean intimail_lock_take (int fd,
                             guint timeout_ms,
                             GError **error);

void intimail_lock_release (int fd);

G_END_DECLS
