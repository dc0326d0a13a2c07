/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What one person sent in the last day, in the file intimail.sent of the account: one line
 * for each message, shared by all programs.
 */

#pragma once

#include <gio/gio.h>

#include "site/intimail-send-limits-private.h"

G_BEGIN_DECLS

/* Counts a message to @n_recipients at @now (seconds since 1970), or nothing when it
 * would pass a limit: RATE_LIMITED with when it goes on. @alarm becomes TRUE with the
 * first refusal of a window: that is noted too. FAILED or STORAGE_FULL when it cannot be
 * counted. */
gboolean intimail_send_count_take (const char *folder,
                                   const IntimailSendLimits *limits,
                                   guint n_recipients,
                                   gint64 now,
                                   gboolean *alarm,
                                   GError **error);

G_END_DECLS
