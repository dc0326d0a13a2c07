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

#define PARIS_BY_OUTLOOK                                                                                                                                          \
  "BEGIN:VTIMEZONE\r\nTZID:W. Europe Standard Time\r\n"                                                                                                           \
  "BEGIN:STANDARD\r\nDTSTART:16010101T030000\r\nTZOFFSETFROM:+0200\r\nTZOFFSETTO:+0100\r\nRRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10\r\nEND:STANDARD\r\n" \
  "BEGIN:DAYLIGHT\r\nDTSTART:16010101T020000\r\nTZOFFSETFROM:+0100\r\nTZOFFSETTO:+0200\r\nRRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3\r\nEND:DAYLIGHT\r\n"  \
  "END:VTIMEZONE\r\n"
#define ZONE(content) "BEGIN:VTIMEZONE\r\nTZID:x/y z\r\n" content "END:VTIMEZONE\r\n"
#define PART(name, start, offset, rule) "BEGIN:" name "\r\nDTSTART:" start "\r\nTZOFFSETTO:" offset "\r\n" rule "END:" name "\r\n"
#define NEW_YORK                                                                                                              \
  ZONE (PART ("DAYLIGHT", "20070311T020000", "-0400", "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU\r\n")                            \
            PART ("DAYLIGHT", "19870405T020000", "-0300", "RRULE:FREQ=YEARLY;BYMONTH=4;BYDAY=1SU;UNTIL=20060402T070000Z\r\n") \
                PART ("STANDARD", "20071104T020000", "-0500", "RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU\r\n"))

static const struct
{
  const char *zone;
  const char *start;
  const char *end;
  const char *expected_start; /* in UTC; without Z: floating */
  const char *expected_end;   /* NULL: none */
} spans[] = {
  { PARIS_BY_OUTLOOK, "DTSTART;TZID=W. Europe Standard Time:20260115T100000", "DURATION:PT1H30M", "20260115T090000Z", "20260115T103000Z" },
  { PARIS_BY_OUTLOOK, "DTSTART;TZID=\"W. Europe Standard Time\":20260715T100000", "DTEND;TZID=W. Europe Standard Time:20260715T110000", "20260715T080000Z", "20260715T090000Z" },
  { PARIS_BY_OUTLOOK, "DTSTART;TZID=W. Europe Standard Time:20260329T013000", "DURATION:PT1H", "20260329T003000Z", "20260329T013000Z" },
  { PARIS_BY_OUTLOOK, "DTSTART;TZID=W. Europe Standard Time:20260329T033000", "", "20260329T013000Z", NULL },
  { PARIS_BY_OUTLOOK, "DTSTART;TZID=Elsewhere Standard Time:20260715T100000", "DURATION:PT1H", "20260715T100000", "20260715T110000" },
  { NEW_YORK, "DTSTART;TZID=x/y z:20260301T100000", "", "20260301T150000Z", NULL },
  { NEW_YORK, "DTSTART;TZID=x/y z:20260320T100000", "", "20260320T140000Z", NULL },
  { ZONE (PART ("STANDARD", "19700101T000000", "+0530", "")), "DTSTART;TZID=x/y z:20260715T100000", "", "20260715T043000Z", NULL },
  /* There is no summer time any more. */
  { ZONE (PART ("STANDARD", "20190217T000000", "-0300", "") PART ("DAYLIGHT", "20181104T000000", "-0200", "RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU;UNTIL=20190101T000000Z\r\n")),
    "DTSTART;TZID=x/y z:20260115T100000", "", "20260115T130000Z", NULL },
  /* Rules that are not understood are not guessed. */
  { ZONE (PART ("STANDARD", "19700101T000000", "+0100", "RRULE:FREQ=YEARLY;BYMONTH=10\r\n") PART ("DAYLIGHT", "19700101T000000", "+0200", "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU\r\n")),
    "DTSTART;TZID=x/y z:20260115T100000", "", "20260115T100000", NULL },
  { ZONE (PART ("STANDARD", "19700101T000000", "+9999", "")), "DTSTART;TZID=x/y z:20260115T100000", "", "20260115T100000", NULL },
  { "", "DTSTART;VALUE=DATE:20260115", "DTEND;VALUE=DATE:20260117", "20260115", "20260117" },
  { "", "DTSTART;VALUE=DATE:20260115", "DURATION:P1W", "20260115", "20260122" },
  { "", "DTSTART:20260115T100000Z", "DTEND:20260115T090000Z", "20260115T100000Z", NULL },
  { "", "DTSTART:20260115T100000Z", "DURATION:-PT1H", "20260115T100000Z", NULL },
  { "", "DTSTART:20260115T100000Z", "DURATION:P99999999999W", "20260115T100000Z", NULL },
  { "", "DTSTART:20260115T100000Z", "DURATION:PT", "20260115T100000Z", NULL },
  { "", "DTSTART:99991231T235959Z", "DURATION:P1D", "99991231T235959Z", NULL },
  { "", "DTSTART:00000101T000000Z", "DTEND:00000102T000000Z", NULL, "*" },
};

