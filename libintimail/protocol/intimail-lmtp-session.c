/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <intimail/intimail-lmtp-session.h>

#include "protocol/intimail-lmtp-machine-private.h"

/**
 * IntimailLmtpEvent:
 * @INTIMAIL_LMTP_EVENT_NONE: nothing to do before more bytes have come: write
 *   the output, read, feed
 * @INTIMAIL_LMTP_EVENT_MAIL: somebody wants to send: the sender, the size said
 *   and the peer's name can be read; answer once
 * @INTIMAIL_LMTP_EVENT_RECIPIENT: a recipient is named; answer once
 * @INTIMAIL_LMTP_EVENT_CONTENT: bytes of the message: take them; no answer
 * @INTIMAIL_LMTP_EVENT_MESSAGE: the message is complete: answer once for each
 *   recipient that was accepted, in the same order
 * @INTIMAIL_LMTP_EVENT_RESET: what began with
 *   %INTIMAIL_LMTP_EVENT_MAIL is given up: forget it; no answer
 * @INTIMAIL_LMTP_EVENT_CLOSE: write the output and close; an unfinished message
 *   is given up
 *
 * What [method@Intimail.LmtpSession.next] asks its caller to do.
 *
 * Since: 1.0
 */

/**
 * IntimailLmtpFarewell:
 * @INTIMAIL_LMTP_FAREWELL_IDLE: the peer was silent for too long
 * @INTIMAIL_LMTP_FAREWELL_BUSY: there are too many connections
 * @INTIMAIL_LMTP_FAREWELL_STOPPING: this server is going down
 *
 * Why a peer is sent away with 421, which makes it come back later.
 *
 * Since: 1.0
 */

/**
 * IntimailLmtpSession:
 *
 * The server's side of one LMTP connection (RFC 2033), without the connection.
 *
 * Bytes go in by [method@Intimail.LmtpSession.feed];
 * [method@Intimail.LmtpSession.next] says what has to be decided, and
 * [method@Intimail.LmtpSession.answer] is told; what the peer must get is fetched
 * by [method@Intimail.LmtpSession.take_output]. Nothing here waits, so that the
 * same object serves a thread for each connection as well as an event loop:
 *
 * ```
 * do
 *   while ((event = next ()) != NONE && event != CLOSE)
 *     decide, and answer ();
 *   write (take_output ());
 *   feed (read ());
 * while (event != CLOSE);
 * ```
 *
 * The first call of [method@Intimail.LmtpSession.next] writes the greeting.
 *
 * PIPELINING, ENHANCEDSTATUSCODES, 8BITMIME, SMTPUTF8, SIZE and CHUNKING are
 * announced. Line ends of a message become LF, and after DATA doubled dots become
 * single ones; every other byte stays, NUL, bare CR and bare LF included. Only
 * CR LF . CR LF ends the data.
 *
 * Limits: a command line has 2,048 octets, a transaction 1,000 recipients (then
 * 452 4.5.3), a connection 20 bad commands (then 421). Memory does not grow with
 * the message.
 *
 * A session belongs to one thread at a time.
 *
 * Since: 1.0
 */
struct _IntimailLmtpSession
{
  GObject parent_instance;

  IntimailLmtpMachine machine;
};

G_DEFINE_FINAL_TYPE (IntimailLmtpSession, intimail_lmtp_session, G_TYPE_OBJECT)

enum
{
  PROP_HOSTNAME = 1,
  PROP_MAX_MESSAGE_SIZE,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

static void
intimail_lmtp_session_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  IntimailLmtpSession *self = INTIMAIL_LMTP_SESSION (object);

