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
  INTIMAIL_SOCKETMAP_EVENT_NONE = 0,
  INTIMAIL_SOCKETMAP_EVENT_LOOKUP = 1,
  INTIMAIL_SOCKETMAP_EVENT_CLOSE = 2,
} IntimailSocketmapEvent;

#define INTIMAIL_TYPE_SOCKETMAP_SESSION (intimail_socketmap_session_get_type ())

INTIMAIL_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (IntimailSocketmapSession, intimail_socketmap_session, INTIMAIL, SOCKETMAP_SESSION, GObject)

INTIMAIL_AVAILABLE_IN_1_0
IntimailSocketmapSession *intimail_socketmap_session_new (void);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_socketmap_session_feed (IntimailSocketmapSession *self,
                                      GBytes *data);

INTIMAIL_AVAILABLE_IN_1_0
IntimailSocketmapEvent intimail_socketmap_session_next (IntimailSocketmapSession *self);

INTIMAIL_AVAILABLE_IN_1_0
const char *intimail_socketmap_session_get_map (IntimailSocketmapSession *self);

INTIMAIL_AVAILABLE_IN_1_0
const char *intimail_socketmap_session_get_key (IntimailSocketmapSession *self);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_socketmap_session_answer (IntimailSocketmapSession *self,
                                        const char *value);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_socketmap_session_fail (IntimailSocketmapSession *self,
                                      const GError *error);

INTIMAIL_AVAILABLE_IN_1_0
GBytes *intimail_socketmap_session_take_output (IntimailSocketmapSession *self);

G_END_DECLS
