/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The session resource and the API (RFC 8620 sections 2 and 3).
 */

#pragma once

#include "webmail-request.h"

G_BEGIN_DECLS

/* As the session resource says. */
#define WEBMAIL_MAX_SIZE_REQUEST (10 * 1024 * 1024)

void webmail_jmap_handle_session (WebmailRequest *request);
void webmail_jmap_begin_api (WebmailRequest *request);
void webmail_jmap_handle_api (WebmailRequest *request);

G_END_DECLS
