/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "jmap/intimail-jmap-email-body-private.h"

#include <string.h>

#include "jmap/intimail-jmap-args-private.h"
#include "jmap/intimail-jmap-email-header-private.h"

typedef enum
{
  PART_ID,
  PART_BLOB_ID,
  PART_SIZE,
  PART_NAME,
  PART_TYPE,
  PART_CHARSET,
  PART_DISPOSITION,
  PART_CID,
  PART_LANGUAGE,
  PART_LOCATION,
  PART_SUB_PARTS,
  PART_HEADERS,
  PART_FILE_NAME,
  PART_DISGUISED,
} PartProperty;

static const char *const part_properties[] = {
  [PART_ID] = "partId",
  [PART_BLOB_ID] = "blobId",
  [PART_SIZE] = "size",
  [PART_NAME] = "name",
  [PART_TYPE] = "type",
  [PART_CHARSET] = "charset",
  [PART_DISPOSITION] = "disposition",
  [PART_CID] = "cid",
  [PART_LANGUAGE] = "language",
  [PART_LOCATION] = "location",
  [PART_SUB_PARTS] = "subParts",
  [PART_HEADERS] = "headers",
  /* Our own; who does not ask for them does not see them. */
  [PART_FILE_NAME] = "intimailFileName",
  [PART_DISGUISED] = "intimailDisguised",
};

/* RFC 8621 section 4.2: all before these two. */
#define DEFAULT_PROPERTIES ((1u << PART_SUB_PARTS) - 1)

static gboolean
add_property (IntimailJmapBodyFetch *fetch, const char *name, GError **error)
{
  for (guint i = 0; i < G_N_ELEMENTS (part_properties); i++)
    if (strcmp (name, part_properties[i]) == 0)
      {
        fetch->properties |= 1u << i;
        return TRUE;
      }

  if (g_str_has_prefix (name, "header:"))
    {
      IntimailJmapHeader *header = intimail_jmap_header_parse (name, error);

      if (header == NULL)
        return FALSE;
      g_ptr_array_add (fetch->headers, header);
      return TRUE;
    }

  intimail_jmap_args_set_error (error, "bodyProperties", "no property \"%s\"", name);
  return FALSE;
}

gboolean
intimail_jmap_body_fetch_init (IntimailJmapBodyFetch *fetch, JsonObject *arguments, GError **error)
{
  g_autoptr (GPtrArray) names = NULL;

  fetch->properties = 0;
  fetch->headers = g_ptr_array_new_with_free_func ((GDestroyNotify) intimail_jmap_header_free);

  if (!intimail_jmap_args_get_strings (arguments, "bodyProperties", &names, error))
    return FALSE;
  if (names == NULL)
    fetch->properties = DEFAULT_PROPERTIES;
  for (guint i = 0; names != NULL && i < names->len; i++)
    if (!add_property (fetch, g_ptr_array_index (names, i), error))
      return FALSE;

  return TRUE;
}

void
intimail_jmap_body_fetch_clear (IntimailJmapBodyFetch *fetch)
{
  g_clear_pointer (&fetch->headers, g_ptr_array_unref);
}

char *
intimail_jmap_body_make_blob_id (const char *email_id, const char *part_id)
{
  char *blob_id = g_strconcat ("p", email_id, "_", part_id, NULL);

  return g_strdelimit (blob_id, ".", '_');
}

static void
set_identity (JsonObject *object, guint properties, const char *email_id, IntimailPart *part)
{
  gboolean leaf = !intimail_part_is_multipart (part);

  if (properties & (1u << PART_ID))
    intimail_jmap_object_set_string_or_null (object, "partId", leaf ? intimail_part_get_id (part) : NULL);
  if (properties & (1u << PART_BLOB_ID))
    {
      g_autofree char *blob_id = NULL;

      if (leaf && email_id != NULL)
        blob_id = intimail_jmap_body_make_blob_id (email_id, intimail_part_get_id (part));
      intimail_jmap_object_set_string_or_null (object, "blobId", blob_id);
    }
  if (properties & (1u << PART_SIZE))
    json_object_set_int_member (object, "size", leaf ? intimail_part_get_size (part) : 0);
}

