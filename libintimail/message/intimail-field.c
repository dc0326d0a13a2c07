/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include "message/intimail-address-list-private.h"
#include "message/intimail-charset-private.h"
#include "message/intimail-date-private.h"
#include "message/intimail-encoded-word-private.h"
#include "message/intimail-field-private.h"
#include "message/intimail-parameters-private.h"

/**
 * IntimailField:
 *
 * One field of a header: its name, its bytes, and the forms in which they can be
 * read.
 *
 * The forms are those of JMAP (RFC 8621 section 4.1.2). A field does not change:
 * any thread may use it.
 *
 * Since: 1.0
 */
struct _IntimailField
{
  gatomicrefcount references;
  GBytes *bytes; /* of the whole message */
  const char *value;
  gsize length;
  const char *charset; /* of bytes that are neither ASCII nor UTF-8; a constant or NULL */
  char name[];
};

G_DEFINE_BOXED_TYPE (IntimailField, intimail_field, intimail_field_ref, intimail_field_unref)

static IntimailField *
field_new (GBytes *bytes, const char *name, gsize name_length, const char *value, gsize length)
{
  IntimailField *self = g_malloc (sizeof (IntimailField) + name_length + 1);

  g_atomic_ref_count_init (&self->references);
  self->bytes = g_bytes_ref (bytes);
  self->value = value;
  self->length = length;
  self->charset = NULL;
  memcpy (self->name, name, name_length);
  self->name[name_length] = '\0';

  return self;
}

/**
 * intimail_field_ref:
 * @self: a field
 *
 * Takes a reference.
 *
 * Returns: (transfer full): @self
 *
 * Since: 1.0
 */
IntimailField *
intimail_field_ref (IntimailField *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->references);
  return self;
}

/**
 * intimail_field_unref:
 * @self: (transfer full): a field
 *
 * Drops a reference.
 *
 * Since: 1.0
 */
void
intimail_field_unref (IntimailField *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->references))
    return;
  g_bytes_unref (self->bytes);
  g_free (self);
}

/* The length of a field's name at the start of a line; 0 when it is no field. */
static gsize
measure_name (const char *line, gsize length)
{
  gsize name = 0;
  gsize colon;

  while (name < length && line[name] > 0x20 && line[name] < 0x7f && line[name] != ':')
    name++;
  /* RFC 5322 section 4.5.1: white space before the colon. */
  for (colon = name; colon < length && (line[colon] == ' ' || line[colon] == '\t');)
    colon++;

  return colon < length && line[colon] == ':' ? name : 0;
}

static gsize
measure_line (const char *line, gsize length)
{
  const char *newline = memchr (line, '\n', length);

  return newline != NULL ? (gsize) (newline - line) + 1 : length;
}

static gboolean
is_empty_line (const char *line, gsize length)
{
  return length == 0 || line[0] == '\n' || (line[0] == '\r' && (length == 1 || line[1] == '\n'));
}

static gboolean
is_field (const char *line, gsize length)
{
  return length > 0 && measure_name (line, measure_line (line, length)) > 0;
}

/* The field at @line with the lines that continue it, without the last line end. */
static gsize
measure_field (const char *line, gsize length)
{
  gsize used = measure_line (line, length);

  while (used < length && (line[used] == ' ' || line[used] == '\t'))
    used += measure_line (line + used, length - used);

  return used;
}

static gsize
without_line_end (const char *text, gsize length)
{
  if (length > 0 && text[length - 1] == '\n')
    length--;
  if (length > 0 && text[length - 1] == '\r')
    length--;

  return length;
}

static gboolean
has_prefix (const char *line, gsize length, const char *prefix)
{
  return length >= strlen (prefix) && memcmp (line, prefix, strlen (prefix)) == 0;
}

/* Who writes eight-bit fields writes them in the charset of the text. */
static void
set_charset (GPtrArray *fields)
{
  IntimailField *type = intimail_fields_find (fields, "Content-Type");
  g_autofree char *text = type != NULL ? intimail_field_get_unfolded (type) : NULL;
  g_autoptr (IntimailParameters) parameters = text != NULL ? intimail_parameters_new (text) : NULL;
  g_autofree char *charset = parameters != NULL ? intimail_parameters_get (parameters, "charset") : NULL;

  for (guint i = 0; charset != NULL && i < fields->len; i++)
    ((IntimailField *) g_ptr_array_index (fields, i))->charset = intimail_charset_find (charset);
}

static gboolean
is_eight_bit (const char *data, gsize length)
{
  for (gsize i = 0; i < length; i++)
    if ((guchar) data[i] >= 0x80)
      return TRUE;

  return FALSE;
}

