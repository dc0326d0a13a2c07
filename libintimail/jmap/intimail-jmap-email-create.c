/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "jmap/intimail-jmap-email-create-private.h"

#include <string.h>

#include <intimail/intimail-site.h>

#include "jmap/intimail-jmap-args-private.h"
#include "jmap/intimail-jmap-email-field-private.h"
#include "jmap/intimail-jmap-email-part-private.h"
#include "jmap/intimail-jmap-set-private.h"

/* Every property of the email that is a field goes to @builder. */
static gboolean
add_email_fields (IntimailJmapCompose *compose, IntimailPartBuilder *builder, GHashTable *names)
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
        return intimail_jmap_compose_fail (compose, property, "is malformed or in a form that the field does not have");
      if (g_ascii_strncasecmp (header->name, "Content-", 8) == 0)
        return intimail_jmap_compose_fail (compose, property, "describes a body part and belongs there");
      if (!intimail_jmap_compose_claim_name (compose, names, property, header->name))
        return FALSE;
      if (intimail_part_builder_has_field (builder, header->name))
        return intimail_jmap_compose_fail (compose, property, "the body part that is the message gives it, too");
      if (!intimail_jmap_field_add (builder, header, node))
        return intimail_jmap_compose_fail (compose, property, "cannot be written as this field");
    }

  return TRUE;
}

/* textBody or htmlBody: exactly one part, of exactly that type. */
static gboolean
build_body (IntimailJmapCompose *compose, const char *property, const char *type, IntimailPartBuilder **builder)
{
  JsonNode *node = json_object_get_member (compose->email, property);
  JsonArray *array = node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
  g_autoptr (GHashTable) names = intimail_jmap_compose_new_names ();
  JsonObject *part;
  const char *given;

  *builder = NULL;
  if (intimail_jmap_node_is_null (node))
    return TRUE;
  compose->where = property;
  if (array == NULL || json_array_get_length (array) != 1 || !JSON_NODE_HOLDS_OBJECT (json_array_get_element (array, 0)))
    return intimail_jmap_compose_fail (compose, property, "must be a list of one part");
  part = json_array_get_object_element (array, 0);
  if (!intimail_jmap_compose_get_string (compose, part, "type", &given))
    return FALSE;
  if (given != NULL && g_ascii_strcasecmp (given, type) != 0)
    return intimail_jmap_compose_fail (compose, property, "has a part of another type");
  *builder = intimail_jmap_compose_build_part (compose, json_array_get_element (array, 0), type, NULL, names);

  return *builder != NULL;
}

/* Is it shown inside the HTML? */
static gboolean
is_inline (JsonNode *node)
{
  JsonObject *part = json_node_get_object (node);
  const char *disposition = intimail_jmap_node_get_string (json_object_get_member (part, "disposition"));

  return intimail_jmap_compose_is_set (part, "cid") && disposition != NULL && g_ascii_strcasecmp (disposition, "inline") == 0;
}

static gboolean
build_attachments (IntimailJmapCompose *compose, gboolean with_html, GPtrArray *related, GPtrArray *attached)
{
  JsonNode *node = json_object_get_member (compose->email, "attachments");
  JsonArray *array = node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;

  if (intimail_jmap_node_is_null (node))
    return TRUE;
  compose->where = "attachments";
  if (array == NULL)
    return intimail_jmap_compose_fail (compose, "attachments", "must be a list of parts");

  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      JsonNode *element = json_array_get_element (array, i);
      g_autoptr (GHashTable) names = intimail_jmap_compose_new_names ();
      IntimailPartBuilder *builder = intimail_jmap_compose_build_part (compose, element, NULL, "attachment", names);

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
build_from_lists (IntimailJmapCompose *compose)
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
check_body_values (IntimailJmapCompose *compose)
{
  JsonNode *node = json_object_get_member (compose->email, "bodyValues");
  JsonObjectIter iter;

  if (intimail_jmap_node_is_null (node))
    return TRUE;
  if (!JSON_NODE_HOLDS_OBJECT (node))
    return intimail_jmap_compose_fail (compose, "bodyValues", "must be an object");
  compose->body_values = json_node_get_object (node);

  json_object_iter_init (&iter, compose->body_values);
  while (json_object_iter_next (&iter, NULL, &node))
    {
      static const char *const flags[] = { "isEncodingProblem", "isTruncated" };
      JsonObject *value = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;

      if (value == NULL || intimail_jmap_node_get_string (json_object_get_member (value, "value")) == NULL)
        return intimail_jmap_compose_fail (compose, "bodyValues", "each has a value");
      for (gsize i = 0; i < G_N_ELEMENTS (flags); i++)
        {
          gboolean flag = FALSE;

          if (intimail_jmap_compose_is_set (value, flags[i]) && (!intimail_jmap_node_get_boolean (json_object_get_member (value, flags[i]), &flag) || flag))
            return intimail_jmap_compose_fail (compose, "bodyValues", "isEncodingProblem and isTruncated are false or absent");
        }
    }

  return TRUE;
}

static gboolean
check_names (IntimailJmapCompose *compose)
{
  static const char *const others[] = {
    "mailboxIds", "keywords", "receivedAt", "bodyStructure", "bodyValues", "textBody", "htmlBody", "attachments", NULL
  };
  JsonObjectIter iter;
  const char *property;

  json_object_iter_init_ordered (&iter, compose->email);
  while (json_object_iter_next_ordered (&iter, &property, NULL))
    if (!g_strv_contains (others, property) && !intimail_jmap_field_is_property (property))
      return intimail_jmap_compose_fail (compose, property, strcmp (property, "headers") == 0 ? "fields are given one by one" : "cannot be set");

  if (intimail_jmap_compose_is_set (compose->email, "bodyStructure"))
    for (gsize i = 5; others[i] != NULL; i++)
      if (intimail_jmap_compose_is_set (compose->email, others[i]))
        return intimail_jmap_compose_fail (compose, others[i], "the bodyStructure says it already");

  return TRUE;
}

static void
add_defaults (IntimailJmapCompose *compose, IntimailPartBuilder *builder)
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
compose_message (IntimailJmapCompose *compose)
{
  g_autoptr (GHashTable) names = intimail_jmap_compose_new_names ();
  g_autoptr (IntimailPartBuilder) builder = NULL;
  g_autoptr (IntimailPartBuilder) probe = intimail_part_builder_new ("text/plain");
  g_autoptr (GHashTable) again = intimail_jmap_compose_new_names ();

  if (!check_names (compose) || !check_body_values (compose) || !add_email_fields (compose, probe, names))
    return NULL;
  if (intimail_jmap_compose_is_set (compose->email, "bodyStructure"))
    {
      compose->where = "bodyStructure";
      builder = intimail_jmap_compose_build_part (compose, json_object_get_member (compose->email, "bodyStructure"), NULL, NULL, names);
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
  IntimailJmapCompose compose = { .context = context, .email = email, .missing = missing };
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
