/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The code of a device beside the password, as people turn it on and off.
 */

#pragma once

#include "webmail-request.h"

G_BEGIN_DECLS

/* GET of /auth/second-factor, and POST of begin, enable, renew and disable below it. For a
 * session alone: see webmail_settings_begin(). */
void webmail_second_factor_handle (WebmailRequest *request);

G_END_DECLS
