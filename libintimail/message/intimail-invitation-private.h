/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <intimail/intimail-invitation.h>

#include "message/intimail-calendar-private.h"

G_BEGIN_DECLS

/* Only the files of this object look into it. */
struct _IntimailInvitation
{
  GObject parent_instance;

  IntimailPart *part;
  IntimailCalendar calendar;
};

/* PARTSTAT (RFC 5545 section 3.2.12) by attendance. */
#define INTIMAIL_N_ATTENDANCES 4
extern const char *const intimail_attendance_names[INTIMAIL_N_ATTENDANCES];

G_END_DECLS
