/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * How a person and a group look as LDAP entries (inetOrgPerson, posixGroup and
 * the auxiliary classes of data/intimail.schema).
 */

#pragma once

#include <intimail/intimail-app-password.h>
#include <intimail/intimail-group.h>
#include <intimail/intimail-person.h>
#include <intimail/intimail-second-factor.h>

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

#define INTIMAIL_LDIF_PERSON_CLASS "intimailPerson"

#define INTIMAIL_LDIF_APP_PASSWORD_CLASS "intimailAppPassword"

gboolean intimail_ldif_entry_is_app_password (IntimailLdifEntry *entry);

/* What is missing or no time is not known: it is nobody's loss. */
IntimailAppPassword *intimail_ldif_entry_to_app_password (IntimailLdifEntry *entry);

void intimail_ldif_entry_set_app_password (IntimailLdifEntry *entry,
                                           IntimailAppPassword *app_password);

#define INTIMAIL_LDIF_SECOND_FACTOR_CLASS "intimailSecondFactor"

gboolean intimail_ldif_entry_has_second_factor (IntimailLdifEntry *entry);

/* What is on a person's entry, which may be none. */
IntimailSecondFactor *intimail_ldif_entry_to_second_factor (IntimailLdifEntry *entry);

void intimail_ldif_entry_set_second_factor (IntimailLdifEntry *entry,
                                            IntimailSecondFactor *second_factor);

/* A GeneralizedTime; 0 takes it away. */
void intimail_ldif_entry_set_time (IntimailLdifEntry *entry,
                                   const char *attribute,
                                   gint64 seconds);

G_END_DECLS
