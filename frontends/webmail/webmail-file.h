/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * /file/TOKEN: a big file, for who has the link and no account here.
 *
 * GET is a page that says what it is. Its button sends a POST, with the password where
 * there is one; that counts a download and leads on to /file/TOKEN/GRANT/NAME, the bytes.
 */

#pragma once

#include "webmail-request.h"

G_BEGIN_DECLS

WebmailFiles *webmail_files_new (void);
void webmail_files_free (WebmailFiles *self);

void webmail_file_handle (WebmailRequest *request);

/* Bytes that were sent by a grant. Of a file that may be fetched so often and no oftener,
 * it gives two times its size: enough to go on after breaks. */
gboolean webmail_files_has_left (WebmailFiles *self,
                                 IntimailBigFile *file,
                                 const char *grant);
void webmail_files_note_sent (WebmailFiles *self,
                              IntimailBigFile *file,
                              const char *grant,
                              guint64 bytes);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WebmailFiles, webmail_files_free)

G_END_DECLS
