/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "message/intimail-part-builder-private.h"

#include <string.h>

#include "message/intimail-base64-part-private.h"
#include "message/intimail-header-text-private.h"

/* RFC 5322 section 2.1.1 without the line end. */
#define MAX_LINE 998
/* More is not set aside before it is written. */
#define MAX_ESTIMATE (256 * 1024 * 1024)

struct _IntimailPartBuilder
{
  char *content_type;
  char *disposition;
  char *file_name;
  GPtrArray *fields;     /* of lines "Name: value\n", folded */
  GHashTable *names;     /* of the fields, lower case */
  GPtrArray *parameters; /* name, value, name, value, ... */
  GBytes *content;
  GMimeContentEncoding encoding; /* while it is written */
  GByteArray view;               /* of the content, for GMime */
  GPtrArray *parts;

  /* The field of addresses being written. */
  char *addresses_name;
  InternetAddressList *addresses;
  InternetAddress *group;
};

gboolean
intimail_part_builder_prepare (GError **error)
{
  return intimail_gmime_load (error);
}

IntimailPartBuilder *
intimail_part_builder_new (const char *content_type)
{
  IntimailPartBuilder *self = g_new0 (IntimailPartBuilder, 1);

  intimail_gmime_require ();
  self->content_type = g_ascii_strdown (content_type, -1);
  self->fields = g_ptr_array_new_with_free_func (g_free);
  self->names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->parameters = g_ptr_array_new_with_free_func (g_free);
  self->parts = g_ptr_array_new_with_free_func ((GDestroyNotify) intimail_part_builder_free);

  return self;
}

void
intimail_part_builder_free (IntimailPartBuilder *self)
{
  g_free (self->content_type);
  g_free (self->disposition);
  g_free (self->file_name);
  g_ptr_array_unref (self->fields);
  g_hash_table_unref (self->names);
  g_ptr_array_unref (self->parameters);
  g_clear_pointer (&self->content, g_bytes_unref);
  g_ptr_array_unref (self->parts);
  g_free (self->addresses_name);
  g_clear_object (&self->addresses);
  g_clear_object (&self->group);
  g_free (self);
}

static gsize
measure_token (const char *text)
{
  gsize length = 0;

  while (text[length] > ' ' && text[length] < 0x7f && strchr ("()<>@,;:\\\"/[]?=", text[length]) == NULL)
    length++;

  return length;
}

gboolean
intimail_part_builder_is_content_type (const char *text)
{
  gsize type = measure_token (text);
  gsize subtype = type > 0 && text[type] == '/' ? measure_token (text + type + 1) : 0;

  return subtype > 0 && text[type + 1 + subtype] == '\0' && type + subtype < 200;
}

gboolean
intimail_part_builder_is_field_name (const char *text)
{
  gsize length = 0;

  while (text[length] > ' ' && text[length] < 0x7f && text[length] != ':')
    length++;

  return length > 0 && length <= 200 && text[length] == '\0';
}

static void
take_field (IntimailPartBuilder *self, const char *name, char *line)
{
  g_hash_table_add (self->names, g_ascii_strdown (name, -1));
  g_ptr_array_add (self->fields, line);
}

gboolean
intimail_part_builder_has_field (IntimailPartBuilder *self, const char *name)
{
  g_autofree char *key = g_ascii_strdown (name, -1);

  return g_hash_table_contains (self->names, key);
}

/* A line end only where white space and something else follow it. */
static gboolean
is_raw_value (const char *value)
{
  gsize line = 0;

  if (!g_utf8_validate (value, -1, NULL))
    return FALSE;
  for (const char *p = value; *p != '\0'; p++)
    {
      line = *p == '\n' ? 0 : line + 1;
      if (line > MAX_LINE - 80)
        return FALSE;
      if (*p == '\r' && p[1] != '\n')
        return FALSE;
      if (*p == '\n' && ((p[1] != ' ' && p[1] != '\t') || p[1 + strspn (p + 1, " \t\r")] == '\n' || p[1 + strspn (p + 1, " \t\r")] == '\0'))
        return FALSE;
      if ((guchar) *p < 0x20 && strchr ("\t\r\n", *p) == NULL)
        return FALSE;
    }

  return TRUE;
}

