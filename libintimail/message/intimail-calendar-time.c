/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "message/intimail-calendar-time-private.h"

#include <string.h>

#define MAX_ZONE 64
#define FAR_YEAR "2035"
#define MAX_DURATION (10 * 366 * 24 * 60 * 60)

static void
copy_value (char target[17], const char *value)
{
  gsize length = strspn (value, "0123456789TZ");

  memset (target, 0, 17);
  g_strlcpy (target, value[length] == '\0' && length <= 16 ? value : "", 17);
}

void
intimail_calendar_time_read (IntimailCalendarTime *self, const IntimailCalendarLine *line)
{
  if (self->value[0] != '\0')
    return;
  copy_value (self->value, line->value);
  g_free (self->zone);
  self->zone = intimail_calendar_line_read_parameter (line, "TZID");
}

void
intimail_calendar_time_clear (IntimailCalendarTime *self)
{
  g_clear_pointer (&self->zone, g_free);
}

gboolean
intimail_calendar_time_is_day (const IntimailCalendarTime *self)
{
  return strlen (self->value) == 8;
}

/* The name of a file below the system's zones, and of no other. */
static gboolean
is_zone_name (const char *name)
{
  return g_ascii_isalpha (*name) && strlen (name) <= MAX_ZONE &&
         name[strspn (name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_+-/")] == '\0';
}

static int
read_digits (const char *at, int n)
{
  int number = 0;

  for (; n > 0; n--, at++)
    number = g_ascii_isdigit (*at) ? 10 * number + (*at - '0') : -100000;

  return number;
}

/* The system knows more of its zones than a calendar says of them. */
static GTimeZone *
find_zone (const IntimailCalendarTime *self, GHashTable *zones)
{
  GTimeZone *known = NULL;
  GTimeZone *described;

  if (self->value[15] == 'Z')
    return g_time_zone_new_utc ();
  if (self->zone == NULL)
    return NULL;
  if (is_zone_name (self->zone))
    known = g_time_zone_new_identifier (self->zone);
  described = known == NULL && zones != NULL ? g_hash_table_lookup (zones, self->zone) : NULL;

  return described != NULL ? g_time_zone_ref (described) : known;
}

/* 20170111T090000Z, 20170111T090000 in a zone or in no one's, 20170111. */
GDateTime *
intimail_calendar_time_make (const IntimailCalendarTime *self, GHashTable *zones, gboolean *floating)
{
  const char *value = self->value;
  gsize length = strlen (value);
  g_autoptr (GTimeZone) zone = NULL;

  if (length != 8 && (length < 15 || value[8] != 'T' || (length == 16 && value[15] != 'Z')))
    return NULL;
  if (length > 8)
    zone = find_zone (self, zones);
  *floating = zone == NULL;
  if (zone == NULL)
    zone = g_time_zone_new_utc ();
  if (length == 8)
    return g_date_time_new (zone, read_digits (value, 4), read_digits (value + 4, 2), read_digits (value + 6, 2), 0, 0, 0);

  return g_date_time_new (zone, read_digits (value, 4), read_digits (value + 4, 2), read_digits (value + 6, 2), read_digits (value + 9, 2),
                          read_digits (value + 11, 2), read_digits (value + 13, 2));
}

char *
intimail_calendar_time_format (GDateTime *time, gboolean day, gboolean floating)
{
  g_autoptr (GDateTime) utc = day || floating ? g_date_time_ref (time) : g_date_time_to_utc (time);

  return g_date_time_format (utc, day ? "%Y%m%d" : floating ? "%Y%m%dT%H%M%S"
                                                            : "%Y%m%dT%H%M%SZ");
}

/* P2W, P1DT12H, PT1H30M: section 3.3.6. */
gint64
intimail_calendar_read_duration (const char *value)
{
  static const struct
  {
    char unit;
    gint64 seconds;
  } units[] = { { 'W', 7 * 24 * 60 * 60 }, { 'D', 24 * 60 * 60 }, { 'H', 60 * 60 }, { 'M', 60 }, { 'S', 1 } };
  gint64 total = 0;

  value += *value == '+';
  if (*value != 'P')
    return 0;
  for (value++; *value != '\0'; value++)
    {
      char *end;
      guint64 number;
      gsize i = 0;

      value += *value == 'T';
      number = g_ascii_isdigit (*value) ? g_ascii_strtoull (value, &end, 10) : G_MAXUINT64;
      if (number > MAX_DURATION)
        return 0;
      while (i < G_N_ELEMENTS (units) && units[i].unit != *end)
        i++;
      if (i == G_N_ELEMENTS (units))
        return 0;
      total += (gint64) number * units[i].seconds;
      if (total > MAX_DURATION)
        return 0;
      value = end;
    }

  return total;
}

/* "+0100", "-023000" */
static void
read_offset (IntimailCalendarObservance *self, const char *value)
{
  gsize length = strlen (value);
  int seconds;

  if ((*value != '+' && *value != '-') || (length != 5 && length != 7))
    return;
  seconds = read_digits (value + 1, 2) * 3600 + read_digits (value + 3, 2) * 60 + (length == 7 ? read_digits (value + 5, 2) : 0);
  if (seconds < 0 || seconds >= 24 * 3600)
    return;
  self->offset = *value == '-' ? -seconds : seconds;
  self->known = TRUE;
}

/* "-1SU", "2SU" */
static gboolean
read_week_day (IntimailCalendarObservance *self, const char *value)
{
  static const char *const days[] = { "SU", "MO", "TU", "WE", "TH", "FR", "SA" };
  const char *name = value + strspn (value, "+-0123456789");
  gint64 week = g_ascii_strtoll (value, NULL, 10);

  if (week != -1 && (week < 1 || week > 4))
    return FALSE;
  self->week = week == -1 ? 5 : (guint) week;
  for (guint i = 0; i < G_N_ELEMENTS (days); i++)
    if (g_ascii_strcasecmp (name, days[i]) == 0)
      {
        self->day = i;
        return TRUE;
      }

  return FALSE;
}

/* FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU is how zones are written. One that has ended does not come any more;
 * some name a last year that is far away. */
static void
read_rule (IntimailCalendarObservance *self, const char *value)
{
  g_auto (GStrv) pieces = g_strsplit (value, ";", 10);
  guint month = 0;
  gboolean has_day = FALSE;
  gboolean over = FALSE;

  for (gsize i = 0; pieces[i] != NULL; i++)
    {
      if (g_ascii_strncasecmp (pieces[i], "BYMONTH=", 8) == 0)
        month = (guint) MIN (g_ascii_strtoull (pieces[i] + 8, NULL, 10), 13);
      else if (g_ascii_strncasecmp (pieces[i], "BYDAY=", 6) == 0)
        has_day = read_week_day (self, pieces[i] + 6);
      else if (g_ascii_strncasecmp (pieces[i], "UNTIL=", 6) == 0)
        over = strncmp (pieces[i] + 6, FAR_YEAR, strlen (FAR_YEAR)) < 0;
    }
  self->odd = !has_day || month < 1 || month > 12;
  self->month = over || self->odd ? 0 : month;
}

/* What began last holds now. */
static void
close_observance (IntimailCalendarZone *self)
{
  IntimailCalendarObservance *latest = &self->latest[self->is_daylight];

  if (self->open.known && strcmp (self->open.start, latest->start) >= 0)
    *latest = self->open;
  memset (&self->open, 0, sizeof self->open);
}

void
intimail_calendar_zone_read_line (IntimailCalendarZone *self, const IntimailCalendarLine *line)
{
  if (strcmp (line->name, "TZID") == 0 && self->name == NULL)
    self->name = intimail_calendar_line_read_text (line);
  else if (strcmp (line->name, "BEGIN") == 0)
    {
      memset (&self->open, 0, sizeof self->open);
      self->is_daylight = g_ascii_strcasecmp (line->value, "DAYLIGHT") == 0;
    }
  else if (strcmp (line->name, "END") == 0)
    close_observance (self);
  else if (strcmp (line->name, "DTSTART") == 0)
    copy_value (self->open.start, line->value);
  else if (strcmp (line->name, "TZOFFSETTO") == 0)
    read_offset (&self->open, line->value);
  else if (strcmp (line->name, "RRULE") == 0)
    read_rule (&self->open, line->value);
}

void
intimail_calendar_zone_clear (IntimailCalendarZone *self)
{
  g_clear_pointer (&self->name, g_free);
}

/* POSIX counts west of UTC. */
static char *
format_offset (const IntimailCalendarObservance *self)
{
  int seconds = ABS (self->offset);

  return g_strdup_printf ("%s%d:%02d:%02d", self->offset > 0 ? "-" : "+", seconds / 3600, seconds / 60 % 60, seconds % 60);
}

/* Until when the other one holds. */
static char *
format_change (const IntimailCalendarObservance *self)
{
  int hour = self->start[0] != '\0' && self->start[8] == 'T' ? read_digits (self->start + 9, 2) : 0;
  int minute = self->start[0] != '\0' && self->start[8] == 'T' ? read_digits (self->start + 11, 2) : 0;

  return g_strdup_printf ("M%u.%u.%u/%d:%02d", self->month, self->week, self->day, CLAMP (hour, 0, 23), CLAMP (minute, 0, 59));
}

/* GLib takes the rules of a zone as POSIX writes them in TZ. */
GTimeZone *
intimail_calendar_zone_make (const IntimailCalendarZone *self)
{
  const IntimailCalendarObservance *standard = &self->latest[0];
  const IntimailCalendarObservance *daylight = &self->latest[1];
  g_autofree char *standard_offset = NULL;
  g_autofree char *daylight_offset = NULL;
  g_autofree char *begins = NULL;
  g_autofree char *ends = NULL;
  g_autofree char *rules = NULL;

  if (!standard->known || standard->odd || daylight->odd)
    return NULL;
  if (daylight->month == 0)
    return g_time_zone_new_offset (standard->offset);
  if (standard->month == 0)
    return NULL;
  standard_offset = format_offset (standard);
  daylight_offset = format_offset (daylight);
  begins = format_change (daylight);
  ends = format_change (standard);
  rules = g_strdup_printf ("STD%sDST%s,%s,%s", standard_offset, daylight_offset, begins, ends);

  return g_time_zone_new_identifier (rules);
}
