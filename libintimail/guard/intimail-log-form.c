/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "guard/intimail-log-form-private.h"

#include <string.h>
#include <time.h>

#define SECONDS_PER_DAY 86400
/* By how much a clock without a day may be ahead. */
#define MAX_AHEAD 600

/* The names of RFC 3164, whatever the locale. */
static const char months[] = "janfebmaraprmayjunjulaugsepoctnovdec";
static const char days[] = "sunmontuewedthufrisat";

/* Of RFC 822, section 5.1, and of Europe; one name with two meanings is not here. */
static const struct
{
  const char *name;
  int hours;
} zones[] = {
  { "UTC", 0 }, { "GMT", 0 }, { "UT", 0 }, { "EST", -5 }, { "EDT", -4 }, { "CST", -6 }, { "CDT", -5 }, { "MST", -7 }, { "MDT", -6 },
  { "PST", -8 }, { "PDT", -7 }, { "WET", 0 }, { "WEST", 1 }, { "CET", 1 }, { "CEST", 2 }, { "EET", 2 }, { "EEST", 3 }, { "MSK", 3 }, { "Z", 0 },
};

/* As for strptime(), but that %S has a fraction if it likes, %b and %a may go on, a blank
 * is one or more, %z stands behind a blank or not and may miss, and %Z may not miss. */
static const char *const forms[] = {
  "%Y-%m-%dT%H:%M:%S%z",     /* 2015-12-09T15:48:23.5+01:00 */
  "%Y-%m-%d %H:%M:%S%z",     /* 2015-12-09 15:48:23,500 +0100 */
  "%Y/%m/%d %H:%M:%S%z",     /* 2015/12/09 15:48:23 */
  "%Y.%m.%d %H:%M:%S",       /* 2015.12.09 15:48:23 */
  "%Y:%m:%d-%H:%M:%S",       /* 2015:12:09-15:48:23, DirectAdmin */
  "%Y%m%d-%H:%M:%S",         /* 20151209-15:48:23, xrdp */
  "%a %b %d %H:%M:%S %Y",    /* Wed Dec  9 15:48:23.5 2015, Apache */
  "%a %b %d %H:%M:%S %Z %Y", /* Wed Dec  9 15:48:23 CET 2015, date(1) */
  "%a, %d %b %Y %H:%M:%S%z", /* Wed, 9 Dec 2015 15:48:23 +0100 */
  "%b %d, %Y %H:%M:%S %p",   /* Dec 9, 2015 3:48:23 PM, Java */
  "%b %d %Y %H:%M:%S",       /* Dec  9 2015 15:48:23 */
  "%b-%d-%y %H:%M:%S",       /* Dec-09-15 15:48:23, ASSP */
  "%b %d %H:%M:%S%z",        /* Dec  9 15:48:23 */
  "%Z %b %d %H:%M:%S",       /* CET Dec  9 15:48:23, Monit */
  "%d/%b/%Y:%H:%M:%S%z",     /* 09/Dec/2015:15:48:23 +0100, web servers */
  "%d/%b/%Y %H:%M:%S%z",     /* 09/Dec/2015 15:48:23, Kerio */
  "%d-%b-%Y %H:%M:%S%z",     /* 09-Dec-2015 15:48:23.500, BIND */
  "%d %b %Y %H:%M:%S%z",     /* 09 Dec 2015 15:48:23 */
  "%d-%m-%Y %H:%M:%S%z",     /* 09-12-2015 15:48:23 +0100, 3proxy */
  "%d.%m.%Y %H:%M:%S%z",     /* 09.12.2015 15:48:23 */
  "%m/%d/%Y %H:%M:%S %p",    /* 12/09/2015 03:48:23 PM */
  "%m/%d/%Y %H:%M:%S%z",     /* 12/09/2015 15:48:23, SquirrelMail */
  "%m/%d/%Y:%H:%M:%S%z",
  "%d/%m/%Y %H:%M:%S%z", /* where the second is no month */
  "%m/%d/%y %H:%M:%S",
  "%m-%d-%Y %H:%M:%S%z",
  "%m-%d %H:%M:%S",  /* 12-09 15:48:23.5, FreeSWITCH */
  "%y%m%d %H:%M:%S", /* 151209 15:48:23, MySQL */
  "%s",              /* 1449672503.500, Squid */
  "%H:%M:%S",        /* 15:48:23.500, Tomcat */
};

