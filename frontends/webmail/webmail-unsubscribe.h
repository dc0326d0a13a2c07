/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Leaving a mailing list with one click (RFC 8058), without signing in.
 */

#pragma once

#include "webmail-request.h"

G_BEGIN_DECLS

/* /unsubscribe?list=...&member=...&token=...: GET shows a page with a button and changes
 * nothing, for programs look at links before people do; POST takes the member out. */
void webmail_unsubscribe_handle (WebmailRequest *request);

G_END_DECLS
