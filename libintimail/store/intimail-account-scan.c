/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "store/intimail-account-found-private.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/intimail-fd-private.h"

/* A folder that changed after it was read, within the grain of its clock, looks
 * as it did before. File systems without nanoseconds have a grain of a second. */
#define GRAIN_FINE (20 * 1000)
#define GRAIN_COARSE (2 * G_USEC_PER_SEC)
/* Reading the names of more than these takes its time. */
#define MANY 1000
/* Where our own change may have hidden one of others: look again after this. */
#define UNSURE_FOR (60 * G_USEC_PER_SEC)

typedef IntimailFound Found;
typedef IntimailFindings Findings;

typedef struct
{
  IntimailAccount *account;
  IntimailFolder *folder;
  gboolean cur;
  gboolean again; /* all of it was looked at a moment ago */
  Findings *findings;
} Look;

static gboolean
stat_subfolder (IntimailAccount *self, IntimailFolder *folder, gboolean cur, struct stat *status)
{
  g_autofree char *path = intimail_folder_get_path (folder, cur ? "cur" : "new", NULL);

  return fstatat (self->root_fd, path, status, 0) == 0;
}

static gboolean
is_same_time (const struct timespec *a, const struct timespec *b)
{
  return a->tv_sec == b->tv_sec && a->tv_nsec == b->tv_nsec;
}

gboolean
intimail_account_stamp_is_current (const IntimailFolderStamp *stamp, const struct stat *status)
{
  gint64 modified = (gint64) stamp->modified.tv_sec * G_USEC_PER_SEC + stamp->modified.tv_nsec / 1000;
  gint64 grain = stamp->modified.tv_nsec == 0 ? GRAIN_COARSE : GRAIN_FINE;

  /* A folder that came back from a backup has its old time, but changed all the same. */
  if (!stamp->read || !is_same_time (&status->st_mtim, &stamp->modified) || !is_same_time (&status->st_ctim, &stamp->changed) ||
      status->st_ino != stamp->inode)
    return FALSE;
  if (stamp->unsure)
    return g_get_real_time () - stamp->read_at < UNSURE_FOR && g_get_real_time () >= stamp->read_at;
  return stamp->read_at - modified >= grain;
}

static gboolean
subfolder_is_current (IntimailAccount *self, IntimailFolder *folder, gboolean cur)
{
  struct stat status;

  /* Without the folder there is nothing to be learned. */
  return !stat_subfolder (self, folder, cur, &status) || intimail_account_stamp_is_current (cur ? &folder->cur_stamp : &folder->new_stamp, &status);
}

/* Both of its subfolders have to be read, whatever their times say. */
static gboolean
must_look (IntimailFolder *folder)
{
  if (folder->must_scan || (folder->has_holes && g_get_monotonic_time () >= folder->try_again_at))
    return TRUE;
  /* Dovecot may write down the word of a letter after the first name that has it. */
  return folder->letters_lack && !intimail_folder_has_same_letters (folder);
}

gboolean
intimail_account_is_scanned (IntimailAccount *self, IntimailFolder *folder, gboolean cur)
{
  return !must_look (folder) && subfolder_is_current (self, folder, cur);
}

void
intimail_account_mark_scanned (IntimailAccount *self, IntimailFolder *folder, gboolean cur, gboolean was_scanned)
{
  IntimailFolderStamp *stamp = cur ? &folder->cur_stamp : &folder->new_stamp;
  struct stat status;

  if (!was_scanned || !stat_subfolder (self, folder, cur, &status))
    return;
  stamp->modified = status.st_mtim;
  stamp->changed = status.st_ctim;
  stamp->inode = status.st_ino;
  if (!stamp->unsure)
    stamp->read_at = g_get_real_time ();
  stamp->unsure = TRUE;
}

gboolean
intimail_account_must_scan (IntimailAccount *self)
{
  for (guint i = 0; i < self->folders->len; i++)
    {
      IntimailFolder *folder = intimail_account_get_folder (self, i);

      if (!folder->gone && (must_look (folder) || !subfolder_is_current (self, folder, FALSE) || !subfolder_is_current (self, folder, TRUE)))
        return TRUE;
    }
  return FALSE;
}

