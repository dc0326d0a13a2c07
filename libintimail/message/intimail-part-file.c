/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A part as a file that somebody saves: what it really is, and what to call it.
 */

#include <string.h>

#include "base/intimail-call-private.h"
#include "message/intimail-file-name-private.h"
#include "message/intimail-file-type-private.h"
#include "message/intimail-part-private.h"

static gpointer
run_write (gpointer self, const IntimailCall *call, GCancellable *cancellable, GError **error)
{
  return GINT_TO_POINTER (intimail_part_write (self, call->objects[0], cancellable, error));
}

/**
 * intimail_part_write_async:
 * @self: a part that is no multipart
 * @stream: where to write; nobody else may use it until the end
 * @cancellable: (nullable): a cancellable, heeded between two writes
 * @callback: (scope async) (closure user_data): called in the main context that was
 *   the caller's thread default
 * @user_data: data for @callback
 *
 * Writes the content without making the caller wait: see [method@Intimail.Part.write].
 *
 * Since: 1.0
 */
void
intimail_part_write_async (IntimailPart *self, GOutputStream *stream, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  const IntimailCall call = { .run = run_write, .is_change = TRUE, .objects = { stream } };

  g_return_if_fail (INTIMAIL_IS_PART (self));
  g_return_if_fail (G_IS_OUTPUT_STREAM (stream));

  intimail_call_start (self, intimail_part_write_async, &call, cancellable, callback, user_data);
}

/**
 * intimail_part_write_finish:
 * @self: a part
 * @result: what @callback was given
 * @error: return location for an error
 *
 * Ends [method@Intimail.Part.write_async], and fails as
 * [method@Intimail.Part.write] does.
 *
 * Returns: %TRUE when all is written
 *
 * Since: 1.0
 */
gboolean
intimail_part_write_finish (IntimailPart *self, GAsyncResult *result, GError **error)
{
  return intimail_call_finish (self, intimail_part_write_async, result, error) != NULL;
}

/**
 * intimail_part_guess_content_type:
 * @self: a part
 *
 * Guesses from the first 4 KB of the content which type it has, whatever the sender
 * called it. Nothing is unpacked.
 *
 * An office document is a zip or an OLE container, and a source text is a text, by
 * their content.
 *
 * Returns: (transfer full): a type such as "image/png"; "application/octet-stream"
 *   when the content does not tell; for a multipart
 *   [method@Intimail.Part.get_content_type]
 *
 * Since: 1.0
 */
char *
intimail_part_guess_content_type (IntimailPart *self)
{
  g_autoptr (GByteArray) start = NULL;

  g_return_val_if_fail (INTIMAIL_IS_PART (self), NULL);

  if (self->info->multipart)
    return g_strdup (self->info->type);
  start = intimail_part_read_start (self, INTIMAIL_FILE_TYPE_SAMPLE);

  return intimail_file_type_guess (start->data, start->len);
}

static gboolean
is_disguised (IntimailPart *self, const char *shown)
{
  g_autofree char *by_name = self->info->name != NULL ? intimail_file_type_from_name (self->info->name) : NULL;

  if (self->info->multipart)
    return FALSE;
  if (intimail_file_type_is_program (shown) && !intimail_file_type_agrees (shown, self->info->type))
    return by_name == NULL || !intimail_file_type_is_program (by_name);

  return !intimail_file_type_agrees (shown, by_name != NULL ? by_name : self->info->type);
}

/**
 * intimail_part_is_disguised:
 * @self: a part
 *
 * Tells whether the content is plainly of another kind than its name says, or its
 * claimed type where the name says nothing: a program called "invoice.pdf". Say so
 * before somebody opens it.
 *
 * Content that shows no type is not disguised; this is no virus scanner.
 *
 * Returns: %TRUE when the content is something else
 *
 * Since: 1.0
 */
gboolean
intimail_part_is_disguised (IntimailPart *self)
{
  g_autofree char *shown = NULL;

  g_return_val_if_fail (INTIMAIL_IS_PART (self), FALSE);

  shown = intimail_part_guess_content_type (self);

  return is_disguised (self, shown);
}

/* A name keeps its extension when that is one for its content. */
static const char *
choose_extension (IntimailPart *self, const char *shown)
{
  g_autofree char *by_name = self->info->name != NULL ? intimail_file_type_from_name (self->info->name) : NULL;
  const char *extension;

  /* Never one with which a click would start it. */
  if (intimail_file_type_is_program (shown))
    return is_disguised (self, shown) || by_name == NULL ? ".bin" : NULL;
  if (by_name != NULL)
    return is_disguised (self, shown) ? intimail_file_type_get_extension (shown) : NULL;
  extension = intimail_file_type_get_extension (self->info->type);
  if (extension != NULL && intimail_file_type_agrees (shown, self->info->type))
    return extension;

  return intimail_file_type_get_extension (shown);
}

/**
 * intimail_part_make_file_name:
 * @self: a part
 *
 * Makes a name under which the content can be saved, in any folder and on any system:
 * no path, no control characters, nothing that turns text round, no name that Windows
 * keeps for a device, at most 200 bytes of UTF-8.
 *
 * Where the content is of another kind than the name says, the right extension
 * is put behind it; a program that is called something else ends in ".bin". Two parts of
 * a message may have the same name.
 *
 * Returns: (transfer full): the name, never empty
 *
 * Since: 1.0
 */
char *
intimail_part_make_file_name (IntimailPart *self)
{
  g_autofree char *shown = NULL;

  g_return_val_if_fail (INTIMAIL_IS_PART (self), NULL);

  shown = intimail_part_guess_content_type (self);

  return intimail_file_name_make_safe (self->info->name, choose_extension (self, shown));
}
