/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "protocol/intimail-smtp-client-private.h"

#include <string.h>

#include <intimail/intimail-error.h>

typedef enum
{
  STATE_MAIL,
  STATE_RECIPIENT,
  STATE_DATA,
  STATE_MESSAGE,
  STATE_END, /* of the message */
  STATE_DONE,
} State;

struct _IntimailSmtpClient
{
  char *server;
  IntimailSmtpExtensions extensions;
  IntimailSmtpNeeds needs;
  char *sender;
  char **recipients;
  gboolean strict;

  State state;
  guint next; /* recipient */
  GString *output;
  GString *line;   /* that has not ended */
  GString *answer; /* the lines before it */
  GError **errors; /* one for each recipient */
  guint n_recipients;
  guint n_accepted;
  guint n_answers;
};

void
intimail_smtp_client_free (IntimailSmtpClient *self)
{
  for (guint i = 0; i < self->n_recipients; i++)
    g_clear_error (&self->errors[i]);
  g_free (self->errors);
  g_string_free (self->output, TRUE);
  g_string_free (self->line, TRUE);
  g_string_free (self->answer, TRUE);
  g_strfreev (self->recipients);
  g_free (self->sender);
  g_free (self->server);
  g_free (self);
}

/* ---- What the server can, and what the message needs ---- */

void
intimail_smtp_extensions_add_line (IntimailSmtpExtensions *self, const char *line, gsize length)
{
  g_autofree char *text = g_strndup (line, MIN (length, INTIMAIL_SMTP_MAX_LINE));
  g_auto (GStrv) words = NULL;

  g_strchomp (text);
  if (strlen (text) < 5 || !g_str_has_prefix (text, "250"))
    return;
  words = g_strsplit (text + 4, " ", 3);
  if (g_ascii_strcasecmp (words[0], "8BITMIME") == 0)
    self->eight_bit = TRUE;
  else if (g_ascii_strcasecmp (words[0], "SMTPUTF8") == 0)
    self->utf8 = TRUE;
  else if (g_ascii_strcasecmp (words[0], "SIZE") == 0)
    {
      self->has_size = TRUE;
      if (words[1] == NULL || !g_ascii_string_to_unsigned (words[1], 10, 0, G_MAXUINT64, &self->max_size, NULL))
        self->max_size = 0;
    }
}

static gboolean
is_ascii (const char *data, gsize length)
{
  for (gsize i = 0; i < length; i++)
    if ((guchar) data[i] > 127)
      return FALSE;

  return TRUE;
}

/* The header ends with the first empty line. */
static gsize
find_header_end (const char *data, gsize length)
{
  const char *at = data;
  const char *end = data + length;

  while (at < end)
    {
      const char *newline = memchr (at, '\n', (gsize) (end - at));

      if (newline == NULL)
        return length;
      if (newline == at || (newline == at + 1 && *at == '\r'))
        return (gsize) (at - data);
      at = newline + 1;
    }

  return length;
}

void
intimail_smtp_needs_find (IntimailSmtpNeeds *self, GBytes *message)
{
  gsize length;
  const char *data = g_bytes_get_data (message, &length);
  gsize header = find_header_end (data, length);

  self->size = length;
  self->utf8_header = !is_ascii (data, header) && g_utf8_validate (data, (gssize) header, NULL);
  self->eight_bit = !is_ascii (data, length);
}

/* ---- What a server's answer means ---- */

/* Of a password or a right that this site has not: mended here, and then the same
 * message goes through. */
static gboolean
is_about_sign_in (guint code)
{
  return code == 530 || code == 534 || code == 535 || code == 538;
}

/* "5.1.1" of "550 5.1.1 no such user" (RFC 3463), or NULL. */
static const char *
find_status (const char *answer)
{
  const char *status = strlen (answer) > 4 ? answer + 4 : "";

  return strlen (status) >= 5 && g_ascii_isdigit (status[0]) && status[1] == '.' && g_ascii_isdigit (status[2]) ? status : NULL;
}

