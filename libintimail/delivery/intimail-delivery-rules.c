/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A message and the rules of the person who gets it: it is sent on, stored and answered,
 * in this order.
 */

#include "delivery/intimail-delivery-private.h"

#include <string.h>

#include <intimail/intimail-error.h>
#include <intimail/intimail-transport.h>

#include "base/intimail-secret-private.h"
#include "delivery/intimail-rule-outcome-private.h"
#include "delivery/intimail-send-report-private.h"
#include "delivery/intimail-sent-report-private.h"
#include "delivery/intimail-vacation-reply-private.h"

/* Postfix gives up after so many (hopcount_limit). */
#define MAX_HOPS 50

/* One message and one person. */
typedef struct
{
  IntimailDelivery *delivery;
  IntimailDeliveryTarget *target;
  GBytes *message; /* with our own fields */
  IntimailRuleView *view;
  IntimailRuleOutcome *outcome;
  GCancellable *cancellable;
} Work;

/* ---- Sending on ---- */

/* It was here before, or has come a very long way. */
static gboolean
is_loop (const Work *work)
{
  g_autoptr (GPtrArray) before = intimail_rule_view_read_addresses (work->view, "Delivered-To");

  for (guint i = 0; i < before->len; i++)
    if (intimail_person_owns_address (work->target->person, intimail_address_get_email (before->pdata[i])))
      return TRUE;

  return intimail_rule_view_count (work->view, "Received") > MAX_HOPS;
}

/* The field by which it is known when it comes back: one that is there already, or one
 * put before it. */
static GBytes *
make_forwarded (const Work *work, GError **error)
{
  g_autoptr (GBytes) bytes = intimail_delivery_copy_map (work->target->copy, error);
  const IntimailDeliveryRecipient *only = work->delivery->recipients->len == 1 ? work->delivery->recipients->pdata[0] : NULL;
  g_autoptr (GString) longer = NULL;
  gconstpointer data;
  gsize size;

  if (bytes == NULL)
    return NULL;
  if (only != NULL && work->target->copy->list == NULL && intimail_person_owns_address (work->target->person, only->address))
    return g_steal_pointer (&bytes);
  data = g_bytes_get_data (bytes, &size);
  longer = g_string_sized_new (size + 300);
  g_string_append_printf (longer, "Delivered-To: %s\n", intimail_person_get_mail (work->target->person));
  g_string_append_len (longer, data, (gssize) size);

  return g_string_free_to_bytes (g_steal_pointer (&longer));
}

/* Whoever cannot have it, or may have it or not, does not lose it: it is kept here. */
static void
keep_for (const Work *work, const char *address, const GError *error)
{
  g_message ("%s: a message is kept here, as it may not reach %s: %s", intimail_person_get_uid (work->target->person), address, error->message);
  work->outcome->kept = TRUE;
}

/* FALSE when nobody has it: with what is for now, if anything is, since the others were
 * then told nothing. What is on its way to some is not sent again. */
static gboolean
read_report (const Work *work, IntimailSendReport *report, gboolean *uncertain, GError **error)
{
  const char *const *recipients = intimail_send_report_get_recipients (report);
  gboolean some = intimail_send_report_count_good (report) > 0;
  g_autoptr (GError) worst = NULL;

  for (guint i = 0; recipients[i] != NULL; i++)
    {
      g_autoptr (GError) one = NULL;

      if (intimail_send_report_get_result (report, i, &one))
        continue;
      *uncertain = *uncertain || g_error_matches (one, INTIMAIL_ERROR, INTIMAIL_ERROR_UNCERTAIN);
      if (some || *uncertain)
        {
          keep_for (work, recipients[i], one);
          some = TRUE;
        }
      else if (worst == NULL || (intimail_delivery_is_permanent (worst) && !intimail_delivery_is_permanent (one)))
        {
          g_clear_error (&worst);
          worst = g_steal_pointer (&one);
        }
    }
  if (some)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&worst));

  return FALSE;
}

static gboolean
hand_over (const Work *work, gboolean *uncertain, GError **error)
{
  g_autoptr (IntimailTransport) transport = intimail_transport_new (work->delivery->site);
  g_autoptr (IntimailSendReport) report = NULL;
  g_autoptr (GBytes) bytes = make_forwarded (work, error);

  if (bytes == NULL)
    return FALSE;
  /* An address that is refused for good costs no other one the mail. */
  report = intimail_transport_send_each (transport, work->target->copy->sender, (const char *const *) work->outcome->forwards, bytes,
                                         INTIMAIL_SEND_FLAGS_LEAVE_OUT_REFUSED, work->cancellable);

  return read_report (work, report, uncertain, error);
}

/* Who asks again for the same bytes does not make them go out twice. The program that hands
 * a message over may outlive this one: then nobody knows, and it is kept. */
