/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "store/intimail-import-state-private.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <intimail/intimail-error.h>

#include "base/intimail-error-private.h"
#include "base/intimail-fd-private.h"
#include "base/intimail-secret-private.h"
#include "json/intimail-json-line-private.h"

struct _IntimailImportState
{
  int root_fd;
  int fd;
  char *name;
  char *source;
  struct stat status; /* of the source */
  char *job;
  char *host;
  gint64 started; /* seconds since 1970 */
  gsize size;
  guint64 offset;
  gboolean finished;
  GHashTable *done;
};

void
intimail_import_state_free (IntimailImportState *self)
{
  intimail_fd_close (self->fd);
  intimail_fd_close (self->root_fd);
  g_clear_pointer (&self->done, g_hash_table_unref);
  g_free (self->name);
  g_free (self->source);
  g_free (self->job);
  g_free (self->host);
  g_free (self);
}

const char *
intimail_import_state_get_name (IntimailImportState *self)
{
  return self->name;
}

gboolean
intimail_import_state_is_finished (IntimailImportState *self)
{
  return self->finished;
}

gboolean
intimail_import_state_is_done (IntimailImportState *self, const char *key)
{
  return self->done != NULL && g_hash_table_contains (self->done, key);
}

guint64
intimail_import_state_get_offset (IntimailImportState *self)
{
  return self->offset;
}

char *
intimail_import_state_make_unique (IntimailImportState *self, gint64 seconds, const char *key)
{
  return g_strdup_printf ("%" G_GINT64_FORMAT ".I%s_%s.%s", seconds > 0 ? seconds : self->started, self->job, key, self->host);
}

/* What a name has after its time and its process. */
static char *
find_host (void)
{
  g_autofree char *unique = intimail_maildir_name_make_unique ();
  const char *host = strchr (unique, '.');

  host = strchr (host + 1, '.');
  return g_strdup (host + 1);
}

static gint64
get_modified (const struct stat *status)
{
  return (gint64) status->st_mtim.tv_sec * G_USEC_PER_SEC + status->st_mtim.tv_nsec / 1000;
}

static gboolean
append (IntimailImportState *self, const GString *line, GError **error)
{
  if (!intimail_fd_write_all (self->fd, line->str, line->len, error))
    return FALSE;
  self->size += line->len;
  return TRUE;
}

void
intimail_import_state_note_offset (IntimailImportState *self, guint64 offset)
{
  g_autoptr (GString) line = g_string_new (NULL);

  if (self->size > INTIMAIL_IMPORT_STATE_MAX)
    return;
  intimail_json_line_begin (line);
  intimail_json_line_add_integer (line, "offset", (gint64) offset);
  intimail_json_line_end (line);
  /* It saves time, and nothing else. */
  append (self, line, NULL);
}

/* The first line has to be there before the first message is. */
static gboolean
begin (IntimailImportState *self, GError **error)
{
  g_autoptr (GString) line = g_string_new (NULL);

  self->job = intimail_secret_token (6);
  self->started = g_get_real_time () / G_USEC_PER_SEC;
  self->offset = 0;
  self->finished = FALSE;
  intimail_json_line_begin (line);
  intimail_json_line_add_integer (line, "v", 1);
  intimail_json_line_add_string (line, "job", self->job);
  intimail_json_line_add_string (line, "source", self->source);
  intimail_json_line_add_integer (line, "device", (gint64) self->status.st_dev);
  intimail_json_line_add_integer (line, "inode", (gint64) self->status.st_ino);
  if (S_ISREG (self->status.st_mode))
    {
      intimail_json_line_add_integer (line, "size", (gint64) self->status.st_size);
      intimail_json_line_add_integer (line, "modified", get_modified (&self->status));
    }
  intimail_json_line_add_integer (line, "started", self->started);
  intimail_json_line_end (line);
  if (ftruncate (self->fd, 0) < 0 || lseek (self->fd, 0, SEEK_SET) < 0)
    {
      intimail_set_error_from_errno (error, errno, "cannot write %s", self->name);
      return FALSE;
    }
  self->size = 0;
  if (!append (self, line, error))
    return FALSE;
  if (fsync (self->fd) < 0 || fsync (self->root_fd) < 0)
    {
      intimail_set_error_from_errno (error, errno, "cannot flush %s", self->name);
      return FALSE;
    }
  return TRUE;
}

