/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <stdlib.h>
#include <string.h>

#include "message/intimail-date-private.h"

#define MAX_TEXT 128
#define MINUTE 60
#define HOUR 3600

/* What was found so far; -1 is not yet. */
typedef struct
{
  int year;
  int month;
  int day;
  int hour;
  int minute;
  int second;
  int offset; /* seconds east of UTC */
  gboolean has_offset;
  char half; /* of the day: 'a', 'p', or NUL */
} Date;

static const struct
{
  const char *name;
  int hours;
} zones[] = {
  { "ut", 0 },
  { "utc", 0 },
  { "gmt", 0 },
  { "z", 0 },
  { "wet", 0 },
  { "west", 1 },
  { "bst", 1 },
  { "cet", 1 },
  { "met", 1 },
  { "mez", 1 },
  { "cest", 2 },
  { "mest", 2 },
  { "mesz", 2 },
  { "eet", 2 },
  { "sast", 2 },
  { "eest", 3 },
  { "msk", 3 },
  { "hkt", 8 },
  { "sgt", 8 },
  { "jst", 9 },
  { "kst", 9 },
  { "aest", 10 },
  { "aedt", 11 },
  { "nzst", 12 },
  { "nzdt", 13 },
  { "adt", -3 },
  { "ast", -4 },
  { "edt", -4 },
  { "est", -5 },
  { "cdt", -5 },
  { "cst", -6 },
  { "mdt", -6 },
  { "mst", -7 },
  { "pdt", -7 },
  { "pst", -8 },
};

/* Without comments; commas, and the T of ISO 8601, are white space. */
static void
copy_without_comments (const char *text, char *clean)
{
  int depth = 0;
  gsize used = 0;

  for (gsize i = 0; text[i] != '\0' && used < MAX_TEXT; i++)
    {
      char c = text[i];

      if (c == '(')
        depth++;
      if (depth == 0)
        {
          gboolean iso = (c == 'T' || c == 't') && i > 0 && g_ascii_isdigit (text[i - 1]) && g_ascii_isdigit (text[i + 1]);

          /* RFC 5322 section 4.3 lets white space stand around the colons. */
          while (c == ':' && used > 0 && clean[used - 1] == ' ')
            used--;
          if (used > 0 && clean[used - 1] == ':' && g_ascii_isspace (c))
            continue;
          clean[used++] = c == ',' || c == ';' || iso || g_ascii_isspace (c) ? ' ' : c;
        }
      if (c == ')' && depth > 0 && --depth == 0 && used < MAX_TEXT)
        clean[used++] = ' ';
    }
  clean[used] = '\0';
}

/* At most nine digits; -1 when there is none. */
static int
read_number (const char **at, int *n_digits)
{
  int value = 0;
  int n = 0;

  for (; g_ascii_isdigit (**at) && n < 9; n++, (*at)++)
    value = value * 10 + (**at - '0');
  if (n_digits != NULL)
    *n_digits = n;

  return n > 0 && !g_ascii_isdigit (**at) ? value : -1;
}

static int
find_month (const char *word)
{
  static const char months[] = "janfebmaraprmayjunjulaugsepoctnovdec";
  const char *found;
  char start[4];

  if (strlen (word) < 3)
    return -1;
  g_strlcpy (start, word, sizeof start);
  found = strstr (months, start);

  return found != NULL && (found - months) % 3 == 0 ? (int) (found - months) / 3 + 1 : -1;
}

/* "+0130", "-05:00", "+2", "-600". */
static void
read_offset (Date *date, const char *at)
{
  int sign = *at++ == '-' ? -1 : 1;
  int n_digits;
  int value = read_number (&at, &n_digits);
  int hours = n_digits <= 2 ? value : value / 100;
  int minutes = n_digits <= 2 ? 0 : value % 100;

  if (*at == ':')
    {
      at++;
      minutes = read_number (&at, NULL);
    }
  if (value < 0 || hours > 23 || minutes < 0 || minutes > 59 || date->has_offset)
    return;
  date->offset = sign * (hours * HOUR + minutes * MINUTE);
  date->has_offset = TRUE;
}

/* A word of letters, in lower case; returns what follows it. */
static const char *
read_word (Date *date, const char *at)
{
  char word[16] = "";
  gsize length = 0;
  int month;

  for (; g_ascii_isalpha (*at); at++)
    if (length < sizeof word - 1)
      word[length++] = g_ascii_tolower (*at);
  word[length] = '\0';

  month = find_month (word);
  if (strcmp (word, "am") == 0 || strcmp (word, "pm") == 0)
    date->half = word[0];
  else if (length == 1 && (word[0] == 'a' || word[0] == 'p') && at[0] == '.' && g_ascii_tolower (at[1]) == 'm')
    {
      date->half = word[0];
      return at + 2;
    }
  else if (month > 0 && date->month < 0)
    date->month = month;
  for (gsize i = 0; i < G_N_ELEMENTS (zones) && !date->has_offset && date->hour >= 0; i++)
    if (strcmp (word, zones[i].name) == 0)
      {
        date->offset = zones[i].hours * HOUR;
        /* "GMT+0200" */
        date->has_offset = zones[i].hours != 0 || (*at != '+' && *at != '-');
      }

  return at;
}

/* RFC 5322 section 4.3 for years of two and three digits; "0102" is what a
 * program wrote in 2002 that counts from 1900. */
static int
complete_year (int year, int n_digits)
{
  if (n_digits <= 2)
    return year + (year < 50 ? 2000 : 1900);

  return year < 1000 ? year + 1900 : year;
}

