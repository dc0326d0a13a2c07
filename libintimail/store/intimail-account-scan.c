/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "store/intimail-account-private.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/intimail-fd-private.h"

/* Messages that are taken over with one hold of the lock. */
#define BATCH 128
/* A folder that changed after it was read, within the grain of its clock, looks
 * as it did before. File systems without nanoseconds have a grain of a second. */
#define GRAIN_FINE (20 * 1000)
#define GRAIN_COARSE (2 * G_USEC_PER_SEC)
/* Reading the names of more than these takes its time. */
#define MANY 1000
/* Where our own change may have hidden one of others: look again after this. */
#define UNSURE_FOR (60 * G_USEC_PER_SEC)

/* A file whose record is missing, or says something else. */
typedef struct
{
  IntimailFolder *folder;
  char *file;
  gboolean cur;
  IntimailId id;
} Found;

/* Arrays of Found. */
typedef struct
{
  GPtrArray *added;
  GPtrArray *changed;
  GPtrArray *vanished;
  GPtrArray *doubled; /* a name that was seen already */
} Findings;

typedef struct
{
  IntimailAccount *account;
  IntimailFolder *folder;
  gboolean cur;
  gboolean again; /* all of it was looked at a moment ago */
  Findings *findings;
} Look;

static void
free_found (gpointer data)
{
  g_free (((Found *) data)->file);
  g_free (data);
}

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

/* The same unique name in another mailbox is the same message only when it is the
 * same file; else it gets an id of its own, from the mailbox's id too. */
static IntimailId
salt_id (IntimailFolder *folder, const IntimailMaildirName *name)
{
  g_autofree char *text = g_strdup_printf ("%s/%.*s", folder->id, (int) name->unique_length, name->name);

  return intimail_id_hash (text, strlen (text));
}

guint32
intimail_account_find_record (IntimailAccount *self, IntimailFolder *folder, const IntimailMaildirName *name)
{
  IntimailId id = intimail_maildir_name_get_id (name);
  guint32 slot = intimail_table_find_in_folder (self->table, &id, folder->number);

  if (slot == INTIMAIL_TABLE_NONE && intimail_table_find (self->table, &id) != INTIMAIL_TABLE_NONE)
    {
      id = salt_id (folder, name);
      slot = intimail_table_find_in_folder (self->table, &id, folder->number);
    }
  return slot;
}

static void
note_found (GPtrArray *list, Look *look, const char *file, const IntimailId *id)
{
  Found *found = g_new0 (Found, 1);

  found->folder = look->folder;
  found->file = g_strdup (file);
  found->cur = look->cur;
  found->id = *id;
  g_ptr_array_add (list, found);
}

static void
look_at_file (Look *look, const char *file)
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

      note_found (look->findings->added, look, file, &id);
      return;
    }

  record = intimail_table_get (self->table, slot);
  if (!look->again && (record->mark & INTIMAIL_MARK_SEEN) != 0)
    note_found (look->findings->doubled, look, file, &record->id);
  record->mark |= INTIMAIL_MARK_SEEN;
  if (look->cur)
    record->mark &= (guint8) ~INTIMAIL_MARK_IN_NEW;
  else
    intimail_folder_mark_new (look->folder, record);
  keywords = intimail_account_read_letters (self, look->folder, name.letters);
  if (keywords != record->keywords)
    note_found (look->findings->changed, look, file, &record->id);
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
        look_at_file (look, entry->d_name);
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
        note_found (vanished, &look, "", &record->id);
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

/* --- what was found is taken over --- */

static gboolean
has_same_bytes (int fd, int other_fd)
{
  g_autoptr (GBytes) bytes = intimail_account_map_file (fd, NULL);
  g_autoptr (GBytes) other = intimail_account_map_file (other_fd, NULL);

  return bytes != NULL && other != NULL && g_bytes_equal (bytes, other);
}

/* Is the file in another mailbox with the same name the same message? One that is
 * not there any more has been moved here. */
