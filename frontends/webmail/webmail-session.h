/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Who is signed in: random tokens, for the cookie and for Bearer.
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _WebmailSessions WebmailSessions;
typedef struct _WebmailSession WebmailSession;

WebmailSessions *webmail_sessions_new (void);
void webmail_sessions_free (WebmailSessions *self);

/* A token of 256 random bits for @uid, whose sign-in stamp was @stamp. */
char *webmail_sessions_add (WebmailSessions *self,
                            const char *uid,
                            guint64 stamp);

/* The session of a token, or NULL; using it keeps it alive. */
WebmailSession *webmail_sessions_lookup (WebmailSessions *self,
                                         const char *token);

void webmail_sessions_remove (WebmailSessions *self,
                              const char *token);

/* Ends all of a person but one. */
void webmail_sessions_remove_others (WebmailSessions *self,
                                     const char *uid,
                                     WebmailSession *kept);

/* Ends those that do not fit a person, NULL for nobody, who was looked up at @time. */
void webmail_sessions_check_person (WebmailSessions *self,
                                    const char *uid,
                                    const guint64 *stamp,
                                    gint64 time);

/* Adds the uids of all to a set. */
void webmail_sessions_list_uids (WebmailSessions *self,
                                 GHashTable *uids);

WebmailSession *webmail_session_ref (WebmailSession *self);
void webmail_session_unref (WebmailSession *self);

const char *webmail_session_get_uid (WebmailSession *self);

gboolean webmail_session_has_ended (WebmailSession *self);

/* In any thread: whether a person's sign-in stamp, looked up at @time of the monotonic
 * clock, is the session's. A look-up that is older than what the session knows says
 * nothing. */
gboolean webmail_session_fits (WebmailSession *self,
                               guint64 stamp,
                               gint64 time);

/* Its person is about to change the stamp from this session, which goes on. Each hold is
 * let go by the other, with the new stamp, or NULL when it did not change. */
void webmail_session_hold (WebmailSession *self);
void webmail_session_let_go (WebmailSession *self,
                             const guint64 *stamp);

/* 32 random bytes in hexadecimal. */
char *webmail_make_token (void);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WebmailSession, webmail_session_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WebmailSessions, webmail_sessions_free)

G_END_DECLS
