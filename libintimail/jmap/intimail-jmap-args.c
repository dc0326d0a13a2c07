/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "jmap/intimail-jmap-args-private.h"

/* Int of RFC 8620 section 1.3. */
#define LARGEST_INTEGER ((G_GINT64_CONSTANT (1) << 53) - 1)

void
intimail_jmap_args_set_error (GError **error, const char *name, const char *format, ...)
{
  g_autofree char *what = NULL;
  va_list args;

  va_start (args, format);
  what = g_strdup_vprintf (format, args);
  va_end (args);

  g_set_error (error, INTIMAIL_JMAP_ERROR, INTIMAIL_JMAP_ERROR_INVALID_ARGUMENTS, "%s: %s", name, what);
}

/* NULL when the argument is absent or null. */
static JsonNode *
get_node (JsonObject *arguments, const char *name)
{
  JsonNode *node = json_object_get_member (arguments, name);

  return intimail_jmap_node_is_null (node) ? NULL : node;
}

gboolean
intimail_jmap_args_get_string (JsonObject *arguments,
                               const char *name,
                               const char **value,
                               GError **error)
{
  JsonNode *node = get_node (arguments, name);

  *value = NULL;
  if (node == NULL)
    return TRUE;
  *value = intimail_jmap_node_get_string (node);
  if (*value == NULL)
    intimail_jmap_args_set_error (error, name, "must be a string");

  return *value != NULL;
}

gboolean
intimail_jmap_args_require_string (JsonObject *arguments,
                                   const char *name,
                                   const char **value,
                                   GError **error)
{
  if (!intimail_jmap_args_get_string (arguments, name, value, error))
    return FALSE;
  if (*value == NULL)
    intimail_jmap_args_set_error (error, name, "is required");

  return *value != NULL;
}

gboolean
intimail_jmap_args_get_boolean (JsonObject *arguments,
                                const char *name,
                                gboolean fallback,
                                gboolean *value,
                                GError **error)
{
  JsonNode *node = get_node (arguments, name);

  *value = fallback;
  if (node == NULL || intimail_jmap_node_get_boolean (node, value))
    return TRUE;

  intimail_jmap_args_set_error (error, name, "must be true or false");
  return FALSE;
}

gboolean
intimail_jmap_args_get_integer (JsonObject *arguments,
                                const char *name,
                                gint64 fallback,
                                gint64 *value,
                                GError **error)
{
  JsonNode *node = get_node (arguments, name);

  *value = fallback;
  if (node == NULL || intimail_jmap_node_get_integer (node, value))
    return TRUE;

  intimail_jmap_args_set_error (error, name, "must be a whole number");
  return FALSE;
}

gboolean
intimail_jmap_args_get_unsigned (JsonObject *arguments,
                                 const char *name,
                                 gint64 fallback,
                                 gint64 *value,
                                 GError **error)
{
  gint64 number;

  *value = fallback;
  if (!intimail_jmap_args_get_integer (arguments, name, fallback, &number, error))
    return FALSE;
  if (number < 0 && number != fallback)
    {
      intimail_jmap_args_set_error (error, name, "must not be negative");
      return FALSE;
    }
  *value = number;

  return TRUE;
}

gboolean
intimail_jmap_args_get_object (JsonObject *arguments,
                               const char *name,
                               JsonObject **value,
                               GError **error)
{
  JsonNode *node = get_node (arguments, name);

  *value = NULL;
  if (node == NULL)
    return TRUE;
  if (!JSON_NODE_HOLDS_OBJECT (node))
    {
      intimail_jmap_args_set_error (error, name, "must be an object");
      return FALSE;
    }
  *value = json_node_get_object (node);

  return TRUE;
}

gboolean
intimail_jmap_args_get_array (JsonObject *arguments,
                              const char *name,
                              JsonArray **value,
                              GError **error)
{
  JsonNode *node = get_node (arguments, name);

  *value = NULL;
  if (node == NULL)
    return TRUE;
  if (!JSON_NODE_HOLDS_ARRAY (node))
    {
      intimail_jmap_args_set_error (error, name, "must be an array");
      return FALSE;
    }
  *value = json_node_get_array (node);

  return TRUE;
}

/* @context NULL: the strings are no ids. */
static gboolean
get_strings (IntimailJmapContext *context,
             JsonObject *arguments,
             const char *name,
             GPtrArray **value,
             GError **error)
{
  g_autoptr (GPtrArray) strings = g_ptr_array_new ();
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  JsonArray *array;

  *value = NULL;
  if (!intimail_jmap_args_get_array (arguments, name, &array, error))
    return FALSE;
  if (array == NULL)
    return TRUE;

  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      const char *text = intimail_jmap_node_get_string (json_array_get_element (array, i));
      const char *resolved = NULL;

      if (text == NULL)
        {
          intimail_jmap_args_set_error (error, name, "must be an array of strings");
          return FALSE;
        }
      if (context != NULL)
        resolved = intimail_jmap_context_resolve_id (context, text);
      if (g_hash_table_add (seen, (gpointer) (resolved != NULL ? resolved : text)))
        g_ptr_array_add (strings, (gpointer) (resolved != NULL ? resolved : text));
    }
  *value = g_steal_pointer (&strings);

  return TRUE;
}

gboolean
intimail_jmap_args_get_strings (JsonObject *arguments,
                                const char *name,
                                GPtrArray **value,
                                GError **error)
{
  return get_strings (NULL, arguments, name, value, error);
}

