/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "store/intimail-filter-parts-private.h"

#include <string.h>

#include "base/intimail-fd-private.h"
#include "message/intimail-envelope-reader-private.h"
#include "store/intimail-fold-private.h"

/* The places of a message that the index knows the text of. */
enum
{
  TEXT_FROM,
  TEXT_TO,
  TEXT_CC,
  TEXT_BCC,
  TEXT_SUBJECT,
  N_TEXTS
};

static const struct
{
  const char *key;
  gsize key_length;
  gsize place; /* in the summary */
} texts[N_TEXTS] = {
  { "from", 4, G_STRUCT_OFFSET (IntimailSummary, from) },
  { "to", 2, G_STRUCT_OFFSET (IntimailSummary, to) },
  { "cc", 2, G_STRUCT_OFFSET (IntimailSummary, cc) },
  { "bcc", 3, G_STRUCT_OFFSET (IntimailSummary, bcc) },
  { "subject", 7, G_STRUCT_OFFSET (IntimailSummary, subject) },
};

typedef struct
{
  IntimailJsonMember member; /* raw: NULL until it is found */
  GString *folded;
  gboolean is_folded;
} Text;

struct _IntimailFilterProgram
{
  IntimailAccount *account;
  IntimailFilter *filter;
  IntimailFilter *mailbox; /* what every record to match is in */
  gboolean trivial;

  /* Of the message that is looked at, read when needed. */
  guint32 slot;
  Text texts[N_TEXTS];
  gboolean texts_begun;
  const char *line; /* NULL: the texts are from elsewhere */
  IntimailJsonLineReader reader;
  IntimailLogWindow window;
  GBytes *bytes;
  gboolean bytes_read;
  IntimailMessage *message;
  GString *body; /* folded */
  gboolean body_read;
};

static IntimailFilter *
find_mailbox (IntimailFilter *filter)
{
  if (filter == NULL)
    return NULL;
  if (!filter->is_operator)
    return filter->field == INTIMAIL_FILTER_FIELD_IN_MAILBOX ? filter : NULL;
  if (filter->op != INTIMAIL_FILTER_OPERATOR_AND)
    return NULL;
  for (guint i = 0; i < filter->filters->len; i++)
    {
      IntimailFilter *found = find_mailbox (g_ptr_array_index (filter->filters, i));

      if (found != NULL)
        return found;
    }
  return NULL;
}

/* Does @filter match whatever is in the mailbox? */
static gboolean
says_no_more (IntimailFilter *filter, IntimailFilter *mailbox)
{
  if (filter == mailbox)
    return TRUE;
  if (!filter->is_operator || filter->op != INTIMAIL_FILTER_OPERATOR_AND)
    return FALSE;
  for (guint i = 0; i < filter->filters->len; i++)
    {
      if (!says_no_more (g_ptr_array_index (filter->filters, i), mailbox))
        return FALSE;
    }
  return TRUE;
}

IntimailFilterProgram *
intimail_filter_program_new (IntimailAccount *account, IntimailFilter *filter)
{
  IntimailFilterProgram *self = g_new0 (IntimailFilterProgram, 1);

  self->account = account;
  self->body = g_string_new (NULL);
  for (gsize i = 0; i < N_TEXTS; i++)
    self->texts[i].folded = g_string_new (NULL);
  self->filter = filter;
  self->mailbox = find_mailbox (filter);
  self->trivial = filter == NULL || says_no_more (filter, self->mailbox);
  return self;
}

static void
forget_message (IntimailFilterProgram *self)
{
  self->texts_begun = FALSE;
  g_clear_object (&self->message);
  g_clear_pointer (&self->bytes, g_bytes_unref);
  self->bytes_read = self->body_read = FALSE;
}

void
intimail_filter_program_free (IntimailFilterProgram *self)
{
  forget_message (self);
  for (gsize i = 0; i < N_TEXTS; i++)
    g_string_free (self->texts[i].folded, TRUE);
  g_string_free (self->body, TRUE);
  intimail_log_window_clear (&self->window);
  g_free (self);
}

const char *
intimail_filter_program_get_mailbox (IntimailFilterProgram *self)
{
  return self->mailbox != NULL ? self->mailbox->text : NULL;
}

