/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include "message/intimail-calendar-private.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

static void
check_line (const char *text)
{
  if (text == NULL)
    return;
  if (!g_utf8_validate (text, -1, NULL) || strpbrk (text, "\r\n") != NULL || *text == '\0')
    g_error ("a text is no line");
  if (strlen (text) > INTIMAIL_CALENDAR_MAX_TEXT)
    g_error ("a text is too long");
}

/* Whatever a calendar holds is lines of text. */
int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree char *text = g_utf8_make_valid ((const char *) data, (gssize) size);
  g_auto (IntimailCalendar) calendar = { NULL };

  intimail_calendar_read (&calendar, text);
  check_line (calendar.method);
  check_line (calendar.uid);
  check_line (calendar.summary);
  check_line (calendar.location);
  check_line (calendar.organizer);
  check_line (calendar.organizer_name);
  check_line (calendar.rule);
  check_line (calendar.zone);
  check_line (calendar.recurrence);
  if (calendar.start != NULL && calendar.end != NULL && g_date_time_compare (calendar.end, calendar.start) <= 0)
    g_error ("it ends before it begins");

  return 0;
}
