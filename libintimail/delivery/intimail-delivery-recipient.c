/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Who is behind a recipient's address, and what becomes of the message for them.
 */

#include "delivery/intimail-delivery-private.h"

#include <string.h>

#include <intimail/intimail-error.h>
#include <intimail/intimail-transport.h>

#include "delivery/intimail-list-refusal-private.h"
#include "delivery/intimail-send-report-private.h"
#include "delivery/intimail-trace-private.h"
#include "delivery/intimail-unsubscribe-private.h"
#include "directory/intimail-person-private.h"

void
intimail_delivery_target_free (gpointer data)
{
  IntimailDeliveryTarget *self = data;

  g_clear_object (&self->account);
  g_object_unref (self->person);
  g_clear_error (&self->error);
  g_free (self);
}

void
intimail_delivery_recipient_free (gpointer data)
{
  IntimailDeliveryRecipient *self = data;

  g_free (self->address);
  intimail_route_free (self->route);
  g_ptr_array_unref (self->targets);
  g_clear_error (&self->error);
  g_free (self);
}

gboolean
intimail_delivery_is_permanent (const GError *error)
{
  return *intimail_error_get_enhanced_status (error) == '5';
}

static const GError *
find_worst (GPtrArray *targets, const IntimailDeliveryCopy *copy)
{
  const GError *worst = NULL;

  for (guint i = 0; i < targets->len; i++)
    {
      const IntimailDeliveryTarget *target = g_ptr_array_index (targets, i);

      if (target->error != NULL && (copy == NULL || target->copy == copy) &&
          (worst == NULL || (intimail_delivery_is_permanent (worst) && !intimail_delivery_is_permanent (target->error))))
        worst = target->error;
    }

  return worst;
}

const GError *
intimail_delivery_recipient_find_worst (const IntimailDeliveryRecipient *self)
{
  return find_worst (self->targets, self->copy);
}

static gboolean
has_success (GPtrArray *targets)
{
  for (guint i = 0; i < targets->len; i++)
    if (((const IntimailDeliveryTarget *) g_ptr_array_index (targets, i))->error == NULL)
      return TRUE;

  return FALSE;
}

/* The account of a person, opened once for each delivery. */
static IntimailDeliveryTarget *
get_target (IntimailDelivery *self, IntimailPerson *person)
{
  const char *uid = intimail_person_get_uid (person);
  IntimailDeliveryTarget *target = g_hash_table_lookup (self->targets, uid);

  if (target == NULL)
    {
      target = g_new0 (IntimailDeliveryTarget, 1);
      target->person = g_object_ref (person);
      g_hash_table_insert (self->targets, g_strdup (uid), target);
    }
  g_clear_error (&target->error);
  if (target->account == NULL)
    target->account = intimail_site_get_account (self->site, person, &target->error);

  return target;
}

/* Each person's quota alone. */
static void
collect_targets (IntimailDelivery *self, IntimailDeliveryRecipient *recipient, guint64 size)
{
  for (guint i = 0; i < recipient->route->people->len; i++)
    {
      IntimailDeliveryTarget *target = get_target (self, g_ptr_array_index (recipient->route->people, i));

      /* A size that was not said is at least one byte: a full mailbox is full. What may
       * be there already needs no room. */
      if (target->account != NULL &&
          (self->unconfirmed == NULL || !intimail_unconfirmed_has (self->unconfirmed, intimail_account_get_path (target->account))))
        intimail_account_check_quota (target->account, MAX (size, 1), &target->error);
      if (!g_ptr_array_find (recipient->targets, target, NULL))
        g_ptr_array_add (recipient->targets, target);
    }
}

/* Of a list, one who can get it is enough: the others are the mail server's. */
static gboolean
can_be_served (IntimailDeliveryRecipient *self, GError **error)
{
  const GError *worst = find_worst (self->targets, NULL);
  gboolean some = has_success (self->targets) || self->route->addresses->len > 0;

  if (worst == NULL || (some && (self->route->kind == INTIMAIL_ROUTE_LIST || intimail_delivery_is_permanent (worst))))
    return TRUE;

  if (error != NULL)
    *error = g_error_copy (worst);
  return FALSE;
}

/* The bytes that they get: as it came, or of their list. */
static IntimailDeliveryCopy *
get_copy (IntimailDelivery *self, IntimailRoute *route)
{
  IntimailGroup *list = route->kind == INTIMAIL_ROUTE_LIST ? route->list : NULL;

  for (guint i = 0; i < self->copies->len; i++)
    {
      IntimailDeliveryCopy *copy = self->copies->pdata[i];

      if ((list == NULL) == (copy->list == NULL) &&
          (list == NULL || g_str_equal (intimail_group_get_name (list), intimail_group_get_name (copy->list))))
        return copy;
    }
  g_ptr_array_add (self->copies, intimail_delivery_copy_new (list, self->sender));

  return g_ptr_array_index (self->copies, self->copies->len - 1);
}

