/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * As much of a calendar (RFC 5545) as says what it is about, and what an answer has to say.
 */

#pragma once

#include "message/intimail-calendar-time-private.h"

G_BEGIN_DECLS

/* So much of a calendar is read, and so many people and zones of it. */
#define INTIMAIL_CALENDAR_MAX_LENGTH (2 * 1024 * 1024)
#define INTIMAIL_CALENDAR_MAX_ATTENDEES 10000
#define INTIMAIL_CALENDAR_MAX_ZONES 20

typedef struct
{
  char *address;
  char *name;   /* "" when there is none */
  char *status; /* upper case; "" when there is none */
} IntimailCalendarAttendee;

/* Of the first event, task or journal entry in it. What is missing is NULL. */
typedef struct
{
  char *method; /* of the calendar; upper case */
  char *uid;
  char *summary;
  char *location;
  char *organizer; /* an address */
  char *organizer_name;
  char *rule; /* how it is repeated */
  guint sequence;
  GPtrArray *attendees; /* of IntimailCalendarAttendee */

  GDateTime *start;
  GDateTime *end; /* not before the start; after the last day */
  gboolean days;  /* without a time */
  gboolean floating;
  char *zone; /* the name of the start's, as the calendar has it */

  char *recurrence; /* which one of several, as an answer says it: in UTC where that can be */
  gboolean is_event;
} IntimailCalendar;

/* FALSE when @text is no calendar with an entry. @self is to be cleared in any case. */
gboolean intimail_calendar_read (IntimailCalendar *self,
                                 const char *text);

void intimail_calendar_clear (IntimailCalendar *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (IntimailCalendar, intimail_calendar_clear)

G_END_DECLS
