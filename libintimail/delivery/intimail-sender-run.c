/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "delivery/intimail-sender-run-private.h"

#include <intimail/intimail-error.h>
#include <intimail/intimail-transport.h>

#include "base/intimail-fd-private.h"
#include "delivery/intimail-send-notice-private.h"
#include "delivery/intimail-sending-private.h"
#include "delivery/intimail-submission-private.h"

#define MINUTE 60
#define DAY (24 * 60 * MINUTE)

typedef struct
{
  IntimailSite *site;
  IntimailPerson *person;
  IntimailAccount *account;
  gint64 now;
  GCancellable *cancellable;
} Run;

/* Somebody else was faster: nothing to speak of. */
static void
log_failure (Run *run, const GError *error)
{
  if (!g_error_matches (error, INTIMAIL_ERROR, INTIMAIL_ERROR_EXISTS))
    g_message ("mail of %s that waits: %s", intimail_person_get_uid (run->person), error->message);
}

static gboolean
change (Run *run, const IntimailSubmission *submission, IntimailSubmissionStatus from, IntimailSubmissionStatus to, gint64 at)
{
  g_autoptr (GError) error = NULL;

  if (intimail_submission_change (run->account, submission->id, from, to, at, &error))
    return TRUE;
  log_failure (run, error);
  return FALSE;
}

/* ---- What follows from a status, also when it is done again after a crash ---- */

/* Who removed the message, or has no such mailbox, leaves nothing to do. */
static gboolean
is_gone (GError **error)
{
  if (!g_error_matches (*error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND))
    return FALSE;
  g_clear_error (error);
  return TRUE;
}

/* The mailbox first: what is in the way when the keyword is there is done again. */
static gboolean
move_to (Run *run, const char *email_id, IntimailMailboxRole role, gboolean is_draft, GError **error)
{
  static const char *const draft[] = { "$draft", NULL };
  g_autoptr (IntimailMailbox) mailbox = intimail_account_lookup_mailbox_by_role (run->account, role, error);
  const char *const ids[] = { email_id, NULL };
  const char *const boxes[] = { mailbox != NULL ? intimail_mailbox_get_id (mailbox) : NULL, NULL };

  return mailbox != NULL && intimail_account_set_mailboxes (run->account, ids, boxes, NULL, error) &&
         intimail_account_set_keywords (run->account, ids, is_draft ? draft : NULL, is_draft ? NULL : draft, NULL, error);
}

/* A client that files it may have been killed between the keyword and the mailbox. */
static gboolean
is_filed (Run *run, IntimailEnvelope *envelope, gboolean is_sent)
{
  g_autoptr (IntimailMailbox) drafts = NULL;

  if (intimail_envelope_has_keyword (envelope, "$draft") == is_sent)
    return FALSE;
  if (is_sent)
    drafts = intimail_account_lookup_mailbox_by_role (run->account, INTIMAIL_MAILBOX_ROLE_DRAFTS, NULL);

  return drafts == NULL || !g_strv_contains (intimail_envelope_get_mailbox_ids (envelope), intimail_mailbox_get_id (drafts));
}

/* In Sent when it is sent, and else a draft again. */
static gboolean
file_message (Run *run, const IntimailSubmission *submission, GError **error)
{
  gboolean is_sent = submission->status == INTIMAIL_SUBMISSION_FINAL;
  g_autoptr (GError) local_error = NULL;
  g_autoptr (IntimailEnvelope) envelope = intimail_account_get_envelope (run->account, submission->email_id, &local_error);

  if ((envelope != NULL && is_filed (run, envelope, is_sent)) ||
      (envelope != NULL && move_to (run, submission->email_id, is_sent ? INTIMAIL_MAILBOX_ROLE_SENT : INTIMAIL_MAILBOX_ROLE_DRAFTS,
                                    !is_sent, &local_error)) ||
      is_gone (&local_error))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

/* What cannot be done now stays unfinished, for the next time. Clients are told before it is
 * finished, of what was sent at once perhaps for the first time: told twice does no harm. */
static void
finish (Run *run, const IntimailSubmission *submission)
{
  g_autoptr (GError) error = NULL;

  if (!file_message (run, submission, &error) ||
      (submission->status != INTIMAIL_SUBMISSION_FINAL &&
       !intimail_send_notice_deliver (run->site, run->person, run->account, submission, &error)) ||
      !intimail_account_record_change (run->account, INTIMAIL_CHANGE_TYPE_EMAIL_SUBMISSION, submission->id, submission->due == 0, &error) ||
      !intimail_submission_finish (run->account, submission->id, &error))
    g_message ("a message of %s is not where it belongs, or is not spoken of yet: %s", intimail_person_get_uid (run->person), error->message);
}

/* @reason: NULL when it is sent. */
static void
end (Run *run, IntimailSubmission *submission, IntimailSubmissionStatus status, const char *reason)
{
  g_autoptr (GError) error = NULL;

  submission->status = status;
  g_free (submission->reason);
  submission->reason = g_strdup (reason);
  if (status == INTIMAIL_SUBMISSION_FINAL)
    intimail_sending_set_outcome (run->site, submission);
  else
    intimail_submission_set_outcome (submission, status == INTIMAIL_SUBMISSION_HELD ? "unknown" : "no", reason);
  if (intimail_submission_end (run->account, submission, &error))
    finish (run, submission);
  else
    log_failure (run, error);
}

static void
take_result (Run *run, IntimailSubmission *submission, const GError *error)
{
  gint64 pause = MIN (60, 1 + 2 * submission->tries) * MINUTE;

  if (error == NULL)
    {
      submission->sent = run->now;
      end (run, submission, INTIMAIL_SUBMISSION_FINAL, NULL);
    }
  else if (g_error_matches (error, INTIMAIL_ERROR, INTIMAIL_ERROR_UNCERTAIN))
    end (run, submission, INTIMAIL_SUBMISSION_HELD, error->message);
  else if (*intimail_error_get_enhanced_status (error) == '5' || run->now + pause > submission->due + DAY)
    end (run, submission, INTIMAIL_SUBMISSION_FAILED, error->message);
  else
    change (run, submission, INTIMAIL_SUBMISSION_SENDING, INTIMAIL_SUBMISSION_PENDING, run->now + pause);
}

static gboolean
check_person (Run *run, const IntimailSubmission *submission, GError **error)
{
  if (intimail_person_is_active (run->person) && intimail_person_owns_address (run->person, submission->sender))
    return TRUE;
  g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_PERMISSION_DENIED, "%s is no address of %s any more", submission->sender,
               intimail_person_get_uid (run->person));
  return FALSE;
}

