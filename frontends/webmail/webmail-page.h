/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The page itself: files in the program, with the policies that keep a message
 * from the application around it.
 */

#pragma once

#include "webmail-request.h"

G_BEGIN_DECLS

WebmailPage *webmail_page_new (const char *url);
void webmail_page_free (WebmailPage *self);

void webmail_page_handle (WebmailRequest *request);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WebmailPage, webmail_page_free)

G_END_DECLS
