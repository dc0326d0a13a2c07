/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What the index needs of a message, and how the parts of a body are chosen.
 */

#pragma once

#include <intimail/intimail-message.h>
#include <intimail/intimail-part.h>

G_BEGIN_DECLS

/* A preview has that many characters at most (RFC 8621 section 4.1.4). */
#define INTIMAIL_MESSAGE_MAX_PREVIEW 256

/* Sorts the leaves below @root into the three lists of RFC 8621 section 4.1.4;
 * each is an array of IntimailPart, to which is appended. */
void intimail_message_choose_body (IntimailPart *root,
                                   GPtrArray *text_body,
                                   GPtrArray *html_body,
                                   GPtrArray *attachments);

/* At most @limit characters of @text, white space folded. */
char *intimail_message_fold_preview (const char *text,
                                     glong limit);

/* The subject without what replies and forwards put around it (RFC 5256 section
 * 2.1, and any other "word:" before it), white space folded. */
char *intimail_message_strip_subject (const char *subject);

G_END_DECLS
