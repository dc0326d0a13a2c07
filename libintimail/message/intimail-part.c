/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include <intimail/intimail-error.h>

#include "message/intimail-field-private.h"
#include "message/intimail-part-private.h"

/**
 * IntimailPart:
 *
 * One part of a message: a text, a picture, a file, or a multipart that holds
 * other parts.
 *
 * A message inside a message (message/rfc822) is a part whose content is that
 * message; its own parts are not part of this tree. A part shares the memory of
 * its message and does not change: any thread may use it.
 *
 * Since: 1.0
 */
G_DEFINE_FINAL_TYPE (IntimailPart, intimail_part, G_TYPE_OBJECT)

static void
intimail_part_finalize (GObject *object)
{
  IntimailPart *self = INTIMAIL_PART (object);

  g_clear_pointer (&self->parts, g_ptr_array_unref);
  g_clear_pointer (&self->fields, g_ptr_array_unref);
  g_clear_pointer (&self->row, intimail_part_row_unref);
  g_free (self->id);
  g_free (self->content_location);
  g_strfreev (self->languages);

  G_OBJECT_CLASS (intimail_part_parent_class)->finalize (object);
}

static void
intimail_part_class_init (IntimailPartClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = intimail_part_finalize;
}

static void
intimail_part_init (IntimailPart *self)
{
}

static char **
split_languages (const char *text)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) items = g_strsplit (text, ",", -1);

  for (gsize i = 0; items[i] != NULL; i++)
    if (*g_strstrip (items[i]) != '\0')
      g_strv_builder_add (builder, items[i]);

  return g_strv_builder_end (builder);
}

static IntimailPart *
part_new (IntimailPartRow *row, guint place)
{
  IntimailPart *self = g_object_new (INTIMAIL_TYPE_PART, NULL);
  guint n_fields;
  const IntimailRawField *fields = intimail_part_row_get_fields (row, place, &n_fields);
  const IntimailRawField *location = intimail_raw_fields_find (fields, n_fields, "Content-Location");
  const IntimailRawField *languages = intimail_raw_fields_find (fields, n_fields, "Content-Language");

  self->row = intimail_part_row_ref (row);
  self->info = &row->parts[place];
  self->parts = g_ptr_array_new_with_free_func (g_object_unref);
  if (location != NULL)
    self->content_location = intimail_raw_field_unfold (location, intimail_raw_fields_find_charset (fields, n_fields));
  if (languages != NULL)
    {
      g_autofree char *text = intimail_raw_field_unfold (languages, NULL);

      self->languages = split_languages (text);
    }

  return self;
}

/* Ties the parts below @place to it, and gives them their ids. */
static void
adopt_parts (GPtrArray *parts, guint place)
{
  IntimailPart *self = g_ptr_array_index (parts, place);
  guint end = place + self->info->n_below;

  for (guint child = place + 1; child <= end;)
    {
      IntimailPart *part = g_ptr_array_index (parts, child);

      g_ptr_array_add (self->parts, g_object_ref (part));
      part->id = *self->id == '\0' ? g_strdup_printf ("%u", self->parts->len)
                                   : g_strdup_printf ("%s.%u", self->id, self->parts->len);
      child += 1 + part->info->n_below;
    }
}

GPtrArray *
intimail_parts_new (IntimailPartRow *row)
{
  GPtrArray *parts = g_ptr_array_new_full (row->n_parts, g_object_unref);
  IntimailPart *root;

  for (guint place = 0; place < row->n_parts; place++)
    g_ptr_array_add (parts, part_new (row, place));
  root = g_ptr_array_index (parts, 0);
  root->id = g_strdup (root->info->multipart ? "" : "1");
  for (guint place = 0; place < row->n_parts; place++)
    adopt_parts (parts, place);

  return parts;
}

