/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * People change their own password.
 */

#pragma once

#include "webmail-request.h"

G_BEGIN_DECLS

/* POST of /auth/password: {"old":...,"new":...}. Other sessions end. */
void webmail_password_change_handle (WebmailRequest *request);

/* POST of /auth/password/judge: {"new":...}. Answers
 * {"good":...,"reason":...,"detail":...}. */
void webmail_password_change_handle_judge (WebmailRequest *request);

G_END_DECLS
