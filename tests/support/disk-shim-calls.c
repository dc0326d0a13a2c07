/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The calls that the shim stands before: see disk-shim.c.
 */

#include "disk-shim-private.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <unistd.h>

#define REAL(name) ((__typeof__ (&name)) disk_shim_real (#name))
#define EXPORT __attribute__ ((visibility ("default")))

static uintmax_t
get_inode (int fd)
{
  struct stat status;

  return fstat (fd, &status) == 0 ? (uintmax_t) status.st_ino : 0;
}

static int
open_recorded (int dir_fd, const char *name, int flags, mode_t mode, const DiskShimPath *path)
{
  struct stat status;
  bool was_there;
  int fd;

  disk_shim_lock ();
  was_there = fstatat (dir_fd, name, &status, AT_SYMLINK_NOFOLLOW) == 0;
  fd = REAL (openat) (dir_fd, name, flags, mode);
  if (fd >= 0 && (flags & O_TMPFILE) == O_TMPFILE)
    disk_shim_put (NULL, 0, "orphan\t%ju\n", get_inode (fd));
  else if (fd >= 0 && !was_there)
    disk_shim_put (NULL, 0, "create\t%ju\t%s\n", get_inode (fd), disk_shim_in_root (path));
  else if (fd >= 0 && (flags & O_TRUNC) != 0)
    disk_shim_put (NULL, 0, "truncate\t%ju\t0\n", get_inode (fd));
  disk_shim_unlock ();
  return fd;
}

static int
shim_open (int dir_fd, const char *name, int flags, mode_t mode)
{
  DiskShimPath path;

  if (!disk_shim_find_at (dir_fd, name, &path))
    return REAL (openat) (dir_fd, name, flags, mode);
  if (disk_shim_fails (DISK_SHIM_OPEN))
    return -1;
  if ((flags & (O_CREAT | O_TRUNC | (O_TMPFILE & ~O_DIRECTORY))) == 0)
    return REAL (openat) (dir_fd, name, flags, mode);
  return open_recorded (dir_fd, name, flags, mode, &path);
}

static mode_t
take_mode (int flags, va_list arguments)
{
  return (flags & (O_CREAT | (O_TMPFILE & ~O_DIRECTORY))) != 0 ? va_arg (arguments, mode_t) : 0;
}

#define DEFINE_OPEN(name)                             \
  EXPORT int name (const char *path, int flags, ...); \
  int name (const char *path, int flags, ...)         \
  {                                                   \
    va_list arguments;                                \
    mode_t mode;                                      \
                                                      \
    va_start (arguments, flags);                      \
    mode = take_mode (flags, arguments);              \
    va_end (arguments);                               \
    return shim_open (AT_FDCWD, path, flags, mode);   \
  }
#define DEFINE_OPENAT(name)                                   \
  EXPORT int name (int fd, const char *path, int flags, ...); \
  int name (int fd, const char *path, int flags, ...)         \
  {                                                           \
    va_list arguments;                                        \
    mode_t mode;                                              \
                                                              \
    va_start (arguments, flags);                              \
    mode = take_mode (flags, arguments);                      \
    va_end (arguments);                                       \
    return shim_open (fd, path, flags, mode);                 \
  }
#define DEFINE_CREAT(name)                                                 \
  EXPORT int name (const char *path, mode_t mode);                         \
  int name (const char *path, mode_t mode)                                 \
  {                                                                        \
    return shim_open (AT_FDCWD, path, O_WRONLY | O_CREAT | O_TRUNC, mode); \
  }

DEFINE_OPEN (open)
DEFINE_OPEN (open64)
DEFINE_OPEN (__open_2)
DEFINE_OPEN (__open64_2)
DEFINE_OPENAT (openat)
DEFINE_OPENAT (openat64)
DEFINE_OPENAT (__openat_2)
DEFINE_OPENAT (__openat64_2)
DEFINE_CREAT (creat)
DEFINE_CREAT (creat64)

static void
put_written (int fd, const void *data, ssize_t length, off_t offset)
{
  if (length > 0)
    disk_shim_put (data, (size_t) length, "write\t%ju\t%jd\t%zd\n", get_inode (fd), (intmax_t) offset, length);
}