/**
 * intimail_part_get_id:
 * @self: a part
 *
 * Gets the part's place in its message: "1", "1.2", ...
 *
 * The only part of a message that is no multipart is "1"; the multipart that is
 * the whole of a message has the empty id.
 *
 * Returns: (transfer none): the id
 *
 * Since: 1.0
 */
const char *
intimail_part_get_id (IntimailPart *self)
{
  g_return_val_if_fail (INTIMAIL_IS_PART (self), NULL);

  return self->id;
}

/**
 * intimail_part_get_content_type:
 * @self: a part
 *
 * Gets the type of the content, in lower case and without parameters.
 *
 * Returns: (transfer none): a type such as "text/plain"
 *
 * Since: 1.0
 */
const char *
intimail_part_get_content_type (IntimailPart *self)
{
  g_return_val_if_fail (INTIMAIL_IS_PART (self), NULL);

  return self->info->type;
}

/**
 * intimail_part_get_charset:
 * @self: a part
 *
 * Gets the charset that the part claims; "us-ascii" for a text that claims none.
 *
 * Returns: (transfer none) (nullable): the charset, as it was written, or %NULL
 *
 * Since: 1.0
 */
const char *
intimail_part_get_charset (IntimailPart *self)
{
  g_return_val_if_fail (INTIMAIL_IS_PART (self), NULL);

  return self->info->charset;
}

/**
 * intimail_part_get_disposition:
 * @self: a part
 *
 * Gets how the part wants to be shown.
 *
 * Returns: (transfer none) (nullable): "inline", "attachment" or another word in
 *   lower case, or %NULL when the part does not say
 *
 * Since: 1.0
 */
const char *
intimail_part_get_disposition (IntimailPart *self)
{
  g_return_val_if_fail (INTIMAIL_IS_PART (self), NULL);

  return self->info->disposition;
}

/**
 * intimail_part_get_name:
 * @self: a part
 *
 * Gets the name that the sender gave to the file.
 *
 * The name is for people. It comes from a stranger and may hold "../": for a file,
 * use [method@Intimail.Part.make_file_name].
 *
 * Returns: (transfer none) (nullable): the name, or %NULL when there is none
 *
 * Since: 1.0
 */
const char *
intimail_part_get_name (IntimailPart *self)
{
  g_return_val_if_fail (INTIMAIL_IS_PART (self), NULL);

  return self->info->name;
}

/**
 * intimail_part_get_content_id:
 * @self: a part
 *
 * Gets the Content-ID, by which an HTML text names its pictures.
 *
 * Returns: (transfer none) (nullable): the id without angle brackets, or %NULL
 *
 * Since: 1.0
 */
const char *
intimail_part_get_content_id (IntimailPart *self)
{
  g_return_val_if_fail (INTIMAIL_IS_PART (self), NULL);

  return self->info->content_id;
}

/**
 * intimail_part_get_content_location:
 * @self: a part
 *
 * Gets the Content-Location (RFC 2557).
 *
 * Returns: (transfer none) (nullable): the URI, or %NULL when there is none
 *
 * Since: 1.0
 */
const char *
intimail_part_get_content_location (IntimailPart *self)
{
  g_return_val_if_fail (INTIMAIL_IS_PART (self), NULL);

  return self->content_location;
}

/**
 * intimail_part_get_languages:
 * @self: a part
 *
 * Gets the languages of the content (RFC 3282).
 *
 * Returns: (transfer none) (nullable) (array zero-terminated=1): language tags,
 *   or %NULL when the part does not say
 *
 * Since: 1.0
 */
const char *const *
intimail_part_get_languages (IntimailPart *self)
{
  g_return_val_if_fail (INTIMAIL_IS_PART (self), NULL);

  return (const char *const *) self->languages;
}

/**
 * intimail_part_get_size:
 * @self: a part
 *
 * Gets the size of the decoded content in bytes; 0 for a multipart.
 *
 * The first call reads the content through.
 *
 * Returns: the size
 *
 * Since: 1.0
 */
