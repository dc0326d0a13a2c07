/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "protocol/intimail-lmtp-machine-private.h"

#include <string.h>

#include <intimail/intimail-error.h>

#include "protocol/intimail-lmtp-command-private.h"
#include "protocol/intimail-reply-private.h"

void
intimail_lmtp_machine_init (IntimailLmtpMachine *self)
{
  self->input = g_string_new (NULL);
  self->output = g_string_new (NULL);
  self->content = g_string_new (NULL);
  self->recipients = g_ptr_array_new_with_free_func (g_free);
}

void
intimail_lmtp_machine_clear (IntimailLmtpMachine *self)
{
  g_free (self->hostname);
  g_string_free (self->input, TRUE);
  g_string_free (self->output, TRUE);
  g_string_free (self->content, TRUE);
  g_free (self->peer_name);
  g_free (self->sender);
  g_free (self->recipient);
  g_ptr_array_unref (self->recipients);
}

/* ---- Replies and transactions ---- */

static void
reply (IntimailLmtpMachine *self, const char *line)
{
  g_string_append (self->output, line);
  g_string_append (self->output, "\r\n");
}

static void
reply_error (IntimailLmtpMachine *self, const char *address, const GError *error)
{
  g_string_append_printf (self->output, "%u %s ", intimail_reply_get_code (error), intimail_error_get_enhanced_status (error));
  if (address != NULL)
    intimail_reply_append_address (self->output, address);
  reply (self, intimail_reply_get_words (error));
}

/* A command that could not be followed; the peer may err so often, no more. */
static void
reply_bad (IntimailLmtpMachine *self, const char *line)
{
  reply (self, line);
  if (++self->n_bad < INTIMAIL_LMTP_MAX_BAD_COMMANDS)
    return;

  reply (self, "421 4.7.0 too many bad commands, closing");
  self->phase = INTIMAIL_LMTP_PHASE_CLOSED;
}

static gboolean
is_too_large (IntimailLmtpMachine *self, guint64 size)
{
  return self->max_message_size != 0 && size > self->max_message_size;
}

static void
forget_transaction (IntimailLmtpMachine *self)
{
  g_clear_pointer (&self->sender, g_free);
  g_clear_pointer (&self->recipient, g_free);
  g_ptr_array_set_size (self->recipients, 0);
  g_string_truncate (self->content, 0);
  self->size = 0;
  self->received = 0;
  self->n_answered = 0;
  self->chunked = FALSE;
}

/* RESET when the caller holds something that belongs to the transaction. */
static IntimailLmtpEvent
reset (IntimailLmtpMachine *self)
{
  gboolean held = self->sender != NULL;

  forget_transaction (self);
  return held ? INTIMAIL_LMTP_EVENT_RESET : INTIMAIL_LMTP_EVENT_NONE;
}

static IntimailLmtpEvent
ask (IntimailLmtpMachine *self, IntimailLmtpEvent event)
{
  self->pending = event;
  return event;
}

/* ---- Commands ---- */

static IntimailLmtpEvent
run_lhlo (IntimailLmtpMachine *self, const char *rest)
{
  g_autofree char *name = NULL;
  const char *refusal = intimail_lmtp_command_parse_name (rest, &name);

  if (refusal != NULL)
    {
      reply_bad (self, refusal);
      return INTIMAIL_LMTP_EVENT_NONE;
    }

  g_free (self->peer_name);
  self->peer_name = g_steal_pointer (&name);
  g_string_append_printf (self->output,
                          "250-%s\r\n"
                          "250-PIPELINING\r\n"
                          "250-ENHANCEDSTATUSCODES\r\n"
                          "250-8BITMIME\r\n"
                          "250-SMTPUTF8\r\n"
                          "250-CHUNKING\r\n"
                          "250 SIZE %" G_GUINT64_FORMAT "\r\n",
                          self->hostname, self->max_message_size);
  return reset (self);
}

static IntimailLmtpEvent
run_mail (IntimailLmtpMachine *self, const char *rest)
{
  g_auto (IntimailLmtpPath) path = { NULL, 0 };
  const char *refusal = NULL;

  if (self->peer_name == NULL)
    refusal = "503 5.5.1 say LHLO first";
  else if (self->sender != NULL)
    refusal = "503 5.5.1 one MAIL at a time";
  else
    refusal = intimail_lmtp_command_parse_mail (rest, &path);
  if (refusal != NULL)
    {
      reply_bad (self, refusal);
      return INTIMAIL_LMTP_EVENT_NONE;
    }
  if (is_too_large (self, path.size))
    {
      reply (self, "552 5.3.4 message is larger than this server takes");
      return INTIMAIL_LMTP_EVENT_NONE;
    }

  self->sender = g_steal_pointer (&path.address);
  self->size = path.size;
  return ask (self, INTIMAIL_LMTP_EVENT_MAIL);
}

