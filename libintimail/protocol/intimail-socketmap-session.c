/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <intimail/intimail-socketmap-session.h>

#include <string.h>

#include <intimail/intimail-error.h>

#include "protocol/intimail-reply-private.h"

/* Of one question: a name, a blank and an address of at most 320 octets (RFC 5321). */
#define MAX_QUESTION 4096

/* Of an answer: Postfix takes 100,000 (socketmap_table(5)). */
#define MAX_ANSWER 50000

/* Digits of a length, without zeros in front. */
#define MAX_DIGITS 4

/**
 * IntimailSocketmapEvent:
 * @INTIMAIL_SOCKETMAP_EVENT_NONE: nothing to do before more bytes have come: write the
 *   output, read, feed
 * @INTIMAIL_SOCKETMAP_EVENT_LOOKUP: what does this key lead to? Answer or fail once
 * @INTIMAIL_SOCKETMAP_EVENT_CLOSE: the peer does not speak this protocol: write the
 *   output and close
 *
 * What [method@Intimail.SocketmapSession.next] asks its caller to do.
 *
 * Since: 1.0
 */

/**
 * IntimailSocketmapSession:
 *
 * The server's side of one connection of Postfix's socketmap_table(5), without the
 * connection: tables that are asked for when a mail comes, and so are never old.
 *
 * It is used like [class@Intimail.PolicySession]: feed, next, answer, take output.
 *
 * Limits: a question has 4,096 octets and no NUL, an answer 50,000; a peer beyond that
 * is cut.
 *
 * A session belongs to one thread at a time.
 *
 * Since: 1.0
 */
struct _IntimailSocketmapSession
{
  GObject parent_instance;

  GString *input;
  gsize used; /* bytes of input that are done with */
  GString *output;
  char *map;
  char *key;
  gboolean pending;
  gboolean closed;
};

G_DEFINE_FINAL_TYPE (IntimailSocketmapSession, intimail_socketmap_session, G_TYPE_OBJECT)

static void
intimail_socketmap_session_finalize (GObject *object)
{
  IntimailSocketmapSession *self = INTIMAIL_SOCKETMAP_SESSION (object);

  g_string_free (self->input, TRUE);
  g_string_free (self->output, TRUE);
  g_free (self->map);
  g_free (self->key);
  G_OBJECT_CLASS (intimail_socketmap_session_parent_class)->finalize (object);
}

static void
intimail_socketmap_session_class_init (IntimailSocketmapSessionClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = intimail_socketmap_session_finalize;
}

static void
intimail_socketmap_session_init (IntimailSocketmapSession *self)
{
  self->input = g_string_new (NULL);
  self->output = g_string_new (NULL);
  self->map = g_strdup ("");
  self->key = g_strdup ("");
}

/**
 * intimail_socketmap_session_new:
 *
 * Begins a session.
 *
 * Returns: (transfer full): a session
 *
 * Since: 1.0
 */
IntimailSocketmapSession *
intimail_socketmap_session_new (void)
{
  return g_object_new (INTIMAIL_TYPE_SOCKETMAP_SESSION, NULL);
}

/* "MAP KEY"; FALSE when it is not. */
static gboolean
take_question (IntimailSocketmapSession *self, const char *text, gsize length)
{
  const char *blank = memchr (text, ' ', length);

  if (blank == NULL || blank == text || memchr (text, '\0', length) != NULL)
    return FALSE;
  g_free (self->map);
  g_free (self->key);
  self->map = g_utf8_make_valid (text, (gssize) (blank - text));
  self->key = g_utf8_make_valid (blank + 1, (gssize) (text + length - blank - 1));
  self->pending = TRUE;
  return TRUE;
}

/* The length in front of a netstring and its colon: how many octets that takes, 0 when
 * they are not all there, -1 when it is none. */
static int
read_length (const char *text, gsize available, gsize *length)
{
  gsize n = 0;

  *length = 0;
  while (n < available && g_ascii_isdigit (text[n]))
    {
      if (n == MAX_DIGITS || (n > 0 && *length == 0))
        return -1;
      *length = *length * 10 + (gsize) g_ascii_digit_value (text[n]);
      n++;
    }
  if (*length > MAX_QUESTION || (n == 0 && available > 0))
    return -1;
  if (n == available)
    return 0;

  return text[n] == ':' ? (int) n + 1 : -1;
}

/* Reads one netstring; FALSE when none is there. */
static gboolean
step (IntimailSocketmapSession *self)
{
  const char *text = self->input->str + self->used;
  gsize available = self->input->len - self->used;
  gsize length;
  int head = read_length (text, available, &length);

  self->closed = head < 0;
  if (head <= 0 || available - (gsize) head < length + 1)
    return FALSE;
  self->used += (gsize) head + length + 1;
  self->closed = text[(gsize) head + length] != ',' || !take_question (self, text + head, length);

  return !self->closed;
}