guint64
intimail_part_get_size (IntimailPart *self)
{
  g_return_val_if_fail (INTIMAIL_IS_PART (self), 0);

  if (self->info->multipart)
    return 0;
  if (g_once_init_enter (&self->size_known))
    {
      self->size = intimail_transfer_measure (self->info->transfer, self->info->body, self->info->length);
      g_once_init_leave (&self->size_known, 1);
    }

  return self->size;
}

/**
 * intimail_part_is_multipart:
 * @self: a part
 *
 * Tells whether this part holds other parts, and no content of its own.
 *
 * What claims to be a multipart but has no delimiter line is none: it is a text.
 *
 * Returns: %TRUE for a multipart
 *
 * Since: 1.0
 */
gboolean
intimail_part_is_multipart (IntimailPart *self)
{
  g_return_val_if_fail (INTIMAIL_IS_PART (self), FALSE);

  return self->info->multipart;
}

/**
 * intimail_part_get_parts:
 * @self: a part
 *
 * Gets the parts of a multipart.
 *
 * Returns: (transfer none) (element-type IntimailPart): the parts; none when this
 *   is no multipart
 *
 * Since: 1.0
 */
GPtrArray *
intimail_part_get_parts (IntimailPart *self)
{
  g_return_val_if_fail (INTIMAIL_IS_PART (self), NULL);

  return self->parts;
}

/**
 * intimail_part_get_headers:
 * @self: a part
 *
 * Gets the fields of the part's header, in their order. Those of the root part
 * are the fields of the message.
 *
 * Returns: (transfer none) (element-type IntimailField): the fields
 *
 * Since: 1.0
 */
GPtrArray *
intimail_part_get_headers (IntimailPart *self)
{
  g_return_val_if_fail (INTIMAIL_IS_PART (self), NULL);

  if (g_once_init_enter (&self->fields_known))
    {
      guint n_fields;
      const IntimailRawField *fields = intimail_part_row_get_fields (self->row, (guint) (self->info - self->row->parts), &n_fields);

      self->fields = intimail_fields_new (self->row->bytes, fields, n_fields);
      g_once_init_leave (&self->fields_known, 1);
    }

  return self->fields;
}

char *
intimail_part_get_type_parameter (IntimailPart *self, const char *name)
{
  guint n_fields;
  const IntimailRawField *fields = intimail_part_row_get_fields (self->row, (guint) (self->info - self->row->parts), &n_fields);
  g_autoptr (IntimailParameters) type = intimail_part_info_find_parameters (fields, n_fields, NULL, "Content-Type");

  return type != NULL ? intimail_parameters_get (type, name) : NULL;
}

GByteArray *
intimail_part_read_start (IntimailPart *self, guint limit)
{
  return intimail_transfer_decode_start (self->info->transfer, self->info->with_gmime, self->info->body, self->info->length, limit);
}

static gboolean
append_bytes (const char *data, gsize length, gpointer user_data, GError **error)
{
  GByteArray *array = user_data;

  if (length > G_MAXUINT - array->len)
    {
      g_set_error_literal (error, INTIMAIL_ERROR, INTIMAIL_ERROR_TOO_LARGE, "the part is larger than 4 GB");
      return FALSE;
    }
  g_byte_array_append (array, (const guint8 *) data, (guint) length);
  return TRUE;
}

/**
 * intimail_part_get_content:
 * @self: a part that is no multipart
 * @error: return location for an error
 *
 * Gets the content with its transfer encoding undone.
 *
 * Fails with %INTIMAIL_ERROR_INVALID_ARGUMENT for a multipart, with
 * %INTIMAIL_ERROR_TOO_LARGE for more than 4 GB, and with %INTIMAIL_ERROR_UNAVAILABLE
 * when the library that decodes it cannot be loaded now. For a large file,
 * [method@Intimail.Part.write] needs no memory.
 *
 * Returns: (transfer full): the bytes
 *
 * Since: 1.0
 */