static IntimailLmtpEvent
run_rcpt (IntimailLmtpMachine *self, const char *rest)
{
  g_auto (IntimailLmtpPath) path = { NULL, 0 };
  const char *refusal = NULL;

  if (self->sender == NULL)
    refusal = "503 5.5.1 say MAIL first";
  else if (self->chunked)
    refusal = "503 5.5.1 the message has begun";
  else
    refusal = intimail_lmtp_command_parse_rcpt (rest, &path);
  if (refusal != NULL)
    {
      reply_bad (self, refusal);
      return INTIMAIL_LMTP_EVENT_NONE;
    }
  if (self->recipients->len >= INTIMAIL_LMTP_MAX_RECIPIENTS)
    {
      reply (self, "452 4.5.3 too many recipients, send the others in another message");
      return INTIMAIL_LMTP_EVENT_NONE;
    }

  self->recipient = g_steal_pointer (&path.address);
  return ask (self, INTIMAIL_LMTP_EVENT_RECIPIENT);
}

static IntimailLmtpEvent
run_data (IntimailLmtpMachine *self, const char *rest)
{
  if (*rest != '\0')
    reply_bad (self, "501 5.5.4 DATA stands alone");
  else if (self->chunked)
    reply_bad (self, "503 5.5.1 go on with BDAT");
  else if (self->recipients->len == 0)
    reply_bad (self, "503 5.5.1 no recipient was accepted");
  else
    {
      reply (self, "354 go on, end with a dot");
      intimail_lmtp_data_init (&self->data, TRUE);
      self->last = TRUE;
      self->phase = INTIMAIL_LMTP_PHASE_DATA;
    }

  return INTIMAIL_LMTP_EVENT_NONE;
}

static IntimailLmtpEvent
run_bdat (IntimailLmtpMachine *self, const char *rest)
{
  guint64 size;
  const char *refusal = intimail_lmtp_command_parse_bdat (rest, &size, &self->last);

  if (refusal != NULL)
    {
      /* How many bytes follow is not known: nothing after this makes sense. */
      reply (self, refusal);
      reply (self, "421 4.5.0 lost in the message, closing");
      self->phase = INTIMAIL_LMTP_PHASE_CLOSED;
      return INTIMAIL_LMTP_EVENT_NONE;
    }

  if (!self->chunked)
    intimail_lmtp_data_init (&self->data, FALSE);
  self->chunked = self->recipients->len > 0;
  self->chunk_left = size;
  self->phase = INTIMAIL_LMTP_PHASE_CHUNK;
  return INTIMAIL_LMTP_EVENT_NONE;
}

static IntimailLmtpEvent
run_rset (IntimailLmtpMachine *self)
{
  reply (self, "250 2.0.0 forgotten");
  return reset (self);
}

static IntimailLmtpEvent
run_command (IntimailLmtpMachine *self, const char *line)
{
  const char *rest;

  switch (intimail_lmtp_command_parse_verb (line, &rest))
    {
    case INTIMAIL_LMTP_VERB_LHLO:
      return run_lhlo (self, rest);
    case INTIMAIL_LMTP_VERB_MAIL:
      return run_mail (self, rest);
    case INTIMAIL_LMTP_VERB_RCPT:
      return run_rcpt (self, rest);
    case INTIMAIL_LMTP_VERB_DATA:
      return run_data (self, rest);
    case INTIMAIL_LMTP_VERB_BDAT:
      return run_bdat (self, rest);
    case INTIMAIL_LMTP_VERB_RSET:
      return run_rset (self);
    case INTIMAIL_LMTP_VERB_NOOP:
      reply (self, "250 2.0.0 still here");
      break;
    case INTIMAIL_LMTP_VERB_QUIT:
      reply (self, "221 2.0.0 goodbye");
      self->phase = INTIMAIL_LMTP_PHASE_CLOSED;
      break;
    case INTIMAIL_LMTP_VERB_VRFY:
      reply (self, "252 2.5.0 try RCPT");
      break;
    case INTIMAIL_LMTP_VERB_HELP:
      reply (self, "214 2.0.0 LHLO MAIL RCPT DATA BDAT RSET NOOP QUIT VRFY HELP (RFC 2033)");
      break;
    case INTIMAIL_LMTP_VERB_EHLO:
      reply_bad (self, "500 5.5.1 this is LMTP: say LHLO");
      break;
    case INTIMAIL_LMTP_VERB_UNKNOWN:
      reply_bad (self, "500 5.5.2 no such command");
      break;
    }

  return INTIMAIL_LMTP_EVENT_NONE;
}

