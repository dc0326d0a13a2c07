/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "store/intimail-envelope-private.h"

/**
 * IntimailEnvelope:
 *
 * What the index knows of a message, as it was when it was asked for.
 *
 * All that a list, a conversation and a search need, without opening the message.
 * It does not change once it is made: any thread may use it.
 *
 * Since: 1.0
 */
struct _IntimailEnvelope
{
  GObject parent_instance;

  IntimailIdText id;
  IntimailIdText thread;
  gint64 received;
  IntimailSummary *summary;
  GStrv mailbox_ids;
  GStrv keywords;
};

G_DEFINE_FINAL_TYPE (IntimailEnvelope, intimail_envelope, G_TYPE_OBJECT)

static void
intimail_envelope_finalize (GObject *object)
{
  IntimailEnvelope *self = INTIMAIL_ENVELOPE (object);

  intimail_summary_free (self->summary);
  g_strfreev (self->mailbox_ids);
  g_strfreev (self->keywords);
  G_OBJECT_CLASS (intimail_envelope_parent_class)->finalize (object);
}

static void
intimail_envelope_class_init (IntimailEnvelopeClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = intimail_envelope_finalize;
}

static void
intimail_envelope_init (IntimailEnvelope *self)
{
}

IntimailEnvelope *
intimail_envelope_new (const IntimailId *id, const IntimailId *thread, gint64 received, IntimailSummary *summary, GStrv mailbox_ids, GStrv keywords)
{
  IntimailEnvelope *self = g_object_new (INTIMAIL_TYPE_ENVELOPE, NULL);

  self->id = intimail_id_format ('m', id);
  self->thread = intimail_id_format ('t', thread);
  self->received = received;
  self->summary = summary;
  self->mailbox_ids = mailbox_ids;
  self->keywords = keywords;
  return self;
}

static const char *
text (const char *value)
{
  return value != NULL ? value : "";
}

/**
 * intimail_envelope_get_id:
 * @self: an envelope
 *
 * Gets the id of the message.
 *
 * It does not change as long as the message exists, wherever it is moved.
 *
 * Returns: (transfer none): the id
 *
 * Since: 1.0
 */
const char *
intimail_envelope_get_id (IntimailEnvelope *self)
{
  g_return_val_if_fail (INTIMAIL_IS_ENVELOPE (self), "");

  return self->id.text;
}

/**
 * intimail_envelope_get_thread_id:
 * @self: an envelope
 *
 * Gets the id of the conversation that the message belongs to.
 *
 * Returns: (transfer none): the id
 *
 * Since: 1.0
 */
const char *
intimail_envelope_get_thread_id (IntimailEnvelope *self)
{
  g_return_val_if_fail (INTIMAIL_IS_ENVELOPE (self), "");

  return self->thread.text;
}

/**
 * intimail_envelope_get_mailbox_ids:
 * @self: an envelope
 *
 * Gets the mailboxes that the message is in.
 *
 * Returns: (transfer none) (array zero-terminated=1): ids of mailboxes, at least one
 *
 * Since: 1.0
 */
const char *const *
intimail_envelope_get_mailbox_ids (IntimailEnvelope *self)
{
  g_return_val_if_fail (INTIMAIL_IS_ENVELOPE (self), NULL);

  return (const char *const *) self->mailbox_ids;
}

/**
 * intimail_envelope_get_from:
 * @self: an envelope
 *
 * Gets the authors.
 *
 * Written as [func@Intimail.Address.parse_list] reads it.
 *
 * Returns: (transfer none): addresses, or ""
 *
 * Since: 1.0
 */
const char *
intimail_envelope_get_from (IntimailEnvelope *self)
{
  g_return_val_if_fail (INTIMAIL_IS_ENVELOPE (self), "");

  return text (self->summary->from);
}

/**
 * intimail_envelope_get_to:
 * @self: an envelope
 *
 * Gets the main recipients.
 *
 * Written as [func@Intimail.Address.parse_list] reads it.
 *
 * Returns: (transfer none): addresses, or ""
 *
 * Since: 1.0
 */
const char *
intimail_envelope_get_to (IntimailEnvelope *self)
{
  g_return_val_if_fail (INTIMAIL_IS_ENVELOPE (self), "");

  return text (self->summary->to);
}

/**
 * intimail_envelope_get_cc:
 * @self: an envelope
 *
 * Gets the recipients of copies.
 *
 * Written as [func@Intimail.Address.parse_list] reads it.
 *
 * Returns: (transfer none): addresses, or ""
 *
 * Since: 1.0
 */
const char *
intimail_envelope_get_cc (IntimailEnvelope *self)
{
  g_return_val_if_fail (INTIMAIL_IS_ENVELOPE (self), "");

  return text (self->summary->cc);
}

/**
 * intimail_envelope_get_bcc:
 * @self: an envelope
 *
 * Gets the recipients of copies that the others do not see.
 *
 * Written as [func@Intimail.Address.parse_list] reads it.
 *
 * Returns: (transfer none): addresses, or ""
 *
 * Since: 1.0
 */
const char *
intimail_envelope_get_bcc (IntimailEnvelope *self)
{
  g_return_val_if_fail (INTIMAIL_IS_ENVELOPE (self), "");

  return text (self->summary->bcc);
}

/**
 * intimail_envelope_get_reply_to:
 * @self: an envelope
 *
 * Gets where answers are wanted.
 *
 * Written as [func@Intimail.Address.parse_list] reads it.
 *
 * Returns: (transfer none): addresses, or ""
 *
 * Since: 1.0
 */
const char *
intimail_envelope_get_reply_to (IntimailEnvelope *self)
{
  g_return_val_if_fail (INTIMAIL_IS_ENVELOPE (self), "");

  return text (self->summary->reply_to);
}