/* A member with the token that each message of the list has needs nobody's help; what
 * else is written there is for the owners: also of who is a member by another list, or
 * with another address. */
static gboolean
is_request (IntimailDelivery *self, IntimailRoute *route, gboolean *request, GCancellable *cancellable, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autofree char *member = NULL;

  if (route->kind == INTIMAIL_ROUTE_UNSUBSCRIBE &&
      intimail_unsubscribe_check_token (self->site, route->list, route->token, &local_error))
    member = intimail_route_find_member (intimail_site_get_directory (self->site), route->list, self->sender, cancellable, &local_error);
  *request = member != NULL;
  if (local_error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

static gboolean
is_elsewhere (IntimailDelivery *self, IntimailRoute *route)
{
  return route->kind == INTIMAIL_ROUTE_PERSON && !intimail_site_check_host (self->site, route->people->pdata[0], NULL);
}

IntimailDeliveryRecipient *
intimail_delivery_recipient_new (IntimailDelivery *delivery,
                                 const char *address,
                                 guint64 size,
                                 GCancellable *cancellable,
                                 GError **error)
{
  IntimailRoute *route = intimail_site_find_route (delivery->site, address, delivery->is_check ? NULL : delivery->sender,
                                                   cancellable, error);
  IntimailDeliveryRecipient *self;
  gboolean request;

  if (route == NULL)
    return NULL;
  self = g_new0 (IntimailDeliveryRecipient, 1);
  self->address = g_strdup (address);
  self->route = route;
  self->targets = g_ptr_array_new ();
  if (delivery->is_question && is_elsewhere (delivery, route))
    return self;
  if (is_request (delivery, route, &request, cancellable, error))
    {
      if (request)
        return self;
      collect_targets (delivery, self, size);
      if (can_be_served (self, error))
        {
          self->copy = get_copy (delivery, route);
          return self;
        }
    }
  intimail_delivery_recipient_free (self);

  return NULL;
}

/* ---- Files ---- */

static GPtrArray *
list_accounts (IntimailDelivery *self, const IntimailDeliveryCopy *copy)
{
  GPtrArray *accounts = g_ptr_array_new ();

  for (guint i = 0; i < self->recipients->len; i++)
    {
      const IntimailDeliveryRecipient *recipient = self->recipients->pdata[i];

      for (guint j = 0; recipient->copy == copy && j < recipient->targets->len; j++)
        {
          const IntimailDeliveryTarget *target = recipient->targets->pdata[j];

          if (target->account != NULL)
            g_ptr_array_add (accounts, target->account);
        }
    }

  return accounts;
}

/* Delivered-To is for one recipient alone, and of a list always, which knows by it
 * what has been there before. */
static char *
make_trace (IntimailDelivery *self, const IntimailDeliveryCopy *copy)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  const IntimailDeliveryRecipient *only = self->recipients->len == 1 ? g_ptr_array_index (self->recipients, 0) : NULL;
  const char *recipient = only != NULL ? only->address : NULL;

  return intimail_trace_make (copy->sender,
                              copy->list != NULL ? intimail_group_get_mail (copy->list) : recipient,
                              self->peer_name,
                              intimail_site_get_hostname (self->site),
                              self->protocol,
                              now);
}

void
intimail_delivery_open_copies (IntimailDelivery *self)
{
  for (guint i = 0; i < self->copies->len; i++)
    {
      IntimailDeliveryCopy *copy = self->copies->pdata[i];
      g_autoptr (GPtrArray) accounts = NULL;
      g_autofree char *trace = NULL;

      if (intimail_delivery_copy_is_open (copy))
        continue;
      accounts = list_accounts (self, copy);
      trace = make_trace (self, copy);
      intimail_delivery_copy_open (copy, self->site, accounts, trace, self->unconfirmed);
    }
  self->opened = TRUE;
}

/* ---- The end ---- */

/* Who is a recipient and a member too, or a member of two lists, gets one copy: as it
 * came before any list's, and none of a list that refuses the message. */
static void
choose_copies (IntimailDelivery *self)
{
  for (gboolean of_list = FALSE; of_list <= TRUE; of_list++)
    for (guint i = 0; i < self->recipients->len; i++)
      {
        const IntimailDeliveryRecipient *recipient = self->recipients->pdata[i];

        if (recipient->copy == NULL || (recipient->copy->list != NULL) != of_list ||
            (of_list && recipient->copy->error != NULL))
          continue;
        for (guint j = 0; j < recipient->targets->len; j++)
          {
            IntimailDeliveryTarget *target = recipient->targets->pdata[j];

            if (target->copy == NULL)
              target->copy = recipient->copy;
          }
      }
}

static void
store_for_all (IntimailDelivery *self, GCancellable *cancellable)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->targets);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      IntimailDeliveryTarget *target = value;

      if (!target->wanted || target->copy == NULL || target->account == NULL)
        continue;
      g_clear_error (&target->error);
      if (target->copy->error != NULL)
        target->error = g_error_copy (target->copy->error);
      else
        intimail_delivery_target_apply_rules (self, target, cancellable);
    }
}