static gboolean
hand_over_once (const Work *work, GError **error)
{
  IntimailDeliveryTarget *target = work->target;
  IntimailSpool *spool = target->copy->spool;
  g_autofree char *sent = intimail_delivery_copy_make_note ((const char *const *) work->outcome->forwards, work->message, target->copy->n_trace);
  g_autofree char *begun = g_strconcat ("begun-", sent, NULL);
  gboolean uncertain = FALSE;
  gboolean ok;
  int note;

  if (intimail_spool_was_done (spool, target->account, sent))
    return TRUE;
  if (intimail_spool_was_done (spool, target->account, begun))
    {
      g_message ("%s: a message is kept here, as nobody knows whether it was sent on before a kill", intimail_person_get_uid (target->person));
      work->outcome->kept = TRUE;
      return TRUE;
    }
  note = intimail_spool_begin_note (spool, target->account, begun);
  ok = hand_over (work, &uncertain, error);
  if (ok && !uncertain)
    intimail_spool_end_note (spool, intimail_spool_begin_note (spool, target->account, sent), TRUE);
  intimail_spool_end_note (spool, note, ok && uncertain);

  return ok;
}

static gboolean
send_on (const Work *work, GError **error)
{
  gboolean uncertain = FALSE;

  return work->delivery->unconfirmed != NULL ? hand_over_once (work, error) : hand_over (work, &uncertain, error);
}

/* FALSE: the sender has to come again. What cannot be sent on at all is kept here. */
static gboolean
forward (const Work *work)
{
  IntimailDeliveryTarget *target = work->target;
  g_autoptr (GError) error = NULL;

  if (work->outcome->forwards[0] == NULL)
    return TRUE;
  if (is_loop (work))
    g_set_error_literal (&error, INTIMAIL_ERROR, INTIMAIL_ERROR_LOOP, "it has been here before");
  else if (send_on (work, &error))
    return TRUE;
  if (!intimail_delivery_is_permanent (error))
    {
      target->error = g_steal_pointer (&error);
      g_prefix_error (&target->error, "a rule sends it on: ");
      return FALSE;
    }
  g_message ("%s: a message is kept here and not sent on: %s", intimail_person_get_uid (target->person), error->message);
  work->outcome->kept = TRUE;

  return TRUE;
}

/* ---- Storing ---- */

static gboolean
store (IntimailDeliveryTarget *target, const char *mailbox_id, const char *const *keywords, GCancellable *cancellable)
{
  g_autofree char *id = intimail_account_deliver_spool (target->account, target->copy->spool, mailbox_id, keywords, 0,
                                                        cancellable, &target->error);
  g_autoptr (GBytes) message = NULL;

  /* Reports have no sender, and hardly anything else has none. */
  if (id != NULL && *target->copy->sender == '\0' && target->copy->list == NULL)
    message = intimail_spool_map (target->copy->spool, NULL);
  if (message != NULL)
    intimail_sent_report_note (target->account, message, id);

  return id != NULL;
}

/* What is wrong with a mailbox or a keyword must not cost the message. */
static gboolean
file (const Work *work)
{
  IntimailDeliveryTarget *target = work->target;
  const IntimailRuleOutcome *outcome = work->outcome;

  if (store (target, outcome->mailbox_id, (const char *const *) outcome->keywords, work->cancellable))
    return TRUE;
  if ((outcome->mailbox_id == NULL && outcome->keywords[0] == NULL) ||
      g_error_matches (target->error, INTIMAIL_ERROR, INTIMAIL_ERROR_OVER_QUOTA) ||
      g_error_matches (target->error, INTIMAIL_ERROR, INTIMAIL_ERROR_STORAGE_FULL))
    return FALSE;
  g_message ("%s: a message goes to the inbox: %s", intimail_person_get_uid (target->person), target->error->message);
  g_clear_error (&target->error);

  return store (target, NULL, NULL, work->cancellable);
}

/* ---- Answering ---- */

static void
answer (const Work *work, IntimailRuleSet *set)
{
  IntimailDeliveryTarget *target = work->target;
  const char *sender = work->delivery->sender;
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;

  if (work->outcome->put_away || !set->vacation->enabled ||
      intimail_vacation_find_obstacle (set->vacation, target->person, sender, work->view, now) != NULL)
    return;
  intimail_vacation_reply (set->vacation, work->delivery->site, target->person, target->account, sender, work->view,
                           work->message, now, work->cancellable);
}

void
intimail_delivery_target_apply_rules (IntimailDelivery *self, IntimailDeliveryTarget *target, GCancellable *cancellable)
{
  const char *const *spam_fields = (const char *const *) intimail_site_get_settings (self->site)->spam_fields;
  /* What is wrong with the rules is said where they are read. */
  g_autoptr (IntimailRuleSet) set = intimail_rule_set_borrow (target->account, NULL);
  g_autoptr (IntimailRuleView) view = NULL;
  g_autoptr (IntimailRuleOutcome) outcome = NULL;
  g_autoptr (GBytes) message = NULL;
  Work work;

  if (set == NULL && spam_fields[0] == NULL)
    {
      store (target, NULL, NULL, cancellable);
      return;
    }
  message = intimail_spool_map (target->copy->spool, &target->error);
  if (message == NULL)
    return;
  view = intimail_rule_view_new (message, target->copy->n_trace);
  outcome = intimail_rule_outcome_new (set, spam_fields, target->account, view, FALSE);
  work = (Work){ self, target, message, view, outcome, cancellable };
  if (forward (&work) && (!outcome->kept || file (&work)) && set != NULL)
    answer (&work, set);
}
