/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * JSON in tests: written with ' for ", compared with patterns.
 */

#pragma once

#include <string.h>

#include <json-glib/json-glib.h>

#include "json/intimail-json-private.h"

/* Strings that a pattern has met, by name. */
typedef GHashTable JmapTestNames;

static inline JsonNode *
jmap_test_parse (const char *text)
{
  g_autofree char *json = g_strdelimit (g_strdup (text), "'", '"');
  g_autoptr (GError) error = NULL;
  JsonNode *node = intimail_json_parse (json, strlen (json), NULL, &error);

  g_assert_no_error (error);
  return node;
}

static inline char *
jmap_test_write (JsonNode *node)
{
  g_autoptr (GBytes) bytes = intimail_json_write (node);
  gsize length;
  const char *data = g_bytes_get_data (bytes, &length);

  return g_strndup (data, length);
}

/* Puts in what "%name%" stands for. */
static inline char *
jmap_test_expand (const char *text, JmapTestNames *names)
{
  g_autoptr (GString) expanded = g_string_new (text);
  GHashTableIter iter;
  gpointer name;
  gpointer value;

  g_hash_table_iter_init (&iter, names);
  while (g_hash_table_iter_next (&iter, &name, &value))
    {
      g_autofree char *token = g_strdup_printf ("%%%s%%", (char *) name);

      g_string_replace (expanded, token, value, 0);
    }

  return g_string_free (g_steal_pointer (&expanded), FALSE);
}

static inline gboolean
jmap_test_match_string (const char *pattern, JsonNode *node, JmapTestNames *names)
{
  gsize length = strlen (pattern);
  const char *text = NULL;

  if (g_str_equal (pattern, "*"))
    return TRUE;
  if (JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING)
    text = json_node_get_string (node);
  if (text != NULL && length > 2 && pattern[0] == '%' && pattern[length - 1] == '%')
    {
      g_autofree char *name = g_strndup (pattern + 1, length - 2);

      if (g_hash_table_contains (names, name))
        return g_str_equal (g_hash_table_lookup (names, name), text);
      g_hash_table_insert (names, g_steal_pointer (&name), g_strdup (text));
      return TRUE;
    }

  return g_strcmp0 (pattern, text) == 0;
}

/* "*" is anything. "%name%" is what it was the first time. An object may have
 * more members than its pattern; a member "!name" of the pattern must not be
 * there. */
static inline gboolean
jmap_test_match (JsonNode *pattern, JsonNode *node, JmapTestNames *names)
{
  if (node == NULL)
    return FALSE;
  if (JSON_NODE_HOLDS_VALUE (pattern) && json_node_get_value_type (pattern) == G_TYPE_STRING)
    return jmap_test_match_string (json_node_get_string (pattern), node, names);
  if (json_node_get_node_type (pattern) != json_node_get_node_type (node))
    return FALSE;

  if (JSON_NODE_HOLDS_ARRAY (pattern))
    {
      JsonArray *a = json_node_get_array (pattern);
      JsonArray *b = json_node_get_array (node);

      if (json_array_get_length (a) != json_array_get_length (b))
        return FALSE;
      for (guint i = 0; i < json_array_get_length (a); i++)
        if (!jmap_test_match (json_array_get_element (a, i), json_array_get_element (b, i), names))
          return FALSE;
      return TRUE;
    }
  if (JSON_NODE_HOLDS_OBJECT (pattern))
    {
      JsonObject *object = json_node_get_object (node);
      JsonObjectIter iter;
      const char *name;
      JsonNode *value;

      json_object_iter_init_ordered (&iter, json_node_get_object (pattern));
      while (json_object_iter_next_ordered (&iter, &name, &value))
        {
          g_autofree char *expanded = jmap_test_expand (name, names);

          if (expanded[0] == '!' ? json_object_has_member (object, expanded + 1)
                                 : !jmap_test_match (value, json_object_get_member (object, expanded), names))
            return FALSE;
        }
      return TRUE;
    }

  return json_node_equal (pattern, node);
}

static inline void
jmap_test_assert_matches (const char *pattern, JsonNode *node, JmapTestNames *names)
{
  g_autoptr (JsonNode) parsed = jmap_test_parse (pattern);

  if (!jmap_test_match (parsed, node, names))
    {
      g_autofree char *text = jmap_test_write (node);
      g_autofree char *message = g_strdup_printf ("expected %s\nfound %s", pattern, text);

      g_assertion_message (G_LOG_DOMAIN, __FILE__, __LINE__, G_STRFUNC, message);
    }
}

static inline JmapTestNames *
jmap_test_names_new (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}
