/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The filter of Mailbox/query.
 */

#pragma once

#include <intimail/intimail-mailbox.h>

#include "jmap/intimail-jmap-private.h"

G_BEGIN_DECLS

/* Does the mailbox match? A filter of NULL or null matches all. FALSE with
 * invalidArguments or unsupportedFilter. */
gboolean intimail_jmap_mailbox_filter_match (IntimailMailbox *mailbox,
                                             JsonNode *filter,
                                             gboolean *matches,
                                             GError **error);

G_END_DECLS