gboolean
intimail_part_builder_add_raw (IntimailPartBuilder *self, const char *name, const char *value)
{
  g_autoptr (GString) line = g_string_new (name);

  if (!is_raw_value (value))
    return FALSE;

  g_string_append_c (line, ':');
  for (const char *p = value; *p != '\0'; p++)
    if (*p != '\r')
      g_string_append_c (line, *p);
  g_string_append_c (line, '\n');
  take_field (self, name, g_string_free (g_steal_pointer (&line), FALSE));

  return TRUE;
}

void
intimail_part_builder_add_text (IntimailPartBuilder *self, const char *name, const char *text)
{
  take_field (self, name, intimail_header_text_write (name, text));
}

void
intimail_part_builder_add_date (IntimailPartBuilder *self, const char *name, GDateTime *date)
{
  g_autofree char *text = intimail_gmime.g_mime_utils_header_format_date (date);

  take_field (self, name, g_strconcat (name, ": ", text, "\n", NULL));
}

static gboolean
is_bracketable (const char *text)
{
  gsize length = strlen (text);

  if (length == 0 || length > MAX_LINE - 100 || !g_utf8_validate (text, -1, NULL))
    return FALSE;
  for (const char *p = text; *p != '\0'; p++)
    if ((guchar) *p <= ' ' || *p == 0x7f || *p == '<' || *p == '>')
      return FALSE;

  return TRUE;
}

static gboolean
add_bracketed (IntimailPartBuilder *self, const char *name, const char *const *items, const char *separator)
{
  g_autoptr (GString) line = g_string_new (name);

  g_string_append_c (line, ':');
  for (gsize i = 0; items[i] != NULL; i++)
    {
      if (!is_bracketable (items[i]))
        return FALSE;
      g_string_append_printf (line, "%s <%s>", i > 0 ? separator : "", items[i]);
    }
  take_field (self, name, intimail_gmime.g_mime_utils_structured_header_fold (NULL, NULL, line->str));

  return TRUE;
}

gboolean
intimail_part_builder_add_ids (IntimailPartBuilder *self, const char *name, const char *const *ids)
{
  return add_bracketed (self, name, ids, "");
}

gboolean
intimail_part_builder_add_urls (IntimailPartBuilder *self, const char *name, const char *const *urls)
{
  return add_bracketed (self, name, urls, ",");
}

void
intimail_part_builder_begin_addresses (IntimailPartBuilder *self, const char *name)
{
  g_free (self->addresses_name);
  self->addresses_name = g_strdup (name);
  g_clear_object (&self->addresses);
  self->addresses = intimail_gmime.internet_address_list_new ();
}

/* With utf-8 for its name. Takes @address. */
static void
add_to_list (IntimailPartBuilder *self, InternetAddress *address)
{
  InternetAddressGroup *group = self->group != NULL ? (InternetAddressGroup *) self->group : NULL;

  intimail_gmime.internet_address_set_charset (address, "utf-8");
  intimail_gmime.internet_address_list_add (group != NULL ? intimail_gmime.internet_address_group_get_members (group) : self->addresses, address);
  g_object_unref (address);
}

void
intimail_part_builder_begin_group (IntimailPartBuilder *self, const char *name)
{
  g_autofree char *phrase = intimail_header_text_prepare_phrase (*name != '\0' ? name : "group");
  InternetAddress *group = intimail_gmime.internet_address_group_new (phrase);

  add_to_list (self, g_object_ref (group));
  g_clear_object (&self->group);
  self->group = group;
}

gboolean
intimail_part_builder_add_address (IntimailPartBuilder *self, const char *name, const char *email)
{
  g_autofree char *phrase = NULL;

  if (!is_bracketable (email))
    return FALSE;
  phrase = name != NULL ? intimail_header_text_prepare_phrase (name) : NULL;
  add_to_list (self, intimail_gmime.internet_address_mailbox_new (phrase, email));

  return TRUE;
}

void
intimail_part_builder_end_group (IntimailPartBuilder *self)
{
  g_clear_object (&self->group);
}

void
intimail_part_builder_end_addresses (IntimailPartBuilder *self)
{
  GString *line = g_string_new (self->addresses_name);

  g_string_append (line, ": ");
  intimail_gmime.internet_address_list_encode (self->addresses, NULL, line);
  take_field (self, self->addresses_name, g_string_free (line, FALSE));
}

void
intimail_part_builder_set_parameter (IntimailPartBuilder *self, const char *name, const char *value)
{
  g_ptr_array_add (self->parameters, g_strdup (name));
  g_ptr_array_add (self->parameters, g_strdup (value));
}

