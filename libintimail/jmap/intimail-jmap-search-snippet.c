/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * SearchSnippet/get (RFC 8621 section 5): where a search has found something.
 */

#include <string.h>

#include <intimail/intimail-account.h>
#include <intimail/intimail-error.h>
#include <intimail/intimail-message.h>

#include "jmap/intimail-jmap-args-private.h"
#include "jmap/intimail-jmap-email-filter-private.h"
#include "jmap/intimail-jmap-methods-private.h"

/* Octets of a preview, and how many of them stand before what was found. */
#define MAX_PREVIEW 255
#define LEAD 60

#define MARK "<mark>"
#define END_MARK "</mark>"

/* Folded words that the search looks for. */
typedef struct
{
  GPtrArray *subject;
  GPtrArray *body;
} Words;

static void
add_words (GPtrArray *to, JsonObject *condition, const char *name)
{
  const char *text = intimail_jmap_node_get_string (json_object_get_member (condition, name));
  g_auto (GStrv) words = text != NULL ? intimail_jmap_split_words (text) : NULL;

  for (gsize i = 0; words != NULL && words[i] != NULL; i++)
    g_ptr_array_add (to, g_utf8_casefold (words[i], -1));
}

/* What a NOT excludes is not looked for. */
static void
collect_words (Words *words, JsonObject *filter)
{
  const char *op = intimail_jmap_node_get_string (json_object_get_member (filter, "operator"));
  JsonArray *conditions;

  if (op == NULL)
    {
      add_words (words->subject, filter, "subject");
      add_words (words->subject, filter, "text");
      add_words (words->body, filter, "body");
      add_words (words->body, filter, "text");
      return;
    }
  if (strcmp (op, "NOT") == 0)
    return;
  conditions = json_object_get_array_member (filter, "conditions");
  for (guint i = 0; i < json_array_get_length (conditions); i++)
    collect_words (words, json_array_get_object_element (conditions, i));
}

/* How many bytes of @text are @word when case does not count; 0 is none. */
static gsize
match_word (const char *text, const char *word)
{
  const char *p = text;

  while (*word != '\0' && *p != '\0')
    {
      const char *next = g_utf8_next_char (p);
      g_autofree char *folded = g_utf8_casefold (p, next - p);

      if (!g_str_has_prefix (word, folded))
        return 0;
      word += strlen (folded);
      p = next;
    }

  return *word == '\0' ? p - text : 0;
}

static gsize
match_any (const char *text, GPtrArray *words)
{
  gsize longest = 0;

  for (guint i = 0; i < words->len; i++)
    longest = MAX (longest, match_word (text, g_ptr_array_index (words, i)));

  return longest;
}

static const char *
find_first (const char *text, GPtrArray *words)
{
  if (words->len == 0)
    return NULL;
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    if (match_any (p, words) > 0)
      return p;

  return NULL;
}

static void
append_escaped (GString *to, const char *text, gsize length)
{
  g_autofree char *escaped = g_markup_escape_text (text, length);

  g_string_append (to, escaped);
}

/* From @start, in at most @max_bytes, with what was found between marks. */
static char *
mark_words (const char *start, GPtrArray *words, gsize max_bytes)
{
  GString *marked = g_string_new (NULL);

  for (const char *p = start; *p != '\0';)
    {
      gsize found = match_any (p, words);
      gsize before = marked->len;

      if (found > 0)
        g_string_append (marked, MARK);
      append_escaped (marked, p, found > 0 ? found : (gsize) (g_utf8_next_char (p) - p));
      if (found > 0)
        g_string_append (marked, END_MARK);
      if (marked->len > max_bytes)
        {
          g_string_truncate (marked, before);
          break;
        }
      p = found > 0 ? p + found : g_utf8_next_char (p);
    }

  return g_string_free (marked, FALSE);
}

