/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The two halves of the embedded directory: reading, and changing.
 */

#pragma once

#include <intimail/intimail-ldif-directory.h>

#include "directory/intimail-ldif-state-private.h"

G_BEGIN_DECLS

/* Changes the entries of @state, which nobody else sees. */
typedef gboolean (*IntimailLdifChange) (IntimailLdifState *state,
                                        gpointer data,
                                        GError **error);

/* Reads the file under the writers' lock, lets @change change it, and writes it. */
gboolean intimail_ldif_directory_change (IntimailLdifDirectory *self,
                                         IntimailLdifChange change,
                                         gpointer data,
                                         GCancellable *cancellable,
                                         GError **error);

/* What is known now: of the file, or of the last that was right. UNAVAILABLE. */
IntimailLdifState *intimail_ldif_directory_get_state (IntimailLdifDirectory *self,
                                                      GError **error);

/* The first entries of a site: base, people, groups and the group admins, as
 * IntimailLdifEntry. INVALID_ARGUMENT when @base_dn is not made of "dc=". */
GPtrArray *intimail_ldif_directory_make_entries (const char *base_dn,
                                                 const char *organization,
                                                 GError **error);

/* A gidNumber that no entry has. */
guint64 intimail_ldif_change_find_gid (IntimailLdifState *state);

/* Sets the functions of the interface that change something. */
void intimail_ldif_change_init_interface (IntimailDirectoryInterface *iface);
void intimail_ldif_import_init_interface (IntimailDirectoryInterface *iface);

/* Sets its functions for passwords of mail programs. */
void intimail_ldif_app_password_init_interface (IntimailDirectoryInterface *iface);

/* Sets its functions for a second factor. */
void intimail_ldif_second_factor_init_interface (IntimailDirectoryInterface *iface);

G_END_DECLS
