/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#if !defined(INTIMAIL_INSIDE) && !defined(INTIMAIL_COMPILATION)
#error "Only <intimail/intimail.h> can be included directly."
#endif

#include <gio/gio.h>

#include <intimail/intimail-address.h>
#include <intimail/intimail-message.h>
#include <intimail/intimail-part.h>
#include <intimail/intimail-version-macros.h>

G_BEGIN_DECLS

/**
 * IntimailAttendance:
 * @INTIMAIL_ATTENDANCE_UNANSWERED: nothing that is known
 * @INTIMAIL_ATTENDANCE_ACCEPTED: comes
 * @INTIMAIL_ATTENDANCE_TENTATIVE: may come
 * @INTIMAIL_ATTENDANCE_DECLINED: does not come
 *
 * What somebody answers who is invited.
 *
 * Since: 1.0
 */
typedef enum
{
  INTIMAIL_ATTENDANCE_UNANSWERED = 0,
  INTIMAIL_ATTENDANCE_ACCEPTED = 1,
  INTIMAIL_ATTENDANCE_TENTATIVE = 2,
  INTIMAIL_ATTENDANCE_DECLINED = 3,
} IntimailAttendance;

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

INTIMAIL_AVAILABLE_IN_1_0
GDateTime *intimail_invitation_get_end (IntimailInvitation *self);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_invitation_is_all_day (IntimailInvitation *self);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_invitation_is_floating (IntimailInvitation *self);

INTIMAIL_AVAILABLE_IN_1_0
const char *intimail_invitation_get_zone (IntimailInvitation *self);

INTIMAIL_AVAILABLE_IN_1_0
const char *intimail_invitation_get_rule (IntimailInvitation *self);

INTIMAIL_AVAILABLE_IN_1_0
const char *intimail_invitation_get_organizer_name (IntimailInvitation *self);

INTIMAIL_AVAILABLE_IN_1_0
guint intimail_invitation_get_n_attendees (IntimailInvitation *self);

INTIMAIL_AVAILABLE_IN_1_0
const char *intimail_invitation_get_attendee (IntimailInvitation *self,
                                              guint i);

INTIMAIL_AVAILABLE_IN_1_0
const char *intimail_invitation_get_attendee_name (IntimailInvitation *self,
                                                   guint i);

INTIMAIL_AVAILABLE_IN_1_0
IntimailAttendance intimail_invitation_get_attendance (IntimailInvitation *self,
                                                       guint i);

INTIMAIL_AVAILABLE_IN_1_0
char *intimail_invitation_make_answer (IntimailInvitation *self,
                                       IntimailAddress *attendee,
                                       IntimailAttendance attendance,
                                       GDateTime *when,
                                       GError **error);

G_END_DECLS
