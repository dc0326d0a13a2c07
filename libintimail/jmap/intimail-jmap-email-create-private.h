/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A message made of the properties of an Email (RFC 8621 section 4.6).
 */

#pragma once

#include "jmap/intimail-jmap-private.h"
#include "message/intimail-part-builder-private.h"

G_BEGIN_DECLS

/* Reads every property but mailboxIds, keywords and receivedAt. NULL with a
 * SetError: invalidProperties, blobNotFound, tooLarge. @uses_blobs tells that
 * parts were made of blobs, which are read when the message is written. */
IntimailPartBuilder *intimail_jmap_email_compose (IntimailJmapContext *context,
                                                  JsonObject *email,
                                                  gboolean *uses_blobs,
                                                  JsonObject **set_error);

G_END_DECLS
