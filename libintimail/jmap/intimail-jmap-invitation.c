/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The property intimail:invitation, and Invitation/answer. They are ours: see
 * docs/reference/jmap.md.
 */

#include "jmap/intimail-jmap-invitation-private.h"

#include <string.h>

#include <intimail/intimail-account.h>
#include <intimail/intimail-composer.h>
#include <intimail/intimail-error.h>
#include <intimail/intimail-invitation.h>
#include <intimail/intimail-site.h>

#include "jmap/intimail-jmap-args-private.h"
#include "jmap/intimail-jmap-email-body-private.h"
#include "jmap/intimail-jmap-identity-private.h"
#include "jmap/intimail-jmap-methods-private.h"

/* As many as a page shows. */
#define MAX_SHOWN 100

static const char *const attendances[] = { "unanswered", "accepted", "tentative", "declined" };

/* "2026-01-15T09:00:00Z" for a moment, "2026-01-15T09:00:00" for what a clock shows, "2026-01-15" for a day. */
static void
set_time (JsonObject *object, const char *name, IntimailInvitation *invitation, GDateTime *time)
{
  gboolean all_day = intimail_invitation_is_all_day (invitation);
  gboolean floating = intimail_invitation_is_floating (invitation);
  g_autoptr (GDateTime) utc = time != NULL ? floating ? g_date_time_ref (time) : g_date_time_to_utc (time) : NULL;
  g_autofree char *text = utc != NULL ? g_date_time_format (utc, all_day ? "%Y-%m-%d" : floating ? "%Y-%m-%dT%H:%M:%S"
                                                                                                 : "%Y-%m-%dT%H:%M:%SZ")
                                      : NULL;

  intimail_jmap_object_set_string_or_null (object, name, text);
}

static JsonObject *
make_person (const char *name, const char *email)
{
  JsonObject *person = json_object_new ();

  intimail_jmap_object_set_string_or_null (person, "name", name != NULL && *name != '\0' ? name : NULL);
  json_object_set_string_member (person, "email", email);

  return person;
}

static JsonArray *
make_attendees (IntimailInvitation *invitation)
{
  JsonArray *attendees = json_array_new ();

  for (guint i = 0; i < MIN (intimail_invitation_get_n_attendees (invitation), MAX_SHOWN); i++)
    {
      JsonObject *attendee = make_person (intimail_invitation_get_attendee_name (invitation, i), intimail_invitation_get_attendee (invitation, i));

      json_object_set_string_member (attendee, "answer", attendances[intimail_invitation_get_attendance (invitation, i)]);
      json_array_add_object_element (attendees, attendee);
    }

  return attendees;
}

static gboolean
can_answer (IntimailInvitation *invitation)
{
  g_autoptr (IntimailAddress) anybody = intimail_address_new (NULL, "a", "a.example", NULL);
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autofree char *answer = intimail_invitation_make_answer (invitation, anybody, INTIMAIL_ATTENDANCE_ACCEPTED, now, NULL);

  return answer != NULL;
}

