/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What the header of a message says, read when it is asked for first.
 */

#include <string.h>

#include "message/intimail-field-private.h"
#include "message/intimail-message-private.h"

/**
 * intimail_message_get_subject:
 * @self: a message
 *
 * Gets the subject, decoded.
 *
 * Returns: (transfer none) (nullable): the subject, or %NULL when there is none
 *
 * Since: 1.0
 */
const char *
intimail_message_get_subject (IntimailMessage *self)
{
  g_autoptr (GMutexLocker) locker = NULL;

  g_return_val_if_fail (INTIMAIL_IS_MESSAGE (self), NULL);

  locker = g_mutex_locker_new (&self->mutex);
  if (self->subject == NULL)
    self->subject = intimail_message_get_field (self, "Subject");
  return self->subject;
}

/**
 * intimail_message_get_base_subject:
 * @self: a message
 *
 * Gets the subject by which messages are sorted and threads are told apart: without
 * "Re:", "Fwd:", "AW:", list names in brackets and other words of that kind in
 * front of it (RFC 5256 section 2.1), and with single spaces.
 *
 * Returns: (transfer full): the base subject; empty when there is none
 *
 * Since: 1.0
 */
char *
intimail_message_get_base_subject (IntimailMessage *self)
{
  const char *subject;

  g_return_val_if_fail (INTIMAIL_IS_MESSAGE (self), NULL);

  subject = intimail_message_get_subject (self);
  return intimail_message_strip_subject (subject != NULL ? subject : "");
}

static GPtrArray *
get_addresses (IntimailMessage *self, int which, const char *name)
{
  g_autoptr (GMutexLocker) locker = NULL;

  g_return_val_if_fail (INTIMAIL_IS_MESSAGE (self), NULL);

  locker = g_mutex_locker_new (&self->mutex);
  if (self->addresses[which] == NULL)
    {
      IntimailField *field = intimail_fields_find (self->fields, name);

      self->addresses[which] = field != NULL ? intimail_field_get_addresses (field)
                                             : g_ptr_array_new_with_free_func ((GDestroyNotify) intimail_address_unref);
    }
  return self->addresses[which];
}

/**
 * intimail_message_get_from:
 * @self: a message
 *
 * Gets the authors.
 *
 * Returns: (transfer none) (element-type IntimailAddress): the addresses
 *
 * Since: 1.0
 */
GPtrArray *
intimail_message_get_from (IntimailMessage *self)
{
  return get_addresses (self, INTIMAIL_MESSAGE_FROM, "From");
}

/**
 * intimail_message_get_sender:
 * @self: a message
 *
 * Gets who sent the message for its authors.
 *
 * Returns: (transfer none) (element-type IntimailAddress): the addresses; often
 *   none
 *
 * Since: 1.0
 */
GPtrArray *
intimail_message_get_sender (IntimailMessage *self)
{
  return get_addresses (self, INTIMAIL_MESSAGE_SENDER, "Sender");
}

/**
 * intimail_message_get_reply_to:
 * @self: a message
 *
 * Gets where answers are wanted.
 *
 * Returns: (transfer none) (element-type IntimailAddress): the addresses; often
 *   none: then those of From
 *
 * Since: 1.0
 */
GPtrArray *
intimail_message_get_reply_to (IntimailMessage *self)
{
  return get_addresses (self, INTIMAIL_MESSAGE_REPLY_TO, "Reply-To");
}

/**
 * intimail_message_get_to:
 * @self: a message
 *
 * Gets the recipients.
 *
 * Returns: (transfer none) (element-type IntimailAddress): the addresses
 *
 * Since: 1.0
 */
GPtrArray *
intimail_message_get_to (IntimailMessage *self)
{
  return get_addresses (self, INTIMAIL_MESSAGE_TO, "To");
}

/**
 * intimail_message_get_cc:
 * @self: a message
 *
 * Gets the recipients of a copy.
 *
 * Returns: (transfer none) (element-type IntimailAddress): the addresses
 *
 * Since: 1.0
 */
