/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "jmap/intimail-jmap-pointer-private.h"

/* "~1" is "/" and "~0" is "~" (RFC 6901 section 4). NULL for any other "~". */
static char *
decode_segment (const char *text)
{
  GString *decoded = g_string_new (NULL);

  for (; *text != '\0'; text++)
    {
      if (*text != '~')
        {
          g_string_append_c (decoded, *text);
          continue;
        }
      text++;
      if (*text != '0' && *text != '1')
        {
          g_string_free (decoded, TRUE);
          return NULL;
        }
      g_string_append_c (decoded, *text == '0' ? '~' : '/');
    }

  return g_string_free (decoded, FALSE);
}

char **
intimail_jmap_pointer_split (const char *pointer)
{
  g_auto (GStrv) segments = NULL;

  /* g_strsplit() makes nothing of "", which is the name "". */
  if (*pointer == '\0')
    return g_strdupv ((char *[]){ (char *) "", NULL });
  segments = g_strsplit (pointer, "/", INTIMAIL_JMAP_POINTER_MAX_SEGMENTS + 1);
  if (g_strv_length (segments) > INTIMAIL_JMAP_POINTER_MAX_SEGMENTS)
    return NULL;

  for (gsize i = 0; segments[i] != NULL; i++)
    {
      char *decoded = decode_segment (segments[i]);

      if (decoded == NULL)
        return NULL;
      g_free (segments[i]);
      segments[i] = decoded;
    }

  return g_steal_pointer (&segments);
}

/* RFC 6901 section 4: no sign, no leading zero. */
static gboolean
get_index (const char *segment, guint length, guint *index)
{
  guint64 value;

  if ((segment[0] == '0' && segment[1] != '\0') ||
      !g_ascii_string_to_unsigned (segment, 10, 0, G_MAXUINT, &value, NULL) ||
      value >= length)
    return FALSE;
  *index = (guint) value;

  return TRUE;
}

static JsonNode *evaluate (JsonNode *node,
                           char **segments);

/* All items' values in one array; a value that is an array gives its items. */
static JsonNode *
evaluate_all (JsonArray *array, char **segments)
{
  g_autoptr (JsonArray) values = json_array_new ();
  JsonNode *node;

  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      g_autoptr (JsonNode) value = evaluate (json_array_get_element (array, i), segments);

      if (value == NULL)
        return NULL;
      if (JSON_NODE_HOLDS_ARRAY (value))
        {
          JsonArray *inner = json_node_get_array (value);

          for (guint j = 0; j < json_array_get_length (inner); j++)
            json_array_add_element (values, json_node_ref (json_array_get_element (inner, j)));
        }
      else
        {
          json_array_add_element (values, g_steal_pointer (&value));
        }
    }

  node = json_node_new (JSON_NODE_ARRAY);
  json_node_set_array (node, values);

  return node;
}

static JsonNode *
evaluate (JsonNode *node, char **segments)
{
  for (; *segments != NULL; segments++)
    {
      guint index;

      if (JSON_NODE_HOLDS_OBJECT (node))
        {
          node = json_object_get_member (json_node_get_object (node), *segments);
          if (node == NULL)
            return NULL;
        }
      else if (JSON_NODE_HOLDS_ARRAY (node))
        {
          JsonArray *array = json_node_get_array (node);

          if (g_str_equal (*segments, "*"))
            return evaluate_all (array, segments + 1);
          if (!get_index (*segments, json_array_get_length (array), &index))
            return NULL;
          node = json_array_get_element (array, index);
        }
      else
        {
          return NULL;
        }
    }

  return json_node_ref (node);
}

JsonNode *
intimail_jmap_pointer_evaluate (JsonNode *root, const char *pointer)
{
  g_auto (GStrv) segments = NULL;

  if (*pointer == '\0')
    return json_node_ref (root);
  if (*pointer != '/')
    return NULL;
  segments = intimail_jmap_pointer_split (pointer + 1);

  return segments != NULL ? evaluate (root, segments) : NULL;
}