/* ---- Input ---- */

static const char *
peek_input (IntimailLmtpMachine *self, gsize *length)
{
  *length = self->input->len - self->used;
  return self->input->str + self->used;
}

/* A line without its end, or NULL when more bytes are needed. */
static char *
take_line (IntimailLmtpMachine *self, gboolean *too_long)
{
  gsize available;
  const char *text = peek_input (self, &available);
  const char *end = memchr (text, '\n', available);
  gsize length = end != NULL ? (gsize) (end - text) + 1 : available;
  char *line;

  *too_long = self->skipping || length > INTIMAIL_LMTP_MAX_LINE;
  if (end == NULL && !*too_long)
    return NULL;

  self->used += length;
  if (*too_long)
    {
      self->skipping = end == NULL;
      return end != NULL ? g_strdup ("") : NULL;
    }
  /* A NUL in it makes a command that nobody knows. */
  if (memchr (text, '\0', length) != NULL)
    return g_strdup ("");

  line = g_strndup (text, length - 1);
  if (length > 1 && line[length - 2] == '\r')
    line[length - 2] = '\0';
  return line;
}

/* TRUE when a line was there. */
static gboolean
step_command (IntimailLmtpMachine *self, IntimailLmtpEvent *event)
{
  gboolean too_long;
  g_autofree char *line = take_line (self, &too_long);

  if (line == NULL)
    return FALSE;
  if (too_long)
    reply_bad (self, "500 5.5.2 line too long");
  else
    *event = run_command (self, line);

  return TRUE;
}

static void
refuse_message (IntimailLmtpMachine *self)
{
  g_autoptr (GError) error = g_error_new_literal (INTIMAIL_ERROR, INTIMAIL_ERROR_TOO_LARGE, "message too large");

  for (guint i = 0; i < self->recipients->len; i++)
    reply_error (self, g_ptr_array_index (self->recipients, i), error);
}

/* The last byte of the message has come. */
static IntimailLmtpEvent
end_message (IntimailLmtpMachine *self)
{
  self->phase = INTIMAIL_LMTP_PHASE_COMMAND;
  if (is_too_large (self, self->received))
    {
      refuse_message (self);
      return reset (self);
    }

  return ask (self, INTIMAIL_LMTP_EVENT_MESSAGE);
}

/* Gives content to the caller while the message is not over the limit. */
static IntimailLmtpEvent
pass_content (IntimailLmtpMachine *self)
{
  self->received += self->content->len;
  if (is_too_large (self, self->received))
    g_string_truncate (self->content, 0);

  return self->content->len > 0 ? INTIMAIL_LMTP_EVENT_CONTENT : INTIMAIL_LMTP_EVENT_NONE;
}

static gboolean
step_data (IntimailLmtpMachine *self, IntimailLmtpEvent *event)
{
  gsize length;
  const char *input = peek_input (self, &length);
  gboolean ended;

  if (length == 0)
    return FALSE;

  self->used += intimail_lmtp_data_decode (&self->data, input, length, self->content, &ended);
  *event = pass_content (self);
  if (ended && *event == INTIMAIL_LMTP_EVENT_NONE)
    *event = end_message (self);
  else if (ended)
    {
      /* The content first; the end of a chunk of no octets comes next. */
      self->phase = INTIMAIL_LMTP_PHASE_CHUNK;
      self->chunk_left = 0;
    }

  return TRUE;
}

/* A chunk is whole: the last one ends the message, others get one reply. */
static IntimailLmtpEvent
end_chunk (IntimailLmtpMachine *self)
{
  self->phase = INTIMAIL_LMTP_PHASE_COMMAND;
  if (self->recipients->len == 0)
    reply_bad (self, "503 5.5.1 no recipient was accepted");
  else if (self->last)
    return end_message (self);
  else if (is_too_large (self, self->received))
    reply (self, "552 5.3.4 message is larger than this server takes");
  else
    reply (self, "250 2.0.0 chunk taken");

  return INTIMAIL_LMTP_EVENT_NONE;
}

