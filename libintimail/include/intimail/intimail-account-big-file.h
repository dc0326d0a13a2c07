/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#if !defined(INTIMAIL_INSIDE) && !defined(INTIMAIL_COMPILATION)
#error "Only <intimail/intimail.h> can be included directly."
#endif

#include <gio/gio.h>

#include <intimail/intimail-account.h>
#include <intimail/intimail-big-file-store.h>
#include <intimail/intimail-version-macros.h>

G_BEGIN_DECLS

INTIMAIL_AVAILABLE_IN_1_0
void intimail_account_set_big_files (IntimailAccount *self,
                                     IntimailBigFileStore *store,
                                     const char *owner);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_account_add_big_file (IntimailAccount *self,
                                        IntimailBigFile *file,
                                        GInputStream *stream,
                                        GCancellable *cancellable,
                                        GError **error);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_account_add_big_file_async (IntimailAccount *self,
                                          IntimailBigFile *file,
                                          GInputStream *stream,
                                          GCancellable *cancellable,
                                          GAsyncReadyCallback callback,
                                          gpointer user_data);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_account_add_big_file_finish (IntimailAccount *self,
                                               GAsyncResult *result,
                                               GError **error);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_account_add_big_file_from_blob (IntimailAccount *self,
                                                  IntimailBigFile *file,
                                                  const char *blob_id,
                                                  GCancellable *cancellable,
                                                  GError **error);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_account_add_big_file_from_blob_async (IntimailAccount *self,
                                                    IntimailBigFile *file,
                                                    const char *blob_id,
                                                    GCancellable *cancellable,
                                                    GAsyncReadyCallback callback,
                                                    gpointer user_data);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_account_add_big_file_from_blob_finish (IntimailAccount *self,
                                                         GAsyncResult *result,
                                                         GError **error);

INTIMAIL_AVAILABLE_IN_1_0
GPtrArray *intimail_account_list_big_files (IntimailAccount *self,
                                            GCancellable *cancellable,
                                            GError **error);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_account_list_big_files_async (IntimailAccount *self,
                                            GCancellable *cancellable,
                                            GAsyncReadyCallback callback,
                                            gpointer user_data);

INTIMAIL_AVAILABLE_IN_1_0
GPtrArray *intimail_account_list_big_files_finish (IntimailAccount *self,
                                                   GAsyncResult *result,
                                                   GError **error);

INTIMAIL_AVAILABLE_IN_1_0
IntimailBigFile *intimail_account_lookup_big_file (IntimailAccount *self,
                                                   const char *id,
                                                   GCancellable *cancellable,
                                                   GError **error);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_account_lookup_big_file_async (IntimailAccount *self,
                                             const char *id,
                                             GCancellable *cancellable,
                                             GAsyncReadyCallback callback,
                                             gpointer user_data);

INTIMAIL_AVAILABLE_IN_1_0
IntimailBigFile *intimail_account_lookup_big_file_finish (IntimailAccount *self,
                                                          GAsyncResult *result,
                                                          GError **error);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_account_update_big_file (IntimailAccount *self,
                                           IntimailBigFile *file,
                                           GCancellable *cancellable,
                                           GError **error);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_account_update_big_file_async (IntimailAccount *self,
                                             IntimailBigFile *file,
                                             GCancellable *cancellable,
                                             GAsyncReadyCallback callback,
                                             gpointer user_data);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_account_update_big_file_finish (IntimailAccount *self,
                                                  GAsyncResult *result,
                                                  GError **error);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_account_remove_big_file (IntimailAccount *self,
                                           const char *id,
                                           GCancellable *cancellable,
                                           GError **error);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_account_remove_big_file_async (IntimailAccount *self,
                                             const char *id,
                                             GCancellable *cancellable,
                                             GAsyncReadyCallback callback,
                                             gpointer user_data);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_account_remove_big_file_finish (IntimailAccount *self,
                                                  GAsyncResult *result,
                                                  GError **error);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_account_expire_big_files (IntimailAccount *self,
                                            gint64 now,
                                            guint *n_removed,
                                            GCancellable *cancellable,
                                            GError **error);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_account_expire_big_files_async (IntimailAccount *self,
                                              gint64 now,
                                              GCancellable *cancellable,
                                              GAsyncReadyCallback callback,
                                              gpointer user_data);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_account_expire_big_files_finish (IntimailAccount *self,
                                                   GAsyncResult *result,
                                                   guint *n_removed,
                                                   GError **error);

INTIMAIL_AVAILABLE_IN_1_0
char *intimail_account_detach_part (IntimailAccount *self,
                                    const char *id,
                                    const char *part_id,
                                    const char *link_start,
                                    IntimailBigFile **file,
                                    GCancellable *cancellable,
                                    GError **error);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_account_detach_part_async (IntimailAccount *self,
                                         const char *id,
                                         const char *part_id,
                                         const char *link_start,
                                         GCancellable *cancellable,
                                         GAsyncReadyCallback callback,
                                         gpointer user_data);

INTIMAIL_AVAILABLE_IN_1_0
char *intimail_account_detach_part_finish (IntimailAccount *self,
                                           GAsyncResult *result,
                                           IntimailBigFile **file,
                                           GError **error);

G_END_DECLS
