/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * dovecot-keywords: which word each of the letters a to z of a mailbox's file names
 * stands for. The file is Dovecot's, and so are its rules: who changes it holds the
 * lock of dovecot-uidlist, and its time grows by whole seconds.
 */

#include "store/intimail-folder-private.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include <intimail/intimail-error.h>

#include "base/intimail-error-private.h"
#include "base/intimail-fd-private.h"
#include "store/intimail-maildir-name-private.h"

#define FILE_NAME "dovecot-keywords"
#define LOCK_NAME "dovecot-uidlist.lock"
#define LOCK_TEXT_MAX 512
/* What Dovecot takes for a lock that nobody holds any more. */
#define LOCK_STALE (2 * 60 * G_USEC_PER_SEC)
#define LOCK_WAIT (10 * G_USEC_PER_SEC)
#define LOCK_PAUSE 5000

/* "0 word": number 0 is the letter a. The word stays as it is spelled, but is
 * compared without regard to case, as IMAP's keywords are. */
void
intimail_folder_parse_letters (IntimailFolder *self, const char *data)
{
  g_auto (GStrv) lines = g_strsplit (data, "\n", -1);

  for (gsize i = 0; lines[i] != NULL; i++)
    {
      char *end;
      guint64 number = g_ascii_strtoull (lines[i], &end, 10);

      if (end == lines[i] || *end != ' ' || number >= INTIMAIL_FOLDER_N_LETTERS || end[1] == '\0')
        continue;
      g_free (self->spelled[number]);
      self->spelled[number] = g_strdup (end + 1);
      g_free (self->letters[number]);
      self->letters[number] = g_ascii_strdown (end + 1, -1);
    }
}

static void
clear_letters (IntimailFolder *self)
{
  for (guint i = 0; i < INTIMAIL_FOLDER_N_LETTERS; i++)
    {
      g_clear_pointer (&self->letters[i], g_free);
      g_clear_pointer (&self->spelled[i], g_free);
    }
}

static gboolean
is_loaded (IntimailFolder *self, const struct stat *status)
{
  return status->st_ino == self->letters_inode && status->st_mtim.tv_sec == self->letters_modified.tv_sec &&
         status->st_mtim.tv_nsec == self->letters_modified.tv_nsec;
}

gboolean
intimail_folder_has_same_letters (IntimailFolder *self)
{
  g_autofree char *path = intimail_folder_get_path (self, NULL, FILE_NAME);
  struct stat status;

  return fstatat (self->root_fd, path, &status, AT_SYMLINK_NOFOLLOW) < 0 || is_loaded (self, &status);
}

gboolean
intimail_folder_load_letters (IntimailFolder *self, GError **error)
{
  g_autofree char *path = intimail_folder_get_path (self, NULL, FILE_NAME);
  g_autofree char *data = NULL;
  struct stat status;
  gsize length;

  if (fstatat (self->root_fd, path, &status, AT_SYMLINK_NOFOLLOW) < 0)
    {
      if (errno == ENOENT || errno == ENOTDIR)
        return TRUE;
      intimail_set_error_from_errno (error, errno, "cannot look at %s", path);
      return FALSE;
    }
  if (is_loaded (self, &status))
    return TRUE;
  if (!intimail_folder_read_small_file (self, FILE_NAME, &data, &length, &status, error))
    return FALSE;

  self->letters_modified = status.st_mtim;
  self->letters_inode = status.st_ino;
  self->letters_odd = data == NULL;
  if (data != NULL)
    {
      clear_letters (self);
      intimail_folder_parse_letters (self, data);
    }
  return TRUE;
}

/* --- the lock --- */

/* "pid:host": a holder on this host that is gone holds nothing, nor do we: whoever
 * comes here has the account's own lock, so that what is ours was left behind. */
