/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A property of Email that is this site's own: to what a message invites.
 */

#pragma once

#include <json-glib/json-glib.h>

#include <intimail/intimail-message.h>

G_BEGIN_DECLS

/* Null when the message has no invitation. @email_id NULL: the part has no blob. */
JsonNode *intimail_jmap_invitation_to_node (const char *email_id,
                                            IntimailMessage *message);

G_END_DECLS
