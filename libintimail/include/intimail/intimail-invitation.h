/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#if !defined(INTIMAIL_INSIDE) && !defined(INTIMAIL_COMPILATION)
#error "Only <intimail/intimail.h> can be included directly."
#endif

#include <gio/gio.h>

#include <intimail/intimail-message.h>
#include <intimail/intimail-part.h>
#include <intimail/intimail-version-macros.h>

G_BEGIN_DECLS

#define INTIMAIL_TYPE_INVITATION (intimail_invitation_get_type ())

INTIMAIL_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (IntimailInvitation, intimail_invitation, INTIMAIL, INVITATION, GObject)

INTIMAIL_AVAILABLE_IN_1_0
IntimailInvitation *intimail_invitation_find (IntimailMessage *message);

INTIMAIL_AVAILABLE_IN_1_0
IntimailPart *intimail_invitation_get_part (IntimailInvitation *self);

INTIMAIL_AVAILABLE_IN_1_0
const char *intimail_invitation_get_method (IntimailInvitation *self);

INTIMAIL_AVAILABLE_IN_1_0
const char *intimail_invitation_get_uid (IntimailInvitation *self);

INTIMAIL_AVAILABLE_IN_1_0
const char *intimail_invitation_get_summary (IntimailInvitation *self);

INTIMAIL_AVAILABLE_IN_1_0
const char *intimail_invitation_get_location (IntimailInvitation *self);

INTIMAIL_AVAILABLE_IN_1_0
const char *intimail_invitation_get_organizer (IntimailInvitation *self);

INTIMAIL_AVAILABLE_IN_1_0
GDateTime *intimail_invitation_get_start (IntimailInvitation *self);

G_END_DECLS
