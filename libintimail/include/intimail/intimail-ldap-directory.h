/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#if !defined(INTIMAIL_INSIDE) && !defined(INTIMAIL_COMPILATION)
#error "Only <intimail/intimail.h> can be included directly."
#endif

#include <gio/gio.h>

#include <intimail/intimail-directory.h>
#include <intimail/intimail-version-macros.h>

G_BEGIN_DECLS

#define INTIMAIL_TYPE_LDAP_DIRECTORY (intimail_ldap_directory_get_type ())

INTIMAIL_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (IntimailLdapDirectory, intimail_ldap_directory, INTIMAIL, LDAP_DIRECTORY, GObject)

INTIMAIL_AVAILABLE_IN_1_0
IntimailLdapDirectory *intimail_ldap_directory_new_from_settings (const char *settings,
                                                                  const char *folder,
                                                                  GError **error);

INTIMAIL_AVAILABLE_IN_1_0
const char *const *intimail_ldap_directory_get_uris (IntimailLdapDirectory *self);

INTIMAIL_AVAILABLE_IN_1_0
const char *intimail_ldap_directory_get_base_dn (IntimailLdapDirectory *self);

INTIMAIL_AVAILABLE_IN_1_0
char **intimail_ldap_directory_prepare (IntimailLdapDirectory *self,
                                        const char *organization,
                                        const char *schema,
                                        const char *writer,
                                        GCancellable *cancellable,
                                        GError **error);

INTIMAIL_AVAILABLE_IN_1_0
char *intimail_ldap_directory_make_postfix_map (IntimailLdapDirectory *self,
                                                const char *name,
                                                GError **error);

INTIMAIL_AVAILABLE_IN_1_0
char *intimail_ldap_directory_make_dovecot_auth (IntimailLdapDirectory *self,
                                                 const char *name,
                                                 const char *mail_root,
                                                 GError **error);

G_END_DECLS
