/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Stands between a program and the C library, and sees what the program does to the
 * files below one folder. It can make the n-th call fail, and it can write down all
 * that reaches the disk, in order, for a power cut to be played later (disk_model.py).
 *
 *   DISK_SHIM_ROOT=FOLDER     the folder; without it nothing is looked at
 *   DISK_SHIM_LOG=FILE        writes the calls down; several processes may share it
 *   DISK_SHIM_CONTROL=FILE    a DiskShimState that says what fails
 *   DISK_SHIM_DEAF=1          a flush of a folder is neither done nor written down: a
 *                             program with this fault has to be found out
 *
 * A record is a line of fields with tabs between; the last field of "write" and "say"
 * is a number of bytes, which follow the line. "say" is what the program told a peer
 * that has a name, or standard output.
 */

#include "disk-shim-private.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

static char root[PATH_MAX];
static size_t root_length;
static int log_fd = -1;
static bool is_deaf;
static DiskShimState own_state;
static DiskShimState *state = &own_state;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

static const char *const kind_names[] = {
  "open", "read", "write", "truncate", "rename", "link", "unlink", "mkdir", "sync"
};

void *
disk_shim_real (const char *name)
{
  void *function = dlsym (RTLD_NEXT, name);

  if (function == NULL)
    abort ();
  return function;
}

void
disk_shim_set_root (const char *path)
{
  if (realpath (path, root) == NULL)
    abort ();
  root_length = strlen (root);
}