GPtrArray *
intimail_fields_parse (GBytes *bytes, gsize offset, gsize end, guint *budget, gsize *body)
{
  GPtrArray *fields = g_ptr_array_new_with_free_func ((GDestroyNotify) intimail_field_unref);
  const char *data = g_bytes_get_data (bytes, NULL);
  gsize start = offset;

  while (offset < end && !is_empty_line (data + offset, end - offset))
    {
      const char *line = data + offset;
      gsize length = measure_field (line, end - offset);
      gsize name = measure_name (line, length);

      if (name == 0)
        {
          /* The line of an mbox, or one that some program broke; but text without
           * a field behind it is the body, whose empty line was forgotten. */
          gsize first = measure_line (line, end - offset);
          gboolean mbox = offset == start &&
                          (has_prefix (line, length, "From ") || has_prefix (line, length, ">From "));

          if (!mbox && !is_field (line + first, end - offset - first))
            {
              *body = offset;
              return fields;
            }
          offset += first;
          continue;
        }
      if (*budget > 0 && offset - start + length <= INTIMAIL_FIELD_MAX_BLOCK)
        {
          gsize value = (gsize) ((const char *) memchr (line + name, ':', length - name) - line) + 1;

          g_ptr_array_add (fields, field_new (bytes, line, name, line + value,
                                              without_line_end (line + value, length - value)));
          (*budget)--;
        }
      offset += length;
    }
  if (offset < end)
    offset += measure_line (data + offset, end - offset);
  *body = offset;
  if (is_eight_bit (data + start, offset - start))
    set_charset (fields);

  return fields;
}

IntimailField *
intimail_fields_find (GPtrArray *fields, const char *name)
{
  for (guint i = fields->len; i > 0; i--)
    {
      IntimailField *field = g_ptr_array_index (fields, i - 1);

      if (g_ascii_strcasecmp (field->name, name) == 0)
        return field;
    }

  return NULL;
}

/**
 * intimail_field_get_name:
 * @self: a field
 *
 * Gets the field's name as it was written, such as "Subject".
 *
 * Returns: (transfer none): the name, of ASCII letters
 *
 * Since: 1.0
 */
const char *
intimail_field_get_name (IntimailField *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->name;
}

/**
 * intimail_field_get_bytes:
 * @self: a field
 *
 * Gets the value as it was written: what follows the colon, up to the line end
 * that closes the field.
 *
 * Returns: (transfer full): the bytes, which share the message's memory
 *
 * Since: 1.0
 */
GBytes *
intimail_field_get_bytes (IntimailField *self)
{
  const char *start;

  g_return_val_if_fail (self != NULL, NULL);

  start = g_bytes_get_data (self->bytes, NULL);
  return g_bytes_new_from_bytes (self->bytes, (gsize) (self->value - start), self->length);
}

/* Without NUL bytes, and without line ends too when @unfold. */
static GString *
copy_value (IntimailField *self, gboolean unfold)
{
  GString *copy = g_string_sized_new (self->length);

  for (gsize i = 0; i < self->length; i++)
    if (self->value[i] != '\0' && !(unfold && (self->value[i] == '\n' || self->value[i] == '\r')))
      g_string_append_c (copy, self->value[i]);

  return copy;
}

/**
 * intimail_field_get_raw:
 * @self: a field
 *
 * Gets the value as it was written, as text: NUL bytes are dropped, and bytes
 * that are not UTF-8 become U+FFFD. The space behind the colon is part of it.
 *
 * Returns: (transfer full): the value
 *
 * Since: 1.0
 */
char *
intimail_field_get_raw (IntimailField *self)
{
  g_autoptr (GString) copy = NULL;

  g_return_val_if_fail (self != NULL, NULL);

  copy = copy_value (self, FALSE);
  return g_utf8_make_valid (copy->str, (gssize) copy->len);
}

char *
intimail_field_get_unfolded (IntimailField *self)
{
  g_autoptr (GString) copy = copy_value (self, TRUE);
  gboolean utf8 = g_utf8_validate_len (copy->str, copy->len, NULL);

  return g_strstrip (intimail_charset_decode (utf8 ? NULL : self->charset, copy->str, copy->len, NULL));
}

/**
 * intimail_field_get_text:
 * @self: a field
 *
 * Gets the value for people: unfolded, its encoded words (RFC 2047) decoded, in
 * Unicode normalization form C.
 *
 * Returns: (transfer full): the text
 *
 * Since: 1.0
 */
