/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include <intimail/intimail-error.h>

#include "message/intimail-field-private.h"
#include "message/intimail-gmime-private.h"
#include "message/intimail-message-private.h"
#include "message/intimail-part-private.h"

/**
 * IntimailMessage:
 *
 * A mail, taken apart: its fields, its parts, its text.
 *
 * Reading never fails, however broken a mail is: there is always a part to show.
 * The bytes are not copied, and a file is read as far as it is asked for. What a
 * field cannot give is %NULL or an empty list. Of a header block the first MiB is
 * kept; a message has at most 10,000 parts, 100 levels deep: what is behind a
 * limit is content of the last part.
 *
 * A message does not change once it is made: any thread may use it.
 *
 * Since: 1.0
 */
G_DEFINE_FINAL_TYPE (IntimailMessage, intimail_message, G_TYPE_OBJECT)

static void
intimail_message_finalize (GObject *object)
{
  IntimailMessage *self = INTIMAIL_MESSAGE (object);

  g_clear_pointer (&self->text_body, g_ptr_array_unref);
  g_clear_pointer (&self->html_body, g_ptr_array_unref);
  g_clear_pointer (&self->attachments, g_ptr_array_unref);
  g_clear_pointer (&self->parts, g_ptr_array_unref);
  g_clear_pointer (&self->row, intimail_part_row_unref);
  g_clear_pointer (&self->scan, intimail_structure_scan_free);
  g_clear_pointer (&self->date, g_date_time_unref);
  g_clear_pointer (&self->message_ids, g_hash_table_unref);
  for (int i = 0; i < INTIMAIL_MESSAGE_N_ADDRESS_FIELDS; i++)
    g_clear_pointer (&self->addresses[i], g_ptr_array_unref);
  g_free (self->subject);
  g_free (self->queue_id);
  g_clear_pointer (&self->fields, g_ptr_array_unref);
  g_clear_pointer (&self->bytes, g_bytes_unref);
  g_mutex_clear (&self->mutex);

  G_OBJECT_CLASS (intimail_message_parent_class)->finalize (object);
}

static void
intimail_message_class_init (IntimailMessageClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = intimail_message_finalize;
}

static void
intimail_message_init (IntimailMessage *self)
{
  g_mutex_init (&self->mutex);
  self->message_ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_strfreev);
}

/**
 * intimail_message_new_from_bytes:
 * @bytes: a message as it was received, with line ends of either kind
 * @error: return location for an error
 *
 * Reads a message. The bytes are shared, not copied.
 *
 * There is no message that cannot be read; @error is for limits to come.
 *
 * Returns: (transfer full): a message
 *
 * Since: 1.0
 */
