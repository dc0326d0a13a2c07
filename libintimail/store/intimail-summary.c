/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "store/intimail-summary-private.h"

#include <string.h>

#include "message/intimail-envelope-reader-private.h"
#include "store/intimail-thread-private.h"

/* More of a field is not shown in a list; the message has it. */
#define TEXT_MAX (64 * 1024)
/* Of a preview, in bytes: with all of it an index would be an eighth larger, and twice as
 * large in Greek. */
#define PREVIEW_MAX 220
/* A longer id is nobody's ancestor. */
#define ROOT_MAX 1000

IntimailSummary *
intimail_summary_new (void)
{
  return g_new0 (IntimailSummary, 1);
}

IntimailSummary *
intimail_summary_copy (const IntimailSummary *self)
{
  IntimailSummary *copy = g_memdup2 (self, sizeof *self);

  copy->from = g_strdup (self->from);
  copy->to = g_strdup (self->to);
  copy->cc = g_strdup (self->cc);
  copy->bcc = g_strdup (self->bcc);
  copy->reply_to = g_strdup (self->reply_to);
  copy->subject = g_strdup (self->subject);
  copy->message_id = g_strdup (self->message_id);
  copy->root = g_strdup (self->root);
  copy->queue_id = g_strdup (self->queue_id);
  copy->preview = g_strdup (self->preview);
  return copy;
}

void
intimail_summary_free (IntimailSummary *self)
{
  if (self == NULL)
    return;
  g_free (self->from);
  g_free (self->to);
  g_free (self->cc);
  g_free (self->bcc);
  g_free (self->reply_to);
  g_free (self->subject);
  g_free (self->message_id);
  g_free (self->root);
  g_free (self->queue_id);
  g_free (self->preview);
  g_free (self);
}

static char *
bound (char *text)
{
  if (text != NULL && strlen (text) > TEXT_MAX)
    *g_utf8_find_prev_char (text, text + TEXT_MAX) = '\0';
  return text;
}

/* What a conversation is known by, where its other messages may be gone. */
static char *
read_root (IntimailEnvelopeReader *reader)
{
  char *root = intimail_envelope_reader_read_message_id (reader, "References", ROOT_MAX);

  return root != NULL ? root : intimail_envelope_reader_read_message_id (reader, "In-Reply-To", ROOT_MAX);
}

IntimailSummary *
intimail_summary_new_from_bytes (GBytes *bytes, gboolean with_preview)
{
  g_autoptr (IntimailEnvelopeReader) reader = intimail_envelope_reader_new (bytes);
  IntimailSummary *self = intimail_summary_new ();
  guint n_offered;

  self->size = g_bytes_get_size (bytes);
  self->from = intimail_envelope_reader_read_addresses (reader, "From", TEXT_MAX);
  self->to = intimail_envelope_reader_read_addresses (reader, "To", TEXT_MAX);
  self->cc = intimail_envelope_reader_read_addresses (reader, "Cc", TEXT_MAX);
  self->bcc = intimail_envelope_reader_read_addresses (reader, "Bcc", TEXT_MAX);
  self->reply_to = intimail_envelope_reader_read_addresses (reader, "Reply-To", TEXT_MAX);
  self->subject = bound (intimail_envelope_reader_read_text (reader, "Subject"));
  self->message_id = bound (intimail_envelope_reader_read_message_id (reader, "Message-ID", G_MAXSIZE));
  self->root = read_root (reader);
  self->queue_id = intimail_envelope_reader_read_queue_id (reader);
  self->preview = with_preview ? intimail_envelope_reader_read_preview (reader, PREVIEW_MAX) : NULL;
  self->n_attachments = intimail_envelope_reader_count_attachments (reader, &n_offered);
  self->has_attachment = n_offered > 0;
  intimail_envelope_reader_read_date (reader, &self->sent, &self->sent_offset);

  return self;
}

static void
add_unless_empty (GString *line, const char *key, const char *value)
{
  if (value != NULL && value[0] != '\0')
    intimail_json_line_add_string (line, key, value);
}

void
intimail_summary_write (const IntimailSummary *self, GString *line)
{
  /* First what is looked for most. */
  intimail_json_line_add_string (line, "from", self->from != NULL ? self->from : "");
  intimail_json_line_add_string (line, "to", self->to != NULL ? self->to : "");
  intimail_json_line_add_string (line, "subject", self->subject != NULL ? self->subject : "");
  add_unless_empty (line, "cc", self->cc);
  add_unless_empty (line, "bcc", self->bcc);
  add_unless_empty (line, "replyto", self->reply_to);
  add_unless_empty (line, "messageid", self->message_id);
  intimail_json_line_add_string (line, "queueid", self->queue_id != NULL ? self->queue_id : "");
  intimail_json_line_add_integer (line, "pj", self->n_attachments);
  if (self->sent_offset != 0)
    intimail_json_line_add_integer (line, "sentoffset", self->sent_offset);
  add_unless_empty (line, "preview", self->preview);
  if (self->arrived != 0)
    intimail_json_line_add_integer (line, "arrived", self->arrived);
}

static char **
find_text (IntimailSummary *self, const IntimailJsonMember *member)
{
  const struct
  {
    const char *key;
    char **place;
  } texts[] = {
    { "from", &self->from },
    { "to", &self->to },
    { "subject", &self->subject },
    { "queueid", &self->queue_id },
    { "cc", &self->cc },
    { "bcc", &self->bcc },
    { "replyto", &self->reply_to },
    { "messageid", &self->message_id },
    { "preview", &self->preview },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      if (intimail_json_member_is (member, texts[i].key))
        return texts[i].place;
    }
  return NULL;
}

void
intimail_summary_take_member (IntimailSummary *self, const IntimailJsonMember *member)
{
  if (member->kind == INTIMAIL_JSON_KIND_STRING)
    {
      char **place = find_text (self, member);

      if (place == NULL)
        return;
      g_free (*place);
      *place = intimail_json_member_dup_string (member);
    }
  else if (member->kind == INTIMAIL_JSON_KIND_INTEGER)
    {
      if (intimail_json_member_is (member, "pj"))
        self->n_attachments = (guint) CLAMP (member->integer, 0, G_MAXINT);
      else if (intimail_json_member_is (member, "sentoffset"))
        self->sent_offset = (int) CLAMP (member->integer, -6000, 6000);
      else if (intimail_json_member_is (member, "arrived"))
        self->arrived = member->integer;
    }
}

IntimailId
intimail_summary_get_thread (const IntimailSummary *self, const IntimailId *id)
{
  if (self->has_thread)
    return self->thread;
  return intimail_thread_get_id (self->root, self->message_id != NULL ? self->message_id : "",
                                 self->subject != NULL ? self->subject : "", id);
}
