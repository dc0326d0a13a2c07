/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Blobs of an account that become parts of a message.
 */

#pragma once

#include <intimail/intimail-account.h>

#include "message/intimail-content-private.h"

G_BEGIN_DECLS

/* The bytes of a blob, read when the message is written. Fails as
 * intimail_account_load_blob() does. */
IntimailContent *intimail_account_open_blob (IntimailAccount *self,
                                             const char *blob_id,
                                             GError **error);

G_END_DECLS
