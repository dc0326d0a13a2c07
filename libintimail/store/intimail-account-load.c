/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "store/intimail-account-private.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <intimail/intimail-error.h>

#include "base/intimail-error-private.h"
#include "base/intimail-fd-private.h"
#include "store/intimail-account-found-private.h"
#include "store/intimail-mailbox-name-private.h"

/* A folder without cur/ that is older, in seconds, is no mailbox and will be none. */
#define HALF_MADE_FOR 60
#define FOLDERS_MAX 10000

void
intimail_account_begin_epoch (IntimailAccount *self)
{
  g_autoptr (GPtrArray) ids = g_ptr_array_new ();
  gint64 last = 0;

  for (guint i = 0; i < self->folders->len; i++)
    {
      IntimailFolder *folder = intimail_account_get_folder (self, i);

      if (folder->gone)
        continue;
      g_ptr_array_add (ids, folder->id);
      last = MAX (last, folder->index->last_n);
    }
  g_ptr_array_add (ids, NULL);
  intimail_journal_begin (self->journal, (const char *const *) ids->pdata, last);
}

static gboolean
is_folder (IntimailAccount *self, const char *name)
{
  g_autofree char *cur = g_strconcat (name, "/cur", NULL);
  struct stat status;
  gint64 made_at;

  /* A disk that does not answer has not lost the folder. */
  if (fstatat (self->root_fd, name, &status, AT_SYMLINK_NOFOLLOW) < 0)
    return errno != ENOENT && errno != ENOTDIR;
  if (!S_ISDIR (status.st_mode))
    return FALSE;
  made_at = status.st_ctim.tv_sec;
  if (fstatat (self->root_fd, cur, &status, AT_SYMLINK_NOFOLLOW) == 0)
    return S_ISDIR (status.st_mode);
  /* Somebody may be about to make a mailbox of it, of which the root would not tell. */
  if (errno == ENOENT && g_get_real_time () / G_USEC_PER_SEC - made_at < HALF_MADE_FOR)
    {
      self->is_half_made = TRUE;
      intimail_account_watch_folder (self, name);
    }
  return errno != ENOENT && errno != ENOTDIR && errno != EACCES;
}

/* The names of the folders that are mailboxes, the inbox first. */
static GPtrArray *
read_folder_names (IntimailAccount *self, GError **error)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_auto (IntimailFd) fd = openat (self->root_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR *dir = fd >= 0 ? fdopendir (fd) : NULL;
  struct dirent *entry;
  int failed;

  if (dir == NULL)
    {
      intimail_set_error_from_errno (error, errno, "cannot read the folders of %s", self->path);
      return NULL;
    }
  intimail_fd_steal (&fd);
  g_ptr_array_add (names, g_strdup (""));
  while (names->len < FOLDERS_MAX && (errno = 0, entry = readdir (dir)) != NULL)
    {
      g_auto (GStrv) parts = intimail_mailbox_name_split_folder (entry->d_name);

      if (parts != NULL && is_folder (self, entry->d_name))
        g_ptr_array_add (names, g_strdup (entry->d_name));
    }
  failed = names->len < FOLDERS_MAX ? errno : 0;
  closedir (dir);
  if (failed != 0)
    {
      intimail_set_error_from_errno (error, failed, "cannot read the folders of %s", self->path);
      return NULL;
    }
  return g_steal_pointer (&names);
}

/* Whether its three subfolders are there, as its link count tells where the file system
 * counts them; FALSE when that is not known. */
static gboolean
is_whole (IntimailAccount *self, const char *name)
{
  struct stat status;

  return fstatat (self->root_fd, name, &status, AT_SYMLINK_NOFOLLOW) == 0 && status.st_nlink >= 2 + 3;
}

