/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Sessions and event sources end when their person may not sign in any more, or not as they
 * did: a new password, a second factor, an account that is disabled, removed or over.
 */

#pragma once

#include "webmail-server.h"

G_BEGIN_DECLS

WebmailSweep *webmail_sweep_new (WebmailServer *server);
void webmail_sweep_free (WebmailSweep *self);

/* There is somebody to look after. */
void webmail_sweep_wake (WebmailSweep *self);

/* Somebody was found who may not go on. */
void webmail_sweep_now (WebmailSweep *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WebmailSweep, webmail_sweep_free)

G_END_DECLS
