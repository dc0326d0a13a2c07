/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "directory/intimail-ldap-notice-private.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/intimail-fd-private.h"

/* The first number is of all changes, the others are of people: some share one. */
#define N_NUMBERS 4096
#define FILE_SIZE (N_NUMBERS * (goffset) sizeof (guint64))

struct _IntimailLdapNotice
{
  char *path;
};

IntimailLdapNotice *
intimail_ldap_notice_new (const char *path)
{
  IntimailLdapNotice *self = g_new0 (IntimailLdapNotice, 1);

  self->path = g_strdup (path);
  return self;
}

void
intimail_ldap_notice_free (IntimailLdapNotice *self)
{
  if (self == NULL)
    return;
  g_free (self->path);
  g_free (self);
}

static goffset
get_place (const char *uid)
{
  return (goffset) sizeof (guint64) * (1 + g_str_hash (uid) % (N_NUMBERS - 1));
}

/* What root makes belongs to whom the folder belongs. */
static void
keep_owner (IntimailLdapNotice *self, int fd)
{
  g_autofree char *folder = g_path_get_dirname (self->path);
  struct stat status;

  if (geteuid () == 0 && stat (folder, &status) == 0 && fchown (fd, status.st_uid, status.st_gid) < 0)
    g_info ("The owner of %s cannot be set: %s", self->path, g_strerror (errno));
}

/* The folder is not always the caller's: only a file that can be this one is written to. */
static gboolean
prepare (IntimailLdapNotice *self, int fd)
{
  struct stat status;

  if (fstat (fd, &status) < 0)
    return FALSE;
  if (!S_ISREG (status.st_mode) || status.st_nlink > 1 || (status.st_size != 0 && status.st_size != FILE_SIZE))
    {
      errno = EINVAL;
      return FALSE;
    }
  if (status.st_size == FILE_SIZE)
    return TRUE;
  keep_owner (self, fd);

  return ftruncate (fd, FILE_SIZE) == 0;
}

/* Nothing is counted, so that nobody needs a lock: of two who write at once either wins. */
static gboolean
renew (int fd, goffset place)
{
  guint64 number = (guint64) g_random_int () << 32 | g_random_int ();

  return pwrite (fd, &number, sizeof number, place) == sizeof number;
}

void
intimail_ldap_notice_tell (IntimailLdapNotice *self, const char *uid)
{
  g_auto (IntimailFd) fd = -1;

  if (self->path == NULL)
    return;
  fd = open (self->path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
  /* All changes come last: who sees that number sees the other too. */
  if (fd >= 0 && prepare (self, fd) && (uid == NULL || renew (fd, get_place (uid))) && renew (fd, 0))
    return;
  /* No mail yet, or somebody who may change their own entry and no file here. */
  if (errno == ENOENT || errno == EACCES)
    g_info ("Other processes are not told of a change by %s: %s", self->path, g_strerror (errno));
  else
    g_warning ("Other processes are not told of a change by %s: %s", self->path, g_strerror (errno));
}

static guint64
read_number (IntimailLdapNotice *self, goffset place)
{
  g_auto (IntimailFd) fd = self->path != NULL ? open (self->path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK) : -1;
  guint64 number = 0;

  if (fd < 0 || pread (fd, &number, sizeof number, place) != sizeof number)
    return 0;

  return number;
}

guint64
intimail_ldap_notice_get_generation (IntimailLdapNotice *self)
{
  return read_number (self, 0);
}

guint64
intimail_ldap_notice_get_sign_in_stamp (IntimailLdapNotice *self, const char *uid)
{
  return read_number (self, get_place (uid));
}