void
intimail_part_builder_set_disposition (IntimailPartBuilder *self, const char *disposition, const char *file_name)
{
  g_free (self->disposition);
  self->disposition = g_strdup (disposition);
  g_free (self->file_name);
  self->file_name = g_strdup (file_name);
}

void
intimail_part_builder_set_content (IntimailPartBuilder *self, GBytes *content)
{
  g_clear_pointer (&self->content, g_bytes_unref);
  self->content = g_bytes_ref (content);
}

void
intimail_part_builder_take_part (IntimailPartBuilder *self, IntimailPartBuilder *part)
{
  g_ptr_array_add (self->parts, part);
}

static gboolean
is_multipart (IntimailPartBuilder *self)
{
  return g_str_has_prefix (self->content_type, "multipart/");
}

/* RFC 2046 section 5.2.1: a message inside is never encoded. Text that is mostly
 * readable stays so. */
static GMimeContentEncoding
choose_encoding (IntimailPartBuilder *self)
{
  const guchar *data;
  gsize size = 0;
  gsize line = 0;
  gsize longest = 0;
  gsize n_high = 0;
  gsize n_nul = 0;
  gsize n_return = 0;

  data = self->content != NULL ? g_bytes_get_data (self->content, &size) : NULL;
  if (!g_str_has_prefix (self->content_type, "text/") && !g_str_has_prefix (self->content_type, "message/"))
    return size > 0 ? GMIME_CONTENT_ENCODING_BASE64 : GMIME_CONTENT_ENCODING_DEFAULT;
  for (gsize i = 0; i < size; i++)
    {
      line = data[i] == '\n' ? 0 : line + 1;
      longest = MAX (longest, line);
      n_high += data[i] >= 0x80;
      n_nul += data[i] == '\0';
      n_return += data[i] == '\r';
    }

  if (g_str_has_prefix (self->content_type, "message/"))
    return n_high > 0 ? GMIME_CONTENT_ENCODING_8BIT : GMIME_CONTENT_ENCODING_DEFAULT;
  if (n_high == 0 && n_nul == 0 && n_return == 0 && longest <= MAX_LINE)
    return GMIME_CONTENT_ENCODING_DEFAULT;
  /* GMime takes a carriage return before a line end out of quoted-printable. */
  if (n_return > 0)
    return GMIME_CONTENT_ENCODING_BASE64;

  return (n_high + n_nul) * 5 < size ? GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE : GMIME_CONTENT_ENCODING_BASE64;
}

/* The field as it is written already. */
static void
append_field (GMimeObject *object, const char *line)
{
  GMimeHeaderList *headers = intimail_gmime.g_mime_object_get_header_list (object);
  gsize length = strcspn (line, ":");
  g_autofree char *name = g_strndup (line, length);

  intimail_gmime.g_mime_header_list_append (headers, name, "", "utf-8");
  intimail_gmime.g_mime_header_set_raw_value (intimail_gmime.g_mime_header_list_get_header_at (headers, intimail_gmime.g_mime_header_list_get_count (headers) - 1),
                                              line + length + 1);
}

static void
set_type (IntimailPartBuilder *self, GMimeObject *object)
{
  g_auto (GStrv) names = g_strsplit (self->content_type, "/", 2);
  GMimeContentType *type = intimail_gmime.g_mime_content_type_new (names[0], names[1]);
  GMimeParamList *list = intimail_gmime.g_mime_content_type_get_parameters (type);

  for (guint i = 0; i + 1 < self->parameters->len; i += 2)
    intimail_header_text_set_parameter (list, g_ptr_array_index (self->parameters, i), g_ptr_array_index (self->parameters, i + 1));
  if (self->disposition == NULL && self->file_name != NULL)
    intimail_header_text_set_parameter (list, "name", self->file_name);
  if (is_multipart (self))
    {
      g_autofree char *uuid = g_uuid_string_random ();
      /* "=_" cannot stand in base64 or quoted-printable. */
      g_autofree char *boundary = g_strconcat ("=_", uuid, NULL);

      intimail_gmime.g_mime_param_list_set_parameter (list, "boundary", boundary);
    }
  intimail_gmime.g_mime_object_set_content_type (object, type);
  g_object_unref (type);
}