guint32
intimail_account_find_record (IntimailAccount *self, IntimailFolder *folder, const IntimailMaildirName *name)
{
  IntimailId id = intimail_maildir_name_get_id (name);
  guint32 slot = intimail_table_find_in_folder (self->table, &id, folder->number);

  if (slot == INTIMAIL_TABLE_NONE && intimail_table_find (self->table, &id) != INTIMAIL_TABLE_NONE)
    {
      id = intimail_found_salt_id (folder, name);
      slot = intimail_table_find_in_folder (self->table, &id, folder->number);
    }
  return slot;
}

static void
note_found (GPtrArray *list, Look *look, const char *file, guint64 inode, const IntimailId *id)
{
  g_ptr_array_add (list, intimail_found_new (look->folder, file, look->cur, inode, id));
}

static void
look_at_file (Look *look, const char *file, guint64 inode)
{
  IntimailAccount *self = look->account;
  IntimailMaildirName name;
  IntimailRecord *record;
  guint64 keywords;
  guint32 slot;

  if (!intimail_maildir_name_parse (file, &name))
    return;
  slot = intimail_account_find_record (self, look->folder, &name);
  if (slot == INTIMAIL_TABLE_NONE)
    {
      IntimailId id = intimail_maildir_name_get_id (&name);

      note_found (look->findings->added, look, file, inode, &id);
      return;
    }

  record = intimail_table_get (self->table, slot);
  if (!look->again && (record->mark & INTIMAIL_MARK_SEEN) != 0)
    note_found (look->findings->doubled, look, file, inode, &record->id);
  record->mark |= INTIMAIL_MARK_SEEN;
  if (look->cur)
    record->mark &= (guint8) ~INTIMAIL_MARK_IN_NEW;
  else
    intimail_folder_mark_new (look->folder, record);
  keywords = intimail_account_read_letters (self, look->folder, name.letters);
  if (keywords != record->keywords)
    note_found (look->findings->changed, look, file, inode, &record->id);
}

