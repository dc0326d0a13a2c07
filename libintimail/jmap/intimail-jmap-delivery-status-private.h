/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A property of Email that is this site's own: what a mail server reports about a message
 * that was sent.
 */

#pragma once

#include <json-glib/json-glib.h>

#include <intimail/intimail-message.h>

G_BEGIN_DECLS

/* Null when the message is no report. */
JsonNode *intimail_jmap_delivery_status_to_node (IntimailMessage *message);

G_END_DECLS
