/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "store/intimail-summary-private.h"

#include <string.h>

#include <intimail/intimail-address.h>

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

static char *
write_addresses (GPtrArray *addresses)
{
  g_autofree char *text = intimail_address_list_to_string (addresses);
  guint n;

  if (strlen (text) <= TEXT_MAX)
    return g_steal_pointer (&text);

  /* A list cut anywhere would not be a list of addresses any more. */
  for (n = addresses->len / 2; n > 0; n /= 2)
    {
      g_autoptr (GPtrArray) few = g_ptr_array_new ();

      for (guint i = 0; i < n; i++)
        g_ptr_array_add (few, g_ptr_array_index (addresses, i));
      g_free (text);
      text = intimail_address_list_to_string (few);
      if (strlen (text) <= TEXT_MAX)
        return g_steal_pointer (&text);
    }

  return g_strdup ("");
}

/* The first ids and the last ones: the root and the nearest ancestors. */
static GStrv
copy_ids (const char *const *ids)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  guint n = ids != NULL ? g_strv_length ((GStrv) ids) : 0;

  for (guint i = 0; i < n; i++)
    {
      if ((i < IDS_MAX / 2 || i + IDS_MAX / 2 >= n) && strlen (ids[i]) <= 1000)
        g_strv_builder_add (builder, ids[i]);
    }

  return g_strv_builder_end (builder);
}

/* What Postfix wrote when it took the message: "... with ESMTP id 3F2A1C00D7". */
static char *
find_queue_id (IntimailMessage *message)
{
  GBytes *bytes = intimail_message_get_bytes (message);
  gsize size;
  const char *data = g_bytes_get_data (bytes, &size);
  const char *end = data + MIN (size, 16 * 1024);
  const char *line = data;

  if (data == NULL)
    return NULL;
  while (line < end && *line != '\n' && *line != '\r')
    {
      const char *next = line;
      const char *found;
      gboolean postfix;

      /* A field and the lines that go on with it. */
      do
        {
          const char *newline = memchr (next, '\n', (gsize) (end - next));

          next = newline != NULL ? newline + 1 : end;
        }
      while (next < end && (*next == ' ' || *next == '\t'));

      postfix = next - line > 9 && g_ascii_strncasecmp (line, "received:", 9) == 0 &&
                memmem (line, (gsize) (next - line), "(Postfix", 8) != NULL;
      found = postfix ? memmem (line, (gsize) (next - line), " id ", 4) : NULL;
      if (found == NULL && postfix)
        found = memmem (line, (gsize) (next - line), "\tid ", 4);
      if (found != NULL)
        {
          const char *stop = found + 4;

          while (stop < next && g_ascii_isalnum (*stop))
            stop++;
          return g_strndup (found + 4, MIN ((gsize) (stop - found - 4), 64));
        }
      line = next;
    }

  return NULL;
}

static void
take_dates (IntimailSummary *self, IntimailMessage *message)
{
  GDateTime *date = intimail_message_get_date (message);

  if (date == NULL)
    return;
  self->sent = g_date_time_to_unix (date);
  self->sent_offset = (int) (g_date_time_get_utc_offset (date) / G_TIME_SPAN_MINUTE);
}

IntimailSummary *
intimail_summary_new_from_message (IntimailMessage *message, guint64 size)
{
  IntimailSummary *self = intimail_summary_new ();

  self->size = size;
  if (message == NULL)
    return self;

  self->from = write_addresses (intimail_message_get_from (message));
  self->to = write_addresses (intimail_message_get_to (message));
  self->cc = write_addresses (intimail_message_get_cc (message));
  self->bcc = write_addresses (intimail_message_get_bcc (message));
  self->reply_to = write_addresses (intimail_message_get_reply_to (message));
  self->subject = bound (g_strdup (intimail_message_get_subject (message)));
  self->message_id = bound (g_strdup (intimail_message_get_message_id (message)));
  self->in_reply_to = copy_ids (intimail_message_get_message_ids (message, "In-Reply-To"));
  self->references = copy_ids (intimail_message_get_message_ids (message, "References"));
  self->queue_id = find_queue_id (message);
  self->preview = bound (intimail_message_get_preview (message));
  self->n_attachments = intimail_message_get_attachments (message)->len;
  self->has_attachment = intimail_message_has_attachment (message);
  take_dates (self, message);
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
