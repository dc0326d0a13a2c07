/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * As much of a calendar (RFC 5545) as says what it is about.
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* So much of a calendar is read, and so much of a text is kept. */
#define INTIMAIL_CALENDAR_MAX_LENGTH (256 * 1024)
#define INTIMAIL_CALENDAR_MAX_TEXT 1000

/* Of the first event, task or journal entry in it. What is missing is NULL. */
typedef struct
{
  char *method; /* of the calendar; upper case */
  char *uid;
  char *summary;
  char *location;
  char *organizer; /* an address */
  GDateTime *start;
} IntimailCalendar;

/* FALSE when @text is no calendar with an entry. */
gboolean intimail_calendar_read (IntimailCalendar *self,
                                 const char *text);

void intimail_calendar_clear (IntimailCalendar *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (IntimailCalendar, intimail_calendar_clear)

G_END_DECLS
