/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "jmap/intimail-jmap-problem-private.h"

#include "json/intimail-json-private.h"

GBytes *
intimail_jmap_problem_new (const char *type, const char *limit, const char *detail, guint *status)
{
  g_autoptr (JsonNode) root = json_node_new (JSON_NODE_OBJECT);
  g_autoptr (JsonObject) problem = json_object_new ();
  g_autofree char *uri = g_strconcat ("urn:ietf:params:jmap:error:", type, NULL);

  *status = 400;
  json_object_set_string_member (problem, "type", uri);
  json_object_set_int_member (problem, "status", *status);
  if (limit != NULL)
    json_object_set_string_member (problem, "limit", limit);
  json_object_set_string_member (problem, "detail", detail);
  json_node_set_object (root, problem);

  return intimail_json_write (root);
}
