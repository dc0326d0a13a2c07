/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <intimail/intimail-invitation.h>

#include <string.h>

#include "message/intimail-invitation-private.h"
#include "message/intimail-part-private.h"

/* A message inside many multiparts has many of them at most. */
#define MAX_CALENDARS 10

/**
 * IntimailInvitation:
 *
 * A mail that asks somebody to come, answers that, or calls it off (iTIP by mail,
 * RFC 6047): as much of the calendar in it as a reader wants to see at once.
 *
 * All of it comes from whoever sent the mail, and of several events in it the first counts. Of one calendar
 * 2 MiB, 10,000 people and 20 time zones are read, and 1,000 bytes of each text. An invitation does not
 * change: any thread may use it.
 *
 * Since: 1.0
 */
G_DEFINE_FINAL_TYPE (IntimailInvitation, intimail_invitation, G_TYPE_OBJECT)

static void
intimail_invitation_finalize (GObject *object)
{
  IntimailInvitation *self = INTIMAIL_INVITATION (object);

  g_clear_object (&self->part);
  intimail_calendar_clear (&self->calendar);

  G_OBJECT_CLASS (intimail_invitation_parent_class)->finalize (object);
}

static void
intimail_invitation_class_init (IntimailInvitationClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = intimail_invitation_finalize;
}

static void
intimail_invitation_init (IntimailInvitation *self)
{
}

static gboolean
is_calendar (IntimailPart *part)
{
  return strcmp (part->info->type, "text/calendar") == 0 || strcmp (part->info->type, "application/ics") == 0;
}

/* The parameter says it, too; where both do, the calendar is what a calendar program
 * believes. */
static void
imply_method (IntimailCalendar *calendar, IntimailPart *part)
{
  g_autofree char *method = calendar->method == NULL ? intimail_part_get_type_parameter (part, "method") : NULL;

  if (method != NULL && *method != '\0')
    calendar->method = g_ascii_strup (method, -1);
}

static IntimailInvitation *
read_part (IntimailPart *part)
{
  g_autofree char *text = intimail_part_info_read_text (part->info, INTIMAIL_CALENDAR_MAX_LENGTH);
  g_auto (IntimailCalendar) calendar = { NULL };
  IntimailInvitation *self;

  if (!intimail_calendar_read (&calendar, text))
    return NULL;
  imply_method (&calendar, part);
  if (calendar.method == NULL || calendar.uid == NULL)
    return NULL;
  self = g_object_new (INTIMAIL_TYPE_INVITATION, NULL);
  self->part = g_object_ref (part);
  self->calendar = calendar;
  memset (&calendar, 0, sizeof calendar);

  return self;
}

static IntimailInvitation *
find_in (IntimailPart *part, guint *n_left)
{
  IntimailInvitation *found = NULL;

  if (!part->info->multipart && is_calendar (part) && *n_left > 0)
    {
      --*n_left;
      return read_part (part);
    }
  for (guint i = 0; i < part->parts->len && found == NULL && *n_left > 0; i++)
    found = find_in (g_ptr_array_index (part->parts, i), n_left);

  return found;
}

/**
 * intimail_invitation_find:
 * @message: a message
 *
 * Looks for a calendar with a method in a message: an invitation, an answer, or that
 * it is called off. What has no method is a file like any other, and
 * without a UID nobody could answer.
 *
 * Returns: (transfer full) (nullable): the invitation, or %NULL when there is none
 *
 * Since: 1.0
 */
IntimailInvitation *
intimail_invitation_find (IntimailMessage *message)
{
  guint n_left = MAX_CALENDARS;

  g_return_val_if_fail (INTIMAIL_IS_MESSAGE (message), NULL);

  return find_in (intimail_message_get_root (message), &n_left);
}

/**
 * intimail_invitation_get_part:
 * @self: an invitation
 *
 * Gets the part that holds the calendar.
 *
 * Returns: (transfer none): the part
 *
 * Since: 1.0
 */
IntimailPart *
intimail_invitation_get_part (IntimailInvitation *self)
{
  g_return_val_if_fail (INTIMAIL_IS_INVITATION (self), NULL);

  return self->part;
}

