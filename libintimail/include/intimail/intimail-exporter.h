/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#if !defined(INTIMAIL_INSIDE) && !defined(INTIMAIL_COMPILATION)
#error "Only <intimail/intimail.h> can be included directly."
#endif

#include <gio/gio.h>

#include <intimail/intimail-account.h>
#include <intimail/intimail-transfer-count.h>
#include <intimail/intimail-version-macros.h>

G_BEGIN_DECLS

#define INTIMAIL_TYPE_EXPORTER (intimail_exporter_get_type ())

INTIMAIL_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (IntimailExporter, intimail_exporter, INTIMAIL, EXPORTER, GObject)

INTIMAIL_AVAILABLE_IN_1_0
IntimailExporter *intimail_exporter_new (IntimailAccount *account);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_exporter_set_mailbox_id (IntimailExporter *self,
                                       const char *mailbox_id);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_exporter_set_format (IntimailExporter *self,
                                   IntimailTransferFormat format);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_exporter_run (IntimailExporter *self,
                                const char *path,
                                GCancellable *cancellable,
                                GError **error);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_exporter_run_async (IntimailExporter *self,
                                  const char *path,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_exporter_run_finish (IntimailExporter *self,
                                       GAsyncResult *result,
                                       GError **error);

INTIMAIL_AVAILABLE_IN_1_0
GPtrArray *intimail_exporter_get_counts (IntimailExporter *self);

INTIMAIL_AVAILABLE_IN_1_0
const char *const *intimail_exporter_get_problems (IntimailExporter *self);

G_END_DECLS
