/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include "message/intimail-address-list-private.h"
#include "message/intimail-date-private.h"
#include "message/intimail-field-private.h"

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
  IntimailRawField raw;
  const char *charset; /* of bytes that are neither ASCII nor UTF-8; a constant or NULL */
  char name[];
};

G_DEFINE_BOXED_TYPE (IntimailField, intimail_field, intimail_field_ref, intimail_field_unref)

static IntimailField *
field_new (GBytes *bytes, const IntimailRawField *raw, const char *charset)
{
  IntimailField *self = g_malloc (sizeof (IntimailField) + raw->name_length + 1);

  g_atomic_ref_count_init (&self->references);
  self->bytes = g_bytes_ref (bytes);
  self->raw = *raw;
  self->charset = charset;
  memcpy (self->name, raw->name, raw->name_length);
  self->name[raw->name_length] = '\0';

  return self;
}

GPtrArray *
intimail_fields_new (GBytes *bytes, const IntimailRawField *fields, guint n_fields)
{
  GPtrArray *array = g_ptr_array_new_full (n_fields, (GDestroyNotify) intimail_field_unref);
  const char *charset = intimail_raw_fields_find_charset (fields, n_fields);

  for (guint i = 0; i < n_fields; i++)
    g_ptr_array_add (array, field_new (bytes, &fields[i], charset));

  return array;
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

char *
intimail_field_get_queue_id (IntimailField *self)
{
  return intimail_raw_field_read_queue_id (&self->raw);
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
  return g_bytes_new_from_bytes (self->bytes, (gsize) (self->raw.value - start), self->raw.length);
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

  copy = g_string_sized_new (self->raw.length);
  for (gsize i = 0; i < self->raw.length; i++)
    if (self->raw.value[i] != '\0')
      g_string_append_c (copy, self->raw.value[i]);
  return g_utf8_make_valid (copy->str, (gssize) copy->len);
}

static char *
unfold (IntimailField *self)
{
  return intimail_raw_field_unfold (&self->raw, self->charset);
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
  g_return_val_if_fail (self != NULL, NULL);

  return intimail_raw_field_read_text (&self->raw, self->charset);
}

GPtrArray *
intimail_field_get_groups (IntimailField *self)
{
  g_autofree char *unfolded = unfold (self);

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

  g_return_val_if_fail (self != NULL, NULL);

  groups = intimail_field_get_groups (self);
  return intimail_address_list_join (groups);
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
  g_return_val_if_fail (self != NULL, NULL);

  return intimail_raw_field_read_message_ids (&self->raw, self->charset);
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

  unfolded = unfold (self);
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

  g_return_val_if_fail (self != NULL, NULL);

  unfolded = unfold (self);
  return intimail_raw_field_read_bracketed (unfolded, INTIMAIL_FIELD_MAX_MESSAGE_IDS);
}
