/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "message/intimail-part-builder-private.h"

#include <string.h>

#include "message/intimail-header-writer-private.h"

/* RFC 5322 section 2.1.1 without the line end; RFC 2045 sections 6.7 and 6.8. */
#define MAX_LINE 998
#define ENCODED_LINE 76

typedef enum
{
  ENCODING_7BIT,
  ENCODING_8BIT,
  ENCODING_QUOTED_PRINTABLE,
  ENCODING_BASE64,
} Encoding;

struct _IntimailPartBuilder
{
  char *content_type;
  char *disposition;
  char *file_name;
  GString *fields;
  GHashTable *names;     /* of the fields, lower case */
  GPtrArray *parameters; /* name, value, name, value, ... */
  GBytes *content;
  GPtrArray *parts;

  IntimailHeaderWriter addresses; /* the field being written */
  gboolean first_address;
};

IntimailPartBuilder *
intimail_part_builder_new (const char *content_type)
{
  IntimailPartBuilder *self = g_new0 (IntimailPartBuilder, 1);

  self->content_type = g_ascii_strdown (content_type, -1);
  self->fields = g_string_new (NULL);
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
  g_string_free (self->fields, TRUE);
  g_hash_table_unref (self->names);
  g_ptr_array_unref (self->parameters);
  g_clear_pointer (&self->content, g_bytes_unref);
  g_ptr_array_unref (self->parts);
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
note_name (IntimailPartBuilder *self, const char *name)
{
  g_hash_table_add (self->names, g_ascii_strdown (name, -1));
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
  if (!is_raw_value (value))
    return FALSE;

  note_name (self, name);
  g_string_append_printf (self->fields, "%s:", name);
  for (const char *p = value; *p != '\0'; p++)
    if (*p != '\r')
      g_string_append_c (self->fields, *p);
  g_string_append_c (self->fields, '\n');

  return TRUE;
}

void
intimail_part_builder_add_text (IntimailPartBuilder *self, const char *name, const char *text)
{
  IntimailHeaderWriter writer;

  note_name (self, name);
  intimail_header_writer_begin (&writer, self->fields, name);
  intimail_header_writer_add_text (&writer, text);
  intimail_header_writer_end (&writer);
}

void
intimail_part_builder_add_date (IntimailPartBuilder *self, const char *name, GDateTime *date)
{
  static const char *const days[] = { "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun" };
  static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
  g_autofree char *rest = g_date_time_format (date, "%Y %H:%M:%S %z");

  note_name (self, name);
  /* The names are those of RFC 5322, not of the locale. */
  g_string_append_printf (self->fields, "%s: %s, %d %s %s\n", name,
                          days[g_date_time_get_day_of_week (date) - 1],
                          g_date_time_get_day_of_month (date),
                          months[g_date_time_get_month (date) - 1], rest);
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
  IntimailHeaderWriter writer;

  for (gsize i = 0; items[i] != NULL; i++)
    if (!is_bracketable (items[i]))
      return FALSE;

  note_name (self, name);
  intimail_header_writer_begin (&writer, self->fields, name);
  for (gsize i = 0; items[i] != NULL; i++)
    {
      g_autofree char *word = g_strconcat ("<", items[i], ">", NULL);

      if (i > 0)
        intimail_header_writer_append (&writer, separator);
      intimail_header_writer_add_word (&writer, word);
    }
  intimail_header_writer_end (&writer);

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
  note_name (self, name);
  intimail_header_writer_begin (&self->addresses, self->fields, name);
  self->first_address = TRUE;
}

static void
separate (IntimailPartBuilder *self)
{
  if (!self->first_address)
    intimail_header_writer_append (&self->addresses, ",");
  self->first_address = FALSE;
}

void
intimail_part_builder_begin_group (IntimailPartBuilder *self, const char *name)
{
  separate (self);
  intimail_header_writer_add_phrase (&self->addresses, *name != '\0' ? name : "group");
  intimail_header_writer_append (&self->addresses, ":");
  self->first_address = TRUE;
}

gboolean
intimail_part_builder_add_address (IntimailPartBuilder *self, const char *name, const char *email)
{
  g_autofree char *word = NULL;

  if (!is_bracketable (email))
    return FALSE;

  separate (self);
  if (name == NULL || *name == '\0')
    {
      intimail_header_writer_add_word (&self->addresses, email);
      return TRUE;
    }
  word = g_strconcat ("<", email, ">", NULL);
  intimail_header_writer_add_phrase (&self->addresses, name);
  intimail_header_writer_add_word (&self->addresses, word);

  return TRUE;
}

void
intimail_part_builder_end_group (IntimailPartBuilder *self)
{
  intimail_header_writer_append (&self->addresses, ";");
  self->first_address = FALSE;
}

void
intimail_part_builder_end_addresses (IntimailPartBuilder *self)
{
  intimail_header_writer_end (&self->addresses);
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
static Encoding
choose_encoding (IntimailPartBuilder *self)
{
  const guchar *data;
  gsize size;
  gsize line = 0;
  gsize longest = 0;
  gsize n_high = 0;
  gsize n_control = 0;

  data = self->content != NULL ? g_bytes_get_data (self->content, &size) : NULL;
  for (gsize i = 0; data != NULL && i < size; i++)
    {
      line = data[i] == '\n' ? 0 : line + 1;
      longest = MAX (longest, line);
      n_high += data[i] >= 0x80;
      n_control += data[i] == '\0' || data[i] == '\r';
    }

  if (g_str_has_prefix (self->content_type, "message/"))
    return n_high > 0 ? ENCODING_8BIT : ENCODING_7BIT;
  if (!g_str_has_prefix (self->content_type, "text/"))
    return data != NULL && size > 0 ? ENCODING_BASE64 : ENCODING_7BIT;
  if (n_high == 0 && n_control == 0 && longest <= MAX_LINE)
    return ENCODING_7BIT;

  return (n_high + n_control) * 5 < size ? ENCODING_QUOTED_PRINTABLE : ENCODING_BASE64;
}

static void
append_base64 (GByteArray *to, const guchar *data, gsize size)
{
  const gsize bytes_a_line = ENCODED_LINE / 4 * 3;

  for (gsize i = 0; i < size; i += bytes_a_line)
    {
      g_autofree char *line = g_base64_encode (data + i, MIN (bytes_a_line, size - i));

      g_byte_array_append (to, (const guint8 *) line, strlen (line));
      g_byte_array_append (to, (const guint8 *) "\n", 1);
    }
}

static void
append_quoted_printable (GByteArray *to, const guchar *data, gsize size)
{
  gsize column = 0;

  for (gsize i = 0; i < size; i++)
    {
      gboolean last = i + 1 == size || data[i + 1] == '\n';
      gboolean literal = (data[i] > ' ' && data[i] < 0x7f && data[i] != '=') || ((data[i] == ' ' || data[i] == '\t') && !last);
      char code[4] = { (char) data[i], '\0' };

      if (data[i] == '\n')
        {
          g_byte_array_append (to, (const guint8 *) "\n", 1);
          column = 0;
          continue;
        }
      if (!literal)
        g_snprintf (code, sizeof code, "=%02X", data[i]);
      if (column + strlen (code) > ENCODED_LINE - 1)
        {
          g_byte_array_append (to, (const guint8 *) "=\n", 2);
          column = 0;
        }
      g_byte_array_append (to, (const guint8 *) code, strlen (code));
      column += strlen (code);
    }
}

static void
append_content (IntimailPartBuilder *self, GByteArray *to, Encoding encoding)
{
  const guchar *data;
  gsize size;

  if (self->content == NULL)
    return;
  data = g_bytes_get_data (self->content, &size);
  switch (encoding)
    {
    case ENCODING_7BIT:
    case ENCODING_8BIT:
      if (size > 0)
        g_byte_array_append (to, data, size);
      break;
    case ENCODING_QUOTED_PRINTABLE:
      append_quoted_printable (to, data, size);
      break;
    case ENCODING_BASE64:
      append_base64 (to, data, size);
      break;
    }
}

static void
append_type (IntimailPartBuilder *self, GString *fields, const char *boundary)
{
  IntimailHeaderWriter writer;

  if (intimail_part_builder_has_field (self, "Content-Type"))
    return;
  intimail_header_writer_begin (&writer, fields, "Content-Type");
  intimail_header_writer_add_word (&writer, self->content_type);
  for (guint i = 0; i + 1 < self->parameters->len; i += 2)
    intimail_header_writer_add_parameter (&writer, g_ptr_array_index (self->parameters, i), g_ptr_array_index (self->parameters, i + 1));
  if (self->disposition == NULL && self->file_name != NULL)
    intimail_header_writer_add_parameter (&writer, "name", self->file_name);
  if (boundary != NULL)
    intimail_header_writer_add_parameter (&writer, "boundary", boundary);
  intimail_header_writer_end (&writer);
}

static void
append_disposition (IntimailPartBuilder *self, GString *fields)
{
  IntimailHeaderWriter writer;

  if (self->disposition == NULL || intimail_part_builder_has_field (self, "Content-Disposition"))
    return;
  intimail_header_writer_begin (&writer, fields, "Content-Disposition");
  intimail_header_writer_add_word (&writer, self->disposition);
  if (self->file_name != NULL)
    intimail_header_writer_add_parameter (&writer, "filename", self->file_name);
  intimail_header_writer_end (&writer);
}

static void
append_encoding (GString *fields, Encoding encoding)
{
  static const char *const names[] = {
    [ENCODING_7BIT] = NULL, /* the default */
    [ENCODING_8BIT] = "8bit",
    [ENCODING_QUOTED_PRINTABLE] = "quoted-printable",
    [ENCODING_BASE64] = "base64",
  };

  if (names[encoding] != NULL)
    g_string_append_printf (fields, "Content-Transfer-Encoding: %s\n", names[encoding]);
}

static void
append_part (IntimailPartBuilder *self, GByteArray *to);

static void
append_parts (IntimailPartBuilder *self, GByteArray *to, const char *boundary)
{
  g_autofree char *delimiter = g_strdup_printf ("\n--%s\n", boundary);
  g_autofree char *end = g_strdup_printf ("\n--%s--\n", boundary);

  for (guint i = 0; i < self->parts->len; i++)
    {
      /* The line end before a delimiter belongs to it; none precedes the first. */
      const char *text = i == 0 ? delimiter + 1 : delimiter;

      g_byte_array_append (to, (const guint8 *) text, strlen (text));
      append_part (g_ptr_array_index (self->parts, i), to);
    }
  g_byte_array_append (to, (const guint8 *) end, strlen (end));
}

static void
append_part (IntimailPartBuilder *self, GByteArray *to)
{
  g_autoptr (GString) fields = g_string_new_len (self->fields->str, self->fields->len);
  g_autofree char *uuid = g_uuid_string_random ();
  g_autofree char *boundary = NULL;
  Encoding encoding = ENCODING_7BIT;

  if (is_multipart (self))
    /* "=_" cannot stand in base64 or quoted-printable. */
    boundary = g_strconcat ("=_", uuid, NULL);
  else
    encoding = choose_encoding (self);
  append_type (self, fields, boundary);
  append_disposition (self, fields);
  append_encoding (fields, encoding);
  g_string_append_c (fields, '\n');
  g_byte_array_append (to, (const guint8 *) fields->str, fields->len);

  if (boundary != NULL)
    append_parts (self, to, boundary);
  else
    append_content (self, to, encoding);
}

GBytes *
intimail_part_builder_build (IntimailPartBuilder *self)
{
  GByteArray *bytes = g_byte_array_new ();

  if (!intimail_part_builder_has_field (self, "MIME-Version"))
    {
      g_string_append (self->fields, "MIME-Version: 1.0\n");
      note_name (self, "MIME-Version");
    }
  append_part (self, bytes);

  return g_byte_array_free_to_bytes (bytes);
}
