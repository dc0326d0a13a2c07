/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#if !defined(INTIMAIL_INSIDE) && !defined(INTIMAIL_COMPILATION)
#error "Only <intimail/intimail.h> can be included directly."
#endif

#include <gio/gio.h>

#include <intimail/intimail-app-password.h>
#include <intimail/intimail-person.h>
#include <intimail/intimail-group.h>
#include <intimail/intimail-second-factor.h>
#include <intimail/intimail-version-macros.h>

G_BEGIN_DECLS

/**
 * IntimailPasswordFault:
 * @INTIMAIL_PASSWORD_FAULT_NONE: it is good enough
 * @INTIMAIL_PASSWORD_FAULT_FORM: it cannot be one: empty, too long, or with characters that
 *   nobody can type
 * @INTIMAIL_PASSWORD_FAULT_NAME: it contains the name of its owner
 * @INTIMAIL_PASSWORD_FAULT_SHORT: it is too short
 * @INTIMAIL_PASSWORD_FAULT_DICTIONARY: a list of words has it, or what it is made of
 * @INTIMAIL_PASSWORD_FAULT_REPEATED: one character, or one kind, comes too often in a row
 * @INTIMAIL_PASSWORD_FAULT_SEQUENCE: it has a row as of the alphabet or of digits
 * @INTIMAIL_PASSWORD_FAULT_FEW_KINDS: it has too few digits, capitals, small letters or
 *   others
 * @INTIMAIL_PASSWORD_FAULT_SIMILAR: it is too much like the old one
 * @INTIMAIL_PASSWORD_FAULT_PALINDROME: it reads the same backwards
 * @INTIMAIL_PASSWORD_FAULT_OTHER: it is too easy to guess for another reason
 *
 * Why a password is refused, for who says it in another language than English.
 *
 * Since: 1.0
 */
typedef enum
{
  INTIMAIL_PASSWORD_FAULT_NONE = 0,
  INTIMAIL_PASSWORD_FAULT_FORM = 1,
  INTIMAIL_PASSWORD_FAULT_NAME = 2,
  INTIMAIL_PASSWORD_FAULT_SHORT = 3,
  INTIMAIL_PASSWORD_FAULT_DICTIONARY = 4,
  INTIMAIL_PASSWORD_FAULT_REPEATED = 5,
  INTIMAIL_PASSWORD_FAULT_SEQUENCE = 6,
  INTIMAIL_PASSWORD_FAULT_FEW_KINDS = 7,
  INTIMAIL_PASSWORD_FAULT_SIMILAR = 8,
  INTIMAIL_PASSWORD_FAULT_PALINDROME = 9,
  INTIMAIL_PASSWORD_FAULT_OTHER = 10,
} IntimailPasswordFault;

#define INTIMAIL_TYPE_DIRECTORY (intimail_directory_get_type ())

INTIMAIL_AVAILABLE_IN_1_0
G_DECLARE_INTERFACE (IntimailDirectory, intimail_directory, INTIMAIL, DIRECTORY, GObject)

struct _IntimailDirectoryInterface
{
  GTypeInterface parent_iface;

  /* Reading. An address is the key of IntimailAddress, or "@domain"; a domain is
   * in A-labels. */
  IntimailPerson *(*lookup_person) (IntimailDirectory *self, const char *uid, GCancellable *cancellable, GError **error);
  GPtrArray *(*lookup_people) (IntimailDirectory *self, const char *const *uids, GCancellable *cancellable, GError **error);
  IntimailGroup *(*lookup_group) (IntimailDirectory *self, const char *name, GCancellable *cancellable, GError **error);
  GObject *(*find_owner) (IntimailDirectory *self, const char *const *addresses, GCancellable *cancellable, GError **error);
  gboolean (*serves_domain) (IntimailDirectory *self, const char *domain, gboolean *serves, GCancellable *cancellable, GError **error);
  GPtrArray *(*search_people) (IntimailDirectory *self, const char *text, const char *after, guint limit, GCancellable *cancellable, GError **error);
  GPtrArray *(*list_people) (IntimailDirectory *self, GCancellable *cancellable, GError **error);
  GPtrArray *(*list_groups) (IntimailDirectory *self, GCancellable *cancellable, GError **error);
  GPtrArray *(*list_groups_of) (IntimailDirectory *self, const char *uid, GCancellable *cancellable, GError **error);

