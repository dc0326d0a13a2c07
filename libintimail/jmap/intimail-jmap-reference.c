/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "jmap/intimail-jmap-reference-private.h"

#include "jmap/intimail-jmap-args-private.h"
#include "jmap/intimail-jmap-budget-private.h"
#include "jmap/intimail-jmap-pointer-private.h"

static void
set_error (GError **error, const char *name, const char *what)
{
  g_set_error (error, INTIMAIL_JMAP_ERROR, INTIMAIL_JMAP_ERROR_INVALID_RESULT_REFERENCE,
               "%s: %s", name, what);
}

/* The arguments of the first response with that call id: NULL when there is none
 * or when it has another name (an error, say). */
static JsonNode *
find_response (JsonArray *responses, const char *call_id, const char *name)
{
  for (guint i = 0; i < json_array_get_length (responses); i++)
    {
      JsonArray *response = json_array_get_array_element (responses, i);

      if (!g_str_equal (json_array_get_string_element (response, 2), call_id))
        continue;
      if (!g_str_equal (json_array_get_string_element (response, 0), name))
        return NULL;
      return json_array_get_element (response, 1);
    }

  return NULL;
}

static JsonNode *
resolve_one (const char *name, JsonNode *reference, JsonArray *responses, gsize *budget, GError **error)
{
  g_autoptr (JsonNode) value = NULL;
  const char *result_of = NULL;
  const char *method = NULL;
  const char *path = NULL;
  JsonNode *response;

  if (JSON_NODE_HOLDS_OBJECT (reference))
    {
      JsonObject *object = json_node_get_object (reference);

      result_of = intimail_jmap_node_get_string (json_object_get_member (object, "resultOf"));
      method = intimail_jmap_node_get_string (json_object_get_member (object, "name"));
      path = intimail_jmap_node_get_string (json_object_get_member (object, "path"));
    }
  if (result_of == NULL || method == NULL || path == NULL)
    {
      set_error (error, name, "is no ResultReference");
      return NULL;
    }

  response = find_response (responses, result_of, method);
  if (response == NULL)
    {
      set_error (error, name, "no such response");
      return NULL;
    }
  value = intimail_jmap_pointer_evaluate (response, path);
  if (value == NULL)
    {
      set_error (error, name, "nothing is at that path");
      return NULL;
    }
  if (!intimail_jmap_budget_pay_node (budget, value))
    {
      set_error (error, name, "is too large");
      return NULL;
    }

  return g_steal_pointer (&value);
}

static gboolean
has_references (JsonObject *arguments)
{
  JsonObjectIter iter;
  const char *name;

  json_object_iter_init (&iter, arguments);
  while (json_object_iter_next (&iter, &name, NULL))
    if (name[0] == '#')
      return TRUE;

  return FALSE;
}

JsonObject *
intimail_jmap_reference_resolve (JsonObject *arguments,
                                 JsonArray *responses,
                                 gsize *budget,
                                 GError **error)
{
  g_autoptr (JsonObject) resolved = NULL;
  JsonObjectIter iter;
  const char *name;
  JsonNode *node;

  if (!has_references (arguments))
    return json_object_ref (arguments);

  resolved = json_object_new ();
  json_object_iter_init_ordered (&iter, arguments);
  while (json_object_iter_next_ordered (&iter, &name, &node))
    {
      JsonNode *value;

      if (name[0] != '#')
        {
          json_object_set_member (resolved, name, json_node_ref (node));
          continue;
        }
      if (json_object_has_member (arguments, name + 1))
        {
          intimail_jmap_args_set_error (error, name + 1, "is there both as it is and as a reference");
          return NULL;
        }
      value = resolve_one (name, node, responses, budget, error);
      if (value == NULL)
        return NULL;
      json_object_set_member (resolved, name + 1, value);
    }

  return g_steal_pointer (&resolved);
}