JsonNode *
intimail_jmap_invitation_to_node (const char *email_id, IntimailMessage *message)
{
  g_autoptr (IntimailInvitation) invitation = intimail_invitation_find (message);
  g_autofree char *blob_id = NULL;
  const char *organizer;
  JsonObject *object;

  if (invitation == NULL)
    return json_node_new (JSON_NODE_NULL);
  object = json_object_new ();
  if (email_id != NULL)
    blob_id = intimail_jmap_body_make_blob_id (email_id, intimail_part_get_id (intimail_invitation_get_part (invitation)));
  intimail_jmap_object_set_string_or_null (object, "blobId", blob_id);
  json_object_set_string_member (object, "method", intimail_invitation_get_method (invitation));
  intimail_jmap_object_set_string_or_null (object, "summary", intimail_invitation_get_summary (invitation));
  intimail_jmap_object_set_string_or_null (object, "location", intimail_invitation_get_location (invitation));
  set_time (object, "start", invitation, intimail_invitation_get_start (invitation));
  set_time (object, "end", invitation, intimail_invitation_get_end (invitation));
  intimail_jmap_object_set_string_or_null (object, "zone", intimail_invitation_get_zone (invitation));
  intimail_jmap_object_set_string_or_null (object, "rule", intimail_invitation_get_rule (invitation));
  organizer = intimail_invitation_get_organizer (invitation);
  if (organizer != NULL)
    json_object_set_object_member (object, "organizer", make_person (intimail_invitation_get_organizer_name (invitation), organizer));
  else
    json_object_set_null_member (object, "organizer");
  json_object_set_array_member (object, "attendees", make_attendees (invitation));
  json_object_set_int_member (object, "totalAttendees", intimail_invitation_get_n_attendees (invitation));
  json_object_set_boolean_member (object, "mayAnswer", can_answer (invitation));

  return intimail_jmap_node_take_object (object);
}

static gboolean
is_address (const char *text, IntimailAddress *own)
{
  g_autoptr (IntimailAddress) address = text != NULL ? intimail_address_parse (text, NULL) : NULL;

  return address != NULL && intimail_address_equal (address, own);
}

static gboolean
is_invited (IntimailInvitation *invitation, IntimailAddress *own)
{
  for (guint i = 0; i < intimail_invitation_get_n_attendees (invitation); i++)
    if (is_address (intimail_invitation_get_attendee (invitation, i), own))
      return TRUE;

  return FALSE;
}

static gboolean
is_among (GPtrArray *addresses, IntimailAddress *own)
{
  for (guint i = 0; i < addresses->len; i++)
    if (intimail_address_equal (g_ptr_array_index (addresses, i), own))
      return TRUE;

  return FALSE;
}

/* Who is invited answers; else whom the mail was for, as an invitation may have been passed on; else the main
 * address, as it may have come to a list. Borrowed from @identities. */
static JsonObject *
choose_identity (JsonObject *identities, IntimailMessage *message, IntimailInvitation *invitation)
{
  JsonObject *main_address = NULL;
  JsonObject *recipient = NULL;
  JsonObjectIter iter;
  const char *id;
  JsonNode *node;

  json_object_iter_init_ordered (&iter, identities);
  while (json_object_iter_next_ordered (&iter, &id, &node))
    {
      JsonObject *identity = json_node_get_object (node);
      g_autoptr (IntimailAddress) own = intimail_address_parse (json_object_get_string_member (identity, "email"), NULL);

      if (own != NULL && is_invited (invitation, own))
        return identity;
      if (main_address == NULL)
        main_address = identity;
      if (own != NULL && recipient == NULL && (is_among (intimail_message_get_to (message), own) || is_among (intimail_message_get_cc (message), own)))
        recipient = identity;
    }

  return recipient != NULL ? recipient : main_address;
}

static IntimailAddress *
make_author (JsonObject *identity, GError **error)
{
  g_autoptr (IntimailAddress) bare = intimail_address_parse (json_object_get_string_member (identity, "email"), error);

  return bare != NULL ? intimail_address_new (json_object_get_string_member (identity, "name"), intimail_address_get_local_part (bare),
                                              intimail_address_get_domain (bare), error)
                      : NULL;
}

static gboolean
get_attendance (JsonObject *arguments, IntimailAttendance *attendance, GError **error)
{
  const char *answer;

  if (!intimail_jmap_args_require_string (arguments, "answer", &answer, error))
    return FALSE;
  for (guint i = 1; i < G_N_ELEMENTS (attendances); i++)
    if (strcmp (answer, attendances[i]) == 0)
      {
        *attendance = (IntimailAttendance) i;
        return TRUE;
      }
  intimail_jmap_args_set_error (error, "answer", "is accepted, tentative or declined");

  return FALSE;
}

