/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Addresses of sockets in words: "unix:PATH", "HOST:PORT" or "[HOST]:PORT". A
 * relative path begins at a folder. No name is looked up.
 */

#pragma once

#include <glib.h>
#include <sys/socket.h>
#include <sys/un.h>

G_BEGIN_DECLS

typedef struct
{
  union
  {
    struct sockaddr any;
    struct sockaddr_un local;
    struct sockaddr_storage storage;
  } name;
  socklen_t length;
} DeliverSocket;

/* FALSE and @error (of G_OPTION_ERROR) when @address is not like that. */
gboolean deliver_socket_parse (DeliverSocket *self,
                               const char *address,
                               const char *folder,
                               GError **error);

/* A new stream socket of the right kind, closed by exec; -1 and errno otherwise. */
int deliver_socket_open (const DeliverSocket *self);

/* Connects to such an address; -1 and errno when nobody listens there. */
int deliver_socket_connect (const char *address,
                            const char *folder);

/* The file of a UNIX socket, or NULL for another one. */
char *deliver_socket_get_path (const char *address,
                               const char *folder);

G_END_DECLS