static void
test_spans (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (spans); i++)
    {
      /* What describes a zone may come behind. */
      gboolean behind = i % 2 == 1;
      g_autofree char *text = g_strdup_printf ("BEGIN:VCALENDAR\r\n%s" EVENT ("%s\r\n%s\r\n") "%sEND:VCALENDAR\r\n",
                                               behind ? "" : spans[i].zone, spans[i].start, spans[i].end, behind ? spans[i].zone : "");
      g_auto (IntimailCalendar) calendar = { NULL };
      g_autofree char *start = NULL;
      g_autofree char *end = NULL;

      g_test_message ("%s", text);
      g_assert_true (intimail_calendar_read (&calendar, text));
      if (calendar.start != NULL)
        start = intimail_calendar_time_format (calendar.start, calendar.days, calendar.floating);
      if (calendar.end != NULL)
        end = intimail_calendar_time_format (calendar.end, calendar.days, calendar.floating);
      g_assert_cmpstr (start, ==, spans[i].expected_start);
      if (g_strcmp0 (spans[i].expected_end, "*") != 0)
        g_assert_cmpstr (end, ==, spans[i].expected_end);
    }
}

static void
test_people (void)
{
  g_autoptr (IntimailMessage) message = make_message (
      "text/calendar",
      CALENDAR ("METHOD:REQUEST\r\n" EVENT ("UID:a\r\nRRULE:FREQ=WEEKLY;BYDAY=MO\r\n"
                                            "ORGANIZER;CN=Nobody:mailto:\r\n"
                                            "ORGANIZER;CN=\"Weber; Anna: \";X=1:mailto:anna%2Bcal@home.example?subject=x\r\n"
                                            "ATTENDEE;PARTSTAT=accepted;CN=Ben ^'B^' ^^ ^x:MAILTO:ben@home.example\r\n"
                                            "ATTENDEE;CUTYPE=ROOM;PARTSTAT=DELEGATED:urn:uuid:1\r\n"
                                            "ATTENDEE;CN=<script>alert(1)</script>\302\205:mailto:\r\n"
                                            "DTSTART:20170111T090000\r\nDTEND:20170111T100000\r\n")));
  g_autoptr (IntimailInvitation) invitation = intimail_invitation_find (message);

  g_assert_cmpstr (intimail_invitation_get_organizer (invitation), ==, "anna+cal@home.example");
  g_assert_cmpstr (intimail_invitation_get_organizer_name (invitation), ==, "Weber; Anna:");
  g_assert_cmpstr (intimail_invitation_get_rule (invitation), ==, "FREQ=WEEKLY;BYDAY=MO");
  g_assert_cmpuint (intimail_invitation_get_n_attendees (invitation), ==, 3);
  g_assert_cmpstr (intimail_invitation_get_attendee (invitation, 0), ==, "ben@home.example");
  g_assert_cmpstr (intimail_invitation_get_attendee_name (invitation, 0), ==, "Ben \"B\" ^ ^x");
  g_assert_cmpint (intimail_invitation_get_attendance (invitation, 0), ==, INTIMAIL_ATTENDANCE_ACCEPTED);
  g_assert_cmpstr (intimail_invitation_get_attendee (invitation, 1), ==, "urn:uuid:1");
  g_assert_cmpstr (intimail_invitation_get_attendee_name (invitation, 1), ==, "");
  g_assert_cmpint (intimail_invitation_get_attendance (invitation, 1), ==, INTIMAIL_ATTENDANCE_UNANSWERED);
  g_assert_cmpstr (intimail_invitation_get_attendee_name (invitation, 2), ==, "<script>alert(1)</script>");
  g_assert_null (intimail_invitation_get_attendee (invitation, 3));
  g_assert_cmpint (intimail_invitation_get_attendance (invitation, 3), ==, INTIMAIL_ATTENDANCE_UNANSWERED);
  g_assert_true (intimail_invitation_is_floating (invitation));
  g_assert_false (intimail_invitation_is_all_day (invitation));
  g_assert_null (intimail_invitation_get_zone (invitation));
  g_assert_cmpint (g_date_time_get_hour (intimail_invitation_get_end (invitation)), ==, 10);
}