/**
 * intimail_invitation_get_method:
 * @self: an invitation
 *
 * Gets what the sender wants (RFC 5546 section 1.4): "REQUEST" invites, "REPLY" answers,
 * "CANCEL" calls off, "PUBLISH" tells.
 *
 * Returns: (transfer none): the method, in upper case
 *
 * Since: 1.0
 */
const char *
intimail_invitation_get_method (IntimailInvitation *self)
{
  g_return_val_if_fail (INTIMAIL_IS_INVITATION (self), NULL);

  return self->calendar.method;
}

/**
 * intimail_invitation_get_uid:
 * @self: an invitation
 *
 * Gets the name of the event, by which an answer or a change is put to it.
 *
 * Returns: (transfer none): the UID
 *
 * Since: 1.0
 */
const char *
intimail_invitation_get_uid (IntimailInvitation *self)
{
  g_return_val_if_fail (INTIMAIL_IS_INVITATION (self), NULL);

  return self->calendar.uid;
}

/**
 * intimail_invitation_get_summary:
 * @self: an invitation
 *
 * Gets what it is about, in one line of at most 1,000 bytes.
 *
 * Returns: (transfer none) (nullable): the summary, or %NULL
 *
 * Since: 1.0
 */
const char *
intimail_invitation_get_summary (IntimailInvitation *self)
{
  g_return_val_if_fail (INTIMAIL_IS_INVITATION (self), NULL);

  return self->calendar.summary;
}

/**
 * intimail_invitation_get_location:
 * @self: an invitation
 *
 * Gets where it is, in one line of at most 1,000 bytes.
 *
 * Returns: (transfer none) (nullable): the location, or %NULL
 *
 * Since: 1.0
 */
const char *
intimail_invitation_get_location (IntimailInvitation *self)
{
  g_return_val_if_fail (INTIMAIL_IS_INVITATION (self), NULL);

  return self->calendar.location;
}

/**
 * intimail_invitation_get_organizer_name:
 * @self: an invitation
 *
 * Gets the name of who invites.
 *
 * Returns: (transfer none) (nullable): the name, or %NULL
 *
 * Since: 1.0
 */
const char *
intimail_invitation_get_organizer_name (IntimailInvitation *self)
{
  g_return_val_if_fail (INTIMAIL_IS_INVITATION (self), NULL);

  return self->calendar.organizer_name;
}

/**
 * intimail_invitation_get_organizer:
 * @self: an invitation
 *
 * Gets the address of who invites, as the calendar has it.
 *
 * Returns: (transfer none) (nullable): an address, or %NULL
 *
 * Since: 1.0
 */
const char *
intimail_invitation_get_organizer (IntimailInvitation *self)
{
  g_return_val_if_fail (INTIMAIL_IS_INVITATION (self), NULL);

  return self->calendar.organizer;
}

/**
 * intimail_invitation_get_start:
 * @self: an invitation
 *
 * Gets when it begins, in the zone that the calendar names: the system's of that name, else as the calendar describes
 * it. A day without a time begins at midnight; a time in a zone that nobody describes is given as if it were UTC:
 * see [method@Intimail.Invitation.is_floating].
 *
 * Returns: (transfer none) (nullable): the time, or %NULL
 *
 * Since: 1.0
 */
GDateTime *
intimail_invitation_get_start (IntimailInvitation *self)
{
  g_return_val_if_fail (INTIMAIL_IS_INVITATION (self), NULL);

  return self->calendar.start;
}

/**
 * intimail_invitation_get_end:
 * @self: an invitation
 *
 * Gets when it ends. What takes whole days ends at the midnight after the last.
 *
 * Returns: (transfer none) (nullable): a time after the start, or %NULL when it is not said
 *
 * Since: 1.0
 */
GDateTime *
intimail_invitation_get_end (IntimailInvitation *self)
{
  g_return_val_if_fail (INTIMAIL_IS_INVITATION (self), NULL);

  return self->calendar.end;
}

/**
 * intimail_invitation_is_all_day:
 * @self: an invitation
 *
 * Tells whether its start is a day without a time.
 *
 * Returns: %TRUE for a day
 *
 * Since: 1.0
 */
gboolean
intimail_invitation_is_all_day (IntimailInvitation *self)
{
  g_return_val_if_fail (INTIMAIL_IS_INVITATION (self), FALSE);

  return self->calendar.days;
}