GBytes *
intimail_part_get_content (IntimailPart *self, GError **error)
{
  g_autoptr (GByteArray) array = NULL;

  g_return_val_if_fail (INTIMAIL_IS_PART (self), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (self->info->multipart)
    {
      g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT,
                   "part \"%s\" is a %s: it has no content of its own", self->id, self->info->type);
      return NULL;
    }
  if (intimail_part_info_is_plain (self->info))
    {
      const char *start = g_bytes_get_data (self->row->bytes, NULL);

      return g_bytes_new_from_bytes (self->row->bytes, (gsize) (self->info->body - start), self->info->length);
    }
  array = g_byte_array_new ();
  if (!intimail_transfer_decode (self->info->transfer, self->info->body, self->info->length, append_bytes, array, error))
    return NULL;

  return g_byte_array_free_to_bytes (g_steal_pointer (&array));
}

gboolean
intimail_part_read (IntimailPart *self, IntimailTransferSink sink, gpointer user_data, GError **error)
{
  if (self->info->multipart)
    {
      g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT,
                   "part \"%s\" is a %s: it has no content of its own", self->id, self->info->type);
      return FALSE;
    }

  return intimail_transfer_decode (self->info->transfer, self->info->body, self->info->length, sink, user_data, error);
}

typedef struct
{
  GOutputStream *stream;
  GCancellable *cancellable;
} Target;

static gboolean
write_bytes (const char *data, gsize length, gpointer user_data, GError **error)
{
  Target *target = user_data;

  return g_output_stream_write_all (target->stream, data, length, NULL, target->cancellable, error);
}

/**
 * intimail_part_write:
 * @self: a part that is no multipart
 * @stream: where to write
 * @cancellable: (nullable): a cancellable, heeded between two writes
 * @error: return location for an error
 *
 * Writes the content, with its transfer encoding undone, to a stream. The memory
 * needed does not depend on the size. The stream is not closed.
 *
 * Fails with %INTIMAIL_ERROR_INVALID_ARGUMENT for a multipart, with
 * %INTIMAIL_ERROR_UNAVAILABLE when the library that decodes it cannot be loaded now,
 * and with the stream's own errors.
 *
 * Returns: %TRUE when all is written
 *
 * Since: 1.0
 */
gboolean
intimail_part_write (IntimailPart *self, GOutputStream *stream, GCancellable *cancellable, GError **error)
{
  Target target = { stream, cancellable };

  g_return_val_if_fail (INTIMAIL_IS_PART (self), FALSE);
  g_return_val_if_fail (G_IS_OUTPUT_STREAM (stream), FALSE);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return intimail_part_read (self, write_bytes, &target, error);
}

/**
 * intimail_part_get_text:
 * @self: a part that is no multipart
 * @problem: (out) (optional): set to whether the charset or the transfer encoding
 *   was unknown, or the bytes did not keep to it
 * @error: return location for an error
 *
 * Gets the content as text, with a line feed at the end of each line. What cannot
 * be decoded becomes U+FFFD.
 *
 * Fails as [method@Intimail.Part.get_content] does.
 *
 * Returns: (transfer full): the text
 *
 * Since: 1.0
 */
char *
intimail_part_get_text (IntimailPart *self, gboolean *problem, GError **error)
{
  g_autoptr (GBytes) content = NULL;
  gboolean wrong = FALSE;
  gsize length;
  const char *data;
  char *text;

  g_return_val_if_fail (INTIMAIL_IS_PART (self), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  content = intimail_part_get_content (self, error);
  if (content == NULL)
    return NULL;
  data = g_bytes_get_data (content, &length);
  text = intimail_part_info_decode_text (self->info, data, length, &wrong);
  if (problem != NULL)
    *problem = wrong || self->info->transfer == INTIMAIL_TRANSFER_UNKNOWN;

  return text;
}
