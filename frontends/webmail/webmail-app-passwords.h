/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Passwords of mail programs, as people make and revoke them.
 */

#pragma once

#include "webmail-request.h"

G_BEGIN_DECLS

/* GET and POST of /auth/app-passwords, DELETE of /auth/app-passwords/ID. */
void webmail_app_passwords_handle (WebmailRequest *request);
void webmail_app_passwords_handle_one (WebmailRequest *request);

G_END_DECLS
