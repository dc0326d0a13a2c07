/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * One LMTP connection: the session's questions are asked of a delivery.
 */

#pragma once

#include "deliver-connection.h"
#include "deliver-server.h"

G_BEGIN_DECLS

/* @busy: sends the peer away. */
void deliver_lmtp_serve (DeliverServer *server,
                         DeliverConnection *connection,
                         gboolean busy);

G_END_DECLS
