/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "directory/intimail-ldif-file-private.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <unistd.h>

#include <intimail/intimail-error.h>

#include "base/intimail-error-private.h"
#include "base/intimail-fd-private.h"

/* A directory of 100,000 people has some 60 MB. */
#define MAX_FILE_SIZE (128 * 1024 * 1024)

/* Within one tick of the kernel's clock a file may change twice and keep its
 * times; a tick is 10 ms at most. */
#define TICK_MS 20

/* How long a file that was changed in place has to be still. */
#define QUIET_MS 200

#define LOCK_TIMEOUT_MS 10000
#define LOCK_POLL_MS 10

static gint64
age_in_ms (const struct stat *status)
{
  gint64 changed = (gint64) status->st_mtim.tv_sec * 1000 + status->st_mtim.tv_nsec / 1000000;

  return g_get_real_time () / 1000 - changed;
}

static gboolean
is_younger (const struct stat *status, gint64 limit)
{
  gint64 age = age_in_ms (status);

  /* A time in the future says that the clock was set, not that it is young. */
  return age >= 0 && age < limit;
}

gboolean
intimail_ldif_stamp_is_current (const IntimailLdifStamp *stamp, const char *path)
{
  struct stat status;

  if (!stamp->settled || stat (path, &status) < 0)
    return FALSE;

  return status.st_dev == stamp->status.st_dev &&
         status.st_ino == stamp->status.st_ino &&
         status.st_size == stamp->status.st_size &&
         status.st_mtim.tv_sec == stamp->status.st_mtim.tv_sec &&
         status.st_mtim.tv_nsec == stamp->status.st_mtim.tv_nsec &&
         status.st_ctim.tv_sec == stamp->status.st_ctim.tv_sec &&
         status.st_ctim.tv_nsec == stamp->status.st_ctim.tv_nsec;
}

static void
get_birth (int folder, const char *path, int flags, gint64 *sec, guint32 *nsec)
{
  struct statx status;

  *sec = 0;
  *nsec = 0;
  if (statx (folder, path, flags, STATX_BTIME, &status) < 0 || (status.stx_mask & STATX_BTIME) == 0)
    return;
  *sec = status.stx_btime.tv_sec;
  *nsec = status.stx_btime.tv_nsec;
}

gboolean
intimail_ldif_stamp_is_being_edited (const IntimailLdifStamp *stamp, const char *path)
{
  struct stat status;
  gint64 sec;
  guint32 nsec;

  if (stat (path, &status) < 0)
    return FALSE;
  get_birth (AT_FDCWD, path, 0, &sec, &nsec);
  if (status.st_dev != stamp->status.st_dev || status.st_ino != stamp->status.st_ino ||
      sec == 0 || sec != stamp->born_sec || nsec != stamp->born_nsec)
    return FALSE;
  if (status.st_size == stamp->status.st_size &&
      status.st_mtim.tv_sec == stamp->status.st_mtim.tv_sec &&
      status.st_mtim.tv_nsec == stamp->status.st_mtim.tv_nsec)
    return FALSE;

  return is_younger (&status, QUIET_MS);
}

/* The places and times of a file are no secret, and are mixed by what is odd and large. */
static guint64
mix (guint64 number, gint64 value)
{
  return (number ^ (guint64) value) * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);
}

guint64
intimail_ldif_file_get_generation (const char *path)
{
  struct stat status;
  guint64 number = 0;

  if (stat (path, &status) < 0)
    return 0;
  if (is_younger (&status, QUIET_MS))
    return (guint64) g_random_int () << 32 | g_random_int ();
  number = mix (number, (gint64) status.st_dev);
  number = mix (number, (gint64) status.st_ino);
  number = mix (number, status.st_size);
  number = mix (number, status.st_mtim.tv_sec);
  number = mix (number, status.st_mtim.tv_nsec);
  number = mix (number, status.st_ctim.tv_sec);

  return mix (number, status.st_ctim.tv_nsec);
}

IntimailLdifState *
intimail_ldif_file_read (const char *path, const char *base_dn, IntimailLdifStamp *stamp, GError **error)
{
  g_auto (IntimailFd) fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  g_autoptr (GError) local_error = NULL;
  g_autofree char *data = NULL;
  IntimailLdifState *state = NULL;
  gsize length;

  *stamp = (IntimailLdifStamp){ 0 };
  if (fd < 0 || fstat (fd, &stamp->status) < 0)
    {
      intimail_set_error_from_errno (&local_error, errno, "cannot read %s", path);
    }
  else
    {
      get_birth (fd, "", AT_EMPTY_PATH, &stamp->born_sec, &stamp->born_nsec);
      stamp->settled = !is_younger (&stamp->status, TICK_MS);
      if (intimail_fd_read_all (fd, MAX_FILE_SIZE, &data, &length, &local_error))
        state = intimail_ldif_state_parse (data, length, base_dn, path, &local_error);
      else
        g_prefix_error (&local_error, "%s: ", path);
    }
  if (state == NULL)
    g_set_error_literal (error, INTIMAIL_ERROR, INTIMAIL_ERROR_UNAVAILABLE, local_error->message);

  return state;
}

/* What root makes belongs to whom the directory belongs. */
static void
keep_owner (const char *path, const struct stat *wanted)
{
  struct stat status;

  if (stat (path, &status) == 0 && (status.st_uid != wanted->st_uid || status.st_gid != wanted->st_gid) &&
      chown (path, wanted->st_uid, wanted->st_gid) < 0)
    g_warning ("The owner of %s cannot be set: %s", path, g_strerror (errno));
}

static gboolean
wait_for_lock (int fd, const char *path, GCancellable *cancellable, GError **error)
{
  for (int waited = 0; flock (fd, LOCK_EX | LOCK_NB) < 0; waited += LOCK_POLL_MS)
    {
      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      if (errno != EWOULDBLOCK && errno != EINTR)
        {
          g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_UNAVAILABLE,
                       "cannot lock %s: %s", path, g_strerror (errno));
          return FALSE;
        }
      if (waited >= LOCK_TIMEOUT_MS)
        {
          g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_UNAVAILABLE,
                       "%s: another program has been changing the directory for %d seconds",
                       path, LOCK_TIMEOUT_MS / 1000);
          return FALSE;
        }
      g_usleep (LOCK_POLL_MS * 1000);
    }

  return TRUE;
}

int
intimail_ldif_file_lock (const char *path, GCancellable *cancellable, GError **error)
{
  g_autofree char *lock = g_strconcat (path, ".lock", NULL);
  g_auto (IntimailFd) fd = open (lock, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  struct stat status;

  if (fd < 0)
    {
      g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_UNAVAILABLE,
                   "cannot open %s: %s", lock, g_strerror (errno));
      return -1;
    }
  if (stat (path, &status) == 0)
    keep_owner (lock, &status);
  if (!wait_for_lock (fd, lock, cancellable, error))
    return -1;

  return intimail_fd_steal (&fd);
}

gboolean
intimail_ldif_file_write (const char *path, const char *data, gsize length, GError **error)
{
  /* A symbolic link stays one. */
  g_autofree char *real = realpath (path, NULL);
  struct stat status;

  if (real == NULL || stat (real, &status) < 0)
    {
      intimail_set_error_from_errno (error, errno, "cannot find %s", path);
      return FALSE;
    }
  if (!intimail_file_replace (real, data, length, 0600, error))
    return FALSE;
  keep_owner (real, &status);

  return TRUE;
}