/* Ten thousand people are kept, and what stands behind them is read; ten megabytes cost no more than two. */
static void
test_large (void)
{
  g_autoptr (GString) text = g_string_new ("BEGIN:VCALENDAR\nMETHOD:REQUEST\nBEGIN:VEVENT\nUID:a\n");
  g_autoptr (IntimailMessage) message = NULL;
  g_autoptr (IntimailInvitation) invitation = NULL;

  for (int i = 0; i < 10001; i++)
    g_string_append_printf (text, "ATTENDEE;CN=Person number %d;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:person%d@far.example\n", i, i);
  g_string_append (text, "SUMMARY:Everybody\nDESCRIPTION:");
  for (int i = 0; i < 10 * 1024 * 16; i++)
    g_string_append (text, "\n 0123456789012345678901234567890123456789012345678901234567890");
  g_string_append (text, "\nLOCATION:too far away\nEND:VEVENT\nEND:VCALENDAR\n");
  message = make_message ("text/calendar", text->str);
  invitation = intimail_invitation_find (message);
  g_assert_cmpuint (text->len, >, 10 * 1024 * 1024);
  g_assert_cmpuint (intimail_invitation_get_n_attendees (invitation), ==, INTIMAIL_CALENDAR_MAX_ATTENDEES);
  g_assert_cmpstr (intimail_invitation_get_attendee (invitation, 9999), ==, "person9999@far.example");
  g_assert_cmpstr (intimail_invitation_get_summary (invitation), ==, "Everybody");
  g_assert_null (intimail_invitation_get_location (invitation));
}

static char *
make_answer (const char *calendar, IntimailAttendance attendance, GError **error)
{
  g_autoptr (IntimailMessage) message = make_message ("text/calendar", calendar);
  g_autoptr (IntimailInvitation) invitation = intimail_invitation_find (message);
  g_autoptr (IntimailAddress) ben = intimail_address_new ("Ben \"B\"", "ben", "home.example", NULL);
  g_autoptr (GDateTime) when = g_date_time_new_utc (2026, 1, 2, 3, 4, 5);

  return intimail_invitation_make_answer (invitation, ben, attendance, when, error);
}