  /* Passwords. @app_password_id NULL: the person's own password is checked. */
  IntimailPerson *(*check_login) (IntimailDirectory *self, const char *login, const char *app_password_id, const char *password, GCancellable *cancellable, GError **error);
  gboolean (*set_password) (IntimailDirectory *self, const char *uid, const char *password, GCancellable *cancellable, GError **error);

  gboolean (*change_password) (IntimailDirectory *self, const char *uid, const char *old_password, const char *new_password, GCancellable *cancellable, GError **error);

  /* Writing. */
  gboolean (*add_person) (IntimailDirectory *self, IntimailPerson *person, const char *password, GCancellable *cancellable, GError **error);
  gboolean (*update_person) (IntimailDirectory *self, IntimailPerson *person, GCancellable *cancellable, GError **error);
  gboolean (*remove_person) (IntimailDirectory *self, const char *uid, GCancellable *cancellable, GError **error);
  gboolean (*add_group) (IntimailDirectory *self, IntimailGroup *group, GCancellable *cancellable, GError **error);
  gboolean (*update_group) (IntimailDirectory *self, IntimailGroup *group, GCancellable *cancellable, GError **error);
  gboolean (*remove_group) (IntimailDirectory *self, const char *name, GCancellable *cancellable, GError **error);

  /* Passwords of mail programs. An id is of the form that it must have. The last use
   * is written when the one that is known is over an hour old. */
  gboolean (*store_app_password) (IntimailDirectory *self, const char *uid, IntimailAppPassword *app_password, const char *text, GCancellable *cancellable, GError **error);
  GPtrArray *(*list_app_passwords) (IntimailDirectory *self, const char *uid, GCancellable *cancellable, GError **error);
  gboolean (*revoke_app_password) (IntimailDirectory *self, const char *uid, const char *id, GCancellable *cancellable, GError **error);
  gboolean (*note_app_password) (IntimailDirectory *self, const char *uid, const char *id, gint64 now, GCancellable *cancellable, GError **error);

  /* A second factor. @was_current is FALSE, and nothing changed, when what is there is
   * not @old any more. */
  IntimailSecondFactor *(*read_second_factor) (IntimailDirectory *self, const char *uid, GCancellable *cancellable, GError **error);
  gboolean (*replace_second_factor) (IntimailDirectory *self, const char *uid, IntimailSecondFactor *old, IntimailSecondFactor *wanted, gboolean *was_current, GCancellable *cancellable, GError **error);

  /* The DN that people and groups are under. */
  const char *(*get_base_dn) (IntimailDirectory *self);

  /* Adds entries of our schema, people before groups, with passwords or NULL beside them:
   * all or none. *failed is where it failed, if one alone is the cause. */
  gboolean (*add_entries) (IntimailDirectory *self, GPtrArray *entries, GPtrArray *passwords, guint *failed, GError **error);

  /* Another number when something may have changed; from the main loop. */
  guint64 (*get_generation) (IntimailDirectory *self);

  gpointer padding[12];
};

INTIMAIL_AVAILABLE_IN_1_0
IntimailPerson *intimail_directory_lookup_person (IntimailDirectory *self,
                                                  const char *uid,
                                                  GCancellable *cancellable,
                                                  GError **error);

INTIMAIL_AVAILABLE_IN_1_0
GPtrArray *intimail_directory_resolve (IntimailDirectory *self,
                                       const char *address,
                                       GCancellable *cancellable,
                                       GError **error);

INTIMAIL_AVAILABLE_IN_1_0
GObject *intimail_directory_lookup_address (IntimailDirectory *self,
                                            const char *address,
                                            GCancellable *cancellable,
                                            GError **error);

INTIMAIL_AVAILABLE_IN_1_0
GPtrArray *intimail_directory_search_people (IntimailDirectory *self,
                                             const char *text,
                                             const char *after,
                                             guint limit,
                                             GCancellable *cancellable,
                                             GError **error);

INTIMAIL_AVAILABLE_IN_1_0
GPtrArray *intimail_directory_list_people (IntimailDirectory *self,
                                           GCancellable *cancellable,
                                           GError **error);

