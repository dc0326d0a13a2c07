/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#if !defined(INTIMAIL_INSIDE) && !defined(INTIMAIL_COMPILATION)
#error "Only <intimail/intimail.h> can be included directly."
#endif

#include <gio/gio.h>

#include <intimail/intimail-ban.h>
#include <intimail/intimail-guard-event.h>
#include <intimail/intimail-version-macros.h>

G_BEGIN_DECLS

#define INTIMAIL_TYPE_GUARD (intimail_guard_get_type ())

INTIMAIL_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (IntimailGuard, intimail_guard, INTIMAIL, GUARD, GObject)

INTIMAIL_AVAILABLE_IN_1_0
IntimailGuard *intimail_guard_new (void);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_guard_load_settings (IntimailGuard *self, const char *path, GError **error);

INTIMAIL_AVAILABLE_IN_1_0
char **intimail_guard_get_sources (IntimailGuard *self);

INTIMAIL_AVAILABLE_IN_1_0
char **intimail_guard_get_ports (IntimailGuard *self);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_guard_set_closing (IntimailGuard *self,
                                 gboolean closing);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_guard_load_state (IntimailGuard *self, const char *path, gint64 now, GError **error);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_guard_save_state (IntimailGuard *self, const char *path, gint64 now, GError **error);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_guard_load_state_async (IntimailGuard *self,
                                 const char *path,
                                 gint64 now,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_guard_load_state_finish (IntimailGuard *self,
                                      GAsyncResult *result,
                                      GError **error);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_guard_save_state_async (IntimailGuard *self,
                                 const char *path,
                                 gint64 now,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_guard_save_state_finish (IntimailGuard *self,
                                      GAsyncResult *result,
                                      GError **error);

INTIMAIL_AVAILABLE_IN_1_0
IntimailBan *intimail_guard_judge (IntimailGuard *self,
                                   IntimailGuardEvent *event,
                                   gint64 now);

INTIMAIL_AVAILABLE_IN_1_0
IntimailBan *intimail_guard_ban (IntimailGuard *self, const char *address, gint64 seconds, const char *reason, gint64 now, GError **error);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_guard_unban (IntimailGuard *self, const char *address, GError **error);

INTIMAIL_AVAILABLE_IN_1_0
IntimailBan *intimail_guard_lookup_ban (IntimailGuard *self, const char *address, gint64 now);

INTIMAIL_AVAILABLE_IN_1_0
GPtrArray *intimail_guard_list_bans (IntimailGuard *self, gint64 now);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_guard_allow (IntimailGuard *self, const char *address, const char *reason, GError **error);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_guard_disallow (IntimailGuard *self, const char *address, GError **error);

INTIMAIL_AVAILABLE_IN_1_0
char *intimail_guard_get_allowance (IntimailGuard *self, const char *address, gint64 now);

INTIMAIL_AVAILABLE_IN_1_0
char **intimail_guard_list_allowed (IntimailGuard *self, gint64 now);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_guard_release_allowed (IntimailGuard *self,
                                     gint64 now);

INTIMAIL_AVAILABLE_IN_1_0
guint64 intimail_guard_get_allowed_serial (IntimailGuard *self);

INTIMAIL_AVAILABLE_IN_1_0
char **intimail_guard_list_names (IntimailGuard *self);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_guard_set_name (IntimailGuard *self, const char *name, const char *const *addresses);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_guard_allow_own_networks (IntimailGuard *self);

INTIMAIL_AVAILABLE_IN_1_0
char *intimail_guard_explain (IntimailGuard *self, const char *address, gint64 now, GError **error);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_guard_expire (IntimailGuard *self, gint64 now);

INTIMAIL_AVAILABLE_IN_1_0
guint intimail_guard_get_n_tracked (IntimailGuard *self);

INTIMAIL_AVAILABLE_IN_1_0
guint64 intimail_guard_get_n_spared (IntimailGuard *self);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_guard_set_mark (IntimailGuard *self, const char *name, const char *value);

INTIMAIL_AVAILABLE_IN_1_0
const char *intimail_guard_get_mark (IntimailGuard *self, const char *name);

G_END_DECLS
