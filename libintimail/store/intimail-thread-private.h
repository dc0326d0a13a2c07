/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * To which conversation a message belongs: a function of its own headers, so that
 * it never changes and nothing is merged later.
 */

#pragma once

#include "store/intimail-id-private.h"

G_BEGIN_DECLS

/* The same of a subject that is folded already, as a sort compares it. */
char *intimail_thread_strip_subject (const char *folded);

/* The base subject of RFC 5256 section 2.1, without case, with the "Re:" of other
 * languages too. */
char *intimail_thread_get_base_subject (const char *subject);

/* @references and @in_reply_to may be NULL; @message_id may be "": then the id
 * of the message itself is the root. */
IntimailId intimail_thread_get_id (const char *const *references,
                                   const char *const *in_reply_to,
                                   const char *message_id,
                                   const char *subject,
                                   const IntimailId *own_id);

G_END_DECLS
