/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "store/intimail-filter-private.h"

#include <string.h>

#include "base/intimail-fd-private.h"

/**
 * IntimailFilterOperator:
 * @INTIMAIL_FILTER_OPERATOR_AND: all must match
 * @INTIMAIL_FILTER_OPERATOR_OR: one must match
 * @INTIMAIL_FILTER_OPERATOR_NOT: none may match
 *
 * How filters are put together.
 *
 * Since: 1.0
 */

/**
 * IntimailFilterField:
 * @INTIMAIL_FILTER_FIELD_IN_MAILBOX: text: the id of a mailbox
 * @INTIMAIL_FILTER_FIELD_HAS_KEYWORD: text: a keyword
 * @INTIMAIL_FILTER_FIELD_FROM: text: words in the authors
 * @INTIMAIL_FILTER_FIELD_TO: text: words in the main recipients
 * @INTIMAIL_FILTER_FIELD_CC: text: words in the recipients of copies
 * @INTIMAIL_FILTER_FIELD_BCC: text: words in the hidden recipients
 * @INTIMAIL_FILTER_FIELD_SUBJECT: text: words in the subject
 * @INTIMAIL_FILTER_FIELD_TEXT: text: words in any of these or the body
 * @INTIMAIL_FILTER_FIELD_BODY: text: words in the body; each message is read
 * @INTIMAIL_FILTER_FIELD_BEFORE: number: received before (seconds since 1970)
 * @INTIMAIL_FILTER_FIELD_AFTER: number: received then or later
 * @INTIMAIL_FILTER_FIELD_MIN_SIZE: number: has so many bytes or more
 * @INTIMAIL_FILTER_FIELD_MAX_SIZE: number: has fewer bytes
 * @INTIMAIL_FILTER_FIELD_HAS_ATTACHMENT: number: 1 has an attachment, 0 has none
 * @INTIMAIL_FILTER_FIELD_HEADER: text: `Name`, the field is there, or `Name:words`,
 *   the words are in it; each message is read
 * @INTIMAIL_FILTER_FIELD_ALL_IN_THREAD_HAVE_KEYWORD: text: a keyword
 * @INTIMAIL_FILTER_FIELD_SOME_IN_THREAD_HAVE_KEYWORD: text: a keyword
 * @INTIMAIL_FILTER_FIELD_IN_THREAD: text: the id of a conversation
 *
 * What a filter looks at. Words are parts of words too, in any case; several must
 * all be there, and `"..."` keeps some together.
 *
 * Since: 1.0
 */

/**
 * IntimailFilter:
 *
 * Which messages a query lists.
 *
 * It does not change once it is made: any thread may use it.
 *
 * Since: 1.0
 */
struct _IntimailFilter
{
  GObject parent_instance;

  gboolean is_operator;
  IntimailFilterOperator op;
  GPtrArray *filters;
  IntimailFilterField field;
  char *text;
  GStrv words; /* folded */
  gint64 number;
};

G_DEFINE_FINAL_TYPE (IntimailFilter, intimail_filter, G_TYPE_OBJECT)

static void
intimail_filter_finalize (GObject *object)
{
  IntimailFilter *self = INTIMAIL_FILTER (object);

  g_clear_pointer (&self->filters, g_ptr_array_unref);
  g_free (self->text);
  g_strfreev (self->words);
  G_OBJECT_CLASS (intimail_filter_parent_class)->finalize (object);
}

static void
intimail_filter_class_init (IntimailFilterClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = intimail_filter_finalize;
}

static void
intimail_filter_init (IntimailFilter *self)
{
}

static char *
fold (const char *text)
{
  g_autofree char *composed = NULL;
  g_autofree char *folded = NULL;

  if (g_str_is_ascii (text))
    return g_ascii_strdown (text, -1);
  composed = g_utf8_normalize (text, -1, G_NORMALIZE_ALL_COMPOSE);
  folded = g_utf8_casefold (composed != NULL ? composed : text, -1);
  return g_utf8_normalize (folded, -1, G_NORMALIZE_ALL_COMPOSE);
}

/* Words between spaces; what stands in quotes is one. */
static GStrv
split_words (const char *text)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_autofree char *folded = fold (text);
  const char *c = folded != NULL ? folded : "";

  while (*c != '\0')
    {
      gboolean quoted = *c == '"';
      const char *end = quoted ? strchr (c + 1, '"') : NULL;
      g_autofree char *word = NULL;

      if (g_ascii_isspace (*c))
        {
          c++;
          continue;
        }
      if (end == NULL)
        end = c + strcspn (c + 1, " \t\r\n\"") + 1;
      word = g_strndup (quoted ? c + 1 : c, (gsize) (end - c) - quoted);
      if (*word != '\0')
        g_strv_builder_add (builder, word);
      c = quoted && *end == '"' ? end + 1 : end;
    }

  return g_strv_builder_end (builder);
}

/**
 * intimail_filter_new_text:
 * @field: what to look at
 * @value: the text for it
 *
 * Makes a filter that compares text.
 *
 * Returns: (transfer full): the filter
 *
 * Since: 1.0
 */
IntimailFilter *
intimail_filter_new_text (IntimailFilterField field, const char *value)
{
  IntimailFilter *self;
  const char *words = value;

  g_return_val_if_fail (value != NULL, NULL);

  self = g_object_new (INTIMAIL_TYPE_FILTER, NULL);
  self->field = field;
  self->text = g_strdup (value);
  if (field == INTIMAIL_FILTER_FIELD_HEADER)
    {
      char *colon = strchr (self->text, ':');

      words = "";
      if (colon != NULL)
        {
          *colon = '\0';
          words = colon + 1;
        }
    }
  self->words = split_words (words);
  return self;
}