static gboolean
reads_messages (IntimailFilter *filter)
{
  gboolean some = FALSE;

  for (guint i = 0; filter->is_operator && i < filter->filters->len; i++)
    some |= reads_messages (g_ptr_array_index (filter->filters, i));
  return some || (!filter->is_operator && (filter->field == INTIMAIL_FILTER_FIELD_TEXT || filter->field == INTIMAIL_FILTER_FIELD_BODY ||
                                           filter->field == INTIMAIL_FILTER_FIELD_HEADER));
}

gboolean
intimail_filter_program_reads_messages (IntimailFilterProgram *self)
{
  return self->filter != NULL && reads_messages (self->filter);
}

gboolean
intimail_filter_program_is_trivial (IntimailFilterProgram *self)
{
  return self->trivial;
}

static GBytes *
get_bytes (IntimailFilterProgram *self)
{
  if (!self->bytes_read)
    {
      g_auto (IntimailFd) fd = intimail_account_open_record (self->account, self->slot, NULL);

      self->bytes = fd >= 0 ? intimail_account_map_file (fd, NULL) : NULL;
      self->bytes_read = TRUE;
    }
  return self->bytes;
}

static IntimailMessage *
get_message (IntimailFilterProgram *self)
{
  if (self->message == NULL && get_bytes (self) != NULL)
    self->message = intimail_message_new_from_bytes (self->bytes, NULL);
  return self->message;
}

static gboolean
fold_part (const char *text, gsize length, gpointer user_data)
{
  IntimailFilterProgram *self = user_data;

  if (self->body->len > 0)
    g_string_append_c (self->body, '\n');
  intimail_fold_append (self->body, text, length);
  return TRUE;
}

/* Without an object for each part: many messages are looked at. */
static const char *
get_body (IntimailFilterProgram *self)
{
  if (!self->body_read)
    {
      GBytes *bytes = get_bytes (self);
      g_autoptr (IntimailEnvelopeReader) reader = bytes != NULL ? intimail_envelope_reader_new (bytes) : NULL;

      g_string_truncate (self->body, 0);
      if (reader != NULL)
        intimail_envelope_reader_visit_text (reader, fold_part, self);
      self->body_read = TRUE;
    }
  return self->body->str;
}

static gboolean
has_words (const char *text, GStrv words)
{
  g_autofree char *folded = text != NULL ? intimail_fold (text) : NULL;

  for (gsize i = 0; words[i] != NULL; i++)
    {
      if (folded == NULL || strstr (folded, words[i]) == NULL)
        return FALSE;
    }
  return TRUE;
}

/* Where the index line of the message is not what it should be. */
static void
read_texts_from_summary (IntimailFilterProgram *self)
{
  g_autoptr (IntimailSummary) summary = intimail_account_load_summary (self->account, self->slot);

  for (gsize i = 0; i < N_TEXTS; i++)
    {
      const char *text = summary != NULL ? G_STRUCT_MEMBER (char *, summary, texts[i].place) : NULL;

      g_string_truncate (self->texts[i].folded, 0);
      if (text != NULL)
        intimail_fold_append (self->texts[i].folded, text, strlen (text));
      self->texts[i].is_folded = TRUE;
    }
  self->reader.next = NULL;
  self->line = NULL;
}

/* The line of the message as it stands in the file. That it is of this message is
 * looked at when something is found. */
static gboolean
begin_line (IntimailFilterProgram *self)
{
  const IntimailRecord *record = intimail_table_get (self->account->table, self->slot);
  IntimailIndex *index = intimail_account_get_folder (self->account, record->folder)->index;

  if (record->length < 2)
    return FALSE;
  self->line = intimail_log_window_read (&self->window, &index->log, record->offset, record->length);
  return self->line != NULL && self->line[record->length - 1] == '\n' &&
         intimail_json_line_reader_init (&self->reader, self->line, record->length - 1);
}

static gboolean
is_own_line (IntimailFilterProgram *self)
{
  const IntimailRecord *record = intimail_table_get (self->account->table, self->slot);
  IntimailIdText id = intimail_id_format ('m', &record->id);

  return self->line == NULL || (g_str_has_prefix (self->line, "{\"id\":\"") &&
                                strncmp (self->line + strlen ("{\"id\":\""), id.text, INTIMAIL_ID_TEXT_LENGTH) == 0);
}

