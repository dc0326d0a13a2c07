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

#define INTIMAIL_TYPE_IMPORTER (intimail_importer_get_type ())

INTIMAIL_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (IntimailImporter, intimail_importer, INTIMAIL, IMPORTER, GObject)

INTIMAIL_AVAILABLE_IN_1_0
IntimailImporter *intimail_importer_new (IntimailAccount *account);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_importer_set_mailbox_id (IntimailImporter *self,
                                       const char *mailbox_id);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_importer_set_format (IntimailImporter *self,
                                   IntimailTransferFormat format);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_importer_set_unquote (IntimailImporter *self,
                                    gboolean unquote);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_importer_set_flat (IntimailImporter *self,
                                 gboolean flat);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_importer_set_skip_duplicates (IntimailImporter *self,
                                            gboolean skip_duplicates);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_importer_set_ignore_quota (IntimailImporter *self,
                                         gboolean ignore_quota);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_importer_set_restart (IntimailImporter *self,
                                    gboolean restart);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_importer_run (IntimailImporter *self,
                                const char *path,
                                GCancellable *cancellable,
                                GError **error);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_importer_run_async (IntimailImporter *self,
                                  const char *path,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_importer_run_finish (IntimailImporter *self,
                                       GAsyncResult *result,
                                       GError **error);

INTIMAIL_AVAILABLE_IN_1_0
GPtrArray *intimail_importer_get_counts (IntimailImporter *self);

INTIMAIL_AVAILABLE_IN_1_0
const char *const *intimail_importer_get_problems (IntimailImporter *self);

G_END_DECLS
