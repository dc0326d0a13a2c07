/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * To which conversation a message belongs: a function of its own headers, so that
 * it never changes and nothing is merged later.
 */

#pragma once

#include "store/intimail-id-private.h"

G_BEGIN_DECLS

/* The base subject of RFC 5256 section 2.1, without case, with the "Re:" of other
 * languages too. */
char *intimail_thread_get_base_subject (const char *subject);

/* The same of a subject that is folded already, as a sort compares it: a part of
 * @folded, which is changed, and the length of it. */
char *intimail_thread_strip_subject (char *folded,
                                     gsize *length);

/* @root is the first ancestor, or NULL: then @message_id is the root, and where that is
 * "" the id of the message itself. */
IntimailId intimail_thread_get_id (const char *root,
                                   const char *message_id,
                                   const char *subject,
                                   const IntimailId *own_id);

G_END_DECLS