static void
begin_texts (IntimailFilterProgram *self)
{
  for (gsize i = 0; i < N_TEXTS; i++)
    {
      self->texts[i].member.raw = NULL;
      self->texts[i].is_folded = FALSE;
    }
  self->texts_begun = TRUE;
  if (!begin_line (self))
    read_texts_from_summary (self);
}

/* Reads on to the member that is asked for. */
static void
find_text (IntimailFilterProgram *self, gsize wanted)
{
  IntimailJsonMember member;

  while (self->texts[wanted].member.raw == NULL && intimail_json_line_reader_next (&self->reader, &member))
    {
      if (member.kind != INTIMAIL_JSON_KIND_STRING)
        continue;
      for (gsize i = 0; i < N_TEXTS; i++)
        {
          if (member.key_length == texts[i].key_length && member.key[0] == texts[i].key[0] && intimail_json_member_is (&member, texts[i].key))
            self->texts[i].member = member;
        }
    }
  if (self->texts[wanted].member.raw == NULL && !intimail_json_line_reader_is_complete (&self->reader))
    read_texts_from_summary (self);
}

static const char *
get_text (IntimailFilterProgram *self, gsize wanted)
{
  GString *folded = self->texts[wanted].folded;
  const IntimailJsonMember *member = &self->texts[wanted].member;

  if (!self->texts_begun)
    begin_texts (self);
  if (!self->texts[wanted].is_folded)
    find_text (self, wanted);
  if (!self->texts[wanted].is_folded)
    {
      g_autofree char *unescaped = member->raw != NULL && member->escaped ? intimail_json_member_dup_string (member) : NULL;

      g_string_truncate (folded, 0);
      if (unescaped != NULL)
        intimail_fold_append (folded, unescaped, strlen (unescaped));
      else if (member->raw != NULL)
        intimail_fold_append (folded, member->raw, member->raw_length);
      self->texts[wanted].is_folded = TRUE;
    }
  return folded->str;
}

static gboolean
text_has_words (IntimailFilterProgram *self, gsize wanted, GStrv words)
{
  const char *text = get_text (self, wanted);

  for (gsize i = 0; words[i] != NULL; i++)
    {
      if (strstr (text, words[i]) == NULL)
        return FALSE;
    }
  if (is_own_line (self))
    return TRUE;
  read_texts_from_summary (self);
  return text_has_words (self, wanted, words);
}

/* Each word may stand somewhere else. */
static gboolean
has_words_anywhere (IntimailFilterProgram *self, GStrv words)
{
  for (gsize i = 0; words[i] != NULL; i++)
    {
      char *one[] = { words[i], NULL };
      gboolean found = FALSE;

      for (gsize t = 0; !found && t < N_TEXTS; t++)
        found = text_has_words (self, t, one);
      if (!found && strstr (get_body (self), words[i]) == NULL)
        return FALSE;
    }
  return TRUE;
}

static gboolean
body_has_words (IntimailFilterProgram *self, GStrv words)
{
  for (gsize i = 0; words[i] != NULL; i++)
    {
      if (strstr (get_body (self), words[i]) == NULL)
        return FALSE;
    }
  return TRUE;
}

static gboolean
header_matches (IntimailFilterProgram *self, IntimailFilter *filter)
{
  IntimailMessage *message = get_message (self);
  g_autofree char *value = message != NULL ? intimail_message_get_field (message, filter->text) : NULL;

  return value != NULL && has_words (value, filter->words);
}

static gboolean
thread_matches (IntimailFilterProgram *self, const char *keyword, gboolean all)
{
  IntimailTable *table = self->account->table;
  guint64 bit = intimail_account_find_keyword (self->account, keyword);
  guint32 i = intimail_table_find_thread (table, intimail_table_get_thread_id (table, self->slot));

  for (; i != INTIMAIL_TABLE_NONE; i = intimail_table_get (table, i)->thread_next)
    {
      if (!intimail_table_is_first (table, i))
        continue;
      if (((intimail_table_get_keywords (table, i) & bit) != 0) != all)
        return !all;
    }
  return all;
}

