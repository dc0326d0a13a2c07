/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A message that answers another one, or passes it on.
 */

#include <string.h>

#include <intimail/intimail-error.h>

#include "message/intimail-blind-copy-private.h"
#include "message/intimail-composer-private.h"
#include "message/intimail-quote-private.h"
#include "message/intimail-reply-recipients-private.h"
#include "message/intimail-subject-private.h"

/* What References keeps. */
#define MAX_REFERENCES 100
#define MAX_REFERENCES_BYTES (16 * 1024)
#define MAX_FILE_NAME 200

static void
add_references (IntimailComposer *self, const char *const *ids)
{
  for (gsize i = 0; ids != NULL && ids[i] != NULL; i++)
    g_ptr_array_add (self->references, g_strdup (ids[i]));
}

/* The first is the thread's root, the last are the nearest. */
static void
limit_references (IntimailComposer *self)
{
  gsize total = 0;
  guint first = self->references->len;

  while (first > 1 && self->references->len - first < MAX_REFERENCES - 1 &&
         total + strlen (g_ptr_array_index (self->references, first - 1)) <= MAX_REFERENCES_BYTES)
    total += strlen (g_ptr_array_index (self->references, --first));
  if (first > 1)
    g_ptr_array_remove_range (self->references, 1, first - 1);
}

/**
 * intimail_composer_set_reply_to_message:
 * @self: a composer
 * @message: (nullable): the message that is answered, or %NULL for none
 *
 * Puts the message into the thread of another one: sets In-Reply-To and References
 * (RFC 5322 section 3.6.4), of which the first and the last 99 ids are kept, and no more
 * than 16 KiB. Recipients, subject and text are the caller's:
 * [method@Intimail.Composer.reply] sets them, too.
 *
 * Since: 1.0
 */
void
intimail_composer_set_reply_to_message (IntimailComposer *self, IntimailMessage *message)
{
  const char *const *ids;
  const char *const *parents;

  g_return_if_fail (INTIMAIL_IS_COMPOSER (self));
  g_return_if_fail (message == NULL || INTIMAIL_IS_MESSAGE (message));

  g_clear_pointer (&self->in_reply_to, g_free);
  g_ptr_array_set_size (self->references, 0);
  if (message == NULL)
    return;
  ids = intimail_message_get_message_ids (message, "References");
  parents = intimail_message_get_message_ids (message, "In-Reply-To");
  if (ids != NULL)
    add_references (self, ids);
  else if (parents != NULL && parents[1] == NULL)
    add_references (self, parents);
  self->in_reply_to = g_strdup (intimail_message_get_message_id (message));
  if (self->in_reply_to != NULL)
    g_ptr_array_add (self->references, g_strdup (self->in_reply_to));
  limit_references (self);
}

/* A text of an old message has no line end, but may have other controls. */
static gboolean
set_subject (IntimailComposer *self, char *subject, GError **error)
{
  g_autofree char *line = g_strdelimit (subject, "\t\r\n\v\f", ' ');

  for (char *p = line; *p != '\0'; p++)
    if ((guchar) *p < 0x20 || *p == 0x7f)
      *p = ' ';

  return intimail_composer_set_field (self, "Subject", line, error);
}

static const char *
get_subject (IntimailMessage *message)
{
  const char *subject = intimail_message_get_subject (message);

  return subject != NULL ? subject : "";
}

/**
 * intimail_composer_reply:
 * @self: a composer
 * @message: the message that is answered
 * @scope: whom the answer goes to
 * @own: (nullable) (element-type IntimailAddress) (transfer none): the addresses of who
 *   answers, which are left out where others remain
 * @language: (nullable): the language of the line above what is quoted, as a tag such as
 *   "fr"; %NULL, and a language that is not known, is English
 * @error: return location for an error
 *
 * Makes it an answer: sets To and Cc, the subject with one "Re:" in front whatever the
 * prefixes were, the place in the thread, and the quote.
 *
 * It goes to Reply-To where that is set, else to the authors; with
 * %INTIMAIL_REPLY_SCOPE_ALL to all recipients too, or to those of Mail-Followup-To alone;
 * with %INTIMAIL_REPLY_SCOPE_LIST to the address in List-Post. A Reply-To that only names
 * the list does not count for %INTIMAIL_REPLY_SCOPE_AUTHOR. Who answers a message of his own
 * writes to its recipients again. Addresses that nobody can write to are left out.
 *
 * Fails with %INTIMAIL_ERROR_NOT_FOUND when @scope is the list and @message has none; then
 * nothing is changed.
 *
 * Returns: %TRUE when it is an answer
 *
 * Since: 1.0
 */
