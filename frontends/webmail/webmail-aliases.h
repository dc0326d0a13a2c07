/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Addresses that a person makes and ends: GET and POST of /auth/aliases, and DELETE of
 * /auth/aliases/ADDRESS, which ends it. For a session alone.
 */

#pragma once

#include "webmail-request.h"

G_BEGIN_DECLS

void webmail_aliases_handle (WebmailRequest *request);
void webmail_aliases_handle_one (WebmailRequest *request);

G_END_DECLS
