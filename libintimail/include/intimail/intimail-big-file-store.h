/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#if !defined(INTIMAIL_INSIDE) && !defined(INTIMAIL_COMPILATION)
#error "Only <intimail/intimail.h> can be included directly."
#endif

#include <gio/gio.h>

#include <intimail/intimail-big-file.h>
#include <intimail/intimail-version-macros.h>

G_BEGIN_DECLS

#define INTIMAIL_TYPE_BIG_FILE_STORE (intimail_big_file_store_get_type ())

INTIMAIL_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (IntimailBigFileStore, intimail_big_file_store, INTIMAIL, BIG_FILE_STORE, GObject)

INTIMAIL_AVAILABLE_IN_1_0
IntimailBigFileStore *intimail_big_file_store_new (const char *path,
                                                   guint64 max_size);

INTIMAIL_AVAILABLE_IN_1_0
const char *intimail_big_file_store_get_path (IntimailBigFileStore *self);

INTIMAIL_AVAILABLE_IN_1_0
guint64 intimail_big_file_store_get_max_size (IntimailBigFileStore *self);

INTIMAIL_AVAILABLE_IN_1_0
char *intimail_big_file_store_make_token (IntimailBigFileStore *self,
                                          IntimailBigFile *file,
                                          GError **error);

INTIMAIL_AVAILABLE_IN_1_0
IntimailBigFile *intimail_big_file_store_find (IntimailBigFileStore *self,
                                               const char *token,
                                               GCancellable *cancellable,
                                               GError **error);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_big_file_store_find_async (IntimailBigFileStore *self,
                                         const char *token,
                                         GCancellable *cancellable,
                                         GAsyncReadyCallback callback,
                                         gpointer user_data);

INTIMAIL_AVAILABLE_IN_1_0
IntimailBigFile *intimail_big_file_store_find_finish (IntimailBigFileStore *self,
                                                      GAsyncResult *result,
                                                      GError **error);

INTIMAIL_AVAILABLE_IN_1_0
char *intimail_big_file_store_begin_download (IntimailBigFileStore *self,
                                              IntimailBigFile *file,
                                              gint64 until,
                                              GCancellable *cancellable,
                                              GError **error);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_big_file_store_begin_download_async (IntimailBigFileStore *self,
                                                   IntimailBigFile *file,
                                                   gint64 until,
                                                   GCancellable *cancellable,
                                                   GAsyncReadyCallback callback,
                                                   gpointer user_data);

INTIMAIL_AVAILABLE_IN_1_0
char *intimail_big_file_store_begin_download_finish (IntimailBigFileStore *self,
                                                     GAsyncResult *result,
                                                     GError **error);

INTIMAIL_AVAILABLE_IN_1_0
GInputStream *intimail_big_file_store_open (IntimailBigFileStore *self,
                                            IntimailBigFile *file,
                                            const char *grant,
                                            GCancellable *cancellable,
                                            GError **error);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_big_file_store_open_async (IntimailBigFileStore *self,
                                         IntimailBigFile *file,
                                         const char *grant,
                                         GCancellable *cancellable,
                                         GAsyncReadyCallback callback,
                                         gpointer user_data);

INTIMAIL_AVAILABLE_IN_1_0
GInputStream *intimail_big_file_store_open_finish (IntimailBigFileStore *self,
                                                   GAsyncResult *result,
                                                   GError **error);

G_END_DECLS
