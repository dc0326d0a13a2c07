/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "jmap/intimail-jmap-email-field-private.h"

#include <string.h>

#include "jmap/intimail-jmap-args-private.h"

/* RFC 8621 section 4.1.3. */
static const struct
{
  const char *property;
  const char *same_as;
} short_names[] = {
  { "messageId", "header:Message-ID:asMessageIds" },
  { "inReplyTo", "header:In-Reply-To:asMessageIds" },
  { "references", "header:References:asMessageIds" },
  { "sender", "header:Sender:asAddresses" },
  { "from", "header:From:asAddresses" },
  { "to", "header:To:asAddresses" },
  { "cc", "header:Cc:asAddresses" },
  { "bcc", "header:Bcc:asAddresses" },
  { "replyTo", "header:Reply-To:asAddresses" },
  { "subject", "header:Subject:asText" },
  { "sentAt", "header:Date:asDate" },
};

static const char *
find_long_name (const char *property)
{
  for (gsize i = 0; i < G_N_ELEMENTS (short_names); i++)
    if (strcmp (short_names[i].property, property) == 0)
      return short_names[i].same_as;

  return g_str_has_prefix (property, "header:") ? property : NULL;
}

gboolean
intimail_jmap_field_is_property (const char *property)
{
  return find_long_name (property) != NULL;
}

IntimailJmapHeader *
intimail_jmap_field_parse (const char *property)
{
  return intimail_jmap_header_parse (find_long_name (property), NULL);
}

static JsonArray *
get_array (JsonNode *node)
{
  return JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
}

static JsonObject *
get_object (JsonNode *node)
{
  return JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
}

/* FALSE when it is there and no string. */
static gboolean
get_optional_string (JsonObject *object, const char *name, const char **value)
{
  JsonNode *node = json_object_get_member (object, name);

  *value = intimail_jmap_node_get_string (node);
  return *value != NULL || intimail_jmap_node_is_null (node);
}

static gboolean
add_address (IntimailPartBuilder *builder, JsonNode *node)
{
  JsonObject *object = get_object (node);
  const char *name;
  const char *email;

  return object != NULL &&
         get_optional_string (object, "name", &name) &&
         get_optional_string (object, "email", &email) && email != NULL &&
         intimail_part_builder_add_address (builder, name, email);
}

static gboolean
add_address_array (IntimailPartBuilder *builder, JsonArray *array)
{
  for (guint i = 0; i < json_array_get_length (array); i++)
    if (!add_address (builder, json_array_get_element (array, i)))
      return FALSE;

  return TRUE;
}

static gboolean
add_addresses (IntimailPartBuilder *builder, const char *name, JsonNode *node)
{
  JsonArray *array = get_array (node);
  gboolean good;

  if (array == NULL)
    return FALSE;
  if (json_array_get_length (array) == 0)
    return TRUE;
  intimail_part_builder_begin_addresses (builder, name);
  good = add_address_array (builder, array);
  intimail_part_builder_end_addresses (builder);

  return good;
}

static gboolean
add_group (IntimailPartBuilder *builder, JsonNode *node)
{
  JsonObject *object = get_object (node);
  JsonArray *members = object != NULL ? get_array (json_object_get_member (object, "addresses")) : NULL;
  const char *name;
  gboolean good;

  if (members == NULL || !get_optional_string (object, "name", &name))
    return FALSE;
  if (name != NULL)
    intimail_part_builder_begin_group (builder, name);
  good = add_address_array (builder, members);
  if (name != NULL)
    intimail_part_builder_end_group (builder);

  return good;
}

static gboolean
add_grouped_addresses (IntimailPartBuilder *builder, const char *name, JsonNode *node)
{
  JsonArray *array = get_array (node);
  gboolean good = TRUE;

  if (array == NULL)
    return FALSE;
  if (json_array_get_length (array) == 0)
    return TRUE;
  intimail_part_builder_begin_addresses (builder, name);
  for (guint i = 0; good && i < json_array_get_length (array); i++)
    good = add_group (builder, json_array_get_element (array, i));
  intimail_part_builder_end_addresses (builder);

  return good;
}

static char **
get_strings (JsonNode *node)
{
  JsonArray *array = get_array (node);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  if (array == NULL)
    return NULL;
  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      const char *text = intimail_jmap_node_get_string (json_array_get_element (array, i));

      if (text == NULL)
        return NULL;
      g_strv_builder_add (builder, text);
    }

  return g_strv_builder_end (builder);
}

static gboolean
add_bracketed (IntimailPartBuilder *builder, const IntimailJmapHeader *header, JsonNode *node)
{
  g_auto (GStrv) items = get_strings (node);

  if (items == NULL)
    return FALSE;
  if (*items == NULL)
    return TRUE;
  if (header->form == INTIMAIL_JMAP_FORM_URLS)
    return intimail_part_builder_add_urls (builder, header->name, (const char *const *) items);

  return intimail_part_builder_add_ids (builder, header->name, (const char *const *) items);
}

static gboolean
add_date (IntimailPartBuilder *builder, const char *name, const char *text)
{
  g_autoptr (GDateTime) date = text != NULL ? g_date_time_new_from_iso8601 (text, NULL) : NULL;

  if (date == NULL)
    return FALSE;
  intimail_part_builder_add_date (builder, name, date);

  return TRUE;
}

static gboolean
add_one (IntimailPartBuilder *builder, const IntimailJmapHeader *header, JsonNode *node)
{
  const char *text = intimail_jmap_node_get_string (node);

  switch (header->form)
    {
    case INTIMAIL_JMAP_FORM_RAW:
      return text != NULL && intimail_part_builder_add_raw (builder, header->name, text);
    case INTIMAIL_JMAP_FORM_TEXT:
      if (text != NULL)
        intimail_part_builder_add_text (builder, header->name, text);
      return text != NULL;
    case INTIMAIL_JMAP_FORM_ADDRESSES:
      return add_addresses (builder, header->name, node);
    case INTIMAIL_JMAP_FORM_GROUPED_ADDRESSES:
      return add_grouped_addresses (builder, header->name, node);
    case INTIMAIL_JMAP_FORM_MESSAGE_IDS:
    case INTIMAIL_JMAP_FORM_URLS:
      return add_bracketed (builder, header, node);
    case INTIMAIL_JMAP_FORM_DATE:
      return add_date (builder, header->name, text);
    }

  return FALSE;
}

gboolean
intimail_jmap_field_add (IntimailPartBuilder *builder, const IntimailJmapHeader *header, JsonNode *node)
{
  JsonArray *array;

  if (!intimail_part_builder_is_field_name (header->name))
    return FALSE;
  if (intimail_jmap_node_is_null (node))
    return TRUE;
  if (!header->all)
    return add_one (builder, header, node);

  array = get_array (node);
  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++)
    if (!add_one (builder, header, json_array_get_element (array, i)))
      return FALSE;

  return array != NULL;
}
