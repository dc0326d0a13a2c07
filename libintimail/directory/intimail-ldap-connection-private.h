/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * One connection to one LDAP server, for one thread at a time. Nothing else knows
 * libldap. Every call ends within the settings' time-out.
 */

#pragma once

#include <gio/gio.h>

#include "directory/intimail-ldap-settings-private.h"
#include "directory/intimail-ldif-private.h"

G_BEGIN_DECLS

typedef struct _IntimailLdapConnection IntimailLdapConnection;

/* What the last operation came to, for whoever wants to try again. */
typedef enum
{
  INTIMAIL_LDAP_DONE,
  INTIMAIL_LDAP_LOST,     /* no answer, and none will come: whether it was done is not known */
  INTIMAIL_LDAP_CONFLICT, /* somebody else changed it meanwhile */
  INTIMAIL_LDAP_ABSENT,   /* no such entry */
  INTIMAIL_LDAP_REFUSED,  /* all else */
} IntimailLdapOutcome;

typedef struct
{
  const char *base;
  gboolean is_base_only;
  const char *filter;
  const char *const *attributes;
  guint limit; /* entries, 0 for all */
} IntimailLdapQuery;

/* Values taken from and given to one attribute. */
typedef struct
{
  const char *attribute;
  char **removed;
  char **added;
} IntimailLdapModification;

/* Connects and, for @as_service, binds as the settings say. UNAVAILABLE. */
IntimailLdapConnection *intimail_ldap_connection_open (const IntimailLdapSettings *settings,
                                                       const char *uri,
                                                       gboolean as_service,
                                                       GCancellable *cancellable,
                                                       GError **error);

void intimail_ldap_connection_free (IntimailLdapConnection *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IntimailLdapConnection, intimail_ldap_connection_free)

IntimailLdapOutcome intimail_ldap_connection_get_outcome (IntimailLdapConnection *self);

/* Whether the server has closed it while nobody used it. */
gboolean intimail_ldap_connection_is_stale (IntimailLdapConnection *self);

/* Adds what is found to @entries, of IntimailLdifEntry with the server's names. A
 * base that is not there is UNAVAILABLE but for is_base_only: an empty answer. */
gboolean intimail_ldap_connection_search (IntimailLdapConnection *self,
                                          const IntimailLdapQuery *query,
                                          GPtrArray *entries,
                                          GCancellable *cancellable,
                                          GError **error);

/* The same in pages of @page_size (RFC 2696): @take gets each one. */
typedef gboolean (*IntimailLdapPage) (GPtrArray *entries,
                                      gpointer data,
                                      GError **error);

gboolean intimail_ldap_connection_search_pages (IntimailLdapConnection *self,
                                                const IntimailLdapQuery *query,
                                                guint page_size,
                                                IntimailLdapPage take,
                                                gpointer data,
                                                GCancellable *cancellable,
                                                GError **error);

/* Binds as @dn. PERMISSION_DENIED when the password is wrong or nobody's. */
gboolean intimail_ldap_connection_check_password (IntimailLdapConnection *self,
                                                  const char *dn,
                                                  const char *password,
                                                  GCancellable *cancellable,
                                                  GError **error);

gboolean intimail_ldap_connection_add (IntimailLdapConnection *self,
                                       IntimailLdifEntry *entry,
                                       GCancellable *cancellable,
                                       GError **error);

gboolean intimail_ldap_connection_modify (IntimailLdapConnection *self,
                                          const char *dn,
                                          GPtrArray *modifications,
                                          GCancellable *cancellable,
                                          GError **error);

gboolean intimail_ldap_connection_delete (IntimailLdapConnection *self,
                                          const char *dn,
                                          GCancellable *cancellable,
                                          GError **error);

/* The extended operation (RFC 3062): the server hashes. @old_password may be NULL. */
gboolean intimail_ldap_connection_set_password (IntimailLdapConnection *self,
                                                const char *dn,
                                                const char *old_password,
                                                const char *new_password,
                                                GCancellable *cancellable,
                                                GError **error);

G_END_DECLS
