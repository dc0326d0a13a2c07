/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The bytes of a big file on their way to a peer: as fast as that reads, with two pieces
 * in memory and no more.
 */

#pragma once

#include "webmail-request.h"

G_BEGIN_DECLS

/* Answers with what Range, If-Range and the method ask of @file; takes @stream, which is at
 * its begin. The request is not paused when this is called. */
void webmail_file_stream_reply (WebmailRequest *request,
                                IntimailBigFile *file,
                                const char *grant,
                                GInputStream *stream);

G_END_DECLS