static void
test_answer (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *answer = make_answer (
      CALENDAR ("METHOD:REQUEST\r\n" EVENT ("UID:one\\,two@x\r\nSEQUENCE:7\r\nORGANIZER;CN=Ann:mailto:ann@home.example\r\n"
                                            "RECURRENCE-ID;TZID=Europe/Paris:20260715T100000\r\n"
                                            "DTSTART;TZID=Europe/Paris:20260715T110000\r\nDURATION:PT1H\r\n"
                                            "SUMMARY:A long talk\\; about caf\303\251s and th\303\251s and g\303\242teaux and all \303\251t\303\251 long\\nEND:VEVENT\r\n")),
      INTIMAIL_ATTENDANCE_TENTATIVE, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (answer, ==,
                   "BEGIN:VCALENDAR\r\nPRODID:-//Intimail//Intimail//EN\r\nVERSION:2.0\r\nMETHOD:REPLY\r\nBEGIN:VEVENT\r\n"
                   "UID:one\\,two@x\r\nRECURRENCE-ID:20260715T080000Z\r\nSEQUENCE:7\r\nDTSTAMP:20260102T030405Z\r\n"
                   "DTSTART:20260715T090000Z\r\nDTEND:20260715T100000Z\r\n"
                   "SUMMARY:A long talk\\; about caf\303\251s and th\303\251s and g\303\242teaux and all \303\251t\303\251 lon\r\n"
                   " g END:VEVENT\r\n"
                   "ORGANIZER;CN=\"Ann\":mailto:ann@home.example\r\n"
                   "ATTENDEE;PARTSTAT=TENTATIVE;CN=\"Ben ^'B^'\":mailto:ben@home.example\r\n"
                   "END:VEVENT\r\nEND:VCALENDAR\r\n");
}

static void
test_answer_days (void)
{
  g_autofree char *answer = make_answer (CALENDAR ("METHOD:REQUEST\r\n" EVENT ("UID:a\r\nORGANIZER:mailto:ann@home.example\r\n"
                                                                               "DTSTART;VALUE=DATE:20260715\r\nRECURRENCE-ID;VALUE=DATE:20260714\r\n")),
                                         INTIMAIL_ATTENDANCE_ACCEPTED, NULL);

  g_assert_nonnull (strstr (answer, "\r\nDTSTART;VALUE=DATE:20260715\r\n"));
  g_assert_nonnull (strstr (answer, "\r\nRECURRENCE-ID;VALUE=DATE:20260714\r\n"));
  g_assert_null (strstr (answer, "DTEND"));
  g_assert_null (strstr (answer, "SUMMARY"));
}

static const struct
{
  const char *calendar;
  IntimailAttendance attendance;
  int code;
} refusals[] = {
  { CALENDAR ("METHOD:CANCEL\r\n" EVENT ("UID:a\r\nORGANIZER:mailto:ann@home.example\r\n")), INTIMAIL_ATTENDANCE_ACCEPTED, INTIMAIL_ERROR_NOT_SUPPORTED },
  { CALENDAR ("METHOD:REQUEST\r\n" EVENT ("UID:a\r\n")), INTIMAIL_ATTENDANCE_ACCEPTED, INTIMAIL_ERROR_NOT_SUPPORTED },
  { CALENDAR ("METHOD:REQUEST\r\n" EVENT ("UID:a\r\nORGANIZER:urn:x\r\n")), INTIMAIL_ATTENDANCE_ACCEPTED, INTIMAIL_ERROR_NOT_SUPPORTED },
  { CALENDAR ("METHOD:REQUEST\r\n" EVENT ("UID:a\r\nORGANIZER:mailto:a@x.example%0d%0aBcc: b@x.example\r\n")), INTIMAIL_ATTENDANCE_ACCEPTED, INTIMAIL_ERROR_NOT_SUPPORTED },
  { CALENDAR ("METHOD:REQUEST\r\nBEGIN:VTODO\r\nUID:a\r\nORGANIZER:mailto:ann@home.example\r\nEND:VTODO\r\n"), INTIMAIL_ATTENDANCE_ACCEPTED, INTIMAIL_ERROR_NOT_SUPPORTED },
  { CALENDAR ("METHOD:REQUEST\r\n" EVENT ("UID:a\r\nORGANIZER:mailto:ann@home.example\r\n")), INTIMAIL_ATTENDANCE_UNANSWERED, INTIMAIL_ERROR_INVALID_ARGUMENT },
};

static void
test_refusals (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (refusals); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *answer = make_answer (refusals[i].calendar, refusals[i].attendance, &error);

      g_test_message ("%s", refusals[i].calendar);
      g_assert_null (answer);
      g_assert_error (error, INTIMAIL_ERROR, refusals[i].code);
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
  g_test_add_func ("/invitation/spans", test_spans);
  g_test_add_func ("/invitation/people", test_people);
  g_test_add_func ("/invitation/large", test_large);
  g_test_add_func ("/invitation/answer", test_answer);
  g_test_add_func ("/invitation/answer-days", test_answer_days);
  g_test_add_func ("/invitation/refusals", test_refusals);
  g_test_add_func ("/invitation/limits", test_limits);
  g_test_add_func ("/invitation/collection", test_collection);

  return g_test_run ();
}
