/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Answers that are kept for a while: a bounded number, the least used ones go. Any
 * thread may use it.
 */

#pragma once

#include <gio/gio.h>

#include "directory/intimail-ldap-notice-private.h"

G_BEGIN_DECLS

/* What a server said about one entry; it does not change. */
typedef struct
{
  gatomicrefcount references;
  char *dn;
  GObject *object; /* an IntimailPerson or an IntimailGroup, not to be changed */
} IntimailLdapAnswer;

IntimailLdapAnswer *intimail_ldap_answer_new (const char *dn,
                                              gpointer object);

IntimailLdapAnswer *intimail_ldap_answer_ref (IntimailLdapAnswer *self);

void intimail_ldap_answer_unref (IntimailLdapAnswer *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IntimailLdapAnswer, intimail_ldap_answer_unref)

typedef struct _IntimailLdapCache IntimailLdapCache;

/* Keeps @max_entries answers, none longer than @max_age milliseconds, nor over a change
 * that another process tells by @notice. */
IntimailLdapCache *intimail_ldap_cache_new (guint max_entries,
                                            guint max_age,
                                            IntimailLdapNotice *notice);

void intimail_ldap_cache_free (IntimailLdapCache *self);

/* A reference, or NULL. */
IntimailLdapAnswer *intimail_ldap_cache_get (IntimailLdapCache *self,
                                             const char *key);

/* To be asked before the server is: an answer from before a change is not kept after
 * it. */
guint64 intimail_ldap_cache_get_epoch (IntimailLdapCache *self);

void intimail_ldap_cache_put (IntimailLdapCache *self,
                              const char *key,
                              IntimailLdapAnswer *answer,
                              guint64 epoch);

void intimail_ldap_cache_clear (IntimailLdapCache *self);

G_END_DECLS