static gboolean
step_chunk (IntimailLmtpMachine *self, IntimailLmtpEvent *event)
{
  gsize length;
  const char *input = peek_input (self, &length);
  gboolean ended;

  length = (gsize) MIN (self->chunk_left, length);
  if (length == 0 && self->chunk_left > 0)
    return FALSE;
  if (self->recipients->len > 0)
    intimail_lmtp_data_decode (&self->data, input, length, self->content, &ended);
  self->used += length;
  self->chunk_left -= length;
  if (self->chunk_left == 0 && self->last)
    intimail_lmtp_data_finish (&self->data, self->content);

  *event = pass_content (self);
  if (*event == INTIMAIL_LMTP_EVENT_NONE && self->chunk_left == 0)
    *event = end_chunk (self);

  return TRUE;
}

static void
greet (IntimailLmtpMachine *self)
{
  g_string_append_printf (self->output, "220 %s LMTP\r\n", self->hostname);
  self->phase = INTIMAIL_LMTP_PHASE_COMMAND;
}

/* TRUE when something was done: perhaps more can be. */
static gboolean
step (IntimailLmtpMachine *self, IntimailLmtpEvent *event)
{
  switch (self->phase)
    {
    case INTIMAIL_LMTP_PHASE_GREETING:
      greet (self);
      return TRUE;
    case INTIMAIL_LMTP_PHASE_COMMAND:
      return step_command (self, event);
    case INTIMAIL_LMTP_PHASE_DATA:
      return step_data (self, event);
    case INTIMAIL_LMTP_PHASE_CHUNK:
      return step_chunk (self, event);
    case INTIMAIL_LMTP_PHASE_CLOSED:
      *event = INTIMAIL_LMTP_EVENT_CLOSE;
      return FALSE;
    }

  return FALSE;
}

static void
answer_mail (IntimailLmtpMachine *self, const GError *error)
{
  if (error == NULL)
    reply (self, "250 2.1.0 sender taken");
  else
    {
      reply_error (self, NULL, error);
      forget_transaction (self);
    }
}

static void
answer_recipient (IntimailLmtpMachine *self, const GError *error)
{
  g_autofree char *recipient = g_steal_pointer (&self->recipient);

  if (error != NULL)
    {
      reply_error (self, recipient, error);
      return;
    }

  reply (self, "250 2.1.5 recipient taken");
  g_ptr_array_add (self->recipients, g_steal_pointer (&recipient));
}

/* RFC 2033 section 4.2: one reply for each recipient. */
static void
answer_message (IntimailLmtpMachine *self, const GError *error)
{
  const char *recipient = g_ptr_array_index (self->recipients, self->n_answered);

  if (error != NULL)
    reply_error (self, recipient, error);
  else
    {
      g_string_append (self->output, "250 2.1.5 ");
      intimail_reply_append_address (self->output, recipient);
      reply (self, "saved");
    }
  if (++self->n_answered == self->recipients->len)
    forget_transaction (self);
  else
    self->pending = INTIMAIL_LMTP_EVENT_MESSAGE;
}

void
intimail_lmtp_machine_feed (IntimailLmtpMachine *self, gconstpointer data, gsize length)
{
  if (self->phase == INTIMAIL_LMTP_PHASE_CLOSED)
    return;

  g_string_erase (self->input, 0, (gssize) self->used);
  self->used = 0;
  g_string_append_len (self->input, data, (gssize) length);
}

IntimailLmtpEvent
intimail_lmtp_machine_next (IntimailLmtpMachine *self)
{
  IntimailLmtpEvent event = INTIMAIL_LMTP_EVENT_NONE;

  if (self->pending != INTIMAIL_LMTP_EVENT_NONE)
    return self->pending;
  /* Content that nobody took is not joined with the next. */
  g_string_truncate (self->content, 0);
  while (event == INTIMAIL_LMTP_EVENT_NONE && step (self, &event))
    ;

  return event;
}

void
intimail_lmtp_machine_answer (IntimailLmtpMachine *self, const GError *error)
{
  IntimailLmtpEvent event = self->pending;

  self->pending = INTIMAIL_LMTP_EVENT_NONE;
  if (event == INTIMAIL_LMTP_EVENT_MAIL)
    answer_mail (self, error);
  else if (event == INTIMAIL_LMTP_EVENT_RECIPIENT)
    answer_recipient (self, error);
  else
    answer_message (self, error);
}

void
intimail_lmtp_machine_dismiss (IntimailLmtpMachine *self, const char *line)
{
  if (self->phase == INTIMAIL_LMTP_PHASE_CLOSED)
    return;

  self->pending = INTIMAIL_LMTP_EVENT_NONE;
  self->phase = INTIMAIL_LMTP_PHASE_CLOSED;
  forget_transaction (self);
  reply (self, line);
}