INTIMAIL_AVAILABLE_IN_1_0
GPtrArray *intimail_directory_list_groups (IntimailDirectory *self,
                                           GCancellable *cancellable,
                                           GError **error);

INTIMAIL_AVAILABLE_IN_1_0
GPtrArray *intimail_directory_list_groups_of (IntimailDirectory *self,
                                              const char *uid,
                                              GCancellable *cancellable,
                                              GError **error);

INTIMAIL_AVAILABLE_IN_1_0
GPtrArray *intimail_directory_list_members (IntimailDirectory *self,
                                            const char *name,
                                            GCancellable *cancellable,
                                            GError **error);

INTIMAIL_AVAILABLE_IN_1_0
IntimailGroup *intimail_directory_lookup_group (IntimailDirectory *self,
                                                const char *name,
                                                GCancellable *cancellable,
                                                GError **error);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_directory_is_admin (IntimailDirectory *self,
                                      const char *uid,
                                      GCancellable *cancellable,
                                      GError **error);

INTIMAIL_AVAILABLE_IN_1_0
guint64 intimail_directory_get_generation (IntimailDirectory *self);

INTIMAIL_AVAILABLE_IN_1_0
IntimailPerson *intimail_directory_authenticate (IntimailDirectory *self,
                                                 const char *login,
                                                 const char *password,
                                                 GCancellable *cancellable,
                                                 GError **error);

INTIMAIL_AVAILABLE_IN_1_0
IntimailPerson *intimail_directory_authenticate_client (IntimailDirectory *self,
                                                        const char *login,
                                                        const char *password,
                                                        GCancellable *cancellable,
                                                        GError **error);

INTIMAIL_AVAILABLE_IN_1_0
IntimailPerson *intimail_directory_authenticate_with_code (IntimailDirectory *self,
                                                           const char *login,
                                                           const char *password,
                                                           const char *code,
                                                           GCancellable *cancellable,
                                                           GError **error);

INTIMAIL_AVAILABLE_IN_1_0
IntimailSecondFactor *intimail_directory_lookup_second_factor (IntimailDirectory *self,
                                                               const char *uid,
                                                               GCancellable *cancellable,
                                                               GError **error);

INTIMAIL_AVAILABLE_IN_1_0
char **intimail_directory_enable_second_factor (IntimailDirectory *self,
                                                const char *uid,
                                                const char *secret,
                                                const char *code,
                                                GCancellable *cancellable,
                                                GError **error);

INTIMAIL_AVAILABLE_IN_1_0
char **intimail_directory_renew_recovery_codes (IntimailDirectory *self,
                                                const char *uid,
                                                GCancellable *cancellable,
                                                GError **error);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_directory_disable_second_factor (IntimailDirectory *self,
                                                   const char *uid,
                                                   GCancellable *cancellable,
                                                   GError **error);

INTIMAIL_AVAILABLE_IN_1_0
char *intimail_directory_add_app_password (IntimailDirectory *self,
                                           const char *uid,
                                           const char *name,
                                           GCancellable *cancellable,
                                           GError **error);

INTIMAIL_AVAILABLE_IN_1_0
GPtrArray *intimail_directory_list_app_passwords (IntimailDirectory *self,
                                                  const char *uid,
                                                  GCancellable *cancellable,
                                                  GError **error);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_directory_revoke_app_password (IntimailDirectory *self,
                                                 const char *uid,
                                                 const char *id,
                                                 GCancellable *cancellable,
                                                 GError **error);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_directory_set_password (IntimailDirectory *self,
                                          const char *uid,
                                          const char *password,
                                          GCancellable *cancellable,
                                          GError **error);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_directory_change_password (IntimailDirectory *self,
                                             const char *uid,
                                             const char *old_password,
                                             const char *new_password,
                                             GCancellable *cancellable,
                                             GError **error);

