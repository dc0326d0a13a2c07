/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What a mail server reports to a person about mail of theirs that was sent (RFC 3464).
 */

#pragma once

#include <intimail/intimail-account.h>

G_BEGIN_DECLS

/* Notes what @message says, the bytes of the message @id in @account, when it is such a
 * report. To be called for messages without a sender alone, as reports have none. */
void intimail_sent_report_note (IntimailAccount *account,
                                GBytes *message,
                                const char *id);

G_END_DECLS