  switch (id)
    {
    case PROP_HOSTNAME:
      g_value_set_string (value, self->machine.hostname);
      break;
    case PROP_MAX_MESSAGE_SIZE:
      g_value_set_uint64 (value, self->machine.max_message_size);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
intimail_lmtp_session_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  IntimailLmtpSession *self = INTIMAIL_LMTP_SESSION (object);

  switch (id)
    {
    case PROP_HOSTNAME:
      self->machine.hostname = g_value_dup_string (value);
      break;
    case PROP_MAX_MESSAGE_SIZE:
      self->machine.max_message_size = g_value_get_uint64 (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
intimail_lmtp_session_finalize (GObject *object)
{
  IntimailLmtpSession *self = INTIMAIL_LMTP_SESSION (object);

  intimail_lmtp_machine_clear (&self->machine);
  G_OBJECT_CLASS (intimail_lmtp_session_parent_class)->finalize (object);
}

static void
intimail_lmtp_session_class_init (IntimailLmtpSessionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = intimail_lmtp_session_get_property;
  object_class->set_property = intimail_lmtp_session_set_property;
  object_class->finalize = intimail_lmtp_session_finalize;

  /**
   * IntimailLmtpSession:hostname:
   *
   * The name this server greets with.
   *
   * Since: 1.0
   */
  props[PROP_HOSTNAME] = g_param_spec_string ("hostname", NULL, NULL, "localhost", flags);

  /**
   * IntimailLmtpSession:max-message-size:
   *
   * The largest message that is taken, in bytes; 0 is no limit.
   *
   * Since: 1.0
   */
  props[PROP_MAX_MESSAGE_SIZE] = g_param_spec_uint64 ("max-message-size", NULL, NULL, 0, G_MAXUINT64, 0, flags);

  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
intimail_lmtp_session_init (IntimailLmtpSession *self)
{
  intimail_lmtp_machine_init (&self->machine);
}

/**
 * intimail_lmtp_session_new:
 * @hostname: the name this server greets with
 * @max_message_size: the largest message that is taken, in bytes; 0 is no limit
 *
 * Begins a session.
 *
 * Returns: (transfer full): a session
 *
 * Since: 1.0
 */
IntimailLmtpSession *
intimail_lmtp_session_new (const char *hostname, guint64 max_message_size)
{
  g_return_val_if_fail (hostname != NULL, NULL);

  return g_object_new (INTIMAIL_TYPE_LMTP_SESSION,
                       "hostname", hostname,
                       "max-message-size", max_message_size,
                       NULL);
}

/**
 * intimail_lmtp_session_feed:
 * @self: a session
 * @data: bytes that came from the peer
 *
 * Takes what the peer sent; call [method@Intimail.LmtpSession.next] until it
 * gives %INTIMAIL_LMTP_EVENT_NONE before feeding again, so that no more than one
 * piece is ever held.
 *
 * Since: 1.0
 */
void
intimail_lmtp_session_feed (IntimailLmtpSession *self, GBytes *data)
{
  gconstpointer bytes;
  gsize length;

  g_return_if_fail (INTIMAIL_IS_LMTP_SESSION (self));
  g_return_if_fail (data != NULL);

  bytes = g_bytes_get_data (data, &length);
  if (length > 0)
    intimail_lmtp_machine_feed (&self->machine, bytes, length);
}

/**
 * intimail_lmtp_session_next:
 * @self: a session
 *
 * Goes on with what was fed, up to the next thing that the caller has to do.
 *
 * While an answer is missing, the same event is given again.
 *
 * Returns: what to do
 *
 * Since: 1.0
 */
IntimailLmtpEvent
intimail_lmtp_session_next (IntimailLmtpSession *self)
{
  g_return_val_if_fail (INTIMAIL_IS_LMTP_SESSION (self), INTIMAIL_LMTP_EVENT_CLOSE);

  return intimail_lmtp_machine_next (&self->machine);
}

/**
 * intimail_lmtp_session_answer:
 * @self: a session whose event waits for an answer
 * @error: (nullable): why not, or %NULL: yes
 *
 * Tells what became of a sender, of a recipient, or of the message for the next
 * of its recipients.
 *
 * The peer gets the code and the enhanced status that go with @error
 * ([func@Intimail.Error.get_enhanced_status]) and fixed words: what @error says
 * may not be meant for a stranger's eyes. Errors of domains other than
 * %INTIMAIL_ERROR are temporary.
 *
 * A yes to %INTIMAIL_LMTP_EVENT_MESSAGE promises that this recipient's mail is
 * on the disk.
 *
 * Since: 1.0
 */
void
intimail_lmtp_session_answer (IntimailLmtpSession *self, const GError *error)
{
  g_return_if_fail (INTIMAIL_IS_LMTP_SESSION (self));
  g_return_if_fail (self->machine.pending != INTIMAIL_LMTP_EVENT_NONE);

  intimail_lmtp_machine_answer (&self->machine, error);
}

/**
 * intimail_lmtp_session_accept:
 * @self: a session whose event waits for an answer
 *
 * Says yes to a sender, to a recipient, or to the message for the next of its
 * recipients, as [method@Intimail.LmtpSession.answer] does without an error: some
 * languages cannot give none.
 *
 * A yes to %INTIMAIL_LMTP_EVENT_MESSAGE promises that this recipient's mail is
 * on the disk.
 *
 * Since: 1.0
 */
void
intimail_lmtp_session_accept (IntimailLmtpSession *self)
{
  intimail_lmtp_session_answer (self, NULL);
}

/**
 * intimail_lmtp_session_dismiss:
 * @self: a session
 * @farewell: why
 *
 * Sends the peer away with 421: the next event is %INTIMAIL_LMTP_EVENT_CLOSE.
 *
 * A message whose recipients are not all answered is given up; the peer tries it
 * again.
 *
 * Since: 1.0
 */
void
intimail_lmtp_session_dismiss (IntimailLmtpSession *self, IntimailLmtpFarewell farewell)
{
  g_return_if_fail (INTIMAIL_IS_LMTP_SESSION (self));

  switch (farewell)
    {
    case INTIMAIL_LMTP_FAREWELL_IDLE:
      intimail_lmtp_machine_dismiss (&self->machine, "421 4.4.2 silent for too long, closing");
      break;
    case INTIMAIL_LMTP_FAREWELL_BUSY:
      intimail_lmtp_machine_dismiss (&self->machine, "421 4.3.2 too many connections, try again later");
      break;
    case INTIMAIL_LMTP_FAREWELL_STOPPING:
      intimail_lmtp_machine_dismiss (&self->machine, "421 4.3.2 going down, try again later");
      break;
    }
}

static GBytes *
take_string (GString **string)
{
  GBytes *bytes;

  if ((*string)->len == 0)
    return NULL;

  bytes = g_string_free_to_bytes (*string);
  *string = g_string_new (NULL);
  return bytes;
}

/**
 * intimail_lmtp_session_take_output:
 * @self: a session
 *
 * Takes what has to be written to the peer.
 *
 * Returns: (transfer full) (nullable): the bytes, or %NULL when there are none
 *
 * Since: 1.0
 */
GBytes *
intimail_lmtp_session_take_output (IntimailLmtpSession *self)
{
  g_return_val_if_fail (INTIMAIL_IS_LMTP_SESSION (self), NULL);

  return take_string (&self->machine.output);
}

/**
 * intimail_lmtp_session_take_content:
 * @self: a session that gave %INTIMAIL_LMTP_EVENT_CONTENT
 *
 * Takes the next bytes of the message, as they are to be stored.
 *
 * Returns: (transfer full) (nullable): the bytes, or %NULL when there are none
 *
 * Since: 1.0
 */
GBytes *
intimail_lmtp_session_take_content (IntimailLmtpSession *self)
{
  g_return_val_if_fail (INTIMAIL_IS_LMTP_SESSION (self), NULL);

  return take_string (&self->machine.content);
}

/**
 * intimail_lmtp_session_get_peer_name:
 * @self: a session
 *
 * Gets the name that the peer gave with LHLO.
 *
 * Returns: (transfer none): the name, or an empty string before LHLO
 *
 * Since: 1.0
 */
const char *
intimail_lmtp_session_get_peer_name (IntimailLmtpSession *self)
{
  g_return_val_if_fail (INTIMAIL_IS_LMTP_SESSION (self), "");

  return self->machine.peer_name != NULL ? self->machine.peer_name : "";
}

/**
 * intimail_lmtp_session_get_sender:
 * @self: a session
 *
 * Gets the address of the sender, for reports about the message.
 *
 * Returns: (transfer none): the address; an empty string for the null sender,
 *   who gets no report, and when there is no transaction
 *
 * Since: 1.0
 */
const char *
intimail_lmtp_session_get_sender (IntimailLmtpSession *self)
{
  g_return_val_if_fail (INTIMAIL_IS_LMTP_SESSION (self), "");

  return self->machine.sender != NULL ? self->machine.sender : "";
}

/**
 * intimail_lmtp_session_get_size:
 * @self: a session
 *
 * Gets the size of the message as the peer said it with MAIL, in bytes.
 *
 * Returns: the size; 0 when it was not said
 *
 * Since: 1.0
 */
guint64
intimail_lmtp_session_get_size (IntimailLmtpSession *self)
{
  g_return_val_if_fail (INTIMAIL_IS_LMTP_SESSION (self), 0);

  return self->machine.size;
}

/**
 * intimail_lmtp_session_get_recipient:
 * @self: a session that gave %INTIMAIL_LMTP_EVENT_RECIPIENT
 *
 * Gets the recipient in question; the domain may be missing.
 *
 * Returns: (transfer none): the address, or an empty string when none is in
 *   question
 *
 * Since: 1.0
 */
const char *
intimail_lmtp_session_get_recipient (IntimailLmtpSession *self)
{
  g_return_val_if_fail (INTIMAIL_IS_LMTP_SESSION (self), "");

  return self->machine.recipient != NULL ? self->machine.recipient : "";
}

/**
 * intimail_lmtp_session_get_n_recipients:
 * @self: a session
 *
 * Gets how many recipients of this transaction were accepted.
 *
 * Returns: the number
 *
 * Since: 1.0
 */
guint
intimail_lmtp_session_get_n_recipients (IntimailLmtpSession *self)
{
  g_return_val_if_fail (INTIMAIL_IS_LMTP_SESSION (self), 0);

  return self->machine.recipients->len;
}

/**
 * intimail_lmtp_session_is_in_transaction:
 * @self: a session
 *
 * Gets whether a message is on its way: from MAIL to the last answer.
 *
 * Returns: %TRUE if so
 *
 * Since: 1.0
 */
gboolean
intimail_lmtp_session_is_in_transaction (IntimailLmtpSession *self)
{
  g_return_val_if_fail (INTIMAIL_IS_LMTP_SESSION (self), FALSE);

  return self->machine.sender != NULL;
}

/**
 * intimail_lmtp_session_is_in_message:
 * @self: a session
 *
 * Gets whether the next bytes from the peer are those of a message.
 *
 * While the peer reads that it may send them, its caller has a moment to prepare
 * for them.
 *
 * Returns: %TRUE if so
 *
 * Since: 1.0
 */
gboolean
intimail_lmtp_session_is_in_message (IntimailLmtpSession *self)
{
  g_return_val_if_fail (INTIMAIL_IS_LMTP_SESSION (self), FALSE);

  return self->machine.recipients->len > 0 &&
         (self->machine.phase == INTIMAIL_LMTP_PHASE_DATA || self->machine.phase == INTIMAIL_LMTP_PHASE_CHUNK);
}
