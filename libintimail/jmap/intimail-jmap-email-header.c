/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "jmap/intimail-jmap-email-header-private.h"

#include <string.h>

#include <intimail/intimail-address.h>

#include "jmap/intimail-jmap-args-private.h"
#include "message/intimail-field-private.h"

static const char *const form_names[] = {
  [INTIMAIL_JMAP_FORM_RAW] = "asRaw",
  [INTIMAIL_JMAP_FORM_TEXT] = "asText",
  [INTIMAIL_JMAP_FORM_ADDRESSES] = "asAddresses",
  [INTIMAIL_JMAP_FORM_GROUPED_ADDRESSES] = "asGroupedAddresses",
  [INTIMAIL_JMAP_FORM_MESSAGE_IDS] = "asMessageIds",
  [INTIMAIL_JMAP_FORM_DATE] = "asDate",
  [INTIMAIL_JMAP_FORM_URLS] = "asURLs",
};

#define RAW (1u << INTIMAIL_JMAP_FORM_RAW)
#define TEXT (RAW | 1u << INTIMAIL_JMAP_FORM_TEXT)
#define ADDRESSES (RAW | 1u << INTIMAIL_JMAP_FORM_ADDRESSES | 1u << INTIMAIL_JMAP_FORM_GROUPED_ADDRESSES)
#define MESSAGE_IDS (RAW | 1u << INTIMAIL_JMAP_FORM_MESSAGE_IDS)
#define DATE (RAW | 1u << INTIMAIL_JMAP_FORM_DATE)
#define URLS (RAW | 1u << INTIMAIL_JMAP_FORM_URLS)

/* The fields that RFC 5322 and RFC 2369 define, with the forms that RFC 8621
 * section 4.1.2 gives them. Any other field has all forms. */
static const struct
{
  const char *name;
  guint forms;
} field_forms[] = {
  { "Bcc", ADDRESSES },
  { "Cc", ADDRESSES },
  { "Comments", TEXT },
  { "Date", DATE },
  { "From", ADDRESSES },
  { "In-Reply-To", MESSAGE_IDS },
  { "Keywords", TEXT },
  { "List-Archive", URLS },
  { "List-Help", URLS },
  { "List-Id", TEXT },
  { "List-Owner", URLS },
  { "List-Post", URLS },
  { "List-Subscribe", URLS },
  { "List-Unsubscribe", URLS },
  { "Message-ID", MESSAGE_IDS },
  { "Received", RAW },
  { "References", MESSAGE_IDS },
  { "Reply-To", ADDRESSES },
  { "Resent-Bcc", ADDRESSES },
  { "Resent-Cc", ADDRESSES },
  { "Resent-Date", DATE },
  { "Resent-From", ADDRESSES },
  { "Resent-Message-ID", MESSAGE_IDS },
  { "Resent-Reply-To", ADDRESSES },
  { "Resent-Sender", ADDRESSES },
  { "Resent-To", ADDRESSES },
  { "Return-Path", RAW },
  { "Sender", ADDRESSES },
  { "Subject", TEXT },
  { "To", ADDRESSES },
};

static gboolean
has_form (const char *name, IntimailJmapForm form)
{
  for (gsize i = 0; i < G_N_ELEMENTS (field_forms); i++)
    if (g_ascii_strcasecmp (name, field_forms[i].name) == 0)
      return (field_forms[i].forms & 1u << form) != 0;

  return TRUE;
}

static gboolean
parse_form (const char *name, IntimailJmapForm *form)
{
  for (gsize i = 0; i < G_N_ELEMENTS (form_names); i++)
    if (strcmp (name, form_names[i]) == 0)
      {
        *form = i;
        return TRUE;
      }

  return FALSE;
}

static gboolean
is_field_name (const char *name)
{
  for (const char *p = name; *p != '\0'; p++)
    if (*p <= ' ' || *p >= 0x7f)
      return FALSE;

  return *name != '\0';
}

IntimailJmapHeader *
intimail_jmap_header_parse (const char *property, GError **error)
{
  g_auto (GStrv) parts = g_strsplit (property, ":", -1);
  guint n_parts = g_strv_length (parts);
  IntimailJmapForm form = INTIMAIL_JMAP_FORM_RAW;
  gboolean all = FALSE;
  IntimailJmapHeader *header;
  guint next = 2;

  if (next < n_parts && parse_form (parts[next], &form))
    next++;
  if (next < n_parts && strcmp (parts[next], "all") == 0)
    {
      all = TRUE;
      next++;
    }
  if (n_parts < 2 || next != n_parts || strcmp (parts[0], "header") != 0 || !is_field_name (parts[1]))
    {
      intimail_jmap_args_set_error (error, "properties", "\"%s\" is malformed", property);
      return NULL;
    }
  if (!has_form (parts[1], form))
    {
      intimail_jmap_args_set_error (error, "properties", "\"%s\" does not have that form", property);
      return NULL;
    }

  header = g_new0 (IntimailJmapHeader, 1);
  header->property = g_strdup (property);
  header->name = g_strdup (parts[1]);
  header->form = form;
  header->all = all;

  return header;
}

void
intimail_jmap_header_free (IntimailJmapHeader *header)
{
  g_free (header->property);
  g_free (header->name);
  g_free (header);
}