static void
add_address (IntimailDelivery *self, GPtrArray *addresses, const char *address)
{
  g_autofree char *key = intimail_person_make_address_key (address);

  if (key != NULL && !g_hash_table_contains (self->handed_over, key))
    g_ptr_array_add (addresses, (char *) address);
}

/* Members who cannot get it, while others can. */
static GPtrArray *
list_stuck (IntimailDeliveryRecipient *recipient)
{
  GPtrArray *stuck = g_ptr_array_new ();

  for (guint i = 0; recipient->route->kind == INTIMAIL_ROUTE_LIST && i < recipient->targets->len; i++)
    {
      IntimailDeliveryTarget *target = recipient->targets->pdata[i];

      if (target->error != NULL && target->copy == recipient->copy)
        g_ptr_array_add (stuck, target);
    }

  return stuck;
}

/* A site without a mail server has people alone. */
static void
leave_out (IntimailDeliveryRecipient *recipient)
{
  if (recipient->targets->len > 0)
    {
      g_warning ("%s: members elsewhere got nothing, as this site sends mail to its own people only", recipient->address);
      return;
    }
  g_set_error (&recipient->error, INTIMAIL_ERROR,
               recipient->route->kind == INTIMAIL_ROUTE_LIST ? INTIMAIL_ERROR_NOT_SUPPORTED : INTIMAIL_ERROR_UNAVAILABLE,
               "%s: all behind it are elsewhere, and this site sends mail to its own people only", recipient->address);
}

/* What one recipient gets: a message of the list in which they can leave it with one click,
 * when the site has an address for that and they are a member themselves. NULL with an error. */
static GBytes *
make_message_for (IntimailDelivery *self, IntimailDeliveryCopy *copy, const char *address, GCancellable *cancellable, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autofree char *member = intimail_route_find_member (intimail_site_get_directory (self->site), copy->list, address, cancellable, &local_error);
  g_autofree char *link = member != NULL ? intimail_unsubscribe_make_link (self->site, copy->list, member, &local_error) : NULL;

  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return NULL;
    }

  return link != NULL ? intimail_delivery_copy_map_with_link (copy, link, error) : intimail_delivery_copy_map (copy, error);
}

/* What becomes of one member; notes keep the mail server from having it twice. */
static gboolean
send_to_one (IntimailDelivery *self,
             IntimailTransport *transport,
             IntimailDeliveryCopy *copy,
             const char *address,
             GCancellable *cancellable,
             GError **error)
{
  const char *const recipients[] = { address, NULL };
  g_autoptr (GBytes) message = make_message_for (self, copy, address, cancellable, error);
  g_autoptr (IntimailSendReport) report = NULL;

  if (message == NULL)
    return FALSE;
  if (intimail_delivery_copy_was_sent (copy, recipients, message))
    return TRUE;
  report = intimail_transport_send_each (transport, copy->sender, recipients, message, INTIMAIL_SEND_FLAGS_LEAVE_OUT_REFUSED, cancellable);
  if (!intimail_send_report_get_result (report, 0, error))
    return FALSE;
  intimail_delivery_copy_note_sent (copy, recipients, message);

  return TRUE;
}

/* One by one. What fails for now ends it: it is tried again for all, and who has it is noted. */
static IntimailSendReport *
send_one_by_one (IntimailDelivery *self, IntimailTransport *transport, IntimailDeliveryCopy *copy, const char *const *addresses, GCancellable *cancellable)
{
  IntimailSendReport *report = intimail_send_report_new (addresses);

  for (guint i = 0; addresses[i] != NULL; i++)
    {
      GError *error = NULL;

      if (send_to_one (self, transport, copy, addresses[i], cancellable, &error))
        continue;
      if (!intimail_delivery_is_permanent (error))
        {
          for (guint j = 0; addresses[j] != NULL; j++)
            intimail_send_report_set_error (report, j, g_error_copy (error));
          g_error_free (error);
          return report;
        }
      intimail_send_report_set_error (report, i, error);
    }

  return report;
}