GPtrArray *
intimail_message_get_cc (IntimailMessage *self)
{
  return get_addresses (self, INTIMAIL_MESSAGE_CC, "Cc");
}

/**
 * intimail_message_get_bcc:
 * @self: a message
 *
 * Gets the recipients of a copy that the others do not see.
 *
 * Returns: (transfer none) (element-type IntimailAddress): the addresses
 *
 * Since: 1.0
 */
GPtrArray *
intimail_message_get_bcc (IntimailMessage *self)
{
  return get_addresses (self, INTIMAIL_MESSAGE_BCC, "Bcc");
}

/**
 * intimail_message_get_message_ids:
 * @self: a message
 * @field: the name of a field with message ids: "Message-ID", "In-Reply-To" or
 *   "References"; case does not matter
 *
 * Gets the message ids of a field, without their angle brackets.
 *
 * Returns: (transfer none) (nullable) (array zero-terminated=1): the ids, or
 *   %NULL when there is none
 *
 * Since: 1.0
 */
const char *const *
intimail_message_get_message_ids (IntimailMessage *self, const char *field)
{
  g_autoptr (GMutexLocker) locker = NULL;
  g_autofree char *key = NULL;
  gpointer ids = NULL;

  g_return_val_if_fail (INTIMAIL_IS_MESSAGE (self), NULL);
  g_return_val_if_fail (field != NULL, NULL);

  key = g_ascii_strdown (field, -1);
  locker = g_mutex_locker_new (&self->mutex);
  if (!g_hash_table_lookup_extended (self->message_ids, key, NULL, &ids))
    {
      IntimailField *found = intimail_fields_find (self->fields, field);

      ids = found != NULL ? intimail_field_get_message_ids (found) : NULL;
      g_hash_table_insert (self->message_ids, g_steal_pointer (&key), ids);
    }

  return ids;
}

/**
 * intimail_message_get_message_id:
 * @self: a message
 *
 * Gets the Message-ID, without its angle brackets.
 *
 * Returns: (transfer none) (nullable): the id, or %NULL when there is none
 *
 * Since: 1.0
 */
const char *
intimail_message_get_message_id (IntimailMessage *self)
{
  const char *const *ids;

  g_return_val_if_fail (INTIMAIL_IS_MESSAGE (self), NULL);

  ids = intimail_message_get_message_ids (self, "Message-ID");
  return ids != NULL ? ids[0] : NULL;
}

/**
 * intimail_message_get_date:
 * @self: a message
 *
 * Gets the date that the sender wrote, with its offset from UTC.
 *
 * Returns: (transfer none) (nullable): the date, or %NULL when there is none or it
 *   cannot be read
 *
 * Since: 1.0
 */
GDateTime *
intimail_message_get_date (IntimailMessage *self)
{
  g_autoptr (GMutexLocker) locker = NULL;

  g_return_val_if_fail (INTIMAIL_IS_MESSAGE (self), NULL);

  locker = g_mutex_locker_new (&self->mutex);
  if (!self->date_known)
    {
      IntimailField *field = intimail_fields_find (self->fields, "Date");

      self->date = field != NULL ? intimail_field_get_date (field) : NULL;
      self->date_known = TRUE;
    }
  return self->date;
}

/**
 * intimail_message_get_queue_id:
 * @self: a message
 *
 * Gets the id that the message had in Postfix's queue, by which its lines in the
 * log are found: that of the newest Received field that Postfix wrote.
 *
 * Returns: (transfer none): the queue id; empty when there is none
 *
 * Since: 1.0
 */
const char *
intimail_message_get_queue_id (IntimailMessage *self)
{
  g_autoptr (GMutexLocker) locker = NULL;

  g_return_val_if_fail (INTIMAIL_IS_MESSAGE (self), NULL);

  locker = g_mutex_locker_new (&self->mutex);
  for (guint i = 0; self->queue_id == NULL && i < self->fields->len; i++)
    self->queue_id = intimail_field_get_queue_id (g_ptr_array_index (self->fields, i));
  if (self->queue_id == NULL)
    self->queue_id = g_strdup ("");

  return self->queue_id;
}
