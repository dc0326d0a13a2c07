/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The connections of one directory, shared by threads: kept open, opened anew when
 * the server has gone, and not tried without pause while it is away.
 */

#pragma once

#include "directory/intimail-ldap-connection-private.h"

G_BEGIN_DECLS

typedef struct _IntimailLdapPool IntimailLdapPool;

typedef enum
{
  INTIMAIL_LDAP_AS_SERVICE, /* as the settings say */
  INTIMAIL_LDAP_AS_PERSON,  /* as whoever signs in */
  INTIMAIL_LDAP_N_ROLES,
} IntimailLdapRole;

/* What is done with a connection. It is done again on another one when the first was
 * lost, and then may have been done already. */
typedef gboolean (*IntimailLdapOperation) (IntimailLdapConnection *connection,
                                           gpointer data,
                                           GCancellable *cancellable,
                                           GError **error);

/* @settings must live as long. */
IntimailLdapPool *intimail_ldap_pool_new (const IntimailLdapSettings *settings);

void intimail_ldap_pool_free (IntimailLdapPool *self);

/* How often a connection as the service was opened: another one may be to another
 * server, or to one that was made anew. */
guint intimail_ldap_pool_get_n_openings (IntimailLdapPool *self);

/* Runs @operation. @outcome, which may be NULL, is set when it was run. UNAVAILABLE
 * when no server answers. */
gboolean intimail_ldap_pool_run (IntimailLdapPool *self,
                                 IntimailLdapRole role,
                                 IntimailLdapOperation operation,
                                 gpointer data,
                                 IntimailLdapOutcome *outcome,
                                 GCancellable *cancellable,
                                 GError **error);

/* What a search finds, of IntimailLdifEntry with the server's names. */
GPtrArray *intimail_ldap_pool_search (IntimailLdapPool *self,
                                      const IntimailLdapQuery *query,
                                      GCancellable *cancellable,
                                      GError **error);

/* The same page by page. @take gets NULL before the first page, also when it all
 * begins again on another connection: then what it has is forgotten. */
gboolean intimail_ldap_pool_search_pages (IntimailLdapPool *self,
                                          const IntimailLdapQuery *query,
                                          IntimailLdapPage take,
                                          gpointer data,
                                          GCancellable *cancellable,
                                          GError **error);

G_END_DECLS