static JsonNode *
string_node_take (char *value)
{
  JsonNode *node;

  if (value == NULL)
    return json_node_init_null (json_node_alloc ());
  node = json_node_init_string (json_node_alloc (), value);
  g_free (value);

  return node;
}

static JsonNode *
array_node_take (JsonArray *array)
{
  JsonNode *node = json_node_init_array (json_node_alloc (), array);

  json_array_unref (array);
  return node;
}

static JsonNode *
strings_node_take (char **values)
{
  JsonNode *node;

  if (values == NULL)
    return json_node_init_null (json_node_alloc ());
  node = array_node_take (intimail_jmap_array_new_strings ((const char *const *) values));
  g_strfreev (values);

  return node;
}

static void
add_address (JsonArray *array, IntimailAddress *address)
{
  JsonObject *object = json_object_new ();
  const char *name = intimail_address_get_name (address);

  intimail_jmap_object_set_string_or_null (object, "name", name != NULL && *name != '\0' ? name : NULL);
  json_object_set_string_member (object, "email", intimail_address_get_email (address));
  json_array_add_object_element (array, object);
}

static JsonArray *
addresses_to_array (GPtrArray *addresses)
{
  JsonArray *array = json_array_sized_new (addresses->len);

  for (guint i = 0; i < addresses->len; i++)
    add_address (array, g_ptr_array_index (addresses, i));

  return array;
}

JsonNode *
intimail_jmap_addresses_to_node (GPtrArray *addresses)
{
  if (addresses == NULL || addresses->len == 0)
    return json_node_init_null (json_node_alloc ());

  return array_node_take (addresses_to_array (addresses));
}

static JsonNode *
to_addresses (IntimailField *field)
{
  g_autoptr (GPtrArray) addresses = intimail_field_get_addresses (field);

  return array_node_take (addresses_to_array (addresses));
}

static JsonNode *
to_grouped_addresses (IntimailField *field)
{
  g_autoptr (GPtrArray) groups = intimail_field_get_groups (field);
  JsonArray *array = json_array_new ();

  for (guint i = 0; i < groups->len; i++)
    {
      const IntimailFieldGroup *group = g_ptr_array_index (groups, i);
      JsonObject *object = json_object_new ();

      intimail_jmap_object_set_string_or_null (object, "name", group->name);
      json_object_set_array_member (object, "addresses", addresses_to_array (group->addresses));
      json_array_add_object_element (array, object);
    }

  return array_node_take (array);
}

char *
intimail_jmap_date_format (GDateTime *date)
{
  if (g_date_time_get_utc_offset (date) == 0)
    return g_date_time_format (date, "%Y-%m-%dT%H:%M:%SZ");

  return g_date_time_format (date, "%Y-%m-%dT%H:%M:%S%:z");
}

static JsonNode *
to_date (IntimailField *field)
{
  g_autoptr (GDateTime) date = intimail_field_get_date (field);

  return string_node_take (date != NULL ? intimail_jmap_date_format (date) : NULL);
}

static JsonNode *
field_to_node (IntimailField *field, IntimailJmapForm form)
{
  switch (form)
    {
    case INTIMAIL_JMAP_FORM_RAW:
      return string_node_take (intimail_field_get_raw (field));
    case INTIMAIL_JMAP_FORM_TEXT:
      return string_node_take (intimail_field_get_text (field));
    case INTIMAIL_JMAP_FORM_ADDRESSES:
      return to_addresses (field);
    case INTIMAIL_JMAP_FORM_GROUPED_ADDRESSES:
      return to_grouped_addresses (field);
    case INTIMAIL_JMAP_FORM_MESSAGE_IDS:
      return strings_node_take (intimail_field_get_message_ids (field));
    case INTIMAIL_JMAP_FORM_DATE:
      return to_date (field);
    case INTIMAIL_JMAP_FORM_URLS:
      return strings_node_take (intimail_field_get_urls (field));
    }

  return json_node_init_null (json_node_alloc ());
}

JsonNode *
intimail_jmap_header_get_node (const IntimailJmapHeader *header, IntimailPart *part)
{
  GPtrArray *fields = intimail_part_get_headers (part);
  JsonArray *all = header->all ? json_array_new () : NULL;

  for (guint i = fields->len; i > 0 && !header->all; i--)
    {
      IntimailField *field = g_ptr_array_index (fields, i - 1);

      if (g_ascii_strcasecmp (intimail_field_get_name (field), header->name) == 0)
        return field_to_node (field, header->form);
    }
  for (guint i = 0; i < fields->len && header->all; i++)
    {
      IntimailField *field = g_ptr_array_index (fields, i);

      if (g_ascii_strcasecmp (intimail_field_get_name (field), header->name) == 0)
        json_array_add_element (all, field_to_node (field, header->form));
    }

  return header->all ? array_node_take (all) : json_node_init_null (json_node_alloc ());
}

JsonNode *
intimail_jmap_headers_to_node (IntimailPart *part)
{
  GPtrArray *fields = intimail_part_get_headers (part);
  JsonArray *array = json_array_sized_new (fields->len);

  for (guint i = 0; i < fields->len; i++)
    {
      IntimailField *field = g_ptr_array_index (fields, i);
      g_autofree char *value = intimail_field_get_raw (field);
      JsonObject *object = json_object_new ();

      json_object_set_string_member (object, "name", intimail_field_get_name (field));
      json_object_set_string_member (object, "value", value);
      json_array_add_object_element (array, object);
    }

  return array_node_take (array);
}