/* A disk that gets full takes the first half. */
static size_t
shorten (size_t length)
{
  return (disk_shim_get_error () == ENOSPC || disk_shim_get_error () == EDQUOT) && length > 1 ? length / 2 : 0;
}

EXPORT ssize_t
write (int fd, const void *data, size_t length)
{
  DiskShimPath path;
  ssize_t written;

  if (fd == STDOUT_FILENO && disk_shim_is_recording ())
    {
      disk_shim_lock ();
      disk_shim_put (data, length, "say\tstdout\t%zu\n", length);
      disk_shim_unlock ();
    }
  if (!disk_shim_find_fd (fd, &path))
    return REAL (write) (fd, data, length);
  if (disk_shim_fails (DISK_SHIM_WRITE))
    {
      length = shorten (length);
      if (length == 0)
        return -1;
    }
  if (!disk_shim_is_recording ())
    return REAL (write) (fd, data, length);

  disk_shim_lock ();
  written = REAL (write) (fd, data, length);
  put_written (fd, data, written, lseek (fd, 0, SEEK_CUR) - written);
  disk_shim_unlock ();
  return written;
}

static ssize_t
shim_pwrite (int fd, const void *data, size_t length, off_t offset)
{
  DiskShimPath path;
  ssize_t written;

  if (!disk_shim_find_fd (fd, &path))
    return REAL (pwrite) (fd, data, length, offset);
  if (disk_shim_fails (DISK_SHIM_WRITE))
    return -1;
  disk_shim_lock ();
  written = REAL (pwrite) (fd, data, length, offset);
  put_written (fd, data, written, offset);
  disk_shim_unlock ();
  return written;
}

EXPORT ssize_t
pwrite (int fd, const void *data, size_t length, off_t offset)
{
  return shim_pwrite (fd, data, length, offset);
}

EXPORT ssize_t
pwrite64 (int fd, const void *data, size_t length, off64_t offset)
{
  return shim_pwrite (fd, data, length, offset);
}

EXPORT ssize_t
writev (int fd, const struct iovec *parts, int n_parts)
{
  ssize_t total = 0;
  DiskShimPath path;

  if (!disk_shim_find_fd (fd, &path))
    return REAL (writev) (fd, parts, n_parts);
  for (int i = 0; i < n_parts; i++)
    {
      ssize_t written = write (fd, parts[i].iov_base, parts[i].iov_len);

      if (written < 0)
        return total > 0 ? total : -1;
      total += written;
      if ((size_t) written < parts[i].iov_len)
        break;
    }
  return total;
}

/* Copied in steps that are written down like any other. */
EXPORT ssize_t
copy_file_range (int in_fd, off64_t *in_offset, int out_fd, off64_t *out_offset, size_t length, unsigned int flags)
{
  char buffer[16 * 1024];
  ssize_t got;
  ssize_t written;
  DiskShimPath path;

  if (!disk_shim_find_fd (out_fd, &path))
    return REAL (copy_file_range) (in_fd, in_offset, out_fd, out_offset, length, flags);
  if (length > sizeof buffer)
    length = sizeof buffer;
  got = in_offset != NULL ? REAL (pread) (in_fd, buffer, length, *in_offset) : REAL (read) (in_fd, buffer, length);
  if (got <= 0)
    return got;
  written = out_offset != NULL ? shim_pwrite (out_fd, buffer, (size_t) got, *out_offset) : write (out_fd, buffer, (size_t) got);
  if (written > 0 && in_offset != NULL)
    *in_offset += written;
  if (written > 0 && out_offset != NULL)
    *out_offset += written;
  return written;
}

EXPORT ssize_t
read (int fd, void *data, size_t length)
{
  DiskShimPath path;

  if (disk_shim_find_fd (fd, &path) && disk_shim_fails (DISK_SHIM_READ))
    return -1;
  return REAL (read) (fd, data, length);
}

static ssize_t
shim_pread (int fd, void *data, size_t length, off_t offset)
{
  DiskShimPath path;

  if (disk_shim_find_fd (fd, &path) && disk_shim_fails (DISK_SHIM_READ))
    return -1;
  return REAL (pread) (fd, data, length, offset);
}

