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
  INTIMAIL_POLICY_EVENT_NONE = 0,
  INTIMAIL_POLICY_EVENT_RECIPIENT = 1,
  INTIMAIL_POLICY_EVENT_CLOSE = 2,
} IntimailPolicyEvent;

#define INTIMAIL_TYPE_POLICY_SESSION (intimail_policy_session_get_type ())

INTIMAIL_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (IntimailPolicySession, intimail_policy_session, INTIMAIL, POLICY_SESSION, GObject)

INTIMAIL_AVAILABLE_IN_1_0
IntimailPolicySession *intimail_policy_session_new (void);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_policy_session_feed (IntimailPolicySession *self,
                                   GBytes *data);

INTIMAIL_AVAILABLE_IN_1_0
IntimailPolicyEvent intimail_policy_session_next (IntimailPolicySession *self);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_policy_session_accept (IntimailPolicySession *self);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_policy_session_answer (IntimailPolicySession *self,
                                     const GError *error);

INTIMAIL_AVAILABLE_IN_1_0
GBytes *intimail_policy_session_take_output (IntimailPolicySession *self);

INTIMAIL_AVAILABLE_IN_1_0
const char *intimail_policy_session_get_recipient (IntimailPolicySession *self);

INTIMAIL_AVAILABLE_IN_1_0
guint64 intimail_policy_session_get_size (IntimailPolicySession *self);

INTIMAIL_AVAILABLE_IN_1_0
const char *intimail_policy_session_get_attribute (IntimailPolicySession *self,
                                                   const char *name);

G_END_DECLS
