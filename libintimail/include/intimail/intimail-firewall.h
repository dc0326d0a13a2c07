/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#if !defined(INTIMAIL_INSIDE) && !defined(INTIMAIL_COMPILATION)
#error "Only <intimail/intimail.h> can be included directly."
#endif

#include <gio/gio.h>

#include <intimail/intimail-ban.h>
#include <intimail/intimail-guard.h>
#include <intimail/intimail-version-macros.h>

G_BEGIN_DECLS

INTIMAIL_AVAILABLE_IN_1_0
char *intimail_firewall_format_rules (IntimailGuard *guard, gint64 now, GError **error);

INTIMAIL_AVAILABLE_IN_1_0
char *intimail_firewall_format_removal (void);

INTIMAIL_AVAILABLE_IN_1_0
char *intimail_firewall_format_bans (GPtrArray *bans, gint64 now);

INTIMAIL_AVAILABLE_IN_1_0
char *intimail_firewall_format_unban (const char *address, GError **error);

G_END_DECLS
