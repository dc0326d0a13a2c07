/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Two properties of Email that are this site's own: what a message claims to be protected with, and
 * what is known of its signatures.
 */

#pragma once

#include <json-glib/json-glib.h>

#include <intimail/intimail-account.h>
#include <intimail/intimail-message.h>

G_BEGIN_DECLS

/* Null when it is neither signed nor encrypted. */
JsonNode *intimail_jmap_protection_to_node (IntimailMessage *message);

/* Asks GnuPG, which takes a moment: @n_verified counts for how many messages one call has done so.
 * Null when there is nothing that it could judge. */
JsonNode *intimail_jmap_signatures_to_node (IntimailAccount *account,
                                            IntimailMessage *message,
                                            guint *n_verified);

G_END_DECLS