/* What the client may have got wrong, and what its person can mend, is told as such. */
static void
set_answer_error (GError **error, const GError *cause)
{
  if (g_error_matches (cause, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND))
    g_set_error_literal (error, INTIMAIL_JMAP_ERROR, INTIMAIL_JMAP_ERROR_INVALID_ARGUMENTS, cause->message);
  else if (g_error_matches (cause, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_SUPPORTED) ||
           g_error_matches (cause, INTIMAIL_ERROR, INTIMAIL_ERROR_OVER_QUOTA))
    g_set_error_literal (error, INTIMAIL_JMAP_ERROR, INTIMAIL_JMAP_ERROR_FORBIDDEN, cause->message);
  else
    g_propagate_error (error, g_error_copy (cause));
}

/* Puts the answer among the drafts; NULL when it cannot be made. */
static char *
store_answer (IntimailJmapContext *context, IntimailComposer *composer, GError **error)
{
  static const char *const keywords[] = { "$draft", "$seen", NULL };
  g_autoptr (IntimailMailbox) drafts = intimail_account_lookup_mailbox_by_role (context->account, INTIMAIL_MAILBOX_ROLE_DRAFTS, error);

  return drafts != NULL ? intimail_account_deliver_composer (context->account, composer, intimail_site_get_hostname (context->site),
                                                             intimail_mailbox_get_id (drafts), keywords, NULL, error)
                        : NULL;
}

/* The author, and with that the identity whose id is given. */
static char *
set_author (IntimailJmapContext *context, IntimailComposer *composer, IntimailMessage *message, IntimailInvitation *invitation, GError **error)
{
  g_autoptr (JsonObject) identities = intimail_jmap_identity_list (context, error);
  JsonObject *identity = identities != NULL ? choose_identity (identities, message, invitation) : NULL;
  g_autoptr (IntimailAddress) author = identity != NULL ? make_author (identity, error) : NULL;

  if (author == NULL)
    return NULL;
  intimail_composer_set_from (composer, author);

  return g_strdup (json_object_get_string_member (identity, "id"));
}

static char *
compose (IntimailJmapContext *context, IntimailComposer *composer, JsonObject *arguments, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (IntimailMessage) message = NULL;
  g_autoptr (IntimailInvitation) invitation = NULL;
  g_autofree char *identity_id = NULL;
  IntimailAttendance attendance = INTIMAIL_ATTENDANCE_UNANSWERED;
  const char *email_id;
  const char *language;

  if (!intimail_jmap_args_require_string (arguments, "emailId", &email_id, error) || !get_attendance (arguments, &attendance, error) ||
      !intimail_jmap_args_get_string (arguments, "language", &language, error))
    return NULL;
  message = intimail_account_open_message (context->account, email_id, &local_error);
  invitation = message != NULL ? intimail_invitation_find (message) : NULL;
  if (message != NULL && invitation == NULL)
    g_set_error_literal (&local_error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND, "the email has no invitation");
  else if (invitation != NULL)
    identity_id = set_author (context, composer, message, invitation, &local_error);
  if (identity_id != NULL && intimail_composer_answer_invitation (composer, message, attendance, language, &local_error))
    return g_steal_pointer (&identity_id);
  set_answer_error (error, local_error);

  return NULL;
}

JsonObject *
intimail_jmap_invitation_answer (IntimailJmapContext *context, JsonObject *arguments, GError **error)
{
  g_autoptr (IntimailComposer) composer = intimail_composer_new ();
  g_autoptr (GError) local_error = NULL;
  g_autofree char *identity_id = compose (context, composer, arguments, error);
  g_autofree char *id = identity_id != NULL ? store_answer (context, composer, &local_error) : NULL;
  JsonObject *answer;

  if (local_error != NULL)
    set_answer_error (error, local_error);
  if (id == NULL)
    return NULL;
  answer = json_object_new ();
  json_object_set_string_member (answer, "accountId", context->account_id);
  json_object_set_string_member (answer, "emailId", id);
  json_object_set_string_member (answer, "identityId", identity_id);

  return answer;
}