INTIMAIL_AVAILABLE_IN_1_0
IntimailPasswordFault intimail_directory_find_password_fault (const char *password,
                                                              const char *old_password,
                                                              IntimailPerson *person);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_directory_judge_password (const char *password,
                                            IntimailPerson *person,
                                            GError **error);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_directory_add_person (IntimailDirectory *self,
                                        IntimailPerson *person,
                                        const char *password,
                                        GCancellable *cancellable,
                                        GError **error);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_directory_update_person (IntimailDirectory *self,
                                           IntimailPerson *person,
                                           GCancellable *cancellable,
                                           GError **error);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_directory_remove_person (IntimailDirectory *self,
                                           const char *uid,
                                           GCancellable *cancellable,
                                           GError **error);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_directory_add_group (IntimailDirectory *self,
                                       IntimailGroup *group,
                                       GCancellable *cancellable,
                                       GError **error);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_directory_update_group (IntimailDirectory *self,
                                          IntimailGroup *group,
                                          GCancellable *cancellable,
                                          GError **error);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_directory_remove_group (IntimailDirectory *self,
                                          const char *name,
                                          GCancellable *cancellable,
                                          GError **error);

INTIMAIL_AVAILABLE_IN_1_0
char *intimail_directory_export_people (IntimailDirectory *self,
                                        GCancellable *cancellable,
                                        GError **error);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_directory_import_people (IntimailDirectory *self,
                                           const char *table,
                                           guint *n_added,
                                           GCancellable *cancellable,
                                           GError **error);

INTIMAIL_AVAILABLE_IN_1_0
char *intimail_directory_export_ldif (IntimailDirectory *self,
                                      GCancellable *cancellable,
                                      GError **error);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_directory_import_ldif (IntimailDirectory *self,
                                         const char *text,
                                         guint *n_added,
                                         GCancellable *cancellable,
                                         GError **error);

INTIMAIL_AVAILABLE_IN_1_0
IntimailDirectory *intimail_directory_act_as (IntimailDirectory *self,
                                              const char *uid);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_directory_begin_removal (IntimailDirectory *self,
                                           const char *uid,
                                           gint64 until,
                                           gboolean deletes_mail,
                                           GCancellable *cancellable,
                                           GError **error);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_directory_begin_removal_async (IntimailDirectory *self,
                                             const char *uid,
                                             gint64 until,
                                             gboolean deletes_mail,
                                             GCancellable *cancellable,
                                             GAsyncReadyCallback callback,
                                             gpointer user_data);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_directory_begin_removal_finish (IntimailDirectory *self,
                                                  GAsyncResult *result,
                                                  GError **error);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_directory_undo_removal (IntimailDirectory *self,
                                          const char *uid,
                                          GCancellable *cancellable,
                                          GError **error);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_directory_undo_removal_async (IntimailDirectory *self,
                                            const char *uid,
                                            GCancellable *cancellable,
                                            GAsyncReadyCallback callback,
                                            gpointer user_data);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_directory_undo_removal_finish (IntimailDirectory *self,
                                                 GAsyncResult *result,
                                                 GError **error);

INTIMAIL_AVAILABLE_IN_1_0
IntimailTemporaryAlias *intimail_directory_add_temporary_alias (IntimailDirectory *self,
                                                                const char *uid,
                                                                const char *address,
                                                                gint64 expiry,
                                                                const char *note,
                                                                GCancellable *cancellable,
                                                                GError **error);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_directory_add_temporary_alias_async (IntimailDirectory *self,
                                                   const char *uid,
                                                   const char *address,
                                                   gint64 expiry,
                                                   const char *note,
                                                   GCancellable *cancellable,
                                                   GAsyncReadyCallback callback,
                                                   gpointer user_data);

INTIMAIL_AVAILABLE_IN_1_0
IntimailTemporaryAlias *intimail_directory_add_temporary_alias_finish (IntimailDirectory *self,
                                                                       GAsyncResult *result,
                                                                       GError **error);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_directory_end_temporary_alias (IntimailDirectory *self,
                                                 const char *uid,
                                                 const char *address,
                                                 GCancellable *cancellable,
                                                 GError **error);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_directory_end_temporary_alias_async (IntimailDirectory *self,
                                                   const char *uid,
                                                   const char *address,
                                                   GCancellable *cancellable,
                                                   GAsyncReadyCallback callback,
                                                   gpointer user_data);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_directory_end_temporary_alias_finish (IntimailDirectory *self,
                                                        GAsyncResult *result,
                                                        GError **error);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_directory_remove_temporary_alias (IntimailDirectory *self,
                                                    const char *uid,
                                                    const char *address,
                                                    GCancellable *cancellable,
                                                    GError **error);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_directory_remove_temporary_alias_async (IntimailDirectory *self,
                                                      const char *uid,
                                                      const char *address,
                                                      GCancellable *cancellable,
                                                      GAsyncReadyCallback callback,
                                                      gpointer user_data);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_directory_remove_temporary_alias_finish (IntimailDirectory *self,
                                                           GAsyncResult *result,
                                                           GError **error);