/* Written down before it is done: who is killed now has maybe sent it. */
static void
send (Run *run, IntimailSubmission *submission)
{
  g_autoptr (GBytes) message = NULL;
  g_autoptr (IntimailTransport) transport = NULL;
  g_autoptr (GError) error = NULL;

  if (!change (run, submission, INTIMAIL_SUBMISSION_PENDING, INTIMAIL_SUBMISSION_SENDING, 0))
    return;
  message = intimail_account_load_message (run->account, submission->email_id, &error);
  /* Who removes a message that waits does not want it to be sent. */
  if (g_error_matches (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND))
    {
      change (run, submission, INTIMAIL_SUBMISSION_SENDING, INTIMAIL_SUBMISSION_CANCELED, 0);
      return;
    }
  transport = intimail_transport_new (run->site);
  if (message != NULL && check_person (run, submission, &error))
    intimail_transport_send (transport, submission->sender, (const char *const *) submission->recipients, message, NULL, &error);
  take_result (run, submission, error);
}

static void
look_at (Run *run, IntimailSubmission *submission)
{
  gboolean french = g_str_equal (intimail_site_get_language (run->site), "fr");

  if (submission->unfinished)
    finish (run, submission);
  else if (submission->status == INTIMAIL_SUBMISSION_SENDING)
    end (run, submission, INTIMAIL_SUBMISSION_HELD, french ? "l'envoi a été interrompu" : "sending was interrupted");
  else if (submission->status == INTIMAIL_SUBMISSION_PENDING && submission->sent <= run->now)
    send (run, submission);
}

static void
note_next (gint64 at, gint64 *next, gboolean *waits)
{
  *waits = TRUE;
  if (*next == 0 || at < *next)
    *next = at;
}

/* What is still under way was not written down, because of the disk, or is sent at once by
 * somebody else. */
static void
find_next (Run *run, GPtrArray *submissions, gint64 *next, gboolean *waits)
{
  for (guint i = 0; i < submissions->len; i++)
    {
      const IntimailSubmission *submission = g_ptr_array_index (submissions, i);

      if (submission->status == INTIMAIL_SUBMISSION_PENDING)
        note_next (submission->sent, next, waits);
      else if (submission->status == INTIMAIL_SUBMISSION_SENDING || submission->unfinished)
        note_next (run->now + MINUTE, next, waits);
    }
}

static gboolean
is_open_at_once (const IntimailSubmission *submission)
{
  return submission->due == 0 && (submission->status == INTIMAIL_SUBMISSION_SENDING || submission->unfinished);
}

/* What programs that sent at once left when they were killed; they are asked for when nobody
 * sends any more. */
static void
look_at_rest (Run *run)
{
  g_auto (IntimailFd) lock = intimail_sending_lock_out (run->account);
  g_autoptr (GPtrArray) submissions = lock >= 0 ? intimail_submission_list (run->account, NULL) : NULL;

  for (guint i = 0; submissions != NULL && i < submissions->len; i++)
    if (is_open_at_once (submissions->pdata[i]))
      look_at (run, submissions->pdata[i]);
}

gboolean
intimail_sender_run_person (IntimailSite *site,
                            IntimailPerson *person,
                            gint64 now,
                            gint64 *next,
                            gboolean *waits,
                            GCancellable *cancellable,
                            GError **error)
{
  g_autoptr (IntimailAccount) account = intimail_site_get_account (site, person, error);
  g_autoptr (GPtrArray) submissions = account != NULL ? intimail_submission_list (account, error) : NULL;
  g_autoptr (GPtrArray) left = NULL;
  Run run = { site, person, account, now, cancellable };
  gboolean rest = FALSE;

  if (submissions == NULL)
    return FALSE;
  for (guint i = 0; i < submissions->len && !g_cancellable_is_cancelled (cancellable); i++)
    {
      IntimailSubmission *submission = g_ptr_array_index (submissions, i);

      rest = rest || is_open_at_once (submission);
      if (!is_open_at_once (submission))
        look_at (&run, submission);
    }
  if (rest)
    look_at_rest (&run);
  left = intimail_submission_list (account, error);
  if (left == NULL)
    return FALSE;
  find_next (&run, left, next, waits);

  return TRUE;
}
