/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What people decide about themselves, below /auth/: how such a request is read, done as
 * far as they may, and answered. It is for a session alone, and so for who knows the
 * person's own password: a password that comes with a request, as an app password does,
 * opens mail and nothing here.
 */

#pragma once

#include "webmail-request.h"

G_BEGIN_DECLS

typedef struct
{
  IntimailDirectory *directory; /* does what @uid may */
  char *uid;                    /* who asks */
  char *text[2];                /* of the request; any of them may be a secret */
  gint64 time;
  gpointer result; /* for the answer */
  GDestroyNotify free_result;
  GError *error;           /* of the work */
  WebmailSession *session; /* that goes on, or NULL */
  guint64 stamp;           /* after the change */
  gboolean has_stamp;
} WebmailSetting;

/* Runs in a thread. */
typedef gboolean (*WebmailSettingWork) (WebmailSetting *self,
                                        GError **error);

/* Runs in the main loop. */
typedef void (*WebmailSettingReply) (WebmailRequest *request,
                                     WebmailSetting *self);

typedef void (*WebmailSettingAllowed) (WebmailRequest *request);

/* Refuses who has not signed in to a session, and bodies of another type. */
void webmail_settings_begin (WebmailRequest *request);

WebmailSetting *webmail_setting_new (WebmailRequest *request,
                                     const char *first,
                                     const char *second);

/* What is done changes what the person signs in with: to be called before it is run. */
void webmail_setting_keep_session (WebmailSetting *self,
                                   WebmailRequest *request);

/* Takes @self. @reply NULL: 204. What fails is answered here: what somebody may not is 403,
 * and signs nobody out. */
void webmail_setting_run (WebmailRequest *request,
                          WebmailSetting *self,
                          WebmailSettingWork work,
                          WebmailSettingReply reply);

/* 403: not 401, which says that the session has ended. */
void webmail_settings_refuse (WebmailRequest *request,
                              const char *detail);

/* Somebody's password has changed, or what has to be known beside it: nothing that was
 * believed before counts, and their other sessions end. */
void webmail_settings_end_other_sessions (WebmailRequest *request);

/* Calls @allowed when @password is that of who asks, whatever else signing in takes; else
 * answers. */
void webmail_settings_ask_password (WebmailRequest *request,
                                    const char *password,
                                    WebmailSettingAllowed allowed);

/* Seconds since 1970 as text; 0 is null. */
void webmail_settings_add_time (JsonObject *object,
                                const char *name,
                                gint64 seconds);

G_END_DECLS
