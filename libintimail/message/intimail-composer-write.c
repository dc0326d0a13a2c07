/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The bytes of a message: in memory, to a stream, into a file.
 */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "base/intimail-error-private.h"
#include "base/intimail-fd-private.h"
#include "base/intimail-secret-private.h"
#include "base/intimail-sink-stream-private.h"
#include "message/intimail-composer-private.h"

/**
 * intimail_composer_build:
 * @self: a composer
 * @hostname: the name of the host that makes the message, for its Message-ID
 * @error: return location for an error
 *
 * Makes the message (RFC 5322, RFC 2045), with a line feed at the end of each line.
 *
 * Message-ID and Date are made unless they were set. Bcc is written: who hands the
 * message over for transport removes it. All of the message is in memory then;
 * [method@Intimail.Composer.write] needs none for large files.
 *
 * Fails with %INTIMAIL_ERROR_INVALID_ARGUMENT without an author, and when an
 * address, a field or @hostname cannot be written; with %INTIMAIL_ERROR_UNAVAILABLE
 * when GMime's library cannot be loaded now; with %INTIMAIL_ERROR_FAILED when an
 * attachment cannot be read.
 *
 * Returns: (transfer full): the bytes of the message
 *
 * Since: 1.0
 */
GBytes *
intimail_composer_build (IntimailComposer *self, const char *hostname, GError **error)
{
  g_autoptr (IntimailPartBuilder) root = NULL;

  g_return_val_if_fail (INTIMAIL_IS_COMPOSER (self), NULL);
  g_return_val_if_fail (hostname != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  root = intimail_composer_make_builder (self, hostname, error);

  return root != NULL ? intimail_part_builder_build (root, error) : NULL;
}

/**
 * intimail_composer_write:
 * @self: a composer
 * @hostname: the name of the host that makes the message, for its Message-ID
 * @stream: where to write
 * @cancellable: (nullable): a cancellable, heeded between two writes
 * @error: return location for an error
 *
 * Writes the message to a stream, as [method@Intimail.Composer.build] makes it. The
 * memory needed does not depend on the size of files and streams that are attached. The
 * stream is not closed.
 *
 * Fails as [method@Intimail.Composer.build] does, and with the stream's own errors. An
 * attachment that cannot be read to its end makes itself felt when a part of the message
 * has been written: who cannot take that back, such as a socket, should be given the
 * message from a file.
 *
 * Returns: %TRUE when all is written
 *
 * Since: 1.0
 */
gboolean
intimail_composer_write (IntimailComposer *self, const char *hostname, GOutputStream *stream, GCancellable *cancellable, GError **error)
{
  g_autoptr (IntimailPartBuilder) root = NULL;

  g_return_val_if_fail (INTIMAIL_IS_COMPOSER (self), FALSE);
  g_return_val_if_fail (hostname != NULL, FALSE);
  g_return_val_if_fail (G_IS_OUTPUT_STREAM (stream), FALSE);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  root = intimail_composer_make_builder (self, hostname, error);

  return root != NULL && intimail_part_builder_write (root, stream, cancellable, error);
}

static gboolean
write_to_fd (gpointer target, gconstpointer data, gsize length, GError **error)
{
  return intimail_fd_write_all (*(int *) target, data, length, error);
}

/* The file and its bytes on the disk, or no file. */
static gboolean
write_durably (IntimailComposer *self, const char *hostname, const char *path, GCancellable *cancellable, GError **error)
{
  g_auto (IntimailFd) fd = open (path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  g_autoptr (GOutputStream) stream = intimail_sink_stream_new (write_to_fd, &fd);

  if (fd < 0)
    {
      intimail_set_error_from_errno (error, errno, "cannot write the message");
      return FALSE;
    }
  if (!intimail_composer_write (self, hostname, stream, cancellable, error))
    return FALSE;
  if (fsync (fd) == 0)
    return TRUE;
  intimail_set_error_from_errno (error, errno, "cannot flush the message");

  return FALSE;
}

/**
 * intimail_composer_write_file:
 * @self: a composer
 * @hostname: the name of the host that makes the message, for its Message-ID
 * @path: (type filename): the file, which nobody but its owner may read
 * @cancellable: (nullable): a cancellable, heeded between two writes
 * @error: return location for an error
 *
 * Writes the message into a file, as [method@Intimail.Composer.write] does, and waits
 * until the disk has it. A file that is there already is replaced when all is written;
 * after a failure it is as it was, and nothing is left behind.
 *
 * Fails as [method@Intimail.Composer.build] does, with %INTIMAIL_ERROR_STORAGE_FULL when
 * the disk has no room, and with %INTIMAIL_ERROR_FAILED when the file cannot be written.
 *
 * Returns: %TRUE when all is written
 *
 * Since: 1.0
 */
gboolean
intimail_composer_write_file (IntimailComposer *self, const char *hostname, const char *path, GCancellable *cancellable, GError **error)
{
  g_autofree char *token = NULL;
  g_autofree char *temporary = NULL;
  g_autofree char *folder = NULL;

  g_return_val_if_fail (INTIMAIL_IS_COMPOSER (self), FALSE);
  g_return_val_if_fail (hostname != NULL && path != NULL, FALSE);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  token = intimail_secret_token (10);
  temporary = g_strdup_printf ("%s.%s", path, token);
  folder = g_path_get_dirname (path);
  if (!write_durably (self, hostname, temporary, cancellable, error))
    {
      unlink (temporary);
      return FALSE;
    }
  if (rename (temporary, path) < 0)
    {
      intimail_set_error_from_errno (error, errno, "cannot write the message");
      unlink (temporary);
      return FALSE;
    }

  return intimail_folder_flush (folder, error);
}
