/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What the steps share that make a server ready: what was done is told at the end.
 */

#pragma once

#include "directory/intimail-ldap-directory-private.h"

G_BEGIN_DECLS

typedef struct
{
  IntimailLdapDirectory *self;
  GCancellable *cancellable;
  GStrvBuilder *done; /* words for people */
} IntimailLdapPreparation;

gboolean intimail_ldap_preparation_add (IntimailLdapPreparation *self,
                                        IntimailLdifEntry *entry,
                                        GError **error);

/* @modifications is of IntimailLdapModification. */
gboolean intimail_ldap_preparation_modify (IntimailLdapPreparation *self,
                                           const char *dn,
                                           GPtrArray *modifications,
                                           GError **error);

/* NULL with an error, or an array of entries. */
GPtrArray *intimail_ldap_preparation_search (IntimailLdapPreparation *self,
                                             const char *base,
                                             gboolean is_base_only,
                                             const char *filter,
                                             const char *const *attributes,
                                             GError **error);

/* Loads our schema from a file into cn=config, or what an older one of ours there lacks;
 * nothing is taken away. */
gboolean intimail_ldap_preparation_load_schema (IntimailLdapPreparation *self,
                                                const char *path,
                                                GError **error);

G_END_DECLS
