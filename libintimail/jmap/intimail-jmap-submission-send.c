/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * From what a client wants to be sent to the transport (RFC 8621 section 7.5).
 */

#include <string.h>

#include <intimail/intimail-account.h>
#include <intimail/intimail-error.h>
#include <intimail/intimail-message.h>
#include <intimail/intimail-person.h>
#include <intimail/intimail-site.h>
#include <intimail/intimail-transport.h>

#include "base/intimail-secret-private.h"
#include "delivery/intimail-outbox-private.h"
#include "delivery/intimail-sender-private.h"
#include "delivery/intimail-sending-private.h"
#include "jmap/intimail-jmap-args-private.h"
#include "jmap/intimail-jmap-identity-private.h"
#include "jmap/intimail-jmap-set-private.h"
#include "jmap/intimail-jmap-submission-private.h"

#define MAX_RECIPIENTS 100

/* One submission being made. The first thing that is wrong ends it. */
typedef struct
{
  IntimailJmapContext *context;
  JsonObject *properties;
  IntimailEnvelope *envelope;
  GBytes *bytes;
  IntimailMessage *message;
  char *sender;
  GPtrArray *recipients;
  gint64 due; /* seconds since 1970; 0: at once */
  JsonObject *error;
} Send;

static gboolean
fail_property (Send *send, const char *property, const char *description)
{
  send->error = intimail_jmap_set_error_new_property (property, description);
  return FALSE;
}

static gboolean
fail (Send *send, const char *type, const char *description)
{
  send->error = intimail_jmap_set_error_new (type, description);
  return FALSE;
}

static gboolean
check_names (Send *send)
{
  static const char *const names[] = { "identityId", "emailId", "envelope", NULL };
  static const char *const server_set[] = { "id", "threadId", "sendAt", "undoStatus", "deliveryStatus", "dsnBlobIds", "mdnBlobIds", NULL };
  JsonObjectIter iter;
  const char *name;
  JsonNode *node;

  json_object_iter_init_ordered (&iter, send->properties);
  while (json_object_iter_next_ordered (&iter, &name, &node))
    if (!g_strv_contains (names, name) && !(g_strv_contains (server_set, name) && intimail_jmap_node_is_null (node)))
      return fail_property (send, name, "cannot be set");

  return TRUE;
}

/* "#creationId", too. */
static const char *
get_id (Send *send, const char *property)
{
  const char *text = intimail_jmap_node_get_string (json_object_get_member (send->properties, property));

  return text != NULL ? intimail_jmap_context_resolve_id (send->context, text) : NULL;
}

static gboolean
check_identity (Send *send)
{
  const char *id = get_id (send, "identityId");
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) identity = id != NULL ? intimail_jmap_identity_lookup (send->context, id, &error) : NULL;

  if (identity != NULL)
    return TRUE;

  return fail_property (send, "identityId", "there is no such identity");
}

static gboolean
load_email (Send *send)
{
  const char *id = get_id (send, "emailId");
  g_autoptr (GError) error = NULL;

  if (id != NULL)
    send->envelope = intimail_account_get_envelope (send->context->account, id, &error);
  if (send->envelope != NULL)
    send->bytes = intimail_account_load_message (send->context->account, id, &error);
  if (send->bytes != NULL)
    send->message = intimail_message_new_from_bytes (send->bytes, &error);
  if (send->message != NULL)
    return TRUE;

  if (id == NULL || g_error_matches (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND))
    return fail_property (send, "emailId", "there is no such email");
  send->error = intimail_jmap_set_error_new_from (error);
  return FALSE;
}

static gboolean
check_size (Send *send)
{
  guint64 limit = intimail_site_get_max_message_size (send->context->site);

  if (g_bytes_get_size (send->bytes) <= limit)
    return TRUE;
  fail (send, "tooLarge", "the message is larger than this server sends");
  json_object_set_int_member (send->error, "maxSize", limit);

  return FALSE;
}

static gboolean
owns (Send *send, const char *email)
{
  return intimail_person_owns_address (send->context->person, email);
}