/**
 * intimail_filter_new_number:
 * @field: what to look at
 * @value: the number for it
 *
 * Makes a filter that compares a number.
 *
 * Returns: (transfer full): the filter
 *
 * Since: 1.0
 */
IntimailFilter *
intimail_filter_new_number (IntimailFilterField field, gint64 value)
{
  IntimailFilter *self = g_object_new (INTIMAIL_TYPE_FILTER, NULL);

  self->field = field;
  self->number = value;
  self->text = g_strdup ("");
  self->words = g_new0 (char *, 1);
  return self;
}

/**
 * intimail_filter_new_operator:
 * @op: how they are put together
 * @filters: (element-type IntimailFilter): filters; without any, everything
 *   matches AND and NOT, and nothing OR
 *
 * Makes a filter of filters.
 *
 * Returns: (transfer full): the filter
 *
 * Since: 1.0
 */
IntimailFilter *
intimail_filter_new_operator (IntimailFilterOperator op, GPtrArray *filters)
{
  IntimailFilter *self;

  g_return_val_if_fail (filters != NULL, NULL);

  self = g_object_new (INTIMAIL_TYPE_FILTER, NULL);
  self->is_operator = TRUE;
  self->op = op;
  self->filters = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < filters->len; i++)
    g_ptr_array_add (self->filters, g_object_ref (g_ptr_array_index (filters, i)));
  return self;
}

struct _IntimailFilterProgram
{
  IntimailAccount *account;
  IntimailFilter *filter;
  IntimailFilter *mailbox; /* what every record to match is in */
  gboolean trivial;

  /* Of the message that is looked at, read when needed. */
  guint32 slot;
  IntimailSummary *summary;
  IntimailMessage *message;
  gboolean message_read;
  char *body;
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
  self->filter = filter;
  self->mailbox = find_mailbox (filter);
  self->trivial = filter == NULL || says_no_more (filter, self->mailbox);
  return self;
}

static void
forget_message (IntimailFilterProgram *self)
{
  g_clear_pointer (&self->summary, intimail_summary_free);
  g_clear_object (&self->message);
  g_clear_pointer (&self->body, g_free);
  self->message_read = FALSE;
}

void
intimail_filter_program_free (IntimailFilterProgram *self)
{
  forget_message (self);
  g_free (self);
}

const char *
intimail_filter_program_get_mailbox (IntimailFilterProgram *self)
{
  return self->mailbox != NULL ? self->mailbox->text : NULL;
}

gboolean
intimail_filter_program_is_trivial (IntimailFilterProgram *self)
{
  return self->trivial;
}

static const IntimailSummary *
get_summary (IntimailFilterProgram *self)
{
  if (self->summary == NULL)
    self->summary = intimail_account_load_summary (self->account, self->slot);
  if (self->summary == NULL)
    self->summary = intimail_summary_new ();
  return self->summary;
}

static IntimailMessage *
get_message (IntimailFilterProgram *self)
{
  if (!self->message_read)
    {
      g_auto (IntimailFd) fd = intimail_account_open_record (self->account, self->slot, NULL);
      g_autoptr (GBytes) bytes = fd >= 0 ? intimail_account_map_file (fd, NULL) : NULL;

      if (bytes != NULL)
        self->message = intimail_message_new_from_bytes (bytes, NULL);
      self->message_read = TRUE;
    }
  return self->message;
}

static const char *
get_body (IntimailFilterProgram *self)
{
  if (self->body == NULL)
    {
      IntimailMessage *message = get_message (self);
      g_autofree char *text = message != NULL ? intimail_message_get_text (message) : NULL;

      self->body = fold (text != NULL ? text : "");
    }
  return self->body != NULL ? self->body : "";
}

static gboolean
has_words (const char *text, GStrv words)
{
  g_autofree char *folded = text != NULL ? fold (text) : NULL;

  for (gsize i = 0; words[i] != NULL; i++)
    {
      if (folded == NULL || strstr (folded, words[i]) == NULL)
        return FALSE;
    }
  return TRUE;
}

/* Each word may stand somewhere else. */
static gboolean
has_words_anywhere (IntimailFilterProgram *self, GStrv words)
{
  const IntimailSummary *summary = get_summary (self);
  const char *const places[] = { summary->from, summary->to, summary->cc, summary->bcc, summary->subject };

  for (gsize i = 0; words[i] != NULL; i++)
    {
      char *one[] = { words[i], NULL };
      gboolean found = FALSE;

      for (gsize p = 0; !found && p < G_N_ELEMENTS (places); p++)
        found = places[p] != NULL && has_words (places[p], one);
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
      return has_words (get_summary (self)->from, filter->words);
    case INTIMAIL_FILTER_FIELD_TO:
      return has_words (get_summary (self)->to, filter->words);
    case INTIMAIL_FILTER_FIELD_CC:
      return has_words (get_summary (self)->cc, filter->words);
    case INTIMAIL_FILTER_FIELD_BCC:
      return has_words (get_summary (self)->bcc, filter->words);
    case INTIMAIL_FILTER_FIELD_SUBJECT:
      return has_words (get_summary (self)->subject, filter->words);
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
