/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The agent that listens: sockets, threads, and an orderly end.
 */

#pragma once

#include <intimail/intimail.h>

G_BEGIN_DECLS

typedef enum
{
  DELIVER_PROTOCOL_LMTP,
  DELIVER_PROTOCOL_POLICY,
  DELIVER_PROTOCOL_MAP,
} DeliverProtocol;

typedef struct
{
  IntimailSite *site;
  int stop_fd;             /* readable from the moment the agent has to stop */
  guint max_connections;   /* at once; more get 421 */
  guint timeout;           /* seconds of silence before a peer is cut */
  guint transaction_limit; /* seconds from MAIL to the end of the message */
  guint stop_limit;        /* seconds that running transactions get at the end */
} DeliverServer;

typedef struct
{
  int fd;
  DeliverProtocol protocol;
  char *address; /* NULL: somebody else opened it */
} DeliverListener;

gboolean deliver_server_is_stopping (const DeliverServer *self);

/* Serves until it has to stop; TRUE when all connections came to their end. The
 * listeners are closed. */
gboolean deliver_server_run (DeliverServer *self,
                             GArray *listeners);

/* Serves one connection, which may be two descriptors, and returns at its end. */
void deliver_server_serve (DeliverServer *self,
                           DeliverProtocol protocol,
                           int in_fd,
                           int out_fd,
                           gboolean busy);

G_END_DECLS
