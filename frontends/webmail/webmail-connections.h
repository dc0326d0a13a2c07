/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The peers: accepted, counted, and cut when they are too slow.
 */

#pragma once

#include <libsoup/soup.h>

G_BEGIN_DECLS

typedef struct _WebmailConnections WebmailConnections;

/* Listens on "unix:PATH", "HOST:PORT" or "[HOST]:PORT" for @server. @patience is
 * how many seconds a peer may take to send the head of a request. @behind_front:
 * peers of a port are a front too, which says for whom it asks. */
WebmailConnections *webmail_connections_new (SoupServer *server,
                                             const char *listen,
                                             guint patience,
                                             gboolean behind_front,
                                             GError **error);
void webmail_connections_free (WebmailConnections *self);

/* No new peers from now on. */
void webmail_connections_stop (WebmailConnections *self);

/* Where it listens: as given, with the port in place of 0. */
const char *webmail_connections_get_address (WebmailConnections *self);

/* The peer's name for counting what it does: behind a front, what that says; of an IPv6
 * address the network. */
char *webmail_connections_get_peer (SoupServerMessage *message);

/* The peer's address itself, NULL when a front does not say it; and whether it is a program
 * of this machine. */
char *webmail_connections_get_address_of (SoupServerMessage *message);
gboolean webmail_connections_is_local (SoupServerMessage *message);

/* How far a request has come decides how long the peer may take. */
void webmail_connections_expect_body (SoupServerMessage *message,
                                      guint64 received);
void webmail_connections_expect_nothing (SoupServerMessage *message);
void webmail_connections_expect_reading (SoupServerMessage *message,
                                         guint64 size);

/* Ends the connection now, whatever it is at. */
void webmail_connections_cut (SoupServerMessage *message);

/* Calls @gone once when the peer has closed its side, until the source that is
 * returned is destroyed. */
GSource *webmail_connections_watch (SoupServerMessage *message,
                                    GSourceFunc gone,
                                    gpointer user_data);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WebmailConnections, webmail_connections_free)

G_END_DECLS