typedef struct
{
  const char *next;
  const char *end;
  gboolean is_afternoon;
} Reader;

/* The place of three letters among names of three, or -1. */
static int
read_name (Reader *reader, const char *names)
{
  char name[4] = "";
  const char *hit;

  if (reader->end - reader->next < 3)
    return -1;
  for (int i = 0; i < 3; i++)
    name[i] = g_ascii_tolower (reader->next[i]);
  hit = strstr (names, name);
  if (hit == NULL || (hit - names) % 3 != 0 || !g_ascii_isalpha (name[2]))
    return -1;
  reader->next += 3;
  while (reader->next < reader->end && g_ascii_isalpha (*reader->next))
    reader->next++;
  if (reader->next < reader->end && *reader->next == '.')
    reader->next++;

  return (int) (hit - names) / 3;
}

static gboolean
read_number (Reader *reader, int min_digits, int max_digits, int low, int high, int *number)
{
  int n = 0;
  gint64 value = 0;

  for (; n < max_digits && reader->next < reader->end && g_ascii_isdigit (*reader->next); n++)
    value = value * 10 + *reader->next++ - '0';
  *number = (int) value;

  return n >= min_digits && value >= low && value <= high;
}

static void
skip_blanks (Reader *reader)
{
  while (reader->next < reader->end && *reader->next == ' ')
    reader->next++;
}

static void
skip_fraction (Reader *reader)
{
  if (reader->end - reader->next < 2 || (*reader->next != '.' && *reader->next != ',') || !g_ascii_isdigit (reader->next[1]))
    return;
  for (reader->next++; reader->next < reader->end && g_ascii_isdigit (*reader->next);)
    reader->next++;
}

static gboolean
read_zone_name (Reader *reader, IntimailLogClock *clock)
{
  gsize length = 0;

  while (reader->next + length < reader->end && g_ascii_isupper (reader->next[length]))
    length++;
  for (gsize i = 0; i < G_N_ELEMENTS (zones); i++)
    if (strlen (zones[i].name) == length && memcmp (zones[i].name, reader->next, length) == 0)
      {
        reader->next += length;
        clock->has_zone = TRUE;
        clock->offset = zones[i].hours * 3600;
        return TRUE;
      }

  return FALSE;
}

/* "+0100", "+01:00", " UTC", or nothing. */
static void
read_zone (Reader *reader, IntimailLogClock *clock)
{
  Reader at = *reader;
  int sign;
  int hours;
  int minutes;

  skip_blanks (&at);
  if (read_zone_name (&at, clock))
    {
      *reader = at;
      return;
    }
  if (at.next == at.end || (*at.next != '+' && *at.next != '-'))
    return;
  sign = *at.next++ == '-' ? -1 : 1;
  if (!read_number (&at, 2, 2, 0, 14, &hours))
    return;
  if (at.next < at.end && *at.next == ':')
    at.next++;
  if (!read_number (&at, 2, 2, 0, 59, &minutes))
    return;
  clock->has_zone = TRUE;
  clock->offset = sign * (hours * 3600 + minutes * 60);
  *reader = at;
}

static gboolean
read_half (Reader *reader)
{
  if (reader->end - reader->next < 2 || (reader->next[1] != 'M' && reader->next[1] != 'm') || strchr ("AaPp", *reader->next) == NULL)
    return FALSE;
  reader->is_afternoon = g_ascii_tolower (*reader->next) == 'p';
  reader->next += 2;

  return TRUE;
}

static gboolean
read_seconds (Reader *reader, IntimailLogClock *clock)
{
  const char *begin = reader->next;

  clock->epoch = 0;
  while (reader->next < reader->end && g_ascii_isdigit (*reader->next) && reader->next - begin < 11)
    clock->epoch = clock->epoch * 10 + *reader->next++ - '0';
  skip_fraction (reader);

  return clock->epoch >= 100000000 && clock->epoch < G_GINT64_CONSTANT (10000000000);
}

