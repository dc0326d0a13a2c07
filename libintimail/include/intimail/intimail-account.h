/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#if !defined(INTIMAIL_INSIDE) && !defined(INTIMAIL_COMPILATION)
#error "Only <intimail/intimail.h> can be included directly."
#endif

#include <gio/gio.h>

#include <intimail/intimail-address.h>
#include <intimail/intimail-changes.h>
#include <intimail/intimail-composer.h>
#include <intimail/intimail-envelope.h>
#include <intimail/intimail-filter.h>
#include <intimail/intimail-listing.h>
#include <intimail/intimail-mailbox.h>
#include <intimail/intimail-message.h>
#include <intimail/intimail-quota.h>
#include <intimail/intimail-upload.h>
#include <intimail/intimail-version-macros.h>

G_BEGIN_DECLS

#define INTIMAIL_TYPE_ACCOUNT (intimail_account_get_type ())

INTIMAIL_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (IntimailAccount, intimail_account, INTIMAIL, ACCOUNT, GObject)

INTIMAIL_AVAILABLE_IN_1_0
IntimailAccount *intimail_account_new (const char *path);

INTIMAIL_AVAILABLE_IN_1_0
const char *intimail_account_get_path (IntimailAccount *self);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_account_set_language (IntimailAccount *self,
                                    const char *language);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_account_set_quota_limits (IntimailAccount *self,
                                        guint64 bytes,
                                        guint64 messages);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_account_set_quota_counts_trash (IntimailAccount *self,
                                              gboolean counts);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_account_set_quota_warnings (IntimailAccount *self,
                                          const guint *percentages,
                                          gsize n_percentages,
                                          IntimailAddress *sender,
                                          IntimailAddress *recipient);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_account_set_vsize_in_name (IntimailAccount *self,
                                         gboolean in_name);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_account_set_previews (IntimailAccount *self,
                                    gboolean previews);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_account_open (IntimailAccount *self,
                                GCancellable *cancellable,
                                GError **error);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_account_refresh (IntimailAccount *self,
                                   GCancellable *cancellable,
                                   GError **error);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_account_start_watching (IntimailAccount *self,
                                          GError **error);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_account_stop_watching (IntimailAccount *self);

INTIMAIL_AVAILABLE_IN_1_0
GPtrArray *intimail_account_list_mailboxes (IntimailAccount *self,
                                            GCancellable *cancellable,
                                            GError **error);

INTIMAIL_AVAILABLE_IN_1_0
IntimailMailbox *intimail_account_lookup_mailbox (IntimailAccount *self,
                                                  const char *id,
                                                  GError **error);

INTIMAIL_AVAILABLE_IN_1_0
IntimailMailbox *intimail_account_lookup_mailbox_by_role (IntimailAccount *self,
                                                          IntimailMailboxRole role,
                                                          GError **error);

INTIMAIL_AVAILABLE_IN_1_0
IntimailMailbox *intimail_account_lookup_mailbox_by_path (IntimailAccount *self,
                                                          const char *path,
                                                          GError **error);

INTIMAIL_AVAILABLE_IN_1_0
IntimailMailbox *intimail_account_create_mailbox (IntimailAccount *self,
                                                  const char *name,
                                                  const char *parent_id,
                                                  GCancellable *cancellable,
                                                  GError **error);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_account_update_mailbox (IntimailAccount *self,
                                          const char *id,
                                          const char *name,
                                          const char *parent_id,
                                          IntimailMailboxRole role,
                                          guint sort_order,
                                          gboolean subscribed,
                                          GCancellable *cancellable,
                                          GError **error);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_account_remove_mailbox (IntimailAccount *self,
                                          const char *id,
                                          gboolean with_messages,
                                          GCancellable *cancellable,
                                          GError **error);

INTIMAIL_AVAILABLE_IN_1_0
IntimailListing *intimail_account_query (IntimailAccount *self,
                                         IntimailFilter *filter,
                                         const char *const *sort,
                                         gboolean collapse_threads,
                                         GCancellable *cancellable,
                                         GError **error);

INTIMAIL_AVAILABLE_IN_1_0
IntimailEnvelope *intimail_account_get_envelope (IntimailAccount *self,
                                                 const char *id,
                                                 GError **error);

INTIMAIL_AVAILABLE_IN_1_0
char **intimail_account_get_thread (IntimailAccount *self,
                                    const char *thread_id,
                                    GError **error);

INTIMAIL_AVAILABLE_IN_1_0
IntimailMessage *intimail_account_open_message (IntimailAccount *self,
                                                const char *id,
                                                GError **error);

