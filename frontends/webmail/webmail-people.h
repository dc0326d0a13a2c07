/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The people who have signed in, their JMAP engines, and the threads that work
 * for them: nothing that touches a disk or a directory runs in the main loop.
 */

#pragma once

#include "webmail-request.h"

G_BEGIN_DECLS

/* Runs in a thread. FALSE with an error: what is answered then. */
typedef gboolean (*WebmailWork) (IntimailJmap *jmap,
                                 gpointer data,
                                 GError **error);

/* Runs in the main loop, unless the peer has left. @error NULL: it worked. The
 * request is paused and goes on when this returns, if it has a status then. */
typedef void (*WebmailDone) (WebmailRequest *request,
                             gpointer data,
                             const GError *error);

WebmailPeople *webmail_people_new (IntimailSite *site);
void webmail_people_free (WebmailPeople *self);

/* Pauses @request, does @work for the person who sent it, then calls @done in
 * the main loop and @free_data at the end, whatever happens. */
void webmail_people_run (WebmailRequest *request,
                         WebmailWork work,
                         WebmailDone done,
                         gpointer data,
                         GDestroyNotify free_data);

/* The same for a message that is being sent already: it is not paused. */
void webmail_people_run_beside (WebmailRequest *request,
                                WebmailWork work,
                                WebmailDone done,
                                gpointer data,
                                GDestroyNotify free_data);

/* One more of @what for the person, if not @limit are being worked on; each is
 * taken back by leave. */
gboolean webmail_people_enter (WebmailPeople *self,
                               const char *what,
                               const char *uid,
                               guint limit);
void webmail_people_leave (WebmailPeople *self,
                           const char *what,
                           const char *uid);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WebmailPeople, webmail_people_free)

G_END_DECLS
