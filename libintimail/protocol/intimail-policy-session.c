/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <intimail/intimail-policy-session.h>

#include <string.h>

#include <intimail/intimail-error.h>

#include "protocol/intimail-reply-private.h"

/* Of one request. Postfix 3.7 sends about 40 lines; a client certificate's subject
 * is the longest. */
#define MAX_LINE 4096
#define MAX_LINES 200

/**
 * IntimailPolicyEvent:
 * @INTIMAIL_POLICY_EVENT_NONE: nothing to do before more bytes have come: write
 *   the output, read, feed
 * @INTIMAIL_POLICY_EVENT_RECIPIENT: may this recipient get this mail? Answer once
 * @INTIMAIL_POLICY_EVENT_CLOSE: the peer does not speak this protocol: write the
 *   output and close
 *
 * What [method@Intimail.PolicySession.next] asks its caller to do.
 *
 * Since: 1.0
 */

/**
 * IntimailPolicySession:
 *
 * The server's side of one connection of Postfix's policy delegation
 * (`check_policy_service`), without the connection.
 *
 * It is used like [class@Intimail.LmtpSession]: feed, next, answer, take output.
 * A request that names no recipient is answered with `DUNNO` by the session
 * itself, so the service may stand in any of Postfix's restriction lists.
 *
 * Limits: a line has 4,096 octets, a request 200 lines; a peer beyond that is cut.
 *
 * A session belongs to one thread at a time.
 *
 * Since: 1.0
 */
struct _IntimailPolicySession
{
  GObject parent_instance;

  GString *input;
  gsize used; /* bytes of input that are done with */
  GString *output;
  GHashTable *attributes;
  guint n_lines;
  gboolean pending;
  gboolean closed;
};

G_DEFINE_FINAL_TYPE (IntimailPolicySession, intimail_policy_session, G_TYPE_OBJECT)

static void
intimail_policy_session_finalize (GObject *object)
{
  IntimailPolicySession *self = INTIMAIL_POLICY_SESSION (object);

  g_string_free (self->input, TRUE);
  g_string_free (self->output, TRUE);
  g_hash_table_unref (self->attributes);
  G_OBJECT_CLASS (intimail_policy_session_parent_class)->finalize (object);
}

static void
intimail_policy_session_class_init (IntimailPolicySessionClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = intimail_policy_session_finalize;
}

static void
intimail_policy_session_init (IntimailPolicySession *self)
{
  self->input = g_string_new (NULL);
  self->output = g_string_new (NULL);
  self->attributes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}

/**
 * intimail_policy_session_new:
 *
 * Begins a session.
 *
 * Returns: (transfer full): a session
 *
 * Since: 1.0
 */
IntimailPolicySession *
intimail_policy_session_new (void)
{
  return g_object_new (INTIMAIL_TYPE_POLICY_SESSION, NULL);
}

static void
forget_request (IntimailPolicySession *self)
{
  g_hash_table_remove_all (self->attributes);
  self->n_lines = 0;
}

static void
write_action (IntimailPolicySession *self, const char *action)
{
  g_string_append_printf (self->output, "action=%s\n\n", action);
}

/* The empty line has come. TRUE when somebody has to answer. */
static gboolean
end_request (IntimailPolicySession *self)
{
  const char *request = intimail_policy_session_get_attribute (self, "request");

  if (strcmp (request, "smtpd_access_policy") == 0 && *intimail_policy_session_get_recipient (self) != '\0')
    {
      self->pending = TRUE;
      return TRUE;
    }

  write_action (self, "DUNNO");
  forget_request (self);
  return FALSE;
}

/* FALSE when it is not a line of this protocol. */
static gboolean
take_attribute (IntimailPolicySession *self, const char *line, gsize length)
{
  const char *equals = memchr (line, '=', length);
  gsize name_length = equals != NULL ? (gsize) (equals - line) : 0;

  if (name_length == 0 || memchr (line, '\0', length) != NULL || ++self->n_lines > MAX_LINES)
    return FALSE;

  g_hash_table_replace (self->attributes,
                        g_strndup (line, name_length),
                        g_utf8_make_valid (equals + 1, (gssize) (length - name_length - 1)));
  return TRUE;
}

/* Reads one line; FALSE when none is there. */
static gboolean
step (IntimailPolicySession *self)
{
  const char *text = self->input->str + self->used;
  gsize available = self->input->len - self->used;
  const char *end = memchr (text, '\n', available);
  gsize length = end != NULL ? (gsize) (end - text) : available;

  if (length > MAX_LINE)
    self->closed = TRUE;
  if (end == NULL || self->closed)
    return FALSE;

  self->used += length + 1;
  if (length == 0)
    return !end_request (self);

  self->closed = !take_attribute (self, text, length);
  return !self->closed;
}

/**
 * intimail_policy_session_feed:
 * @self: a session
 * @data: bytes that came from the peer
 *
 * Takes what the peer sent; call [method@Intimail.PolicySession.next] until it
 * gives %INTIMAIL_POLICY_EVENT_NONE before feeding again.
 *
 * Since: 1.0
 */
