/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <intimail/intimail-delivery.h>

#include <string.h>

#include <intimail/intimail-error.h>

#include "delivery/intimail-trace-private.h"
#include "site/intimail-site-private.h"
#include "store/intimail-spool-private.h"

/* One person who gets the message, however many recipients lead to him. */
typedef struct
{
  IntimailAccount *account;
  gboolean wanted; /* by a recipient that was accepted */
  GError *error;
} Target;

typedef struct
{
  char *address;
  GPtrArray *targets; /* borrowed */
  GError *error;
} Recipient;

/**
 * IntimailDelivery:
 *
 * One message on its way to people of a site.
 *
 * Recipients are added first, then the message is written in pieces, then
 * [method@Intimail.Delivery.finish] stores it; [method@Intimail.Delivery.get_result]
 * tells for each recipient alone what became of it. The message is written to the
 * disk once, however many people get it, and memory does not grow with it.
 *
 * A recipient's address may lead to several people (a group), and several to one
 * person, who then gets the message once. A recipient has the message when all
 * its people have it. When one of them cannot get it now, the recipient fails
 * for now, and who has the message already gets it again with the next try; when
 * one of them cannot get it at all (a full mailbox), the others have it and the
 * recipient fails for good: the sender is told.
 *
 * `Return-Path`, `Delivered-To` (when there is one recipient) and `Received` are
 * put before the message; all bytes after them are as they were written.
 *
 * A delivery belongs to one thread at a time.
 *
 * Since: 1.0
 */
struct _IntimailDelivery
{
  GObject parent_instance;

  IntimailSite *site;
  char *sender;
  char *protocol;
  char *peer_name;

  GHashTable *targets; /* uid: Target */
  GPtrArray *recipients;
  IntimailSpool *spool;
  GError *spool_error;
  IntimailUnconfirmed *unconfirmed; /* the site's; NULL: nobody confirms */
  gboolean finished;
};

G_DEFINE_FINAL_TYPE (IntimailDelivery, intimail_delivery, G_TYPE_OBJECT)

enum
{
  PROP_SITE = 1,
  PROP_SENDER,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

static void
target_free (gpointer data)
{
  Target *self = data;

  g_object_unref (self->account);
  g_clear_error (&self->error);
  g_free (self);
}

static void
recipient_free (gpointer data)
{
  Recipient *self = data;

  g_free (self->address);
  g_ptr_array_unref (self->targets);
  g_clear_error (&self->error);
  g_free (self);
}

static void
intimail_delivery_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  IntimailDelivery *self = INTIMAIL_DELIVERY (object);