/* FALSE when the line tells of another source. */
static gboolean
take_first_line (IntimailImportState *self, const char *data, gsize length)
{
  IntimailJsonLineReader reader;
  IntimailJsonMember member;
  gboolean same = TRUE;

  if (!intimail_json_line_reader_init (&reader, data, length))
    return TRUE;
  while (intimail_json_line_reader_next (&reader, &member))
    {
      if (intimail_json_member_is (&member, "job"))
        {
          g_free (self->job);
          self->job = intimail_json_member_dup_string (&member);
        }
      else if (intimail_json_member_is (&member, "started"))
        self->started = member.integer;
      else if (intimail_json_member_is (&member, "device"))
        same = same && member.integer == (gint64) self->status.st_dev;
      else if (intimail_json_member_is (&member, "inode"))
        same = same && member.integer == (gint64) self->status.st_ino;
      else if (intimail_json_member_is (&member, "size"))
        same = same && member.integer == (gint64) self->status.st_size;
      else if (intimail_json_member_is (&member, "modified"))
        same = same && member.integer == get_modified (&self->status);
    }
  return same;
}

static void
take_other_line (IntimailImportState *self, const char *data, gsize length)
{
  IntimailJsonLineReader reader;
  IntimailJsonMember member;

  if (!intimail_json_line_reader_init (&reader, data, length))
    return;
  while (intimail_json_line_reader_next (&reader, &member))
    {
      if (member.kind == INTIMAIL_JSON_KIND_INTEGER && intimail_json_member_is (&member, "offset") && member.integer > 0)
        self->offset = MAX (self->offset, (guint64) member.integer);
      else if (member.kind == INTIMAIL_JSON_KIND_BOOLEAN && intimail_json_member_is (&member, "finished"))
        self->finished = member.integer != 0;
    }
}

/* FALSE when there is no job in it to go on with, or one of another source. */
static gboolean
read_state (IntimailImportState *self, gboolean *same)
{
  g_autofree char *data = NULL;
  gsize length;
  const char *newline;
  const char *line;

  *same = TRUE;
  if (!intimail_fd_read_all (self->fd, 2 * INTIMAIL_IMPORT_STATE_MAX, &data, &length, NULL))
    return FALSE;
  line = data;
  self->size = length;
  while ((newline = memchr (line, '\n', length - (gsize) (line - data))) != NULL)
    {
      gsize line_length = (gsize) (newline - line);

      if (line == data && !take_first_line (self, line, line_length))
        *same = FALSE;
      else if (line != data)
        take_other_line (self, line, line_length);
      line = newline + 1;
    }
  /* The job becomes part of file names. */
  return self->job != NULL && self->job[0] != '\0' && strspn (self->job, "abcdefghijklmnopqrstuvwxyz234567") == strlen (self->job);
}

/* --- what is there already --- */

static void
take_name (IntimailImportState *self, int folder_fd, const char *name, gboolean is_temporary)
{
  const char *dot = strchr (name, '.');
  gsize length = strlen (self->job);
  const char *end;

  if (dot == NULL || dot[1] != 'I' || strncmp (dot + 2, self->job, length) != 0 || dot[2 + length] != '_')
    return;
  end = strchr (dot + 3 + length, '.');
  if (is_temporary)
    unlinkat (folder_fd, name, 0);
  else if (end != NULL)
    g_hash_table_add (self->done, g_strndup (dot + 3 + length, (gsize) (end - (dot + 3 + length))));
}

