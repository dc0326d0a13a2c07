/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#if !defined(INTIMAIL_INSIDE) && !defined(INTIMAIL_COMPILATION)
#error "Only <intimail/intimail.h> can be included directly."
#endif

#include <gio/gio.h>

#include <intimail/intimail-version-macros.h>

G_BEGIN_DECLS

#define INTIMAIL_TYPE_BAN (intimail_ban_get_type ())

typedef struct _IntimailBan IntimailBan;

INTIMAIL_AVAILABLE_IN_1_0
GType intimail_ban_get_type (void);

INTIMAIL_AVAILABLE_IN_1_0
IntimailBan *intimail_ban_copy (IntimailBan *self);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_ban_free (IntimailBan *self);

INTIMAIL_AVAILABLE_IN_1_0
const char *intimail_ban_get_address (IntimailBan *self);

INTIMAIL_AVAILABLE_IN_1_0
gint64 intimail_ban_get_since (IntimailBan *self);

INTIMAIL_AVAILABLE_IN_1_0
gint64 intimail_ban_get_until (IntimailBan *self);

INTIMAIL_AVAILABLE_IN_1_0
guint intimail_ban_get_count (IntimailBan *self);

INTIMAIL_AVAILABLE_IN_1_0
const char *intimail_ban_get_reason (IntimailBan *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IntimailBan, intimail_ban_free)

G_END_DECLS