INTIMAIL_AVAILABLE_IN_1_0
char *intimail_directory_generate_password (void);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_directory_lookup_person_async (IntimailDirectory *self,
                                             const char *uid,
                                             GCancellable *cancellable,
                                             GAsyncReadyCallback callback,
                                             gpointer user_data);

INTIMAIL_AVAILABLE_IN_1_0
IntimailPerson *intimail_directory_lookup_person_finish (IntimailDirectory *self,
                                                         GAsyncResult *result,
                                                         GError **error);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_directory_resolve_async (IntimailDirectory *self,
                                       const char *address,
                                       GCancellable *cancellable,
                                       GAsyncReadyCallback callback,
                                       gpointer user_data);

INTIMAIL_AVAILABLE_IN_1_0
GPtrArray *intimail_directory_resolve_finish (IntimailDirectory *self,
                                              GAsyncResult *result,
                                              GError **error);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_directory_search_people_async (IntimailDirectory *self,
                                             const char *text,
                                             const char *after,
                                             guint limit,
                                             GCancellable *cancellable,
                                             GAsyncReadyCallback callback,
                                             gpointer user_data);

INTIMAIL_AVAILABLE_IN_1_0
GPtrArray *intimail_directory_search_people_finish (IntimailDirectory *self,
                                                    GAsyncResult *result,
                                                    GError **error);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_directory_list_groups_of_async (IntimailDirectory *self,
                                              const char *uid,
                                              GCancellable *cancellable,
                                              GAsyncReadyCallback callback,
                                              gpointer user_data);

INTIMAIL_AVAILABLE_IN_1_0
GPtrArray *intimail_directory_list_groups_of_finish (IntimailDirectory *self,
                                                     GAsyncResult *result,
                                                     GError **error);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_directory_authenticate_async (IntimailDirectory *self,
                                            const char *login,
                                            const char *password,
                                            GCancellable *cancellable,
                                            GAsyncReadyCallback callback,
                                            gpointer user_data);

INTIMAIL_AVAILABLE_IN_1_0
IntimailPerson *intimail_directory_authenticate_finish (IntimailDirectory *self,
                                                        GAsyncResult *result,
                                                        GError **error);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_directory_authenticate_client_async (IntimailDirectory *self,
                                                   const char *login,
                                                   const char *password,
                                                   GCancellable *cancellable,
                                                   GAsyncReadyCallback callback,
                                                   gpointer user_data);

INTIMAIL_AVAILABLE_IN_1_0
IntimailPerson *intimail_directory_authenticate_client_finish (IntimailDirectory *self,
                                                               GAsyncResult *result,
                                                               GError **error);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_directory_add_app_password_async (IntimailDirectory *self,
                                                const char *uid,
                                                const char *name,
                                                GCancellable *cancellable,
                                                GAsyncReadyCallback callback,
                                                gpointer user_data);

INTIMAIL_AVAILABLE_IN_1_0
char *intimail_directory_add_app_password_finish (IntimailDirectory *self,
                                                  GAsyncResult *result,
                                                  GError **error);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_directory_list_app_passwords_async (IntimailDirectory *self,
                                                  const char *uid,
                                                  GCancellable *cancellable,
                                                  GAsyncReadyCallback callback,
                                                  gpointer user_data);

INTIMAIL_AVAILABLE_IN_1_0
GPtrArray *intimail_directory_list_app_passwords_finish (IntimailDirectory *self,
                                                         GAsyncResult *result,
                                                         GError **error);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_directory_revoke_app_password_async (IntimailDirectory *self,
                                                   const char *uid,
                                                   const char *id,
                                                   GCancellable *cancellable,
                                                   GAsyncReadyCallback callback,
                                                   gpointer user_data);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_directory_revoke_app_password_finish (IntimailDirectory *self,
                                                        GAsyncResult *result,
                                                        GError **error);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_directory_authenticate_with_code_async (IntimailDirectory *self,
                                                      const char *login,
                                                      const char *password,
                                                      const char *code,
                                                      GCancellable *cancellable,
                                                      GAsyncReadyCallback callback,
                                                      gpointer user_data);

