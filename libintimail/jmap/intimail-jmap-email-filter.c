/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "jmap/intimail-jmap-email-filter-private.h"

#include <string.h>

#include <intimail/intimail-account.h>

#include "jmap/intimail-jmap-args-private.h"
#include "jmap/intimail-jmap-keyword-private.h"
#include "jmap/intimail-jmap-query-private.h"

/* How a condition's value is read. */
typedef enum
{
  CONDITION_MAILBOX,
  CONDITION_MAILBOXES,
  CONDITION_KEYWORD,
  CONDITION_NOT_KEYWORD,
  CONDITION_WORDS,
  CONDITION_DATE,
  CONDITION_SIZE,
  CONDITION_BOOLEAN,
  CONDITION_HEADER,
} ConditionKind;

typedef struct
{
  const char *name;
  ConditionKind kind;
  IntimailFilterField field;
  gboolean of_thread;
} Condition;

static const Condition conditions[] = {
  { "inMailbox", CONDITION_MAILBOX, INTIMAIL_FILTER_FIELD_IN_MAILBOX, FALSE },
  { "inMailboxOtherThan", CONDITION_MAILBOXES, INTIMAIL_FILTER_FIELD_IN_MAILBOX, FALSE },
  { "before", CONDITION_DATE, INTIMAIL_FILTER_FIELD_BEFORE, FALSE },
  { "after", CONDITION_DATE, INTIMAIL_FILTER_FIELD_AFTER, FALSE },
  { "minSize", CONDITION_SIZE, INTIMAIL_FILTER_FIELD_MIN_SIZE, FALSE },
  { "maxSize", CONDITION_SIZE, INTIMAIL_FILTER_FIELD_MAX_SIZE, FALSE },
  { "allInThreadHaveKeyword", CONDITION_KEYWORD, INTIMAIL_FILTER_FIELD_ALL_IN_THREAD_HAVE_KEYWORD, TRUE },
  { "someInThreadHaveKeyword", CONDITION_KEYWORD, INTIMAIL_FILTER_FIELD_SOME_IN_THREAD_HAVE_KEYWORD, TRUE },
  { "noneInThreadHaveKeyword", CONDITION_NOT_KEYWORD, INTIMAIL_FILTER_FIELD_SOME_IN_THREAD_HAVE_KEYWORD, TRUE },
  { "hasKeyword", CONDITION_KEYWORD, INTIMAIL_FILTER_FIELD_HAS_KEYWORD, FALSE },
  { "notKeyword", CONDITION_NOT_KEYWORD, INTIMAIL_FILTER_FIELD_HAS_KEYWORD, FALSE },
  { "hasAttachment", CONDITION_BOOLEAN, INTIMAIL_FILTER_FIELD_HAS_ATTACHMENT, FALSE },
  { "text", CONDITION_WORDS, INTIMAIL_FILTER_FIELD_TEXT, FALSE },
  { "from", CONDITION_WORDS, INTIMAIL_FILTER_FIELD_FROM, FALSE },
  { "to", CONDITION_WORDS, INTIMAIL_FILTER_FIELD_TO, FALSE },
  { "cc", CONDITION_WORDS, INTIMAIL_FILTER_FIELD_CC, FALSE },
  { "bcc", CONDITION_WORDS, INTIMAIL_FILTER_FIELD_BCC, FALSE },
  { "subject", CONDITION_WORDS, INTIMAIL_FILTER_FIELD_SUBJECT, FALSE },
  { "body", CONDITION_WORDS, INTIMAIL_FILTER_FIELD_BODY, FALSE },
  { "header", CONDITION_HEADER, INTIMAIL_FILTER_FIELD_HEADER, FALSE },
};

static IntimailFilter *
combine (IntimailFilterOperator op, GPtrArray *filters)
{
  return intimail_filter_new_operator (op, filters);
}

static GPtrArray *
new_filters (void)
{
  return g_ptr_array_new_with_free_func (g_object_unref);
}

static IntimailFilter *
negate (IntimailFilter *filter)
{
  g_autoptr (GPtrArray) filters = new_filters ();

  g_ptr_array_add (filters, filter);
  return combine (INTIMAIL_FILTER_OPERATOR_NOT, filters);
}

