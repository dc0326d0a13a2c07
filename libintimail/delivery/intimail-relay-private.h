/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * One message to a mail server elsewhere, by SMTP.
 */

#pragma once

#include <intimail/intimail-send-report.h>

#include "site/intimail-relay-settings-private.h"

G_BEGIN_DECLS

/* Notes in @report what the server says to each recipient. With @strict, one who is
 * refused stops it for all. @cancellable is heeded until the message is handed over. */
void intimail_relay_send (const IntimailRelaySettings *settings,
                          const char *hostname,
                          const char *sender,
                          GBytes *message,
                          gboolean strict,
                          IntimailSendReport *report,
                          GCancellable *cancellable);

G_END_DECLS
