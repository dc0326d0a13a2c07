/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "jmap/intimail-jmap-email-create-private.h"

#include <string.h>

#include <intimail/intimail-account.h>
#include <intimail/intimail-error.h>
#include <intimail/intimail-site.h>

#include "jmap/intimail-jmap-args-private.h"
#include "jmap/intimail-jmap-email-field-private.h"
#include "jmap/intimail-jmap-set-private.h"
#include "store/intimail-account-blob-private.h"

/* One message being put together. The first thing that is wrong ends it. */
typedef struct
{
  IntimailJmapContext *context;
  JsonObject *email;
  JsonObject *body_values; /* NULL is none */
  const char *where;       /* the property being worked on */
  GPtrArray *missing;      /* blob ids */
  guint64 size;            /* bytes of all contents */
  gboolean uses_blobs;
  JsonObject *error;
} Compose;

static gboolean
fail (Compose *compose, const char *property, const char *description)
{
  if (compose->error == NULL)
    compose->error = intimail_jmap_set_error_new_property (property, description);

  return FALSE;
}

/* One field has one property. */
static gboolean
claim_name (Compose *compose, GHashTable *names, const char *property, const char *name)
{
  if (!g_hash_table_add (names, g_ascii_strdown (name, -1)))
    return fail (compose, property, "the field is given by another property, too");

  return TRUE;
}

