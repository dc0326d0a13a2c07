/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What somebody answers who is invited, as a calendar (RFC 5546 section 3.2.3).
 */

#include <string.h>

#include <intimail/intimail-error.h>

#include "message/intimail-invitation-private.h"

const char *const intimail_attendance_names[INTIMAIL_N_ATTENDANCES] = {
  [INTIMAIL_ATTENDANCE_UNANSWERED] = "NEEDS-ACTION",
  [INTIMAIL_ATTENDANCE_ACCEPTED] = "ACCEPTED",
  [INTIMAIL_ATTENDANCE_TENTATIVE] = "TENTATIVE",
  [INTIMAIL_ATTENDANCE_DECLINED] = "DECLINED",
};

/* A parameter has no escapes but those of RFC 6868. */
static void
append_name (GString *out, const char *name)
{
  g_autoptr (GString) written = g_string_new (name);

  if (*name == '\0')
    return;
  g_string_replace (written, "^", "^^", 0);
  g_string_replace (written, "\"", "^'", 0);
  g_string_append_printf (out, ";CN=\"%s\"", written->str);
}

static void
append_person (GString *calendar, const char *property, const char *name, const char *email)
{
  g_autoptr (GString) start = g_string_new (property);
  g_autofree char *value = g_strconcat ("mailto:", email, NULL);

  append_name (start, name != NULL ? name : "");
  intimail_calendar_line_append (calendar, start->str, value);
}

static void
append_time (GString *calendar, const char *property, const IntimailCalendar *event, GDateTime *time)
{
  g_autofree char *value = NULL;
  g_autofree char *start = NULL;

  if (time == NULL)
    return;
  value = intimail_calendar_time_format (time, event->days, event->floating);
  start = g_strconcat (property, event->days ? ";VALUE=DATE" : "", NULL);
  intimail_calendar_line_append (calendar, start, value);
}

static void
append_event (GString *calendar, const IntimailCalendar *event, GDateTime *when)
{
  g_autofree char *stamp = intimail_calendar_time_format (when, FALSE, FALSE);
  g_autofree char *sequence = g_strdup_printf ("%u", event->sequence);

  intimail_calendar_line_append_text (calendar, "UID", event->uid);
  if (event->recurrence != NULL)
    intimail_calendar_line_append (calendar, strlen (event->recurrence) == 8 ? "RECURRENCE-ID;VALUE=DATE" : "RECURRENCE-ID", event->recurrence);
  intimail_calendar_line_append (calendar, "SEQUENCE", sequence);
  intimail_calendar_line_append (calendar, "DTSTAMP", stamp);
  append_time (calendar, "DTSTART", event, event->start);
  append_time (calendar, "DTEND", event, event->end);
  if (event->summary != NULL)
    intimail_calendar_line_append_text (calendar, "SUMMARY", event->summary);
}

/**
 * intimail_invitation_make_answer:
 * @self: an invitation
 * @attendee: who answers
 * @attendance: what
 * @when: the time of the answer
 * @error: return location for an error
 *
 * Makes the calendar by which somebody answers. It goes to the organizer:
 * [method@Intimail.Composer.answer_invitation] makes the mail. Whether @attendee is invited is not asked:
 * an invitation may have come to a list, or have been passed on.
 *
 * Fails with %INTIMAIL_ERROR_NOT_SUPPORTED when nobody is asked: it is no invitation to an event, or there is no
 * organizer with an address; and with %INTIMAIL_ERROR_INVALID_ARGUMENT when @attendance is no answer.
 *
 * Returns: (transfer full): the calendar, with CR LF
 *
 * Since: 1.0
 */
char *
intimail_invitation_make_answer (IntimailInvitation *self, IntimailAddress *attendee, IntimailAttendance attendance, GDateTime *when, GError **error)
{
  const IntimailCalendar *event;
  g_autoptr (IntimailAddress) organizer = NULL;
  g_autoptr (GString) calendar = NULL;
  g_autofree char *property = NULL;

  g_return_val_if_fail (INTIMAIL_IS_INVITATION (self), NULL);
  g_return_val_if_fail (attendee != NULL, NULL);
  g_return_val_if_fail (when != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  event = &self->calendar;
  organizer = event->organizer != NULL ? intimail_address_parse (event->organizer, NULL) : NULL;
  if (organizer == NULL || !event->is_event || strcmp (event->method, "REQUEST") != 0)
    {
      g_set_error_literal (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_SUPPORTED, "nobody is asked for an answer");
      return NULL;
    }
  if (attendance <= INTIMAIL_ATTENDANCE_UNANSWERED || attendance >= INTIMAIL_N_ATTENDANCES)
    {
      g_set_error_literal (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT, "that is no answer");
      return NULL;
    }
  calendar = g_string_new ("BEGIN:VCALENDAR\r\nPRODID:-//Intimail//Intimail//EN\r\nVERSION:2.0\r\nMETHOD:REPLY\r\nBEGIN:VEVENT\r\n");
  append_event (calendar, event, when);
  append_person (calendar, "ORGANIZER", event->organizer_name, intimail_address_get_email (organizer));
  property = g_strconcat ("ATTENDEE;PARTSTAT=", intimail_attendance_names[attendance], NULL);
  append_person (calendar, property, intimail_address_get_name (attendee), intimail_address_get_email (attendee));
  g_string_append (calendar, "END:VEVENT\r\nEND:VCALENDAR\r\n");

  return g_string_free (g_steal_pointer (&calendar), FALSE);
}
