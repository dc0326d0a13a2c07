/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Whom an answer goes to.
 */

#pragma once

#include <intimail/intimail-composer.h>

G_BEGIN_DECLS

typedef struct
{
  GPtrArray *to; /* of IntimailAddress, each once */
  GPtrArray *cc;
} IntimailReplyRecipients;

/* @own NULL is nobody. NOT_FOUND for a list that the message does not come from. */
gboolean intimail_reply_recipients_find (IntimailReplyRecipients *self,
                                         IntimailMessage *message,
                                         IntimailReplyScope scope,
                                         GPtrArray *own,
                                         GError **error);

void intimail_reply_recipients_clear (IntimailReplyRecipients *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (IntimailReplyRecipients, intimail_reply_recipients_clear)

G_END_DECLS