static gboolean
look_at_subfolder (Look *look)
{
  g_autofree char *path = intimail_folder_get_path (look->folder, look->cur ? "cur" : "new", NULL);
  g_auto (IntimailFd) fd = openat (look->account->root_fd, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR *dir = fd >= 0 ? fdopendir (fd) : NULL;
  struct dirent *entry;
  gboolean ok;

  if (dir == NULL)
    return FALSE;
  intimail_fd_steal (&fd);
  while ((errno = 0, entry = readdir (dir)) != NULL)
    {
      if (entry->d_type == DT_REG || entry->d_type == DT_UNKNOWN)
        look_at_file (look, entry->d_name, entry->d_ino);
    }
  ok = errno == 0;
  closedir (dir);
  return ok;
}

static void
set_stamp (IntimailFolderStamp *stamp, const struct stat *status, gint64 now)
{
  *stamp = (IntimailFolderStamp){ status->st_mtim, status->st_ctim, status->st_ino, now, TRUE, FALSE };
}

/* The records of a folder that a look may miss: all of them, or those in new/ when
 * only that is read. Takes their marks away with @clear, else lists those that are
 * still without. */
static void
visit_records (IntimailAccount *self, IntimailFolder *folder, gboolean with_cur, gboolean clear, GPtrArray *vanished)
{
  Look look = { self, folder, FALSE, FALSE, NULL };
  guint n = folder->in_new->len;
  const guint32 *slots = with_cur ? intimail_table_get_folder (self->table, folder->number, &n) : NULL;
  guint kept = 0;

  for (guint i = 0; i < n; i++)
    {
      guint32 slot = with_cur ? slots[i] : intimail_table_find_in_folder (self->table, &g_array_index (folder->in_new, IntimailId, i), folder->number);
      IntimailRecord *record = slot != INTIMAIL_TABLE_NONE ? intimail_table_get (self->table, slot) : NULL;

      if (record == NULL || (!with_cur && (record->mark & INTIMAIL_MARK_IN_NEW) == 0))
        continue;
      if (!with_cur)
        g_array_index (folder->in_new, IntimailId, kept++) = record->id;
      if (clear)
        record->mark &= (guint8) ~INTIMAIL_MARK_SEEN;
      else if ((record->mark & INTIMAIL_MARK_SEEN) == 0)
        note_found (vanished, &look, "", 0, &record->id);
    }
  if (!with_cur)
    g_array_set_size (folder->in_new, kept);
}

/* Reads new/ first: a file that moves to cur/ meanwhile is seen twice, not never. */
static gboolean
look_once (IntimailAccount *self, IntimailFolder *folder, gboolean with_cur, gboolean again, Findings *findings)
{
  Look look = { self, folder, FALSE, again, findings };

  if (!look_at_subfolder (&look))
    return FALSE;
  look.cur = TRUE;
  return !with_cur || look_at_subfolder (&look);
}

static void
look_at_folder (IntimailAccount *self, IntimailFolder *folder, Findings *findings)
{
  gboolean with_cur = must_look (folder) || !subfolder_is_current (self, folder, TRUE);
  gint64 now = g_get_real_time ();
  struct stat new_status;
  struct stat cur_status;
  guint before = findings->vanished->len;

  if (!with_cur && subfolder_is_current (self, folder, FALSE))
    return;
  if (!stat_subfolder (self, folder, FALSE, &new_status) || !stat_subfolder (self, folder, TRUE, &cur_status))
    return;

  /* Half of what is there is worse than nothing: what is missing would be gone. */
  if (!folder->has_holes)
    folder->n_tries = 0;
  folder->has_holes = TRUE;
  if (with_cur)
    folder->letters_lack = FALSE;
  if (!intimail_folder_load_letters (folder, NULL))
    return;
  visit_records (self, folder, with_cur, TRUE, NULL);
  if (!look_once (self, folder, with_cur, FALSE, findings))
    return;
  folder->has_holes = FALSE;
  set_stamp (&folder->new_stamp, &new_status, now);
  if (with_cur)
    set_stamp (&folder->cur_stamp, &cur_status, now);
  folder->must_scan = FALSE;
  /* The next process need not read it again. */
  if (with_cur && intimail_account_stamp_is_current (&folder->cur_stamp, &cur_status) && intimail_table_get_counts (self->table, folder->number)->n_messages > MANY)
    self->image_wanted = TRUE;

  visit_records (self, folder, with_cur, FALSE, findings->vanished);
  if (findings->vanished->len == before)
    return;
  /* A folder read while files are renamed may show neither name: a second look
   * decides, and there it may be that cur/ has it. */
  g_ptr_array_set_size (findings->vanished, (gint) before);
  if (look_once (self, folder, TRUE, TRUE, findings))
    visit_records (self, folder, with_cur, FALSE, findings->vanished);
  else
    folder->must_scan = folder->has_holes = TRUE;
}

static void
look_at_all (IntimailAccount *self, Findings *findings)
{
  for (guint i = 0; i < self->folders->len; i++)
    {
      IntimailFolder *folder = intimail_account_get_folder (self, i);

      if (!folder->gone)
        look_at_folder (self, folder, findings);
    }
}

static gboolean
look_and_take (IntimailAccount *self, GFileProgressCallback progress, gpointer user_data, GCancellable *cancellable, gboolean *again)
{
  g_autoptr (GPtrArray) added = g_ptr_array_new_with_free_func (intimail_found_free);
  g_autoptr (GPtrArray) changed = g_ptr_array_new_with_free_func (intimail_found_free);
  g_autoptr (GPtrArray) vanished = g_ptr_array_new_with_free_func (intimail_found_free);
  g_autoptr (GPtrArray) doubled = g_ptr_array_new_with_free_func (intimail_found_free);
  Findings findings = { added, changed, vanished, doubled };
  gboolean ok;

  look_at_all (self, &findings);
  /* A message that left one folder for another that was read before: that other
   * one has changed since, and is read again. */
  if (vanished->len > 0)
    look_at_all (self, &findings);
  ok = intimail_found_take_all (self, &findings, progress, user_data, cancellable);
  *again = doubled->len > 0;
  return ok;
}

void
intimail_account_scan (IntimailAccount *self, GFileProgressCallback progress, gpointer user_data, GCancellable *cancellable)
{
  gboolean again;
  gboolean ok;

  self->was_scanned = TRUE;
  ok = look_and_take (self, progress, user_data, cancellable, &again);

  /* A message that got a name of its own is new. */
  if (ok && again)
    ok = look_and_take (self, NULL, NULL, cancellable, &again);
  for (guint i = 0; !ok && i < self->folders->len; i++)
    intimail_account_get_folder (self, i)->must_scan = TRUE;
}
