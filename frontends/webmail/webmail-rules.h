/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The rules of who has signed in, for the page: the document of intimail.rules(5), with its
 * state as the ETag (RFC 9110 section 8.8.3).
 */

#pragma once

#include "webmail-request.h"

G_BEGIN_DECLS

void webmail_rules_handle (WebmailRequest *request);

/* What they make of one message, and why. */
void webmail_rules_handle_message (WebmailRequest *request);

G_END_DECLS
