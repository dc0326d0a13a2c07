/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "store/intimail-folder-private.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <intimail/intimail-error.h>

#include "base/intimail-error-private.h"
#include "base/intimail-fd-private.h"
#include "base/intimail-secret-private.h"
#include "store/intimail-mailbox-name-private.h"

#define SMALL_FILE_MAX (64 * 1024)

static const char *const role_names[] = { "", "inbox", "drafts", "sent", "archive", "junk", "trash" };

const char *
intimail_mailbox_role_to_string (IntimailMailboxRole role)
{
  return role_names[role];
}

/* What a folder is called that has a role, with and without the encoding. */
static const struct
{
  const char *folder;
  const char *name;
  IntimailMailboxRole role;
} known_names[] = {
  { "", "Inbox", INTIMAIL_MAILBOX_ROLE_INBOX },
  { ".Drafts", "Drafts", INTIMAIL_MAILBOX_ROLE_DRAFTS },
  { ".Brouillons", "Brouillons", INTIMAIL_MAILBOX_ROLE_DRAFTS },
  { ".Sent", "Sent", INTIMAIL_MAILBOX_ROLE_SENT },
  { ".Envoy&AOk-s", "Envoyés", INTIMAIL_MAILBOX_ROLE_SENT },
  { ".Archive", "Archive", INTIMAIL_MAILBOX_ROLE_ARCHIVE },
  { ".Archives", "Archives", INTIMAIL_MAILBOX_ROLE_ARCHIVE },
  { ".Junk", "Junk", INTIMAIL_MAILBOX_ROLE_JUNK },
  { ".Spam", "Spam", INTIMAIL_MAILBOX_ROLE_JUNK },
  { ".Ind&AOk-sirables", "Indésirables", INTIMAIL_MAILBOX_ROLE_JUNK },
  { ".Trash", "Trash", INTIMAIL_MAILBOX_ROLE_TRASH },
  { ".Corbeille", "Corbeille", INTIMAIL_MAILBOX_ROLE_TRASH },
};

IntimailMailboxRole
intimail_folder_guess_role (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (known_names); i++)
    {
      if (strcmp (name, known_names[i].folder) == 0)
        return known_names[i].role;
    }
  return INTIMAIL_MAILBOX_ROLE_NONE;
}

const char *
intimail_folder_get_known_name (gsize number, IntimailMailboxRole *role)
{
  if (number >= G_N_ELEMENTS (known_names))
    return NULL;
  *role = known_names[number].role;
  return known_names[number].name;
}

char *
intimail_folder_get_path (const IntimailFolder *self, const char *subfolder, const char *file)
{
  GString *path = g_string_new (self->name);

  if (subfolder != NULL)
    {
      if (path->len > 0)
        g_string_append_c (path, '/');
      g_string_append (path, subfolder);
    }
  if (file != NULL)
    {
      if (path->len > 0)
        g_string_append_c (path, '/');
      g_string_append (path, file);
    }
  return g_string_free (path, FALSE);
}

