/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <intimail/intimail-delivery.h>

#include <string.h>

#include <intimail/intimail-error.h>

#include "delivery/intimail-delivery-private.h"

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
 * A recipient's address may lead to several people, and several to one person, who
 * then gets the message once. A recipient has the message when all its people have
 * it. When one of them cannot get it now, the recipient fails for now, and who has the
 * message does not get it again with the next try; when one of them cannot get it at all
 * (a full mailbox), the others have it and the recipient fails for good: the sender is
 * told.
 *
 * Mail to a list goes to people of the site at once, and to its other members through
 * the mail server, with the sender `LIST-bounces`: what comes back reaches the owners.
 * So do members whose mailbox cannot take it, when others can: it is the mail server
 * then who tries again, or tells the owners. The message gets the fields `List-Id`,
 * `List-Post`, `List-Owner`, `List-Help` and `List-Unsubscribe` that it has not, at the end
 * of its header, and keeps all that was signed. One that went through the list
 * before is refused.
 *
 * `Return-Path`, `Delivered-To` (when there is one recipient) and `Received` are
 * put before the message; all bytes after them are as they were written.
 *
 * A delivery belongs to one thread at a time.
 *
 * Since: 1.0
 */
G_DEFINE_FINAL_TYPE (IntimailDelivery, intimail_delivery, G_TYPE_OBJECT)

enum
{
  PROP_SITE = 1,
  PROP_SENDER,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

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

  g_ptr_array_unref (self->recipients);
  g_ptr_array_unref (self->copies);
  g_hash_table_unref (self->targets);
  g_hash_table_unref (self->handed_over);
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
  self->targets = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, intimail_delivery_target_free);
  self->recipients = g_ptr_array_new_with_free_func (intimail_delivery_recipient_free);
  self->copies = g_ptr_array_new_with_free_func ((GDestroyNotify) intimail_delivery_copy_free);
  self->handed_over = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
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

/* Whether somebody may have it, and the sender was told to come again. */
static gboolean
comes_again (IntimailDelivery *self, const IntimailDeliveryCopy *copy)
{
  for (guint i = 0; i < self->recipients->len; i++)
    {
      const IntimailDeliveryRecipient *recipient = g_ptr_array_index (self->recipients, i);

      if (recipient->copy == copy && recipient->error != NULL && !intimail_delivery_is_permanent (recipient->error))
        return TRUE;
    }

  return FALSE;
}

/**
 * intimail_delivery_confirm:
 * @self: a delivery that is finished
 *
 * Says that the sender knows what became of the message: it does not come again, and
 * if the same bytes come all the same, they are another message.
 *
 * What a recipient was told to send again stays in doubt: of the people behind it, those
 * who have the message do not get it again.
 *
 * Since: 1.0
 */
void
intimail_delivery_confirm (IntimailDelivery *self)
{
  g_return_if_fail (INTIMAIL_IS_DELIVERY (self));
  g_return_if_fail (self->finished);

  for (guint i = 0; i < self->copies->len; i++)
    {
      IntimailDeliveryCopy *copy = self->copies->pdata[i];

      if (!comes_again (self, copy))
        intimail_delivery_copy_confirm (copy);
    }
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

/**
 * intimail_delivery_add_recipient:
 * @self: a delivery that nothing was written to
 * @address: an address; without a domain, the site's first is meant
 * @size: the size of the message in bytes as far as it is known, or 0
 * @cancellable: (nullable): a cancellable, heeded by the directory
 * @error: return location for an error
 *
 * Adds a recipient, after looking whether he exists and has room, and whether the
 * sender may write to them, if it is a list.
 *
 * Fails with %INTIMAIL_ERROR_NOT_FOUND when nobody has the address, with
 * %INTIMAIL_ERROR_DISABLED when its person is disabled, with
 * %INTIMAIL_ERROR_OVER_QUOTA when the mailbox is full; of a group only when all
 * its mailboxes are; with %INTIMAIL_ERROR_POSTING_REFUSED when the list does not take
 * mail of the sender (%INTIMAIL_ERROR_NOT_FOUND when it is hidden from them). What cannot be found out now is
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
  g_autofree char *qualified = NULL;
  IntimailDeliveryRecipient *recipient;

  g_return_val_if_fail (INTIMAIL_IS_DELIVERY (self), FALSE);
  g_return_val_if_fail (address != NULL, FALSE);
  g_return_val_if_fail (!self->opened && !self->finished, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  qualified = qualify (self->site, address);
  recipient = intimail_delivery_recipient_new (self, qualified, size, cancellable, error);
  if (recipient == NULL)
    return FALSE;
  for (guint i = 0; i < recipient->targets->len; i++)
    ((IntimailDeliveryTarget *) g_ptr_array_index (recipient->targets, i))->wanted = TRUE;
  g_ptr_array_add (self->recipients, recipient);
  return TRUE;
}

/**
 * intimail_delivery_check_recipient:
 * @site: a site
 * @sender: (nullable): who sends the message, for lists that do not take mail of
 *   everybody; "" for nobody, %NULL when it is not known yet
 * @address: an address
 * @size: the size of the message in bytes as far as it is known, or 0
 * @cancellable: (nullable): a cancellable, heeded by the directory
 * @error: return location for an error
 *
 * Looks whether a message to @address would be taken, before there is one.
 *
 * An address of a domain that is not the site's is none of its business, nor is one of a
 * person whose mail another machine keeps: %TRUE.
 * Else it fails as [method@Intimail.Delivery.add_recipient] does.
 *
 * Returns: %TRUE when nothing speaks against it
 *
 * Since: 1.0
 */
gboolean
intimail_delivery_check_recipient (IntimailSite *site,
                                   const char *sender,
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

  delivery = intimail_delivery_new (site, sender != NULL ? sender : "");
  delivery->is_check = sender == NULL;
  delivery->is_question = TRUE;
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

/* An error when nobody can get the message any more. */
static gboolean
report_copies (IntimailDelivery *self, GError **error)
{
  const GError *first = NULL;

  for (guint i = 0; i < self->copies->len; i++)
    {
      const IntimailDeliveryCopy *copy = self->copies->pdata[i];

      if (copy->error == NULL)
        return TRUE;
      first = first != NULL ? first : copy->error;
    }
  if (first == NULL)
    return TRUE;

  if (error != NULL)
    *error = g_error_copy (first);
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
  intimail_delivery_open_copies (self);
  for (guint i = 0; i < self->copies->len && length > 0; i++)
    intimail_delivery_copy_write (self->copies->pdata[i], bytes, length);

  return report_copies (self, error);
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

  intimail_delivery_open_copies (self);
  intimail_delivery_settle (self, cancellable);
  self->finished = TRUE;
  /* With notes, it is not settled yet. */
  for (guint i = 0; i < self->copies->len && self->unconfirmed == NULL; i++)
    intimail_delivery_copy_close (self->copies->pdata[i]);

  for (guint i = 0; i < self->recipients->len; i++)
    all = all && intimail_delivery_get_result (self, i, error);

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
 * %INTIMAIL_ERROR_LOOP when the list had the message before, with
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
  const IntimailDeliveryRecipient *row;

  g_return_val_if_fail (INTIMAIL_IS_DELIVERY (self), FALSE);
  g_return_val_if_fail (self->finished && recipient < self->recipients->len, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  row = g_ptr_array_index (self->recipients, recipient);
  if (row->error != NULL && error != NULL)
    *error = g_error_copy (row->error);

  return row->error == NULL;
}