static IntimailFolder *
add_folder (IntimailAccount *self, const char *name, GError **error)
{
  gboolean fresh;
  IntimailFolder *folder = intimail_folder_new (self->root_fd, name, &fresh, error);
  IntimailFolder *same;

  if (folder == NULL)
    return NULL;
  same = intimail_account_find_folder (self, folder->id);

  /* A power cut may have left half of it. The inbox was seen to. */
  if (self->lock_fd >= 0 && name[0] != '\0' && (fresh || !is_whole (self, name)) && !intimail_folder_create (self->root_fd, name, NULL))
    g_debug ("%s: the mailbox %s is not whole", self->path, name);

  /* A folder renamed by somebody keeps its messages and its id ... */
  if (same != NULL && !is_folder (self, same->name) && same->name[0] != '\0')
    {
      intimail_folder_set_name (same, name);
      same->must_scan = TRUE;
      intimail_folder_free (folder);
      return same;
    }
  /* ... and one copied by somebody gets an id of its own. */
  if (same != NULL)
    {
      intimail_folder_renew_id (folder);
      fresh = TRUE;
    }
  if (folder->role != INTIMAIL_MAILBOX_ROLE_NONE && intimail_account_find_folder_by_role (self, folder->role) != NULL)
    {
      folder->role = INTIMAIL_MAILBOX_ROLE_NONE;
      fresh = TRUE;
    }
  folder->number = self->folders->len;
  /* An image may have it already. */
  if (folder->number == intimail_table_get_n_folders (self->table))
    intimail_table_add_folder (self->table);
  intimail_table_set_trash (self->table, folder->number, folder->role == INTIMAIL_MAILBOX_ROLE_TRASH);
  g_ptr_array_add (self->folders, folder);
  if (fresh && !intimail_folder_save (folder, NULL))
    g_debug ("%s: the mailbox %s cannot be given an id", self->path, name);
  return folder;
}

static void
drop_folder (IntimailAccount *self, IntimailFolder *folder)
{
  guint n;

  folder->gone = TRUE;
  while (intimail_table_get_folder (self->table, folder->number, &n), n > 0)
    intimail_account_remove_record (self, intimail_table_get_folder (self->table, folder->number, &n)[n - 1]);
  intimail_journal_add_other (self->journal, INTIMAIL_CHANGE_TYPE_MAILBOX, INTIMAIL_CHANGE_REMOVE, folder->id);
}

static gboolean
contains_name (GPtrArray *names, const char *name)
{
  return g_ptr_array_find_with_equal_func (names, name, g_str_equal, NULL);
}

static gboolean
add_folders (IntimailAccount *self, GPtrArray *names, gboolean at_open, gboolean *changed, GError **error)
{
  for (guint i = 0; i < names->len; i++)
    {
      const char *name = g_ptr_array_index (names, i);
      guint before = self->folders->len;
      IntimailFolder *folder;

      if (intimail_account_find_folder_by_name (self, name) != NULL)
        continue;
      folder = add_folder (self, name, error);
      if (folder == NULL)
        return FALSE;
      *changed = TRUE;
      if (!at_open)
        intimail_journal_add_other (self->journal, INTIMAIL_CHANGE_TYPE_MAILBOX,
                                    self->folders->len > before ? INTIMAIL_CHANGE_ADD : INTIMAIL_CHANGE_UPDATE, folder->id);
    }
  return TRUE;
}

gboolean
intimail_account_list_folders (IntimailAccount *self, gboolean at_open, gboolean *changed, GError **error)
{
  g_autoptr (GPtrArray) names = NULL;
  struct stat status;
  gint64 now = g_get_real_time ();

  *changed = FALSE;
  if (fstat (self->root_fd, &status) < 0)
    {
      intimail_set_error_from_errno (error, errno, "cannot look at %s", self->path);
      return FALSE;
    }
  self->is_half_made = FALSE;
  names = read_folder_names (self, error);
  if (names == NULL)
    return FALSE;
  if (self->image != NULL)
    intimail_account_image_order_names (self->image, names);
  if (!add_folders (self, names, at_open, changed, error))
    return FALSE;
  self->root_stamp = (IntimailFolderStamp){ status.st_mtim, status.st_ctim, status.st_ino, now, !self->is_half_made, FALSE };
  /* Before anybody looks into what is new: mail may come at once. */
  if (*changed)
    intimail_account_watch_folders (self);

  for (guint i = 0; !at_open && i < self->folders->len; i++)
    {
      IntimailFolder *folder = intimail_account_get_folder (self, i);

      if (folder->gone || contains_name (names, folder->name))
        continue;
      drop_folder (self, folder);
      *changed = TRUE;
    }
  return TRUE;
}