gboolean
intimail_folder_read_small_file (IntimailFolder *self, const char *file, char **data, gsize *length, struct stat *status, GError **error)
{
  g_autofree char *path = intimail_folder_get_path (self, NULL, file);
  g_auto (IntimailFd) fd = openat (self->root_fd, path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  g_autoptr (GError) own = NULL;

  *data = NULL;
  if (fd < 0 && (errno == ENOENT || errno == ELOOP || errno == EACCES || errno == ENOTDIR))
    return TRUE;
  if (fd < 0 || fstat (fd, status) < 0)
    {
      intimail_set_error_from_errno (error, errno, "cannot read %s", path);
      return FALSE;
    }
  if (!S_ISREG (status->st_mode) || status->st_size > SMALL_FILE_MAX)
    return TRUE;
  if (!intimail_fd_read_all (fd, SMALL_FILE_MAX, data, length, &own))
    {
      g_propagate_prefixed_error (error, g_steal_pointer (&own), "%s: ", path);
      return FALSE;
    }
  return TRUE;
}

static void
take_identity_member (IntimailFolder *self, const IntimailJsonMember *member)
{
  g_autofree char *text = NULL;

  if (member->kind == INTIMAIL_JSON_KIND_STRING)
    text = intimail_json_member_dup_string (member);

  if (text != NULL && intimail_json_member_is (member, "id") && text[0] == 'b' &&
      strlen (text) == INTIMAIL_ID_TEXT_LENGTH && strspn (text, "abcdefghijklmnopqrstuvwxyz234567") == strlen (text))
    {
      g_free (self->id);
      self->id = g_steal_pointer (&text);
    }
  else if (text != NULL && intimail_json_member_is (member, "name"))
    {
      g_free (self->label);
      self->label = g_steal_pointer (&text);
    }
  else if (text != NULL && intimail_json_member_is (member, "role"))
    {
      for (guint i = 0; i < G_N_ELEMENTS (role_names); i++)
        {
          if (strcmp (text, role_names[i]) == 0)
            self->role = (IntimailMailboxRole) i;
        }
    }
  else if (member->kind == INTIMAIL_JSON_KIND_INTEGER && intimail_json_member_is (member, "roleSince"))
    self->role_since = member->integer;
  else if (member->kind == INTIMAIL_JSON_KIND_INTEGER && intimail_json_member_is (member, "sortOrder"))
    self->sort_order = (guint) CLAMP (member->integer, 0, G_MAXINT);
  else if (member->kind == INTIMAIL_JSON_KIND_BOOLEAN && intimail_json_member_is (member, "subscribed"))
    self->subscribed = member->integer != 0;
}

static gboolean
load_identity (IntimailFolder *self, GError **error)
{
  g_autofree char *data = NULL;
  struct stat status;
  gsize length;
  IntimailJsonLineReader reader;
  IntimailJsonMember member;

  if (!intimail_folder_read_small_file (self, "intimail.mailbox", &data, &length, &status, error))
    return FALSE;
  if (data == NULL || !intimail_json_line_reader_init (&reader, data, strcspn (data, "\n")))
    return TRUE;
  while (intimail_json_line_reader_next (&reader, &member))
    take_identity_member (self, &member);

  return TRUE;
}

static void
open_index (IntimailFolder *self)
{
  g_autofree char *path = intimail_folder_get_path (self, NULL, "intimail.jsonl");

  g_clear_pointer (&self->index, intimail_index_free);
  self->index = intimail_index_new (self->root_fd, path, self->id);
}

static void
flush_init (IntimailFolderFlush *flush)
{
  g_mutex_init (&flush->mutex);
  g_cond_init (&flush->cond);
}

static void
flush_clear (IntimailFolderFlush *flush)
{
  g_mutex_clear (&flush->mutex);
  g_cond_clear (&flush->cond);
}

IntimailFolder *
intimail_folder_new (int root_fd, const char *name, gboolean *fresh, GError **error)
{
  IntimailFolder *self = g_new0 (IntimailFolder, 1);

  self->root_fd = root_fd;
  self->name = g_strdup (name);
  self->subscribed = TRUE;
  self->must_scan = TRUE;
  self->in_new = g_array_new (FALSE, FALSE, sizeof (IntimailId));
  flush_init (&self->new_flush);
  flush_init (&self->cur_flush);

  if (!load_identity (self, error))
    {
      intimail_folder_free (self);
      return NULL;
    }
  *fresh = self->id == NULL;
  if (*fresh)
    {
      self->role = intimail_folder_guess_role (name);
      self->role_since = g_get_real_time () / G_USEC_PER_SEC;
      self->sort_order = self->role != INTIMAIL_MAILBOX_ROLE_NONE ? self->role : 10;
      intimail_folder_renew_id (self);
    }
  /* The inbox is where mail arrives, whatever a file says. */
  if (name[0] == '\0')
    self->role = INTIMAIL_MAILBOX_ROLE_INBOX;
  else if (self->role == INTIMAIL_MAILBOX_ROLE_INBOX)
    self->role = INTIMAIL_MAILBOX_ROLE_NONE;
  if (self->index == NULL)
    open_index (self);
  return self;
}

void
intimail_folder_free (IntimailFolder *self)
{
  if (self == NULL)
    return;
  for (guint i = 0; i < INTIMAIL_FOLDER_N_LETTERS; i++)
    {
      g_free (self->letters[i]);
      g_free (self->spelled[i]);
    }
  g_free (self->name);
  g_free (self->id);
  g_free (self->label);
  intimail_index_free (self->index);
  g_array_unref (self->in_new);
  flush_clear (&self->new_flush);
  flush_clear (&self->cur_flush);
  g_free (self);
}

void
intimail_folder_renew_id (IntimailFolder *self)
{
  g_autofree char *token = intimail_secret_token (16);

  g_free (self->id);
  self->id = g_strconcat ("b", token, NULL);
  open_index (self);
}

gboolean
intimail_folder_expires (const IntimailFolder *self)
{
  return self->role == INTIMAIL_MAILBOX_ROLE_TRASH || self->role == INTIMAIL_MAILBOX_ROLE_JUNK;
}

void
intimail_folder_mark_new (IntimailFolder *self, IntimailRecord *record)
{
  if ((record->mark & INTIMAIL_MARK_IN_NEW) != 0)
    return;
  record->mark |= INTIMAIL_MARK_IN_NEW;
  g_array_append_val (self->in_new, record->id);
}

void
intimail_folder_set_name (IntimailFolder *self, const char *name)
{
  IntimailFolder old = *self;

  self->name = g_strdup (name);
  g_free (old.name);
  g_atomic_int_set (&self->anchored, FALSE);
  /* The open file stays the same one; only its path is another. */
  g_free (self->index->log.path);
  self->index->log.path = intimail_folder_get_path (self, NULL, "intimail.jsonl");
}

/* Readers that look at the seconds of a file alone would take it for the one before. */
static gboolean
is_modified_from (int fd, time_t not_before)
{
  const struct timespec times[2] = { { 0, UTIME_OMIT }, { not_before, 0 } };
  struct stat status;

  return fstat (fd, &status) == 0 && (status.st_mtim.tv_sec >= not_before || futimens (fd, times) == 0);
}

gboolean
intimail_folder_replace_small_file (IntimailFolder *self, const char *file, const GString *text, time_t not_before, GError **error)
{
  g_autofree char *token = intimail_secret_token (5);
  g_autofree char *path = intimail_folder_get_path (self, NULL, file);
  g_autofree char *temporary = g_strdup_printf ("%s.%s", path, token);
  g_auto (IntimailFd) fd = openat (self->root_fd, temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

  if (fd < 0)
    {
      intimail_set_error_from_errno (error, errno, "cannot create %s", temporary);
      return FALSE;
    }
  if (!intimail_fd_write_all (fd, text->str, text->len, error))
    {
      unlinkat (self->root_fd, temporary, 0);
      return FALSE;
    }
  if (!is_modified_from (fd, not_before) || fsync (fd) < 0 || renameat (self->root_fd, temporary, self->root_fd, path) < 0)
    {
      intimail_set_error_from_errno (error, errno, "cannot replace %s", path);
      unlinkat (self->root_fd, temporary, 0);
      return FALSE;
    }
  return TRUE;
}

gboolean
intimail_folder_save (IntimailFolder *self, GError **error)
{
  g_autoptr (GString) text = g_string_new (NULL);

  intimail_json_line_begin (text);
  intimail_json_line_add_string (text, "id", self->id);
  intimail_json_line_add_string (text, "role", role_names[self->role]);
  if (intimail_folder_expires (self))
    intimail_json_line_add_integer (text, "roleSince", self->role_since);
  intimail_json_line_add_integer (text, "sortOrder", self->sort_order);
  intimail_json_line_add_boolean (text, "subscribed", self->subscribed);
  if (self->label != NULL)
    intimail_json_line_add_string (text, "name", self->label);
  intimail_json_line_end (text);
  return intimail_folder_replace_small_file (self, "intimail.mailbox", text, 0, error);
}

static gboolean
make_folder (int root_fd, const char *path, gboolean *made, GError **error)
{
  if (mkdirat (root_fd, path, 0700) == 0)
    {
      *made = TRUE;
      return TRUE;
    }
  if (errno == EEXIST)
    return TRUE;
  intimail_set_error_from_errno (error, errno, "cannot make the folder %s", path);
  return FALSE;
}

static gboolean
flush_folder (int root_fd, const char *path, GError **error)
{
  g_auto (IntimailFd) fd = openat (root_fd, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

  if (fd >= 0 && fsync (fd) == 0)
    return TRUE;
  intimail_set_error_from_errno (error, errno, "cannot flush the folder %s", path);
  return FALSE;
}

gboolean
intimail_folder_create (int root_fd, const char *name, GError **error)
{
  static const char *const subfolders[] = { "tmp", "new", "cur" };
  g_autofree char *marker = g_strconcat (name, "/maildirfolder", NULL);
  gboolean made = FALSE;

  if (name[0] != '\0' && !make_folder (root_fd, name, &made, error))
    return FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (subfolders); i++)
    {
      g_autofree char *path = g_strconcat (name, name[0] != '\0' ? "/" : "", subfolders[i], NULL);

      if (!make_folder (root_fd, path, &made, error))
        return FALSE;
    }
  if (name[0] != '\0')
    intimail_fd_close (openat (root_fd, marker, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  /* Mail that is promised there must not lose the folder that it is in. */
  if (made && name[0] != '\0' && !flush_folder (root_fd, name, error))
    return FALSE;
  return !made || flush_folder (root_fd, ".", error);
}

static gboolean
flush_now (IntimailFolder *self, const char *path)
{
  g_auto (IntimailFd) fd = openat (self->root_fd, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

  return fd >= 0 && fsync (fd) == 0;
}

/* The account's own name is in the folder above. Who may not read that one did not
 * make the account either. */
static gboolean
flush_parent (int root_fd)
{
  g_auto (IntimailFd) fd = openat (root_fd, "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

  return fd >= 0 ? fsync (fd) == 0 : errno == EACCES;
}

gboolean
intimail_folder_is_anchored (IntimailFolder *self)
{
  return g_atomic_int_get (&self->anchored);
}

void
intimail_folder_set_anchored (IntimailFolder *self)
{
  g_atomic_int_set (&self->anchored, TRUE);
}

gboolean
intimail_folder_anchor (IntimailFolder *self, const char *name, GError **error)
{
  if (intimail_folder_is_anchored (self))
    return TRUE;
  if ((name[0] != '\0' && !flush_now (self, name)) || fsync (self->root_fd) < 0 || !flush_parent (self->root_fd))
    {
      intimail_set_error_from_errno (error, errno, "cannot flush the way to the mailbox \"%s\"", name);
      return FALSE;
    }
  intimail_folder_set_anchored (self);
  return TRUE;
}

gboolean
intimail_folder_flush_entries (IntimailFolder *self, const char *name, gboolean cur, GError **error)
{
  IntimailFolderFlush *flush = cur ? &self->cur_flush : &self->new_flush;
  g_autofree char *path = g_strconcat (name, name[0] != '\0' ? "/" : "", cur ? "cur" : "new", NULL);
  guint64 mine;
  gboolean failed;

  g_mutex_lock (&flush->mutex);
  mine = ++flush->asked;
  while (flush->done < mine)
    {
      guint64 covered;
      gboolean ok;

      if (flush->busy)
        {
          g_cond_wait (&flush->cond, &flush->mutex);
          continue;
        }
      /* A flush that began before our entry was made does not count. */
      flush->busy = TRUE;
      covered = flush->asked;
      g_mutex_unlock (&flush->mutex);
      ok = flush_now (self, path);
      g_mutex_lock (&flush->mutex);
      flush->busy = FALSE;
      flush->done = covered;
      if (!ok)
        flush->failed = covered;
      g_cond_broadcast (&flush->cond);
    }
  failed = mine <= flush->failed;
  g_mutex_unlock (&flush->mutex);

  if (failed)
    g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_FAILED, "cannot flush the folder %s", path);
  return !failed;
}

static int
try_open (IntimailFolder *self, const char *subfolder, const char *file, char **path)
{
  g_autofree char *candidate = intimail_folder_get_path (self, subfolder, file);
  int fd = openat (self->root_fd, candidate, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);

  if (fd >= 0 && path != NULL)
    *path = g_steal_pointer (&candidate);
  return fd;
}

/* Somebody changed the letters: looks for the unique name. */
static int
find_and_open (IntimailFolder *self, const char *subfolder, const IntimailMaildirName *wanted, char **path)
{
  g_autofree char *folder = intimail_folder_get_path (self, subfolder, NULL);
  g_auto (IntimailFd) folder_fd = openat (self->root_fd, folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR *dir = folder_fd >= 0 ? fdopendir (folder_fd) : NULL;
  struct dirent *entry;
  int fd = -1;
  int failed = ENOENT;

  if (dir == NULL)
    return -1;
  intimail_fd_steal (&folder_fd);
  while (fd < 0 && (errno = 0, entry = readdir (dir)) != NULL)
    {
      IntimailMaildirName name;

      if (!intimail_maildir_name_parse (entry->d_name, &name) || name.unique_length != wanted->unique_length ||
          strncmp (name.name, wanted->name, name.unique_length) != 0)
        continue;
      fd = try_open (self, subfolder, entry->d_name, path);
      failed = fd < 0 ? errno : 0;
    }
  if (fd < 0 && entry == NULL && errno != 0)
    failed = errno;
  closedir (dir);
  errno = failed;
  return fd;
}

int
intimail_folder_open_file (IntimailFolder *self, const char *file, char **path)
{
  IntimailMaildirName parsed;
  g_autofree char *with_info = NULL;
  int fd;

  if (!intimail_maildir_name_parse (file, &parsed))
    {
      errno = EINVAL;
      return -1;
    }
  with_info = parsed.has_info ? g_strdup (file) : g_strconcat (file, ":2,", NULL);

  fd = try_open (self, "cur", with_info, path);
  if (fd < 0 && errno == ENOENT)
    fd = try_open (self, "new", file, path);
  if (fd < 0 && errno == ENOENT && !parsed.has_info)
    fd = try_open (self, "cur", file, path);
  if (fd < 0 && errno == ENOENT)
    fd = find_and_open (self, "cur", &parsed, path);
  if (fd < 0 && errno == ENOENT)
    fd = find_and_open (self, "new", &parsed, path);
  return fd;
}