IntimailMessage *
intimail_message_new_from_bytes (GBytes *bytes, GError **error)
{
  IntimailMessage *self;
  const IntimailSegment *header;

  g_return_val_if_fail (bytes != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  self = g_object_new (INTIMAIL_TYPE_MESSAGE, NULL);
  /* A pointer into no bytes at all would be no pointer. */
  self->bytes = g_bytes_get_size (bytes) > 0 ? g_bytes_ref (bytes) : g_bytes_new_static ("", 0);
  self->scan = intimail_structure_scan_new (g_bytes_get_data (self->bytes, NULL), g_bytes_get_size (self->bytes));
  header = &g_array_index (self->scan->segments, IntimailSegment, 0);
  self->fields = intimail_fields_new (self->bytes, intimail_structure_scan_get_fields (self->scan, header), header->n_fields);

  return self;
}

/**
 * intimail_message_new_from_file:
 * @path: (type filename): the path of a file with one message
 * @error: return location for an error
 *
 * Reads a message from a file, which is mapped into memory: nobody may write to
 * it as long as the message lives.
 *
 * Fails with %INTIMAIL_ERROR_NOT_FOUND when there is no such file, and with
 * %INTIMAIL_ERROR_FAILED when it cannot be read.
 *
 * Returns: (transfer full): a message
 *
 * Since: 1.0
 */
IntimailMessage *
intimail_message_new_from_file (const char *path, GError **error)
{
  g_autoptr (GMappedFile) file = NULL;
  g_autoptr (GError) local_error = NULL;
  g_autoptr (GBytes) bytes = NULL;

  g_return_val_if_fail (path != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  file = g_mapped_file_new (path, FALSE, &local_error);
  if (file == NULL)
    {
      gboolean missing = g_error_matches (local_error, G_FILE_ERROR, G_FILE_ERROR_NOENT);

      g_set_error_literal (error, INTIMAIL_ERROR,
                           missing ? INTIMAIL_ERROR_NOT_FOUND : INTIMAIL_ERROR_FAILED, local_error->message);
      return NULL;
    }
  bytes = g_mapped_file_get_bytes (file);

  return intimail_message_new_from_bytes (bytes, error);
}

/**
 * intimail_message_get_bytes:
 * @self: a message
 *
 * Gets the message as it was received.
 *
 * Returns: (transfer none): the bytes
 *
 * Since: 1.0
 */
GBytes *
intimail_message_get_bytes (IntimailMessage *self)
{
  g_return_val_if_fail (INTIMAIL_IS_MESSAGE (self), NULL);

  return self->bytes;
}

/**
 * intimail_message_get_headers:
 * @self: a message
 *
 * Gets the fields of the header, in their order.
 *
 * Returns: (transfer none) (element-type IntimailField): the fields
 *
 * Since: 1.0
 */
GPtrArray *
intimail_message_get_headers (IntimailMessage *self)
{
  g_return_val_if_fail (INTIMAIL_IS_MESSAGE (self), NULL);

  return self->fields;
}

/**
 * intimail_message_get_field:
 * @self: a message
 * @name: the name of a field, such as "List-Id"; case does not matter
 *
 * Gets the text of a field: unfolded and decoded. Of several fields with that name
 * the last one, as JMAP does.
 *
 * Returns: (transfer full) (nullable): the text, or %NULL without such a field
 *
 * Since: 1.0
 */
char *
intimail_message_get_field (IntimailMessage *self, const char *name)
{
  IntimailField *field;

  g_return_val_if_fail (INTIMAIL_IS_MESSAGE (self), NULL);
  g_return_val_if_fail (name != NULL, NULL);

  field = intimail_fields_find (self->fields, name);
  return field != NULL ? intimail_field_get_text (field) : NULL;
}

static GPtrArray *
list_parts (IntimailMessage *self, GArray *places)
{
  GPtrArray *list = g_ptr_array_new_full (places->len, g_object_unref);

  for (guint i = 0; i < places->len; i++)
    g_ptr_array_add (list, g_object_ref (g_ptr_array_index (self->parts, g_array_index (places, guint, i))));

  return list;
}

static void
ensure_parts (IntimailMessage *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  if (self->row != NULL)
    return;
  /* A getter cannot fail. What needs no decoding can be read as the index reads it, until
   * GMime is there: the tests compare both. */
  self->row = (intimail_gmime_load (NULL) ? intimail_part_row_new_with_gmime : intimail_part_row_new) (self->bytes, g_steal_pointer (&self->scan));
  self->parts = intimail_parts_new (self->row);
  self->text_body = list_parts (self, self->row->body->text);
  self->html_body = list_parts (self, self->row->body->html);
  self->attachments = list_parts (self, self->row->body->attachments);
}

/**
 * intimail_message_get_root:
 * @self: a message
 *
 * Gets the part that is the whole of the message.
 *
 * Returns: (transfer none): a part
 *
 * Since: 1.0
 */
IntimailPart *
intimail_message_get_root (IntimailMessage *self)
{
  g_return_val_if_fail (INTIMAIL_IS_MESSAGE (self), NULL);

  ensure_parts (self);
  return g_ptr_array_index (self->parts, 0);
}

/**
 * intimail_message_get_part:
 * @self: a message
 * @part_id: a part's id, such as "1.2"
 *
 * Finds a part by its id.
 *
 * Returns: (transfer none) (nullable): a part, or %NULL when there is none
 *
 * Since: 1.0
 */
IntimailPart *
intimail_message_get_part (IntimailMessage *self, const char *part_id)
{
  IntimailPart *part;

  g_return_val_if_fail (INTIMAIL_IS_MESSAGE (self), NULL);
  g_return_val_if_fail (part_id != NULL, NULL);

  ensure_parts (self);
  part = g_ptr_array_index (self->parts, 0);
  while (strcmp (intimail_part_get_id (part), part_id) != 0)
    {
      GPtrArray *parts = intimail_part_get_parts (part);
      gsize known = strlen (intimail_part_get_id (part));
      guint64 number;

      if (known > 0 && (strncmp (intimail_part_get_id (part), part_id, known) != 0 || part_id[known] != '.'))
        return NULL;
      number = g_ascii_strtoull (part_id + known + (known > 0), NULL, 10);
      if (number == 0 || number > parts->len)
        return NULL;
      part = g_ptr_array_index (parts, number - 1);
      /* "01" and "1x" are not the id of anything. */
      if (!g_str_has_prefix (part_id, intimail_part_get_id (part)))
        return NULL;
    }

  return part;
}

/**
 * intimail_message_get_text_body:
 * @self: a message
 *
 * Gets the parts that are shown, one below the other, by who prefers plain text
 * (RFC 8621 section 4.1.4). Where there is no plain text, these are the parts of
 * the HTML body. Pictures between texts are among them.
 *
 * Returns: (transfer none) (element-type IntimailPart): the parts
 *
 * Since: 1.0
 */
GPtrArray *
intimail_message_get_text_body (IntimailMessage *self)
{
  g_return_val_if_fail (INTIMAIL_IS_MESSAGE (self), NULL);

  ensure_parts (self);
  return self->text_body;
}

/**
 * intimail_message_get_html_body:
 * @self: a message
 *
 * Gets the parts that are shown, one below the other, by who prefers HTML
 * (RFC 8621 section 4.1.4).
 *
 * Returns: (transfer none) (element-type IntimailPart): the parts
 *
 * Since: 1.0
 */
GPtrArray *
intimail_message_get_html_body (IntimailMessage *self)
{
  g_return_val_if_fail (INTIMAIL_IS_MESSAGE (self), NULL);

  ensure_parts (self);
  return self->html_body;
}

/**
 * intimail_message_get_attachments:
 * @self: a message
 *
 * Gets the parts that are not text of the body (RFC 8621 section 4.1.4), the
 * pictures that belong to an HTML text included.
 *
 * Returns: (transfer none) (element-type IntimailPart): the parts
 *
 * Since: 1.0
 */
GPtrArray *
intimail_message_get_attachments (IntimailMessage *self)
{
  g_return_val_if_fail (INTIMAIL_IS_MESSAGE (self), NULL);

  ensure_parts (self);
  return self->attachments;
}

/**
 * intimail_message_get_n_attachments:
 * @self: a message
 *
 * Counts the attachments that a reader is offered as files: those that are not
 * inline, and no picture that the HTML text shows.
 *
 * Returns: the number
 *
 * Since: 1.0
 */
guint
intimail_message_get_n_attachments (IntimailMessage *self)
{
  g_return_val_if_fail (INTIMAIL_IS_MESSAGE (self), 0);

  ensure_parts (self);
  return intimail_message_body_count_attachments (self->row->body);
}

/**
 * intimail_message_has_attachment:
 * @self: a message
 *
 * Tells whether a list should show a paper clip:
 * [method@Intimail.Message.get_n_attachments] is not 0.
 *
 * Returns: %TRUE when there is an attachment
 *
 * Since: 1.0
 */
gboolean
intimail_message_has_attachment (IntimailMessage *self)
{
  return intimail_message_get_n_attachments (self) > 0;
}

/**
 * intimail_message_get_preview:
 * @self: a message
 *
 * Gets the beginning of the text for a list: at most 256 characters in one line, without
 * markup.
 *
 * Returns: (transfer full): the preview; empty when there is no text
 *
 * Since: 1.0
 */
char *
intimail_message_get_preview (IntimailMessage *self)
{
  g_return_val_if_fail (INTIMAIL_IS_MESSAGE (self), NULL);

  ensure_parts (self);
  return intimail_message_body_read_preview (self->row->body, G_MAXSIZE);
}

/**
 * intimail_message_get_text:
 * @self: a message
 *
 * Gets all text of the body, plain where there is plain text, else that of the
 * HTML without its markup. For a terminal, a search, or a quotation.
 *
 * Returns: (transfer full): the text; empty when there is none
 *
 * Since: 1.0
 */
char *
intimail_message_get_text (IntimailMessage *self)
{
  g_return_val_if_fail (INTIMAIL_IS_MESSAGE (self), NULL);

  ensure_parts (self);
  return intimail_message_body_read_text (self->row->body);
}