/**
 * intimail_socketmap_session_feed:
 * @self: a session
 * @data: bytes that came from the peer
 *
 * Takes what the peer sent; call [method@Intimail.SocketmapSession.next] until it
 * gives %INTIMAIL_SOCKETMAP_EVENT_NONE before feeding again.
 *
 * Since: 1.0
 */
void
intimail_socketmap_session_feed (IntimailSocketmapSession *self, GBytes *data)
{
  gconstpointer bytes;
  gsize length;

  g_return_if_fail (INTIMAIL_IS_SOCKETMAP_SESSION (self));
  g_return_if_fail (data != NULL);

  bytes = g_bytes_get_data (data, &length);
  if (self->closed || length == 0)
    return;
  g_string_erase (self->input, 0, (gssize) self->used);
  self->used = 0;
  g_string_append_len (self->input, bytes, (gssize) length);
}

/**
 * intimail_socketmap_session_next:
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
IntimailSocketmapEvent
intimail_socketmap_session_next (IntimailSocketmapSession *self)
{
  g_return_val_if_fail (INTIMAIL_IS_SOCKETMAP_SESSION (self), INTIMAIL_SOCKETMAP_EVENT_CLOSE);

  if (!self->pending && !self->closed)
    step (self);
  if (self->closed)
    return INTIMAIL_SOCKETMAP_EVENT_CLOSE;

  return self->pending ? INTIMAIL_SOCKETMAP_EVENT_LOOKUP : INTIMAIL_SOCKETMAP_EVENT_NONE;
}

/**
 * intimail_socketmap_session_get_map:
 * @self: a session
 *
 * Gets the name of the table that was asked.
 *
 * Returns: (transfer none): the name of the last question, or ""
 *
 * Since: 1.0
 */
const char *
intimail_socketmap_session_get_map (IntimailSocketmapSession *self)
{
  g_return_val_if_fail (INTIMAIL_IS_SOCKETMAP_SESSION (self), "");

  return self->map;
}

/**
 * intimail_socketmap_session_get_key:
 * @self: a session
 *
 * Gets what was looked for.
 *
 * Returns: (transfer none): the key of the last question, or ""
 *
 * Since: 1.0
 */
const char *
intimail_socketmap_session_get_key (IntimailSocketmapSession *self)
{
  g_return_val_if_fail (INTIMAIL_IS_SOCKETMAP_SESSION (self), "");

  return self->key;
}

static void
write_answer (IntimailSocketmapSession *self, const char *status, const char *text)
{
  g_string_append_printf (self->output, "%" G_GSIZE_FORMAT ":%s %s,", strlen (status) + 1 + strlen (text), status, text);
  self->pending = FALSE;
}

/**
 * intimail_socketmap_session_answer:
 * @self: a session whose event waits for an answer
 * @value: (nullable): what the key leads to, of at most 50,000 bytes; %NULL when it
 *   leads nowhere
 *
 * Answers a question.
 *
 * Since: 1.0
 */
void
intimail_socketmap_session_answer (IntimailSocketmapSession *self, const char *value)
{
  g_return_if_fail (INTIMAIL_IS_SOCKETMAP_SESSION (self));
  g_return_if_fail (self->pending);
  g_return_if_fail (value == NULL || strlen (value) <= MAX_ANSWER);

  write_answer (self, value != NULL ? "OK" : "NOTFOUND", value != NULL ? value : "");
}

/**
 * intimail_socketmap_session_fail:
 * @self: a session whose event waits for an answer
 * @error: why it cannot be known
 *
 * Answers that it cannot be known now, whatever the error is: Postfix asks its client to
 * come back. %INTIMAIL_ERROR_NOT_FOUND alone is the answer that the key leads nowhere.
 *
 * Since: 1.0
 */
void
intimail_socketmap_session_fail (IntimailSocketmapSession *self, const GError *error)
{
  g_return_if_fail (INTIMAIL_IS_SOCKETMAP_SESSION (self));
  g_return_if_fail (self->pending);
  g_return_if_fail (error != NULL);

  if (g_error_matches (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND))
    write_answer (self, "NOTFOUND", "");
  else
    write_answer (self, "TEMP", intimail_reply_get_words (error));
}

/**
 * intimail_socketmap_session_take_output:
 * @self: a session
 *
 * Takes what has to be written to the peer.
 *
 * Returns: (transfer full) (nullable): the bytes, or %NULL when there are none
 *
 * Since: 1.0
 */
GBytes *
intimail_socketmap_session_take_output (IntimailSocketmapSession *self)
{
  GBytes *bytes;

  g_return_val_if_fail (INTIMAIL_IS_SOCKETMAP_SESSION (self), NULL);

  if (self->output->len == 0)
    return NULL;

  bytes = g_string_free_to_bytes (self->output);
  self->output = g_string_new (NULL);
  return bytes;
}
