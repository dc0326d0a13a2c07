/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "store/intimail-upload-private.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include <intimail/intimail-error.h>

#include "base/intimail-error-private.h"
#include "base/intimail-fd-private.h"

/**
 * IntimailUpload:
 *
 * Bytes on their way into an account, from which messages will be made.
 *
 * They go to the disk as they come. One thread at a time may use it.
 *
 * Since: 1.0
 */
struct _IntimailUpload
{
  GObject parent_instance;

  int fd;
  char *path;
  char *id;
  guint64 max_size;
  guint64 size;
  gboolean named; /* before it is whole */
  gboolean kept;
};

G_DEFINE_FINAL_TYPE (IntimailUpload, intimail_upload, G_TYPE_OBJECT)

static void
intimail_upload_finalize (GObject *object)
{
  IntimailUpload *self = INTIMAIL_UPLOAD (object);

  if (!self->kept && self->named)
    unlink (self->path);
  intimail_fd_close (self->fd);
  g_free (self->path);
  g_free (self->id);
  G_OBJECT_CLASS (intimail_upload_parent_class)->finalize (object);
}

static void
intimail_upload_class_init (IntimailUploadClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = intimail_upload_finalize;
}

static void
intimail_upload_init (IntimailUpload *self)
{
  self->fd = -1;
}

IntimailUpload *
intimail_upload_new (int fd, char *path, gboolean named, const char *id, guint64 max_size)
{
  IntimailUpload *self = g_object_new (INTIMAIL_TYPE_UPLOAD, NULL);

  self->fd = fd;
  self->path = path;
  self->named = named;
  self->id = g_strdup (id);
  self->max_size = max_size;
  return self;
}

/**
 * intimail_upload_write:
 * @self: an upload
 * @data: more bytes
 * @error: return location for an error
 *
 * Adds bytes.
 *
 * Fails with %INTIMAIL_ERROR_TOO_LARGE when the upload would get too large,
 * %INTIMAIL_ERROR_STORAGE_FULL when the disk has no room, and
 * %INTIMAIL_ERROR_FAILED when it cannot be written.
 *
 * Returns: whether they are added
 *
 * Since: 1.0
 */
gboolean
intimail_upload_write (IntimailUpload *self, GBytes *data, GError **error)
{
  gconstpointer bytes;
  gsize length;

  g_return_val_if_fail (INTIMAIL_IS_UPLOAD (self), FALSE);
  g_return_val_if_fail (data != NULL, FALSE);
  g_return_val_if_fail (!self->kept, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  bytes = g_bytes_get_data (data, &length);
  if (self->max_size != 0 && length > self->max_size - self->size)
    {
      g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_TOO_LARGE, "the upload has over %" G_GUINT64_FORMAT " bytes", self->max_size);
      return FALSE;
    }
  if (!intimail_fd_write_all (self->fd, bytes, length, error))
    return FALSE;
  self->size += length;
  return TRUE;
}

/**
 * intimail_upload_finish:
 * @self: an upload
 * @error: return location for an error
 *
 * Ends the upload. Its bytes are kept for an hour at least; an upload that is
 * dropped without this leaves nothing.
 *
 * Fails with %INTIMAIL_ERROR_FAILED or %INTIMAIL_ERROR_STORAGE_FULL when it cannot be given
 * a name.
 *
 * Returns: (transfer full): the id of its blob, for
 *   [method@Intimail.Account.load_blob]
 *
 * Since: 1.0
 */
char *
intimail_upload_finish (IntimailUpload *self, GError **error)
{
  char link_path[64];

  g_return_val_if_fail (INTIMAIL_IS_UPLOAD (self), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  g_snprintf (link_path, sizeof link_path, "/proc/self/fd/%d", self->fd);
  if (!self->named && !self->kept && linkat (AT_FDCWD, link_path, AT_FDCWD, self->path, AT_SYMLINK_FOLLOW) < 0)
    {
      intimail_set_error_from_errno (error, errno, "cannot keep an upload");
      return NULL;
    }
  self->kept = TRUE;
  return g_strdup (self->id);
}

/**
 * intimail_upload_get_size:
 * @self: an upload
 *
 * Gets how much was added so far.
 *
 * Returns: bytes
 *
 * Since: 1.0
 */
guint64
intimail_upload_get_size (IntimailUpload *self)
{
  g_return_val_if_fail (INTIMAIL_IS_UPLOAD (self), 0);

  return self->size;
}
