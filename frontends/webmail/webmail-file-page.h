/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The pages at /file/TOKEN: plain HTML in the visitor's language, without a script.
 */

#pragma once

#include "webmail-request.h"

G_BEGIN_DECLS

typedef enum
{
  WEBMAIL_FILE_PAGE_OFFER,
  WEBMAIL_FILE_PAGE_WRONG_PASSWORD,
  WEBMAIL_FILE_PAGE_TOO_MANY,
  WEBMAIL_FILE_PAGE_NONE, /* one answer, whatever is wrong with the link */
  WEBMAIL_FILE_PAGE_LATER,
} WebmailFilePage;

/* @file is told about on the first two, and may be NULL for the others. */
void webmail_file_page_reply (WebmailRequest *request,
                              WebmailFilePage page,
                              IntimailBigFile *file);

G_END_DECLS
