/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#if !defined(INTIMAIL_INSIDE) && !defined(INTIMAIL_COMPILATION)
#error "Only <intimail/intimail.h> can be included directly."
#endif

#include <gio/gio.h>

#include <intimail/intimail-version-macros.h>

G_BEGIN_DECLS

typedef enum
{
  INTIMAIL_GUARD_KIND_BAD_PASSWORD = 0,
  INTIMAIL_GUARD_KIND_UNKNOWN_USER = 1,
  INTIMAIL_GUARD_KIND_RELAY_ATTEMPT = 2,
  INTIMAIL_GUARD_KIND_PROTOCOL_ABUSE = 3,
  INTIMAIL_GUARD_KIND_SCAN = 4,
  INTIMAIL_GUARD_KIND_SIGN_IN = 5,
} IntimailGuardKind;

INTIMAIL_AVAILABLE_IN_1_0
const char *intimail_guard_kind_to_string (IntimailGuardKind kind);

#define INTIMAIL_TYPE_GUARD_EVENT (intimail_guard_event_get_type ())

typedef struct _IntimailGuardEvent IntimailGuardEvent;

INTIMAIL_AVAILABLE_IN_1_0
GType intimail_guard_event_get_type (void);

INTIMAIL_AVAILABLE_IN_1_0
IntimailGuardEvent *intimail_guard_event_new (gint64 time,
                                              const char *address,
                                              const char *service,
                                              IntimailGuardKind kind,
                                              const char *account,
                                              GError **error);

INTIMAIL_AVAILABLE_IN_1_0
IntimailGuardEvent *intimail_guard_event_ref (IntimailGuardEvent *self);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_guard_event_unref (IntimailGuardEvent *self);

INTIMAIL_AVAILABLE_IN_1_0
gint64 intimail_guard_event_get_time (IntimailGuardEvent *self);

INTIMAIL_AVAILABLE_IN_1_0
const char *intimail_guard_event_get_address (IntimailGuardEvent *self);

INTIMAIL_AVAILABLE_IN_1_0
const char *intimail_guard_event_get_service (IntimailGuardEvent *self);

INTIMAIL_AVAILABLE_IN_1_0
IntimailGuardKind intimail_guard_event_get_kind (IntimailGuardEvent *self);

INTIMAIL_AVAILABLE_IN_1_0
const char *intimail_guard_event_get_account (IntimailGuardEvent *self);

INTIMAIL_AVAILABLE_IN_1_0
guint intimail_guard_event_get_attempts (IntimailGuardEvent *self);

INTIMAIL_AVAILABLE_IN_1_0
double intimail_guard_event_get_weight (IntimailGuardEvent *self);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_guard_event_is_from_log (IntimailGuardEvent *self);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_guard_event_set_password (IntimailGuardEvent *self,
                                        const char *password);

INTIMAIL_AVAILABLE_IN_1_0
char *intimail_guard_event_to_json (IntimailGuardEvent *self,
                                    guint line);

INTIMAIL_AVAILABLE_IN_1_0
IntimailGuardEvent *intimail_guard_event_new_from_report (GBytes *report,
                                                          GError **error);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_guard_event_report (IntimailGuardEvent *self,
                                      const char *path,
                                      GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IntimailGuardEvent, intimail_guard_event_unref)

G_END_DECLS
