/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Pages for who has not signed in, in plain HTML without a script: a card in the middle.
 */

#pragma once

#include "webmail-request.h"

G_BEGIN_DECLS

/* Which of @languages, "en" and the like, the visitor likes best; the first when none is
 * theirs. NULL ends them. */
guint webmail_plain_page_choose_language (WebmailRequest *request,
                                          const char *const *languages);

/* @title and @content are HTML. */
void webmail_plain_page_reply (WebmailRequest *request,
                               guint status,
                               const char *language,
                               const char *title,
                               const char *content);

G_END_DECLS
