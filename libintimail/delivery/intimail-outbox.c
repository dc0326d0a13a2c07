/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "delivery/intimail-outbox-private.h"

#include <string.h>

#include <intimail/intimail-account.h>
#include <intimail/intimail-error.h>
#include <intimail/intimail-message.h>
#include <intimail/intimail-transport.h>

#include "base/intimail-secret-private.h"

#include "base/intimail-call-private.h"
#include "delivery/intimail-send-alarm-private.h"
#include "delivery/intimail-send-count-private.h"
#include "delivery/intimail-sending-private.h"
#include "site/intimail-site-private.h"

/**
 * IntimailOutbox:
 *
 * What one person sends: with an address of theirs, not more than the site allows, and
 * with a copy in the mailbox of sent mail.
 *
 * How much a person may send in an hour and in a day is said in the group `[transport]` of
 * the configuration. It is counted on the disk, for all programs together. When somebody
 * passes it, the administrators get a mail: a password may be in other hands.
 *
 * An outbox does not change once it is made: any thread may use it.
 *
 * Since: 1.0
 */
struct _IntimailOutbox
{
  GObject parent_instance;

  IntimailSite *site;
  IntimailPerson *person;
};

G_DEFINE_FINAL_TYPE (IntimailOutbox, intimail_outbox, G_TYPE_OBJECT)

enum
{
  PROP_SITE = 1,
  PROP_PERSON,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

static void
intimail_outbox_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  IntimailOutbox *self = INTIMAIL_OUTBOX (object);

  if (id == PROP_SITE)
    g_value_set_object (value, self->site);
  else if (id == PROP_PERSON)
    g_value_set_object (value, self->person);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
intimail_outbox_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  IntimailOutbox *self = INTIMAIL_OUTBOX (object);

  if (id == PROP_SITE)
    self->site = g_value_dup_object (value);
  else if (id == PROP_PERSON)
    self->person = g_value_dup_object (value);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
intimail_outbox_finalize (GObject *object)
{
  IntimailOutbox *self = INTIMAIL_OUTBOX (object);

  g_clear_object (&self->person);
  g_clear_object (&self->site);
  G_OBJECT_CLASS (intimail_outbox_parent_class)->finalize (object);
}

static void
intimail_outbox_class_init (IntimailOutboxClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = intimail_outbox_get_property;
  object_class->set_property = intimail_outbox_set_property;
  object_class->finalize = intimail_outbox_finalize;

  /**
   * IntimailOutbox:site:
   *
   * The site that the mail leaves.
   *
   * Since: 1.0
   */
  props[PROP_SITE] = g_param_spec_object ("site", NULL, NULL, INTIMAIL_TYPE_SITE, flags);

  /**
   * IntimailOutbox:person:
   *
   * Who sends.
   *
   * Since: 1.0
   */
  props[PROP_PERSON] = g_param_spec_object ("person", NULL, NULL, INTIMAIL_TYPE_PERSON, flags);

  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
intimail_outbox_init (IntimailOutbox *self)
{
}

/**
 * intimail_outbox_new:
 * @site: the site that the mail leaves
 * @person: who sends
 *
 * Makes a person's way out.
 *
 * Returns: (transfer full): an outbox
 *
 * Since: 1.0
 */
IntimailOutbox *
intimail_outbox_new (IntimailSite *site, IntimailPerson *person)
{
  g_return_val_if_fail (INTIMAIL_IS_SITE (site), NULL);
  g_return_val_if_fail (INTIMAIL_IS_PERSON (person), NULL);

  return g_object_new (INTIMAIL_TYPE_OUTBOX, "site", site, "person", person, NULL);
}

static gboolean
check_from (IntimailOutbox *self, IntimailMessage *message, GError **error)
{
  GPtrArray *from = intimail_message_get_from (message);

  if (from == NULL || from->len == 0)
    {
      g_set_error_literal (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT, "the message does not say from whom it is");
      return FALSE;
    }
  for (guint i = 0; i < from->len; i++)
    {
      const char *email = intimail_address_get_email (g_ptr_array_index (from, i));

      if (intimail_person_owns_address (self->person, email))
        continue;
      g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_PERMISSION_DENIED, "the message is from %s, which is no address of %s", email,
                   intimail_person_get_uid (self->person));
      return FALSE;
    }

  return TRUE;
}

/**
 * intimail_outbox_check:
 * @self: an outbox
 * @sender: the address that gets reports about the message
 * @message: the message
 * @error: return location for an error
 *
 * Looks whether the person may send such a message, whoever it is to.
 *
 * Fails with %INTIMAIL_ERROR_PERMISSION_DENIED when @sender or an address in `From` is none
 * of the person's, %INTIMAIL_ERROR_DISABLED when the person may not use their mail,
 * %INTIMAIL_ERROR_INVALID_ARGUMENT when the message is from nobody,
 * and %INTIMAIL_ERROR_TOO_LARGE when it is larger than the site's largest.
 *
 * Returns: %TRUE when nothing speaks against it
 *
 * Since: 1.0
 */
gboolean
intimail_outbox_check (IntimailOutbox *self, const char *sender, GBytes *message, GError **error)
{
  g_autoptr (IntimailMessage) parsed = NULL;
  guint64 limit;

  g_return_val_if_fail (INTIMAIL_IS_OUTBOX (self), FALSE);
  g_return_val_if_fail (sender != NULL && message != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (!intimail_person_is_active (self->person))
    {
      g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_DISABLED, "the account of %s is closed", intimail_person_get_uid (self->person));
      return FALSE;
    }
  if (!intimail_person_owns_address (self->person, sender))
    {
      g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_PERMISSION_DENIED, "%s is no address of %s", sender,
                   intimail_person_get_uid (self->person));
      return FALSE;
    }
  limit = intimail_site_get_max_message_size (self->site);
  if (g_bytes_get_size (message) > limit)
    {
      g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_TOO_LARGE,
                   "the message has %" G_GSIZE_FORMAT " bytes, and this site sends %" G_GUINT64_FORMAT, g_bytes_get_size (message), limit);
      return FALSE;
    }
  parsed = intimail_message_new_from_bytes (message, error);

  return parsed != NULL && check_from (self, parsed, error);
}