static char *
make_preview (IntimailJmapContext *context, const char *id, GPtrArray *words)
{
  g_autoptr (IntimailMessage) message = words->len > 0 ? intimail_account_open_message (context->account, id, NULL) : NULL;
  g_autofree char *text = message != NULL ? intimail_message_get_text (message) : NULL;
  const char *found;
  const char *start;

  if (text == NULL)
    return NULL;
  g_strdelimit (text, "\r\n\t", ' ');
  start = found = find_first (text, words);
  if (found == NULL)
    return NULL;
  while (start > text && found - start < LEAD)
    start = g_utf8_prev_char (start);
  while (start > text && start < found && !g_ascii_isspace (start[-1]))
    start = g_utf8_next_char (start);
  while (start < found && *start == ' ')
    start++;

  return mark_words (start, words, MAX_PREVIEW);
}

static JsonObject *
make_snippet (IntimailJmapContext *context, const Words *words, const char *id, GError **error)
{
  g_autoptr (IntimailEnvelope) envelope = intimail_account_get_envelope (context->account, id, error);
  const char *subject = envelope != NULL ? intimail_envelope_get_subject (envelope) : NULL;
  g_autofree char *marked = NULL;
  g_autofree char *preview = NULL;
  JsonObject *snippet;

  if (envelope == NULL)
    return NULL;
  if (subject != NULL && find_first (subject, words->subject) != NULL)
    marked = mark_words (subject, words->subject, G_MAXSIZE);
  preview = make_preview (context, id, words->body);

  snippet = json_object_new ();
  json_object_set_string_member (snippet, "emailId", id);
  intimail_jmap_object_set_string_or_null (snippet, "subject", marked);
  intimail_jmap_object_set_string_or_null (snippet, "preview", preview);

  return snippet;
}

static gboolean
read_arguments (IntimailJmapContext *context, JsonObject *arguments, Words *words, GPtrArray **ids, GError **error)
{
  g_auto (IntimailJmapEmailQuery) query = { 0 };
  JsonObject *filter;

  /* What Email/query would not take is not taken here. */
  if (!intimail_jmap_email_query_init (&query, context, arguments, error) ||
      !intimail_jmap_args_get_object (arguments, "filter", &filter, error) ||
      !intimail_jmap_args_get_ids (context, arguments, "emailIds", ids, error))
    return FALSE;
  if (*ids == NULL)
    {
      intimail_jmap_args_set_error (error, "emailIds", "is missing");
      return FALSE;
    }
  if ((*ids)->len > INTIMAIL_JMAP_MAX_OBJECTS_IN_GET)
    {
      g_set_error (error, INTIMAIL_JMAP_ERROR, INTIMAIL_JMAP_ERROR_REQUEST_TOO_LARGE,
                   "more than %d ids", INTIMAIL_JMAP_MAX_OBJECTS_IN_GET);
      return FALSE;
    }
  if (filter != NULL)
    collect_words (words, filter);

  return TRUE;
}

JsonObject *
intimail_jmap_search_snippet_get (IntimailJmapContext *context, JsonObject *arguments, GError **error)
{
  g_autoptr (GPtrArray) subject = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) body = g_ptr_array_new_with_free_func (g_free);
  Words words = { subject, body };
  g_autoptr (GPtrArray) ids = NULL;
  g_autoptr (JsonArray) list = json_array_new ();
  g_autoptr (JsonArray) not_found = json_array_new ();
  JsonObject *answer;

  if (!read_arguments (context, arguments, &words, &ids, error))
    return NULL;

  for (guint i = 0; i < ids->len; i++)
    {
      const char *id = g_ptr_array_index (ids, i);
      g_autoptr (GError) cause = NULL;
      JsonObject *snippet = make_snippet (context, &words, id, &cause);

      if (snippet != NULL)
        json_array_add_object_element (list, snippet);
      else if (g_error_matches (cause, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND))
        json_array_add_string_element (not_found, id);
      else
        {
          g_propagate_error (error, g_steal_pointer (&cause));
          return NULL;
        }
    }

  answer = json_object_new ();
  json_object_set_string_member (answer, "accountId", context->account_id);
  json_object_set_array_member (answer, "list", g_steal_pointer (&list));
  if (json_array_get_length (not_found) > 0)
    json_object_set_array_member (answer, "notFound", g_steal_pointer (&not_found));
  else
    json_object_set_null_member (answer, "notFound");

  return answer;
}