static void
read_part (IntimailImportState *self, const char *folder, const char *part)
{
  g_autofree char *path = g_strconcat (folder, folder[0] != '\0' ? "/" : "", part, NULL);
  g_auto (IntimailFd) fd = openat (self->root_fd, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR *dir = fd >= 0 ? fdopendir (fd) : NULL;
  struct dirent *entry;

  if (dir == NULL)
    return;
  intimail_fd_steal (&fd);
  while ((entry = readdir (dir)) != NULL)
    take_name (self, dirfd (dir), entry->d_name, strcmp (part, "tmp") == 0);
  closedir (dir);
}

/* Wherever the person has put it since. */
static void
find_done (IntimailImportState *self)
{
  g_auto (IntimailFd) fd = openat (self->root_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR *dir = fd >= 0 ? fdopendir (fd) : NULL;
  struct dirent *entry;

  self->done = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  read_part (self, "", "tmp");
  read_part (self, "", "cur");
  read_part (self, "", "new");
  if (dir == NULL)
    return;
  intimail_fd_steal (&fd);
  while ((entry = readdir (dir)) != NULL)
    {
      if (entry->d_name[0] != '.' || strcmp (entry->d_name, ".") == 0 || strcmp (entry->d_name, "..") == 0)
        continue;
      read_part (self, entry->d_name, "cur");
      read_part (self, entry->d_name, "new");
    }
  closedir (dir);
}

/* --- opening --- */

/* Opens and locks the file; one that is removed while we wait for it does not count. */
static gboolean
open_file (IntimailImportState *self, GError **error)
{
  struct stat status;

  while (TRUE)
    {
      self->fd = openat (self->root_fd, self->name, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
      if (self->fd < 0 || fstat (self->fd, &status) < 0)
        {
          intimail_set_error_from_errno (error, errno, "cannot write %s", self->name);
          return FALSE;
        }
      if (flock (self->fd, LOCK_EX | LOCK_NB) < 0)
        {
          g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_FAILED, "%s is being imported by another process", self->source);
          return FALSE;
        }
      if (fstat (self->fd, &status) == 0 && status.st_nlink > 0)
        return TRUE;
      intimail_fd_close (self->fd);
    }
}

static gboolean
go_on (IntimailImportState *self, gboolean restart, GError **error)
{
  gboolean same;
  gboolean found = read_state (self, &same);

  /* Who changed the source since wants what is in it now. */
  if (!found || restart || (self->finished && !same))
    {
      g_clear_pointer (&self->job, g_free);
      return begin (self, error);
    }
  if (!same)
    {
      g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_STATE_LOST,
                   "%s has changed since its import was interrupted: begin anew with --restart, and leave out what is there with --skip-duplicates",
                   self->source);
      return FALSE;
    }
  /* A file that is finished and did not change is done. In a folder there may be more. */
  self->finished = self->finished && S_ISREG (self->status.st_mode);
  if (!self->finished)
    find_done (self);
  return TRUE;
}

char *
intimail_import_state_make_name (const char *source, const char *what)
{
  g_autofree char *real = realpath (source, NULL);
  g_autofree char *text = g_strconcat (real != NULL ? real : source, "\n", what, NULL);
  IntimailId id = intimail_id_hash (text, strlen (text));

  return g_strdup_printf ("intimail.import-%.17s", intimail_id_format ('i', &id).text);
}

IntimailImportState *
intimail_import_state_open (IntimailAccount *account, const char *source, const char *name, gboolean restart, GError **error)
{
  g_autoptr (IntimailImportState) self = g_new0 (IntimailImportState, 1);

  self->fd = -1;
  self->source = g_strdup (source);
  self->host = find_host ();
  self->name = g_strdup (name);
  self->root_fd = open (intimail_account_get_path (account), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (self->root_fd < 0 || stat (source, &self->status) < 0)
    {
      intimail_set_error_from_errno (error, errno, "cannot begin the import of %s", source);
      return NULL;
    }
  if (!open_file (self, error) || !go_on (self, restart, error))
    return NULL;
  return g_steal_pointer (&self);
}

void
intimail_import_state_finish (IntimailImportState *self)
{
  g_autoptr (GString) line = g_string_new (NULL);

  intimail_json_line_begin (line);
  intimail_json_line_add_boolean (line, "finished", TRUE);
  intimail_json_line_end (line);
  /* Without it the import would be looked through once more, and nothing be found. */
  if (append (self, line, NULL))
    fdatasync (self->fd);
  flock (self->fd, LOCK_UN);
}

/* Whether the file is still that of our job. */
static gboolean
is_ours (IntimailImportState *self)
{
  g_autofree char *job = g_steal_pointer (&self->job);
  gboolean same;

  return lseek (self->fd, 0, SEEK_SET) == 0 && read_state (self, &same) && strcmp (self->job, job) == 0;
}

void
intimail_import_state_forget (IntimailImportState *self)
{
  struct stat status;

  if (flock (self->fd, LOCK_EX | LOCK_NB) == 0 && fstat (self->fd, &status) == 0 && status.st_nlink > 0 && is_ours (self))
    unlinkat (self->root_fd, self->name, 0);
}