gboolean
intimail_outbox_count (IntimailSite *site, IntimailPerson *person, guint n_recipients, GError **error)
{
  const IntimailSendLimits *limits = &intimail_site_get_settings (site)->send_limits;
  g_autoptr (IntimailAccount) account = intimail_site_get_account (site, person, error);
  g_autoptr (GError) local_error = NULL;
  gboolean alarm = FALSE;

  if (account == NULL)
    return FALSE;
  if (intimail_send_count_take (intimail_account_get_path (account), limits, n_recipients,
                                g_get_real_time () / G_USEC_PER_SEC, &alarm, &local_error))
    return TRUE;
  if (alarm)
    intimail_send_alarm_raise (site, person, local_error->message);
  g_propagate_error (error, g_steal_pointer (&local_error));

  return FALSE;
}

/* ---- Sending, with the copy ---- */

static char *
find_mailbox (IntimailAccount *account, IntimailMailboxRole role, GError **error)
{
  g_autoptr (IntimailMailbox) mailbox = intimail_account_lookup_mailbox_by_role (account, role, error);

  return mailbox != NULL ? g_strdup (intimail_mailbox_get_id (mailbox)) : NULL;
}

/* Among the drafts first, where it stays when it cannot be sent: the one copy there is. */
static char *
keep_draft (IntimailAccount *account, GBytes *message, GCancellable *cancellable, GError **error)
{
  static const char *const keywords[] = { "$draft", "$seen", NULL };
  g_autofree char *drafts = find_mailbox (account, INTIMAIL_MAILBOX_ROLE_DRAFTS, error);

  return drafts != NULL ? intimail_account_deliver (account, message, drafts, keywords, 0, cancellable, error) : NULL;
}

/* It is sent: a copy in the wrong place is no failure any more. */
static void
file_copy (IntimailAccount *account, const char *id)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *sent = find_mailbox (account, INTIMAIL_MAILBOX_ROLE_SENT, &error);
  const char *const ids[] = { id, NULL };
  const char *const boxes[] = { sent, NULL };
  const char *const gone[] = { "$draft", NULL };

  if (sent == NULL || !intimail_account_set_mailboxes (account, ids, boxes, NULL, &error) ||
      !intimail_account_set_keywords (account, ids, NULL, gone, NULL, &error))
    g_warning ("a message was sent, and its copy stays among the drafts: %s", error->message);
}

/* No client asked for it. */
#define NO_IDENTITY "none"

static IntimailSubmission *
make_submission (IntimailAccount *account, const char *id, const char *sender, const char *const *recipients, GError **error)
{
  g_autoptr (IntimailEnvelope) envelope = intimail_account_get_envelope (account, id, error);
  g_autofree char *token = intimail_secret_token (16);
  IntimailSubmission *submission;

  if (envelope == NULL)
    return NULL;
  submission = g_new0 (IntimailSubmission, 1);
  submission->id = g_strconcat ("s", token, NULL);
  submission->identity_id = g_strdup (NO_IDENTITY);
  submission->email_id = g_strdup (id);
  submission->thread_id = g_strdup (intimail_envelope_get_thread_id (envelope));
  submission->message_id = g_strdup (intimail_envelope_get_message_id (envelope));
  submission->sender = g_strdup (sender);
  submission->recipients = g_strdupv ((char **) recipients);
  submission->sent = g_get_real_time () / G_USEC_PER_SEC;
  submission->status = INTIMAIL_SUBMISSION_SENDING;

  return submission;
}

/* From the drafts to those who get it, and to Sent; a kill on the way leaves a line of that,
 * which is gone in the end. */