__attribute__ ((constructor)) static void
start (void)
{
  const char *folder = getenv ("DISK_SHIM_ROOT");
  const char *log_path = getenv ("DISK_SHIM_LOG");
  const char *control = getenv ("DISK_SHIM_CONTROL");
  int fd;

  is_deaf = getenv ("DISK_SHIM_DEAF") != NULL;
  if (folder != NULL)
    disk_shim_set_root (folder);
  if (log_path != NULL)
    {
      log_fd = ((__typeof__ (&openat)) disk_shim_real ("openat")) (AT_FDCWD, log_path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
      if (log_fd < 0)
        abort ();
    }
  if (control == NULL)
    return;
  fd = ((__typeof__ (&openat)) disk_shim_real ("openat")) (AT_FDCWD, control, O_RDWR | O_CLOEXEC);
  state = mmap (NULL, sizeof *state, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (fd < 0 || state == MAP_FAILED)
    abort ();
  close (fd);
}

void
disk_shim_arm (int kinds, int nth, int count, int error)
{
  *state = (DiskShimState){ .kinds = kinds, .nth = nth, .count = count, .error = error, .kind = -1 };
  __atomic_store_n (&state->armed, 1, __ATOMIC_SEQ_CST);
}

int
disk_shim_disarm (void)
{
  __atomic_store_n (&state->armed, 0, __ATOMIC_SEQ_CST);
  return state->seen;
}

const char *
disk_shim_get_failed (void)
{
  return state->kind >= 0 ? kind_names[state->kind] : NULL;
}

/* --- one call that is held --- */

static pthread_mutex_t hold_mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t hold_cond = PTHREAD_COND_INITIALIZER;
static char hold_name[NAME_MAX + 1];
static int hold_kind = -1; /* atomic; -1: none is to be held */
static bool is_held;
static __thread DiskShimPath last_path; /* what the call of this thread is about */

void
disk_shim_hold (DiskShimKind kind, const char *name)
{
  snprintf (hold_name, sizeof hold_name, "%s", name);
  __atomic_store_n (&hold_kind, (int) kind, __ATOMIC_SEQ_CST);
}

void
disk_shim_wait_held (void)
{
  pthread_mutex_lock (&hold_mutex);
  while (!is_held)
    pthread_cond_wait (&hold_cond, &hold_mutex);
  pthread_mutex_unlock (&hold_mutex);
}

void
disk_shim_release (void)
{
  pthread_mutex_lock (&hold_mutex);
  is_held = false;
  pthread_cond_broadcast (&hold_cond);
  pthread_mutex_unlock (&hold_mutex);
}

static void
remember (const DiskShimPath *path)
{
  if (__atomic_load_n (&hold_kind, __ATOMIC_SEQ_CST) >= 0)
    last_path = *path;
}

static void
wait_if_held (DiskShimKind kind)
{
  int expected = (int) kind;
  size_t length = strlen (last_path.text);
  size_t name_length = strlen (hold_name);

  if (__atomic_load_n (&hold_kind, __ATOMIC_SEQ_CST) != expected || length < name_length ||
      strcmp (last_path.text + length - name_length, hold_name) != 0 ||
      !__atomic_compare_exchange_n (&hold_kind, &expected, -1, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST))
    return;
  pthread_mutex_lock (&hold_mutex);
  is_held = true;
  pthread_cond_broadcast (&hold_cond);
  while (is_held)
    pthread_cond_wait (&hold_cond, &hold_mutex);
  pthread_mutex_unlock (&hold_mutex);
}

/* Whether this call fails; then errno says how. */
bool
disk_shim_fails (DiskShimKind kind)
{
  int seen;

  wait_if_held (kind);
  if (!__atomic_load_n (&state->armed, __ATOMIC_SEQ_CST) || (state->kinds & 1 << kind) == 0)
    return false;
  seen = __atomic_add_fetch (&state->seen, 1, __ATOMIC_SEQ_CST);
  if (state->nth == 0 || seen < state->nth || seen - state->nth >= state->count)
    return false;
  if (state->error == DISK_SHIM_KILL)
    kill (getpid (), SIGKILL);
  state->kind = (int) kind;
  errno = state->error;
  return true;
}

/* --- what a call is about --- */

static bool
is_below (DiskShimPath *path)
{
  size_t length = strlen (path->text);

  while (length > 2 && strcmp (path->text + length - 2, "/.") == 0)
    path->text[length -= 2] = '\0';
  return root_length > 0 && strncmp (path->text, root, root_length) == 0 &&
         (path->text[root_length] == '/' || path->text[root_length] == '\0');
}

static bool
read_link (const char *link_path, DiskShimPath *path)
{
  ssize_t length = readlink (link_path, path->text, sizeof path->text - 1);

  if (length < 0)
    return false;
  path->text[length] = '\0';
  return true;
}

bool
disk_shim_find_fd (int fd, DiskShimPath *path)
{
  int before = errno;
  char link_path[40];
  bool found;

  snprintf (link_path, sizeof link_path, "/proc/self/fd/%d", fd);
  found = root_length > 0 && fd >= 0 && read_link (link_path, path) && is_below (path);
  if (found)
    remember (path);
  errno = before;
  return found;
}

static bool
join (int dir_fd, const char *name, DiskShimPath *path)
{
  DiskShimPath folder;
  char link_path[40];

  if (name[0] == '/')
    return snprintf (path->text, sizeof path->text, "%s", name) < (int) sizeof path->text;
  snprintf (link_path, sizeof link_path, "/proc/self/fd/%d", dir_fd);
  return read_link (dir_fd == AT_FDCWD ? "/proc/self/cwd" : link_path, &folder) &&
         snprintf (path->text, sizeof path->text, "%s/%s", folder.text, name) < (int) sizeof path->text;
}

bool
disk_shim_find_at (int dir_fd, const char *name, DiskShimPath *path)
{
  int before = errno;
  bool found = root_length > 0 && join (dir_fd, name, path) && is_below (path);

  if (found)
    remember (path);
  errno = before;
  return found;
}

const char *
disk_shim_in_root (const DiskShimPath *path)
{
  return path->text[root_length] == '/' ? path->text + root_length + 1 : ".";
}

/* --- the record --- */

/* Held over a call and its record, so that the records have the order of the calls. */
void
disk_shim_lock (void)
{
  pthread_mutex_lock (&mutex);
  while (log_fd >= 0 && flock (log_fd, LOCK_EX) < 0)
    continue;
}

void
disk_shim_unlock (void)
{
  int before = errno;

  if (log_fd >= 0)
    flock (log_fd, LOCK_UN);
  pthread_mutex_unlock (&mutex);
  errno = before;
}

static void
put_with (const void *data, size_t length, const char *format, va_list arguments)
{
  char line[2 * PATH_MAX + 100];
  int before = errno;
  struct iovec parts[2] = { { line, 0 }, { (void *) data, length } };
  int line_length = vsnprintf (line, sizeof line, format, arguments);

  parts[0].iov_len = (size_t) line_length;
  if (line_length >= (int) sizeof line || writev (log_fd, parts, 2) != (ssize_t) (parts[0].iov_len + length))
    abort ();
  errno = before;
}

__attribute__ ((format (printf, 3, 4))) void
disk_shim_put (const void *data, size_t length, const char *format, ...)
{
  va_list arguments;

  if (log_fd < 0)
    return;
  va_start (arguments, format);
  put_with (data, length, format, arguments);
  va_end (arguments);
}

bool
disk_shim_is_recording (void)
{
  return log_fd >= 0;
}

bool
disk_shim_is_deaf (void)
{
  return is_deaf;
}

int
disk_shim_get_error (void)
{
  return state->error;
}
