/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * One connection of Postfix's policy delegation.
 */

#pragma once

#include "deliver-connection.h"
#include "deliver-server.h"

G_BEGIN_DECLS

void deliver_policy_serve (DeliverServer *server,
                           DeliverConnection *connection);

G_END_DECLS
