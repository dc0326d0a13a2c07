/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A new email goes into the account: what Email/set and Email/import share.
 */

#pragma once

#include "jmap/intimail-jmap-private.h"

G_BEGIN_DECLS

/* Puts a message into an account, as intimail_account_deliver() does. */
typedef char *(*IntimailJmapEmailDeliver) (IntimailAccount *account,
                                           gpointer message,
                                           const char *mailbox_id,
                                           const char *const *keywords,
                                           gint64 received,
                                           GError **error);

/* Takes mailboxIds, keywords and receivedAt from @properties; @received is used
 * when there is no receivedAt. Returns {id, blobId, threadId, size}. */
JsonObject *intimail_jmap_email_store (IntimailJmapContext *context,
                                       IntimailJmapEmailDeliver deliver,
                                       gpointer message,
                                       JsonObject *properties,
                                       gint64 received,
                                       JsonObject **set_error);

G_END_DECLS
