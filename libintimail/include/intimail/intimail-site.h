/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#if !defined(INTIMAIL_INSIDE) && !defined(INTIMAIL_COMPILATION)
#error "Only <intimail/intimail.h> can be included directly."
#endif

#include <gio/gio.h>

#include <intimail/intimail-account.h>
#include <intimail/intimail-big-file-store.h>
#include <intimail/intimail-directory.h>
#include <intimail/intimail-person.h>
#include <intimail/intimail-version-macros.h>

G_BEGIN_DECLS

#define INTIMAIL_TYPE_SITE (intimail_site_get_type ())

INTIMAIL_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (IntimailSite, intimail_site, INTIMAIL, SITE, GObject)

INTIMAIL_AVAILABLE_IN_1_0
IntimailSite *intimail_site_open (const char *path,
                                  GError **error);

INTIMAIL_AVAILABLE_IN_1_0
IntimailSite *intimail_site_create (const char *path,
                                    const char *domain,
                                    GError **error);

INTIMAIL_AVAILABLE_IN_1_0
IntimailSite *intimail_site_create_full (const char *path,
                                         const char *domain,
                                         const char *transport,
                                         const char *language,
                                         GError **error);

INTIMAIL_AVAILABLE_IN_1_0
const char *intimail_site_get_path (IntimailSite *self);

INTIMAIL_AVAILABLE_IN_1_0
const char *const *intimail_site_get_domains (IntimailSite *self);

INTIMAIL_AVAILABLE_IN_1_0
const char *intimail_site_get_hostname (IntimailSite *self);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_site_is_local_domain (IntimailSite *self,
                                        const char *domain);

INTIMAIL_AVAILABLE_IN_1_0
IntimailDirectory *intimail_site_get_directory (IntimailSite *self);

INTIMAIL_AVAILABLE_IN_1_0
IntimailAccount *intimail_site_get_account (IntimailSite *self,
                                            IntimailPerson *person,
                                            GError **error);

INTIMAIL_AVAILABLE_IN_1_0
char *intimail_site_get_account_path (IntimailSite *self,
                                      IntimailPerson *person);

INTIMAIL_AVAILABLE_IN_1_0
IntimailBigFileStore *intimail_site_get_big_files (IntimailSite *self);

INTIMAIL_AVAILABLE_IN_1_0
guint64 intimail_site_get_big_over (IntimailSite *self);

INTIMAIL_AVAILABLE_IN_1_0
guint intimail_site_get_big_days (IntimailSite *self);

INTIMAIL_AVAILABLE_IN_1_0
char *intimail_site_make_big_file_link (IntimailSite *self,
                                        IntimailBigFile *file,
                                        GError **error);

INTIMAIL_AVAILABLE_IN_1_0
char *intimail_site_get_big_file_link_start (IntimailSite *self);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_site_set_big_file_password (IntimailSite *self,
                                              IntimailBigFile *file,
                                              const char *password,
                                              GError **error);

INTIMAIL_AVAILABLE_IN_1_0
IntimailBigFile *intimail_site_find_big_file (IntimailSite *self,
                                              const char *token,
                                              GCancellable *cancellable,
                                              GError **error);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_site_find_big_file_async (IntimailSite *self,
                                        const char *token,
                                        GCancellable *cancellable,
                                        GAsyncReadyCallback callback,
                                        gpointer user_data);

INTIMAIL_AVAILABLE_IN_1_0
IntimailBigFile *intimail_site_find_big_file_finish (IntimailSite *self,
                                                     GAsyncResult *result,
                                                     GError **error);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_site_check_big_file_password (IntimailSite *self,
                                                IntimailBigFile *file,
                                                const char *password,
                                                GCancellable *cancellable,
                                                GError **error);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_site_check_big_file_password_async (IntimailSite *self,
                                                  IntimailBigFile *file,
                                                  const char *password,
                                                  GCancellable *cancellable,
                                                  GAsyncReadyCallback callback,
                                                  gpointer user_data);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_site_check_big_file_password_finish (IntimailSite *self,
                                                       GAsyncResult *result,
                                                       GError **error);

INTIMAIL_AVAILABLE_IN_1_0
guint64 intimail_site_get_max_message_size (IntimailSite *self);

INTIMAIL_AVAILABLE_IN_1_0
const char *intimail_site_get_lmtp_listen (IntimailSite *self);

INTIMAIL_AVAILABLE_IN_1_0
const char *intimail_site_get_policy_listen (IntimailSite *self);

