/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "jmap/intimail-jmap-email-part-private.h"

#include <string.h>

#include <intimail/intimail-account.h>
#include <intimail/intimail-error.h>
#include <intimail/intimail-site.h>

#include "jmap/intimail-jmap-args-private.h"
#include "jmap/intimail-jmap-email-field-private.h"
#include "jmap/intimail-jmap-set-private.h"
#include "store/intimail-account-blob-private.h"

gboolean
intimail_jmap_compose_fail (IntimailJmapCompose *compose, const char *property, const char *description)
{
  if (compose->error == NULL)
    compose->error = intimail_jmap_set_error_new_property (property, description);

  return FALSE;
}

gboolean
intimail_jmap_compose_claim_name (IntimailJmapCompose *compose, GHashTable *names, const char *property, const char *name)
{
  if (!g_hash_table_add (names, g_ascii_strdown (name, -1)))
    return intimail_jmap_compose_fail (compose, property, "the field is given by another property, too");

  return TRUE;
}

GHashTable *
intimail_jmap_compose_new_names (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

/* Which fields the properties of a part stand for. */
static const struct
{
  const char *property;
  const char *field;
} part_fields[] = {
  { "type", "Content-Type" },
  { "charset", "Content-Type" },
  { "disposition", "Content-Disposition" },
  { "cid", "Content-ID" },
  { "language", "Content-Language" },
  { "location", "Content-Location" },
};

static const char *const part_properties[] = {
  "partId", "blobId", "size", "name", "type", "charset", "disposition", "cid", "language", "location", "subParts", NULL
};

gboolean
intimail_jmap_compose_is_set (JsonObject *object, const char *name)
{
  return !intimail_jmap_node_is_null (json_object_get_member (object, name));
}

gboolean
intimail_jmap_compose_get_string (IntimailJmapCompose *compose, JsonObject *part, const char *name, const char **value)
{
  *value = intimail_jmap_node_get_string (json_object_get_member (part, name));
  if (*value == NULL && intimail_jmap_compose_is_set (part, name))
    return intimail_jmap_compose_fail (compose, compose->where, "a part has a property of the wrong type");

  return TRUE;
}

static gboolean
add_part_header (IntimailJmapCompose *compose, IntimailPartBuilder *builder, GHashTable *names, const char *property, JsonNode *node)
{
  g_autoptr (IntimailJmapHeader) header = intimail_jmap_field_parse (property);

  if (header == NULL)
    return intimail_jmap_compose_fail (compose, compose->where, "a field is malformed or in a form that it does not have");
  if (g_ascii_strcasecmp (header->name, "Content-Transfer-Encoding") == 0)
    return intimail_jmap_compose_fail (compose, compose->where, "the server chooses Content-Transfer-Encoding");
  if (g_ascii_strcasecmp (header->name, "MIME-Version") == 0)
    return intimail_jmap_compose_fail (compose, compose->where, "the server sets MIME-Version");
  if (!intimail_jmap_compose_claim_name (compose, names, compose->where, header->name))
    return FALSE;
  if (!intimail_jmap_field_add (builder, header, node))
    return intimail_jmap_compose_fail (compose, compose->where, "a field cannot be written");

  return TRUE;
}

/* @names are those that the part may not give: for the root, the email's. */
static gboolean
add_part_fields (IntimailJmapCompose *compose, IntimailPartBuilder *builder, JsonObject *part, GHashTable *names)
{
  JsonObjectIter iter;
  const char *property;
  JsonNode *node;

  for (gsize i = 0; i < G_N_ELEMENTS (part_fields); i++)
    if (intimail_jmap_compose_is_set (part, part_fields[i].property))
      g_hash_table_add (names, g_ascii_strdown (part_fields[i].field, -1));

  json_object_iter_init_ordered (&iter, part);
  while (json_object_iter_next_ordered (&iter, &property, &node))
    {
      if (g_strv_contains (part_properties, property))
        continue;
      if (!g_str_has_prefix (property, "header:"))
        return intimail_jmap_compose_fail (compose, compose->where, "a part has a property that it cannot have");
      if (!add_part_header (compose, builder, names, property, node))
        return FALSE;
    }

  return TRUE;
}

static gboolean
add_languages (IntimailJmapCompose *compose, IntimailPartBuilder *builder, JsonObject *part)
{
  g_autoptr (GPtrArray) languages = NULL;
  g_autofree char *value = NULL;

  if (!intimail_jmap_args_get_strings (part, "language", &languages, NULL))
    return intimail_jmap_compose_fail (compose, compose->where, "a part's language is no list");
  if (languages == NULL || languages->len == 0)
    return TRUE;
  g_ptr_array_add (languages, NULL);
  value = g_strjoinv (", ", (char **) languages->pdata);
  intimail_part_builder_add_text (builder, "Content-Language", value);

  return TRUE;
}

static gboolean
describe_part (IntimailJmapCompose *compose, IntimailPartBuilder *builder, JsonObject *part, const char *default_disposition)
{
  const char *name;
  const char *charset;
  const char *disposition;
  const char *cid;
  const char *location;

  if (!intimail_jmap_compose_get_string (compose, part, "name", &name) ||
      !intimail_jmap_compose_get_string (compose, part, "charset", &charset) ||
      !intimail_jmap_compose_get_string (compose, part, "disposition", &disposition) ||
      !intimail_jmap_compose_get_string (compose, part, "cid", &cid) ||
      !intimail_jmap_compose_get_string (compose, part, "location", &location))
    return FALSE;

  if (disposition == NULL && !intimail_part_builder_has_field (builder, "Content-Disposition"))
    disposition = default_disposition;
  if (disposition != NULL && !intimail_part_builder_is_field_name (disposition))
    return intimail_jmap_compose_fail (compose, compose->where, "a part's disposition is none");
  if (charset != NULL)
    intimail_part_builder_set_parameter (builder, "charset", charset);
  intimail_part_builder_set_disposition (builder, disposition, name);
  if (cid != NULL && !intimail_part_builder_add_ids (builder, "Content-ID", (const char *const[]){ cid, NULL }))
    return intimail_jmap_compose_fail (compose, compose->where, "a part's cid is none");
  if (location != NULL)
    intimail_part_builder_add_text (builder, "Content-Location", location);

  return add_languages (compose, builder, part);
}

static gboolean
take_content (IntimailJmapCompose *compose, IntimailPartBuilder *builder, IntimailContent *content)
{
  compose->size += (guint64) MAX (intimail_content_get_size (content), 0);
  if (compose->size > intimail_site_get_max_message_size (compose->context->site))
    {
      if (compose->error == NULL)
        compose->error = intimail_jmap_set_error_new ("tooLarge", "the message would be larger than this server takes");
      return FALSE;
    }
  intimail_part_builder_set_source (builder, content);

  return TRUE;
}

static gboolean
set_blob (IntimailJmapCompose *compose, IntimailPartBuilder *builder, const char *blob_id)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IntimailContent) content = intimail_account_open_blob (compose->context->account, blob_id, &error);

  compose->uses_blobs = TRUE;
  if (content != NULL)
    return take_content (compose, builder, content);
  if (!g_error_matches (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND) &&
      !g_error_matches (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT))
    {
      if (compose->error == NULL)
        compose->error = intimail_jmap_set_error_new_from (error);
      return FALSE;
    }
  /* All that are missing are told at once. */
  if (!g_ptr_array_find_with_equal_func (compose->missing, blob_id, g_str_equal, NULL))
    g_ptr_array_add (compose->missing, (gpointer) blob_id);

  return TRUE;
}