static gboolean
hand_over (IntimailOutbox *self,
           IntimailAccount *account,
           IntimailSubmission *submission,
           GBytes *message,
           GCancellable *cancellable,
           GError **error)
{
  g_autoptr (IntimailSending) sending = intimail_sending_new (self->site, self->person, account);
  g_autoptr (IntimailTransport) transport = intimail_transport_new (self->site);
  gboolean sent;

  if (!intimail_sending_note (sending, submission, error))
    return FALSE;
  sent = intimail_transport_send (transport, submission->sender, (const char *const *) submission->recipients, message, cancellable, error);
  intimail_sending_end (sending, submission, sent);
  if (!sent)
    return FALSE;
  file_copy (account, submission->email_id);
  intimail_sending_forget (sending, submission);

  return TRUE;
}

/**
 * intimail_outbox_send:
 * @self: an outbox
 * @sender: the address that gets reports about the message: one of the person's
 * @recipients: (array zero-terminated=1): the addresses that get it, without names; one at
 *   least
 * @message: the message
 * @cancellable: (nullable): a cancellable, heeded until the message is handed over
 * @error: return location for an error
 *
 * Sends a message, and keeps one copy of it: in the mailbox with the role `sent` when it is
 * on its way, in the one with the role `drafts` when not.
 *
 * Before anything is sent it fails as [method@Intimail.Outbox.check] says, with
 * %INTIMAIL_ERROR_OVER_QUOTA when the copy has no room, and with
 * %INTIMAIL_ERROR_RATE_LIMITED when the person has sent too much, and the message says until
 * when. Then it fails as [method@Intimail.Transport.send] does, and all recipients get the
 * message or nobody; after %INTIMAIL_ERROR_UNCERTAIN nobody can know.
 *
 * Returns: (transfer full): the identifier of the copy among the sent mail
 *
 * Since: 1.0
 */
char *
intimail_outbox_send (IntimailOutbox *self,
                      const char *sender,
                      const char *const *recipients,
                      GBytes *message,
                      GCancellable *cancellable,
                      GError **error)
{
  g_autoptr (IntimailAccount) account = NULL;
  g_autoptr (IntimailSubmission) submission = NULL;
  g_autofree char *id = NULL;

  g_return_val_if_fail (INTIMAIL_IS_OUTBOX (self), NULL);
  g_return_val_if_fail (sender != NULL && recipients != NULL && recipients[0] != NULL && message != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (!intimail_outbox_check (self, sender, message, error))
    return NULL;
  account = intimail_site_get_account (self->site, self->person, error);
  if (account == NULL || !intimail_account_check_quota (account, g_bytes_get_size (message), error) ||
      !intimail_outbox_count (self->site, self->person, g_strv_length ((char **) recipients), error))
    return NULL;
  id = keep_draft (account, message, cancellable, error);
  if (id == NULL)
    return NULL;
  submission = make_submission (account, id, sender, recipients, error);
  if (submission == NULL || !hand_over (self, account, submission, message, cancellable, error))
    {
      g_prefix_error (error, "the message is not sent, and kept among the drafts: ");
      return NULL;
    }

  return g_steal_pointer (&id);
}

static gpointer
run_send (gpointer self, const IntimailCall *call, GCancellable *cancellable, GError **error)
{
  return intimail_outbox_send (self, call->texts[0], call->lists[0], call->bytes, cancellable, error);
}

/**
 * intimail_outbox_send_async:
 * @self: an outbox
 * @sender: the address that gets reports about the message
 * @recipients: (array zero-terminated=1): the addresses that get it; one at least
 * @message: the message
 * @cancellable: (nullable): a cancellable, heeded until the message is handed over
 * @callback: (scope async) (closure user_data): called when it is done
 * @user_data: data for @callback
 *
 * Runs [method@Intimail.Outbox.send] in a thread.
 *
 * Since: 1.0
 */
void
intimail_outbox_send_async (IntimailOutbox *self,
                            const char *sender,
                            const char *const *recipients,
                            GBytes *message,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
  const IntimailCall call = {
    .run = run_send,
    .free_result = g_free,
    .is_change = TRUE,
    .texts = { sender },
    .lists = { recipients },
    .bytes = message,
  };

  g_return_if_fail (INTIMAIL_IS_OUTBOX (self));
  g_return_if_fail (sender != NULL && recipients != NULL && recipients[0] != NULL && message != NULL);

  intimail_call_start (self, intimail_outbox_send_async, &call, cancellable, callback, user_data);
}

/**
 * intimail_outbox_send_finish:
 * @self: an outbox
 * @result: what the callback got
 * @error: return location for an error
 *
 * Ends [method@Intimail.Outbox.send_async], and fails as [method@Intimail.Outbox.send] does.
 *
 * Returns: (transfer full): the identifier of the copy among the sent mail
 *
 * Since: 1.0
 */
char *
intimail_outbox_send_finish (IntimailOutbox *self, GAsyncResult *result, GError **error)
{
  return intimail_call_finish (self, intimail_outbox_send_async, result, error);
}
