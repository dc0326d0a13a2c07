/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "store/intimail-account-found-private.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/intimail-fd-private.h"

/* Messages that are taken over with one hold of the lock. */
#define BATCH 256
/* Messages that are read and wait to be taken over. */
#define READ_AHEAD 1024
/* For fewer no thread is begun. */
#define THREAD_ABOVE 64
/* So many are more than a client wants to be told one by one. */
#define MANY 4096

typedef IntimailFound Found;

IntimailFound *
intimail_found_new (IntimailFolder *folder, const char *file, gboolean cur, guint64 inode, const IntimailId *id)
{
  Found *found = g_new0 (Found, 1);

  found->folder = folder;
  found->file = g_strdup (file);
  found->cur = cur;
  found->inode = inode;
  found->id = *id;
  return found;
}

void
intimail_found_free (gpointer found)
{
  g_free (((Found *) found)->file);
  g_free (found);
}

/* The same unique name in another mailbox is the same message only when it is the
 * same file; else it gets an id of its own, from the mailbox's id too. */
IntimailId
intimail_found_salt_id (IntimailFolder *folder, const IntimailMaildirName *name)
{
  g_autofree char *text = g_strdup_printf ("%s/%.*s", folder->id, (int) name->unique_length, name->name);

  return intimail_id_hash (text, strlen (text));
}

gboolean
intimail_found_is_name_of (IntimailAccount *self, const char *file, const IntimailId *id)
{
  IntimailMaildirName name;
  IntimailId found;

  if (file == NULL || !intimail_maildir_name_parse (file, &name))
    return FALSE;
  found = intimail_maildir_name_get_id (&name);
  /* It keeps the id of the mailbox where it got it. */
  for (guint i = 0; i < self->folders->len && intimail_id_compare (&found, id) != 0; i++)
    found = intimail_found_salt_id (intimail_account_get_folder (self, i), &name);
  return intimail_id_compare (&found, id) == 0;
}

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
  IntimailSummary *summary; /* NULL: it is there, but cannot be read */
  struct stat status;
} Parsed;

static void
free_parsed (gpointer data)
{
  Parsed *parsed = data;

  if (parsed == NULL)
    return;
  intimail_summary_free (parsed->summary);
  g_free (parsed);
}

static int
open_found (IntimailAccount *self, Found *found, struct stat *status)
{
  g_autofree char *path = intimail_folder_get_path (found->folder, found->cur ? "cur" : "new", found->file);
  g_auto (IntimailFd) fd = openat (self->root_fd, path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);

  if (fd < 0 || fstat (fd, status) < 0)
    return -1;
  return intimail_fd_steal (&fd);
}

/* NULL for what is no message, or gone. */
static Parsed *
parse_found (IntimailAccount *self, Found *found)
{
  g_autoptr (GBytes) bytes = NULL;
  Parsed *parsed;
  struct stat status = { 0 };
  g_auto (IntimailFd) fd = open_found (self, found, &status);

  if (fd < 0 && (errno == ENOENT || errno == ELOOP))
    return NULL;
  if (fd >= 0 && !S_ISREG (status.st_mode))
    return NULL;
  bytes = fd >= 0 ? intimail_account_map_file (fd, NULL) : NULL;

  parsed = g_new0 (Parsed, 1);
  parsed->status = status;
  parsed->summary = bytes != NULL ? intimail_summary_new_from_bytes (bytes, !self->without_previews) : NULL;
  return parsed;
}

static gboolean
is_copy_of (IntimailAccount *self, guint32 slot, Found *found)
{
  struct stat status;
  g_auto (IntimailFd) fd = open_found (self, found, &status);

  return fd >= 0 && S_ISREG (status.st_mode) && is_same_file (self, slot, fd, &status);
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

      /* Somebody was faster, or the name is there twice. */
      if (g_strcmp0 (file, found->file) != 0)
        g_ptr_array_add (doubled, intimail_found_new (found->folder, found->file, found->cur, found->inode, &found->id));
      return;
    }
  other = intimail_table_find (self->table, &found->id);
  if (other != INTIMAIL_TABLE_NONE && !is_copy_of (self, other, found))
    found->id = intimail_found_salt_id (found->folder, &name);
  slot = intimail_account_add_record (self, found->folder, &found->id, parsed->status.st_mtim.tv_sec, found->file,
                                      intimail_account_read_letters (self, found->folder, name.letters),
                                      g_steal_pointer (&parsed->summary));
  if (!found->cur)
    intimail_folder_mark_new (found->folder, intimail_table_get (self->table, slot));
}

/* The look was without the lock: meanwhile the file may have got another name, and its
 * letters their words. What an older look saw would undo what is newer. */
