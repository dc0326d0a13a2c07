/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#if !defined(INTIMAIL_INSIDE) && !defined(INTIMAIL_COMPILATION)
#error "Only <intimail/intimail.h> can be included directly."
#endif

#include <gio/gio.h>

#include <intimail/intimail-version-macros.h>

G_BEGIN_DECLS

#define INTIMAIL_TYPE_TEMPORARY_ALIAS (intimail_temporary_alias_get_type ())

INTIMAIL_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (IntimailTemporaryAlias, intimail_temporary_alias, INTIMAIL, TEMPORARY_ALIAS, GObject)

INTIMAIL_AVAILABLE_IN_1_0
IntimailTemporaryAlias *intimail_temporary_alias_new (const char *address,
                                                      gint64 expiry,
                                                      const char *note);

INTIMAIL_AVAILABLE_IN_1_0
const char *intimail_temporary_alias_get_address (IntimailTemporaryAlias *self);

INTIMAIL_AVAILABLE_IN_1_0
gint64 intimail_temporary_alias_get_expiry (IntimailTemporaryAlias *self);

INTIMAIL_AVAILABLE_IN_1_0
const char *intimail_temporary_alias_get_note (IntimailTemporaryAlias *self);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_temporary_alias_is_active (IntimailTemporaryAlias *self);

G_END_DECLS