/**
 * intimail_invitation_is_floating:
 * @self: an invitation
 *
 * Tells whether its start is what a clock on the wall shows, and not a moment: a day, a time without a zone, or in a
 * zone that neither the system knows nor the calendar describes.
 *
 * Returns: %TRUE when it is no moment
 *
 * Since: 1.0
 */
gboolean
intimail_invitation_is_floating (IntimailInvitation *self)
{
  g_return_val_if_fail (INTIMAIL_IS_INVITATION (self), FALSE);

  return self->calendar.floating;
}

/**
 * intimail_invitation_get_zone:
 * @self: an invitation
 *
 * Gets the name of the time zone of its start, as the calendar has it.
 *
 * Returns: (transfer none) (nullable): the name, or %NULL for UTC and for none
 *
 * Since: 1.0
 */
const char *
intimail_invitation_get_zone (IntimailInvitation *self)
{
  g_return_val_if_fail (INTIMAIL_IS_INVITATION (self), NULL);

  return self->calendar.zone;
}

/**
 * intimail_invitation_get_rule:
 * @self: an invitation
 *
 * Gets the rule by which it is repeated (RFC 5545 section 3.3.10), such as "FREQ=WEEKLY;BYDAY=MO".
 *
 * Returns: (transfer none) (nullable): the rule as it is written, or %NULL for what is once
 *
 * Since: 1.0
 */
const char *
intimail_invitation_get_rule (IntimailInvitation *self)
{
  g_return_val_if_fail (INTIMAIL_IS_INVITATION (self), NULL);

  return self->calendar.rule;
}

/**
 * intimail_invitation_get_n_attendees:
 * @self: an invitation
 *
 * Gets how many people and rooms are invited, 10,000 at most; in an answer, who answers.
 *
 * Returns: a number
 *
 * Since: 1.0
 */
guint
intimail_invitation_get_n_attendees (IntimailInvitation *self)
{
  g_return_val_if_fail (INTIMAIL_IS_INVITATION (self), 0);

  return self->calendar.attendees->len;
}

static const IntimailCalendarAttendee *
get_attendee (IntimailInvitation *self, guint i)
{
  return i < self->calendar.attendees->len ? g_ptr_array_index (self->calendar.attendees, i) : NULL;
}

/**
 * intimail_invitation_get_attendee:
 * @self: an invitation
 * @i: which one, from 0
 *
 * Gets the address of one who is invited, as the calendar has it.
 *
 * Returns: (transfer none) (nullable): an address, or %NULL when there are not so many
 *
 * Since: 1.0
 */
const char *
intimail_invitation_get_attendee (IntimailInvitation *self, guint i)
{
  g_return_val_if_fail (INTIMAIL_IS_INVITATION (self), NULL);

  return get_attendee (self, i) != NULL ? get_attendee (self, i)->address : NULL;
}

/**
 * intimail_invitation_get_attendee_name:
 * @self: an invitation
 * @i: which one, from 0
 *
 * Gets the name of one who is invited.
 *
 * Returns: (transfer none) (nullable): the name, "" when there is none, or %NULL when there are not so many
 *
 * Since: 1.0
 */
const char *
intimail_invitation_get_attendee_name (IntimailInvitation *self, guint i)
{
  g_return_val_if_fail (INTIMAIL_IS_INVITATION (self), NULL);

  return get_attendee (self, i) != NULL ? get_attendee (self, i)->name : NULL;
}

/**
 * intimail_invitation_get_attendance:
 * @self: an invitation
 * @i: which one, from 0
 *
 * Gets what one who is invited has answered, as the calendar has it.
 *
 * Returns: the answer
 *
 * Since: 1.0
 */
IntimailAttendance
intimail_invitation_get_attendance (IntimailInvitation *self, guint i)
{
  const IntimailCalendarAttendee *attendee;

  g_return_val_if_fail (INTIMAIL_IS_INVITATION (self), INTIMAIL_ATTENDANCE_UNANSWERED);

  attendee = get_attendee (self, i);
  for (guint j = 1; attendee != NULL && j < INTIMAIL_N_ATTENDANCES; j++)
    if (strcmp (attendee->status, intimail_attendance_names[j]) == 0)
      return (IntimailAttendance) j;

  return INTIMAIL_ATTENDANCE_UNANSWERED;
}
