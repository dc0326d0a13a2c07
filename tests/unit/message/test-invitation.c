/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include <intimail/intimail.h>

#include "message/intimail-calendar-private.h"
#include "test-support.h"

#define CALENDAR(content) "BEGIN:VCALENDAR\r\n" content "END:VCALENDAR\r\n"
#define EVENT(content) "BEGIN:VEVENT\r\n" content "END:VEVENT\r\n"

static IntimailMessage *
make_message (const char *type, const char *calendar)
{
  g_autofree char *text = g_strdup_printf ("Content-Type: multipart/alternative; boundary=b\n\n--b\n\ntext\n"
                                           "--b\nContent-Type: %s\n\n%s\n--b--\n",
                                           type, calendar);
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));

  return intimail_message_new_from_bytes (bytes, NULL);
}

static void
test_find (void)
{
  g_autoptr (IntimailMessage) message = make_message (
      "text/calendar; charset=utf-8; method=request",
      CALENDAR ("METHOD:REQUEST\r\n"
                "BEGIN:VTIMEZONE\r\nTZID:x\r\nDTSTART:19700101T000000\r\nEND:VTIMEZONE\r\n"
                "begin:vevent\r\nuid:one@x\r\n"
                "SUMMARY;LANGUAGE=fr:Caf\303\251\\, th\303\251 \r\n et\\n"
                "g\303\242teaux\r\n"
                "LOCATION;ALTREP=\"http://x:80/;y\":Hall\r\n"
                "DTSTART;TZID=\"Europe/Paris\":20170111T090000\r\n"
                "ORGANIZER;CN=\"Ann: x\":MAILTO:ann@home.example\r\n"
                "BEGIN:VALARM\r\nSUMMARY:alarm\r\nUID:alarm\r\nEND:VALARM\r\n"
                "END:VEVENT\r\n" EVENT ("UID:two\r\nSUMMARY:second\r\n")));
  g_autoptr (IntimailInvitation) invitation = intimail_invitation_find (message);
  g_autofree char *start = NULL;

  g_assert_nonnull (invitation);
  start = g_date_time_format_iso8601 (intimail_invitation_get_start (invitation));
  g_assert_cmpstr (intimail_part_get_id (intimail_invitation_get_part (invitation)), ==, "2");
  g_assert_cmpstr (intimail_invitation_get_method (invitation), ==, "REQUEST");
  g_assert_cmpstr (intimail_invitation_get_uid (invitation), ==, "one@x");
  g_assert_cmpstr (intimail_invitation_get_summary (invitation), ==, "Caf\303\251, th\303\251 et g\303\242teaux");
  g_assert_cmpstr (intimail_invitation_get_location (invitation), ==, "Hall");
  g_assert_cmpstr (intimail_invitation_get_organizer (invitation), ==, "ann@home.example");
  g_assert_cmpstr (start, ==, "2017-01-11T09:00:00+01");
}

static const struct
{
  const char *type;
  const char *calendar;
  const char *method; /* NULL: no invitation */
} cases[] = {
  { "text/calendar; method=REPLY", CALENDAR (EVENT ("UID:a\r\n")), "REPLY" },
  { "text/calendar; method=reply", CALENDAR ("METHOD:cancel\r\n" EVENT ("UID:a\r\n")), "CANCEL" },
  { "application/ics", CALENDAR ("METHOD:REQUEST\r\nBEGIN:VTODO\r\nUID:a\r\nEND:VTODO\r\n"), "REQUEST" },
  { "text/calendar", "BEGIN:VCALENDAR\nMETHOD:REQUEST\nBEGIN:VEVENT\nUID:a", "REQUEST" },
  { "text/calendar", CALENDAR (EVENT ("UID:a\r\n")), NULL },
  { "text/calendar", CALENDAR ("METHOD:REQUEST\r\n" EVENT ("SUMMARY:a\r\n")), NULL },
  { "text/calendar", CALENDAR ("METHOD:REQUEST\r\n" EVENT ("UID:\r\n")), NULL },
  { "text/calendar", CALENDAR ("METHOD:REQUEST\r\n"), NULL },
  { "text/calendar", CALENDAR (EVENT ("METHOD:REQUEST\r\nUID:a\r\n")), NULL },
  { "text/calendar", EVENT ("METHOD:REQUEST\r\nUID:a\r\n"), NULL },
  { "text/calendar", "", NULL },
  { "text/calendar", ":\r\n;\r\n\r\n \r\nBEGIN\r\nEND:\r\nEND:\r\n", NULL },
  { "text/plain; method=REQUEST", CALENDAR ("METHOD:REQUEST\r\n" EVENT ("UID:a\r\n")), NULL },
};