gboolean
intimail_composer_reply (IntimailComposer *self,
                         IntimailMessage *message,
                         IntimailReplyScope scope,
                         GPtrArray *own,
                         const char *language,
                         GError **error)
{
  g_auto (IntimailReplyRecipients) recipients = { NULL, NULL };

  g_return_val_if_fail (INTIMAIL_IS_COMPOSER (self), FALSE);
  g_return_val_if_fail (INTIMAIL_IS_MESSAGE (message), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (!intimail_reply_recipients_find (&recipients, message, scope, own, error) ||
      !set_subject (self, intimail_subject_make_reply (get_subject (message)), error))
    return FALSE;
  intimail_composer_set_addresses (self, "To", recipients.to);
  intimail_composer_set_addresses (self, "Cc", recipients.cc);
  intimail_composer_set_reply_to_message (self, message);
  g_free (self->quote);
  self->quote = intimail_quote_make_reply (message, language);

  return TRUE;
}

/* A name that any disk takes. */
static char *
make_file_name (const char *subject)
{
  g_autofree char *name = g_utf8_make_valid (*subject != '\0' ? subject : "message", -1);
  char *end = name + MIN (strlen (name), MAX_FILE_NAME);

  for (char *p = name; *p != '\0'; p++)
    if ((guchar) *p < 0x20 || strchr ("/\\:*?\"<>|\177", *p) != NULL)
      *p = ' ';
  while (end > name && ((guchar) *end & 0xc0) == 0x80)
    end--;
  *end = '\0';
  g_strstrip (name);

  return g_strconcat (*name != '\0' && *name != '.' ? name : "message", ".eml", NULL);
}

static void
attach_message (IntimailComposer *self, IntimailMessage *message)
{
  g_autoptr (GBytes) visible = intimail_blind_copy_remove (intimail_message_get_bytes (message));
  g_autoptr (IntimailContent) content = intimail_content_new_bytes (visible);
  g_autofree char *name = make_file_name (get_subject (message));

  intimail_composer_add_file (self, content, name, "message/rfc822", NULL);
}

static void
attach_files (IntimailComposer *self, IntimailMessage *message)
{
  GPtrArray *parts = intimail_message_get_attachments (message);

  for (guint i = 0; i < parts->len; i++)
    {
      IntimailPart *part = g_ptr_array_index (parts, i);
      const char *type = intimail_part_get_content_type (part);
      g_autoptr (IntimailContent) content = intimail_content_new_part (part);
      g_autofree char *name = intimail_part_make_file_name (part);

      if (!intimail_part_builder_is_content_type (type) || g_str_has_prefix (type, "multipart/"))
        type = "application/octet-stream";
      intimail_composer_add_file (self, content, name, type, NULL);
    }
}

/**
 * intimail_composer_forward:
 * @self: a composer
 * @message: the message that is passed on
 * @kind: how it is passed on
 * @language: (nullable): the language of the lines above its text, as a tag such as "fr";
 *   %NULL, and a language that is not known, is English
 * @error: return location for an error
 *
 * Makes it a message that passes another one on: sets the subject with one "Fwd:" in front,
 * and takes the message in. Recipients are the caller's.
 *
 * With %INTIMAIL_FORWARD_KIND_INLINE its text, under who wrote it to whom and when, is the
 * quote, and its files are attached; with %INTIMAIL_FORWARD_KIND_ATTACHED all of it is
 * attached as it is, but for its Bcc fields. @message is read when the new one is written.
 *
 * Returns: %TRUE
 *
 * Since: 1.0
 */
gboolean
intimail_composer_forward (IntimailComposer *self, IntimailMessage *message, IntimailForwardKind kind, const char *language, GError **error)
{
  g_return_val_if_fail (INTIMAIL_IS_COMPOSER (self), FALSE);
  g_return_val_if_fail (INTIMAIL_IS_MESSAGE (message), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (!set_subject (self, intimail_subject_make_forward (get_subject (message)), error))
    return FALSE;
  if (kind == INTIMAIL_FORWARD_KIND_ATTACHED)
    {
      attach_message (self, message);
      return TRUE;
    }
  attach_files (self, message);
  g_free (self->quote);
  self->quote = intimail_quote_make_forward (message, language);

  return TRUE;
}

/**
 * intimail_composer_get_quote:
 * @self: a composer
 *
 * Gets what is quoted of another message: plain text that stands under the message's own.
 *
 * A program whose people write above, below or in it takes it, shows it in its editor, and
 * sets %NULL here.
 *
 * Returns: (transfer none) (nullable): the quote, or %NULL when there is none
 *
 * Since: 1.0
 */
const char *
intimail_composer_get_quote (IntimailComposer *self)
{
  g_return_val_if_fail (INTIMAIL_IS_COMPOSER (self), NULL);

  return self->quote;
}

/**
 * intimail_composer_set_quote:
 * @self: a composer
 * @quote: (nullable): plain text, with "> " in front of lines that somebody else wrote, or
 *   %NULL for none
 *
 * Sets what is quoted of another message. It stands under the plain text, and under the HTML
 * as HTML.
 *
 * Since: 1.0
 */
void
intimail_composer_set_quote (IntimailComposer *self, const char *quote)
{
  g_return_if_fail (INTIMAIL_IS_COMPOSER (self));

  if (quote == self->quote)
    return;
  g_free (self->quote);
  self->quote = g_strdup (quote);
}