static IntimailError
judge (guint code, const char *answer, gboolean of_recipient)
{
  const char *status = find_status (answer);

  if (code < 500 || code > 599 || is_about_sign_in (code) || (status != NULL && status[0] == '4'))
    return INTIMAIL_ERROR_FAILED;
  if (status != NULL && g_str_has_prefix (status + 1, ".2.1"))
    return INTIMAIL_ERROR_DISABLED;
  if (status != NULL && g_str_has_prefix (status + 1, ".2.2"))
    return INTIMAIL_ERROR_OVER_QUOTA;
  if (status != NULL && (g_str_has_prefix (status + 1, ".3.4") || g_str_has_prefix (status + 1, ".2.3")))
    return INTIMAIL_ERROR_TOO_LARGE;
  if (status != NULL && g_str_has_prefix (status + 1, ".7."))
    return INTIMAIL_ERROR_PERMISSION_DENIED;
  if (code == 552)
    return of_recipient ? INTIMAIL_ERROR_OVER_QUOTA : INTIMAIL_ERROR_TOO_LARGE;
  if (of_recipient)
    return INTIMAIL_ERROR_NOT_FOUND;

  return code == 550 || code == 553 || code == 554 ? INTIMAIL_ERROR_PERMISSION_DENIED : INTIMAIL_ERROR_INVALID_ARGUMENT;
}

static GError *
make_error (IntimailSmtpClient *self, guint code, const char *answer, gboolean of_recipient)
{
  return g_error_new (INTIMAIL_ERROR, (int) judge (code, answer, of_recipient), "%s says: %s", self->server, answer);
}

/* The first error that somebody got stays his. */
static void
fail_all (IntimailSmtpClient *self, const GError *error)
{
  for (guint i = 0; i < self->n_recipients; i++)
    if (self->errors[i] == NULL)
      self->errors[i] = g_error_copy (error);
}

static void
finish (IntimailSmtpClient *self)
{
  self->state = STATE_DONE;
  g_string_append (self->output, "QUIT\r\n");
}

static void
give_up (IntimailSmtpClient *self, IntimailError code, const char *why)
{
  g_autoptr (GError) error = g_error_new (INTIMAIL_ERROR, (int) code, "%s: %s", self->server, why);

  fail_all (self, error);
  finish (self);
}

/* ---- What is said ---- */

static gboolean
needs_utf8 (const char *address)
{
  return !is_ascii (address, strlen (address));
}

static gboolean
has_utf8_address (IntimailSmtpClient *self)
{
  for (guint i = 0; i < self->n_recipients; i++)
    if (needs_utf8 (self->recipients[i]))
      return TRUE;

  return needs_utf8 (self->sender);
}

/* Those who cannot be written to by this server. */
static void
refuse_utf8 (IntimailSmtpClient *self)
{
  for (guint i = 0; i < self->n_recipients; i++)
    if (needs_utf8 (self->recipients[i]))
      {
        self->errors[i] = g_error_new (INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_SUPPORTED,
                                       "%s takes no addresses with letters beyond ASCII", self->server);
      }
}

static void
say_mail (IntimailSmtpClient *self)
{
  gboolean utf8 = self->extensions.utf8 && (self->needs.utf8_header || has_utf8_address (self));

  g_string_append_printf (self->output, "MAIL FROM:<%s>", self->sender);
  if (self->extensions.has_size)
    g_string_append_printf (self->output, " SIZE=%" G_GUINT64_FORMAT, self->needs.size);
  if (self->extensions.eight_bit && self->needs.eight_bit)
    g_string_append (self->output, " BODY=8BITMIME");
  if (utf8)
    g_string_append (self->output, " SMTPUTF8");
  g_string_append (self->output, "\r\n");
}

/* What can be known before a word is said. */
static gboolean
check_needs (IntimailSmtpClient *self)
{
  if (self->extensions.max_size > 0 && self->needs.size > self->extensions.max_size)
    {
      give_up (self, INTIMAIL_ERROR_TOO_LARGE, "the message is larger than it takes");
      return FALSE;
    }
  if (self->needs.eight_bit && !self->extensions.eight_bit)
    {
      give_up (self, INTIMAIL_ERROR_NOT_SUPPORTED, "it takes no mail with 8-bit text");
      return FALSE;
    }
  if (self->extensions.utf8)
    return TRUE;
  if (needs_utf8 (self->sender))
    {
      give_up (self, INTIMAIL_ERROR_NOT_SUPPORTED, "it takes no addresses with letters beyond ASCII");
      return FALSE;
    }
  refuse_utf8 (self);

  return TRUE;
}

static gboolean
must_stop (IntimailSmtpClient *self)
{
  if (self->n_accepted == 0)
    return TRUE;
  for (guint i = 0; i < self->n_recipients; i++)
    if (self->errors[i] != NULL && (self->strict || *intimail_error_get_enhanced_status (self->errors[i]) == '4'))
      return TRUE;

  return FALSE;
}

