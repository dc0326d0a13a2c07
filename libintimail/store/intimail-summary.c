/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "store/intimail-summary-private.h"

#include <string.h>

#include "message/intimail-envelope-reader-private.h"
#include "store/intimail-thread-private.h"

/* More of a field is not shown in a list; the message has it. */
#define TEXT_MAX (64 * 1024)
#define IDS_MAX 100

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
  copy->in_reply_to = g_strdupv (self->in_reply_to);
  copy->references = g_strdupv (self->references);
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
  g_strfreev (self->in_reply_to);
  g_strfreev (self->references);
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

/* The first ids and the last ones: the root and the nearest ancestors. */
static GStrv
take_ids (char **all)
{
  g_auto (GStrv) ids = all;
  guint n = ids != NULL ? g_strv_length (ids) : 0;
  GStrv few = g_new0 (char *, MIN (n, IDS_MAX) + 1);
  guint used = 0;

  for (guint i = 0; i < n; i++)
    {
      if ((i < IDS_MAX / 2 || i + IDS_MAX / 2 >= n) && strlen (ids[i]) <= 1000)
        few[used++] = g_steal_pointer (&ids[i]);
      else
        g_clear_pointer (&ids[i], g_free);
    }
  if (ids != NULL)
    ids[0] = NULL;

  return few;
}

static char *
read_message_id (IntimailEnvelopeReader *reader)
{
  g_auto (GStrv) ids = intimail_envelope_reader_read_message_ids (reader, "Message-ID");

  return ids != NULL ? bound (g_strdup (ids[0])) : NULL;
}

IntimailSummary *
intimail_summary_new_from_bytes (GBytes *bytes)
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
  self->message_id = read_message_id (reader);
  self->in_reply_to = take_ids (intimail_envelope_reader_read_message_ids (reader, "In-Reply-To"));
  self->references = take_ids (intimail_envelope_reader_read_message_ids (reader, "References"));
  self->queue_id = intimail_envelope_reader_read_queue_id (reader);
  self->preview = bound (intimail_envelope_reader_read_preview (reader));
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

static void
add_ids_unless_empty (GString *line, const char *key, GStrv ids)
{
  if (ids != NULL && ids[0] != NULL)
    intimail_json_line_add_strings (line, key, (const char *const *) ids);
}

void
intimail_summary_write (const IntimailSummary *self, GString *line)
{
  intimail_json_line_add_string (line, "from", self->from != NULL ? self->from : "");
  intimail_json_line_add_string (line, "to", self->to != NULL ? self->to : "");
  intimail_json_line_add_string (line, "subject", self->subject != NULL ? self->subject : "");
  intimail_json_line_add_string (line, "queueid", self->queue_id != NULL ? self->queue_id : "");
  intimail_json_line_add_integer (line, "pj", self->n_attachments);
  add_unless_empty (line, "cc", self->cc);
  add_unless_empty (line, "bcc", self->bcc);
  add_unless_empty (line, "replyto", self->reply_to);
  add_unless_empty (line, "messageid", self->message_id);
  add_ids_unless_empty (line, "inreplyto", self->in_reply_to);
  add_ids_unless_empty (line, "references", self->references);
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
  GStrv *ids = NULL;

  switch (member->kind)
    {
    case INTIMAIL_JSON_KIND_STRING:
      {
        char **place = find_text (self, member);

        if (place != NULL)
          {
            g_free (*place);
            *place = intimail_json_member_dup_string (member);
          }
        return;
      }
    case INTIMAIL_JSON_KIND_STRINGS:
      if (intimail_json_member_is (member, "inreplyto"))
        ids = &self->in_reply_to;
      else if (intimail_json_member_is (member, "references"))
        ids = &self->references;
      if (ids != NULL)
        {
          g_strfreev (*ids);
          *ids = intimail_json_member_dup_strings (member);
        }
      return;
    case INTIMAIL_JSON_KIND_INTEGER:
      if (intimail_json_member_is (member, "pj"))
        self->n_attachments = (guint) CLAMP (member->integer, 0, G_MAXINT);
      else if (intimail_json_member_is (member, "sent"))
        self->sent = member->integer;
      else if (intimail_json_member_is (member, "sentoffset"))
        self->sent_offset = (int) CLAMP (member->integer, -6000, 6000);
      else if (intimail_json_member_is (member, "arrived"))
        self->arrived = member->integer;
      else if (intimail_json_member_is (member, "size"))
        self->size = (guint64) MAX (member->integer, 0);
      return;
    case INTIMAIL_JSON_KIND_BOOLEAN:
      if (intimail_json_member_is (member, "attachment"))
        self->has_attachment = member->integer != 0;
      return;
    case INTIMAIL_JSON_KIND_NULL:
      return;
    }
}

IntimailId
intimail_summary_get_thread (const IntimailSummary *self, const IntimailId *id)
{
  return intimail_thread_get_id ((const char *const *) self->references, (const char *const *) self->in_reply_to,
                                 self->message_id != NULL ? self->message_id : "",
                                 self->subject != NULL ? self->subject : "", id);
}