static void
take_number (Date *date, int value, int n_digits)
{
  if (n_digits <= 2 && date->day < 0 && value >= 1 && value <= 31)
    date->day = value;
  else if (date->year < 0)
    date->year = complete_year (value, n_digits);
}

/* "2023-03-14", "3/14/2023", "14.3.2023": @at is behind the first number. */
static const char *
read_numeric (Date *date, const char *at, int first, int n_digits)
{
  char separator = *at++;
  int second = read_number (&at, NULL);
  int third_digits = 0;
  int third = -1;

  if (*at == separator)
    {
      at++;
      third = read_number (&at, &third_digits);
    }
  if (second < 0 || third < 0)
    return at;
  if (n_digits > 2)
    {
      date->year = complete_year (first, n_digits);
      date->month = second;
      date->day = third;
      return at;
    }
  /* With slashes the month comes first, where it can. */
  if ((separator == '/' && first <= 12) || second > 12)
    {
      int swap = first;

      first = second;
      second = swap;
    }
  date->day = first;
  date->month = second;
  date->year = complete_year (third, third_digits);

  return at;
}

/* @at is behind the hour. */
static const char *
read_time (Date *date, const char *at, int hour)
{
  char separator = *at++;

  date->hour = hour;
  date->minute = read_number (&at, NULL);
  date->second = 0;
  if (*at == separator && g_ascii_isdigit (at[1]))
    {
      at++;
      date->second = read_number (&at, NULL);
    }
  /* A fraction is not kept. */
  if ((*at == '.' || *at == ':') && g_ascii_isdigit (at[1]))
    for (at++; g_ascii_isdigit (*at);)
      at++;

  return at;
}

static const char *
read_digits (Date *date, const char *at)
{
  int n_digits;
  int value = read_number (&at, &n_digits);
  gboolean dotted = *at == '.' && g_ascii_isdigit (at[1]);
  gboolean dashed = (*at == '-' || *at == '/' || *at == '.') && g_ascii_isdigit (at[1]);

  if (value < 0)
    return at + strspn (at, "0123456789");
  if (*at == ':' && g_ascii_isdigit (at[1]) && date->hour < 0)
    return read_time (date, at, value);
  /* "10.11.12" is a time, where there is a date already. */
  if (dotted && date->day > 0 && date->month > 0 && date->hour < 0)
    return read_time (date, at, value);
  if (dashed && date->day < 0 && date->month < 0)
    return read_numeric (date, at, value, n_digits);
  /* "2300 +0100": a zone that lost its sign, or rubbish. */
  if (n_digits == 4 && date->year >= 0)
    return at;
  take_number (date, value, n_digits);

  return at;
}

static gboolean
is_sign_of_offset (const Date *date, const char *text, const char *at)
{
  return (*at == '+' || *at == '-') && g_ascii_isdigit (at[1]) && date->hour >= 0 &&
         (at == text || !g_ascii_isalpha (at[-1]) || date->day > 0);
}

static void
read_all (Date *date, const char *text)
{
  for (const char *at = text; *at != '\0';)
    {
      if (is_sign_of_offset (date, text, at))
        {
          read_offset (date, at);
          at += 1 + strspn (at + 1, "0123456789:");
        }
      else if (g_ascii_isdigit (*at))
        at = read_digits (date, at);
      else if (g_ascii_isalpha (*at))
        at = read_word (date, at);
      else
        at++;
    }
}

/* FALSE when no date can be made of @text. */
static gboolean
read_date (const char *text, Date *date)
{
  char clean[MAX_TEXT + 1];

  *date = (Date){ -1, -1, -1, -1, -1, -1, 0, FALSE, '\0' };
  copy_without_comments (text, clean);
  read_all (date, clean);
  if (date->year < 1 || date->year > 9999 || date->month < 1 || date->month > 12 || date->day < 1 ||
      date->day > g_date_get_days_in_month ((GDateMonth) date->month, (GDateYear) date->year) ||
      date->minute > 59 || date->hour > 24)
    return FALSE;
  if (date->half != '\0' && date->hour >= 1 && date->hour <= 12)
    date->hour = date->hour % 12 + (date->half == 'p' ? 12 : 0);
  /* Midnight as some write it, and a leap second. */
  if (date->hour == 24)
    date->hour = 23, date->minute = 59, date->second = 59;
  date->hour = MAX (date->hour, 0);
  date->minute = MAX (date->minute, 0);
  date->second = CLAMP (date->second, 0, 59);

  return TRUE;
}

GDateTime *
intimail_date_parse (const char *text)
{
  g_autoptr (GTimeZone) zone = NULL;
  Date date;

  if (!read_date (text, &date))
    return NULL;
  zone = g_time_zone_new_offset (date.offset);

  return g_date_time_new (zone, date.year, date.month, date.day, date.hour, date.minute, date.second);
}

/* Days since 1970 in the Gregorian calendar; years are counted from March, so that
 * the leap day is the last one. */
static gint64
count_days (const Date *date)
{
  int year = date->month > 2 ? date->year : date->year - 1;
  int month = date->month > 2 ? date->month - 3 : date->month + 9;
  int leap_days = year / 4 - year / 100 + year / 400;

  return (gint64) 365 * year + leap_days + (153 * month + 2) / 5 + date->day - 1 - 719468;
}

gboolean
intimail_date_parse_seconds (const char *text, gint64 *seconds, int *offset)
{
  Date date;

  if (!read_date (text, &date))
    return FALSE;
  *seconds = count_days (&date) * 24 * HOUR + date.hour * HOUR + date.minute * MINUTE + date.second - date.offset;
  *offset = date.offset / MINUTE;

  return TRUE;
}