void
intimail_policy_session_feed (IntimailPolicySession *self, GBytes *data)
{
  gconstpointer bytes;
  gsize length;

  g_return_if_fail (INTIMAIL_IS_POLICY_SESSION (self));
  g_return_if_fail (data != NULL);

  bytes = g_bytes_get_data (data, &length);
  if (self->closed || length == 0)
    return;
  g_string_erase (self->input, 0, (gssize) self->used);
  self->used = 0;
  g_string_append_len (self->input, bytes, (gssize) length);
}

/**
 * intimail_policy_session_next:
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
IntimailPolicyEvent
intimail_policy_session_next (IntimailPolicySession *self)
{
  g_return_val_if_fail (INTIMAIL_IS_POLICY_SESSION (self), INTIMAIL_POLICY_EVENT_CLOSE);

  while (!self->pending && step (self))
    ;
  if (self->closed)
    return INTIMAIL_POLICY_EVENT_CLOSE;

  return self->pending ? INTIMAIL_POLICY_EVENT_RECIPIENT : INTIMAIL_POLICY_EVENT_NONE;
}

/**
 * intimail_policy_session_answer:
 * @self: a session whose event waits for an answer
 * @error: (nullable): why not, or %NULL: nothing speaks against it
 *
 * Tells whether the recipient may get the mail.
 *
 * `DUNNO` says that nothing speaks against it, and leaves the word to Postfix's
 * other restrictions. A permanent @error refuses the recipient with its code and
 * enhanced status (`550 5.1.1`, `552 5.2.2`); a temporary one becomes
 * `DEFER_IF_PERMIT`: the client comes back later, unless another restriction
 * refuses it for good. Trouble here never bounces a mail.
 *
 * Since: 1.0
 */
void
intimail_policy_session_answer (IntimailPolicySession *self, const GError *error)
{
  g_autofree char *action = NULL;
  const char *status;

  g_return_if_fail (INTIMAIL_IS_POLICY_SESSION (self));
  g_return_if_fail (self->pending);

  self->pending = FALSE;
  if (error == NULL)
    write_action (self, "DUNNO");
  else
    {
      status = intimail_error_get_enhanced_status (error);
      if (*status == '4')
        action = g_strdup_printf ("DEFER_IF_PERMIT %s %s", status, intimail_reply_get_words (error));
      else
        action = g_strdup_printf ("%u %s %s", intimail_reply_get_code (error), status, intimail_reply_get_words (error));
      write_action (self, action);
    }
  forget_request (self);
}

/**
 * intimail_policy_session_accept:
 * @self: a session whose event waits for an answer
 *
 * Says that nothing speaks against the recipient, as
 * [method@Intimail.PolicySession.answer] does without an error: some languages
 * cannot give none.
 *
 * Since: 1.0
 */
void
intimail_policy_session_accept (IntimailPolicySession *self)
{
  intimail_policy_session_answer (self, NULL);
}

/**
 * intimail_policy_session_take_output:
 * @self: a session
 *
 * Takes what has to be written to the peer.
 *
 * Returns: (transfer full) (nullable): the bytes, or %NULL when there are none
 *
 * Since: 1.0
 */
GBytes *
intimail_policy_session_take_output (IntimailPolicySession *self)
{
  GBytes *bytes;

  g_return_val_if_fail (INTIMAIL_IS_POLICY_SESSION (self), NULL);

  if (self->output->len == 0)
    return NULL;

  bytes = g_string_free_to_bytes (self->output);
  self->output = g_string_new (NULL);
  return bytes;
}

/**
 * intimail_policy_session_get_recipient:
 * @self: a session
 *
 * Gets the recipient in question.
 *
 * Returns: (transfer none): the address, or an empty string when none is in
 *   question
 *
 * Since: 1.0
 */
const char *
intimail_policy_session_get_recipient (IntimailPolicySession *self)
{
  return intimail_policy_session_get_attribute (self, "recipient");
}

/**
 * intimail_policy_session_get_size:
 * @self: a session
 *
 * Gets the size of the message as the client said it, in bytes.
 *
 * Returns: the size; 0 when it was not said
 *
 * Since: 1.0
 */
guint64
intimail_policy_session_get_size (IntimailPolicySession *self)
{
  guint64 size = 0;

  g_ascii_string_to_unsigned (intimail_policy_session_get_attribute (self, "size"), 10, 0, G_MAXUINT64, &size, NULL);
  return size;
}

/**
 * intimail_policy_session_get_attribute:
 * @self: a session
 * @name: the name of an attribute, such as `client_address`
 *
 * Gets another attribute of the request, as Postfix's SMTPD_POLICY_README lists
 * them.
 *
 * Returns: (transfer none): the value; an empty string when the request has none
 *
 * Since: 1.0
 */
const char *
intimail_policy_session_get_attribute (IntimailPolicySession *self, const char *name)
{
  const char *value;

  g_return_val_if_fail (INTIMAIL_IS_POLICY_SESSION (self), "");
  g_return_val_if_fail (name != NULL, "");

  value = g_hash_table_lookup (self->attributes, name);
  return value != NULL ? value : "";
}
