/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What people decide about their own signing in, below /auth/. It is for a session
 * alone, and so for who knows the person's own password: a password that comes with a
 * request, as an app password does, opens mail and nothing here.
 */

#pragma once

#include "webmail-request.h"

G_BEGIN_DECLS

/* Refuses who has not signed in to a session, and bodies of another type. */
void webmail_settings_begin (WebmailRequest *request);

/* GET and POST of /auth/app-passwords, DELETE of /auth/app-passwords/ID. */
void webmail_settings_handle_app_passwords (WebmailRequest *request);
void webmail_settings_handle_app_password (WebmailRequest *request);

G_END_DECLS
