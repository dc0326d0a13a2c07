/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * EmailSubmission/query and /queryChanges (RFC 8621 sections 7.3 and 7.4).
 */

#include <string.h>

#include <intimail/intimail-account.h>

#include "jmap/intimail-jmap-args-private.h"
#include "jmap/intimail-jmap-methods-private.h"
#include "jmap/intimail-jmap-query-private.h"
#include "jmap/intimail-jmap-submission-private.h"

static gboolean
fail_value (GError **error, const char *name)
{
  intimail_jmap_args_set_error (error, "filter", "\"%s\" has a value that it cannot have", name);
  return FALSE;
}

static gboolean
match_ids (JsonObject *condition, const char *name, const char *id, gboolean *matches, GError **error)
{
  g_autoptr (GPtrArray) ids = NULL;

  if (!intimail_jmap_args_get_strings (condition, name, &ids, error))
    return FALSE;
  *matches = ids != NULL && g_ptr_array_find_with_equal_func (ids, id, g_str_equal, NULL);

  return TRUE;
}

static gboolean
match_date (JsonNode *node, const char *name, gint64 sent, gboolean *matches, GError **error)
{
  const char *text = intimail_jmap_node_get_string (node);
  gint64 seconds;

  if (text == NULL || !intimail_jmap_utc_date_parse (text, &seconds))
    return fail_value (error, name);
  *matches = strcmp (name, "before") == 0 ? sent < seconds : sent >= seconds;

  return TRUE;
}

static gboolean
match_member (const IntimailSubmission *submission, JsonObject *condition, const char *name, gboolean *matches, GError **error)
{
  JsonNode *node = json_object_get_member (condition, name);

  if (strcmp (name, "identityIds") == 0)
    return match_ids (condition, name, submission->identity_id, matches, error);
  if (strcmp (name, "emailIds") == 0)
    return match_ids (condition, name, submission->email_id, matches, error);
  if (strcmp (name, "threadIds") == 0)
    return match_ids (condition, name, submission->thread_id, matches, error);
  if (strcmp (name, "before") == 0 || strcmp (name, "after") == 0)
    return match_date (node, name, submission->sent, matches, error);
  if (strcmp (name, "undoStatus") == 0)
    {
      const char *status = intimail_jmap_node_get_string (node);

      *matches = g_strcmp0 (status, intimail_jmap_submission_get_undo_status (submission)) == 0;
      return status != NULL || fail_value (error, name);
    }

  g_set_error (error, INTIMAIL_JMAP_ERROR, INTIMAIL_JMAP_ERROR_UNSUPPORTED_FILTER, "there is no condition \"%s\"", name);
  return FALSE;
}

static gboolean
match_condition (const IntimailSubmission *submission, JsonObject *condition, gboolean *matches, GError **error)
{
  JsonObjectIter iter;
  const char *name;
  JsonNode *node;

  *matches = TRUE;
  json_object_iter_init_ordered (&iter, condition);
  while (json_object_iter_next_ordered (&iter, &name, &node))
    {
      gboolean one = TRUE;

      if (intimail_jmap_node_is_null (node))
        continue;
      if (!match_member (submission, condition, name, &one, error))
        return FALSE;
      *matches = *matches && one;
    }

  return TRUE;
}

static gboolean match_filter (const IntimailSubmission *submission, JsonObject *filter, gboolean *matches, GError **error);

static gboolean
match_operator (const IntimailSubmission *submission, JsonObject *filter, const char *name, gboolean *matches, GError **error)
{
  gboolean any = strcmp (name, "AND") != 0; /* OR and NOT ask whether any matches */
  gboolean found = FALSE;                   /* one that matches, or for AND one that does not */
  JsonArray *conditions;

  if (!intimail_jmap_args_get_array (filter, "conditions", &conditions, error))
    return FALSE;
  if (conditions == NULL || (any && strcmp (name, "OR") != 0 && strcmp (name, "NOT") != 0))
    return fail_value (error, "operator");

  for (guint i = 0; i < json_array_get_length (conditions); i++)
    {
      JsonNode *node = json_array_get_element (conditions, i);
      gboolean one;

      if (!JSON_NODE_HOLDS_OBJECT (node))
        return fail_value (error, "conditions");
      if (!match_filter (submission, json_node_get_object (node), &one, error))
        return FALSE;
      found = found || one == any;
    }
  *matches = strcmp (name, "OR") == 0 ? found : !found;

  return TRUE;
}