INTIMAIL_AVAILABLE_IN_1_0
IntimailPerson *intimail_directory_authenticate_with_code_finish (IntimailDirectory *self,
                                                                  GAsyncResult *result,
                                                                  GError **error);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_directory_lookup_second_factor_async (IntimailDirectory *self,
                                                    const char *uid,
                                                    GCancellable *cancellable,
                                                    GAsyncReadyCallback callback,
                                                    gpointer user_data);

INTIMAIL_AVAILABLE_IN_1_0
IntimailSecondFactor *intimail_directory_lookup_second_factor_finish (IntimailDirectory *self,
                                                                      GAsyncResult *result,
                                                                      GError **error);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_directory_enable_second_factor_async (IntimailDirectory *self,
                                                    const char *uid,
                                                    const char *secret,
                                                    const char *code,
                                                    GCancellable *cancellable,
                                                    GAsyncReadyCallback callback,
                                                    gpointer user_data);

INTIMAIL_AVAILABLE_IN_1_0
char **intimail_directory_enable_second_factor_finish (IntimailDirectory *self,
                                                       GAsyncResult *result,
                                                       GError **error);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_directory_renew_recovery_codes_async (IntimailDirectory *self,
                                                    const char *uid,
                                                    GCancellable *cancellable,
                                                    GAsyncReadyCallback callback,
                                                    gpointer user_data);

INTIMAIL_AVAILABLE_IN_1_0
char **intimail_directory_renew_recovery_codes_finish (IntimailDirectory *self,
                                                       GAsyncResult *result,
                                                       GError **error);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_directory_disable_second_factor_async (IntimailDirectory *self,
                                                     const char *uid,
                                                     GCancellable *cancellable,
                                                     GAsyncReadyCallback callback,
                                                     gpointer user_data);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_directory_disable_second_factor_finish (IntimailDirectory *self,
                                                          GAsyncResult *result,
                                                          GError **error);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_directory_lookup_address_async (IntimailDirectory *self,
                                              const char *address,
                                              GCancellable *cancellable,
                                              GAsyncReadyCallback callback,
                                              gpointer user_data);

INTIMAIL_AVAILABLE_IN_1_0
GObject *intimail_directory_lookup_address_finish (IntimailDirectory *self,
                                                   GAsyncResult *result,
                                                   GError **error);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_directory_list_people_async (IntimailDirectory *self,
                                           GCancellable *cancellable,
                                           GAsyncReadyCallback callback,
                                           gpointer user_data);

INTIMAIL_AVAILABLE_IN_1_0
GPtrArray *intimail_directory_list_people_finish (IntimailDirectory *self,
                                                  GAsyncResult *result,
                                                  GError **error);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_directory_list_groups_async (IntimailDirectory *self,
                                           GCancellable *cancellable,
                                           GAsyncReadyCallback callback,
                                           gpointer user_data);

INTIMAIL_AVAILABLE_IN_1_0
GPtrArray *intimail_directory_list_groups_finish (IntimailDirectory *self,
                                                  GAsyncResult *result,
                                                  GError **error);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_directory_list_members_async (IntimailDirectory *self,
                                            const char *name,
                                            GCancellable *cancellable,
                                            GAsyncReadyCallback callback,
                                            gpointer user_data);

INTIMAIL_AVAILABLE_IN_1_0
GPtrArray *intimail_directory_list_members_finish (IntimailDirectory *self,
                                                   GAsyncResult *result,
                                                   GError **error);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_directory_lookup_group_async (IntimailDirectory *self,
                                            const char *name,
                                            GCancellable *cancellable,
                                            GAsyncReadyCallback callback,
                                            gpointer user_data);

