/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * All attachments of a message in one file.
 */

#include <intimail/intimail-error.h>

#include "base/intimail-call-private.h"
#include "message/intimail-file-name-private.h"
#include "message/intimail-file-type-private.h"
#include "message/intimail-message-private.h"
#include "message/intimail-part-private.h"
#include "message/intimail-zip-private.h"

static gboolean
write_bytes (const char *data, gsize length, gpointer user_data, GError **error)
{
  return intimail_zip_write (user_data, data, length, error);
}

static gboolean
add_part (IntimailZip *zip, IntimailPart *part, GHashTable *taken, GError **error)
{
  g_autofree char *wanted = intimail_part_make_file_name (part);
  g_autofree char *name = intimail_file_name_make_unique (wanted, taken);
  g_autofree char *type = intimail_part_guess_content_type (part);
  const IntimailPartInfo *info = part->info;

  return intimail_zip_begin (zip, name, intimail_part_get_size (part), !intimail_file_type_is_compressed (type), error) &&
         intimail_transfer_decode (info->transfer, info->body, info->length, write_bytes, zip, error);
}

/**
 * intimail_message_write_zip:
 * @self: a message
 * @stream: where to write
 * @cancellable: (nullable): a cancellable, heeded between two writes
 * @error: return location for an error
 *
 * Writes a zip file with all attachments to a stream, each once, under names that are safe
 * and that differ. What is packed already is put in as it is: nothing is unpacked. The
 * memory needed does not depend on the size. The stream is not closed.
 *
 * Fails with %INTIMAIL_ERROR_NOT_FOUND when there is no attachment, with
 * %INTIMAIL_ERROR_UNAVAILABLE when the library that packs cannot be loaded now, with
 * %INTIMAIL_ERROR_FAILED when it fails, and with the stream's own errors. What was written
 * then is no zip file.
 *
 * Returns: %TRUE when all is written
 *
 * Since: 1.0
 */
gboolean
intimail_message_write_zip (IntimailMessage *self, GOutputStream *stream, GCancellable *cancellable, GError **error)
{
  g_autoptr (GHashTable) taken = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (IntimailZip) zip = NULL;
  GDateTime *date;
  GPtrArray *attachments;

  g_return_val_if_fail (INTIMAIL_IS_MESSAGE (self), FALSE);
  g_return_val_if_fail (G_IS_OUTPUT_STREAM (stream), FALSE);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  attachments = intimail_message_get_attachments (self);
  if (attachments->len == 0)
    {
      g_set_error_literal (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND, "the message has no attachment");
      return FALSE;
    }
  date = intimail_message_get_date (self);
  zip = intimail_zip_new (stream, date != NULL ? g_date_time_to_unix (date) : 0, cancellable, error);
  for (guint i = 0; zip != NULL && i < attachments->len; i++)
    if (!add_part (zip, g_ptr_array_index (attachments, i), taken, error))
      return FALSE;

  return zip != NULL && intimail_zip_finish (zip, error);
}

static gpointer
run_write (gpointer self, const IntimailCall *call, GCancellable *cancellable, GError **error)
{
  return GINT_TO_POINTER (intimail_message_write_zip (self, call->objects[0], cancellable, error));
}

/**
 * intimail_message_write_zip_async:
 * @self: a message
 * @stream: where to write; nobody else may use it until the end
 * @cancellable: (nullable): a cancellable, heeded between two writes
 * @callback: (scope async) (closure user_data): called in the main context that was
 *   the caller's thread default
 * @user_data: data for @callback
 *
 * Writes all attachments without making the caller wait: see
 * [method@Intimail.Message.write_zip].
 *
 * Since: 1.0
 */
void
intimail_message_write_zip_async (IntimailMessage *self, GOutputStream *stream, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  const IntimailCall call = { .run = run_write, .is_change = TRUE, .objects = { stream } };

  g_return_if_fail (INTIMAIL_IS_MESSAGE (self));
  g_return_if_fail (G_IS_OUTPUT_STREAM (stream));

  intimail_call_start (self, intimail_message_write_zip_async, &call, cancellable, callback, user_data);
}

/**
 * intimail_message_write_zip_finish:
 * @self: a message
 * @result: what @callback was given
 * @error: return location for an error
 *
 * Ends [method@Intimail.Message.write_zip_async], and fails as
 * [method@Intimail.Message.write_zip] does.
 *
 * Returns: %TRUE when all is written
 *
 * Since: 1.0
 */
gboolean
intimail_message_write_zip_finish (IntimailMessage *self, GAsyncResult *result, GError **error)
{
  return intimail_call_finish (self, intimail_message_write_zip_async, result, error) != NULL;
}
