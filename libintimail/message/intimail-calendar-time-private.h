/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * When something is, by a calendar (RFC 5545): times, the zones that it describes, and lengths.
 */

#pragma once

#include "message/intimail-calendar-line-private.h"

G_BEGIN_DECLS

/* As the calendar has it: a zone may be described behind it. */
typedef struct
{
  char *zone; /* its name, or NULL */
  char value[17];
} IntimailCalendarTime;

/* Takes what a line like DTSTART says, unless it has something already. */
void intimail_calendar_time_read (IntimailCalendarTime *self,
                                  const IntimailCalendarLine *line);
void intimail_calendar_time_clear (IntimailCalendarTime *self);

/* A day, and no time of it. */
gboolean intimail_calendar_time_is_day (const IntimailCalendarTime *self);

/* The time; NULL when it is none. @zones: name -> GTimeZone. A time in no zone, or in one that nobody
 * describes, is that of a clock on the wall, wherever that is: it is given as if it were UTC, and
 * @floating is set. */
GDateTime *intimail_calendar_time_make (const IntimailCalendarTime *self,
                                        GHashTable *zones,
                                        gboolean *floating);

/* As a calendar has it: in UTC, unless @floating. */
char *intimail_calendar_time_format (GDateTime *time,
                                     gboolean day,
                                     gboolean floating);

/* "PT1H30M", in seconds; 0 for what is none, and for more than ten years. */
gint64 intimail_calendar_read_duration (const char *value);

/* A VTIMEZONE, line by line. */
typedef struct
{
  char start[17]; /* when it began to hold */
  int offset;     /* seconds east of UTC */
  gboolean known;
  gboolean odd; /* it comes by a rule that is not understood */
  guint month;  /* 0: it does not come every year */
  guint week;   /* 5: the last */
  guint day;    /* 0: Sunday */
} IntimailCalendarObservance;

typedef struct
{
  char *name;
  IntimailCalendarObservance latest[2]; /* standard, daylight */
  IntimailCalendarObservance open;
  gboolean is_daylight;
} IntimailCalendarZone;

void intimail_calendar_zone_read_line (IntimailCalendarZone *self,
                                       const IntimailCalendarLine *line);
void intimail_calendar_zone_clear (IntimailCalendarZone *self);

/* NULL when it is not understood. */
GTimeZone *intimail_calendar_zone_make (const IntimailCalendarZone *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (IntimailCalendarZone, intimail_calendar_zone_clear)

G_END_DECLS