static void
ask_next (IntimailSmtpClient *self)
{
  while (self->next < self->n_recipients && self->errors[self->next] != NULL)
    self->next++;
  if (self->next < self->n_recipients)
    {
      self->state = STATE_RECIPIENT;
      g_string_append_printf (self->output, "RCPT TO:<%s>\r\n", self->recipients[self->next]);
      return;
    }
  if (must_stop (self))
    {
      give_up (self, INTIMAIL_ERROR_FAILED, "nothing was sent, because another recipient was refused");
      return;
    }
  self->state = STATE_DATA;
  g_string_append (self->output, "DATA\r\n");
}

/* ---- What is heard ---- */

static void
handle_mail (IntimailSmtpClient *self, guint code, const char *answer)
{
  g_autoptr (GError) error = NULL;

  if (code >= 200 && code < 300)
    {
      ask_next (self);
      return;
    }
  error = make_error (self, code, answer, FALSE);
  fail_all (self, error);
  finish (self);
}

/* 421 (RFC 5321 section 3.8): the server ends the conversation. */
static void
handle_recipient (IntimailSmtpClient *self, guint code, const char *answer)
{
  if (code == 421)
    {
      handle_mail (self, code, answer);
      return;
    }
  if (code >= 200 && code < 300)
    self->n_accepted++;
  else
    self->errors[self->next] = make_error (self, code, answer, TRUE);
  self->next++;
  ask_next (self);
}

static void
handle_data (IntimailSmtpClient *self, guint code, const char *answer)
{
  if (code == 354)
    {
      self->state = STATE_MESSAGE;
      return;
    }
  /* A second "yes" where "go on" is due is no refusal, and no permission. */
  handle_mail (self, code >= 200 && code < 300 ? 451 : code, answer);
}

static void
handle_end (IntimailSmtpClient *self, guint code, const char *answer)
{
  g_autoptr (GError) error = NULL;

  if (code >= 200 && code < 300)
    {
      finish (self);
      return;
    }
  error = make_error (self, code, answer, FALSE);
  fail_all (self, error);
  finish (self);
}

static void
handle_answer (IntimailSmtpClient *self, guint code, const char *answer)
{
  switch (self->state)
    {
    case STATE_MAIL:
      handle_mail (self, code, answer);
      break;
    case STATE_RECIPIENT:
      handle_recipient (self, code, answer);
      break;
    case STATE_DATA:
      handle_data (self, code, answer);
      break;
    case STATE_END:
      handle_end (self, code, answer);
      break;
    case STATE_MESSAGE:
      /* Nobody was asked: the end of a conversation, before it is over. */
      intimail_smtp_client_break (self, answer);
      break;
    case STATE_DONE:
      break;
    }
}

/* Words of a stranger, for a log and a page. */
static char *
make_text (GString *answer)
{
  g_autofree char *text = g_utf8_make_valid (answer->str, (gssize) answer->len);

  for (char *at = text; *at != '\0'; at++)
    if (g_ascii_iscntrl (*at))
      *at = ' ';

  return g_strdup (g_strstrip (text));
}