EXPORT ssize_t
pread (int fd, void *data, size_t length, off_t offset)
{
  return shim_pread (fd, data, length, offset);
}

EXPORT ssize_t
pread64 (int fd, void *data, size_t length, off64_t offset)
{
  return shim_pread (fd, data, length, offset);
}

static int
shim_ftruncate (int fd, off_t length)
{
  DiskShimPath path;
  int result;

  if (!disk_shim_find_fd (fd, &path))
    return REAL (ftruncate) (fd, length);
  if (disk_shim_fails (DISK_SHIM_TRUNCATE))
    return -1;
  disk_shim_lock ();
  result = REAL (ftruncate) (fd, length);
  if (result == 0)
    disk_shim_put (NULL, 0, "truncate\t%ju\t%jd\n", get_inode (fd), (intmax_t) length);
  disk_shim_unlock ();
  return result;
}

EXPORT int
ftruncate (int fd, off_t length)
{
  return shim_ftruncate (fd, length);
}

EXPORT int
ftruncate64 (int fd, off64_t length)
{
  return shim_ftruncate (fd, length);
}

EXPORT int
renameat2 (int from_fd, const char *from, int to_fd, const char *to, unsigned int flags)
{
  DiskShimPath source;
  DiskShimPath target;
  int result;

  /* A file that comes from elsewhere, or goes there, is none of this folder's. */
  if (!disk_shim_find_at (from_fd, from, &source) || !disk_shim_find_at (to_fd, to, &target))
    return REAL (renameat2) (from_fd, from, to_fd, to, flags);
  if (disk_shim_fails (DISK_SHIM_RENAME))
    return -1;
  if (disk_shim_is_recording () && (flags & RENAME_EXCHANGE) != 0)
    abort ();
  disk_shim_lock ();
  result = REAL (renameat2) (from_fd, from, to_fd, to, flags);
  if (result == 0)
    disk_shim_put (NULL, 0, "rename\t%s\t%s\n", disk_shim_in_root (&source), disk_shim_in_root (&target));
  disk_shim_unlock ();
  return result;
}

EXPORT int
renameat (int from_fd, const char *from, int to_fd, const char *to)
{
  return renameat2 (from_fd, from, to_fd, to, 0);
}

EXPORT int
rename (const char *from, const char *to)
{
  return renameat2 (AT_FDCWD, from, AT_FDCWD, to, 0);
}

EXPORT int
linkat (int from_fd, const char *from, int to_fd, const char *to, int flags)
{
  struct stat status;
  DiskShimPath target;
  int result;

  if (!disk_shim_find_at (to_fd, to, &target))
    return REAL (linkat) (from_fd, from, to_fd, to, flags);
  if (disk_shim_fails (DISK_SHIM_LINK))
    return -1;
  disk_shim_lock ();
  result = REAL (linkat) (from_fd, from, to_fd, to, flags);
  if (result == 0 && fstatat (to_fd, to, &status, AT_SYMLINK_NOFOLLOW) == 0)
    disk_shim_put (NULL, 0, "link\t%ju\t%s\n", (uintmax_t) status.st_ino, disk_shim_in_root (&target));
  disk_shim_unlock ();
  return result;
}

EXPORT int
link (const char *from, const char *to)
{
  return linkat (AT_FDCWD, from, AT_FDCWD, to, 0);
}

EXPORT int
unlinkat (int dir_fd, const char *name, int flags)
{
  DiskShimPath path;
  int result;

  if (!disk_shim_find_at (dir_fd, name, &path))
    return REAL (unlinkat) (dir_fd, name, flags);
  if (disk_shim_fails (DISK_SHIM_UNLINK))
    return -1;
  disk_shim_lock ();
  result = REAL (unlinkat) (dir_fd, name, flags);
  if (result == 0)
    disk_shim_put (NULL, 0, "unlink\t%s\n", disk_shim_in_root (&path));
  disk_shim_unlock ();
  return result;
}

EXPORT int
unlink (const char *name)
{
  return unlinkat (AT_FDCWD, name, 0);
}

