/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A zip file, written into a stream with little memory. Nothing here reads one: what is
 * packed inside a file that a stranger sent stays packed.
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _IntimailZip IntimailZip;

/* Begins one. @time is that of all files, in seconds since 1970. UNAVAILABLE when the library
 * that writes it cannot be loaded now. @stream and @cancellable have to stay. */
IntimailZip *intimail_zip_new (GOutputStream *stream,
                               gint64 time,
                               GCancellable *cancellable,
                               GError **error);
void intimail_zip_free (IntimailZip *self);

/* Begins the next file, of exactly @size bytes. @deflate: whether that is worth its time. */
gboolean intimail_zip_begin (IntimailZip *self,
                             const char *name,
                             guint64 size,
                             gboolean deflate,
                             GError **error);

gboolean intimail_zip_write (IntimailZip *self,
                             const char *data,
                             gsize length,
                             GError **error);

/* Ends the zip file, not the stream. */
gboolean intimail_zip_finish (IntimailZip *self,
                              GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IntimailZip, intimail_zip_free)

G_END_DECLS
