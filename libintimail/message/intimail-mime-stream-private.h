/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Where GMime writes a message: a stream of GIO. Small pieces are gathered, and the
 * first error is kept, of which GMime would tell no more than that there was one.
 */

#pragma once

#include <gio/gio.h>

#include "message/intimail-gmime-private.h"

G_BEGIN_DECLS

#define INTIMAIL_TYPE_MIME_STREAM (intimail_mime_stream_get_type ())

G_DECLARE_FINAL_TYPE (IntimailMimeStream, intimail_mime_stream, INTIMAIL, MIME_STREAM, GMimeStream)

/* @output is not closed. */
GMimeStream *intimail_mime_stream_new (GOutputStream *output,
                                       GCancellable *cancellable);

GCancellable *intimail_mime_stream_get_cancellable (IntimailMimeStream *self);

gboolean intimail_mime_stream_write (IntimailMimeStream *self,
                                     const char *data,
                                     gsize length,
                                     GError **error);

/* Something else went wrong. Takes @error. */
void intimail_mime_stream_fail (IntimailMimeStream *self,
                                GError *error);

/* Writes what was gathered; FALSE with the first error that there was. */
gboolean intimail_mime_stream_finish (IntimailMimeStream *self,
                                      GError **error);

G_END_DECLS
