/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * How a person and a group look as LDAP entries (inetOrgPerson, posixGroup and
 * the auxiliary classes of data/intimail.schema).
 */

#pragma once

#include <intimail/intimail-group.h>
#include <intimail/intimail-person.h>

#include "directory/intimail-ldif-private.h"

G_BEGIN_DECLS

/* Whether the entry is meant to be somebody with mail. */
gboolean intimail_ldif_entry_is_person (IntimailLdifEntry *entry);

gboolean intimail_ldif_entry_is_group (IntimailLdifEntry *entry);

/* INVALID_ARGUMENT with "@name:LINE: ..." when a value cannot be right. */
IntimailPerson *intimail_ldif_entry_to_person (IntimailLdifEntry *entry,
                                               const char *name,
                                               GError **error);

IntimailGroup *intimail_ldif_entry_to_group (IntimailLdifEntry *entry,
                                             const char *name,
                                             GError **error);

/* Writes what a person or group knows; other attributes stay. */
void intimail_ldif_entry_set_person (IntimailLdifEntry *entry,
                                     IntimailPerson *person);

void intimail_ldif_entry_set_group (IntimailLdifEntry *entry,
                                    IntimailGroup *group);

G_END_DECLS
