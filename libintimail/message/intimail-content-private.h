/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Bytes that will be a part of a message, wherever they are: read a little at a time,
 * when the message is written.
 */

#pragma once

#include <intimail/intimail-part.h>

#include "message/intimail-transfer-private.h"

G_BEGIN_DECLS

typedef struct _IntimailContent IntimailContent;

/* What decides how the bytes are encoded, and what they are called. */
typedef struct
{
  guint64 size;
  gsize longest; /* line, without its end */
  guint64 n_high;
  guint64 n_nul;
  guint64 n_return;
  gboolean utf8;
} IntimailContentTraits;

IntimailContent *intimail_content_new_bytes (GBytes *bytes);
IntimailContent *intimail_content_new_part (IntimailPart *part);

/* INVALID_ARGUMENT when it is no file, else as errno says; @follow: it may be a symbolic
 * link. The file is opened again each time it is read. */
IntimailContent *intimail_content_new_file (const char *path,
                                            gboolean follow,
                                            GError **error);

/* From where it is now. Read again where it can seek, else once. */
IntimailContent *intimail_content_new_stream (GInputStream *stream);

IntimailContent *intimail_content_ref (IntimailContent *self);
void intimail_content_unref (IntimailContent *self);

/* FALSE for a stream that gives its bytes once. */
gboolean intimail_content_is_repeatable (IntimailContent *self);

/* Bytes; -1 when that is not known before they are read. */
gint64 intimail_content_get_size (IntimailContent *self);

/* All of it, from its start, in pieces for @sink. What the bytes' source says is told as
 * FAILED; an error of @sink, and CANCELLED, are given as they are. */
gboolean intimail_content_read (IntimailContent *self,
                                IntimailTransferSink sink,
                                gpointer user_data,
                                GCancellable *cancellable,
                                GError **error);

gboolean intimail_content_scan (IntimailContent *self,
                                IntimailContentTraits *traits,
                                GCancellable *cancellable,
                                GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IntimailContent, intimail_content_unref)

G_END_DECLS