/* No email is in a mailbox without a name. */
static IntimailFilter *
new_nothing (void)
{
  return intimail_filter_new_text (INTIMAIL_FILTER_FIELD_IN_MAILBOX, "");
}

static gboolean
set_value_error (GError **error, const char *name)
{
  intimail_jmap_args_set_error (error, "filter", "\"%s\" has a value that it cannot have", name);
  return FALSE;
}

/* In at least one mailbox that is none of @excluded: which is not the same as
 * being in none of them. */
static IntimailFilter *
new_in_other_mailbox (IntimailJmapContext *context, GPtrArray *excluded, GError **error)
{
  g_autoptr (GPtrArray) mailboxes = intimail_account_list_mailboxes (context->account, NULL, error);
  g_autoptr (GPtrArray) filters = new_filters ();

  if (mailboxes == NULL)
    return NULL;
  for (guint i = 0; i < mailboxes->len; i++)
    {
      const char *id = intimail_mailbox_get_id (g_ptr_array_index (mailboxes, i));

      if (!g_ptr_array_find_with_equal_func (excluded, id, g_str_equal, NULL))
        g_ptr_array_add (filters, intimail_filter_new_text (INTIMAIL_FILTER_FIELD_IN_MAILBOX, id));
    }
  if (filters->len == 0)
    return new_nothing ();

  return combine (INTIMAIL_FILTER_OPERATOR_OR, filters);
}

/* The store takes words, and words between double quotes as one. */
static void
append_quoted (GString *to, const char *word)
{
  g_string_append (to, to->len > 0 ? " \"" : "\"");
  for (; *word != '\0'; word++)
    if (*word != '"')
      g_string_append_c (to, *word);
  g_string_append_c (to, '"');
}

char **
intimail_jmap_split_words (const char *text)
{
  g_autoptr (GStrvBuilder) words = g_strv_builder_new ();
  g_autoptr (GString) word = g_string_new (NULL);
  char quote = '\0';

  for (const char *p = text;; p++)
    {
      if (*p == '\0' || (quote == '\0' ? g_ascii_isspace (*p) : *p == quote))
        {
          if (word->len > 0)
            g_strv_builder_add (words, word->str);
          g_string_truncate (word, 0);
          quote = '\0';
        }
      else if (quote == '\0' && word->len == 0 && (*p == '"' || *p == '\'') && strchr (p + 1, *p) != NULL)
        quote = *p;
      else if (quote != '\0' && *p == '\\' && p[1] != '\0')
        g_string_append_c (word, *++p);
      else
        g_string_append_c (word, *p);
      if (*p == '\0')
        break;
    }

  return g_strv_builder_end (words);
}

static IntimailFilter *
new_words (IntimailFilterField field, const char *text)
{
  g_auto (GStrv) words = intimail_jmap_split_words (text);
  g_autoptr (GString) quoted = g_string_new (NULL);

  for (gsize i = 0; words[i] != NULL; i++)
    append_quoted (quoted, words[i]);

  return intimail_filter_new_text (field, quoted->str);
}

/* ["Name"] or ["Name", "text"]. The store takes "Name" or "Name: text". */
static IntimailFilter *
new_header (JsonNode *node, GError **error)
{
  JsonArray *array = JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
  guint length = array != NULL ? json_array_get_length (array) : 0;
  const char *name = length >= 1 ? intimail_jmap_node_get_string (json_array_get_element (array, 0)) : NULL;
  const char *text = length >= 2 ? intimail_jmap_node_get_string (json_array_get_element (array, 1)) : NULL;
  g_autoptr (GString) value = NULL;

  if (name == NULL || *name == '\0' || strchr (name, ':') != NULL || length > 2 || (length == 2 && text == NULL))
    {
      set_value_error (error, "header");
      return NULL;
    }
  value = g_string_new (name);
  if (text != NULL)
    {
      g_string_append_c (value, ':');
      append_quoted (value, text);
    }

  return intimail_filter_new_text (INTIMAIL_FILTER_FIELD_HEADER, value->str);
}

static IntimailFilter *
new_in_mailbox (IntimailJmapContext *context, const char *id)
{
  const char *resolved = intimail_jmap_context_resolve_id (context, id);

  return resolved != NULL ? intimail_filter_new_text (INTIMAIL_FILTER_FIELD_IN_MAILBOX, resolved) : new_nothing ();
}