static void
set_disposition (IntimailPartBuilder *self, GMimeObject *object)
{
  GMimeContentDisposition *disposition;

  if (self->disposition == NULL || intimail_part_builder_has_field (self, "Content-Disposition"))
    return;
  disposition = intimail_gmime.g_mime_content_disposition_new ();
  intimail_gmime.g_mime_content_disposition_set_disposition (disposition, self->disposition);
  if (self->file_name != NULL)
    intimail_header_text_set_parameter (intimail_gmime.g_mime_content_disposition_get_parameters (disposition), "filename", self->file_name);
  intimail_gmime.g_mime_object_set_content_disposition (object, disposition);
  g_object_unref (disposition);
}

/* The content is not copied: GMime reads it where it lies. */
static GMimeObject *
make_part (IntimailPartBuilder *self)
{
  g_autoptr (GMimeStream) stream = NULL;
  GMimeDataWrapper *wrapper;
  GMimePart *part;
  gsize size;

  if (self->encoding == GMIME_CONTENT_ENCODING_BASE64)
    return intimail_base64_part_new (self->content);
  part = intimail_gmime.g_mime_part_new ();
  if (self->content == NULL)
    return (GMimeObject *) part;
  self->view.data = (guint8 *) g_bytes_get_data (self->content, &size);
  self->view.len = (guint) size;
  stream = intimail_gmime.g_mime_stream_mem_new_with_byte_array (&self->view);
  intimail_gmime.g_mime_stream_mem_set_owner ((GMimeStreamMem *) stream, FALSE);
  wrapper = intimail_gmime.g_mime_data_wrapper_new_with_stream (stream, GMIME_CONTENT_ENCODING_BINARY);
  intimail_gmime.g_mime_part_set_content (part, wrapper);
  g_object_unref (wrapper);

  return (GMimeObject *) part;
}

static GMimeObject *make_object (IntimailPartBuilder *self,
                                 GMimeObject *header);

static GMimeObject *
make_multipart (IntimailPartBuilder *self)
{
  GMimeMultipart *multipart = intimail_gmime.g_mime_multipart_new ();

  for (guint i = 0; i < self->parts->len; i++)
    {
      g_autoptr (GMimeObject) part = make_object (g_ptr_array_index (self->parts, i), NULL);

      intimail_gmime.g_mime_multipart_add (multipart, part);
    }

  return (GMimeObject *) multipart;
}

/* The fields that describe no content go to @header, for the root; NULL is the part
 * itself. */
static GMimeObject *
make_object (IntimailPartBuilder *self, GMimeObject *header)
{
  GMimeObject *object;

  self->encoding = choose_encoding (self);
  object = is_multipart (self) ? make_multipart (self) : make_part (self);

  if (!intimail_part_builder_has_field (self, "Content-Type"))
    set_type (self, object);
  set_disposition (self, object);
  if (!is_multipart (self))
    intimail_gmime.g_mime_part_set_content_encoding ((GMimePart *) object, self->encoding);
  for (guint i = 0; i < self->fields->len; i++)
    append_field (header != NULL ? header : object, g_ptr_array_index (self->fields, i));

  return object;
}

/* About how many bytes will be written: an array that grows to hold them would be copied
 * again and again. */
static gsize
estimate_size (IntimailPartBuilder *self)
{
  gsize size = 1024 + (self->content != NULL ? g_bytes_get_size (self->content) / 57 * 78 : 0);

  for (guint i = 0; i < self->parts->len; i++)
    size += estimate_size (g_ptr_array_index (self->parts, i));

  return size;
}

GBytes *
intimail_part_builder_build (IntimailPartBuilder *self)
{
  GMimeMessage *message = intimail_gmime.g_mime_message_new (FALSE);
  g_autoptr (GMimeObject) root = NULL;
  GByteArray *bytes = g_byte_array_sized_new ((guint) MIN (estimate_size (self), MAX_ESTIMATE));
  g_autoptr (GMimeStream) stream = intimail_gmime.g_mime_stream_mem_new_with_byte_array (bytes);

  if (!intimail_part_builder_has_field (self, "MIME-Version"))
    take_field (self, "MIME-Version", g_strdup ("MIME-Version: 1.0\n"));
  root = make_object (self, (GMimeObject *) message);
  intimail_gmime.g_mime_message_set_mime_part (message, root);
  /* What was given without a line end has none. */
  ((GMimeObject *) message)->ensure_newline = FALSE;
  intimail_gmime.g_mime_object_write_to_stream ((GMimeObject *) message, NULL, stream);
  g_object_unref (message);
  intimail_gmime.g_mime_stream_mem_set_owner ((GMimeStreamMem *) stream, FALSE);

  return g_byte_array_free_to_bytes (bytes);
}
