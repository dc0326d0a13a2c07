/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Who asks: a cookie, Basic or Bearer; and signing in and out.
 */

#pragma once

#include "webmail-request.h"

G_BEGIN_DECLS

/* Finds out who sent @request and goes on with it, now or later; or answers that
 * nobody has signed in. */
void webmail_auth_check (WebmailRequest *request);

/* POST and DELETE of /auth/session. */
void webmail_auth_handle_session (WebmailRequest *request);

G_END_DECLS
