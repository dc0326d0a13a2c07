/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The agent answers Postfix's socketmap questions.
 */

#pragma once

#include "deliver-connection.h"
#include "deliver-server.h"

G_BEGIN_DECLS

void deliver_map_serve (DeliverServer *server,
                        DeliverConnection *connection);

G_END_DECLS
