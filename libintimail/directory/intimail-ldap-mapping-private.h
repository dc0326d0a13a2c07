/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Between entries as the server has them and entries as our schema has them, which
 * intimail-ldif-mapping understands. Names and forms change here, meaning does not.
 */

#pragma once

#include "directory/intimail-ldap-settings-private.h"
#include "directory/intimail-ldif-private.h"

G_BEGIN_DECLS

/* The attributes to ask for, NULL-terminated; free the array alone. */
const char **intimail_ldap_mapping_list_names (const IntimailLdapSettings *settings,
                                               gboolean of_group);

/* A person's or group's entry in our schema. Members who are DNs stay so. */
IntimailLdifEntry *intimail_ldap_mapping_read (const IntimailLdapSettings *settings,
                                               gboolean of_group,
                                               IntimailLdifEntry *entry);

/* An entry of our schema as the server wants it; what the server makes itself is
 * left out. */
IntimailLdifEntry *intimail_ldap_mapping_write (const IntimailLdapSettings *settings,
                                                gboolean of_group,
                                                IntimailLdifEntry *entry);

/* What leads from one to the other, of IntimailLdapModification. */
GPtrArray *intimail_ldap_mapping_compare (IntimailLdifEntry *before,
                                          IntimailLdifEntry *after);

G_END_DECLS
