/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Addresses in words, sockets that listen, and sockets that systemd hands over.
 */

#pragma once

#include "deliver-server.h"

G_BEGIN_DECLS

/* "unix:PATH", "HOST:PORT" or "[HOST]:PORT"; a relative path begins at @folder. A
 * UNIX socket gets @mode; one that nobody listens at is replaced. -1 and @error
 * otherwise. */
int deliver_listen (const char *address,
                    const char *folder,
                    int mode,
                    GError **error);

/* Removes the file of a UNIX socket, if the address is one; NULL is none. */
void deliver_listen_remove (const char *address,
                            const char *folder);

/* An array of DeliverListener: the sockets that systemd opened (sd_listen_fds(3)). Those with the
 * name "policy" are for that protocol, others for @protocol. */
GArray *deliver_listen_inherit (DeliverProtocol protocol);

G_END_DECLS
