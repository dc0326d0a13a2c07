/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#if !defined(INTIMAIL_INSIDE) && !defined(INTIMAIL_COMPILATION)
#error "Only <intimail/intimail.h> can be included directly."
#endif

#include <gio/gio.h>

#include <intimail/intimail-mbox-reader.h>
#include <intimail/intimail-version-macros.h>

G_BEGIN_DECLS

#define INTIMAIL_TYPE_MBOX_WRITER (intimail_mbox_writer_get_type ())

INTIMAIL_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (IntimailMboxWriter, intimail_mbox_writer, INTIMAIL, MBOX_WRITER, GObject)

INTIMAIL_AVAILABLE_IN_1_0
IntimailMboxWriter *intimail_mbox_writer_new (GOutputStream *stream,
                                              IntimailMboxFormat format);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_mbox_writer_append (IntimailMboxWriter *self,
                                      GBytes *message,
                                      const char *sender,
                                      gint64 received,
                                      const char *const *keywords,
                                      GCancellable *cancellable,
                                      GError **error);

G_END_DECLS
