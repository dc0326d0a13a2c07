/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "store/intimail-import-batch-private.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <intimail/intimail-error.h>

#include "base/intimail-error-private.h"
#include "base/intimail-fd-private.h"

typedef struct
{
  char *unique;
  char *file; /* its name in cur/ */
  guint64 size;
  guint64 virtual_size; /* with CRLF for each line end; 0 when nobody asks */
  gint64 received;
  guint64 keywords;
  gboolean reserved;
  IntimailSummary *summary;
} Entry;

struct _IntimailImportBatch
{
  IntimailAccount *account;
  char *mailbox_id;
  gboolean ignore_quota;
  int root_fd; /* opened before the first write: its flush tells of every error since */
  GArray *entries;
  guint64 n_bytes;
  GHashTable *keywords; /* word -> whether the mailbox can have it */

  /* While the messages are placed. */
  IntimailFolder *folder;
  char *folder_name;
  gboolean was_scanned;
  IntimailMaildirsize usage;
};

static void
clear_entry (gpointer data)
{
  Entry *entry = data;

  g_free (entry->unique);
  g_free (entry->file);
  intimail_summary_free (entry->summary);
}

static Entry *
get_entry (IntimailImportBatch *self, guint i)
{
  return &g_array_index (self->entries, Entry, i);
}

static char *
make_temporary (const char *unique)
{
  return g_strconcat ("tmp/", unique, NULL);
}