static gboolean
read_part (Reader *reader, char part, IntimailLogClock *clock)
{
  switch (part)
    {
    case 'Y':
      return read_number (reader, 4, 4, 1970, 9999, &clock->year);
    case 'y':
      if (!read_number (reader, 2, 2, 0, 99, &clock->year))
        return FALSE;
      clock->year += 2000;
      return TRUE;
    case 'm':
      if (!read_number (reader, 2, 2, 1, 12, &clock->month))
        return FALSE;
      clock->month--;
      return TRUE;
    case 'b':
      return (clock->month = read_name (reader, months)) >= 0;
    case 'a':
      return read_name (reader, days) >= 0;
    case 'd':
      return read_number (reader, 1, 2, 1, 31, &clock->day);
    case 'H':
      return read_number (reader, 1, 2, 0, 23, &clock->hour);
    case 'M':
      return read_number (reader, 2, 2, 0, 59, &clock->minute);
    case 'S':
      if (!read_number (reader, 2, 2, 0, 60, &clock->second))
        return FALSE;
      skip_fraction (reader);
      return TRUE;
    case 'p':
      return read_half (reader);
    case 's':
      return read_seconds (reader, clock);
    case 'Z':
      return read_zone_name (reader, clock);
    case 'z':
    default:
      read_zone (reader, clock);
      return TRUE;
    }
}

static gboolean
read_form (Reader *reader, const char *form, IntimailLogClock *clock)
{
  gboolean is_half = strstr (form, "%p") != NULL;

  *clock = (IntimailLogClock){ .year = -1, .month = -1, .epoch = -1 };
  for (; *form != '\0'; form++)
    if (*form == '%')
      {
        if (!read_part (reader, *++form, clock))
          return FALSE;
      }
    else if (reader->next == reader->end || *reader->next != *form)
      return FALSE;
    else if (*form == ' ')
      skip_blanks (reader);
    else
      reader->next++;
  if (is_half)
    clock->hour = clock->hour % 12 + (reader->is_afternoon ? 12 : 0);

  /* What goes on with a letter or a digit is something else. */
  return reader->next == reader->end || !g_ascii_isalnum (*reader->next);
}

gsize
intimail_log_form_read (const char *text, gsize length, IntimailLogClock *clock)
{
  for (gsize i = 0; i < G_N_ELEMENTS (forms); i++)
    {
      Reader reader = { text, text + length, FALSE };

      if (read_form (&reader, forms[i], clock))
        return (gsize) (reader.next - text);
    }

  return 0;
}

static gint64
make_time (const IntimailLogClock *clock, int year)
{
  struct tm tm = { .tm_year = year, .tm_mon = clock->month, .tm_mday = clock->day, .tm_hour = clock->hour, .tm_min = clock->minute, .tm_sec = clock->second, .tm_isdst = -1 };

  return clock->has_zone ? (gint64) timegm (&tm) - clock->offset : (gint64) mktime (&tm);
}

gint64
intimail_log_form_get_time (const IntimailLogClock *clock, gint64 now)
{
  IntimailLogClock at = *clock;
  time_t today = (time_t) now;
  struct tm tm;
  gint64 time;

  if (clock->epoch >= 0)
    return clock->epoch;
  if (clock->year >= 0)
    return make_time (clock, clock->year - 1900);
  if (localtime_r (&today, &tm) == NULL)
    return -1;
  if (clock->month < 0)
    {
      at.month = tm.tm_mon;
      at.day = tm.tm_mday;
      time = make_time (&at, tm.tm_year);
      /* Of before midnight, read after it. */
      return time > now + MAX_AHEAD ? time - SECONDS_PER_DAY : time;
    }
  /* Clocks differ: tomorrow's line is no line of last year. */
  for (int year = tm.tm_year + 1; year >= tm.tm_year - 1; year--)
    if ((time = make_time (&at, year)) <= now + SECONDS_PER_DAY)
      return time;

  return time;
}
