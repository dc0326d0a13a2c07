/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "guard/intimail-log-line-private.h"

#include <string.h>
#include <time.h>

#define SECONDS_PER_DAY 86400

/* The names of RFC 3164, whatever the locale. */
static const char months[] = "janfebmaraprmayjunjulaugsepoctnovdec";

static int
read_month (const char *text)
{
  char name[4] = { g_ascii_tolower (text[0]), g_ascii_tolower (text[1]), g_ascii_tolower (text[2]), '\0' };
  const char *hit = strstr (months, name);

  return hit != NULL && (hit - months) % 3 == 0 ? (int) ((hit - months) / 3) : -1;
}

static int
read_number (const char *text, gsize length)
{
  int number = 0;

  for (gsize i = 0; i < length; i++)
    number = number * 10 + (text[i] == ' ' ? 0 : text[i] - '0');

  return number;
}

static void
read_clock (const char *text, struct tm *tm)
{
  tm->tm_hour = read_number (text, 2);
  tm->tm_min = read_number (text + 3, 2);
  tm->tm_sec = read_number (text + 6, 2);
}

static gint64
make_local (struct tm *tm)
{
  tm->tm_isdst = -1;
  return (gint64) mktime (tm);
}

/* "+0100", "+01:00", "Z" or nothing. */
static gint64
make_zoned (struct tm *tm, const char *zone, gsize length)
{
  gint64 offset;

  if (length == 0)
    return make_local (tm);
  if (*zone == 'Z' || length < 5)
    return (gint64) timegm (tm);
  offset = read_number (zone + 1, 2) * 3600 + read_number (zone + length - 2, 2) * 60;

  return (gint64) timegm (tm) - (*zone == '-' ? -offset : offset);
}

static gint64
get_syslog_time (const IntimailLogLine *line, gint64 now)
{
  time_t today = (time_t) now;
  struct tm tm = { 0 };
  struct tm at = { 0 };
  gint64 time;
  int month = read_month (line->time);
  const char *clock = line->time + line->time_length - 8;
  int day = read_number (clock - 3, 2);

  if (month < 0 || localtime_r (&today, &tm) == NULL)
    return -1;
  at = (struct tm){ .tm_year = tm.tm_year + 1, .tm_mon = month, .tm_mday = day };
  /* Clocks differ: tomorrow's line is no line of last year. */
  do
    {
      struct tm candidate = { .tm_year = --at.tm_year, .tm_mon = month, .tm_mday = day };

      read_clock (clock, &candidate);
      time = make_local (&candidate);
    }
  while (time > now + SECONDS_PER_DAY && at.tm_year > tm.tm_year - 2);

  return time;
}

static gint64
get_iso_time (const IntimailLogLine *line)
{
  struct tm tm = { .tm_year = read_number (line->time, 4) - 1900, .tm_mon = read_number (line->time + 5, 2) - 1, .tm_mday = read_number (line->time + 8, 2) };
  const char *zone = line->time + 19;
  const char *end = line->time + line->time_length;

  read_clock (line->time + 11, &tm);
  while (zone < end && (g_ascii_isdigit (*zone) || *zone == '.' || *zone == ','))
    zone++;

  return make_zoned (&tm, zone, (gsize) (end - zone));
}

/* "09-Dec-2015 15:48:23 +0100" and "09/Dec/2015:15:48:23 +0100". */
static gint64
get_day_time (const IntimailLogLine *line)
{
  struct tm tm = { .tm_year = read_number (line->time + 7, 4) - 1900, .tm_mon = read_month (line->time + 3), .tm_mday = read_number (line->time, 2) };
  const char *zone = line->time + 21;

  if (tm.tm_mon < 0 || line->time_length < 26 || (*zone != '+' && *zone != '-'))
    return -1;
  for (int i = 1; i < 5; i++)
    if (!g_ascii_isdigit (zone[i]))
      return -1;
  read_clock (line->time + 12, &tm);

  return make_zoned (&tm, zone, 5);
}

/* "@40000000" and the seconds in hexadecimal; that TAI is some seconds before UTC changes
 * no judgement. */
static gint64
get_tai_time (const IntimailLogLine *line)
{
  gint64 seconds = 0;

  for (int i = 9; i < 17; i++)
    seconds = seconds * 16 + g_ascii_xdigit_value (line->time[i]);

  return seconds;
}

gint64
intimail_log_line_get_time (const IntimailLogLine *line, gint64 now)
{
  switch (line->format)
    {
    case INTIMAIL_LOG_TIME_SYSLOG:
      return get_syslog_time (line, now);
    case INTIMAIL_LOG_TIME_ISO:
    case INTIMAIL_LOG_TIME_SLASHES:
      return get_iso_time (line);
    case INTIMAIL_LOG_TIME_DAY:
    case INTIMAIL_LOG_TIME_COMMON:
      return get_day_time (line);
    case INTIMAIL_LOG_TIME_TAI:
      return get_tai_time (line);
    case INTIMAIL_LOG_TIME_NONE:
    default:
      return now;
    }
}
