/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "jmap/intimail-jmap-budget-private.h"

#include <string.h>

#include "jmap/intimail-jmap-args-private.h"

/* What a value without content costs. */
#define VALUE_COST 16

static gboolean
pay (gsize *budget, gsize cost)
{
  if (*budget < cost)
    {
      *budget = 0;
      return FALSE;
    }
  *budget -= cost;

  return TRUE;
}

static gboolean pay_for_node (gsize *budget,
                              JsonNode *node,
                              guint depth);

static gboolean
pay_for_members (gsize *budget, JsonObject *object, guint depth)
{
  JsonObjectIter iter;
  const char *name;
  JsonNode *value;

  json_object_iter_init (&iter, object);
  while (json_object_iter_next (&iter, &name, &value))
    if (!pay (budget, strlen (name)) || !pay_for_node (budget, value, depth + 1))
      return FALSE;

  return TRUE;
}

static gboolean
pay_for_elements (gsize *budget, JsonArray *array, guint depth)
{
  for (guint i = 0; i < json_array_get_length (array); i++)
    if (!pay_for_node (budget, json_array_get_element (array, i), depth + 1))
      return FALSE;

  return TRUE;
}

static gboolean
pay_for_node (gsize *budget, JsonNode *node, guint depth)
{
  const char *text = intimail_jmap_node_get_string (node);

  if (depth > INTIMAIL_JMAP_BUDGET_MAX_DEPTH)
    return pay (budget, G_MAXSIZE);
  if (!pay (budget, VALUE_COST + (text != NULL ? strlen (text) : 0)))
    return FALSE;
  if (JSON_NODE_HOLDS_ARRAY (node))
    return pay_for_elements (budget, json_node_get_array (node), depth);
  if (JSON_NODE_HOLDS_OBJECT (node))
    return pay_for_members (budget, json_node_get_object (node), depth);

  return TRUE;
}

gboolean
intimail_jmap_budget_pay_node (gsize *budget, JsonNode *node)
{
  return pay_for_node (budget, node, 0);
}

gboolean
intimail_jmap_budget_pay_object (gsize *budget, JsonObject *object)
{
  return pay (budget, VALUE_COST) && pay_for_members (budget, object, 0);
}