static gboolean
check_from (Send *send)
{
  GPtrArray *from = intimail_message_get_from (send->message);

  if (from == NULL || from->len == 0)
    {
      JsonArray *properties = json_array_new ();

      fail (send, "invalidEmail", "the message does not say from whom it is");
      json_array_add_string_element (properties, "from");
      json_object_set_array_member (send->error, "properties", properties);
      return FALSE;
    }
  for (guint i = 0; i < from->len; i++)
    if (!owns (send, intimail_address_get_email (g_ptr_array_index (from, i))))
      return fail (send, "forbiddenFrom", "the message is from an address that is not yours");

  return TRUE;
}

static JsonObject *
get_object (JsonNode *node)
{
  return node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
}

static gboolean
has_parameters (JsonNode *parameters)
{
  return !intimail_jmap_node_is_null (parameters) &&
         (!JSON_NODE_HOLDS_OBJECT (parameters) || json_object_get_size (json_node_get_object (parameters)) > 0);
}

/* RFC 4865: seconds from now, or a date. FALSE when it is none, or beyond what the session
 * says. */
static gboolean
read_hold (JsonObject *parameters, gint64 *due)
{
  const char *seconds = intimail_jmap_node_get_string (json_object_get_member (parameters, "HOLDFOR"));
  const char *date = intimail_jmap_node_get_string (json_object_get_member (parameters, "HOLDUNTIL"));
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;
  guint64 number;

  if (json_object_get_size (parameters) != 1 || (seconds == NULL && date == NULL))
    return FALSE;
  if (date != NULL)
    return intimail_jmap_utc_date_parse (date, due) && *due > 0 && *due <= now + INTIMAIL_JMAP_MAX_DELAYED_SEND;
  if (!g_ascii_string_to_unsigned (seconds, 10, 0, INTIMAIL_JMAP_MAX_DELAYED_SEND, &number, NULL))
    return FALSE;
  *due = now + (gint64) number;

  return TRUE;
}

/* The sender may say when. */
static gboolean
read_sender (Send *send, JsonNode *node)
{
  JsonObject *object = get_object (node);
  JsonNode *parameters = object != NULL ? json_object_get_member (object, "parameters") : NULL;
  const char *email = object != NULL ? intimail_jmap_node_get_string (json_object_get_member (object, "email")) : NULL;

  send->sender = g_strdup (email);

  return email != NULL && (!has_parameters (parameters) ||
                           (JSON_NODE_HOLDS_OBJECT (parameters) && read_hold (json_node_get_object (parameters), &send->due)));
}

/* An address of the given envelope; NULL when it is none. */
static const char *
get_email (JsonNode *node)
{
  JsonObject *object = get_object (node);

  if (object == NULL || has_parameters (json_object_get_member (object, "parameters")))
    return NULL;

  return intimail_jmap_node_get_string (json_object_get_member (object, "email"));
}

static void
add_recipient (Send *send, const char *email)
{
  for (guint i = 0; i < send->recipients->len; i++)
    if (g_ascii_strcasecmp (g_ptr_array_index (send->recipients, i), email) == 0)
      return;
  g_ptr_array_add (send->recipients, g_strdup (email));
}

static gboolean
read_envelope (Send *send, JsonObject *envelope)
{
  JsonNode *node = json_object_get_member (envelope, "rcptTo");
  JsonArray *array = node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;

  if (!read_sender (send, json_object_get_member (envelope, "mailFrom")) || array == NULL)
    return fail_property (send, "envelope", "needs mailFrom and rcptTo, without parameters but HOLDFOR or HOLDUNTIL");
  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      const char *email = get_email (json_array_get_element (array, i));

      if (email == NULL)
        return fail_property (send, "envelope", "rcptTo has something that is no address without parameters");
      add_recipient (send, email);
    }

  return TRUE;
}

static void
add_recipients (Send *send, GPtrArray *addresses)
{
  for (guint i = 0; addresses != NULL && i < addresses->len; i++)
    add_recipient (send, intimail_address_get_email (g_ptr_array_index (addresses, i)));
}

static gboolean
make_envelope (Send *send)
{
  GPtrArray *senders = intimail_message_get_sender (send->message);

  if (senders == NULL || senders->len == 0)
    senders = intimail_message_get_from (send->message);
  send->sender = g_strdup (intimail_address_get_email (g_ptr_array_index (senders, 0)));
  add_recipients (send, intimail_message_get_to (send->message));
  add_recipients (send, intimail_message_get_cc (send->message));
  add_recipients (send, intimail_message_get_bcc (send->message));

  return TRUE;
}