/* What the content says of itself. */
static void
set_judgement (JsonObject *object, guint properties, IntimailPart *part)
{
  gboolean leaf = !intimail_part_is_multipart (part);

  if (properties & (1u << PART_FILE_NAME))
    {
      g_autofree char *name = leaf ? intimail_part_make_file_name (part) : NULL;

      intimail_jmap_object_set_string_or_null (object, "intimailFileName", name);
    }
  if (properties & (1u << PART_DISGUISED))
    json_object_set_boolean_member (object, "intimailDisguised", leaf && intimail_part_is_disguised (part));
}

static void
set_description (JsonObject *object, guint properties, IntimailPart *part)
{
  const struct
  {
    PartProperty property;
    const char *value;
  } strings[] = {
    { PART_NAME, intimail_part_get_name (part) },
    { PART_TYPE, intimail_part_get_content_type (part) },
    { PART_CHARSET, intimail_part_get_charset (part) },
    { PART_DISPOSITION, intimail_part_get_disposition (part) },
    { PART_CID, intimail_part_get_content_id (part) },
    { PART_LOCATION, intimail_part_get_content_location (part) },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (strings); i++)
    if (properties & (1u << strings[i].property))
      {
        const char *value = strings[i].value;

        if (value != NULL && *value == '\0')
          value = NULL;
        intimail_jmap_object_set_string_or_null (object, part_properties[strings[i].property], value);
      }

  if (properties & (1u << PART_LANGUAGE))
    {
      const char *const *languages = intimail_part_get_languages (part);

      if (languages == NULL || *languages == NULL)
        json_object_set_null_member (object, "language");
      else
        json_object_set_array_member (object, "language", intimail_jmap_array_new_strings (languages));
    }
}

static JsonNode *
sub_parts_to_node (const IntimailJmapBodyFetch *fetch, const char *email_id, IntimailPart *part)
{
  GPtrArray *parts = intimail_part_get_parts (part);
  JsonArray *array = json_array_sized_new (parts != NULL ? parts->len : 0);
  JsonNode *node = json_node_init_array (json_node_alloc (), array);

  for (guint i = 0; parts != NULL && i < parts->len; i++)
    json_array_add_element (array, intimail_jmap_body_part_to_node (fetch, email_id, g_ptr_array_index (parts, i), TRUE));

  json_array_unref (array);
  return node;
}

JsonNode *
intimail_jmap_body_part_to_node (const IntimailJmapBodyFetch *fetch, const char *email_id, IntimailPart *part, gboolean recurse)
{
  JsonObject *object = json_object_new ();
  JsonNode *node = json_node_init_object (json_node_alloc (), object);

  set_identity (object, fetch->properties, email_id, part);
  set_description (object, fetch->properties, part);
  set_judgement (object, fetch->properties, part);
  if (fetch->properties & (1u << PART_HEADERS))
    json_object_set_member (object, "headers", intimail_jmap_headers_to_node (part));
  for (guint i = 0; i < fetch->headers->len; i++)
    {
      const IntimailJmapHeader *header = g_ptr_array_index (fetch->headers, i);

      json_object_set_member (object, header->property, intimail_jmap_header_get_node (header, part));
    }

  /* A structure without what is in it would be none: asked for or not. */
  if (recurse && intimail_part_is_multipart (part))
    json_object_set_member (object, "subParts", sub_parts_to_node (fetch, email_id, part));
  else if (fetch->properties & (1u << PART_SUB_PARTS))
    json_object_set_null_member (object, "subParts");

  json_object_unref (object);
  return node;
}

JsonNode *
intimail_jmap_body_parts_to_node (const IntimailJmapBodyFetch *fetch, const char *email_id, GPtrArray *parts)
{
  JsonArray *array = json_array_sized_new (parts->len);
  JsonNode *node = json_node_init_array (json_node_alloc (), array);

  for (guint i = 0; i < parts->len; i++)
    json_array_add_element (array, intimail_jmap_body_part_to_node (fetch, email_id, g_ptr_array_index (parts, i), FALSE));

  json_array_unref (array);
  return node;
}

