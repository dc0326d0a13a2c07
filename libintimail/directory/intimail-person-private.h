/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What only a directory may do to a person.
 */

#pragma once

#include <intimail/intimail-person.h>
#include <intimail/intimail-temporary-alias.h>

G_BEGIN_DECLS

IntimailPerson *intimail_person_copy (IntimailPerson *self);

/* A copy for a caller, who may change it and give it back: it remembers what
 * the directory said, so that only changes are taken over. @self must not be
 * changed any more. */
IntimailPerson *intimail_person_lend (IntimailPerson *self);

/* What is changed in @wanted, made into a change of @current: nothing else is written. */
IntimailPerson *intimail_person_rebase (IntimailPerson *wanted,
                                        IntimailPerson *current);

/* As it is lent to somebody else: without the aliases that end. */
IntimailPerson *intimail_person_conceal (IntimailPerson *self);

/* @current with what somebody changed in @wanted since it was lent; all of
 * @wanted when it never was. */
IntimailPerson *intimail_person_merge (IntimailPerson *current,
                                       IntimailPerson *wanted);

/* @current with what was added to and removed from @origin to get @wanted. */
char **intimail_person_merge_list (const char *const *current,
                                   const char *const *origin,
                                   const char *const *wanted);

/* Whether it is the main address or an alias that does not end. */
gboolean intimail_person_has_lasting_key (IntimailPerson *self,
                                          const char *key);

/* The alias that ends, or has ended, of that address's key; NULL when there is none.
 * (transfer none) */
IntimailTemporaryAlias *intimail_person_find_temporary_alias (IntimailPerson *self,
                                                              const char *key);

/* Whether the mail for @key, which was found to be theirs, comes by an alias that has
 * ended. */
gboolean intimail_person_is_ended_key (IntimailPerson *self,
                                       const char *key);

/* The last second that LDAP has a time for. */
#define INTIMAIL_PERSON_MAX_TIME G_GINT64_CONSTANT (253402300799)

void intimail_person_set_uuid (IntimailPerson *self,
                               const char *uuid);

void intimail_person_set_has_second_factor (IntimailPerson *self,
                                            gboolean has_second_factor);

void intimail_person_set_sign_in_stamp (IntimailPerson *self,
                                        guint64 stamp);

/* TRUE for [a-z0-9][a-z0-9._-]{0,63} without "..": a uid becomes the name of a
 * folder, an RDN and a part of ids; a group's name keeps to the same rule. */
gboolean intimail_person_is_valid_uid (const char *uid);

/* INVALID_ARGUMENT when the person cannot be kept in a directory. */
gboolean intimail_person_check (IntimailPerson *self,
                                GError **error);

/* The same, and that what was changed is what a person may be called. A directory that
 * exists may have other names, which are read. */
gboolean intimail_person_check_change (IntimailPerson *self,
                                       GError **error);

/* Whether it is what people read in one line: at most 255 characters, none of which
 * controls a terminal. */
gboolean intimail_person_is_line (const char *text);

/* The form in which two spellings of an address are equal, or NULL when it is
 * no address. */
char *intimail_person_make_address_key (const char *address);

/* As above; "@domain", the alias for all that nobody else has, is one too. */
char *intimail_person_make_alias_key (const char *alias);

/* Whether the uid, the name or an address contains @folded, which is casefolded. */
gboolean intimail_person_matches (IntimailPerson *self,
                                  const char *folded);

/* The key without "+detail", or NULL when there is none. */
char *intimail_person_strip_detail (const char *key);

G_END_DECLS