/* Lines end with LF in a message that is not on its way. */
static IntimailContent *
text_to_content (const char *text)
{
  g_autoptr (GBytes) bytes = NULL;
  GString *unix_text = g_string_sized_new (strlen (text));

  for (const char *p = text; *p != '\0'; p++)
    if (p[0] != '\r' || p[1] != '\n')
      g_string_append_c (unix_text, *p);

  bytes = g_string_free_to_bytes (unix_text);

  return intimail_content_new_bytes (bytes);
}

static gboolean
set_body_value (IntimailJmapCompose *compose, IntimailPartBuilder *builder, const char *part_id, const char *type)
{
  JsonNode *node = compose->body_values != NULL ? json_object_get_member (compose->body_values, part_id) : NULL;
  const char *value = node != NULL ? intimail_jmap_node_get_string (json_object_get_member (json_node_get_object (node), "value")) : NULL;
  g_autoptr (IntimailContent) content = NULL;

  if (value == NULL)
    return intimail_jmap_compose_fail (compose, compose->where, "a part's partId is not in bodyValues");
  content = text_to_content (value);
  if (g_str_has_prefix (type, "text/"))
    intimail_part_builder_set_parameter (builder, "charset", "utf-8");

  return take_content (compose, builder, content);
}

static gboolean
set_leaf_content (IntimailJmapCompose *compose, IntimailPartBuilder *builder, JsonObject *part, const char *type)
{
  const char *part_id;
  const char *blob_id;

  if (!intimail_jmap_compose_get_string (compose, part, "partId", &part_id) || !intimail_jmap_compose_get_string (compose, part, "blobId", &blob_id))
    return FALSE;
  if (intimail_jmap_compose_is_set (part, "subParts"))
    return intimail_jmap_compose_fail (compose, compose->where, "only a multipart has subParts");
  if ((part_id == NULL) == (blob_id == NULL))
    return intimail_jmap_compose_fail (compose, compose->where, "a part has either a partId or a blobId");
  if (blob_id != NULL)
    return set_blob (compose, builder, blob_id);
  if (intimail_jmap_compose_is_set (part, "charset"))
    return intimail_jmap_compose_fail (compose, compose->where, "the server chooses the charset of a bodyValue");
  if (intimail_jmap_compose_is_set (part, "size"))
    return intimail_jmap_compose_fail (compose, compose->where, "a bodyValue has no size");

  return set_body_value (compose, builder, part_id, type);
}