static IntimailFilter *
new_keyword (const Condition *condition, const char *text)
{
  g_autofree char *keyword = g_ascii_strdown (text, -1);
  IntimailFilter *filter = intimail_filter_new_text (condition->field, keyword);

  return condition->kind == CONDITION_NOT_KEYWORD ? negate (filter) : filter;
}

static IntimailFilter *
new_from_text (IntimailJmapContext *context, const Condition *condition, const char *text, GError **error)
{
  gint64 seconds;

  switch (condition->kind)
    {
    case CONDITION_MAILBOX:
      return new_in_mailbox (context, text);
    case CONDITION_KEYWORD:
    case CONDITION_NOT_KEYWORD:
      return new_keyword (condition, text);
    case CONDITION_WORDS:
      return new_words (condition->field, text);
    case CONDITION_DATE:
      if (intimail_jmap_utc_date_parse (text, &seconds))
        return intimail_filter_new_number (condition->field, seconds);
      break;
    case CONDITION_MAILBOXES:
    case CONDITION_SIZE:
    case CONDITION_BOOLEAN:
    case CONDITION_HEADER:
      break;
    }

  set_value_error (error, condition->name);
  return NULL;
}

static IntimailFilter *
new_condition (IntimailJmapContext *context, const Condition *condition, JsonObject *object, GError **error)
{
  JsonNode *node = json_object_get_member (object, condition->name);
  const char *text = intimail_jmap_node_get_string (node);
  gint64 number;
  gboolean wanted;

  if (text != NULL)
    return new_from_text (context, condition, text, error);
  if (condition->kind == CONDITION_SIZE && intimail_jmap_node_get_integer (node, &number) && number >= 0)
    return intimail_filter_new_number (condition->field, number);
  if (condition->kind == CONDITION_BOOLEAN && intimail_jmap_node_get_boolean (node, &wanted))
    return intimail_filter_new_number (condition->field, wanted);
  if (condition->kind == CONDITION_HEADER)
    return new_header (node, error);
  if (condition->kind == CONDITION_MAILBOXES)
    {
      g_autoptr (GPtrArray) ids = NULL;

      if (!intimail_jmap_args_get_ids (context, object, condition->name, &ids, error))
        return NULL;
      return new_in_other_mailbox (context, ids, error);
    }

  set_value_error (error, condition->name);
  return NULL;
}

static const Condition *
find_condition (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (conditions); i++)
    if (strcmp (conditions[i].name, name) == 0)
      return &conditions[i];

  return NULL;
}

/* FilterCondition: all members have to be true; null is as if it was not there. */
static IntimailFilter *
parse_condition (IntimailJmapEmailQuery *query, IntimailJmapContext *context, JsonObject *object, GError **error)
{
  g_autoptr (GPtrArray) filters = new_filters ();
  JsonObjectIter iter;
  const char *name;
  JsonNode *node;

  json_object_iter_init_ordered (&iter, object);
  while (json_object_iter_next_ordered (&iter, &name, &node))
    {
      const Condition *condition = find_condition (name);
      IntimailFilter *filter;

      if (condition == NULL)
        {
          g_set_error (error, INTIMAIL_JMAP_ERROR, INTIMAIL_JMAP_ERROR_UNSUPPORTED_FILTER,
                       "there is no condition \"%s\"", name);
          return NULL;
        }
      if (intimail_jmap_node_is_null (node))
        continue;
      filter = new_condition (context, condition, object, error);
      if (filter == NULL)
        return NULL;
      g_ptr_array_add (filters, filter);
      query->looks_at_threads |= condition->of_thread;
    }

  if (filters->len == 1)
    return g_object_ref (g_ptr_array_index (filters, 0));
  return combine (INTIMAIL_FILTER_OPERATOR_AND, filters);
}

static gboolean
parse_operator_name (JsonObject *object, IntimailFilterOperator *op, GError **error)
{
  static const char *const names[] = {
    [INTIMAIL_FILTER_OPERATOR_AND] = "AND",
    [INTIMAIL_FILTER_OPERATOR_OR] = "OR",
    [INTIMAIL_FILTER_OPERATOR_NOT] = "NOT",
  };
  const char *name;

  if (!intimail_jmap_args_require_string (object, "operator", &name, error))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (strcmp (names[i], name) == 0)
      {
        *op = i;
        return TRUE;
      }

  intimail_jmap_args_set_error (error, "filter", "no operator \"%s\"", name);
  return FALSE;
}