/* RFC 8058 section 3.1 wants HTTPS. */
static gboolean
has_links (IntimailDelivery *self, IntimailDeliveryCopy *copy)
{
  return copy->leave_at > 0 && g_str_has_prefix (intimail_site_get_webmail_url (self->site), "https://");
}

static gboolean
send_to (IntimailDelivery *self, IntimailDeliveryCopy *copy, const char *const *addresses, GCancellable *cancellable, GError **error)
{
  g_autoptr (IntimailTransport) transport = intimail_transport_new (self->site);
  g_autoptr (GBytes) message = intimail_delivery_copy_map (copy, error);
  g_autoptr (IntimailSendReport) report = NULL;

  if (message == NULL)
    return FALSE;
  /* Who asks again for the same bytes does not make them go out twice. */
  if (intimail_delivery_copy_was_sent (copy, addresses, message))
    return TRUE;
  /* A member who is refused for good costs no other one the mail. */
  report = has_links (self, copy)
               ? send_one_by_one (self, transport, copy, addresses, cancellable)
               : intimail_transport_send_each (transport, copy->sender, addresses, message,
                                               copy->list != NULL ? INTIMAIL_SEND_FLAGS_LEAVE_OUT_REFUSED : INTIMAIL_SEND_FLAGS_NONE, cancellable);
  if (copy->list == NULL || intimail_send_report_count_good (report) == 0)
    {
      if (!intimail_send_report_check (report, error))
        return FALSE;
    }
  else
    intimail_list_refusal_tell (self->site, copy->list, report, cancellable);
  intimail_delivery_copy_note_sent (copy, addresses, message);

  return TRUE;
}

/* To the mail server, for everybody whom it does not reach from here. Then they are its
 * matter, and what comes back is the owners'. */
static void
hand_over (IntimailDelivery *self, IntimailDeliveryRecipient *recipient, GCancellable *cancellable)
{
  g_autoptr (GPtrArray) addresses = g_ptr_array_new ();
  g_autoptr (GPtrArray) stuck = list_stuck (recipient);
  gboolean has_server = intimail_site_has_mail_server (self->site);

  for (guint i = 0; i < recipient->route->addresses->len; i++)
    add_address (self, addresses, recipient->route->addresses->pdata[i]);
  if (!has_server && addresses->len > 0)
    leave_out (recipient);
  /* When nobody has it, the sender has to come again, or to know. */
  if (!has_server || (addresses->len == 0 && (stuck->len == 0 || stuck->len == recipient->targets->len)))
    return;
  for (guint i = 0; i < stuck->len; i++)
    g_ptr_array_add (addresses, (char *) intimail_person_get_mail (((IntimailDeliveryTarget *) stuck->pdata[i])->person));
  g_ptr_array_add (addresses, NULL);
  if (!send_to (self, recipient->copy, (const char *const *) addresses->pdata, cancellable, &recipient->error))
    {
      g_prefix_error (&recipient->error, "%s: ", recipient->address);
      return;
    }
  for (guint i = 0; i + 1 < addresses->len; i++)
    g_hash_table_add (self->handed_over, intimail_person_make_address_key (addresses->pdata[i]));
  for (guint i = 0; i < stuck->len; i++)
    {
      IntimailDeliveryTarget *target = stuck->pdata[i];

      g_message ("%s: the mail server has it for %s, who cannot get it here: %s", recipient->address,
                 intimail_person_get_uid (target->person), target->error->message);
      g_clear_error (&target->error);
    }
}

static void
settle_recipient (IntimailDelivery *self, IntimailDeliveryRecipient *recipient, GCancellable *cancellable)
{
  const GError *worst;

  if (recipient->copy == NULL)
    {
      intimail_unsubscribe_run (self->site, recipient->route->list, self->sender, cancellable, &recipient->error);
      return;
    }
  if (recipient->copy->error != NULL)
    {
      recipient->error = g_error_copy (recipient->copy->error);
      return;
    }
  hand_over (self, recipient, cancellable);
  worst = recipient->error == NULL ? intimail_delivery_recipient_find_worst (recipient) : NULL;
  if (worst != NULL)
    recipient->error = g_error_copy (worst);
}

void
intimail_delivery_settle (IntimailDelivery *self, GCancellable *cancellable)
{
  for (guint i = 0; i < self->copies->len; i++)
    intimail_delivery_copy_finish (self->copies->pdata[i]);
  choose_copies (self);
  store_for_all (self, cancellable);
  for (guint i = 0; i < self->recipients->len; i++)
    settle_recipient (self, self->recipients->pdata[i], cancellable);
}
