/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Who is signed in: random tokens, for the cookie and for Bearer.
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _WebmailSessions WebmailSessions;

WebmailSessions *webmail_sessions_new (void);
void webmail_sessions_free (WebmailSessions *self);

/* A token of 256 random bits for @uid. */
char *webmail_sessions_add (WebmailSessions *self,
                            const char *uid);

/* Whose token it is, or NULL; using it keeps it alive. */
const char *webmail_sessions_lookup (WebmailSessions *self,
                                     const char *token);

void webmail_sessions_remove (WebmailSessions *self,
                              const char *token);

/* Ends all of a person who may not sign in any more. */
void webmail_sessions_remove_person (WebmailSessions *self,
                                     const char *uid);

/* Ends all of a person but one. */
void webmail_sessions_remove_others (WebmailSessions *self,
                                     const char *uid,
                                     const char *token);

/* 32 random bytes in hexadecimal. */
char *webmail_make_token (void);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WebmailSessions, webmail_sessions_free)

G_END_DECLS
