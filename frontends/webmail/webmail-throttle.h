/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Guessing passwords gets slower each time, for a login and for an address; and nobody
 * asks without end.
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _WebmailThrottle WebmailThrottle;

WebmailThrottle *webmail_throttle_new (void);
void webmail_throttle_free (WebmailThrottle *self);

/* Seconds until @key may try again; 0 when it may now. */
guint webmail_throttle_check (WebmailThrottle *self,
                              const char *key);

/* Counts an attempt as a failure before its outcome is known, so that many at
 * once gain nothing. Returns the milliseconds to wait before saying no. */
guint webmail_throttle_begin (WebmailThrottle *self,
                              const char *key);

/* The attempt was right: it does not count. */
void webmail_throttle_forgive (WebmailThrottle *self,
                               const char *key);

/* Counts a request; FALSE when a peer has asked too much lately. */
gboolean webmail_throttle_request (WebmailThrottle *self,
                                   const char *peer);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WebmailThrottle, webmail_throttle_free)

G_END_DECLS