static gboolean
match_filter (const IntimailSubmission *submission, JsonObject *filter, gboolean *matches, GError **error)
{
  const char *name;

  if (!json_object_has_member (filter, "operator"))
    return match_condition (submission, filter, matches, error);
  if (!intimail_jmap_args_require_string (filter, "operator", &name, error))
    return FALSE;

  return match_operator (submission, filter, name, matches, error);
}

static int
compare (gconstpointer a, gconstpointer b, gpointer user_data)
{
  const IntimailSubmission *first = *(IntimailSubmission *const *) a;
  const IntimailSubmission *second = *(IntimailSubmission *const *) b;
  const GArray *comparators = user_data;

  for (guint i = 0; i < comparators->len; i++)
    {
      const IntimailJmapComparator *comparator = &g_array_index (comparators, IntimailJmapComparator, i);
      int order;

      if (strcmp (comparator->property, "emailId") == 0)
        order = strcmp (first->email_id, second->email_id);
      else if (strcmp (comparator->property, "threadId") == 0)
        order = strcmp (first->thread_id, second->thread_id);
      else
        order = (first->sent > second->sent) - (first->sent < second->sent);
      if (order != 0)
        return comparator->ascending ? order : -order;
    }

  return strcmp (first->id, second->id);
}

/* The ids that match, in order. An array of strings. */
static GPtrArray *
run_query (IntimailJmapContext *context, JsonObject *arguments, GError **error)
{
  static const char *const sort_properties[] = { "emailId", "threadId", "sentAt", NULL };
  static const IntimailSubmission nothing = { .id = (char *) "", .identity_id = (char *) "", .email_id = (char *) "", .thread_id = (char *) "" };
  g_autoptr (GPtrArray) submissions = intimail_jmap_submission_list (context, error);
  g_autoptr (GArray) comparators = intimail_jmap_query_get_sort (arguments, sort_properties, submissions != NULL ? error : NULL);
  g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);
  JsonObject *filter;
  gboolean matches = TRUE;

  if (submissions == NULL || comparators == NULL || !intimail_jmap_args_get_object (arguments, "filter", &filter, error))
    return NULL;
  /* A filter that is wrong is wrong with nothing to look at, too. */
  if (filter != NULL && !match_filter (&nothing, filter, &matches, error))
    return NULL;

  g_ptr_array_sort_with_data (submissions, compare, comparators);
  for (guint i = 0; i < submissions->len; i++)
    {
      const IntimailSubmission *submission = g_ptr_array_index (submissions, i);

      if (filter != NULL && !match_filter (submission, filter, &matches, error))
        return NULL;
      if (filter == NULL || matches)
        g_ptr_array_add (ids, g_strdup (submission->id));
    }

  return g_steal_pointer (&ids);
}

JsonObject *
intimail_jmap_email_submission_query (IntimailJmapContext *context, JsonObject *arguments, GError **error)
{
  g_autofree char *state = intimail_account_get_state (context->account, INTIMAIL_CHANGE_TYPE_EMAIL_SUBMISSION, error);
  g_autoptr (GPtrArray) found = state != NULL ? run_query (context, arguments, error) : NULL;
  IntimailJmapIdList ids;

  if (found == NULL)
    return NULL;
  intimail_jmap_id_list_init_array (&ids, found);

  return intimail_jmap_query_answer (context, arguments, state, TRUE, &ids, error);
}

JsonObject *
intimail_jmap_email_submission_query_changes (IntimailJmapContext *context, JsonObject *arguments, GError **error)
{
  g_autofree char *state = intimail_account_get_state (context->account, INTIMAIL_CHANGE_TYPE_EMAIL_SUBMISSION, error);
  g_autoptr (GPtrArray) found = NULL;
  g_autoptr (GHashTable) created = NULL;
  g_autoptr (GHashTable) updated = NULL;
  g_autoptr (GHashTable) destroyed = NULL;
  const char *since;
  IntimailJmapIdList ids;

  if (state == NULL || !intimail_jmap_args_require_string (arguments, "sinceQueryState", &since, error) ||
      !intimail_jmap_query_collect_changes (context, INTIMAIL_CHANGE_TYPE_EMAIL_SUBMISSION, since, &created, &updated, &destroyed, error))
    return NULL;
  found = run_query (context, arguments, error);
  if (found == NULL)
    return NULL;
  intimail_jmap_id_list_init_array (&ids, found);

  return intimail_jmap_query_changes_answer (context, arguments, since, state, destroyed, created, &ids, error);
}
