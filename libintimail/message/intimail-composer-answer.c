/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A message that answers an invitation (RFC 6047).
 */

#include <string.h>

#include <intimail/intimail-error.h>

#include "message/intimail-composer-private.h"
#include "message/intimail-invitation-private.h"
#include "message/intimail-quote-private.h"

/* Both by attendance: the subject, and the text under it. */
typedef struct
{
  const char *subjects[INTIMAIL_N_ATTENDANCES];
  const char *texts[INTIMAIL_N_ATTENDANCES];
} Words;

static const Words english = {
  { NULL, "Accepted: ", "Maybe: ", "Declined: " },
  { NULL, " accepts the invitation.", " may come.", " declines the invitation." },
};

static const Words french = {
  { NULL, "Accept\303\251 : ", "Peut-\303\252tre : ", "D\303\251clin\303\251 : " },
  { NULL, " accepte l\342\200\231invitation.", " viendra peut-\303\252tre.", " d\303\251cline l\342\200\231invitation." },
};

static void
set_words (IntimailComposer *self, IntimailInvitation *invitation, const Words *words, IntimailAttendance attendance)
{
  const char *name = intimail_address_get_name (self->from);
  const char *summary = intimail_invitation_get_summary (invitation);
  g_autofree char *subject = g_strconcat (words->subjects[attendance], summary != NULL ? summary : "", NULL);
  g_autofree char *text = g_strconcat (name != NULL && *name != '\0' ? name : intimail_address_get_email (self->from),
                                       words->texts[attendance], "\n", summary != NULL ? "\n" : NULL, summary, "\n", NULL);

  intimail_composer_set_field (self, "Subject", g_strstrip (subject), NULL);
  intimail_composer_set_text (self, text);
}

static void
set_organizer (IntimailComposer *self, IntimailInvitation *invitation)
{
  g_autoptr (IntimailAddress) bare = intimail_address_parse (intimail_invitation_get_organizer (invitation), NULL);
  g_autoptr (GPtrArray) people = g_ptr_array_new_with_free_func ((GDestroyNotify) intimail_address_unref);
  IntimailAddress *named = intimail_address_new (intimail_invitation_get_organizer_name (invitation), intimail_address_get_local_part (bare),
                                                 intimail_address_get_domain (bare), NULL);

  g_ptr_array_add (people, named != NULL ? named : intimail_address_ref (bare));
  intimail_composer_set_addresses (self, "To", people);
}

/**
 * intimail_composer_answer_invitation:
 * @self: a composer, whose author is who answers
 * @message: the message that invites
 * @attendance: the answer
 * @language: (nullable): the language of the text, as a tag such as "fr"; %NULL, and a
 *   language that is not known, is English
 * @error: return location for an error
 *
 * Makes it the answer to an invitation: sets To to the organizer, the subject, the text, and beside it
 * the calendar that other programs read, and puts it into the thread. The organizer is whom the calendar names:
 * show who that is before it is sent.
 *
 * Fails with %INTIMAIL_ERROR_NOT_FOUND when @message has no invitation, with %INTIMAIL_ERROR_NOT_SUPPORTED when it
 * asks nobody, and with %INTIMAIL_ERROR_INVALID_ARGUMENT when there is no author or @attendance is no answer. Then nothing
 * is changed.
 *
 * Returns: %TRUE when it is an answer
 *
 * Since: 1.0
 */
gboolean
intimail_composer_answer_invitation (IntimailComposer *self, IntimailMessage *message, IntimailAttendance attendance, const char *language, GError **error)
{
  g_autoptr (IntimailInvitation) invitation = NULL;
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  char *calendar;

  g_return_val_if_fail (INTIMAIL_IS_COMPOSER (self), FALSE);
  g_return_val_if_fail (INTIMAIL_IS_MESSAGE (message), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (self->from == NULL)
    {
      g_set_error_literal (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT, "the message has no author");
      return FALSE;
    }
  invitation = intimail_invitation_find (message);
  if (invitation == NULL)
    {
      g_set_error_literal (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND, "the message has no invitation");
      return FALSE;
    }
  calendar = intimail_invitation_make_answer (invitation, self->from, attendance, self->date != NULL ? self->date : now, error);
  if (calendar == NULL)
    return FALSE;
  g_free (self->calendar);
  self->calendar = calendar;
  set_organizer (self, invitation);
  set_words (self, invitation, intimail_quote_is_french (language) ? &french : &english, attendance);
  intimail_composer_set_reply_to_message (self, message);

  return TRUE;
}
