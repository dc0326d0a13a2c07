/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Bytes from and to a peer, with time limits.
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  DELIVER_READ_DATA,
  DELIVER_READ_END,    /* the peer has closed */
  DELIVER_READ_BROKEN, /* the peer is gone, and may not have read everything */
  DELIVER_READ_TIMEOUT,
  DELIVER_READ_STOP, /* the agent has to stop, and the caller cares */
} DeliverRead;

typedef struct
{
  int in_fd;
  int out_fd;
  int stop_fd;
} DeliverConnection;

/* Waits until @deadline (monotonic, microseconds) for bytes; @heed_stop: or until
 * the agent has to stop. */
DeliverRead deliver_connection_read (DeliverConnection *self,
                                     gint64 deadline,
                                     gboolean heed_stop,
                                     GBytes **data);

/* FALSE when the peer did not take it all until @deadline. NULL is nothing. */
gboolean deliver_connection_write (DeliverConnection *self,
                                   GBytes *data,
                                   gint64 deadline);

/* The monotonic time in so many seconds. */
gint64 deliver_deadline (guint seconds);

G_END_DECLS
