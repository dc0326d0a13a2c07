/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Passwords being judged: in threads of their own, few at a time, and slower for
 * who guesses.
 */

#pragma once

#include "webmail-request.h"

G_BEGIN_DECLS

typedef enum
{
  WEBMAIL_PASSWORD_RIGHT,
  WEBMAIL_PASSWORD_WRONG,
  WEBMAIL_PASSWORD_TOO_MANY,
  WEBMAIL_PASSWORD_UNAVAILABLE,
} WebmailPasswordOutcome;

/* @uid is NULL unless it was right. */
typedef void (*WebmailJudged) (WebmailRequest *request,
                               WebmailPasswordOutcome outcome,
                               const char *uid);

WebmailPasswords *webmail_passwords_new (IntimailSite *site);
void webmail_passwords_free (WebmailPasswords *self);

/* Calls @judged now, or pauses the request and calls it later. */
void webmail_passwords_judge (WebmailRequest *request,
                              const char *login,
                              const char *password,
                              WebmailJudged judged);

/* Overwrites a password before its memory is freed. */
void webmail_free_secret (char *secret);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WebmailPasswords, webmail_passwords_free)

G_END_DECLS