static gboolean
find_envelope (Send *send)
{
  JsonNode *node = json_object_get_member (send->properties, "envelope");

  if (intimail_jmap_node_is_null (node))
    return make_envelope (send);
  if (!JSON_NODE_HOLDS_OBJECT (node))
    return fail_property (send, "envelope", "must be an object");

  return read_envelope (send, json_node_get_object (node));
}

static gboolean
check_recipients (Send *send)
{
  JsonArray *invalid = NULL;

  if (send->recipients->len == 0)
    return fail (send, "noRecipients", "the message is to nobody");
  if (send->recipients->len > MAX_RECIPIENTS)
    {
      fail (send, "tooManyRecipients", "the message is to too many people at once");
      json_object_set_int_member (send->error, "maxRecipients", MAX_RECIPIENTS);
      return FALSE;
    }
  for (guint i = 0; i < send->recipients->len; i++)
    {
      const char *email = g_ptr_array_index (send->recipients, i);
      g_autoptr (IntimailAddress) address = intimail_address_parse (email, NULL);

      if (address != NULL && strcmp (intimail_address_get_email (address), email) == 0)
        continue;
      if (invalid == NULL)
        invalid = json_array_new ();
      json_array_add_string_element (invalid, email);
    }
  if (invalid == NULL)
    return TRUE;

  fail (send, "invalidRecipients", "some recipients are no mail addresses");
  json_object_set_array_member (send->error, "invalidRecipients", invalid);
  return FALSE;
}

/* Nobody else's error says more to a person than the transport's own words. */
static JsonObject *
make_transport_error (const GError *error)
{
  if (error->domain != INTIMAIL_ERROR)
    return intimail_jmap_set_error_new ("serverFail", "the message could not be sent; try again later");

  switch ((IntimailError) error->code)
    {
    case INTIMAIL_ERROR_PERMISSION_DENIED:
    case INTIMAIL_ERROR_NOT_SUPPORTED:
    case INTIMAIL_ERROR_POSTING_REFUSED:
    case INTIMAIL_ERROR_LOOP:
    case INTIMAIL_ERROR_CODE_NEEDED:
      return intimail_jmap_set_error_new ("forbiddenToSend", error->message);
    case INTIMAIL_ERROR_TOO_LARGE:
      return intimail_jmap_set_error_new ("tooLarge", error->message);
    case INTIMAIL_ERROR_NOT_FOUND:
    case INTIMAIL_ERROR_DISABLED:
    case INTIMAIL_ERROR_INVALID_ARGUMENT:
      return intimail_jmap_set_error_new ("invalidRecipients", error->message);
    case INTIMAIL_ERROR_RATE_LIMITED:
      return intimail_jmap_set_error_new ("rateLimit", error->message);
    case INTIMAIL_ERROR_OVER_QUOTA:
      return intimail_jmap_set_error_new ("overQuota", error->message);
    case INTIMAIL_ERROR_FAILED:
    case INTIMAIL_ERROR_STORAGE_FULL:
    case INTIMAIL_ERROR_EXISTS:
    case INTIMAIL_ERROR_NOT_EMPTY:
    case INTIMAIL_ERROR_UNAVAILABLE:
    case INTIMAIL_ERROR_STATE_LOST:
    case INTIMAIL_ERROR_UNCERTAIN:
      break;
    }

  return intimail_jmap_set_error_new ("serverFail", error->message);
}

/* Those of whom another address is needed; the others are refused for company. */
static JsonArray *
list_invalid (IntimailSendReport *report)
{
  const char *const *recipients = intimail_send_report_get_recipients (report);
  JsonArray *invalid = json_array_new ();

  for (guint i = 0; recipients[i] != NULL; i++)
    {
      g_autoptr (GError) error = NULL;

      if (!intimail_send_report_get_result (report, i, &error) && *intimail_error_get_enhanced_status (error) == '5')
        json_array_add_string_element (invalid, recipients[i]);
    }

  return invalid;
}

static gboolean
count (Send *send)
{
  g_autoptr (GError) error = NULL;

  if (intimail_outbox_count (send->context->site, send->context->person, send->recipients->len, &error))
    return TRUE;
  send->error = make_transport_error (error);
  return FALSE;
}

