/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * json-glib writes 3.14 with 17 digits, the infinite as inf.0 and bad UTF-8 as
 * it is; its trees are therefore written here.
 */

#include "json/intimail-json-private.h"

#include <math.h>
#include <string.h>

#include "json/intimail-json-string-private.h"

static void append_node (GString *output, JsonNode *node);

/* The shortest of the forms that read back as the same double. */
static void
append_double (GString *output, double value)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];

  if (!isfinite (value))
    {
      g_string_append (output, "null");
      return;
    }
  if (value == floor (value) && fabs (value) < 9007199254740992.0)
    {
      g_string_append_printf (output, "%" G_GINT64_FORMAT, (gint64) value);
      return;
    }
  for (int digits = 15; digits <= 17; digits++)
    {
      char format[8];

      g_snprintf (format, sizeof format, "%%.%dg", digits);
      g_ascii_formatd (text, sizeof text, format, value);
      if (g_ascii_strtod (text, NULL) == value)
        break;
    }
  g_string_append (output, text);
}

static void
append_value (GString *output, JsonNode *node)
{
  GType type = json_node_get_value_type (node);

  if (type == G_TYPE_STRING)
    {
      const char *text = json_node_get_string (node);

      if (text == NULL)
        g_string_append (output, "null");
      else
        intimail_json_string_append (output, text, strlen (text));
    }
  else if (type == G_TYPE_BOOLEAN)
    g_string_append (output, json_node_get_boolean (node) ? "true" : "false");
  else if (type == G_TYPE_DOUBLE)
    append_double (output, json_node_get_double (node));
  else
    g_string_append_printf (output, "%" G_GINT64_FORMAT, json_node_get_int (node));
}

static void
append_array (GString *output, JsonArray *array)
{
  guint length = json_array_get_length (array);

  g_string_append_c (output, '[');
  for (guint i = 0; i < length; i++)
    {
      if (i > 0)
        g_string_append_c (output, ',');
      append_node (output, json_array_get_element (array, i));
    }
  g_string_append_c (output, ']');
}

static void
append_object (GString *output, JsonObject *object)
{
  JsonObjectIter iter;
  const char *name;
  JsonNode *value;
  gboolean first = TRUE;

  g_string_append_c (output, '{');
  json_object_iter_init_ordered (&iter, object);
  while (json_object_iter_next_ordered (&iter, &name, &value))
    {
      if (!first)
        g_string_append_c (output, ',');
      first = FALSE;
      intimail_json_string_append (output, name, strlen (name));
      g_string_append_c (output, ':');
      append_node (output, value);
    }
  g_string_append_c (output, '}');
}

static void
append_node (GString *output, JsonNode *node)
{
  switch (json_node_get_node_type (node))
    {
    case JSON_NODE_OBJECT:
      append_object (output, json_node_get_object (node));
      break;
    case JSON_NODE_ARRAY:
      append_array (output, json_node_get_array (node));
      break;
    case JSON_NODE_VALUE:
      append_value (output, node);
      break;
    case JSON_NODE_NULL:
    default:
      g_string_append (output, "null");
      break;
    }
}

GBytes *
intimail_json_write (JsonNode *node)
{
  GString *output = g_string_new (NULL);

  append_node (output, node);
  return g_string_free_to_bytes (output);
}
