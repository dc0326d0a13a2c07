/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#if !defined(INTIMAIL_INSIDE) && !defined(INTIMAIL_COMPILATION)
#error "Only <intimail/intimail.h> can be included directly."
#endif

#include <gio/gio.h>

#include <intimail/intimail-directory.h>
#include <intimail/intimail-version-macros.h>

G_BEGIN_DECLS

#define INTIMAIL_TYPE_LDIF_DIRECTORY (intimail_ldif_directory_get_type ())

INTIMAIL_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (IntimailLdifDirectory, intimail_ldif_directory, INTIMAIL, LDIF_DIRECTORY, GObject)

INTIMAIL_AVAILABLE_IN_1_0
IntimailLdifDirectory *intimail_ldif_directory_new (const char *path,
                                                    const char *base_dn);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_ldif_directory_create (const char *path,
                                         const char *base_dn,
                                         const char *organization,
                                         GError **error);

INTIMAIL_AVAILABLE_IN_1_0
const char *intimail_ldif_directory_get_path (IntimailLdifDirectory *self);

G_END_DECLS