/* The depth is bounded by the limits of the request's JSON. */
static IntimailFilter *
parse_filter (IntimailJmapEmailQuery *query, IntimailJmapContext *context, JsonObject *object, GError **error)
{
  g_autoptr (GPtrArray) filters = new_filters ();
  IntimailFilterOperator op;
  JsonArray *array;

  if (!json_object_has_member (object, "operator"))
    return parse_condition (query, context, object, error);
  if (!parse_operator_name (object, &op, error) ||
      !intimail_jmap_args_get_array (object, "conditions", &array, error))
    return NULL;
  if (array == NULL)
    {
      set_value_error (error, "conditions");
      return NULL;
    }

  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      JsonNode *node = json_array_get_element (array, i);
      IntimailFilter *filter;

      if (!JSON_NODE_HOLDS_OBJECT (node))
        {
          set_value_error (error, "conditions");
          return NULL;
        }
      filter = parse_filter (query, context, json_node_get_object (node), error);
      if (filter == NULL)
        return NULL;
      g_ptr_array_add (filters, filter);
    }

  return combine (op, filters);
}

static const char *const sort_properties[] = {
  "receivedAt", "sentAt", "size", "from", "to", "cc", "subject",
  "hasKeyword", "allInThreadHaveKeyword", "someInThreadHaveKeyword", NULL
};

static gboolean
add_sort_key (IntimailJmapEmailQuery *query, GPtrArray *keys, const IntimailJmapComparator *comparator, GError **error)
{
  gboolean with_keyword = g_str_has_suffix (comparator->property, "Keyword");
  g_autofree char *keyword = NULL;

  if (with_keyword && (comparator->keyword == NULL || !intimail_jmap_keyword_is_valid (comparator->keyword)))
    {
      intimail_jmap_args_set_error (error, "sort", "\"%s\" needs a keyword", comparator->property);
      return FALSE;
    }
  if (with_keyword)
    keyword = g_ascii_strdown (comparator->keyword, -1);
  query->looks_at_threads |= with_keyword && strstr (comparator->property, "InThread") != NULL;
  g_ptr_array_add (keys, g_strconcat (comparator->ascending ? "" : "-", comparator->property, keyword != NULL ? ":" : NULL, keyword, NULL));

  return TRUE;
}

static gboolean
parse_sort (IntimailJmapEmailQuery *query, JsonObject *arguments, GError **error)
{
  g_autoptr (GArray) comparators = intimail_jmap_query_get_sort (arguments, sort_properties, error);
  g_autoptr (GPtrArray) keys = g_ptr_array_new_with_free_func (g_free);

  if (comparators == NULL)
    return FALSE;
  for (guint i = 0; i < comparators->len; i++)
    if (!add_sort_key (query, keys, &g_array_index (comparators, IntimailJmapComparator, i), error))
      return FALSE;
  if (keys->len > 0)
    {
      g_ptr_array_add (keys, NULL);
      query->sort = (char **) g_ptr_array_steal (keys, NULL);
    }

  return TRUE;
}

gboolean
intimail_jmap_email_query_init (IntimailJmapEmailQuery *query, IntimailJmapContext *context, JsonObject *arguments, GError **error)
{
  JsonObject *filter;

  memset (query, 0, sizeof *query);
  if (!intimail_jmap_args_get_object (arguments, "filter", &filter, error) ||
      !intimail_jmap_args_get_boolean (arguments, "collapseThreads", FALSE, &query->collapse_threads, error) ||
      !parse_sort (query, arguments, error))
    return FALSE;

  query->looks_at_threads |= query->collapse_threads;
  if (filter != NULL && (query->filter = parse_filter (query, context, filter, error)) == NULL)
    return FALSE;

  return TRUE;
}

void
intimail_jmap_email_query_clear (IntimailJmapEmailQuery *query)
{
  g_clear_object (&query->filter);
  g_clear_pointer (&query->sort, g_strfreev);
}