/* What the journal says of the mailboxes, against what is there. */
static gboolean
check_mailboxes (IntimailAccount *self)
{
  GHashTable *known = intimail_journal_get_mailboxes (self->journal);
  GHashTableIter iter;
  gpointer id;

  g_hash_table_iter_init (&iter, known);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    {
      if (intimail_account_find_folder (self, id) == NULL)
        return FALSE;
    }
  for (guint i = 0; i < self->folders->len; i++)
    {
      IntimailFolder *folder = intimail_account_get_folder (self, i);

      if (!g_hash_table_contains (known, folder->id))
        intimail_journal_add_other (self->journal, INTIMAIL_CHANGE_TYPE_MAILBOX, INTIMAIL_CHANGE_ADD, folder->id);
    }
  return TRUE;
}

static const char *
get_role_folder (IntimailAccount *self, IntimailMailboxRole role)
{
  static const char *const english[] = { NULL, NULL, ".Drafts", ".Sent", ".Archive", ".Junk", ".Trash" };
  static const char *const french[] = { NULL, NULL, ".Brouillons", ".Envoy&AOk-s", ".Archives", ".Ind&AOk-sirables", ".Corbeille" };

  return g_strcmp0 (self->language, "fr") == 0 ? french[role] : english[role];
}

static gboolean
create_roles (IntimailAccount *self, GError **error)
{
  g_autoptr (GPtrArray) names = read_folder_names (self, error);

  if (names == NULL)
    return FALSE;
  for (guint role = INTIMAIL_MAILBOX_ROLE_DRAFTS; role <= INTIMAIL_MAILBOX_ROLE_TRASH; role++)
    {
      gboolean there = FALSE;

      for (guint i = 0; i < names->len; i++)
        there |= intimail_folder_guess_role (g_ptr_array_index (names, i)) == role;
      if (!there && !intimail_folder_create (self->root_fd, get_role_folder (self, (IntimailMailboxRole) role), error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
make_root (IntimailAccount *self, GError **error)
{
  g_autofree char *parent = g_path_get_dirname (self->path);
  g_auto (IntimailFd) fd = -1;

  /* Only the last folder is made: where even its parent is missing, a disk may not
   * be mounted. */
  if (mkdir (self->path, 0700) < 0)
    {
      if (errno == EEXIST || errno == EROFS)
        return TRUE;
      intimail_set_error_from_errno (error, errno, "cannot make the account %s", self->path);
      return FALSE;
    }
  /* Who may not read the folder above cannot flush it either. */
  fd = open (parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd >= 0 && fsync (fd) < 0)
    {
      intimail_set_error_from_errno (error, errno, "cannot flush %s", parent);
      return FALSE;
    }
  return TRUE;
}

static gboolean
open_root (IntimailAccount *self, GError **error)
{
  if (!make_root (self, error))
    return FALSE;
  self->root_fd = open (self->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (self->root_fd < 0)
    {
      intimail_set_error_from_errno (error, errno, "cannot open the account %s", self->path);
      return FALSE;
    }
  self->lock_fd = openat (self->root_fd, "intimail.lock", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (self->lock_fd < 0 && errno != EROFS && errno != EACCES)
    {
      intimail_set_error_from_errno (error, errno, "cannot open the lock of %s", self->path);
      return FALSE;
    }
  return TRUE;
}

static gboolean
create_tree (IntimailAccount *self, GError **error)
{
  gboolean is_new = faccessat (self->root_fd, "intimail.mailbox", F_OK, 0) < 0;

  if (self->lock_fd < 0)
    return TRUE;
  if (!intimail_folder_create (self->root_fd, "", error))
    return FALSE;
  return !is_new || create_roles (self, error);
}

/* The records as they were when somebody wrote them down, or none. */
static void
resume (IntimailAccount *self)
{
  if (self->image == NULL)
    return;
  if (intimail_account_image_fits (self, self->image))
    {
      intimail_account_image_resume (self, self->image);
      return;
    }
  intimail_table_free (self->table);
  self->table = intimail_table_new ();
  for (guint i = 0; i < self->folders->len; i++)
    {
      intimail_table_add_folder (self->table);
      intimail_table_set_trash (self->table, i, intimail_account_get_folder (self, i)->role == INTIMAIL_MAILBOX_ROLE_TRASH);
    }
}

/* Under the lock: the mailboxes, and what is known of them without their indexes. */
static gboolean
load_folders (IntimailAccount *self, GError **error)
{
  gboolean changed;

  if (!create_tree (self, error))
    return FALSE;
  if (!intimail_account_list_folders (self, TRUE, &changed, error))
    return FALSE;

  intimail_account_load_quota_state (self);
  resume (self);
  return TRUE;
}

/* Under the lock: all that is not read yet. */
static void
load_records (IntimailAccount *self)
{
  gboolean sure = intimail_journal_read (self->journal);

  for (guint i = 0; i < self->folders->len; i++)
    sure = intimail_account_read_rest (self, intimail_account_get_folder (self, i)) && sure;
  if (!sure || !check_mailboxes (self))
    intimail_account_begin_epoch (self);
  intimail_account_announce_counts (self);
  if (!intimail_account_commit (self, NULL))
    self->must_reload = FALSE;
  intimail_journal_trim (self->journal, g_get_real_time () / G_USEC_PER_SEC);
}

/* Are the mailboxes still those that were listed? */
static gboolean
has_same_folders (IntimailAccount *self)
{
  g_autoptr (GPtrArray) names = read_folder_names (self, NULL);

  for (guint i = 0; names != NULL && i < names->len; i++)
    {
      if (intimail_account_find_folder_by_name (self, g_ptr_array_index (names, i)) == NULL)
        return FALSE;
    }
  return names != NULL && names->len == self->folders->len;
}

/* A large index without an image takes seconds to read: meanwhile others deliver.
 * Gives FALSE without an error when all has to begin anew. */
static gboolean
load_ahead (IntimailAccount *self, GError **error)
{
  intimail_account_unlock (self);
  intimail_account_read_ahead (self);
  return intimail_account_lock (self, error) && has_same_folders (self);
}

void
intimail_account_forget (IntimailAccount *self)
{
  self->opened = FALSE;
  self->was_scanned = FALSE;
  self->owed_bytes = 0;
  self->owed_messages = 0;
  intimail_account_settle_listings (self);
  g_clear_pointer (&self->ops, g_ptr_array_unref);
  g_clear_pointer (&self->touched, g_hash_table_unref);
  g_clear_pointer (&self->journal, intimail_journal_free);
  g_clear_pointer (&self->folders, g_ptr_array_unref);
  g_clear_pointer (&self->keywords, g_ptr_array_unref);
  g_clear_pointer (&self->table, intimail_table_free);
  intimail_fd_close (self->lock_fd);
  intimail_fd_close (self->root_fd);
  self->lock_fd = -1;
  self->root_fd = -1;
}

static gboolean
load (IntimailAccount *self, gboolean may_read_ahead, gboolean *again, GError **error)
{
  gboolean ok;

  *again = FALSE;
  if (!open_root (self, error))
    return FALSE;
  self->image = self->without_image || self->is_doubtful ? NULL : intimail_account_image_open (self);
  self->table = self->image != NULL ? intimail_account_image_take_table (self->image) : intimail_table_new ();
  self->image_end = 0;
  self->folders = g_ptr_array_new_with_free_func ((GDestroyNotify) intimail_folder_free);
  self->keywords = g_ptr_array_new_with_free_func (g_free);
  self->journal = intimail_journal_new (self->root_fd);

  ok = intimail_account_lock (self, error) && load_folders (self, error);
  if (ok && may_read_ahead && intimail_account_has_much_to_read (self))
    {
      ok = load_ahead (self, error);
      *again = !ok;
    }
  if (ok)
    load_records (self);
  intimail_account_unlock (self);
  g_clear_pointer (&self->image, intimail_account_image_free);
  return ok;
}

gboolean
intimail_account_load (IntimailAccount *self, GError **error)
{
  g_autoptr (GError) first_error = NULL;
  gboolean again;
  gboolean ok = load (self, TRUE, &again, &first_error);

  if (again && first_error == NULL)
    {
      intimail_account_forget (self);
      ok = load (self, FALSE, &again, &first_error);
    }
  if (!ok)
    {
      intimail_account_forget (self);
      g_propagate_error (error, g_steal_pointer (&first_error));
      return FALSE;
    }

  self->image_wanted |= self->is_doubtful;
  self->must_reload = self->is_doubtful = FALSE;
  self->opened = TRUE;
  self->n_loads++;
  return TRUE;
}