INTIMAIL_AVAILABLE_IN_1_0
const char *intimail_site_get_map_listen (IntimailSite *self);

INTIMAIL_AVAILABLE_IN_1_0
const char *intimail_site_get_webmail_listen (IntimailSite *self);

INTIMAIL_AVAILABLE_IN_1_0
const char *intimail_site_get_webmail_url (IntimailSite *self);

INTIMAIL_AVAILABLE_IN_1_0
const char *const *intimail_site_get_webmail_origins (IntimailSite *self);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_site_get_webmail_trusts_proxy (IntimailSite *self);

INTIMAIL_AVAILABLE_IN_1_0
const char *intimail_site_get_guard_events (IntimailSite *self);

INTIMAIL_AVAILABLE_IN_1_0
const char *intimail_site_get_language (IntimailSite *self);

INTIMAIL_AVAILABLE_IN_1_0
guint intimail_site_get_trash_days (IntimailSite *self);

INTIMAIL_AVAILABLE_IN_1_0
guint intimail_site_get_junk_days (IntimailSite *self);

INTIMAIL_AVAILABLE_IN_1_0
guint intimail_site_get_removed_days (IntimailSite *self);

INTIMAIL_AVAILABLE_IN_1_0
guint intimail_site_get_expired_days (IntimailSite *self);

INTIMAIL_AVAILABLE_IN_1_0
GPtrArray *intimail_site_list_ended_people (IntimailSite *self,
                                            gint64 now,
                                            GCancellable *cancellable,
                                            GError **error);

INTIMAIL_AVAILABLE_IN_1_0
char *intimail_site_purge_person (IntimailSite *self,
                                  const char *uid,
                                  gint64 now,
                                  GCancellable *cancellable,
                                  GError **error);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_site_purge_leftovers (IntimailSite *self,
                                        GCancellable *cancellable,
                                        GError **error);

INTIMAIL_AVAILABLE_IN_1_0
const char *const *intimail_site_get_sendmail_command (IntimailSite *self);

INTIMAIL_AVAILABLE_IN_1_0
const char *const *intimail_site_get_postmaster (IntimailSite *self);

INTIMAIL_AVAILABLE_IN_1_0
char *intimail_site_lookup_map (IntimailSite *self,
                                const char *map,
                                const char *key,
                                GCancellable *cancellable,
                                GError **error);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_site_lookup_map_async (IntimailSite *self,
                                     const char *map,
                                     const char *key,
                                     GCancellable *cancellable,
                                     GAsyncReadyCallback callback,
                                     gpointer user_data);

INTIMAIL_AVAILABLE_IN_1_0
char *intimail_site_lookup_map_finish (IntimailSite *self,
                                       GAsyncResult *result,
                                       GError **error);

INTIMAIL_AVAILABLE_IN_1_0
char **intimail_site_check_directory (IntimailSite *self,
                                      GCancellable *cancellable,
                                      GError **error);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_site_list_ended_people_async (IntimailSite *self,
                                            gint64 now,
                                            GCancellable *cancellable,
                                            GAsyncReadyCallback callback,
                                            gpointer user_data);

INTIMAIL_AVAILABLE_IN_1_0
GPtrArray *intimail_site_list_ended_people_finish (IntimailSite *self,
                                                   GAsyncResult *result,
                                                   GError **error);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_site_purge_person_async (IntimailSite *self,
                                       const char *uid,
                                       gint64 now,
                                       GCancellable *cancellable,
                                       GAsyncReadyCallback callback,
                                       gpointer user_data);

INTIMAIL_AVAILABLE_IN_1_0
char *intimail_site_purge_person_finish (IntimailSite *self,
                                         GAsyncResult *result,
                                         GError **error);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_site_purge_leftovers_async (IntimailSite *self,
                                          GCancellable *cancellable,
                                          GAsyncReadyCallback callback,
                                          gpointer user_data);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_site_purge_leftovers_finish (IntimailSite *self,
                                               GAsyncResult *result,
                                               GError **error);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_site_check_directory_async (IntimailSite *self,
                                          GCancellable *cancellable,
                                          GAsyncReadyCallback callback,
                                          gpointer user_data);

INTIMAIL_AVAILABLE_IN_1_0
char **intimail_site_check_directory_finish (IntimailSite *self,
                                             GAsyncResult *result,
                                             GError **error);

G_END_DECLS