  switch (id)
    {
    case PROP_SITE:
      g_value_set_object (value, self->site);
      break;
    case PROP_SENDER:
      g_value_set_string (value, self->sender);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
intimail_delivery_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  IntimailDelivery *self = INTIMAIL_DELIVERY (object);

  switch (id)
    {
    case PROP_SITE:
      self->site = g_value_dup_object (value);
      break;
    case PROP_SENDER:
      self->sender = g_value_dup_string (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
intimail_delivery_finalize (GObject *object)
{
  IntimailDelivery *self = INTIMAIL_DELIVERY (object);

  g_clear_pointer (&self->spool, intimail_spool_free);
  g_clear_error (&self->spool_error);
  g_ptr_array_unref (self->recipients);
  g_hash_table_unref (self->targets);
  g_clear_object (&self->site);
  g_free (self->sender);
  g_free (self->protocol);
  g_free (self->peer_name);
  G_OBJECT_CLASS (intimail_delivery_parent_class)->finalize (object);
}

static void
intimail_delivery_class_init (IntimailDeliveryClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = intimail_delivery_get_property;
  object_class->set_property = intimail_delivery_set_property;
  object_class->finalize = intimail_delivery_finalize;

  /**
   * IntimailDelivery:site:
   *
   * The site whose people get the message.
   *
   * Since: 1.0
   */
  props[PROP_SITE] = g_param_spec_object ("site", NULL, NULL, INTIMAIL_TYPE_SITE, flags);

  /**
   * IntimailDelivery:sender:
   *
   * The address that gets reports about the message; empty when nobody does.
   *
   * Since: 1.0
   */
  props[PROP_SENDER] = g_param_spec_string ("sender", NULL, NULL, "", flags);

  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
intimail_delivery_init (IntimailDelivery *self)
{
  self->targets = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, target_free);
  self->recipients = g_ptr_array_new_with_free_func (recipient_free);
  self->protocol = g_strdup ("LMTP");
}

/**
 * intimail_delivery_new:
 * @site: the site whose people get the message
 * @sender: the address that gets reports about the message; empty when nobody
 *   does
 *
 * Begins the delivery of one message.
 *
 * Returns: (transfer full): a delivery
 *
 * Since: 1.0
 */
IntimailDelivery *
intimail_delivery_new (IntimailSite *site, const char *sender)
{
  g_return_val_if_fail (INTIMAIL_IS_SITE (site), NULL);
  g_return_val_if_fail (sender != NULL, NULL);

  return g_object_new (INTIMAIL_TYPE_DELIVERY, "site", site, "sender", sender, NULL);
}

/**
 * intimail_delivery_set_origin:
 * @self: a delivery that nothing was written to
 * @protocol: how the message came: a word such as `LMTP`
 * @peer_name: (nullable): the name of the machine that handed it over, or %NULL
 *
 * Sets what the `Received` field says about where the message came from.
 *
 * Since: 1.0
 */
void
intimail_delivery_set_origin (IntimailDelivery *self, const char *protocol, const char *peer_name)
{
  g_return_if_fail (INTIMAIL_IS_DELIVERY (self));
  g_return_if_fail (protocol != NULL);

  g_free (self->protocol);
  self->protocol = g_strdup (protocol);
  g_free (self->peer_name);
  self->peer_name = g_strdup (peer_name);
}

/**
 * intimail_delivery_await_confirmation:
 * @self: a delivery without recipients
 *
 * Says that [method@Intimail.Delivery.confirm] will be called when the sender knows
 * what became of the message.
 *
 * Until then the delivery is in doubt: when the process is killed, or the delivery is
 * freed without it, and the sender asks again within five days, then the same bytes
 * are not stored again for a person who has them. This holds for the next process on
 * the same site too. Where that cannot be noted, a message may be there twice, never
 * not at all.
 *
 * Since: 1.0
 */
void
intimail_delivery_await_confirmation (IntimailDelivery *self)
{
  g_return_if_fail (INTIMAIL_IS_DELIVERY (self));
  g_return_if_fail (self->recipients->len == 0);

  self->unconfirmed = intimail_site_get_unconfirmed (self->site);
}

/**
 * intimail_delivery_confirm:
 * @self: a delivery that is finished
 *
 * Says that the sender knows what became of the message: it does not come again, and
 * if the same bytes come all the same, they are another message.
 *
 * Since: 1.0
 */
void
intimail_delivery_confirm (IntimailDelivery *self)
{
  g_return_if_fail (INTIMAIL_IS_DELIVERY (self));
  g_return_if_fail (self->finished);

  if (self->spool != NULL)
    intimail_spool_confirm (self->spool);
}

static gboolean
is_permanent (const GError *error)
{
  return *intimail_error_get_enhanced_status (error) == '5';
}

/* What a recipient is told when its people fared differently: a failure for now
 * first, because it is tried again, then one for good. */
static const GError *
find_worst (GPtrArray *targets)
{
  const GError *worst = NULL;

  for (guint i = 0; i < targets->len; i++)
    {
      const Target *target = g_ptr_array_index (targets, i);

      if (target->error != NULL && (worst == NULL || (is_permanent (worst) && !is_permanent (target->error))))
        worst = target->error;
    }

  return worst;
}

static gboolean
has_success (GPtrArray *targets)
{
  for (guint i = 0; i < targets->len; i++)
    if (((const Target *) g_ptr_array_index (targets, i))->error == NULL)
      return TRUE;

  return FALSE;
}

/* postmaster, and nobody else in LMTP, comes without a domain. */
static char *
qualify (IntimailSite *site, const char *address)
{
  const char *const *domains = intimail_site_get_domains (site);

  if (strchr (address, '@') != NULL || domains[0] == NULL)
    return g_strdup (address);

  return g_strconcat (address, "@", domains[0], NULL);
}

/* The account of a person, opened once for each delivery. */
static Target *
get_target (IntimailDelivery *self, IntimailPerson *person, GError **error)
{
  const char *uid = intimail_person_get_uid (person);
  Target *target = g_hash_table_lookup (self->targets, uid);
  IntimailAccount *account;

  if (target != NULL)
    return target;
  account = intimail_site_get_account (self->site, person, error);
  if (account == NULL)
    return NULL;

  target = g_new0 (Target, 1);
  target->account = account;
  g_hash_table_insert (self->targets, g_strdup (uid), target);
  return target;
}

/* Each person's quota alone. FALSE when the address cannot be served. */
static gboolean
collect_targets (IntimailDelivery *self, GPtrArray *people, guint64 size, GPtrArray *targets, GError **error)
{
  const GError *worst;

  for (guint i = 0; i < people->len; i++)
    {
      Target *target = get_target (self, g_ptr_array_index (people, i), error);

      if (target == NULL)
        return FALSE;
      g_clear_error (&target->error);
      /* A size that was not said is at least one byte: a full mailbox is full. What may
       * be there already needs no room. */
      if (self->unconfirmed == NULL || !intimail_unconfirmed_has (self->unconfirmed, intimail_account_get_path (target->account)))
        intimail_account_check_quota (target->account, MAX (size, 1), &target->error);
      if (!g_ptr_array_find (targets, target, NULL))
        g_ptr_array_add (targets, target);
    }

  worst = find_worst (targets);
  if (worst == NULL || (is_permanent (worst) && has_success (targets)))
    return TRUE;

  if (error != NULL)
    *error = g_error_copy (worst);
  return FALSE;
}

/**
 * intimail_delivery_add_recipient:
 * @self: a delivery that nothing was written to
 * @address: an address; without a domain, the site's first is meant
 * @size: the size of the message in bytes as far as it is known, or 0
 * @cancellable: (nullable): a cancellable, heeded by the directory
 * @error: return location for an error
 *
 * Adds a recipient, after looking whether he exists and has room.
 *
 * Fails with %INTIMAIL_ERROR_NOT_FOUND when nobody has the address, with
 * %INTIMAIL_ERROR_DISABLED when its person is disabled, with
 * %INTIMAIL_ERROR_OVER_QUOTA when the mailbox is full; of a group only when all
 * its mailboxes are. What cannot be found out now is
 * %INTIMAIL_ERROR_UNAVAILABLE or %INTIMAIL_ERROR_FAILED. A recipient who was not
 * added does not hinder the others.
 *
 * Returns: %TRUE when the recipient was added
 *
 * Since: 1.0
 */
gboolean
intimail_delivery_add_recipient (IntimailDelivery *self,
                                 const char *address,
                                 guint64 size,
                                 GCancellable *cancellable,
                                 GError **error)
{
  g_autoptr (GPtrArray) people = NULL;
  g_autoptr (GPtrArray) targets = g_ptr_array_new ();
  g_autofree char *qualified = NULL;
  Recipient *recipient;

  g_return_val_if_fail (INTIMAIL_IS_DELIVERY (self), FALSE);
  g_return_val_if_fail (address != NULL, FALSE);
  g_return_val_if_fail (self->spool == NULL && !self->finished, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  qualified = qualify (self->site, address);
  people = intimail_directory_resolve (intimail_site_get_directory (self->site), qualified, cancellable, error);
  if (people == NULL || !collect_targets (self, people, size, targets, error))
    return FALSE;

  recipient = g_new0 (Recipient, 1);
  recipient->address = g_steal_pointer (&qualified);
  recipient->targets = g_steal_pointer (&targets);
  for (guint i = 0; i < recipient->targets->len; i++)
    ((Target *) g_ptr_array_index (recipient->targets, i))->wanted = TRUE;
  g_ptr_array_add (self->recipients, recipient);
  return TRUE;
}

/**
 * intimail_delivery_check_recipient:
 * @site: a site
 * @address: an address
 * @size: the size of the message in bytes as far as it is known, or 0
 * @cancellable: (nullable): a cancellable, heeded by the directory
 * @error: return location for an error
 *
 * Looks whether a message to @address would be taken, before there is one.
 *
 * An address of a domain that is not the site's is none of its business: %TRUE.
 * Else it fails as [method@Intimail.Delivery.add_recipient] does.
 *
 * Returns: %TRUE when nothing speaks against it
 *
 * Since: 1.0
 */
gboolean
intimail_delivery_check_recipient (IntimailSite *site,
                                   const char *address,
                                   guint64 size,
                                   GCancellable *cancellable,
                                   GError **error)
{
  g_autoptr (IntimailDelivery) delivery = NULL;
  const char *at;

  g_return_val_if_fail (INTIMAIL_IS_SITE (site), FALSE);
  g_return_val_if_fail (address != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  at = strrchr (address, '@');
  if (at != NULL && !intimail_site_is_local_domain (site, at + 1))
    return TRUE;

  delivery = intimail_delivery_new (site, "");
  return intimail_delivery_add_recipient (delivery, address, size, cancellable, error);
}

/**
 * intimail_delivery_get_n_recipients:
 * @self: a delivery
 *
 * Gets how many recipients were added.
 *
 * Returns: the number
 *
 * Since: 1.0
 */
guint
intimail_delivery_get_n_recipients (IntimailDelivery *self)
{
  g_return_val_if_fail (INTIMAIL_IS_DELIVERY (self), 0);

  return self->recipients->len;
}

/* ---- The message ---- */

/* Any of the accounts will do: one that is broken must not cost the others. */
static IntimailSpool *
open_spool (IntimailDelivery *self, GError **error)
{
  GHashTableIter iter;
  gpointer value;
  IntimailSpool *spool = NULL;

  g_hash_table_iter_init (&iter, self->targets);
  while (spool == NULL && g_hash_table_iter_next (&iter, NULL, &value))
    {
      if (!((Target *) value)->wanted)
        continue;
      g_clear_error (error);
      spool = intimail_spool_new (((Target *) value)->account, error);
    }

  return spool;
}

static gboolean
write_trace (IntimailDelivery *self, GError **error)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  const Recipient *only = self->recipients->len == 1 ? g_ptr_array_index (self->recipients, 0) : NULL;
  g_autofree char *trace = intimail_trace_make (self->sender,
                                                only != NULL ? only->address : NULL,
                                                self->peer_name,
                                                intimail_site_get_hostname (self->site),
                                                self->protocol,
                                                now);

  return intimail_spool_write (self->spool, trace, strlen (trace), error);
}

/* Opens the spool with the first byte. After a failure there is no way back: the
 * same error again. */
static gboolean
ensure_spool (IntimailDelivery *self)
{
  if (self->spool == NULL && self->spool_error == NULL)
    {
      self->spool = open_spool (self, &self->spool_error);
      if (self->spool != NULL && write_trace (self, &self->spool_error) && self->unconfirmed != NULL)
        intimail_spool_await_confirmation (self->spool, self->unconfirmed);
    }

  return self->spool_error == NULL;
}

static gboolean
report_spool_error (IntimailDelivery *self, GError **error)
{
  if (self->spool_error == NULL)
    return TRUE;

  if (error != NULL)
    *error = g_error_copy (self->spool_error);
  return FALSE;
}

/**
 * intimail_delivery_write:
 * @self: a delivery with a recipient
 * @data: the next bytes of the message
 * @cancellable: (nullable): a cancellable, not heeded: what is written is bounded
 * @error: return location for an error
 *
 * Writes the next bytes of the message.
 *
 * No bytes at all open the file for them, so that this is done before they come.
 *
 * Fails with %INTIMAIL_ERROR_STORAGE_FULL or %INTIMAIL_ERROR_FAILED; from then on
 * the delivery has failed for every recipient, and the rest of the message need
 * not be written.
 *
 * Returns: %TRUE when they were taken
 *
 * Since: 1.0
 */
gboolean
intimail_delivery_write (IntimailDelivery *self, GBytes *data, GCancellable *cancellable, GError **error)
{
  gconstpointer bytes;
  gsize length;

  g_return_val_if_fail (INTIMAIL_IS_DELIVERY (self), FALSE);
  g_return_val_if_fail (data != NULL, FALSE);
  g_return_val_if_fail (self->recipients->len > 0 && !self->finished, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  bytes = g_bytes_get_data (data, &length);
  if (ensure_spool (self) && length > 0)
    intimail_spool_write (self->spool, bytes, length, &self->spool_error);

  return report_spool_error (self, error);
}

static void
store_for_all (IntimailDelivery *self, GCancellable *cancellable)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->targets);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      Target *target = value;
      g_autofree char *id = NULL;

      if (!target->wanted)
        continue;
      g_clear_error (&target->error);
      if (self->spool_error != NULL)
        target->error = g_error_copy (self->spool_error);
      else
        id = intimail_account_deliver_spool (target->account, self->spool, NULL, NULL, 0, cancellable, &target->error);
    }
}

/**
 * intimail_delivery_finish:
 * @self: a delivery with a recipient
 * @cancellable: (nullable): a cancellable, heeded between two people
 * @error: return location for an error
 *
 * Stores the message for each recipient and waits until the disk has it.
 *
 * The error is the first recipient's that failed; see
 * [method@Intimail.Delivery.get_result] for each.
 *
 * Returns: %TRUE when all recipients have it
 *
 * Since: 1.0
 */
gboolean
intimail_delivery_finish (IntimailDelivery *self, GCancellable *cancellable, GError **error)
{
  gboolean all = TRUE;

  g_return_val_if_fail (INTIMAIL_IS_DELIVERY (self), FALSE);
  g_return_val_if_fail (self->recipients->len > 0 && !self->finished, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (ensure_spool (self))
    intimail_spool_flush (self->spool, &self->spool_error);
  store_for_all (self, cancellable);
  self->finished = TRUE;
  /* With notes, it is not settled yet. */
  if (self->unconfirmed == NULL)
    g_clear_pointer (&self->spool, intimail_spool_free);

  for (guint i = 0; i < self->recipients->len; i++)
    {
      Recipient *recipient = g_ptr_array_index (self->recipients, i);
      const GError *worst = find_worst (recipient->targets);

      recipient->error = worst != NULL ? g_error_copy (worst) : NULL;
      all = all && intimail_delivery_get_result (self, i, error);
    }

  return all;
}

/**
 * intimail_delivery_get_result:
 * @self: a delivery that is finished
 * @recipient: the number of a recipient, in the order in which they were added
 * @error: return location for an error
 *
 * Gets what became of the message for one recipient.
 *
 * Fails with %INTIMAIL_ERROR_OVER_QUOTA when a mailbox is full, with
 * %INTIMAIL_ERROR_STORAGE_FULL when the disk is, with %INTIMAIL_ERROR_FAILED when
 * it could not be stored for another reason.
 *
 * Returns: %TRUE when the recipient has it
 *
 * Since: 1.0
 */
gboolean
intimail_delivery_get_result (IntimailDelivery *self, guint recipient, GError **error)
{
  const Recipient *row;

  g_return_val_if_fail (INTIMAIL_IS_DELIVERY (self), FALSE);
  g_return_val_if_fail (self->finished && recipient < self->recipients->len, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  row = g_ptr_array_index (self->recipients, recipient);
  if (row->error != NULL && error != NULL)
    *error = g_error_copy (row->error);

  return row->error == NULL;
}
