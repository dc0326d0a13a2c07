/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <intimail/intimail-invitation.h>

#include <string.h>

#include "message/intimail-calendar-private.h"
#include "message/intimail-part-private.h"

/* A message inside many multiparts has many of them at most. */
#define MAX_CALENDARS 10

/**
 * IntimailInvitation:
 *
 * A mail that asks somebody to come, answers that, or calls it off (iTIP by mail,
 * RFC 6047): as much of the calendar in it as a reader wants to see at once.
 *
 * All of it comes from whoever sent the mail. An invitation does not change: any thread
 * may use it.
 *
 * Since: 1.0
 */
struct _IntimailInvitation
{
  GObject parent_instance;

  IntimailPart *part;
  IntimailCalendar calendar;
};

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
 * Gets when it begins, in the zone that the calendar names. A day without a time begins at midnight; a
 * time in a zone that is not known here is given as if it were UTC.
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
