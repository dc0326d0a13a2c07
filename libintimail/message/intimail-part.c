/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include <intimail/intimail-error.h>

#include "message/intimail-charset-private.h"
#include "message/intimail-field-private.h"
#include "message/intimail-parameters-private.h"
#include "message/intimail-part-private.h"
#include "message/intimail-transfer-private.h"

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
  g_clear_pointer (&self->bytes, g_bytes_unref);
  g_free (self->id);
  g_free (self->type);
  g_free (self->charset);
  g_free (self->disposition);
  g_free (self->name);
  g_free (self->content_id);
  g_free (self->content_location);
  g_strfreev (self->languages);
  g_free (self->boundary);

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

static char *
find_unfolded (GPtrArray *fields, const char *name)
{
  IntimailField *field = intimail_fields_find (fields, name);

  return field != NULL ? intimail_field_get_unfolded (field) : NULL;
}

/* A type is two tokens (RFC 2045 section 5.1); else the default of section 5.2. */
static gboolean
is_valid_type (const char *type)
{
  const char *slash = strchr (type, '/');

  if (slash == NULL || slash == type || slash[1] == '\0' || strchr (slash + 1, '/') != NULL)
    return FALSE;
  for (const char *at = type; *at != '\0'; at++)
    if (*at <= 0x20 || *at >= 0x7f || strchr ("()<>@,;:\\\"[]?=", *at) != NULL)
      return FALSE;

  return TRUE;
}

static void
read_type (IntimailPart *self, const char *default_type)
{
  g_autofree char *text = find_unfolded (self->fields, "Content-Type");
  g_autoptr (IntimailParameters) parameters = intimail_parameters_new (text != NULL ? text : "");
  const char *value = intimail_parameters_get_value (parameters);

  /* "Content-Type: text" was once how one wrote it. */
  self->type = g_strdup (is_valid_type (value) ? value : text == NULL ? default_type
                                                                      : "text/plain");
  self->multipart = g_str_has_prefix (self->type, "multipart/");
  if (self->multipart)
    self->boundary = intimail_parameters_get (parameters, "boundary");
  self->charset = intimail_parameters_get (parameters, "charset");
  self->charset_implied = self->charset == NULL;
  if (self->charset == NULL && g_str_has_prefix (self->type, "text/"))
    self->charset = g_strdup ("us-ascii");
  if (self->name == NULL)
    self->name = intimail_parameters_get (parameters, "name");
}

static void
read_disposition (IntimailPart *self)
{
  g_autofree char *text = find_unfolded (self->fields, "Content-Disposition");
  g_autoptr (IntimailParameters) parameters = NULL;

  if (text == NULL)
    return;
  parameters = intimail_parameters_new (text);
  if (*intimail_parameters_get_value (parameters) != '\0')
    self->disposition = g_strdup (intimail_parameters_get_value (parameters));
  self->name = intimail_parameters_get (parameters, "filename");
}

static void
read_languages (IntimailPart *self)
{
  g_autofree char *text = find_unfolded (self->fields, "Content-Language");
  g_auto (GStrv) items = NULL;
  g_autoptr (GStrvBuilder) builder = NULL;

  if (text == NULL)
    return;
  items = g_strsplit (text, ",", -1);
  builder = g_strv_builder_new ();
  for (gsize i = 0; items[i] != NULL; i++)
    if (*g_strstrip (items[i]) != '\0')
      g_strv_builder_add (builder, items[i]);
  self->languages = g_strv_builder_end (builder);
}

static void
read_fields (IntimailPart *self, const char *default_type)
{
  g_autofree char *transfer = find_unfolded (self->fields, "Content-Transfer-Encoding");
  g_autoptr (IntimailParameters) parameters = transfer != NULL ? intimail_parameters_new (transfer) : NULL;
  IntimailField *id = intimail_fields_find (self->fields, "Content-ID");

  read_disposition (self);
  read_type (self, default_type);
  read_languages (self);
  self->transfer = intimail_transfer_from_name (parameters != NULL ? intimail_parameters_get_value (parameters) : NULL);
  self->content_location = find_unfolded (self->fields, "Content-Location");
  if (id != NULL)
    {
      g_auto (GStrv) ids = intimail_field_get_message_ids (id);

      self->content_id = ids != NULL ? g_strdup (ids[0]) : intimail_field_get_unfolded (id);
    }
}

