/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "message/intimail-part-builder-private.h"

#include <string.h>

#include <intimail/intimail-address.h>

#include "message/intimail-content-part-private.h"
#include "message/intimail-header-text-private.h"
#include "message/intimail-mime-stream-private.h"

/* RFC 5322 section 2.1.1 without the line end: what a line may have, and what it should. */
#define MAX_LINE 998
#define MAX_TEXT_LINE 78
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
  IntimailContent *content;
  GMimeContentEncoding encoding; /* while it is written */
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
  g_clear_pointer (&self->content, intimail_content_unref);
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

/* A quoted local part may have spaces and brackets. */
static gboolean
is_quoted_address (const char *email)
{
  g_autoptr (IntimailAddress) address = *email == '"' ? intimail_address_parse (email, NULL) : NULL;

  return address != NULL && strcmp (intimail_address_get_email (address), email) == 0;
}

gboolean
intimail_part_builder_add_address (IntimailPartBuilder *self, const char *name, const char *email)
{
  g_autofree char *phrase = NULL;

  if (!is_bracketable (email) && !is_quoted_address (email))
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
intimail_part_builder_set_source (IntimailPartBuilder *self, IntimailContent *source)
{
  intimail_content_ref (source);
  g_clear_pointer (&self->content, intimail_content_unref);
  self->content = source;
}

void
intimail_part_builder_set_content (IntimailPartBuilder *self, GBytes *content)
{
  g_autoptr (IntimailContent) source = intimail_content_new_bytes (content);

  intimail_part_builder_set_source (self, source);
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

static gboolean
is_message (IntimailPartBuilder *self)
{
  return g_str_has_prefix (self->content_type, "message/");
}

/* Text that is mostly readable stays so. */
static GMimeContentEncoding
choose_text_encoding (const IntimailContentTraits *traits)
{
  if (traits->n_high == 0 && traits->n_nul == 0 && traits->n_return == 0 && traits->longest <= MAX_TEXT_LINE)
    return GMIME_CONTENT_ENCODING_DEFAULT;
  /* A carriage return would not outlive quoted-printable: it is part of a line end there. */
  if (traits->n_return > 0)
    return GMIME_CONTENT_ENCODING_BASE64;

  return (traits->n_high + traits->n_nul) * 5 < traits->size ? GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE : GMIME_CONTENT_ENCODING_BASE64;
}

/* RFC 2046 section 5.2.1: a message inside is never encoded. One with lines that no server
 * takes goes as a file. */
static GMimeContentEncoding
choose_message_encoding (IntimailPartBuilder *self, const IntimailContentTraits *traits)
{
  if (traits->n_nul == 0 && traits->longest <= MAX_LINE)
    return traits->n_high > 0 ? GMIME_CONTENT_ENCODING_8BIT : GMIME_CONTENT_ENCODING_DEFAULT;
  g_free (self->content_type);
  self->content_type = g_strdup ("application/octet-stream");

  return GMIME_CONTENT_ENCODING_BASE64;
}

static gboolean
has_parameter (IntimailPartBuilder *self, const char *name)
{
  for (guint i = 0; i + 1 < self->parameters->len; i += 2)
    if (g_ascii_strcasecmp (g_ptr_array_index (self->parameters, i), name) == 0)
      return TRUE;

  return FALSE;
}

/* Text of which nobody says the charset would be read as US-ASCII. */
static void
guess_charset (IntimailPartBuilder *self, const IntimailContentTraits *traits)
{
  if (traits->n_high > 0 && traits->utf8 && !has_parameter (self, "charset"))
    intimail_part_builder_set_parameter (self, "charset", "utf-8");
}

/* What can be read only once is not looked at before. */
static gboolean
choose_encoding (IntimailPartBuilder *self, GCancellable *cancellable, GError **error)
{
  gboolean text = g_str_has_prefix (self->content_type, "text/");
  IntimailContentTraits traits = { 0 };

  self->encoding = GMIME_CONTENT_ENCODING_DEFAULT;
  if (self->content == NULL || intimail_content_get_size (self->content) == 0)
    return TRUE;
  self->encoding = is_message (self) ? GMIME_CONTENT_ENCODING_8BIT : GMIME_CONTENT_ENCODING_BASE64;
  if ((!text && !is_message (self)) || !intimail_content_is_repeatable (self->content))
    return TRUE;
  if (!intimail_content_scan (self->content, &traits, cancellable, error))
    return FALSE;
  if (text)
    guess_charset (self, &traits);
  self->encoding = text ? choose_text_encoding (&traits) : choose_message_encoding (self, &traits);

  return TRUE;
}

/* Of all parts. RFC 2045 section 6.4: what has a part of 8 bits says so, too. */
static gboolean
choose_encodings (IntimailPartBuilder *self, GCancellable *cancellable, GError **error)
{
  if (!choose_encoding (self, cancellable, error))
    return FALSE;
  for (guint i = 0; i < self->parts->len; i++)
    {
      IntimailPartBuilder *part = g_ptr_array_index (self->parts, i);

      if (!choose_encodings (part, cancellable, error))
        return FALSE;
      if (part->encoding == GMIME_CONTENT_ENCODING_8BIT)
        self->encoding = GMIME_CONTENT_ENCODING_8BIT;
    }

  return TRUE;
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

static GMimeObject *
make_part (IntimailPartBuilder *self)
{
  return self->content != NULL ? intimail_content_part_new (self->content) : (GMimeObject *) intimail_gmime.g_mime_part_new ();
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
  GMimeObject *object = is_multipart (self) ? make_multipart (self) : make_part (self);

  if (!intimail_part_builder_has_field (self, "Content-Type"))
    set_type (self, object);
  set_disposition (self, object);
  if (!is_multipart (self))
    intimail_gmime.g_mime_part_set_content_encoding ((GMimePart *) object, self->encoding);
  else if (self->encoding == GMIME_CONTENT_ENCODING_8BIT)
    append_field (object, "Content-Transfer-Encoding: 8bit\n");
  for (guint i = 0; i < self->fields->len; i++)
    append_field (header != NULL ? header : object, g_ptr_array_index (self->fields, i));

  return object;
}

gboolean
intimail_part_builder_write (IntimailPartBuilder *self, GOutputStream *output, GCancellable *cancellable, GError **error)
{
  g_autoptr (GMimeObject) message = NULL;
  g_autoptr (GMimeObject) root = NULL;
  g_autoptr (GMimeStream) stream = NULL;

  if (!choose_encodings (self, cancellable, error))
    return FALSE;
  if (!intimail_part_builder_has_field (self, "MIME-Version"))
    take_field (self, "MIME-Version", g_strdup ("MIME-Version: 1.0\n"));
  message = (GMimeObject *) intimail_gmime.g_mime_message_new (FALSE);
  stream = intimail_mime_stream_new (output, cancellable);
  root = make_object (self, message);
  intimail_gmime.g_mime_message_set_mime_part ((GMimeMessage *) message, root);
  /* What was given without a line end has none. */
  message->ensure_newline = FALSE;
  intimail_gmime.g_mime_object_write_to_stream (message, NULL, stream);

  return intimail_mime_stream_finish (INTIMAIL_MIME_STREAM (stream), error);
}

/* About how many bytes will be written: an array that grows to hold them would be copied
 * again and again. */
static gsize
estimate_size (IntimailPartBuilder *self)
{
  gint64 content = self->content != NULL ? intimail_content_get_size (self->content) : 0;
  gsize size = 1024 + (gsize) CLAMP (content, 0, MAX_ESTIMATE) / 57 * 78;

  for (guint i = 0; i < self->parts->len; i++)
    size += estimate_size (g_ptr_array_index (self->parts, i));

  return size;
}

GBytes *
intimail_part_builder_build (IntimailPartBuilder *self, GError **error)
{
  gsize size = MIN (estimate_size (self), MAX_ESTIMATE);
  g_autoptr (GOutputStream) stream = g_memory_output_stream_new (g_malloc (size), size, g_realloc, g_free);

  if (!intimail_part_builder_write (self, stream, NULL, error) || !g_output_stream_close (stream, NULL, error))
    return NULL;

  return g_memory_output_stream_steal_as_bytes (G_MEMORY_OUTPUT_STREAM (stream));
}