/* Where the tag begins in which @length ends, or @length when it ends in none. */
static gsize
find_open_tag (const char *html, gsize length)
{
  gsize start = 0;
  gboolean in_tag = FALSE;
  char quote = '\0';

  for (gsize i = 0; i < length; i++)
    {
      char c = html[i];

      if (!in_tag && c == '<' && (g_ascii_isalpha (html[i + 1]) || strchr ("/!?", html[i + 1]) != NULL))
        {
          in_tag = TRUE;
          start = i;
          quote = '\0';
        }
      else if (in_tag && quote != '\0')
        quote = c == quote ? '\0' : quote;
      else if (in_tag && (c == '"' || c == '\''))
        quote = html[start + 1] == '!' ? '\0' : c;
      else if (in_tag && c == '>')
        in_tag = FALSE;
    }

  return in_tag ? start : length;
}

gsize
intimail_jmap_body_get_cut (const char *text, gsize max_bytes, gboolean html)
{
  gsize cut = max_bytes;

  while (cut > 0 && ((guchar) text[cut] & 0xc0) == 0x80)
    cut--;
  if (html)
    cut = find_open_tag (text, cut);

  return cut;
}

/* CRLF becomes LF, in place. */
static void
unify_line_ends (char *text)
{
  char *out = text;

  for (const char *in = text; *in != '\0'; in++)
    if (in[0] != '\r' || in[1] != '\n')
      *out++ = *in;
  *out = '\0';
}

static JsonObject *
make_body_value (IntimailPart *part, gsize max_bytes)
{
  gboolean problem = FALSE;
  gboolean truncated = FALSE;
  g_autofree char *text = intimail_part_get_text (part, &problem, NULL);
  JsonObject *object = json_object_new ();

  if (text == NULL)
    {
      text = g_strdup ("");
      problem = TRUE;
    }
  unify_line_ends (text);
  if (max_bytes > 0 && strlen (text) > max_bytes)
    {
      gboolean html = g_strcmp0 (intimail_part_get_content_type (part), "text/html") == 0;

      text[intimail_jmap_body_get_cut (text, max_bytes, html)] = '\0';
      truncated = TRUE;
    }

  json_object_set_string_member (object, "value", text);
  json_object_set_boolean_member (object, "isEncodingProblem", problem);
  json_object_set_boolean_member (object, "isTruncated", truncated);

  return object;
}

static void
add_body_value (JsonObject *values, IntimailPart *part, gsize max_bytes)
{
  const char *id = intimail_part_get_id (part);

  if (g_str_has_prefix (intimail_part_get_content_type (part), "text/") && !json_object_has_member (values, id))
    json_object_set_object_member (values, id, make_body_value (part, max_bytes));
}

static void
add_body_values (JsonObject *values, GPtrArray *parts, gsize max_bytes)
{
  for (guint i = 0; i < parts->len; i++)
    add_body_value (values, g_ptr_array_index (parts, i), max_bytes);
}

static void
add_all_body_values (JsonObject *values, IntimailPart *part, gsize max_bytes)
{
  GPtrArray *parts = intimail_part_get_parts (part);

  if (!intimail_part_is_multipart (part))
    {
      add_body_value (values, part, max_bytes);
      return;
    }
  for (guint i = 0; parts != NULL && i < parts->len; i++)
    add_all_body_values (values, g_ptr_array_index (parts, i), max_bytes);
}

JsonNode *
intimail_jmap_body_values_to_node (IntimailMessage *message, guint which, gsize max_bytes)
{
  JsonObject *values = json_object_new ();
  JsonNode *node = json_node_init_object (json_node_alloc (), values);

  if (which & INTIMAIL_JMAP_BODY_VALUES_ALL)
    add_all_body_values (values, intimail_message_get_root (message), max_bytes);
  if (which & INTIMAIL_JMAP_BODY_VALUES_TEXT)
    add_body_values (values, intimail_message_get_text_body (message), max_bytes);
  if (which & INTIMAIL_JMAP_BODY_VALUES_HTML)
    add_body_values (values, intimail_message_get_html_body (message), max_bytes);

  json_object_unref (values);
  return node;
}
