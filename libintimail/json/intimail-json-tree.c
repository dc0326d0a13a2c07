/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "json/intimail-json-reader-private.h"

static gpointer
new_null (void)
{
  return json_node_init_null (json_node_alloc ());
}

static gpointer
new_boolean (gboolean value)
{
  return json_node_init_boolean (json_node_alloc (), value);
}

static gpointer
new_integer (gint64 value)
{
  return json_node_init_int (json_node_alloc (), value);
}

static gpointer
new_real (double value)
{
  return json_node_init_double (json_node_alloc (), value);
}

static gpointer
new_string (const char *text, gsize length)
{
  g_autofree char *copy = g_strndup (text, length);

  return json_node_init_string (json_node_alloc (), copy);
}

static gpointer
new_array (void)
{
  g_autoptr (JsonArray) array = json_array_new ();

  return json_node_init_array (json_node_alloc (), array);
}

static void
add_element (gpointer array, gpointer element)
{
  json_array_add_element (json_node_get_array (array), element);
}

static gpointer
new_object (void)
{
  g_autoptr (JsonObject) object = json_object_new ();

  return json_node_init_object (json_node_alloc (), object);
}

static void
set_member (gpointer object, const char *key, gpointer value)
{
  json_object_set_member (json_node_get_object (object), key, value);
}

static void
free_node (gpointer node)
{
  json_node_unref (node);
}

static const IntimailJsonMaker maker = {
  .new_null = new_null,
  .new_boolean = new_boolean,
  .new_integer = new_integer,
  .new_real = new_real,
  .new_string = new_string,
  .new_array = new_array,
  .add_element = add_element,
  .new_object = new_object,
  .set_member = set_member,
  .free_node = free_node,
};

JsonNode *
intimail_json_parse (const char *data, gsize length, const IntimailJsonLimits *limits, GError **error)
{
  gpointer node = NULL;

  return intimail_json_read (data, length, limits, &maker, &node, error) ? node : NULL;
}
