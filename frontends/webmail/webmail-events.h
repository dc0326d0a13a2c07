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

/* Ends the streams of sessions that have ended, and, unless it is NULL, those of @uid that
 * came with a password: who has it sends it again. */
void webmail_events_end_unfit (WebmailEvents *self,
                               const char *uid);

/* Adds the uids of all that are open to a set. */
void webmail_events_list_uids (WebmailEvents *self,
                               GHashTable *uids);

/* Ends all streams. */
void webmail_events_stop (WebmailEvents *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WebmailEvents, webmail_events_free)

G_END_DECLS