static gboolean
add_sub_parts (IntimailJmapCompose *compose, IntimailPartBuilder *builder, JsonObject *part)
{
  JsonNode *node = json_object_get_member (part, "subParts");
  JsonArray *array = node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;

  if (array == NULL || json_array_get_length (array) == 0)
    return intimail_jmap_compose_fail (compose, compose->where, "a multipart has parts");
  if (intimail_jmap_compose_is_set (part, "partId") || intimail_jmap_compose_is_set (part, "blobId") || intimail_jmap_compose_is_set (part, "charset") || intimail_part_builder_has_field (builder, "Content-Type"))
    return intimail_jmap_compose_fail (compose, compose->where, "a multipart has parts and no content");

  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      g_autoptr (GHashTable) names = intimail_jmap_compose_new_names ();
      IntimailPartBuilder *child = intimail_jmap_compose_build_part (compose, json_array_get_element (array, i), NULL, NULL, names);

      if (child == NULL)
        return FALSE;
      intimail_part_builder_take_part (builder, child);
    }

  return TRUE;
}

IntimailPartBuilder *
intimail_jmap_compose_build_part (IntimailJmapCompose *compose, JsonNode *node, const char *default_type, const char *default_disposition, GHashTable *names)
{
  JsonObject *part = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
  g_autoptr (IntimailPartBuilder) builder = NULL;
  const char *type;
  gboolean good;

  if (part == NULL)
    {
      intimail_jmap_compose_fail (compose, compose->where, "a part is no object");
      return NULL;
    }
  if (!intimail_jmap_compose_get_string (compose, part, "type", &type))
    return NULL;
  if (type == NULL)
    type = default_type != NULL ? default_type : intimail_jmap_compose_is_set (part, "subParts") ? "multipart/mixed"
                                             : intimail_jmap_compose_is_set (part, "partId")     ? "text/plain"
                                                                           : "application/octet-stream";
  if (!intimail_part_builder_is_content_type (type))
    {
      intimail_jmap_compose_fail (compose, compose->where, "a part's type is none");
      return NULL;
    }

  builder = intimail_part_builder_new (type);
  if (!add_part_fields (compose, builder, part, names) ||
      !describe_part (compose, builder, part, default_disposition))
    return NULL;
  if (g_ascii_strncasecmp (type, "multipart/", 10) == 0)
    good = add_sub_parts (compose, builder, part);
  else
    good = set_leaf_content (compose, builder, part, type);

  return good ? g_steal_pointer (&builder) : NULL;
}
