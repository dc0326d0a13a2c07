/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Passwords being judged: in threads of their own, few at a time, and slower for
 * who guesses.
 */

#pragma once

#include "webmail-request.h"
#include "webmail-throttle.h"

G_BEGIN_DECLS

typedef enum
{
  WEBMAIL_PASSWORD_RIGHT,
  WEBMAIL_PASSWORD_WRONG,
  WEBMAIL_PASSWORD_TOO_MANY,
  WEBMAIL_PASSWORD_UNAVAILABLE,
  WEBMAIL_PASSWORD_CODE_NEEDED, /* it is right, and a code is missing */
} WebmailPasswordOutcome;

/* What a password shall open. */
typedef enum
{
  WEBMAIL_PASSWORD_FOR_PAGE,   /* a session of the page, with all settings */
  WEBMAIL_PASSWORD_FOR_CLIENT, /* JMAP and nothing else: an app password will do */
} WebmailPasswordPurpose;

/* @uid is NULL unless it was right; @stamp is then the person's sign-in stamp. */
typedef void (*WebmailJudged) (WebmailRequest *request,
                               WebmailPasswordOutcome outcome,
                               const char *uid,
                               guint64 stamp);

/* @throttle lives longer. */
WebmailPasswords *webmail_passwords_new (IntimailSite *site,
                                         WebmailThrottle *throttle);
void webmail_passwords_free (WebmailPasswords *self);

/* Calls @judged now, or pauses the request and calls it later. @code is of a second
 * factor, for the page alone; "" for none. */
void webmail_passwords_judge (WebmailRequest *request,
                              WebmailPasswordPurpose purpose,
                              const char *login,
                              const char *password,
                              const char *code,
                              WebmailJudged judged);

/* Believes no password of @uid any more, right or wrong, without asking: what opens their
 * mail has changed. */
void webmail_passwords_forget (WebmailPasswords *self,
                               const char *uid);

/* Overwrites a password before its memory is freed. */
void webmail_free_secret (char *secret);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WebmailPasswords, webmail_passwords_free)

G_END_DECLS
