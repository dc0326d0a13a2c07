/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The parts of a directory at an LDAP server: signing in, looking up, changing.
 */

#pragma once

#include <intimail/intimail-ldap-directory.h>

#include "directory/intimail-ldap-cache-private.h"
#include "directory/intimail-ldap-pool-private.h"
#include "directory/intimail-ldap-settings-private.h"

G_BEGIN_DECLS

struct _IntimailLdapDirectory
{
  GObject parent_instance;

  IntimailLdapSettings *settings;
  IntimailLdapPool *pool;
  IntimailLdapNotice *notice;
  IntimailLdapCache *cache;

  /* Atomic: an empty answer is believed of these connections until then, in seconds
   * of the monotonic clock. */
  gint trusted_openings;
  gint trusted_until;

  gint refusal_usec; /* atomic: what a wrong password costs, in microseconds */
};

/* Takes the settings. */
IntimailLdapDirectory *intimail_ldap_directory_new_with_settings (IntimailLdapSettings *settings);

/* After each change, whatever came of it: what was known before is not believed any more,
 * here and in other processes. @uid NULL, or somebody who has to sign in again. */
void intimail_ldap_directory_note_change (IntimailLdapDirectory *self,
                                          const char *uid);

/* Whether "nobody" may be believed: the server knows the attributes that are asked
 * for, and lets us read somebody. UNAVAILABLE with what is wrong. */
gboolean intimail_ldap_schema_check (IntimailLdapPool *pool,
                                     const IntimailLdapSettings *settings,
                                     GCancellable *cancellable,
                                     GError **error);

/* A person by uid, from the cache or the server. NOT_FOUND. */
IntimailLdapAnswer *intimail_ldap_lookup_person (IntimailLdapDirectory *self,
                                                 const char *uid,
                                                 GCancellable *cancellable,
                                                 GError **error);

/* A person by uid, or by an address that contains "@". NOT_FOUND. */
IntimailLdapAnswer *intimail_ldap_lookup_login (IntimailLdapDirectory *self,
                                                const char *login,
                                                GCancellable *cancellable,
                                                GError **error);

/* The one entry of that name, in our schema, from the server; NOT_FOUND. When
 * members are DNs, @member_dns, which may be NULL, gets those of the uids. */
IntimailLdifEntry *intimail_ldap_lookup_entry (IntimailLdapDirectory *self,
                                               gboolean of_group,
                                               const char *name,
                                               GHashTable *member_dns,
                                               GCancellable *cancellable,
                                               GError **error);

/* Adds to @filters what finds the key of an address in @attribute. The server may find
 * more: who asks compares keys. */
void intimail_ldap_address_add_filters (IntimailLdapDirectory *self,
                                        GPtrArray *filters,
                                        IntimailLdapAttribute attribute,
                                        const char *key);

/* DNs of the entries, people and groups, that have one of @keys as address, from
 * the server: a set. */
GHashTable *intimail_ldap_lookup_owners (IntimailLdapDirectory *self,
                                         const char *const *keys,
                                         GCancellable *cancellable,
                                         GError **error);

/* The entry of an app password. */
char *intimail_ldap_app_password_make_dn (const char *id,
                                          const char *person_dn);

/* An entry with others below it cannot be removed. */
gboolean intimail_ldap_app_password_remove_all (IntimailLdapDirectory *self,
                                                const char *person_dn,
                                                GCancellable *cancellable,
                                                GError **error);

/* Set the functions of the interface. */
void intimail_ldap_app_password_init_interface (IntimailDirectoryInterface *iface);
void intimail_ldap_second_factor_init_interface (IntimailDirectoryInterface *iface);
void intimail_ldap_lookup_init_interface (IntimailDirectoryInterface *iface);
void intimail_ldap_list_init_interface (IntimailDirectoryInterface *iface);
void intimail_ldap_change_init_interface (IntimailDirectoryInterface *iface);
void intimail_ldap_password_init_interface (IntimailDirectoryInterface *iface);
void intimail_ldap_import_init_interface (IntimailDirectoryInterface *iface);

/* As add_person() and add_group() of the interface; @foreign may hold attributes that are
 * not ours, @entry_dn gets the DN. Each of the two may be NULL. */
gboolean intimail_ldap_change_add_person (IntimailLdapDirectory *self,
                                          IntimailPerson *person,
                                          IntimailLdifEntry *foreign,
                                          const char *password,
                                          char **entry_dn,
                                          GCancellable *cancellable,
                                          GError **error);

gboolean intimail_ldap_change_add_group (IntimailLdapDirectory *self,
                                         IntimailGroup *group,
                                         IntimailLdifEntry *foreign,
                                         char **entry_dn,
                                         GCancellable *cancellable,
                                         GError **error);

/* The password of the entry @dn, which the server hashes. @uid is whose, NULL for a new
 * entry. */
gboolean intimail_ldap_password_set (IntimailLdapDirectory *self,
                                     const char *dn,
                                     const char *uid,
                                     const char *password,
                                     GCancellable *cancellable,
                                     GError **error);

gboolean intimail_ldap_change_delete (IntimailLdapDirectory *self,
                                      const char *dn,
                                      GError **error);

/* The attributes of an entry that mean nothing to us, object classes among them. */
IntimailLdifEntry *intimail_ldap_import_pick_foreign (IntimailLdifEntry *entry);

/* For the files that look up: what a filter finds, in our schema; the filter of the
 * settings is added to @filter, which may be "". */
GPtrArray *intimail_ldap_lookup_search (IntimailLdapDirectory *self,
                                        gboolean of_group,
                                        const char *filter,
                                        guint limit,
                                        GCancellable *cancellable,
                                        GError **error);

char *intimail_ldap_lookup_make_filter (IntimailLdapDirectory *self,
                                        gboolean of_group,
                                        const char *filter);

/* The person or group of an entry in our schema. UNAVAILABLE with the DN when a
 * value cannot be right. */
GObject *intimail_ldap_lookup_make_object (IntimailLdapDirectory *self,
                                           gboolean of_group,
                                           IntimailLdifEntry *entry,
                                           GError **error);

/* What is wrong with each entry of a person or group that cannot be understood. */
char **intimail_ldap_list_mistakes (IntimailLdapDirectory *self,
                                    GCancellable *cancellable,
                                    GError **error);

/* Puts uids in the place of members who are DNs; @member_dns, which may be NULL, gets
 * the DNs of the uids. */
gboolean intimail_ldap_member_read (IntimailLdapDirectory *self,
                                    IntimailLdifEntry *group,
                                    GHashTable *member_dns,
                                    GCancellable *cancellable,
                                    GError **error);

/* The other way round; who is not in @member_dns is looked up. */
gboolean intimail_ldap_member_write (IntimailLdapDirectory *self,
                                     IntimailLdifEntry *group,
                                     GHashTable *member_dns,
                                     GCancellable *cancellable,
                                     GError **error);

/* Members and owners who are in @old, which may be NULL, may be nobody any more; a new one must
 * exist: NOT_FOUND. */
gboolean intimail_ldap_member_check (IntimailLdapDirectory *self,
                                     IntimailGroup *group,
                                     IntimailGroup *old,
                                     GCancellable *cancellable,
                                     GError **error);

/* A gidNumber for a new group, or "" where groups are of a class without numbers. */
char *intimail_ldap_member_find_gid (IntimailLdapDirectory *self,
                                     GCancellable *cancellable,
                                     GError **error);

G_END_DECLS