gboolean
intimail_jmap_args_get_ids (IntimailJmapContext *context,
                            JsonObject *arguments,
                            const char *name,
                            GPtrArray **value,
                            GError **error)
{
  return get_strings (context, arguments, name, value, error);
}

static gboolean
scan_digits (const char **text, guint n_digits, int *value)
{
  *value = 0;
  for (guint i = 0; i < n_digits; i++, (*text)++)
    {
      if (!g_ascii_isdigit (**text))
        return FALSE;
      *value = *value * 10 + (**text - '0');
    }

  return TRUE;
}

gboolean
intimail_jmap_utc_date_parse (const char *text, gint64 *seconds)
{
  /* Year, month, day, hour, minute, second, and what follows each. */
  static const char after[] = "--T::";
  g_autoptr (GDateTime) date = NULL;
  int fields[6];

  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    {
      if (!scan_digits (&text, i == 0 ? 4 : 2, &fields[i]))
        return FALSE;
      if (after[i] != '\0' && *text++ != after[i])
        return FALSE;
    }
  /* A fraction that is not zero is legal; we keep whole seconds. */
  if (*text == '.')
    {
      if (!g_ascii_isdigit (*++text))
        return FALSE;
      while (g_ascii_isdigit (*text))
        text++;
    }
  if (g_strcmp0 (text, "Z") != 0)
    return FALSE;

  /* A leap second is the last one of its minute. */
  date = g_date_time_new_utc (fields[0], fields[1], fields[2], fields[3], fields[4], fields[5] == 60 ? 59 : fields[5]);
  if (date == NULL)
    return FALSE;
  *seconds = g_date_time_to_unix (date);

  return TRUE;
}

char *
intimail_jmap_utc_date_format (gint64 seconds)
{
  g_autoptr (GDateTime) date = g_date_time_new_from_unix_utc (seconds);

  /* Out of the calendar: nothing better can be said of such a clock. */
  if (date == NULL || g_date_time_get_year (date) > 9999)
    return g_strdup ("1970-01-01T00:00:00Z");

  return g_strdup_printf ("%04d-%02d-%02dT%02d:%02d:%02dZ",
                          g_date_time_get_year (date),
                          g_date_time_get_month (date),
                          g_date_time_get_day_of_month (date),
                          g_date_time_get_hour (date),
                          g_date_time_get_minute (date),
                          g_date_time_get_second (date));
}

gboolean
intimail_jmap_node_is_null (JsonNode *node)
{
  return node == NULL || JSON_NODE_HOLDS_NULL (node);
}

const char *
intimail_jmap_node_get_string (JsonNode *node)
{
  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_STRING)
    return NULL;

  return json_node_get_string (node);
}

gboolean
intimail_jmap_node_get_integer (JsonNode *node, gint64 *value)
{
  gint64 number;

  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node))
    return FALSE;

  if (json_node_get_value_type (node) == G_TYPE_INT64)
    {
      number = json_node_get_int (node);
    }
  else if (json_node_get_value_type (node) == G_TYPE_DOUBLE)
    {
      double real = json_node_get_double (node);

      if (!(real >= -(double) LARGEST_INTEGER && real <= (double) LARGEST_INTEGER) ||
          real != (double) (gint64) real)
        return FALSE;
      number = (gint64) real;
    }
  else
    {
      return FALSE;
    }

  if (number < -LARGEST_INTEGER || number > LARGEST_INTEGER)
    return FALSE;
  *value = number;

  return TRUE;
}

gboolean
intimail_jmap_node_get_boolean (JsonNode *node, gboolean *value)
{
  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_BOOLEAN)
    return FALSE;
  *value = json_node_get_boolean (node);

  return TRUE;
}

JsonNode *
intimail_jmap_node_deep_copy (JsonNode *node)
{
  JsonNode *copy;

  if (JSON_NODE_HOLDS_OBJECT (node))
    {
      copy = json_node_new (JSON_NODE_OBJECT);
      json_node_take_object (copy, intimail_jmap_object_deep_copy (json_node_get_object (node)));
    }
  else if (JSON_NODE_HOLDS_ARRAY (node))
    {
      JsonArray *from = json_node_get_array (node);
      JsonArray *to = json_array_sized_new (json_array_get_length (from));

      for (guint i = 0; i < json_array_get_length (from); i++)
        json_array_add_element (to, intimail_jmap_node_deep_copy (json_array_get_element (from, i)));
      copy = json_node_new (JSON_NODE_ARRAY);
      json_node_take_array (copy, to);
    }
  else
    {
      copy = json_node_copy (node);
    }

  return copy;
}

JsonObject *
intimail_jmap_object_deep_copy (JsonObject *object)
{
  JsonObject *copy = json_object_new ();
  JsonObjectIter iter;
  const char *name;
  JsonNode *node;

  json_object_iter_init_ordered (&iter, object);
  while (json_object_iter_next_ordered (&iter, &name, &node))
    json_object_set_member (copy, name, intimail_jmap_node_deep_copy (node));

  return copy;
}

JsonNode *
intimail_jmap_node_take_object (JsonObject *object)
{
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);

  json_node_take_object (node, object);

  return node;
}

void
intimail_jmap_object_set_string_or_null (JsonObject *object, const char *name, const char *value)
{
  if (value != NULL)
    json_object_set_string_member (object, name, value);
  else
    json_object_set_null_member (object, name);
}

JsonArray *
intimail_jmap_array_new_strings (const char *const *values)
{
  JsonArray *array = json_array_new ();

  for (gsize i = 0; values != NULL && values[i] != NULL; i++)
    json_array_add_string_element (array, values[i]);

  return array;
}