/* A line without its end. FALSE when it is none of SMTP. */
static gboolean
take_line (IntimailSmtpClient *self, const char *line, gsize length)
{
  gboolean more;
  gboolean first = self->answer->len == 0;
  g_autofree char *text = NULL;
  guint code;

  if (length < 3 || !g_ascii_isdigit (line[0]) || !g_ascii_isdigit (line[1]) || !g_ascii_isdigit (line[2]) ||
      (length > 3 && line[3] != ' ' && line[3] != '-') ||
      (!first && strncmp (self->answer->str, line, 3) != 0) ||
      self->answer->len + length > INTIMAIL_SMTP_MAX_ANSWER)
    return FALSE;
  more = length > 3 && line[3] == '-';
  if (first)
    g_string_append_len (self->answer, line, (gssize) length);
  else
    g_string_append_printf (self->answer, " %.*s", (int) (length - MIN (length, 4)), line + MIN (length, 4));
  if (more)
    return TRUE;

  if (self->answer->len > 3 && self->answer->str[3] == '-')
    self->answer->str[3] = ' ';
  text = make_text (self->answer);
  g_string_truncate (self->answer, 0);
  self->n_answers++;
  code = (guint) ((line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0'));
  handle_answer (self, code, text);

  return TRUE;
}

void
intimail_smtp_client_feed (IntimailSmtpClient *self, const char *data, gsize length)
{
  for (gsize i = 0; i < length && self->state != STATE_DONE; i++)
    {
      if (data[i] != '\n')
        {
          if (self->line->len >= INTIMAIL_SMTP_MAX_LINE)
            {
              intimail_smtp_client_break (self, "its answer has no end");
              return;
            }
          g_string_append_c (self->line, data[i]);
          continue;
        }
      if (self->line->len > 0 && self->line->str[self->line->len - 1] == '\r')
        g_string_truncate (self->line, self->line->len - 1);
      if (!take_line (self, self->line->str, self->line->len))
        {
          intimail_smtp_client_break (self, "its answer is none of SMTP");
          return;
        }
      g_string_truncate (self->line, 0);
    }
}

/* ---- For the caller ---- */

IntimailSmtpClient *
intimail_smtp_client_new (const char *server,
                          const IntimailSmtpExtensions *extensions,
                          const IntimailSmtpNeeds *needs,
                          const char *sender,
                          const char *const *recipients,
                          gboolean strict)
{
  IntimailSmtpClient *self = g_new0 (IntimailSmtpClient, 1);

  self->server = g_strdup (server);
  self->extensions = *extensions;
  self->needs = *needs;
  self->sender = g_strdup (sender);
  self->recipients = g_strdupv ((char **) recipients);
  self->n_recipients = g_strv_length (self->recipients);
  self->errors = g_new0 (GError *, self->n_recipients);
  self->strict = strict;
  self->output = g_string_new (NULL);
  self->line = g_string_new (NULL);
  self->answer = g_string_new (NULL);
  if (check_needs (self))
    say_mail (self);

  return self;
}

IntimailSmtpStep
intimail_smtp_client_get_step (IntimailSmtpClient *self)
{
  if (self->state == STATE_DONE)
    return INTIMAIL_SMTP_STEP_DONE;

  return self->state == STATE_MESSAGE ? INTIMAIL_SMTP_STEP_MESSAGE : INTIMAIL_SMTP_STEP_ASK;
}

guint
intimail_smtp_client_get_n_answers (IntimailSmtpClient *self)
{
  return self->n_answers;
}

GBytes *
intimail_smtp_client_take_output (IntimailSmtpClient *self)
{
  GBytes *output = g_bytes_new (self->output->str, self->output->len);

  g_string_truncate (self->output, 0);
  return output;
}

void
intimail_smtp_client_end_message (IntimailSmtpClient *self)
{
  g_return_if_fail (self->state == STATE_MESSAGE);

  self->state = STATE_END;
  g_string_append (self->output, ".\r\n");
}

gboolean
intimail_smtp_client_is_uncertain (IntimailSmtpClient *self)
{
  return self->state == STATE_END;
}

void
intimail_smtp_client_break (IntimailSmtpClient *self, const char *why)
{
  g_autoptr (GError) error = NULL;

  if (self->state == STATE_END)
    error = g_error_new (INTIMAIL_ERROR, INTIMAIL_ERROR_UNCERTAIN,
                         "%s: %s; it had all of the message and may have sent it: ask a recipient before sending it again",
                         self->server, why);
  else
    error = g_error_new (INTIMAIL_ERROR, INTIMAIL_ERROR_FAILED, "%s: %s; nothing was sent", self->server, why);
  if (self->state == STATE_DONE)
    return;
  fail_all (self, error);
  self->state = STATE_DONE;
  g_string_truncate (self->output, 0);
}

gboolean
intimail_smtp_client_get_result (IntimailSmtpClient *self, guint recipient, GError **error)
{
  g_return_val_if_fail (self->state == STATE_DONE && recipient < self->n_recipients, FALSE);

  if (self->errors[recipient] == NULL)
    return TRUE;
  if (error != NULL)
    *error = g_error_copy (self->errors[recipient]);
  return FALSE;
}

void
intimail_smtp_client_append_message (GString *output, const char *data, gsize length, char *last)
{
  for (gsize i = 0; i < length; i++)
    {
      /* A CR alone ends a line too: what a server takes for one must have its dot. */
      if (*last == '\r' && data[i] != '\n')
        {
          g_string_append_c (output, '\n');
          *last = '\n';
        }
      if (data[i] == '\n' && *last != '\r')
        g_string_append_c (output, '\r');
      if (data[i] == '.' && *last == '\n')
        g_string_append_c (output, '.');
      g_string_append_c (output, data[i]);
      *last = data[i];
    }
}