static gboolean
is_same_file (IntimailAccount *self, guint32 slot, int fd, const struct stat *status)
{
  g_auto (IntimailFd) other_fd = intimail_account_open_record (self, slot, NULL);
  struct stat other;

  if (other_fd < 0)
    return intimail_table_get (self->table, slot)->size == (guint64) status->st_size;
  if (fstat (other_fd, &other) < 0)
    return FALSE;
  if (other.st_dev == status->st_dev && other.st_ino == status->st_ino)
    return TRUE;
  return other.st_size == status->st_size && has_same_bytes (fd, other_fd);
}

typedef struct
{
  int fd;
  IntimailSummary *summary;
  struct stat status;
} Parsed;

static void
free_parsed (gpointer data)
{
  Parsed *parsed = data;

  if (parsed == NULL)
    return;
  intimail_fd_close (parsed->fd);
  intimail_summary_free (parsed->summary);
  g_free (parsed);
}

static Parsed *
parse_found (IntimailAccount *self, Found *found)
{
  g_autofree char *path = intimail_folder_get_path (found->folder, found->cur ? "cur" : "new", found->file);
  g_auto (IntimailFd) fd = openat (self->root_fd, path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  g_autoptr (GBytes) bytes = NULL;
  Parsed *parsed;
  struct stat status;

  if (fd < 0 && (errno == ENOENT || errno == ELOOP))
    return NULL;
  if (fd >= 0 && fstat (fd, &status) == 0)
    {
      if (!S_ISREG (status.st_mode))
        return NULL;
      bytes = intimail_account_map_file (fd, NULL);
    }
  if (bytes == NULL)
    {
      intimail_account_note_hole (found->folder);
      return NULL;
    }

  parsed = g_new0 (Parsed, 1);
  parsed->fd = intimail_fd_steal (&fd);
  parsed->status = status;
  parsed->summary = intimail_summary_new_from_bytes (bytes);
  return parsed;
}

static void
take_added (IntimailAccount *self, Found *found, Parsed *parsed, GPtrArray *doubled)
{
  IntimailMaildirName name;
  guint32 other;
  guint32 slot;

  if (found->folder->gone || !intimail_maildir_name_parse (found->file, &name))
    return;
  slot = intimail_account_find_record (self, found->folder, &name);
  if (slot != INTIMAIL_TABLE_NONE)
    {
      g_autofree char *file = intimail_account_get_file (self, slot);
      Look look = { self, found->folder, found->cur, FALSE, NULL };

      /* Somebody was faster, or the name is there twice. */
      if (g_strcmp0 (file, found->file) != 0)
        note_found (doubled, &look, found->file, &found->id);
      return;
    }
  other = intimail_table_find (self->table, &found->id);
  if (other != INTIMAIL_TABLE_NONE && !is_same_file (self, other, parsed->fd, &parsed->status))
    found->id = salt_id (found->folder, &name);
  slot = intimail_account_add_record (self, found->folder, &found->id, parsed->status.st_mtim.tv_sec, found->file,
                                      intimail_account_read_letters (self, found->folder, name.letters),
                                      g_steal_pointer (&parsed->summary));
  if (!found->cur)
    intimail_folder_mark_new (found->folder, intimail_table_get (self->table, slot));
}

static void
take_changed (IntimailAccount *self, Found *found)
{
  guint32 slot = intimail_table_find_in_folder (self->table, &found->id, found->folder->number);
  IntimailMaildirName name;
  guint64 keywords;

  if (slot == INTIMAIL_TABLE_NONE || !intimail_maildir_name_parse (found->file, &name))
    return;
  keywords = intimail_account_read_letters (self, found->folder, name.letters);
  if (keywords != intimail_table_get (self->table, slot)->keywords)
    intimail_account_change_record (self, slot, keywords, found->file);
}

static void
take_vanished (IntimailAccount *self, Found *found)
{
  guint32 slot = intimail_table_find_in_folder (self->table, &found->id, found->folder->number);
  g_autofree char *file = slot != INTIMAIL_TABLE_NONE ? intimail_account_get_file (self, slot) : NULL;
  static const char *const subfolders[] = { "cur", "new" };
  IntimailMaildirName name;
  gboolean ours;

  if (slot == INTIMAIL_TABLE_NONE)
    return;
  /* A damaged line may say the file of another message. */
  ours = file != NULL && intimail_maildir_name_parse (file, &name) && intimail_account_find_record (self, found->folder, &name) == slot;
  /* Somebody who held the lock before us may have brought it back. */
  for (gsize i = 0; ours && i < G_N_ELEMENTS (subfolders); i++)
    {
      g_autofree char *path = intimail_folder_get_path (found->folder, subfolders[i], file);

      if (faccessat (self->root_fd, path, F_OK, AT_SYMLINK_NOFOLLOW) == 0)
        return;
    }
  intimail_account_remove_record (self, slot);
}

/* Reads the messages without the lock: deliveries of other processes go on. */
static gboolean
take_batch (IntimailAccount *self, Findings *findings, guint start, guint end)
{
  GPtrArray *added = findings->added;
  g_autoptr (GPtrArray) parsed = g_ptr_array_new_with_free_func (free_parsed);
  gboolean ok;

  for (guint i = start; i < end; i++)
    g_ptr_array_add (parsed, parse_found (self, g_ptr_array_index (added, i)));
  if (!intimail_account_lock (self, NULL))
    return FALSE;
  for (guint i = start; i < end; i++)
    {
      if (g_ptr_array_index (parsed, i - start) != NULL)
        take_added (self, g_ptr_array_index (added, i), g_ptr_array_index (parsed, i - start), findings->doubled);
    }
  ok = intimail_account_commit (self, NULL);
  intimail_account_unlock (self);
  return ok;
}

/* What is new first, then what is gone: a message that went from one mailbox to
 * another is never destroyed on the way. */
static gboolean
take_all (IntimailAccount *self, Findings *findings, GFileProgressCallback progress, gpointer user_data, GCancellable *cancellable)
{
  GPtrArray *added = findings->added;
  gboolean ok = TRUE;

  for (guint i = 0; ok && i < added->len; i += BATCH)
    {
      guint end = MIN (i + BATCH, added->len);

      ok = !g_cancellable_is_cancelled (cancellable) && take_batch (self, findings, i, end);
      if (ok && progress != NULL)
        progress (end, added->len, user_data);
    }
  if (!ok || findings->changed->len + findings->vanished->len + findings->doubled->len == 0)
    return ok;

  if (!intimail_account_lock (self, NULL))
    return FALSE;
  for (guint i = 0; i < findings->changed->len; i++)
    take_changed (self, g_ptr_array_index (findings->changed, i));
  for (guint i = 0; i < findings->vanished->len; i++)
    take_vanished (self, g_ptr_array_index (findings->vanished, i));
  for (guint i = 0; i < findings->doubled->len; i++)
    {
      Found *found = g_ptr_array_index (findings->doubled, i);

      intimail_account_part_doubles (self, found->folder, found->file);
    }
  ok = intimail_account_commit (self, NULL);
  if (ok)
    intimail_account_compact_worn (self);
  intimail_account_unlock (self);
  return ok;
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
  g_autoptr (GPtrArray) added = g_ptr_array_new_with_free_func (free_found);
  g_autoptr (GPtrArray) changed = g_ptr_array_new_with_free_func (free_found);
  g_autoptr (GPtrArray) vanished = g_ptr_array_new_with_free_func (free_found);
  g_autoptr (GPtrArray) doubled = g_ptr_array_new_with_free_func (free_found);
  Findings findings = { added, changed, vanished, doubled };
  gboolean ok;

  look_at_all (self, &findings);
  /* A message that left one folder for another that was read before: that other
   * one has changed since, and is read again. */
  if (vanished->len > 0)
    look_at_all (self, &findings);
  ok = take_all (self, &findings, progress, user_data, cancellable);
  *again = doubled->len > 0;
  return ok;
}

void
intimail_account_scan (IntimailAccount *self, GFileProgressCallback progress, gpointer user_data, GCancellable *cancellable)
{
  gboolean again;
  gboolean ok = look_and_take (self, progress, user_data, cancellable, &again);

  /* A message that got a name of its own is new. */
  if (ok && again)
    ok = look_and_take (self, NULL, NULL, cancellable, &again);
  for (guint i = 0; !ok && i < self->folders->len; i++)
    intimail_account_get_folder (self, i)->must_scan = TRUE;
}
