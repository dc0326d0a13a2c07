/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A message that is written straight into an account.
 */

#pragma once

#include <intimail/intimail-account.h>

#include "message/intimail-part-builder-private.h"

G_BEGIN_DECLS

/* As intimail_account_deliver() does with the bytes; what cannot be read of them leaves
 * nothing behind. */
char *intimail_account_deliver_builder (IntimailAccount *self,
                                        IntimailPartBuilder *builder,
                                        const char *mailbox_id,
                                        const char *const *keywords,
                                        gint64 received,
                                        GCancellable *cancellable,
                                        GError **error);

G_END_DECLS
