/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * An answer that comes from a stream: a piece is read while the one before is sent, and never more.
 */

#pragma once

#include "webmail-request.h"

G_BEGIN_DECLS

/* To where the stream ends: the answer is sent in chunks; to a peer that knows none, until the connection ends. */
#define WEBMAIL_STREAM_TO_END G_MAXUINT64

typedef struct
{
  /* So many bytes go to the peer now. */
  void (*sent) (WebmailServer *server,
                gpointer data,
                gsize size);
  /* Whether all was there where the stream has ended; NULL where the length says it. */
  gboolean (*is_whole) (gpointer data);
  GDestroyNotify free_data; /* the answer has ended, or the peer has left */
} WebmailStreamCalls;

/* Sends @length bytes of @stream after @first, which may be NULL. Status and headers are the caller's. When the stream ends
 * before, the connection is cut: so the peer knows that it is not all. */
void webmail_stream_send (WebmailRequest *request,
                          GInputStream *stream,
                          GBytes *first,
                          guint64 length,
                          const WebmailStreamCalls *calls,
                          gpointer data);

/* Larger ones come from the kernel anew each time, page by page: that costs twice the CPU. */
#define WEBMAIL_STREAM_PIECE (120 * 1024)

G_END_DECLS