static GHashTable *
new_names (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

/* Every property of the email that is a field goes to @builder. */
static gboolean
add_email_fields (Compose *compose, IntimailPartBuilder *builder, GHashTable *names)
{
  JsonObjectIter iter;
  const char *property;
  JsonNode *node;

  json_object_iter_init_ordered (&iter, compose->email);
  while (json_object_iter_next_ordered (&iter, &property, &node))
    {
      g_autoptr (IntimailJmapHeader) header = NULL;

      if (!intimail_jmap_field_is_property (property))
        continue;
      header = intimail_jmap_field_parse (property);
      if (header == NULL)
        return fail (compose, property, "is malformed or in a form that the field does not have");
      if (g_ascii_strncasecmp (header->name, "Content-", 8) == 0)
        return fail (compose, property, "describes a body part and belongs there");
      if (!claim_name (compose, names, property, header->name))
        return FALSE;
      if (intimail_part_builder_has_field (builder, header->name))
        return fail (compose, property, "the body part that is the message gives it, too");
      if (!intimail_jmap_field_add (builder, header, node))
        return fail (compose, property, "cannot be written as this field");
    }

  return TRUE;
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

static gboolean
is_set (JsonObject *object, const char *name)
{
  return !intimail_jmap_node_is_null (json_object_get_member (object, name));
}

/* NULL when absent or null; FALSE when it is no string. */
static gboolean
get_string (Compose *compose, JsonObject *part, const char *name, const char **value)
{
  *value = intimail_jmap_node_get_string (json_object_get_member (part, name));
  if (*value == NULL && is_set (part, name))
    return fail (compose, compose->where, "a part has a property of the wrong type");

  return TRUE;
}

static gboolean
add_part_header (Compose *compose, IntimailPartBuilder *builder, GHashTable *names, const char *property, JsonNode *node)
{
  g_autoptr (IntimailJmapHeader) header = intimail_jmap_field_parse (property);

  if (header == NULL)
    return fail (compose, compose->where, "a field is malformed or in a form that it does not have");
  if (g_ascii_strcasecmp (header->name, "Content-Transfer-Encoding") == 0)
    return fail (compose, compose->where, "the server chooses Content-Transfer-Encoding");
  if (g_ascii_strcasecmp (header->name, "MIME-Version") == 0)
    return fail (compose, compose->where, "the server sets MIME-Version");
  if (!claim_name (compose, names, compose->where, header->name))
    return FALSE;
  if (!intimail_jmap_field_add (builder, header, node))
    return fail (compose, compose->where, "a field cannot be written");

  return TRUE;
}

/* @names are those that the part may not give: for the root, the email's. */
static gboolean
add_part_fields (Compose *compose, IntimailPartBuilder *builder, JsonObject *part, GHashTable *names)
{
  JsonObjectIter iter;
  const char *property;
  JsonNode *node;

  for (gsize i = 0; i < G_N_ELEMENTS (part_fields); i++)
    if (is_set (part, part_fields[i].property))
      g_hash_table_add (names, g_ascii_strdown (part_fields[i].field, -1));

  json_object_iter_init_ordered (&iter, part);
  while (json_object_iter_next_ordered (&iter, &property, &node))
    {
      if (g_strv_contains (part_properties, property))
        continue;
      if (!g_str_has_prefix (property, "header:"))
        return fail (compose, compose->where, "a part has a property that it cannot have");
      if (!add_part_header (compose, builder, names, property, node))
        return FALSE;
    }

  return TRUE;
}

static gboolean
add_languages (Compose *compose, IntimailPartBuilder *builder, JsonObject *part)
{
  g_autoptr (GPtrArray) languages = NULL;
  g_autofree char *value = NULL;

  if (!intimail_jmap_args_get_strings (part, "language", &languages, NULL))
    return fail (compose, compose->where, "a part's language is no list");
  if (languages == NULL || languages->len == 0)
    return TRUE;
  g_ptr_array_add (languages, NULL);
  value = g_strjoinv (", ", (char **) languages->pdata);
  intimail_part_builder_add_text (builder, "Content-Language", value);

  return TRUE;
}

static gboolean
describe_part (Compose *compose, IntimailPartBuilder *builder, JsonObject *part, const char *default_disposition)
{
  const char *name;
  const char *charset;
  const char *disposition;
  const char *cid;
  const char *location;

  if (!get_string (compose, part, "name", &name) ||
      !get_string (compose, part, "charset", &charset) ||
      !get_string (compose, part, "disposition", &disposition) ||
      !get_string (compose, part, "cid", &cid) ||
      !get_string (compose, part, "location", &location))
    return FALSE;

  if (disposition == NULL && !intimail_part_builder_has_field (builder, "Content-Disposition"))
    disposition = default_disposition;
  if (disposition != NULL && !intimail_part_builder_is_field_name (disposition))
    return fail (compose, compose->where, "a part's disposition is none");
  if (charset != NULL)
    intimail_part_builder_set_parameter (builder, "charset", charset);
  intimail_part_builder_set_disposition (builder, disposition, name);
  if (cid != NULL && !intimail_part_builder_add_ids (builder, "Content-ID", (const char *const[]){ cid, NULL }))
    return fail (compose, compose->where, "a part's cid is none");
  if (location != NULL)
    intimail_part_builder_add_text (builder, "Content-Location", location);

  return add_languages (compose, builder, part);
}

static gboolean
take_content (Compose *compose, IntimailPartBuilder *builder, IntimailContent *content)
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
set_blob (Compose *compose, IntimailPartBuilder *builder, const char *blob_id)
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
set_body_value (Compose *compose, IntimailPartBuilder *builder, const char *part_id, const char *type)
{
  JsonNode *node = compose->body_values != NULL ? json_object_get_member (compose->body_values, part_id) : NULL;
  const char *value = node != NULL ? intimail_jmap_node_get_string (json_object_get_member (json_node_get_object (node), "value")) : NULL;
  g_autoptr (IntimailContent) content = NULL;

  if (value == NULL)
    return fail (compose, compose->where, "a part's partId is not in bodyValues");
  content = text_to_content (value);
  if (g_str_has_prefix (type, "text/"))
    intimail_part_builder_set_parameter (builder, "charset", "utf-8");

  return take_content (compose, builder, content);
}

static gboolean
set_leaf_content (Compose *compose, IntimailPartBuilder *builder, JsonObject *part, const char *type)
{
  const char *part_id;
  const char *blob_id;

  if (!get_string (compose, part, "partId", &part_id) || !get_string (compose, part, "blobId", &blob_id))
    return FALSE;
  if (is_set (part, "subParts"))
    return fail (compose, compose->where, "only a multipart has subParts");
  if ((part_id == NULL) == (blob_id == NULL))
    return fail (compose, compose->where, "a part has either a partId or a blobId");
  if (blob_id != NULL)
    return set_blob (compose, builder, blob_id);
  if (is_set (part, "charset"))
    return fail (compose, compose->where, "the server chooses the charset of a bodyValue");
  if (is_set (part, "size"))
    return fail (compose, compose->where, "a bodyValue has no size");

  return set_body_value (compose, builder, part_id, type);
}

static IntimailPartBuilder *build_part (Compose *compose, JsonNode *node, const char *default_type, const char *default_disposition, GHashTable *names);

static gboolean
add_sub_parts (Compose *compose, IntimailPartBuilder *builder, JsonObject *part)
{
  JsonNode *node = json_object_get_member (part, "subParts");
  JsonArray *array = node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;

  if (array == NULL || json_array_get_length (array) == 0)
    return fail (compose, compose->where, "a multipart has parts");
  if (is_set (part, "partId") || is_set (part, "blobId") || is_set (part, "charset") || intimail_part_builder_has_field (builder, "Content-Type"))
    return fail (compose, compose->where, "a multipart has parts and no content");

  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      g_autoptr (GHashTable) names = new_names ();
      IntimailPartBuilder *child = build_part (compose, json_array_get_element (array, i), NULL, NULL, names);

      if (child == NULL)
        return FALSE;
      intimail_part_builder_take_part (builder, child);
    }

  return TRUE;
}

/* Names of fields that the part gives are added to @names. */
static IntimailPartBuilder *
build_part (Compose *compose, JsonNode *node, const char *default_type, const char *default_disposition, GHashTable *names)
{
  JsonObject *part = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
  g_autoptr (IntimailPartBuilder) builder = NULL;
  const char *type;
  gboolean good;

  if (part == NULL)
    {
      fail (compose, compose->where, "a part is no object");
      return NULL;
    }
  if (!get_string (compose, part, "type", &type))
    return NULL;
  if (type == NULL)
    type = default_type != NULL ? default_type : is_set (part, "subParts") ? "multipart/mixed"
                                             : is_set (part, "partId")     ? "text/plain"
                                                                           : "application/octet-stream";
  if (!intimail_part_builder_is_content_type (type))
    {
      fail (compose, compose->where, "a part's type is none");
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

/* textBody or htmlBody: exactly one part, of exactly that type. */
static gboolean
build_body (Compose *compose, const char *property, const char *type, IntimailPartBuilder **builder)
{
  JsonNode *node = json_object_get_member (compose->email, property);
  JsonArray *array = node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
  g_autoptr (GHashTable) names = new_names ();
  JsonObject *part;
  const char *given;

  *builder = NULL;
  if (intimail_jmap_node_is_null (node))
    return TRUE;
  compose->where = property;
  if (array == NULL || json_array_get_length (array) != 1 || !JSON_NODE_HOLDS_OBJECT (json_array_get_element (array, 0)))
    return fail (compose, property, "must be a list of one part");
  part = json_array_get_object_element (array, 0);
  if (!get_string (compose, part, "type", &given))
    return FALSE;
  if (given != NULL && g_ascii_strcasecmp (given, type) != 0)
    return fail (compose, property, "has a part of another type");
  *builder = build_part (compose, json_array_get_element (array, 0), type, NULL, names);

  return *builder != NULL;
}

/* Is it shown inside the HTML? */
static gboolean
is_inline (JsonNode *node)
{
  JsonObject *part = json_node_get_object (node);
  const char *disposition = intimail_jmap_node_get_string (json_object_get_member (part, "disposition"));

  return is_set (part, "cid") && disposition != NULL && g_ascii_strcasecmp (disposition, "inline") == 0;
}

static gboolean
build_attachments (Compose *compose, gboolean with_html, GPtrArray *related, GPtrArray *attached)
{
  JsonNode *node = json_object_get_member (compose->email, "attachments");
  JsonArray *array = node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;

  if (intimail_jmap_node_is_null (node))
    return TRUE;
  compose->where = "attachments";
  if (array == NULL)
    return fail (compose, "attachments", "must be a list of parts");

  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      JsonNode *element = json_array_get_element (array, i);
      g_autoptr (GHashTable) names = new_names ();
      IntimailPartBuilder *builder = build_part (compose, element, NULL, "attachment", names);

      if (builder == NULL)
        return FALSE;
      g_ptr_array_add (with_html && is_inline (element) ? related : attached, builder);
    }

  return TRUE;
}

/* One part alone needs no multipart around it. Takes both. */
static IntimailPartBuilder *
wrap (const char *type, IntimailPartBuilder *first, IntimailPartBuilder *second)
{
  IntimailPartBuilder *builder;

  if (first == NULL || second == NULL)
    return first != NULL ? first : second;
  builder = intimail_part_builder_new (type);
  intimail_part_builder_take_part (builder, first);
  intimail_part_builder_take_part (builder, second);

  return builder;
}

/* The same with many. Takes @first and the parts. */
static IntimailPartBuilder *
wrap_all (const char *type, IntimailPartBuilder *first, GPtrArray *rest)
{
  IntimailPartBuilder *builder;

  if (rest->len == 0)
    return first;
  builder = intimail_part_builder_new (type);
  if (first != NULL)
    intimail_part_builder_take_part (builder, first);
  while (rest->len > 0)
    intimail_part_builder_take_part (builder, g_ptr_array_steal_index (rest, 0));

  return builder;
}

static IntimailPartBuilder *
build_from_lists (Compose *compose)
{
  g_autoptr (GPtrArray) related = g_ptr_array_new_with_free_func ((GDestroyNotify) intimail_part_builder_free);
  g_autoptr (GPtrArray) attached = g_ptr_array_new_with_free_func ((GDestroyNotify) intimail_part_builder_free);
  g_autoptr (IntimailPartBuilder) text = NULL;
  g_autoptr (IntimailPartBuilder) html = NULL;
  IntimailPartBuilder *body;

  if (!build_body (compose, "textBody", "text/plain", &text) ||
      !build_body (compose, "htmlBody", "text/html", &html) ||
      !build_attachments (compose, html != NULL, related, attached))
    return NULL;

  body = wrap_all ("multipart/related", g_steal_pointer (&html), related);
  body = wrap ("multipart/alternative", g_steal_pointer (&text), body);
  body = wrap_all ("multipart/mixed", body, attached);

  return body != NULL ? body : intimail_part_builder_new ("text/plain");
}

static gboolean
check_body_values (Compose *compose)
{
  JsonNode *node = json_object_get_member (compose->email, "bodyValues");
  JsonObjectIter iter;

  if (intimail_jmap_node_is_null (node))
    return TRUE;
  if (!JSON_NODE_HOLDS_OBJECT (node))
    return fail (compose, "bodyValues", "must be an object");
  compose->body_values = json_node_get_object (node);

  json_object_iter_init (&iter, compose->body_values);
  while (json_object_iter_next (&iter, NULL, &node))
    {
      static const char *const flags[] = { "isEncodingProblem", "isTruncated" };
      JsonObject *value = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;

      if (value == NULL || intimail_jmap_node_get_string (json_object_get_member (value, "value")) == NULL)
        return fail (compose, "bodyValues", "each has a value");
      for (gsize i = 0; i < G_N_ELEMENTS (flags); i++)
        {
          gboolean flag = FALSE;

          if (is_set (value, flags[i]) && (!intimail_jmap_node_get_boolean (json_object_get_member (value, flags[i]), &flag) || flag))
            return fail (compose, "bodyValues", "isEncodingProblem and isTruncated are false or absent");
        }
    }

  return TRUE;
}

static gboolean
check_names (Compose *compose)
{
  static const char *const others[] = {
    "mailboxIds", "keywords", "receivedAt", "bodyStructure", "bodyValues", "textBody", "htmlBody", "attachments", NULL
  };
  JsonObjectIter iter;
  const char *property;

  json_object_iter_init_ordered (&iter, compose->email);
  while (json_object_iter_next_ordered (&iter, &property, NULL))
    if (!g_strv_contains (others, property) && !intimail_jmap_field_is_property (property))
      return fail (compose, property, strcmp (property, "headers") == 0 ? "fields are given one by one" : "cannot be set");

  if (is_set (compose->email, "bodyStructure"))
    for (gsize i = 5; others[i] != NULL; i++)
      if (is_set (compose->email, others[i]))
        return fail (compose, others[i], "the bodyStructure says it already");

  return TRUE;
}

static void
add_defaults (Compose *compose, IntimailPartBuilder *builder)
{
  if (!intimail_part_builder_has_field (builder, "Date"))
    {
      g_autoptr (GDateTime) now = g_date_time_new_now_utc ();

      intimail_part_builder_add_date (builder, "Date", now);
    }
  if (!intimail_part_builder_has_field (builder, "Message-ID"))
    {
      g_autofree char *uuid = g_uuid_string_random ();
      g_autofree char *id = g_strconcat (uuid, "@", intimail_site_get_hostname (compose->context->site), NULL);

      intimail_part_builder_add_ids (builder, "Message-ID", (const char *const[]){ id, NULL });
    }
}

static JsonObject *
new_blob_error (GPtrArray *missing)
{
  JsonObject *error = intimail_jmap_set_error_new ("blobNotFound", NULL);
  JsonArray *array = json_array_new ();

  for (guint i = 0; i < missing->len; i++)
    json_array_add_string_element (array, g_ptr_array_index (missing, i));
  json_object_set_array_member (error, "notFound", array);

  return error;
}

/* The names that the email claims, so that the root of a structure cannot. */
static IntimailPartBuilder *
compose_message (Compose *compose)
{
  g_autoptr (GHashTable) names = new_names ();
  g_autoptr (IntimailPartBuilder) builder = NULL;
  g_autoptr (IntimailPartBuilder) probe = intimail_part_builder_new ("text/plain");
  g_autoptr (GHashTable) again = new_names ();

  if (!check_names (compose) || !check_body_values (compose) || !add_email_fields (compose, probe, names))
    return NULL;
  if (is_set (compose->email, "bodyStructure"))
    {
      compose->where = "bodyStructure";
      builder = build_part (compose, json_object_get_member (compose->email, "bodyStructure"), NULL, NULL, names);
    }
  else
    builder = build_from_lists (compose);
  if (builder == NULL || compose->missing->len > 0 || !add_email_fields (compose, builder, again))
    return NULL;
  add_defaults (compose, builder);

  return g_steal_pointer (&builder);
}

IntimailPartBuilder *
intimail_jmap_email_compose (IntimailJmapContext *context, JsonObject *email, gboolean *uses_blobs, JsonObject **set_error)
{
  g_autoptr (GPtrArray) missing = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;
  Compose compose = { .context = context, .email = email, .missing = missing };
  IntimailPartBuilder *message;

  *uses_blobs = FALSE;
  if (!intimail_part_builder_prepare (&error))
    {
      *set_error = intimail_jmap_set_error_new_from (error);
      return NULL;
    }
  message = compose_message (&compose);
  *uses_blobs = compose.uses_blobs;
  if (message != NULL)
    return message;
  if (compose.error != NULL)
    *set_error = compose.error;
  else
    *set_error = new_blob_error (missing);

  return NULL;
}
