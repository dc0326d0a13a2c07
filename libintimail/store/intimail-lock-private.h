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

/* The same beside others who have it so. */
gboolean intimail_lock_take_shared (int fd,
                                    guint timeout_ms,
                                    GError **error);

void intimail_lock_release (int fd);

/* Says that a delivery is under way, until it is taken back or the process ends. Any
 * number of programs may say so at once; the lock itself is not concerned. */
void intimail_lock_set_delivering (int fd,
                                   gboolean delivering);

/* Does anybody else say so? */
gboolean intimail_lock_is_delivering (int fd);

/* The right to write an index of the account anew, until @fd is closed. FALSE when
 * somebody has it. */
gboolean intimail_lock_take_compacting (int fd);

G_END_DECLS
