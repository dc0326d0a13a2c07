/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The filter of Mailbox/query: RFC 8621 section 2.3.
 */

#include "jmap/intimail-jmap-mailbox-filter-private.h"

#include <string.h>

#include "jmap/intimail-jmap-args-private.h"
#include "jmap/intimail-jmap-mailbox-private.h"

static gboolean
unsupported (GError **error, const char *what)
{
  g_set_error (error, INTIMAIL_JMAP_ERROR, INTIMAIL_JMAP_ERROR_UNSUPPORTED_FILTER, "cannot filter by \"%s\"", what);
  return FALSE;
}

static gboolean
invalid (GError **error, const char *name)
{
  intimail_jmap_args_set_error (error, "filter", "%s has a value of the wrong type", name);
  return FALSE;
}

/* Without case, and with one form for each character. */
static char *
fold (const char *text)
{
  g_autofree char *normalized = g_utf8_normalize (text, -1, G_NORMALIZE_ALL);

  return g_utf8_casefold (normalized != NULL ? normalized : text, -1);
}

static gboolean
name_contains (IntimailMailbox *mailbox, const char *text)
{
  g_autofree char *name = fold (intimail_mailbox_get_name (mailbox));
  g_autofree char *wanted = fold (text);

  return strstr (name, wanted) != NULL;
}

/* One member of a condition. */
static gboolean
match_member (IntimailMailbox *mailbox, const char *name, JsonNode *value, gboolean *matches, GError **error)
{
  const char *role = intimail_jmap_mailbox_role_to_string (intimail_mailbox_get_role (mailbox));
  const char *text = intimail_jmap_node_get_string (value);
  gboolean flag = FALSE;

  if (g_str_equal (name, "parentId") || g_str_equal (name, "role"))
    {
      if (text == NULL && !intimail_jmap_node_is_null (value))
        return invalid (error, name);
      *matches = g_strcmp0 (text, name[0] == 'p' ? intimail_mailbox_get_parent_id (mailbox) : role) == 0;
    }
  else if (g_str_equal (name, "name"))
    {
      if (text == NULL)
        return invalid (error, name);
      *matches = name_contains (mailbox, text);
    }
  else if (g_str_equal (name, "hasAnyRole") || g_str_equal (name, "isSubscribed"))
    {
      if (!intimail_jmap_node_get_boolean (value, &flag))
        return invalid (error, name);
      *matches = flag == (name[0] == 'h' ? role != NULL : intimail_mailbox_is_subscribed (mailbox));
    }
  else
    {
      return unsupported (error, name);
    }

  return TRUE;
}

/* All members are looked at, so that a wrong one is found whatever the others say. */
static gboolean
match_condition (IntimailMailbox *mailbox, JsonObject *condition, gboolean *matches, GError **error)
{
  JsonObjectIter iter;
  const char *name;
  JsonNode *value;

  *matches = TRUE;
  json_object_iter_init_ordered (&iter, condition);
  while (json_object_iter_next_ordered (&iter, &name, &value))
    {
      gboolean one;

      if (!match_member (mailbox, name, value, &one, error))
        return FALSE;
      *matches = *matches && one;
    }

  return TRUE;
}

static gboolean
match_operator (IntimailMailbox *mailbox, JsonObject *filter, gboolean *matches, GError **error)
{
  const char *op = intimail_jmap_node_get_string (json_object_get_member (filter, "operator"));
  JsonNode *conditions = json_object_get_member (filter, "conditions");
  gboolean all = TRUE;
  gboolean any = FALSE;

  if (op == NULL || conditions == NULL || !JSON_NODE_HOLDS_ARRAY (conditions))
    return invalid (error, "operator");

  for (guint i = 0; i < json_array_get_length (json_node_get_array (conditions)); i++)
    {
      gboolean one;

      if (!intimail_jmap_mailbox_filter_match (mailbox, json_array_get_element (json_node_get_array (conditions), i), &one, error))
        return FALSE;
      all = all && one;
      any = any || one;
    }

  if (g_str_equal (op, "AND"))
    *matches = all;
  else if (g_str_equal (op, "OR"))
    *matches = any;
  else if (g_str_equal (op, "NOT"))
    *matches = !any;
  else
    return invalid (error, "operator");

  return TRUE;
}

gboolean
intimail_jmap_mailbox_filter_match (IntimailMailbox *mailbox, JsonNode *filter, gboolean *matches, GError **error)
{
  JsonObject *object;

  *matches = TRUE;
  if (intimail_jmap_node_is_null (filter))
    return TRUE;
  if (!JSON_NODE_HOLDS_OBJECT (filter))
    return invalid (error, "filter");

  object = json_node_get_object (filter);
  if (json_object_has_member (object, "operator"))
    return match_operator (mailbox, object, matches, error);

  return match_condition (mailbox, object, matches, error);
}