INTIMAIL_AVAILABLE_IN_1_0
GBytes *intimail_account_load_message (IntimailAccount *self,
                                       const char *id,
                                       GError **error);

INTIMAIL_AVAILABLE_IN_1_0
GBytes *intimail_account_load_blob (IntimailAccount *self,
                                    const char *blob_id,
                                    GError **error);

INTIMAIL_AVAILABLE_IN_1_0
IntimailUpload *intimail_account_begin_upload (IntimailAccount *self,
                                               guint64 max_size,
                                               GError **error);

INTIMAIL_AVAILABLE_IN_1_0
char *intimail_account_deliver (IntimailAccount *self,
                                GBytes *message,
                                const char *mailbox_id,
                                const char *const *keywords,
                                gint64 received,
                                GCancellable *cancellable,
                                GError **error);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_account_deliver_async (IntimailAccount *self,
                                     GBytes *message,
                                     const char *mailbox_id,
                                     const char *const *keywords,
                                     gint64 received,
                                     GCancellable *cancellable,
                                     GAsyncReadyCallback callback,
                                     gpointer user_data);

INTIMAIL_AVAILABLE_IN_1_0
char *intimail_account_deliver_finish (IntimailAccount *self,
                                       GAsyncResult *result,
                                       GError **error);

INTIMAIL_AVAILABLE_IN_1_0
char *intimail_account_deliver_composer (IntimailAccount *self,
                                         IntimailComposer *composer,
                                         const char *hostname,
                                         const char *mailbox_id,
                                         const char *const *keywords,
                                         GCancellable *cancellable,
                                         GError **error);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_account_deliver_composer_async (IntimailAccount *self,
                                              IntimailComposer *composer,
                                              const char *hostname,
                                              const char *mailbox_id,
                                              const char *const *keywords,
                                              GCancellable *cancellable,
                                              GAsyncReadyCallback callback,
                                              gpointer user_data);

INTIMAIL_AVAILABLE_IN_1_0
char *intimail_account_deliver_composer_finish (IntimailAccount *self,
                                                GAsyncResult *result,
                                                GError **error);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_account_set_keywords (IntimailAccount *self,
                                        const char *const *ids,
                                        const char *const *add,
                                        const char *const *remove,
                                        GCancellable *cancellable,
                                        GError **error);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_account_set_mailboxes (IntimailAccount *self,
                                         const char *const *ids,
                                         const char *const *mailbox_ids,
                                         GCancellable *cancellable,
                                         GError **error);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_account_remove_messages (IntimailAccount *self,
                                           const char *const *ids,
                                           GCancellable *cancellable,
                                           GError **error);

INTIMAIL_AVAILABLE_IN_1_0
char **intimail_account_list_expired (IntimailAccount *self,
                                      IntimailMailboxRole role,
                                      gint64 before,
                                      GCancellable *cancellable,
                                      GError **error);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_account_expire (IntimailAccount *self,
                                  IntimailMailboxRole role,
                                  gint64 before,
                                  guint *n_removed,
                                  GCancellable *cancellable,
                                  GError **error);

INTIMAIL_AVAILABLE_IN_1_0
IntimailQuota *intimail_account_get_quota (IntimailAccount *self,
                                           GError **error);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_account_check_quota (IntimailAccount *self,
                                       guint64 size,
                                       GError **error);

INTIMAIL_AVAILABLE_IN_1_0
char *intimail_account_get_state (IntimailAccount *self,
                                  IntimailChangeType type,
                                  GError **error);

INTIMAIL_AVAILABLE_IN_1_0
IntimailChanges *intimail_account_get_changes (IntimailAccount *self,
                                               IntimailChangeType type,
                                               const char *since,
                                               guint max_changes,
                                               GCancellable *cancellable,
                                               GError **error);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_account_record_change (IntimailAccount *self,
                                         IntimailChangeType type,
                                         const char *id,
                                         gboolean created,
                                         GError **error);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_account_record_removal (IntimailAccount *self,
                                          IntimailChangeType type,
                                          const char *id,
                                          GError **error);

INTIMAIL_AVAILABLE_IN_1_0
char **intimail_account_check_index (IntimailAccount *self,
                                     const char *mailbox_id,
                                     GCancellable *cancellable,
                                     GError **error);

INTIMAIL_AVAILABLE_IN_1_0
char **intimail_account_check_messages (IntimailAccount *self,
                                        const char *mailbox_id,
                                        GCancellable *cancellable,
                                        GError **error);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_account_rebuild_index (IntimailAccount *self,
                                         const char *mailbox_id,
                                         GFileProgressCallback progress,
                                         gpointer user_data,
                                         GCancellable *cancellable,
                                         GError **error);

G_END_DECLS
