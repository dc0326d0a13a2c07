/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * One message to the mail server of this machine, by the interface of sendmail.
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Runs @command, never through a shell, with -i, -f SENDER, -- and the recipients. It has
 * @timeout seconds. INVALID_ARGUMENT, NOT_FOUND, PERMISSION_DENIED by its exit status;
 * UNCERTAIN when it had the whole message and did not end in time or was killed;
 * FAILED for the rest. */
gboolean intimail_sendmail_run (const char *const *command,
                                const char *sender,
                                const char *const *recipients,
                                GBytes *message,
                                guint timeout,
                                GCancellable *cancellable,
                                GError **error);

G_END_DECLS
