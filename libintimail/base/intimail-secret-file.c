/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A secret that is made when it is first wanted, for what has to be known again without
 * being written down.
 */

#include "base/intimail-secret-private.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <intimail/intimail-error.h>

#include "base/intimail-error-private.h"
#include "base/intimail-fd-private.h"

#define SECRET_BYTES 32

/* NULL and no error: there is no file yet. */
static GBytes *
read_secret (const char *path, GError **error)
{
  g_auto (IntimailFd) fd = open (path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  char *data = NULL;
  gsize length;

  if (fd < 0)
    {
      if (errno != ENOENT)
        intimail_set_error_from_errno (error, errno, "cannot open %s", path);
      return NULL;
    }
  if (!intimail_fd_read_all (fd, SECRET_BYTES, &data, &length, error))
    return NULL;
  if (length == SECRET_BYTES)
    return g_bytes_new_take (data, length);
  g_free (data);
  g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_FAILED, "%s is not %d bytes long: remove it", path, SECRET_BYTES);
  return NULL;
}

/* Of two processes at once, one is first; the other takes what that one made. */
static gboolean
make_secret (const char *folder, const char *path, GError **error)
{
  g_autofree char *token = intimail_secret_token (10);
  g_autofree char *temporary = g_strdup_printf ("%s.%s", path, token);
  guint8 secret[SECRET_BYTES];
  gboolean done;

  intimail_secret_random (secret, sizeof secret);
  if (mkdir (folder, 0700) < 0 && errno != EEXIST)
    {
      intimail_set_error_from_errno (error, errno, "cannot create %s", folder);
      return FALSE;
    }
  if (!intimail_file_replace (temporary, secret, sizeof secret, 0600, error))
    return FALSE;
  done = link (temporary, path) == 0 || errno == EEXIST;
  if (!done)
    intimail_set_error_from_errno (error, errno, "cannot create %s", path);
  unlink (temporary);

  return done && intimail_folder_flush (folder, error);
}

GBytes *
intimail_secret_file_load (const char *folder, const char *name, GError **error)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr (GError) local_error = NULL;
  GBytes *secret = read_secret (path, &local_error);

  if (secret == NULL && local_error == NULL && make_secret (folder, path, &local_error))
    secret = read_secret (path, &local_error);
  if (local_error != NULL)
    g_propagate_error (error, g_steal_pointer (&local_error));

  return secret;
}