INTIMAIL_AVAILABLE_IN_1_0
IntimailGroup *intimail_directory_lookup_group_finish (IntimailDirectory *self,
                                                       GAsyncResult *result,
                                                       GError **error);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_directory_is_admin_async (IntimailDirectory *self,
                                        const char *uid,
                                        GCancellable *cancellable,
                                        GAsyncReadyCallback callback,
                                        gpointer user_data);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_directory_is_admin_finish (IntimailDirectory *self,
                                             GAsyncResult *result,
                                             GError **error);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_directory_set_password_async (IntimailDirectory *self,
                                            const char *uid,
                                            const char *password,
                                            GCancellable *cancellable,
                                            GAsyncReadyCallback callback,
                                            gpointer user_data);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_directory_set_password_finish (IntimailDirectory *self,
                                                 GAsyncResult *result,
                                                 GError **error);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_directory_change_password_async (IntimailDirectory *self,
                                               const char *uid,
                                               const char *old_password,
                                               const char *new_password,
                                               GCancellable *cancellable,
                                               GAsyncReadyCallback callback,
                                               gpointer user_data);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_directory_change_password_finish (IntimailDirectory *self,
                                                    GAsyncResult *result,
                                                    GError **error);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_directory_add_person_async (IntimailDirectory *self,
                                          IntimailPerson *person,
                                          const char *password,
                                          GCancellable *cancellable,
                                          GAsyncReadyCallback callback,
                                          gpointer user_data);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_directory_add_person_finish (IntimailDirectory *self,
                                               GAsyncResult *result,
                                               GError **error);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_directory_update_person_async (IntimailDirectory *self,
                                             IntimailPerson *person,
                                             GCancellable *cancellable,
                                             GAsyncReadyCallback callback,
                                             gpointer user_data);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_directory_update_person_finish (IntimailDirectory *self,
                                                  GAsyncResult *result,
                                                  GError **error);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_directory_remove_person_async (IntimailDirectory *self,
                                             const char *uid,
                                             GCancellable *cancellable,
                                             GAsyncReadyCallback callback,
                                             gpointer user_data);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_directory_remove_person_finish (IntimailDirectory *self,
                                                  GAsyncResult *result,
                                                  GError **error);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_directory_add_group_async (IntimailDirectory *self,
                                         IntimailGroup *group,
                                         GCancellable *cancellable,
                                         GAsyncReadyCallback callback,
                                         gpointer user_data);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_directory_add_group_finish (IntimailDirectory *self,
                                              GAsyncResult *result,
                                              GError **error);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_directory_update_group_async (IntimailDirectory *self,
                                            IntimailGroup *group,
                                            GCancellable *cancellable,
                                            GAsyncReadyCallback callback,
                                            gpointer user_data);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_directory_update_group_finish (IntimailDirectory *self,
                                                 GAsyncResult *result,
                                                 GError **error);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_directory_remove_group_async (IntimailDirectory *self,
                                            const char *name,
                                            GCancellable *cancellable,
                                            GAsyncReadyCallback callback,
                                            gpointer user_data);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_directory_remove_group_finish (IntimailDirectory *self,
                                                 GAsyncResult *result,
                                                 GError **error);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_directory_export_people_async (IntimailDirectory *self,
                                             GCancellable *cancellable,
                                             GAsyncReadyCallback callback,
                                             gpointer user_data);

INTIMAIL_AVAILABLE_IN_1_0
char *intimail_directory_export_people_finish (IntimailDirectory *self,
                                               GAsyncResult *result,
                                               GError **error);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_directory_import_people_async (IntimailDirectory *self,
                                             const char *table,
                                             GCancellable *cancellable,
                                             GAsyncReadyCallback callback,
                                             gpointer user_data);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_directory_import_people_finish (IntimailDirectory *self,
                                                  GAsyncResult *result,
                                                  guint *n_added,
                                                  GError **error);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_directory_export_ldif_async (IntimailDirectory *self,
                                           GCancellable *cancellable,
                                           GAsyncReadyCallback callback,
                                           gpointer user_data);

INTIMAIL_AVAILABLE_IN_1_0
char *intimail_directory_export_ldif_finish (IntimailDirectory *self,
                                             GAsyncResult *result,
                                             GError **error);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_directory_import_ldif_async (IntimailDirectory *self,
                                           const char *text,
                                           GCancellable *cancellable,
                                           GAsyncReadyCallback callback,
                                           gpointer user_data);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_directory_import_ldif_finish (IntimailDirectory *self,
                                                GAsyncResult *result,
                                                guint *n_added,
                                                GError **error);

G_END_DECLS