/**
 * intimail_envelope_get_subject:
 * @self: an envelope
 *
 * Gets the subject, decoded.
 *
 * Returns: (transfer none): the subject, or ""
 *
 * Since: 1.0
 */
const char *
intimail_envelope_get_subject (IntimailEnvelope *self)
{
  g_return_val_if_fail (INTIMAIL_IS_ENVELOPE (self), "");

  return text (self->summary->subject);
}

/**
 * intimail_envelope_get_message_id:
 * @self: an envelope
 *
 * Gets the Message-ID that the sender gave, without angle brackets.
 *
 * Returns: (transfer none): the Message-ID, or ""
 *
 * Since: 1.0
 */
const char *
intimail_envelope_get_message_id (IntimailEnvelope *self)
{
  g_return_val_if_fail (INTIMAIL_IS_ENVELOPE (self), "");

  return text (self->summary->message_id);
}

/**
 * intimail_envelope_get_sent:
 * @self: an envelope
 *
 * Gets when the message was sent, as its sender says.
 *
 * Returns: seconds since 1970 (UTC); 0 when it does not say
 *
 * Since: 1.0
 */
gint64
intimail_envelope_get_sent (IntimailEnvelope *self)
{
  g_return_val_if_fail (INTIMAIL_IS_ENVELOPE (self), 0);

  return self->summary->sent;
}

/**
 * intimail_envelope_get_sent_offset:
 * @self: an envelope
 *
 * Gets how far the sender's clock is from UTC.
 *
 * Returns: minutes, positive to the east
 *
 * Since: 1.0
 */
int
intimail_envelope_get_sent_offset (IntimailEnvelope *self)
{
  g_return_val_if_fail (INTIMAIL_IS_ENVELOPE (self), 0);

  return self->summary->sent_offset;
}

/**
 * intimail_envelope_get_received:
 * @self: an envelope
 *
 * Gets when the message came into the store.
 *
 * Returns: seconds since 1970 (UTC)
 *
 * Since: 1.0
 */
gint64
intimail_envelope_get_received (IntimailEnvelope *self)
{
  g_return_val_if_fail (INTIMAIL_IS_ENVELOPE (self), 0);

  return self->received;
}

/**
 * intimail_envelope_get_size:
 * @self: an envelope
 *
 * Gets the size of the message as it is stored.
 *
 * Returns: bytes
 *
 * Since: 1.0
 */
guint64
intimail_envelope_get_size (IntimailEnvelope *self)
{
  g_return_val_if_fail (INTIMAIL_IS_ENVELOPE (self), 0);

  return self->summary->size;
}

/**
 * intimail_envelope_get_queue_id:
 * @self: an envelope
 *
 * Gets the name that the mail server gave the message in its queue.
 *
 * This is the name under which its logs speak of it.
 *
 * Returns: (transfer none): the queue id, or ""
 *
 * Since: 1.0
 */
const char *
intimail_envelope_get_queue_id (IntimailEnvelope *self)
{
  g_return_val_if_fail (INTIMAIL_IS_ENVELOPE (self), "");

  return text (self->summary->queue_id);
}

/**
 * intimail_envelope_get_n_attachments:
 * @self: an envelope
 *
 * Gets the number of attachments, pictures inside the text included.
 *
 * Returns: a number of attachments
 *
 * Since: 1.0
 */
guint
intimail_envelope_get_n_attachments (IntimailEnvelope *self)
{
  g_return_val_if_fail (INTIMAIL_IS_ENVELOPE (self), 0);

  return self->summary->n_attachments;
}

/**
 * intimail_envelope_has_attachment:
 * @self: an envelope
 *
 * Tells whether somebody attached something, pictures inside the text not counted.
 *
 * Returns: whether there is an attachment
 *
 * Since: 1.0
 */
gboolean
intimail_envelope_has_attachment (IntimailEnvelope *self)
{
  g_return_val_if_fail (INTIMAIL_IS_ENVELOPE (self), FALSE);

  return self->summary->has_attachment;
}

/**
 * intimail_envelope_get_preview:
 * @self: an envelope
 *
 * Gets the beginning of the text.
 *
 * Returns: (transfer none): at most 220 bytes of what [method@Intimail.Message.get_preview]
 *   gives, or "" when there is no text or the account keeps none: see
 *   [method@Intimail.Account.set_previews]
 *
 * Since: 1.0
 */
const char *
intimail_envelope_get_preview (IntimailEnvelope *self)
{
  g_return_val_if_fail (INTIMAIL_IS_ENVELOPE (self), "");

  return text (self->summary->preview);
}

/**
 * intimail_envelope_get_keywords:
 * @self: an envelope
 *
 * Gets the keywords, in lower case, such as `$seen`.
 *
 * Returns: (transfer none) (array zero-terminated=1): keywords
 *
 * Since: 1.0
 */
const char *const *
intimail_envelope_get_keywords (IntimailEnvelope *self)
{
  g_return_val_if_fail (INTIMAIL_IS_ENVELOPE (self), NULL);

  return (const char *const *) self->keywords;
}

/**
 * intimail_envelope_has_keyword:
 * @self: an envelope
 * @keyword: a keyword, in lower case
 *
 * Tells whether the message has a keyword.
 *
 * Returns: whether it has
 *
 * Since: 1.0
 */
gboolean
intimail_envelope_has_keyword (IntimailEnvelope *self, const char *keyword)
{
  g_return_val_if_fail (INTIMAIL_IS_ENVELOPE (self), FALSE);
  g_return_val_if_fail (keyword != NULL, FALSE);

  return g_strv_contains ((const char *const *) self->keywords, keyword);
}