IntimailImportBatch *
intimail_import_batch_new (IntimailAccount *account, const char *mailbox_id, gboolean ignore_quota, GError **error)
{
  g_autoptr (IntimailImportBatch) self = g_new0 (IntimailImportBatch, 1);

  self->account = g_object_ref (account);
  self->mailbox_id = g_strdup (mailbox_id);
  self->ignore_quota = ignore_quota;
  self->entries = g_array_new (FALSE, TRUE, sizeof (Entry));
  g_array_set_clear_func (self->entries, clear_entry);
  self->keywords = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->root_fd = open (account->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (self->root_fd < 0)
    {
      intimail_set_error_from_errno (error, errno, "cannot open the account %s", account->path);
      return NULL;
    }
  return g_steal_pointer (&self);
}

/* From entry @start on: they are not stored. */
static void
forget_entries (IntimailImportBatch *self, guint start)
{
  for (guint i = start; i < self->entries->len; i++)
    {
      g_autofree char *temporary = make_temporary (get_entry (self, i)->unique);

      unlinkat (self->root_fd, temporary, 0);
    }
  g_array_set_size (self->entries, start);
}

void
intimail_import_batch_free (IntimailImportBatch *self)
{
  forget_entries (self, 0);
  g_array_unref (self->entries);
  g_hash_table_unref (self->keywords);
  intimail_fd_close (self->root_fd);
  g_object_unref (self->account);
  g_free (self->mailbox_id);
  g_free (self->folder_name);
  g_free (self);
}

/* --- keywords --- */

/* Under the lock. "\deleted" is a letter, and no keyword of a person. */
static guint64
find_bit (IntimailAccount *account, const char *keyword)
{
  if (strcmp (keyword, "\\deleted") == 0)
    return INTIMAIL_KEYWORD_TRASHED;
  return intimail_keyword_check (keyword, NULL) ? intimail_account_take_keyword (account, keyword) : 0;
}

static gboolean
try_keyword (IntimailAccount *account, IntimailFolder *folder, const char *keyword)
{
  guint64 bit = find_bit (account, keyword);
  g_autofree char *letters = NULL;

  if (bit == 0 || !intimail_folder_load_letters (folder, NULL))
    return FALSE;
  letters = intimail_account_write_letters (account, folder, bit, NULL);
  return letters != NULL;
}

gboolean
intimail_import_batch_take_keyword (IntimailImportBatch *self, const char *keyword)
{
  gpointer known;
  gboolean ok = FALSE;

  if (g_hash_table_lookup_extended (self->keywords, keyword, NULL, &known))
    return GPOINTER_TO_INT (known);
  if (intimail_account_begin (self->account, NULL) && intimail_account_lock (self->account, NULL))
    {
      IntimailFolder *folder = intimail_account_find_folder (self->account, self->mailbox_id);

      ok = folder != NULL && try_keyword (self->account, folder, keyword);
      intimail_account_unlock (self->account);
    }
  intimail_account_end (self->account);
  g_hash_table_insert (self->keywords, g_strdup (keyword), GINT_TO_POINTER (ok));
  return ok;
}

/* --- writing --- */

int
intimail_import_batch_create (IntimailImportBatch *self, const char *unique, GError **error)
{
  g_autofree char *temporary = make_temporary (unique);
  int fd = openat (self->root_fd, temporary, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);

  if (fd < 0)
    intimail_set_error_from_errno (error, errno, "cannot create %s/%s", self->account->path, temporary);
  return fd;
}

void
intimail_import_batch_drop (IntimailImportBatch *self, int fd, const char *unique)
{
  g_autofree char *temporary = make_temporary (unique);

  intimail_fd_close (fd);
  unlinkat (self->root_fd, temporary, 0);
}

/* As IMAP shows it. */
static guint64
measure_virtual (GBytes *message)
{
  gsize size;
  const char *data = g_bytes_get_data (message, &size);
  const char *end = data + size;
  guint64 n_bare = 0;

  for (const char *c = data; c < end && (c = memchr (c, '\n', (gsize) (end - c))) != NULL; c++)
    n_bare += c == data || c[-1] != '\r';
  return size + n_bare;
}

gboolean
intimail_import_batch_add (IntimailImportBatch *self,
                           int fd,
                           char *unique,
                           GBytes *message,
                           gint64 received,
                           const char *const *keywords,
                           const char *from_line,
                           gsize from_line_length,
                           IntimailSummary *summary,
                           GError **error)
{
  Entry entry = { .unique = unique, .size = g_bytes_get_size (message), .received = received, .summary = summary };
  const struct timespec times[2] = { { (time_t) received, 0 }, { (time_t) received, 0 } };
  g_auto (IntimailFd) owned = fd;

  /* It is of use to an export and to nobody else: not every file system can keep it. */
  if (from_line != NULL)
    fsetxattr (owned, INTIMAIL_IMPORT_FROM_LINE, from_line, from_line_length, 0);
  if (self->account->vsize_in_name)
    entry.virtual_size = measure_virtual (message);
  g_array_append_val (self->entries, entry);
  self->n_bytes += entry.size;
  if (futimens (owned, times) < 0)
    {
      intimail_set_error_from_errno (error, errno, "cannot set the time of a message");
      forget_entries (self, self->entries->len - 1);
      return FALSE;
    }
  g_mutex_lock (&self->account->mutex);
  for (gsize i = 0; keywords != NULL && keywords[i] != NULL; i++)
    get_entry (self, self->entries->len - 1)->keywords |= find_bit (self->account, keywords[i]);
  g_mutex_unlock (&self->account->mutex);
  return TRUE;
}

gboolean
intimail_import_batch_is_full (IntimailImportBatch *self)
{
  return self->entries->len >= INTIMAIL_IMPORT_BATCH_MESSAGES || self->n_bytes >= INTIMAIL_IMPORT_BATCH_BYTES;
}

/* --- storing --- */

static gboolean
choose_file (IntimailImportBatch *self, Entry *entry, GError **error)
{
  g_autofree char *letters = intimail_account_write_letters (self->account, self->folder, entry->keywords, error);

  if (letters == NULL)
    return FALSE;
  entry->file = entry->virtual_size != 0
                    ? g_strdup_printf ("%s,S=%" G_GUINT64_FORMAT ",W=%" G_GUINT64_FORMAT ":2,", entry->unique, entry->size, entry->virtual_size)
                    : g_strdup_printf ("%s,S=%" G_GUINT64_FORMAT ":2,", entry->unique, entry->size);
  if (letters[0] != '\0')
    {
      g_autofree char *base = g_steal_pointer (&entry->file);
      IntimailMaildirName name;

      intimail_maildir_name_parse (base, &name);
      entry->file = intimail_maildir_name_with_letters (&name, letters);
    }
  return TRUE;
}

static gboolean
reserve_entry (IntimailImportBatch *self, Entry *entry, GError **error)
{
  if (!choose_file (self, entry, error) ||
      !intimail_account_reserve (self->account, &self->usage, self->folder, entry->file, entry->size, self->ignore_quota, error))
    return FALSE;
  entry->reserved = intimail_account_is_counted (self->account, self->folder);
  self->usage.used_bytes += entry->reserved ? entry->size : 0;
  self->usage.used_messages += entry->reserved ? 1 : 0;
  return TRUE;
}

/* How many have room and a name; the rest is forgotten. */
static guint
reserve (IntimailImportBatch *self, GError **error)
{
  IntimailAccount *account = self->account;
  guint n = 0;

  if (intimail_account_begin_quota (account, self->n_bytes, &self->usage, error))
    {
      intimail_account_note_usage (account, &self->usage);
      self->folder = intimail_account_find_folder (account, self->mailbox_id);
      if (self->folder == NULL)
        intimail_account_set_not_found (error, "mailbox", self->mailbox_id);
      else if (intimail_folder_load_letters (self->folder, error))
        {
          self->was_scanned = intimail_account_is_scanned (account, self->folder, TRUE);
          while (n < self->entries->len && reserve_entry (self, get_entry (self, n), error))
            n++;
          g_free (self->folder_name);
          self->folder_name = g_strdup (self->folder->name);
        }
      intimail_account_unlock (account);
    }
  if (n > 0)
    account->n_busy++;
  intimail_account_end (account);
  forget_entries (self, n);
  return n;
}

/* One flush for all files: then the folder's entries may name them. */
static gboolean
flush_files (IntimailImportBatch *self, GError **error)
{
  if (syncfs (self->root_fd) == 0)
    return TRUE;
  intimail_set_error_from_errno (error, errno, "cannot flush messages");
  return FALSE;
}

static char *
make_target (IntimailImportBatch *self, const Entry *entry)
{
  return g_strconcat (self->folder_name, self->folder_name[0] != '\0' ? "/" : "", "cur/", entry->file, NULL);
}

/* How many are in the folder, to stay. */
static guint
place (IntimailImportBatch *self, GError **error)
{
  guint n;

  if (!intimail_folder_anchor (self->folder, self->folder_name, error))
    return 0;
  for (n = 0; n < self->entries->len; n++)
    {
      g_autofree char *temporary = make_temporary (get_entry (self, n)->unique);
      g_autofree char *target = make_target (self, get_entry (self, n));

      if (renameat (self->root_fd, temporary, self->root_fd, target) < 0)
        {
          intimail_set_error_from_errno (error, errno, "cannot place a message");
          break;
        }
    }
  if (n == 0 || intimail_folder_flush_entries (self->folder, self->folder_name, TRUE, error != NULL && *error != NULL ? NULL : error))
    return n;

  /* Not promised, so they must not be there twice when they come again. */
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *target = make_target (self, get_entry (self, i));

      unlinkat (self->root_fd, target, 0);
    }
  return 0;
}