static gboolean
is_holder_gone (int root_fd, const char *path)
{
  g_auto (IntimailFd) fd = openat (root_fd, path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  g_autofree char *data = NULL;
  gsize length;
  char *end;
  gint64 pid;

  if (fd < 0 || !intimail_fd_read_all (fd, LOCK_TEXT_MAX, &data, &length, NULL))
    return FALSE;
  pid = g_ascii_strtoll (data, &end, 10);
  if (pid <= 0 || pid > G_MAXINT || *end != ':' || strcmp (end + 1, g_get_host_name ()) != 0)
    return FALSE;
  return pid == getpid () || (kill ((pid_t) pid, 0) < 0 && errno == ESRCH);
}

static gboolean
is_stale (int root_fd, const char *path)
{
  struct stat status;

  if (fstatat (root_fd, path, &status, AT_SYMLINK_NOFOLLOW) < 0)
    return FALSE;
  return g_get_real_time () - (gint64) status.st_mtim.tv_sec * G_USEC_PER_SEC > LOCK_STALE || is_holder_gone (root_fd, path);
}

/* A lock says from its first moment who holds it: it is written beside. */
static gboolean
try_lock (int root_fd, const char *path, const char *temporary)
{
  g_auto (IntimailFd) fd = openat (root_fd, temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  g_autofree char *text = g_strdup_printf ("%d:%s", (int) getpid (), g_get_host_name ());
  gboolean ok = fd >= 0 && write (fd, text, strlen (text)) == (gssize) strlen (text) && linkat (root_fd, temporary, root_fd, path, 0) == 0;
  int failed = errno;

  if (fd >= 0)
    unlinkat (root_fd, temporary, 0);
  errno = failed;
  return ok;
}

static gboolean
lock_letters (IntimailFolder *self, const char *path, GError **error)
{
  g_autofree char *unique = intimail_maildir_name_make_unique ();
  g_autofree char *temporary = intimail_folder_get_path (self, "tmp", unique);
  gint64 end = g_get_monotonic_time () + LOCK_WAIT;

  while (!try_lock (self->root_fd, path, temporary))
    {
      if (errno != EEXIST)
        {
          intimail_set_error_from_errno (error, errno, "cannot lock the keywords of a mailbox");
          return FALSE;
        }
      if (is_stale (self->root_fd, path) && unlinkat (self->root_fd, path, 0) == 0)
        continue;
      if (g_get_monotonic_time () >= end)
        {
          g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_FAILED, "another program holds %s", path);
          return FALSE;
        }
      g_usleep (LOCK_PAUSE);
    }
  return TRUE;
}

/* --- a new letter --- */

char
intimail_folder_find_letter (IntimailFolder *self, const char *word)
{
  for (guint i = 0; i < INTIMAIL_FOLDER_N_LETTERS; i++)
    {
      if (self->letters[i] != NULL && strcmp (self->letters[i], word) == 0)
        return (char) ('a' + i);
    }
  return 0;
}

char *
intimail_folder_format_letters (const IntimailFolder *self)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < INTIMAIL_FOLDER_N_LETTERS; i++)
    {
      if (self->spelled[i] != NULL)
        g_string_append_printf (text, "%u %s\n", i, self->spelled[i]);
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static gboolean
save_letters (IntimailFolder *self, GError **error)
{
  g_autofree char *formatted = intimail_folder_format_letters (self);
  g_autoptr (GString) text = g_string_new (formatted);

  return intimail_folder_replace_small_file (self, FILE_NAME, text, self->letters_modified.tv_sec + 1, error);
}

static char
add_letter (IntimailFolder *self, const char *word, GError **error)
{
  guint i = 0;
  char letter;

  /* Others may have been here before the lock was ours. */
  if (!intimail_folder_load_letters (self, error))
    return 0;
  letter = intimail_folder_find_letter (self, word);
  if (letter != 0)
    return letter;
  if (self->letters_odd)
    {
      g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_FAILED, "%s is nothing that can be added to", FILE_NAME);
      return 0;
    }

  while (i < INTIMAIL_FOLDER_N_LETTERS && self->letters[i] != NULL)
    i++;
  if (i == INTIMAIL_FOLDER_N_LETTERS)
    {
      g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_TOO_LARGE,
                   "a mailbox cannot hold more than %d keywords of its own", INTIMAIL_FOLDER_N_LETTERS);
      return 0;
    }
  self->letters[i] = g_strdup (word);
  self->spelled[i] = g_strdup (word);
  if (!save_letters (self, error))
    {
      g_clear_pointer (&self->letters[i], g_free);
      g_clear_pointer (&self->spelled[i], g_free);
      return 0;
    }
  return (char) ('a' + i);
}

char
intimail_folder_take_letter (IntimailFolder *self, const char *word, GError **error)
{
  g_autofree char *lock_path = NULL;
  char letter = intimail_folder_find_letter (self, word);

  if (letter != 0)
    return letter;
  lock_path = intimail_folder_get_path (self, NULL, LOCK_NAME);
  if (!lock_letters (self, lock_path, error))
    return 0;
  letter = add_letter (self, word, error);
  if (unlinkat (self->root_fd, lock_path, 0) < 0 && errno != ENOENT)
    g_debug ("%s stays behind", lock_path);
  return letter;
}

gboolean
intimail_folder_is_dovecots (IntimailFolder *self)
{
  g_autofree char *path = intimail_folder_get_path (self, NULL, "dovecot-uidlist");

  return faccessat (self->root_fd, path, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}