static gboolean
is_in_mailbox (IntimailFilterProgram *self, const char *mailbox_id)
{
  IntimailFolder *folder = intimail_account_find_folder (self->account, mailbox_id);
  IntimailTable *table = self->account->table;
  guint32 slot;

  if (folder == NULL)
    return FALSE;
  slot = intimail_table_find_in_folder (table, &intimail_table_get (table, self->slot)->id, folder->number);
  return slot != INTIMAIL_TABLE_NONE && (intimail_table_get (table, slot)->keywords & INTIMAIL_KEYWORD_TRASHED) == 0;
}

static gboolean
is_in_thread (IntimailFilterProgram *self, const char *thread_id)
{
  IntimailId id;

  return intimail_id_parse ('t', thread_id, strlen (thread_id), &id) &&
         intimail_id_compare (&id, intimail_table_get_thread_id (self->account->table, self->slot)) == 0;
}

static gboolean
match_field (IntimailFilterProgram *self, IntimailFilter *filter)
{
  const IntimailRecord *record = intimail_table_get (self->account->table, self->slot);

  switch (filter->field)
    {
    case INTIMAIL_FILTER_FIELD_IN_MAILBOX:
      return filter == self->mailbox || is_in_mailbox (self, filter->text);
    case INTIMAIL_FILTER_FIELD_HAS_KEYWORD:
      return (intimail_table_get_keywords (self->account->table, self->slot) & intimail_account_find_keyword (self->account, filter->text)) != 0;
    case INTIMAIL_FILTER_FIELD_FROM:
      return text_has_words (self, TEXT_FROM, filter->words);
    case INTIMAIL_FILTER_FIELD_TO:
      return text_has_words (self, TEXT_TO, filter->words);
    case INTIMAIL_FILTER_FIELD_CC:
      return text_has_words (self, TEXT_CC, filter->words);
    case INTIMAIL_FILTER_FIELD_BCC:
      return text_has_words (self, TEXT_BCC, filter->words);
    case INTIMAIL_FILTER_FIELD_SUBJECT:
      return text_has_words (self, TEXT_SUBJECT, filter->words);
    case INTIMAIL_FILTER_FIELD_TEXT:
      return has_words_anywhere (self, filter->words);
    case INTIMAIL_FILTER_FIELD_BODY:
      return body_has_words (self, filter->words);
    case INTIMAIL_FILTER_FIELD_BEFORE:
      return record->received < filter->number;
    case INTIMAIL_FILTER_FIELD_AFTER:
      return record->received >= filter->number;
    case INTIMAIL_FILTER_FIELD_MIN_SIZE:
      return (gint64) record->size >= filter->number;
    case INTIMAIL_FILTER_FIELD_MAX_SIZE:
      return (gint64) record->size < filter->number;
    case INTIMAIL_FILTER_FIELD_HAS_ATTACHMENT:
      return (record->has_attachment != 0) == (filter->number != 0);
    case INTIMAIL_FILTER_FIELD_HEADER:
      return header_matches (self, filter);
    case INTIMAIL_FILTER_FIELD_ALL_IN_THREAD_HAVE_KEYWORD:
      return thread_matches (self, filter->text, TRUE);
    case INTIMAIL_FILTER_FIELD_SOME_IN_THREAD_HAVE_KEYWORD:
      return thread_matches (self, filter->text, FALSE);
    case INTIMAIL_FILTER_FIELD_IN_THREAD:
      return is_in_thread (self, filter->text);
    }
  return FALSE;
}

static gboolean
match (IntimailFilterProgram *self, IntimailFilter *filter)
{
  gboolean wanted;

  if (!filter->is_operator)
    return match_field (self, filter);

  /* One that decides is enough. */
  wanted = filter->op != INTIMAIL_FILTER_OPERATOR_AND;
  for (guint i = 0; i < filter->filters->len; i++)
    {
      if (match (self, g_ptr_array_index (filter->filters, i)) == wanted)
        return filter->op == INTIMAIL_FILTER_OPERATOR_OR;
    }
  return filter->op != INTIMAIL_FILTER_OPERATOR_OR;
}

gboolean
intimail_filter_program_match (IntimailFilterProgram *self, guint32 slot)
{
  gboolean matches;

  if (self->filter == NULL)
    return TRUE;
  self->slot = slot;
  matches = match (self, self->filter);
  forget_message (self);
  return matches;
}