char *
intimail_field_get_text (IntimailField *self)
{
  g_autofree char *unfolded = NULL;
  g_autofree char *decoded = NULL;

  g_return_val_if_fail (self != NULL, NULL);

  unfolded = intimail_field_get_unfolded (self);
  decoded = intimail_encoded_words_decode (unfolded);
  return g_utf8_normalize (decoded, -1, G_NORMALIZE_NFC);
}

GPtrArray *
intimail_field_get_groups (IntimailField *self)
{
  g_autofree char *unfolded = intimail_field_get_unfolded (self);

  return intimail_address_list_read (unfolded);
}

/**
 * intimail_field_get_addresses:
 * @self: a field
 *
 * Gets the addresses, those of groups included.
 *
 * Nothing is refused: mail has broken addresses, and a reader wants to see them.
 * An address without a domain has an empty one. A comment stands in for a name
 * that is missing.
 *
 * Returns: (transfer container) (element-type IntimailAddress): the addresses
 *
 * Since: 1.0
 */
GPtrArray *
intimail_field_get_addresses (IntimailField *self)
{
  g_autoptr (GPtrArray) groups = NULL;
  GPtrArray *addresses;

  g_return_val_if_fail (self != NULL, NULL);

  groups = intimail_field_get_groups (self);
  addresses = g_ptr_array_new_with_free_func ((GDestroyNotify) intimail_address_unref);
  for (guint i = 0; i < groups->len; i++)
    {
      IntimailFieldGroup *group = g_ptr_array_index (groups, i);

      for (guint j = 0; j < group->addresses->len; j++)
        g_ptr_array_add (addresses, intimail_address_ref (g_ptr_array_index (group->addresses, j)));
    }

  return addresses;
}

/* Cuts @text at angle brackets; what stands between two of them is dropped. */
static char **
split_angles (const char *text, guint limit)
{
  GStrvBuilder *builder = g_strv_builder_new ();
  const char *open = strchr (text, '<');
  char **items;

  for (guint n = 0; open != NULL && n < limit; n++)
    {
      gsize length = strcspn (open + 1, "<>");
      g_autofree char *item = g_strstrip (g_strndup (open + 1, length));

      if (*item != '\0' && open[1 + length] == '>')
        g_strv_builder_add (builder, item);
      open = strchr (open + 1, '<');
    }
  items = g_strv_builder_end (builder);
  g_strv_builder_unref (builder);

  return items;
}

/**
 * intimail_field_get_message_ids:
 * @self: a field such as References
 *
 * Gets the message ids, without their angle brackets. Of a field with more than
 * 1,000 the first 1,000.
 *
 * Returns: (transfer full) (nullable) (array zero-terminated=1): the ids, or
 *   %NULL when there is none
 *
 * Since: 1.0
 */
char **
intimail_field_get_message_ids (IntimailField *self)
{
  g_autofree char *unfolded = NULL;
  g_auto (GStrv) ids = NULL;

  g_return_val_if_fail (self != NULL, NULL);

  unfolded = intimail_field_get_unfolded (self);
  ids = split_angles (unfolded, INTIMAIL_FIELD_MAX_MESSAGE_IDS);
  if (ids[0] != NULL)
    return g_steal_pointer (&ids);
  /* Some programs leave the brackets out. */
  if (*unfolded != '\0' && strpbrk (unfolded, " \t<>()") == NULL && strchr (unfolded, '@') != NULL)
    {
      char *id[] = { unfolded, NULL };

      return g_strdupv (id);
    }

  return NULL;
}

/**
 * intimail_field_get_date:
 * @self: a field such as Date
 *
 * Gets the date, with the offset from UTC that was written.
 *
 * Returns: (transfer full) (nullable): the date, or %NULL when it cannot be read
 *
 * Since: 1.0
 */
GDateTime *
intimail_field_get_date (IntimailField *self)
{
  g_autofree char *unfolded = NULL;

  g_return_val_if_fail (self != NULL, NULL);

  unfolded = intimail_field_get_unfolded (self);
  return intimail_date_parse (unfolded);
}

/**
 * intimail_field_get_urls:
 * @self: a field such as List-Unsubscribe
 *
 * Gets the addresses of a field of RFC 2369, without their angle brackets.
 *
 * Returns: (transfer full) (nullable) (array zero-terminated=1): the URLs, or
 *   %NULL when there is none
 *
 * Since: 1.0
 */
char **
intimail_field_get_urls (IntimailField *self)
{
  g_autofree char *unfolded = NULL;
  g_auto (GStrv) urls = NULL;

  g_return_val_if_fail (self != NULL, NULL);

  unfolded = intimail_field_get_unfolded (self);
  urls = split_angles (unfolded, INTIMAIL_FIELD_MAX_MESSAGE_IDS);
  return urls[0] != NULL ? g_steal_pointer (&urls) : NULL;
}
