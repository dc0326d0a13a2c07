/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Files to the server and from it (RFC 8620 section 6).
 */

#pragma once

#include "webmail-request.h"

G_BEGIN_DECLS

void webmail_blob_begin_upload (WebmailRequest *request);
void webmail_blob_handle_upload (WebmailRequest *request);
void webmail_blob_handle_download (WebmailRequest *request);

/* A Content-Disposition: RFC 6266. */
char *webmail_blob_make_disposition (const char *name,
                                     gboolean attachment);

/* As the session resource says: bytes. */
guint64 webmail_blob_get_max_upload (IntimailSite *site);

/* What comes after @prefix in the path, cut at slashes and unescaped; NULL when it is not
 * @count pieces. */
char **webmail_blob_split_path (WebmailRequest *request,
                                const char *prefix,
                                guint count);

G_END_DECLS
