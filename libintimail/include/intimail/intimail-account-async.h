/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#if !defined(INTIMAIL_INSIDE) && !defined(INTIMAIL_COMPILATION)
#error "Only <intimail/intimail.h> can be included directly."
#endif

#include <intimail/intimail-account.h>

G_BEGIN_DECLS

INTIMAIL_AVAILABLE_IN_1_0
void intimail_account_open_async (IntimailAccount *self,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_account_open_finish (IntimailAccount *self,
                                       GAsyncResult *result,
                                       GError **error);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_account_refresh_async (IntimailAccount *self,
                                     GCancellable *cancellable,
                                     GAsyncReadyCallback callback,
                                     gpointer user_data);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_account_refresh_finish (IntimailAccount *self,
                                          GAsyncResult *result,
                                          GError **error);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_account_get_state_async (IntimailAccount *self,
                                       IntimailChangeType type,
                                       GCancellable *cancellable,
                                       GAsyncReadyCallback callback,
                                       gpointer user_data);

INTIMAIL_AVAILABLE_IN_1_0
char *intimail_account_get_state_finish (IntimailAccount *self,
                                         GAsyncResult *result,
                                         GError **error);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_account_get_changes_async (IntimailAccount *self,
                                         IntimailChangeType type,
                                         const char *since,
                                         guint max_changes,
                                         GCancellable *cancellable,
                                         GAsyncReadyCallback callback,
                                         gpointer user_data);

INTIMAIL_AVAILABLE_IN_1_0
IntimailChanges *intimail_account_get_changes_finish (IntimailAccount *self,
                                                      GAsyncResult *result,
                                                      GError **error);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_account_record_change_async (IntimailAccount *self,
                                           IntimailChangeType type,
                                           const char *id,
                                           gboolean created,
                                           GCancellable *cancellable,
                                           GAsyncReadyCallback callback,
                                           gpointer user_data);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_account_record_change_finish (IntimailAccount *self,
                                                GAsyncResult *result,
                                                GError **error);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_account_record_removal_async (IntimailAccount *self,
                                            IntimailChangeType type,
                                            const char *id,
                                            GCancellable *cancellable,
                                            GAsyncReadyCallback callback,
                                            gpointer user_data);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_account_record_removal_finish (IntimailAccount *self,
                                                 GAsyncResult *result,
                                                 GError **error);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_account_get_quota_async (IntimailAccount *self,
                                       GCancellable *cancellable,
                                       GAsyncReadyCallback callback,
                                       gpointer user_data);

INTIMAIL_AVAILABLE_IN_1_0
IntimailQuota *intimail_account_get_quota_finish (IntimailAccount *self,
                                                  GAsyncResult *result,
                                                  GError **error);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_account_check_quota_async (IntimailAccount *self,
                                         guint64 size,
                                         GCancellable *cancellable,
                                         GAsyncReadyCallback callback,
                                         gpointer user_data);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_account_check_quota_finish (IntimailAccount *self,
                                              GAsyncResult *result,
                                              GError **error);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_account_list_expired_async (IntimailAccount *self,
                                          IntimailMailboxRole role,
                                          gint64 before,
                                          GCancellable *cancellable,
                                          GAsyncReadyCallback callback,
                                          gpointer user_data);

INTIMAIL_AVAILABLE_IN_1_0
char **intimail_account_list_expired_finish (IntimailAccount *self,
                                             GAsyncResult *result,
                                             GError **error);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_account_check_index_async (IntimailAccount *self,
                                         const char *mailbox_id,
                                         GCancellable *cancellable,
                                         GAsyncReadyCallback callback,
                                         gpointer user_data);

INTIMAIL_AVAILABLE_IN_1_0
char **intimail_account_check_index_finish (IntimailAccount *self,
                                            GAsyncResult *result,
                                            GError **error);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_account_check_messages_async (IntimailAccount *self,
                                            const char *mailbox_id,
                                            GCancellable *cancellable,
                                            GAsyncReadyCallback callback,
                                            gpointer user_data);

INTIMAIL_AVAILABLE_IN_1_0
char **intimail_account_check_messages_finish (IntimailAccount *self,
                                               GAsyncResult *result,
                                               GError **error);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_account_list_mailboxes_async (IntimailAccount *self,
                                            GCancellable *cancellable,
                                            GAsyncReadyCallback callback,
                                            gpointer user_data);

INTIMAIL_AVAILABLE_IN_1_0
GPtrArray *intimail_account_list_mailboxes_finish (IntimailAccount *self,
                                                   GAsyncResult *result,
                                                   GError **error);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_account_lookup_mailbox_async (IntimailAccount *self,
                                            const char *id,
                                            GCancellable *cancellable,
                                            GAsyncReadyCallback callback,
                                            gpointer user_data);

INTIMAIL_AVAILABLE_IN_1_0
IntimailMailbox *intimail_account_lookup_mailbox_finish (IntimailAccount *self,
                                                         GAsyncResult *result,
                                                         GError **error);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_account_lookup_mailbox_by_role_async (IntimailAccount *self,
                                                    IntimailMailboxRole role,
                                                    GCancellable *cancellable,
                                                    GAsyncReadyCallback callback,
                                                    gpointer user_data);

INTIMAIL_AVAILABLE_IN_1_0
IntimailMailbox *intimail_account_lookup_mailbox_by_role_finish (IntimailAccount *self,
                                                                 GAsyncResult *result,
                                                                 GError **error);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_account_lookup_mailbox_by_path_async (IntimailAccount *self,
                                                    const char *path,
                                                    GCancellable *cancellable,
                                                    GAsyncReadyCallback callback,
                                                    gpointer user_data);

INTIMAIL_AVAILABLE_IN_1_0
IntimailMailbox *intimail_account_lookup_mailbox_by_path_finish (IntimailAccount *self,
                                                                 GAsyncResult *result,
                                                                 GError **error);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_account_create_mailbox_async (IntimailAccount *self,
                                            const char *name,
                                            const char *parent_id,
                                            GCancellable *cancellable,
                                            GAsyncReadyCallback callback,
                                            gpointer user_data);

INTIMAIL_AVAILABLE_IN_1_0
IntimailMailbox *intimail_account_create_mailbox_finish (IntimailAccount *self,
                                                         GAsyncResult *result,
                                                         GError **error);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_account_update_mailbox_async (IntimailAccount *self,
                                            const char *id,
                                            const char *name,
                                            const char *parent_id,
                                            IntimailMailboxRole role,
                                            guint sort_order,
                                            gboolean subscribed,
                                            GCancellable *cancellable,
                                            GAsyncReadyCallback callback,
                                            gpointer user_data);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_account_update_mailbox_finish (IntimailAccount *self,
                                                 GAsyncResult *result,
                                                 GError **error);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_account_remove_mailbox_async (IntimailAccount *self,
                                            const char *id,
                                            gboolean with_messages,
                                            GCancellable *cancellable,
                                            GAsyncReadyCallback callback,
                                            gpointer user_data);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_account_remove_mailbox_finish (IntimailAccount *self,
                                                 GAsyncResult *result,
                                                 GError **error);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_account_query_async (IntimailAccount *self,
                                   IntimailFilter *filter,
                                   const char *const *sort,
                                   gboolean collapse_threads,
                                   GCancellable *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data);

INTIMAIL_AVAILABLE_IN_1_0
IntimailListing *intimail_account_query_finish (IntimailAccount *self,
                                                GAsyncResult *result,
                                                GError **error);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_account_get_envelope_async (IntimailAccount *self,
                                          const char *id,
                                          GCancellable *cancellable,
                                          GAsyncReadyCallback callback,
                                          gpointer user_data);

INTIMAIL_AVAILABLE_IN_1_0
IntimailEnvelope *intimail_account_get_envelope_finish (IntimailAccount *self,
                                                        GAsyncResult *result,
                                                        GError **error);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_account_get_thread_async (IntimailAccount *self,
                                        const char *thread_id,
                                        GCancellable *cancellable,
                                        GAsyncReadyCallback callback,
                                        gpointer user_data);

INTIMAIL_AVAILABLE_IN_1_0
char **intimail_account_get_thread_finish (IntimailAccount *self,
                                           GAsyncResult *result,
                                           GError **error);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_account_open_message_async (IntimailAccount *self,
                                          const char *id,
                                          GCancellable *cancellable,
                                          GAsyncReadyCallback callback,
                                          gpointer user_data);

INTIMAIL_AVAILABLE_IN_1_0
IntimailMessage *intimail_account_open_message_finish (IntimailAccount *self,
                                                       GAsyncResult *result,
                                                       GError **error);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_account_load_message_async (IntimailAccount *self,
                                          const char *id,
                                          GCancellable *cancellable,
                                          GAsyncReadyCallback callback,
                                          gpointer user_data);

INTIMAIL_AVAILABLE_IN_1_0
GBytes *intimail_account_load_message_finish (IntimailAccount *self,
                                              GAsyncResult *result,
                                              GError **error);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_account_load_blob_async (IntimailAccount *self,
                                       const char *blob_id,
                                       GCancellable *cancellable,
                                       GAsyncReadyCallback callback,
                                       gpointer user_data);

INTIMAIL_AVAILABLE_IN_1_0
GBytes *intimail_account_load_blob_finish (IntimailAccount *self,
                                           GAsyncResult *result,
                                           GError **error);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_account_begin_upload_async (IntimailAccount *self,
                                          guint64 max_size,
                                          GCancellable *cancellable,
                                          GAsyncReadyCallback callback,
                                          gpointer user_data);

INTIMAIL_AVAILABLE_IN_1_0
IntimailUpload *intimail_account_begin_upload_finish (IntimailAccount *self,
                                                      GAsyncResult *result,
                                                      GError **error);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_account_set_keywords_async (IntimailAccount *self,
                                          const char *const *ids,
                                          const char *const *add,
                                          const char *const *remove,
                                          GCancellable *cancellable,
                                          GAsyncReadyCallback callback,
                                          gpointer user_data);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_account_set_keywords_finish (IntimailAccount *self,
                                               GAsyncResult *result,
                                               GError **error);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_account_set_mailboxes_async (IntimailAccount *self,
                                           const char *const *ids,
                                           const char *const *mailbox_ids,
                                           GCancellable *cancellable,
                                           GAsyncReadyCallback callback,
                                           gpointer user_data);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_account_set_mailboxes_finish (IntimailAccount *self,
                                                GAsyncResult *result,
                                                GError **error);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_account_remove_messages_async (IntimailAccount *self,
                                             const char *const *ids,
                                             GCancellable *cancellable,
                                             GAsyncReadyCallback callback,
                                             gpointer user_data);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_account_remove_messages_finish (IntimailAccount *self,
                                                  GAsyncResult *result,
                                                  GError **error);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_account_rebuild_index_async (IntimailAccount *self,
                                           const char *mailbox_id,
                                           GCancellable *cancellable,
                                           GAsyncReadyCallback callback,
                                           gpointer user_data);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_account_rebuild_index_finish (IntimailAccount *self,
                                                GAsyncResult *result,
                                                GError **error);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_account_expire_async (IntimailAccount *self,
                                    IntimailMailboxRole role,
                                    gint64 before,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_account_expire_finish (IntimailAccount *self,
                                         GAsyncResult *result,
                                         guint *n_removed,
                                         GError **error);

G_END_DECLS
