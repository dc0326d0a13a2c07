/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "message/intimail-mbox-private.h"

#include <stdio.h>
#include <string.h>

static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
static const char days[] = "MonTueWedThuFriSatSun";

void
intimail_mbox_line_take (const char *data, gsize size, gsize position, IntimailMboxLine *line)
{
  const char *newline = memchr (data + position, '\n', size - position);

  line->text = data + position;
  line->next = newline != NULL ? (gsize) (newline - data) + 1 : size;
  line->length = newline != NULL ? (gsize) (newline - line->text) : size - position;
  if (newline != NULL && line->length > 0 && line->text[line->length - 1] == '\r')
    line->length--;
}

static gboolean
begins_with_from (const IntimailMboxLine *line)
{
  return line->length >= strlen ("From ") && line->length <= INTIMAIL_MBOX_SEPARATOR_MAX &&
         memcmp (line->text, "From ", strlen ("From ")) == 0;
}

/* From the month on: "Jan  1 00:00:00 [zone] 1970 [zone]". */
static gboolean
parse_time (char **words, gint64 *received)
{
  const char *month = strlen (words[0]) == 3 ? strstr (months, words[0]) : NULL;
  int day, hour, minute, second = 0;

  words++;
  if (month == NULL || (month - months) % 3 != 0 || words[0] == NULL)
    return FALSE;
  words += words[0][0] == '\0';
  if (words[0] == NULL || words[1] == NULL || sscanf (words[0], "%2d", &day) != 1 ||
      sscanf (words[1], "%2d:%2d:%2d", &hour, &minute, &second) < 2)
    return FALSE;
  for (words += 2; words[0] != NULL; words++)
    {
      int year = strlen (words[0]) == 4 ? (int) g_ascii_strtoull (words[0], NULL, 10) : 0;
      g_autoptr (GDateTime) time = g_date_time_new_utc (year, (int) (month - months) / 3 + 1, day, hour, minute, second);

      if (time != NULL)
        {
          *received = g_date_time_to_unix (time);
          return TRUE;
        }
    }

  return FALSE;
}

gboolean
intimail_mbox_separator_parse (const IntimailMboxLine *line, gint64 *received)
{
  g_autofree char *text = NULL;
  g_auto (GStrv) words = NULL;

  *received = 0;
  if (!begins_with_from (line))
    return FALSE;
  /* A sentence that begins with From has no time of day. */
  text = g_strndup (line->text, line->length);
  words = g_strsplit_set (text, " \t", -1);
  for (gsize i = 0; words[i] != NULL; i++)
    {
      if (parse_time (words + i, received))
        return TRUE;
    }

  return FALSE;
}

static gboolean
is_field (const IntimailMboxLine *line)
{
  gsize i = 0;

  while (i < line->length && line->text[i] > ' ' && line->text[i] < 0x7f && line->text[i] != ':')
    i++;
  return i > 0 && i < line->length && line->text[i] == ':';
}

gboolean
intimail_mbox_separator_is_bare (const IntimailMboxLine *line, const IntimailMboxLine *after)
{
  gsize end = line->length;

  if (!begins_with_from (line))
    return FALSE;
  while (end > 0 && (line->text[end - 1] == ' ' || line->text[end - 1] == '\t'))
    end--;
  /* One word alone. */
  if (end <= strlen ("From "))
    return FALSE;
  for (gsize i = strlen ("From "); i < end; i++)
    {
      if (line->text[i] == ' ' || line->text[i] == '\t')
        return FALSE;
    }

  return is_field (after);
}

static gboolean
is_word (const char *text)
{
  gsize length = strlen (text);

  for (gsize i = 0; i < length; i++)
    {
      if ((guchar) text[i] <= ' ' || text[i] == 0x7f)
        return FALSE;
    }
  return length > 0 && length < INTIMAIL_MBOX_SEPARATOR_MAX / 2;
}

char *
intimail_mbox_separator_write (const char *sender, gint64 received)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (received);

  if (time == NULL)
    time = g_date_time_new_from_unix_utc (0);
  /* As asctime() says it in the C locale. */
  return g_strdup_printf ("From %s %.3s %.3s %2d %02d:%02d:%02d %04d\n",
                          sender != NULL && is_word (sender) ? sender : "MAILER-DAEMON",
                          days + 3 * (g_date_time_get_day_of_week (time) - 1), months + 3 * (g_date_time_get_month (time) - 1),
                          g_date_time_get_day_of_month (time), g_date_time_get_hour (time), g_date_time_get_minute (time),
                          g_date_time_get_second (time), g_date_time_get_year (time));
}
