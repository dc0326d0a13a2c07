/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The files that go with a message.
 */

#include <string.h>

#include <intimail/intimail-error.h>

#include "message/intimail-composer-private.h"

/* What a file's name and the id of a picture may have, in bytes. */
#define MAX_NAME 255
#define MAX_CONTENT_ID 250

static gboolean
check_file (const char *name, const char *content_type, GError **error)
{
  if (name != NULL && (!intimail_composer_is_one_line (name) || strlen (name) > MAX_NAME))
    {
      g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT,
                   "the name of a file is one line of at most %d bytes", MAX_NAME);
      return FALSE;
    }
  if (content_type != NULL && (!intimail_part_builder_is_content_type (content_type) ||
                               g_ascii_strncasecmp (content_type, "multipart/", 10) == 0))
    {
      g_set_error_literal (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT,
                           "the type of a file has the form type/subtype, and is not multipart");
      return FALSE;
    }

  return TRUE;
}

void
intimail_composer_add_file (IntimailComposer *self, IntimailContent *content, const char *name, const char *content_type, const char *content_id)
{
  IntimailComposerFile *file = g_new0 (IntimailComposerFile, 1);

  file->content = intimail_content_ref (content);
  file->name = g_strdup (name);
  file->content_type = g_strdup (content_type != NULL ? content_type : "application/octet-stream");
  file->content_id = g_strdup (content_id);
  g_ptr_array_add (self->files, file);
}

/**
 * intimail_composer_add_attachment:
 * @self: a composer
 * @content: the bytes of the file
 * @name: (nullable): its name, without a path
 * @content_type: (nullable): its type, such as "application/pdf"; %NULL when it is
 *   not known
 * @error: return location for an error
 *
 * Adds a file.
 *
 * Fails with %INTIMAIL_ERROR_INVALID_ARGUMENT when @name has a control character
 * or more than 255 bytes, or @content_type is no type of a file.
 *
 * Returns: %TRUE when it is added
 *
 * Since: 1.0
 */
gboolean
intimail_composer_add_attachment (IntimailComposer *self,
                                  GBytes *content,
                                  const char *name,
                                  const char *content_type,
                                  GError **error)
{
  g_autoptr (IntimailContent) source = NULL;

  g_return_val_if_fail (INTIMAIL_IS_COMPOSER (self), FALSE);
  g_return_val_if_fail (content != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (!check_file (name, content_type, error))
    return FALSE;
  source = intimail_content_new_bytes (content);
  intimail_composer_add_file (self, source, name, content_type, NULL);

  return TRUE;
}

/**
 * intimail_composer_add_attachment_file:
 * @self: a composer
 * @path: (type filename): the file
 * @name: (nullable): its name for who gets it, without a path; %NULL for the one that it
 *   has
 * @content_type: (nullable): its type, such as "application/pdf"; %NULL when it is
 *   not known
 * @error: return location for an error
 *
 * Adds a file of the disk.
 *
 * It is read when the message is written, each time anew, and is never in memory as a
 * whole.
 *
 * Fails with %INTIMAIL_ERROR_INVALID_ARGUMENT as
 * [method@Intimail.Composer.add_attachment] does, and when @path is a folder or another
 * thing that is no file; with %INTIMAIL_ERROR_FAILED when it cannot be opened.
 *
 * Returns: %TRUE when it is added
 *
 * Since: 1.0
 */
gboolean
intimail_composer_add_attachment_file (IntimailComposer *self,
                                       const char *path,
                                       const char *name,
                                       const char *content_type,
                                       GError **error)
{
  g_autoptr (IntimailContent) source = NULL;
  g_autofree char *own_name = NULL;

  g_return_val_if_fail (INTIMAIL_IS_COMPOSER (self), FALSE);
  g_return_val_if_fail (path != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (name == NULL)
    name = own_name = g_filename_display_basename (path);
  if (!check_file (name, content_type, error))
    return FALSE;
  source = intimail_content_new_file (path, TRUE, error);
  if (source == NULL)
    return FALSE;
  intimail_composer_add_file (self, source, name, content_type, NULL);

  return TRUE;
}

/**
 * intimail_composer_add_attachment_stream:
 * @self: a composer
 * @stream: the bytes of the file, from where the stream is now to its end
 * @name: (nullable): its name, without a path
 * @content_type: (nullable): its type, such as "application/pdf"; %NULL when it is
 *   not known
 * @error: return location for an error
 *
 * Adds a file from a stream.
 *
 * It is read when the message is written, and is never in memory as a whole. A message
 * with a stream that cannot seek is written once; the next time fails. Nothing else may
 * use the stream meanwhile.
 *
 * Fails with %INTIMAIL_ERROR_INVALID_ARGUMENT as
 * [method@Intimail.Composer.add_attachment] does.
 *
 * Returns: %TRUE when it is added
 *
 * Since: 1.0
 */
gboolean
intimail_composer_add_attachment_stream (IntimailComposer *self,
                                         GInputStream *stream,
                                         const char *name,
                                         const char *content_type,
                                         GError **error)
{
  g_autoptr (IntimailContent) source = NULL;

  g_return_val_if_fail (INTIMAIL_IS_COMPOSER (self), FALSE);
  g_return_val_if_fail (G_IS_INPUT_STREAM (stream), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (!check_file (name, content_type, error))
    return FALSE;
  source = intimail_content_new_stream (stream);
  intimail_composer_add_file (self, source, name, content_type, NULL);

  return TRUE;
}

/**
 * intimail_composer_add_inline:
 * @self: a composer
 * @content: the bytes of a picture
 * @name: (nullable): its name, without a path
 * @content_type: (nullable): its type, such as "image/png"
 * @content_id: the id by which the HTML text names it ("cid:..."), of letters,
 *   digits and "@.-_"
 * @error: return location for an error
 *
 * Adds a picture that the HTML text shows.
 *
 * Fails with %INTIMAIL_ERROR_INVALID_ARGUMENT as
 * [method@Intimail.Composer.add_attachment] does, and when @content_id is none.
 *
 * Returns: %TRUE when it is added
 *
 * Since: 1.0
 */
gboolean
intimail_composer_add_inline (IntimailComposer *self,
                              GBytes *content,
                              const char *name,
                              const char *content_type,
                              const char *content_id,
                              GError **error)
{
  g_autoptr (IntimailContent) source = NULL;
  gsize length;

  g_return_val_if_fail (INTIMAIL_IS_COMPOSER (self), FALSE);
  g_return_val_if_fail (content != NULL, FALSE);
  g_return_val_if_fail (content_id != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (!check_file (name, content_type, error))
    return FALSE;
  length = strspn (content_id, G_CSET_a_2_z G_CSET_A_2_Z G_CSET_DIGITS "@.-_");
  if (length == 0 || length > MAX_CONTENT_ID || content_id[length] != '\0')
    {
      g_set_error_literal (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT, "that is no content id");
      return FALSE;
    }
  source = intimail_content_new_bytes (content);
  intimail_composer_add_file (self, source, name, content_type, content_id);

  return TRUE;
}