static void
take_changed (IntimailAccount *self, Found *found)
{
  guint32 slot = intimail_table_find_in_folder (self->table, &found->id, found->folder->number);
  g_autofree char *path = intimail_folder_get_path (found->folder, found->cur ? "cur" : "new", found->file);
  IntimailMaildirName name;
  guint64 keywords;

  if (slot == INTIMAIL_TABLE_NONE || !intimail_maildir_name_parse (found->file, &name) ||
      faccessat (self->root_fd, path, F_OK, AT_SYMLINK_NOFOLLOW) < 0 || !intimail_folder_load_letters (found->folder, NULL))
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

/* Messages are read by two threads, some way ahead of those that are taken over. */
typedef struct
{
  IntimailAccount *account;
  GPtrArray *added;
  Parsed **parsed; /* by their numbers */
  guint8 *done;
  guint next;
  guint limit; /* nobody reads this one yet */
  gboolean stop;
  GMutex mutex;
  GCond cond;
} Ahead;

/* FALSE when there is nothing to do for now. Under the mutex, which is let go while
 * a message is read. */
static gboolean
read_one (Ahead *ahead)
{
  guint number = ahead->next;
  Parsed *parsed;

  if (ahead->stop || number >= ahead->limit)
    return FALSE;
  ahead->next++;
  g_mutex_unlock (&ahead->mutex);
  parsed = parse_found (ahead->account, g_ptr_array_index (ahead->added, number));
  g_mutex_lock (&ahead->mutex);
  ahead->parsed[number] = parsed;
  ahead->done[number] = 1;
  g_cond_broadcast (&ahead->cond);
  return TRUE;
}

static gpointer
read_ahead (gpointer data)
{
  Ahead *ahead = data;

  g_mutex_lock (&ahead->mutex);
  while (!ahead->stop)
    {
      if (!read_one (ahead))
        g_cond_wait (&ahead->cond, &ahead->mutex);
    }
  g_mutex_unlock (&ahead->mutex);
  return NULL;
}

/* Helps with the reading until these are read. */
static void
wait_for (Ahead *ahead, guint start, guint end)
{
  g_mutex_lock (&ahead->mutex);
  ahead->limit = MIN (end + READ_AHEAD, ahead->added->len);
  g_cond_broadcast (&ahead->cond);
  for (guint i = start; i < end;)
    {
      if (ahead->done[i] != 0)
        i++;
      else if (!read_one (ahead))
        g_cond_wait (&ahead->cond, &ahead->mutex);
    }
  g_mutex_unlock (&ahead->mutex);
}

/* Messages are read without the lock: deliveries of other processes go on. */
static gboolean
take_batch (IntimailAccount *self, Ahead *ahead, guint start, guint end, GPtrArray *doubled)
{
  gboolean ok;

  wait_for (ahead, start, end);
  if (!intimail_account_lock (self, NULL))
    return FALSE;
  for (guint i = start; i < end; i++)
    {
      Found *found = g_ptr_array_index (ahead->added, i);
      Parsed *parsed = ahead->parsed[i];

      if (parsed != NULL && parsed->summary == NULL)
        intimail_account_note_hole (found->folder);
      else if (parsed != NULL)
        take_added (self, found, parsed, doubled);
      g_clear_pointer (&ahead->parsed[i], free_parsed);
    }
  ok = intimail_account_commit (self, NULL);
  intimail_account_unlock (self);
  return ok;
}

/* As they lie on many a disk. */
static int
compare_inodes (gconstpointer a, gconstpointer b)
{
  const Found *x = *(Found *const *) a;
  const Found *y = *(Found *const *) b;

  return (x->inode > y->inode) - (x->inode < y->inode);
}

static gboolean
take_batches (IntimailAccount *self, Ahead *ahead, GPtrArray *doubled, GFileProgressCallback progress, gpointer user_data, GCancellable *cancellable)
{
  gboolean ok = TRUE;

  for (guint i = 0; ok && i < ahead->added->len; i += BATCH)
    {
      guint end = MIN (i + BATCH, ahead->added->len);

      ok = !g_cancellable_is_cancelled (cancellable) && take_batch (self, ahead, i, end, doubled);
      if (ok && progress != NULL)
        progress (end, ahead->added->len, user_data);
    }
  return ok;
}

static gboolean
take_all_added (IntimailAccount *self, IntimailFindings *findings, GFileProgressCallback progress, gpointer user_data, GCancellable *cancellable)
{
  GPtrArray *added = findings->added;
  Ahead ahead = { .account = self, .added = added };
  GThread *thread = NULL;
  gboolean ok;

  if (added->len > BATCH)
    g_ptr_array_sort (added, compare_inodes);
  ahead.parsed = g_new0 (Parsed *, added->len + 1);
  ahead.done = g_new0 (guint8, added->len + 1);
  g_mutex_init (&ahead.mutex);
  g_cond_init (&ahead.cond);
  if (added->len > THREAD_ABOVE && g_get_num_processors () > 1)
    thread = g_thread_try_new ("intimail-read", read_ahead, &ahead, NULL);

  ok = take_batches (self, &ahead, findings->doubled, progress, user_data, cancellable);

  g_mutex_lock (&ahead.mutex);
  ahead.stop = TRUE;
  g_cond_broadcast (&ahead.cond);
  g_mutex_unlock (&ahead.mutex);
  if (thread != NULL)
    g_thread_join (thread);
  for (guint i = 0; i < added->len; i++)
    free_parsed (ahead.parsed[i]);
  g_free (ahead.parsed);
  g_free (ahead.done);
  g_mutex_clear (&ahead.mutex);
  g_cond_clear (&ahead.cond);
  return ok;
}

/* A journal that has hardly anything but what is new helps nobody: whoever asks what
 * changed is better off with everything. */
static void
shorten_journal (IntimailAccount *self, guint n_added)
{
  if (n_added < MANY || n_added < intimail_table_get_n_copies (self->table) / 2 || !intimail_account_lock (self, NULL))
    return;
  intimail_account_begin_epoch (self);
  intimail_account_unlock (self);
}

/* What is new first, then what is gone: a message that went from one mailbox to
 * another is never destroyed on the way. */
gboolean
intimail_found_take_all (IntimailAccount *self, IntimailFindings *findings, GFileProgressCallback progress, gpointer user_data, GCancellable *cancellable)
{
  gboolean ok = findings->added->len == 0 || take_all_added (self, findings, progress, user_data, cancellable);

  if (ok)
    shorten_journal (self, findings->added->len);
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
