/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "store/intimail-filter-parts-private.h"

#include <string.h>

#include "store/intimail-fold-private.h"

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

/* Words between spaces; what stands in quotes is one. */
static GStrv
split_words (const char *text)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_autofree char *folded = intimail_fold (text);
  const char *c = folded;

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