static gboolean
send_each (Send *send)
{
  g_autoptr (IntimailTransport) transport = intimail_transport_new (send->context->site);
  g_autoptr (IntimailSendReport) report = NULL;
  g_autoptr (GError) error = NULL;

  report = intimail_transport_send_each (transport, send->sender, (const char *const *) send->recipients->pdata, send->bytes,
                                         INTIMAIL_SEND_FLAGS_NONE, NULL);
  if (intimail_send_report_check (report, &error))
    return TRUE;

  send->error = make_transport_error (error);
  if (strcmp (json_object_get_string_member (send->error, "type"), "invalidRecipients") == 0)
    json_object_set_array_member (send->error, "invalidRecipients", list_invalid (report));
  return FALSE;
}

static gboolean
run (Send *send)
{
  if (!check_names (send) || !check_identity (send) || !load_email (send) || !check_size (send) || !check_from (send) || !find_envelope (send))
    return FALSE;
  if (!owns (send, send->sender))
    return fail (send, "forbiddenMailFrom", "the envelope's sender is not an address of yours");

  return check_recipients (send) && count (send);
}

static IntimailSubmission *
make_record (Send *send)
{
  IntimailSubmission *submission = g_new0 (IntimailSubmission, 1);
  g_autofree char *token = intimail_secret_token (16);

  g_ptr_array_add (send->recipients, NULL);
  submission->id = g_strconcat ("s", token, NULL);
  submission->identity_id = g_strdup (get_id (send, "identityId"));
  submission->email_id = g_strdup (intimail_envelope_get_id (send->envelope));
  submission->thread_id = g_strdup (intimail_envelope_get_thread_id (send->envelope));
  submission->message_id = g_strdup (intimail_envelope_get_message_id (send->envelope));
  submission->sender = g_strdup (send->sender);
  submission->recipients = g_strdupv ((char **) send->recipients->pdata);
  submission->due = send->due;
  submission->sent = send->due != 0 ? send->due : g_get_real_time () / G_USEC_PER_SEC;
  submission->status = send->due != 0 ? INTIMAIL_SUBMISSION_PENDING : INTIMAIL_SUBMISSION_SENDING;

  return submission;
}

/* Noted before and after: see intimail_sender_note(). */
static gboolean
write_down (Send *send, const IntimailSubmission *submission)
{
  IntimailJmapContext *context = send->context;
  g_autoptr (GError) error = NULL;

  if (intimail_sender_note (context->site, context->person, &error) &&
      intimail_submission_add (context->account, submission, &error) &&
      intimail_sender_note (context->site, context->person, &error))
    return TRUE;
  send->error = intimail_jmap_set_error_new_from (error);
  return FALSE;
}

/* Noted before: who is killed then has maybe sent it. */
static gboolean
hand_over (Send *send, IntimailSubmission *submission)
{
  IntimailJmapContext *context = send->context;
  g_autoptr (GError) error = NULL;
  gboolean sent;

  if (context->sending == NULL)
    context->sending = intimail_sending_new (context->site, context->person, context->account);
  if (!intimail_sending_note (context->sending, submission, &error))
    {
      send->error = intimail_jmap_set_error_new_from (error);
      return FALSE;
    }
  sent = send_each (send);
  intimail_sending_end (context->sending, submission, sent);

  return sent;
}

IntimailSubmission *
intimail_jmap_submission_send (IntimailJmapContext *context, JsonObject *properties, JsonObject **set_error)
{
  Send send = { .context = context, .properties = properties };
  g_autoptr (IntimailSubmission) submission = NULL;

  send.recipients = g_ptr_array_new_with_free_func (g_free);
  if (run (&send))
    submission = make_record (&send);
  if (submission != NULL && !(submission->due != 0 ? write_down (&send, submission) : hand_over (&send, submission)))
    g_clear_pointer (&submission, intimail_submission_free);
  *set_error = send.error;

  g_clear_object (&send.envelope);
  g_clear_pointer (&send.bytes, g_bytes_unref);
  g_clear_object (&send.message);
  g_free (send.sender);
  g_ptr_array_unref (send.recipients);

  return g_steal_pointer (&submission);
}
