/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Where the messages of one mailbox go: an mbox file, or a Maildir.
 */

#pragma once

#include "store/intimail-transfer-source-private.h"

G_BEGIN_DECLS

typedef struct _IntimailExportSink IntimailExportSink;

/* Makes the file or the folder at @path, in a folder that is there. */
IntimailExportSink *intimail_export_sink_new (const char *path,
                                              IntimailTransferFormat format,
                                              IntimailTransferReport *report,
                                              GError **error);
void intimail_export_sink_free (IntimailExportSink *self);

/* Takes over a message. With @fatal, an error is the sink's and not the message's. */
gboolean intimail_export_sink_append (IntimailExportSink *self,
                                      IntimailTransferSource *source,
                                      const IntimailTransferItem *item,
                                      gboolean *fatal,
                                      GError **error);

/* Ends it; its bytes are still to be flushed. */
gboolean intimail_export_sink_close (IntimailExportSink *self,
                                     IntimailTransferSource *source,
                                     GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IntimailExportSink, intimail_export_sink_free)

G_END_DECLS
