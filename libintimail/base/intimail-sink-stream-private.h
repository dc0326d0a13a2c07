/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A stream into whatever takes bytes.
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define INTIMAIL_TYPE_SINK_STREAM (intimail_sink_stream_get_type ())

G_DECLARE_FINAL_TYPE (IntimailSinkStream, intimail_sink_stream, INTIMAIL, SINK_STREAM, GOutputStream)

/* Takes all of @data, or fails. */
typedef gboolean (*IntimailSinkFunc) (gpointer target,
                                      gconstpointer data,
                                      gsize length,
                                      GError **error);

/* @target outlives the stream. */
GOutputStream *intimail_sink_stream_new (IntimailSinkFunc func,
                                         gpointer target);

G_END_DECLS