EXPORT int
rmdir (const char *name)
{
  return unlinkat (AT_FDCWD, name, AT_REMOVEDIR);
}

EXPORT int
remove (const char *name)
{
  int result = unlinkat (AT_FDCWD, name, 0);

  return result < 0 && (errno == EISDIR || errno == EPERM) ? unlinkat (AT_FDCWD, name, AT_REMOVEDIR) : result;
}

EXPORT int
mkdirat (int dir_fd, const char *name, mode_t mode)
{
  DiskShimPath path;
  int result;

  if (!disk_shim_find_at (dir_fd, name, &path))
    return REAL (mkdirat) (dir_fd, name, mode);
  if (disk_shim_fails (DISK_SHIM_MKDIR))
    return -1;
  disk_shim_lock ();
  result = REAL (mkdirat) (dir_fd, name, mode);
  if (result == 0)
    disk_shim_put (NULL, 0, "mkdir\t%s\n", disk_shim_in_root (&path));
  disk_shim_unlock ();
  return result;
}

EXPORT int
mkdir (const char *name, mode_t mode)
{
  return mkdirat (AT_FDCWD, name, mode);
}

/* Flushes run beside each other: what was there when one began is safe when it ends. */
static int
flush (int fd, int (*function) (int))
{
  static unsigned int last_number;
  unsigned int number = __atomic_add_fetch (&last_number, 1, __ATOMIC_SEQ_CST);
  struct stat status;
  DiskShimPath path;
  int result;

  if (!disk_shim_find_fd (fd, &path) || fstat (fd, &status) < 0)
    return function (fd);
  if (disk_shim_fails (DISK_SHIM_SYNC))
    return -1;
  if (disk_shim_is_deaf () && S_ISDIR (status.st_mode))
    return 0;
  disk_shim_lock ();
  disk_shim_put (NULL, 0, "flush\t%d.%u\t%ju\t%s\n", getpid (), number, (uintmax_t) status.st_ino, S_ISDIR (status.st_mode) ? disk_shim_in_root (&path) : "");
  disk_shim_unlock ();
  result = function (fd);
  disk_shim_lock ();
  if (result == 0)
    disk_shim_put (NULL, 0, "flushed\t%d.%u\n", getpid (), number);
  disk_shim_unlock ();
  return result;
}

EXPORT int
fsync (int fd)
{
  return flush (fd, REAL (fsync));
}

EXPORT int
fdatasync (int fd)
{
  return flush (fd, REAL (fdatasync));
}

EXPORT int
syncfs (int fd)
{
  static unsigned int last_number;
  unsigned int number = __atomic_add_fetch (&last_number, 1, __ATOMIC_SEQ_CST);
  int result;
  DiskShimPath path;

  if (!disk_shim_find_fd (fd, &path))
    return REAL (syncfs) (fd);
  if (disk_shim_fails (DISK_SHIM_SYNC))
    return -1;
  disk_shim_lock ();
  disk_shim_put (NULL, 0, "flush\t%d.all.%u\t0\t\n", getpid (), number);
  disk_shim_unlock ();
  result = REAL (syncfs) (fd);
  disk_shim_lock ();
  if (result == 0)
    disk_shim_put (NULL, 0, "flushed\t%d.all.%u\n", getpid (), number);
  disk_shim_unlock ();
  return result;
}

/* What a peer is told, when it has a name: a promise comes before it is heard. */
EXPORT ssize_t
send (int fd, const void *data, size_t length, int flags)
{
  struct sockaddr_un address = { 0 };
  socklen_t size = sizeof address;
  int before = errno;

  if (disk_shim_is_recording () && getpeername (fd, (struct sockaddr *) &address, &size) == 0 && address.sun_family == AF_UNIX &&
      size > sizeof address.sun_family + 1 && address.sun_path[0] == '\0')
    {
      int name_length = (int) (size - sizeof address.sun_family - 1);

      disk_shim_lock ();
      disk_shim_put (data, length, "say\t%.*s\t%zu\n", name_length, address.sun_path + 1, length);
      disk_shim_unlock ();
    }
  errno = before;
  return REAL (send) (fd, data, length, flags);
}