IntimailPart *
intimail_part_new (GBytes *bytes, GPtrArray *fields, gsize body, gsize end, const char *default_type)
{
  IntimailPart *self = g_object_new (INTIMAIL_TYPE_PART, NULL);

  self->bytes = g_bytes_ref (bytes);
  self->fields = g_ptr_array_ref (fields);
  self->body = (const char *) g_bytes_get_data (bytes, NULL) + body;
  self->length = end - body;
  self->parts = g_ptr_array_new_with_free_func (g_object_unref);
  read_fields (self, default_type);

  return self;
}

gboolean
intimail_part_is_type (IntimailPart *self, const char *type)
{
  return strcmp (self->type, type) == 0;
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

  return self->type;
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

  return self->charset;
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

  return self->disposition;
}

/**
 * intimail_part_get_name:
 * @self: a part
 *
 * Gets the name that the sender gave to the file.
 *
 * The name is for people. It comes from a stranger and may hold "../": never use
 * it as a path as it is.
 *
 * Returns: (transfer none) (nullable): the name, or %NULL when there is none
 *
 * Since: 1.0
 */
const char *
intimail_part_get_name (IntimailPart *self)
{
  g_return_val_if_fail (INTIMAIL_IS_PART (self), NULL);

  return self->name;
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

  return self->content_id;
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

static gboolean
count_bytes (const char *data, gsize length, gpointer user_data, GError **error)
{
  *(guint64 *) user_data += length;
  return TRUE;
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

  if (self->multipart)
    return 0;
  if (g_once_init_enter (&self->size_known))
    {
      guint64 size = 0;

      intimail_transfer_decode (self->transfer, self->body, self->length, count_bytes, &size, NULL);
      self->size = size;
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

  return self->multipart;
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

  return self->fields;
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
 * Fails with %INTIMAIL_ERROR_INVALID_ARGUMENT for a multipart, and with
 * %INTIMAIL_ERROR_TOO_LARGE for more than 4 GB. For a large file,
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

  if (self->multipart)
    {
      g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT,
                   "part \"%s\" is a %s: it has no content of its own", self->id, self->type);
      return NULL;
    }
  if (self->transfer == INTIMAIL_TRANSFER_IDENTITY || self->transfer == INTIMAIL_TRANSFER_UNKNOWN)
    {
      const char *start = g_bytes_get_data (self->bytes, NULL);

      return g_bytes_new_from_bytes (self->bytes, (gsize) (self->body - start), self->length);
    }
  array = g_byte_array_new ();
  if (!intimail_transfer_decode (self->transfer, self->body, self->length, append_bytes, array, error))
    return NULL;

  return g_byte_array_free_to_bytes (g_steal_pointer (&array));
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
 * Fails with %INTIMAIL_ERROR_INVALID_ARGUMENT for a multipart, and with the
 * stream's own errors.
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

  if (self->multipart)
    {
      g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT,
                   "part \"%s\" is a %s: it has no content of its own", self->id, self->type);
      return FALSE;
    }

  return intimail_transfer_decode (self->transfer, self->body, self->length, write_bytes, &target, error);
}

static void
unify_line_ends (char *text)
{
  char *to = text;

  for (const char *from = text; *from != '\0'; from++)
    if (from[0] != '\r' || from[1] != '\n')
      *to++ = *from;
  *to = '\0';
}

/* @content is a part's content, or the start of it. */
static char *
decode_text (IntimailPart *self, const char *data, gsize length, gboolean *problem)
{
  const char *charset = self->charset;
  char *text;

  if (self->charset_implied && strcmp (self->type, "text/html") == 0)
    charset = intimail_charset_find_in_html (data, length);
  text = intimail_charset_decode (charset, data, length, problem);
  unify_line_ends (text);

  return text;
}

/* Takes bytes up to a limit, then ends the decoding. */
typedef struct
{
  GByteArray *bytes;
  gsize limit;
} Start;

static gboolean
append_start (const char *data, gsize length, gpointer user_data, GError **error)
{
  Start *start = user_data;
  gsize room = start->limit - start->bytes->len;

  g_byte_array_append (start->bytes, (const guint8 *) data, (guint) MIN (length, room));

  return length < room;
}

char *
intimail_part_get_text_start (IntimailPart *self, gsize limit)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  Start start = { bytes, limit };

  if (self->multipart)
    return NULL;
  intimail_transfer_decode (self->transfer, self->body, self->length, append_start, &start, NULL);

  return decode_text (self, (const char *) bytes->data, bytes->len, NULL);
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
  text = decode_text (self, data, length, &wrong);
  if (problem != NULL)
    *problem = wrong || self->transfer == INTIMAIL_TRANSFER_UNKNOWN;

  return text;
}