static void
test_cases (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (IntimailMessage) message = make_message (cases[i].type, cases[i].calendar);
      g_autoptr (IntimailInvitation) invitation = intimail_invitation_find (message);

      g_test_message ("%s: %s", cases[i].type, cases[i].calendar);
      g_assert_cmpstr (invitation != NULL ? intimail_invitation_get_method (invitation) : NULL, ==, cases[i].method);
    }
}

static const struct
{
  const char *line;
  const char *start;
} times[] = {
  { "DTSTART:20170111T090000Z", "2017-01-11T09:00:00Z" },
  { "DTSTART;VALUE=DATE:20170111", "2017-01-11T00:00:00Z" },
  { "DTSTART:20170111T090000", "2017-01-11T09:00:00Z" },
  { "DTSTART;TZID=America/New_York:20170711T090000", "2017-07-11T09:00:00-04" },
  { "DTSTART;TZID=Pacific Time (US & Canada):20170711T090000", "2017-07-11T09:00:00Z" },
  { "DTSTART;TZID=../../../../etc/passwd:20170711T090000", "2017-07-11T09:00:00Z" },
  { "DTSTART;TZID=/etc/localtime:20170711T090000", "2017-07-11T09:00:00Z" },
  { "DTSTART;TZID=:20170711T090000", "2017-07-11T09:00:00Z" },
  { "DTSTART:20171311T090000Z", NULL },
  { "DTSTART:20170111T0900", NULL },
  { "DTSTART:2017011xT090000Z", NULL },
  { "DTSTART:", NULL },
};

static void
test_times (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (times); i++)
    {
      g_autofree char *text = g_strdup_printf (CALENDAR (EVENT ("%s\r\n")), times[i].line);
      g_auto (IntimailCalendar) calendar = { NULL };
      g_autofree char *start = NULL;

      g_assert_true (intimail_calendar_read (&calendar, text));
      start = calendar.start != NULL ? g_date_time_format_iso8601 (calendar.start) : NULL;
      g_test_message ("%s", times[i].line);
      g_assert_cmpstr (start, ==, times[i].start);
    }
}

static void
test_limits (void)
{
  g_autoptr (GString) text = g_string_new ("BEGIN:VCALENDAR\nMETHOD:REQUEST\nBEGIN:VEVENT\nUID:a\nSUMMARY:");
  g_auto (IntimailCalendar) calendar = { NULL };
  g_auto (IntimailCalendar) deep = { NULL };

  for (int i = 0; i < 10000; i++)
    g_string_append (text, "\n \303\n \251");
  g_string_append (text, "\nEND:VEVENT\nEND:VCALENDAR\n");
  g_assert_true (intimail_calendar_read (&calendar, text->str));
  g_assert_true (g_utf8_validate (calendar.summary, -1, NULL));
  g_assert_cmpuint (strlen (calendar.summary), <=, INTIMAIL_CALENDAR_MAX_TEXT);
  g_assert_cmpstr (calendar.uid, ==, "a");
  g_string_assign (text, "");
  for (int i = 0; i < 100000; i++)
    g_string_append (text, "BEGIN:VCALENDAR\n");
  g_assert_false (intimail_calendar_read (&deep, text->str));
}

/* The names of the files tell what is wrong with them. */
static void
test_collection (void)
{
  static const struct
  {
    const char *file;
    gboolean invitation;
  } files[] = {
    { "ics_with_error.ics", TRUE },
    { "meeting.ics", TRUE },
    { "meeting_2.ics", TRUE },
    { "meeting_without_dtstamp.ics", TRUE },
    { "meeting_without_method.ics", FALSE },
    { "meeting_without_sequence.ics", TRUE },
    { "meeting_without_uid.ics", FALSE },
    { "no_event.ics", FALSE },
  };
  const char *corpora = test_support_get_corpora ();

  for (gsize i = 0; corpora != NULL && i < G_N_ELEMENTS (files); i++)
    {
      g_autofree char *path = g_build_filename (corpora, "mime", "james-ics", files[i].file, NULL);
      g_autoptr (GBytes) content = test_support_read_file (path);
      g_autofree char *text = g_strndup (g_bytes_get_data (content, NULL), g_bytes_get_size (content));
      g_autoptr (IntimailMessage) message = make_message ("text/calendar", text);
      g_autoptr (IntimailInvitation) invitation = intimail_invitation_find (message);

      g_test_message ("%s", files[i].file);
      g_assert_cmpint (invitation != NULL, ==, files[i].invitation);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/invitation/find", test_find);
  g_test_add_func ("/invitation/cases", test_cases);
  g_test_add_func ("/invitation/times", test_times);
  g_test_add_func ("/invitation/limits", test_limits);
  g_test_add_func ("/invitation/collection", test_collection);

  return g_test_run ();
}
