/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "deliver-lmtp.h"

typedef struct
{
  DeliverServer *server;
  IntimailLmtpSession *session;
  IntimailDelivery *delivery; /* NULL: no transaction */
  GPtrArray *finished;        /* deliveries of which the peer may not know yet */
  gint64 deadline;            /* of the silence */
  gint64 transaction_deadline;
} Peer;

static void
log_refusal (Peer *self, const char *what, const GError *error)
{
  /* What the peer did wrong, it is told; what is wrong here, somebody has to mend. */
  GLogLevelFlags level = *intimail_error_get_enhanced_status (error) == '4' ? G_LOG_LEVEL_WARNING : G_LOG_LEVEL_INFO;

  g_log (G_LOG_DOMAIN, level, "%s from <%s>: %s", what, intimail_lmtp_session_get_sender (self->session), error->message);
}

static void
begin (Peer *self)
{
  g_clear_object (&self->delivery);
  self->delivery = intimail_delivery_new (self->server->site, intimail_lmtp_session_get_sender (self->session));
  intimail_delivery_await_confirmation (self->delivery);
  intimail_delivery_set_origin (self->delivery, "LMTP", intimail_lmtp_session_get_peer_name (self->session));
  self->transaction_deadline = deliver_deadline (self->server->transaction_limit);
  intimail_lmtp_session_answer (self->session, NULL);
}

static void
add_recipient (Peer *self)
{
  g_autoptr (GError) error = NULL;
  const char *recipient = intimail_lmtp_session_get_recipient (self->session);

  if (!intimail_delivery_add_recipient (self->delivery, recipient, intimail_lmtp_session_get_size (self->session), NULL, &error))
    log_refusal (self, recipient, error);
  intimail_lmtp_session_answer (self->session, error);
}

/* The delivery remembers a failure until the recipients are answered. */
static void
write_content (Peer *self)
{
  g_autoptr (GBytes) content = intimail_lmtp_session_take_content (self->session);

  if (content != NULL)
    intimail_delivery_write (self->delivery, content, NULL, NULL);
}

/* The peer has just been told to send the message: the file for it is opened while
 * the bytes are on their way. */
static void
expect_content (Peer *self)
{
  g_autoptr (GBytes) nothing = NULL;

  if (self->delivery == NULL || !intimail_lmtp_session_is_in_message (self->session))
    return;

  nothing = g_bytes_new_static ("", 0);
  intimail_delivery_write (self->delivery, nothing, NULL, NULL);
}

static void
finish (Peer *self)
{
  guint n = intimail_delivery_get_n_recipients (self->delivery);

  intimail_delivery_finish (self->delivery, NULL, NULL);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GError) error = NULL;

      if (!intimail_delivery_get_result (self->delivery, i, &error))
        log_refusal (self, "message", error);
      intimail_lmtp_session_answer (self->session, error);
    }
  g_ptr_array_add (self->finished, g_steal_pointer (&self->delivery));
}

/* The peer goes on, or goes: it has read the replies. Otherwise what was finished
 * stays in doubt, and the peer may ask again. */
static void
confirm (Peer *self)
{
  for (guint i = 0; i < self->finished->len; i++)
    intimail_delivery_confirm (g_ptr_array_index (self->finished, i));
  g_ptr_array_set_size (self->finished, 0);
}

/* Everything that was fed; TRUE when the connection has to be closed. */
static gboolean
handle_events (Peer *self)
{
  IntimailLmtpEvent event;

  while ((event = intimail_lmtp_session_next (self->session)) != INTIMAIL_LMTP_EVENT_NONE)
    switch (event)
      {
      case INTIMAIL_LMTP_EVENT_MAIL:
        begin (self);
        break;
      case INTIMAIL_LMTP_EVENT_RECIPIENT:
        add_recipient (self);
        break;
      case INTIMAIL_LMTP_EVENT_CONTENT:
        self->deadline = deliver_deadline (self->server->timeout);
        write_content (self);
        break;
      case INTIMAIL_LMTP_EVENT_MESSAGE:
        finish (self);
        break;
      case INTIMAIL_LMTP_EVENT_RESET:
        g_clear_object (&self->delivery);
        break;
      case INTIMAIL_LMTP_EVENT_CLOSE:
        return TRUE;
      case INTIMAIL_LMTP_EVENT_NONE:
        break;
      }

  return FALSE;
}

/* Waits for bytes and feeds them, or sends the peer away. FALSE: it is gone. */
static gboolean
read_some (Peer *self, DeliverConnection *connection)
{
  gboolean in_transaction = intimail_lmtp_session_is_in_transaction (self->session);
  gint64 deadline = in_transaction ? MIN (self->deadline, self->transaction_deadline) : self->deadline;
  g_autoptr (GBytes) data = NULL;

  switch (deliver_connection_read (connection, deadline, !in_transaction, &data))
    {
    case DELIVER_READ_DATA:
      confirm (self);
      intimail_lmtp_session_feed (self->session, data);
      return TRUE;
    case DELIVER_READ_TIMEOUT:
      intimail_lmtp_session_dismiss (self->session, INTIMAIL_LMTP_FAREWELL_IDLE);
      return TRUE;
    case DELIVER_READ_STOP:
      confirm (self);
      intimail_lmtp_session_dismiss (self->session, INTIMAIL_LMTP_FAREWELL_STOPPING);
      return TRUE;
    case DELIVER_READ_END:
      confirm (self);
      break;
    case DELIVER_READ_BROKEN:
      break;
    }

  return FALSE;
}

void
deliver_lmtp_serve (DeliverServer *server, DeliverConnection *connection, gboolean busy)
{
  g_autoptr (IntimailLmtpSession) session = intimail_lmtp_session_new (intimail_site_get_hostname (server->site),
                                                                       intimail_site_get_max_message_size (server->site));
  g_autoptr (GPtrArray) finished = g_ptr_array_new_with_free_func (g_object_unref);
  Peer self = { .server = server, .session = session, .finished = finished, .deadline = deliver_deadline (server->timeout) };
  gboolean closing;

  if (busy)
    intimail_lmtp_session_dismiss (session, INTIMAIL_LMTP_FAREWELL_BUSY);
  do
    {
      g_autoptr (GBytes) output = NULL;

      closing = handle_events (&self);
      output = intimail_lmtp_session_take_output (session);
      /* Silence ends with a whole command, not with a byte. */
      if (output != NULL)
        self.deadline = deliver_deadline (server->timeout);
      if (!deliver_connection_write (connection, output, self.deadline))
        break;
      expect_content (&self);
    }
  while (!closing && read_some (&self, connection));

  g_clear_object (&self.delivery);
}
