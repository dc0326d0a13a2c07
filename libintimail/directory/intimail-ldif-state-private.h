/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What an LDIF file says, with tables to find it. A state does not change once
 * it is shared: any thread may read it.
 */

#pragma once

#include "directory/intimail-ldif-mapping-private.h"

G_BEGIN_DECLS

typedef struct
{
  IntimailLdifEntry *entry;
  IntimailPerson *person;
} IntimailLdifPerson;

typedef struct
{
  IntimailLdifEntry *entry;
  IntimailGroup *group;
} IntimailLdifGroup;

typedef struct
{
  gatomicrefcount references;
  IntimailLdif *ldif;
  char *base_dn;
  char *name;         /* of the file, for errors */
  GPtrArray *people;  /* of IntimailLdifPerson, by uid */
  GPtrArray *groups;  /* of IntimailLdifGroup, by name */
  GHashTable *uids;   /* uid to IntimailLdifPerson */
  GHashTable *names;  /* name to IntimailLdifGroup */
  GHashTable *owners; /* an address's key to its owner, of that file */
  GHashTable *domains;
  GHashTable *app_passwords; /* normal DN to its entry, of that file */
} IntimailLdifState;

/* Builds the tables. INVALID_ARGUMENT with "@name:LINE: ..." for what cannot be
 * right, EXISTS when two claim a name or an address. */
IntimailLdifState *intimail_ldif_state_parse (const char *data,
                                              gsize length,
                                              const char *base_dn,
                                              const char *name,
                                              GError **error);

IntimailLdifState *intimail_ldif_state_ref (IntimailLdifState *self);

void intimail_ldif_state_unref (IntimailLdifState *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IntimailLdifState, intimail_ldif_state_unref)

/* NOT_FOUND when there is none. */
IntimailLdifPerson *intimail_ldif_state_lookup_person (IntimailLdifState *self,
                                                       const char *uid,
                                                       GError **error);

IntimailLdifGroup *intimail_ldif_state_lookup_group (IntimailLdifState *self,
                                                     const char *name,
                                                     GError **error);

/* A uid or one person's address; NULL when it is nobody's. */
IntimailLdifPerson *intimail_ldif_state_find_login (IntimailLdifState *self,
                                                    const char *login);

/* The entry of an app password, or NULL. */
IntimailLdifEntry *intimail_ldif_state_find_app_password (IntimailLdifState *self,
                                                          IntimailLdifPerson *person,
                                                          const char *id);

/* All of a person: an array of entries that are the state's. */
GPtrArray *intimail_ldif_state_list_app_passwords (IntimailLdifState *self,
                                                   IntimailLdifPerson *person);

/* Whose address it is, to the letter: no "+detail"; NULL when nobody's. */
IntimailLdifEntry *intimail_ldif_state_find_entry (IntimailLdifState *self,
                                                   const char *address);

/* The person or group, lent, of the first of @keys that is somebody's. */
GObject *intimail_ldif_state_find_owner (IntimailLdifState *self,
                                         const char *const *keys,
                                         GError **error);

G_END_DECLS
