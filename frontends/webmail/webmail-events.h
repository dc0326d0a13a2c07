/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Event sources (RFC 8620 section 7.3): pages and clients that are told at once
 * when something has changed.
 */

#pragma once

#include "webmail-request.h"

G_BEGIN_DECLS

WebmailEvents *webmail_events_new (void);
void webmail_events_free (WebmailEvents *self);

void webmail_events_handle (WebmailRequest *request);

/* Ends the streams of a person's sessions but one. */
void webmail_events_end_others (WebmailEvents *self,
                                const char *uid,
                                const char *token);

/* Ends all streams. */
void webmail_events_stop (WebmailEvents *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WebmailEvents, webmail_events_free)

G_END_DECLS