static void
record_entry (IntimailImportBatch *self, Entry *entry)
{
  IntimailAccount *account = self->account;
  IntimailMaildirName name;
  IntimailId id;

  intimail_maildir_name_parse (entry->file, &name);
  id = intimail_maildir_name_get_id (&name);
  /* Another process that looked into the folder may have been faster. */
  if (!self->folder->gone && intimail_table_find_in_folder (account->table, &id, self->folder->number) == INTIMAIL_TABLE_NONE)
    intimail_account_add_record (account, self->folder, &id, entry->received, entry->file, entry->keywords, g_steal_pointer (&entry->summary));
}

/* The first @n messages are safe, and for them nothing fails from here on. What
 * cannot be written down now is found by the next scan. Gives the mark of the
 * quota that is reached with them. */
static guint
record (IntimailImportBatch *self, guint n)
{
  IntimailAccount *account = self->account;
  guint warning = 0;

  g_mutex_lock (&account->mutex);
  account->n_busy--;
  if (n > 0 && !account->must_reload && intimail_account_lock (account, NULL))
    {
      if (intimail_index_check (self->folder->index) != INTIMAIL_LOG_SAME)
        intimail_account_catch_up_folder (account, self->folder);
      for (guint i = 0; i < n; i++)
        record_entry (self, get_entry (self, i));
      intimail_account_commit (account, NULL);
      if (!self->folder->gone)
        intimail_account_mark_scanned (account, self->folder, TRUE, self->was_scanned);
      warning = intimail_account_take_warning (account, &self->usage);
      intimail_account_unlock (account);
    }
  for (guint i = 0; i < self->entries->len; i++)
    {
      if (get_entry (self, i)->reserved)
        intimail_account_end_reservation (account, self->folder, get_entry (self, i)->file, i < n);
    }
  g_mutex_unlock (&account->mutex);
  return warning;
}

gboolean
intimail_import_batch_store (IntimailImportBatch *self, guint *n_stored, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  guint n_reserved;
  guint warning;

  *n_stored = 0;
  if (self->entries->len == 0)
    return TRUE;
  if (!flush_files (self, &local_error))
    forget_entries (self, 0);
  n_reserved = local_error == NULL ? reserve (self, &local_error) : 0;
  if (n_reserved > 0)
    {
      g_autoptr (GError) place_error = NULL;

      *n_stored = place (self, &place_error);
      warning = record (self, *n_stored);
      if (warning > 0)
        intimail_account_warn (self->account, warning, &self->usage);
      forget_entries (self, *n_stored);
      if (place_error != NULL && local_error == NULL)
        local_error = g_steal_pointer (&place_error);
    }
  g_array_set_size (self->entries, 0);
  self->n_bytes = 0;
  if (local_error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}
