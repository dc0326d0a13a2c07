/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "store/intimail-spool-private.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <intimail/intimail-error.h>

#include "base/intimail-error-private.h"
#include "base/intimail-fd-private.h"
#include "store/intimail-account-private.h"
#include "store/intimail-spool-notes-private.h"

#define COPY_BYTES (256 * 1024)

struct _IntimailSpool
{
  IntimailAccount *account;
  char *path; /* in tmp/; NULL when it has no name there, or not any more */
  int fd;
  guint64 size;
  guint64 n_bare; /* line ends without CR */
  gboolean after_cr;
  gint64 modified;
  gboolean flushed;
  IntimailSummary *summary;
  IntimailSpoolNotes *notes; /* NULL: nobody confirms */
  char *unique;              /* NULL: a new one for each delivery */
};

/* Without a name, what a crash leaves is nothing, and the flush of a new file has no
 * entry to write. Not every file system can do that. */
static gboolean
create_file (IntimailSpool *self, GError **error)
{
  g_autofree char *folder = g_build_filename (self->account->path, "tmp", NULL);
  g_autofree char *unique = NULL;

  self->fd = open (folder, O_RDWR | O_TMPFILE | O_CLOEXEC, 0600);
  if (self->fd >= 0)
    return TRUE;
  if (errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL)
    {
      unique = intimail_maildir_name_make_unique ();
      self->path = g_build_filename (folder, unique, NULL);
      self->fd = open (self->path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    }
  if (self->fd >= 0)
    return TRUE;
  intimail_set_error_from_errno (error, errno, "cannot create a file in %s", folder);
  g_clear_pointer (&self->path, g_free);
  return FALSE;
}

IntimailSpool *
intimail_spool_new (IntimailAccount *account, GError **error)
{
  g_autoptr (IntimailSpool) self = g_new0 (IntimailSpool, 1);
  gboolean ok;

  self->account = g_object_ref (account);
  self->fd = -1;
  ok = intimail_account_begin_unscanned (account, error);
  intimail_account_end (account);

  return ok && create_file (self, error) ? g_steal_pointer (&self) : NULL;
}

static void
count_line_ends (IntimailSpool *self, const char *data, gsize length)
{
  const char *end = data + length;

  for (const char *c = data; (c = memchr (c, '\n', (gsize) (end - c))) != NULL; c++)
    self->n_bare += c > data ? c[-1] != '\r' : !self->after_cr;
  if (length > 0)
    self->after_cr = end[-1] == '\r';
}

gboolean
intimail_spool_write (IntimailSpool *self, gconstpointer data, gsize length, GError **error)
{
  g_return_val_if_fail (!self->flushed, FALSE);

  count_line_ends (self, data, length);
  self->size += length;
  return intimail_fd_write_all (self->fd, data, length, error);
}

void
intimail_spool_await_confirmation (IntimailSpool *self, IntimailUnconfirmed *unconfirmed)
{
  self->notes = intimail_spool_notes_new (unconfirmed, self->size);
}

void
intimail_spool_confirm (IntimailSpool *self)
{
  if (self->notes != NULL)
    intimail_spool_notes_confirm (self->notes);
}

gboolean
intimail_spool_was_done (IntimailSpool *self, IntimailAccount *account, const char *what)
{
  return self->notes != NULL && intimail_spool_notes_find_word (self->notes, account->path, what, self->size);
}

int
intimail_spool_begin_note (IntimailSpool *self, IntimailAccount *account, const char *what)
{
  return self->notes != NULL ? intimail_spool_notes_add (self->notes, account->path, what, self->size) : INTIMAIL_UNCONFIRMED_NONE;
}

void
intimail_spool_end_note (IntimailSpool *self, int note, gboolean done)
{
  if (self->notes != NULL)
    (done ? intimail_spool_notes_keep : intimail_spool_notes_drop) (self->notes, note);
}

GBytes *
intimail_spool_map (IntimailSpool *self, GError **error)
{
  return intimail_account_map_file (self->fd, error);
}

guint64
intimail_spool_get_size (IntimailSpool *self)
{
  return self->size;
}

void
intimail_spool_free (IntimailSpool *self)
{
  if (self->path != NULL)
    unlink (self->path);
  g_clear_pointer (&self->notes, intimail_spool_notes_free);
  intimail_fd_close (self->fd);
  intimail_summary_free (self->summary);
  g_object_unref (self->account);
  g_free (self->path);
  g_free (self->unique);
  g_free (self);
}

void
intimail_spool_set_unique (IntimailSpool *self, const char *unique)
{
  g_free (self->unique);
  self->unique = g_strdup (unique);
}

/* One reading serves all recipients: their records differ in ids alone. */
static gboolean
read_summary (IntimailSpool *self, GError **error)
{
  g_autoptr (GBytes) bytes = NULL;

  if (self->summary != NULL)
    return TRUE;
  bytes = intimail_account_map_file (self->fd, error);
  if (bytes == NULL)
    return FALSE;
  self->summary = intimail_summary_new_from_bytes (bytes, TRUE);
  return TRUE;
}

gboolean
intimail_spool_flush (IntimailSpool *self, GError **error)
{
  struct stat status;

  /* The message is read while its bytes are on their way. This waits for nothing and
   * promises nothing: fsync() does. */
  sync_file_range (self->fd, 0, 0, SYNC_FILE_RANGE_WRITE);
  read_summary (self, NULL);
  if (fsync (self->fd) < 0 || fstat (self->fd, &status) < 0)
    {
      intimail_set_error_from_errno (error, errno, "cannot flush a message");
      return FALSE;
    }
  self->modified = status.st_mtim.tv_sec;
  self->flushed = TRUE;
  return TRUE;
}

/* Another file system, or too many links: bytes of its own. */
static gboolean
copy_file (IntimailSpool *self, int root_fd, const char *temporary, GError **error)
{
  g_auto (IntimailFd) fd = openat (root_fd, temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  g_autofree char *buffer = g_malloc (COPY_BYTES);
  off_t offset = 0;

  if (fd < 0)
    {
      intimail_set_error_from_errno (error, errno, "cannot create %s", temporary);
      return FALSE;
    }
  while ((guint64) offset < self->size)
    {
      gssize got = pread (self->fd, buffer, COPY_BYTES, offset);

      if (got <= 0)
        {
          intimail_set_error_from_errno (error, got < 0 ? errno : EIO, "cannot read a message again");
          return FALSE;
        }
      if (!intimail_fd_write_all (fd, buffer, (gsize) got, error))
        return FALSE;
      offset += got;
    }
  if (fsync (fd) < 0)
    {
      intimail_set_error_from_errno (error, errno, "cannot flush a message");
      return FALSE;
    }
  return TRUE;
}

static gboolean
place_copy (IntimailSpool *self, int root_fd, const char *target, GError **error)
{
  g_autofree char *unique = intimail_maildir_name_make_unique ();
  g_autofree char *temporary = g_strconcat ("tmp/", unique, NULL);

  if (!copy_file (self, root_fd, temporary, error))
    {
      unlinkat (root_fd, temporary, 0);
      return FALSE;
    }
  if (renameat (root_fd, temporary, root_fd, target) < 0)
    {
      intimail_set_error_from_errno (error, errno, "cannot place a message");
      unlinkat (root_fd, temporary, 0);
      return FALSE;
    }
  return TRUE;
}

/* Puts the message at @target below @root_fd: linked, or moved when it has a name. */
static gboolean
place (IntimailSpool *self, int root_fd, const char *target, GError **error)
{
  char link_path[64];

  if (self->path != NULL && renameat (AT_FDCWD, self->path, root_fd, target) == 0)
    {
      g_clear_pointer (&self->path, g_free);
      return TRUE;
    }
  if (self->path != NULL && errno != EXDEV)
    {
      intimail_set_error_from_errno (error, errno, "cannot place a message");
      return FALSE;
    }
  /* Whatever its name is by now, this is the file. */
  g_snprintf (link_path, sizeof link_path, "/proc/self/fd/%d", self->fd);
  if (self->path == NULL && linkat (AT_FDCWD, link_path, root_fd, target, AT_SYMLINK_FOLLOW) == 0)
    return TRUE;
  return place_copy (self, root_fd, target, error);
}

/* What a delivery needs to know of its mailbox while it works without the mutex. */
typedef struct
{
  IntimailFolder *folder;
  char *folder_name;
  char *file;
  char *target;
  guint64 keywords;
  gboolean cur;
  gboolean reserved;
  IntimailMaildirsize usage; /* before it */
} Delivery;

static void
delivery_clear (Delivery *delivery)
{
  g_free (delivery->folder_name);
  g_free (delivery->file);
  g_free (delivery->target);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Delivery, delivery_clear)

static gboolean
choose_file (IntimailAccount *self, Delivery *delivery, const IntimailSpool *spool, const char *const *keywords, GError **error)
{
  g_autofree char *unique = spool->unique != NULL ? g_strdup (spool->unique) : intimail_maildir_name_make_unique ();
  g_autofree char *letters = NULL;

  for (gsize i = 0; keywords != NULL && keywords[i] != NULL; i++)
    {
      guint64 bit;

      if (!intimail_keyword_check (keywords[i], error))
        return FALSE;
      bit = intimail_account_take_keyword (self, keywords[i]);
      if (bit == 0)
        {
          g_set_error_literal (error, INTIMAIL_ERROR, INTIMAIL_ERROR_TOO_LARGE, "the account has too many keywords");
          return FALSE;
        }
      delivery->keywords |= bit;
    }
  if (!intimail_folder_load_letters (delivery->folder, error))
    return FALSE;
  letters = intimail_account_write_letters (self, delivery->folder, delivery->keywords, error);
  if (letters == NULL)
    return FALSE;

  /* What has letters is not new any more. */
  delivery->cur = letters[0] != '\0';
  delivery->file = self->vsize_in_name
                       ? g_strdup_printf ("%s,S=%" G_GUINT64_FORMAT ",W=%" G_GUINT64_FORMAT, unique, spool->size, spool->size + spool->n_bare)
                       : g_strdup_printf ("%s,S=%" G_GUINT64_FORMAT, unique, spool->size);
  if (delivery->cur)
    {
      g_autofree char *base = g_steal_pointer (&delivery->file);
      IntimailMaildirName name;

      intimail_maildir_name_parse (base, &name);
      delivery->file = intimail_maildir_name_with_letters (&name, letters);
    }
  delivery->folder_name = g_strdup (delivery->folder->name);
  delivery->target = intimail_folder_get_path (delivery->folder, delivery->cur ? "cur" : "new", delivery->file);
  return TRUE;
}

/* Decides under the lock whether there is room: two deliveries never take the
 * last place both. */
static gboolean
reserve (IntimailAccount *self, Delivery *delivery, const IntimailSpool *spool, const char *mailbox_id, const char *const *keywords, gboolean exempt, GError **error)
{
  gboolean ok = FALSE;

  if (intimail_account_begin_quota (self, spool->size, &delivery->usage, error))
    {
      intimail_account_note_usage (self, &delivery->usage);
      delivery->folder = mailbox_id != NULL ? intimail_account_find_folder (self, mailbox_id) : intimail_account_find_folder_by_name (self, "");
      if (delivery->folder == NULL)
        intimail_account_set_not_found (error, "mailbox", mailbox_id != NULL ? mailbox_id : "inbox");
      else
        ok = choose_file (self, delivery, spool, keywords, error) &&
             intimail_account_reserve (self, &delivery->usage, delivery->folder, delivery->file, spool->size, exempt, error);
      delivery->reserved = ok && intimail_account_is_counted (self, delivery->folder);
      intimail_account_unlock (self);
    }
  if (ok)
    self->n_busy++;
  intimail_account_end (self);
  return ok;
}

/* Under the mutex. */
static void
end_work (IntimailAccount *self, const Delivery *delivery, gboolean stored)
{
  self->n_busy--;
  if (delivery->reserved)
    intimail_account_end_reservation (self, delivery->folder, delivery->file, stored);
}

/* The message is safe: from here on nothing fails. What cannot be written down now
 * is found by the next scan. Gives the mark of the quota that is reached with it. */
static guint
record (IntimailAccount *self, Delivery *delivery, const IntimailId *id, gint64 received, IntimailSummary *summary)
{
  guint64 size = summary->size;
  guint warning = 0;

  g_mutex_lock (&self->mutex);
  if (!self->must_reload && intimail_account_lock (self, NULL))
    {
      if (intimail_index_check (delivery->folder->index) != INTIMAIL_LOG_SAME)
        intimail_account_catch_up_folder (self, delivery->folder);
      /* Another process that looked into the folder may have been faster. */
      if (!delivery->folder->gone && intimail_table_find_in_folder (self->table, id, delivery->folder->number) == INTIMAIL_TABLE_NONE)
        {
          guint32 slot = intimail_account_add_record (self, delivery->folder, id, received, delivery->file, delivery->keywords,
                                                      g_steal_pointer (&summary));

          if (!delivery->cur)
            intimail_folder_mark_new (delivery->folder, intimail_table_get (self->table, slot));
          intimail_account_commit (self, NULL);
        }
      delivery->usage.used_bytes += delivery->reserved ? size : 0;
      delivery->usage.used_messages += delivery->reserved ? 1 : 0;
      warning = intimail_account_take_warning (self, &delivery->usage);
      intimail_account_unlock (self);
    }
  end_work (self, delivery, TRUE);
  g_mutex_unlock (&self->mutex);
  intimail_summary_free (summary);
  return warning;
}

static void
set_time (IntimailSpool *spool, gint64 received)
{
  const struct timespec times[2] = { { (time_t) received, 0 }, { (time_t) received, 0 } };

  if (received != 0 && received != spool->modified && futimens (spool->fd, times) == 0)
    spool->modified = received;
}

/* Puts the file into its place. Gives the mark of the quota that is reached. */
/* Into new/ or cur/, and the entry to the disk. */
static gboolean
place_safely (IntimailAccount *account, IntimailSpool *spool, Delivery *delivery, GError **error)
{
  if (!intimail_account_flush_way (account, delivery->folder, delivery->folder_name, error) ||
      !place (spool, account->root_fd, delivery->target, error))
    return FALSE;
  if (intimail_folder_flush_entries (delivery->folder, delivery->folder_name, delivery->cur, error))
    return TRUE;

  /* Not promised, so it must not be there twice when it comes again. */
  unlinkat (account->root_fd, delivery->target, 0);
  return FALSE;
}

static gboolean
store (IntimailAccount *account, IntimailSpool *spool, Delivery *delivery, gint64 received, IntimailId *id, guint *warning, GError **error)
{
  int note = spool->notes != NULL ? intimail_spool_notes_add (spool->notes, account->path, delivery->file, spool->size) : INTIMAIL_UNCONFIRMED_NONE;
  IntimailMaildirName name;
  gboolean ok;

  set_time (spool, received);
  ok = place_safely (account, spool, delivery, error);
  if (spool->notes != NULL)
    (ok ? intimail_spool_notes_keep : intimail_spool_notes_drop) (spool->notes, note);
  if (!ok)
    {
      g_mutex_lock (&account->mutex);
      end_work (account, delivery, FALSE);
      g_mutex_unlock (&account->mutex);
      return FALSE;
    }

  intimail_maildir_name_parse (delivery->file, &name);
  *id = intimail_maildir_name_get_id (&name);
  *warning = record (account, delivery, id, spool->modified, intimail_summary_copy (spool->summary));
  return TRUE;
}

char *
intimail_account_deliver_spool (IntimailAccount *account,
                                IntimailSpool *spool,
                                const char *mailbox_id,
                                const char *const *keywords,
                                gint64 received,
                                GCancellable *cancellable,
                                GError **error)
{
  g_auto (Delivery) delivery = { 0 };
  IntimailId id;
  guint warning;
  char *there;

  g_return_val_if_fail (INTIMAIL_IS_ACCOUNT (account), NULL);
  g_return_val_if_fail (spool->flushed, NULL);

  if (g_cancellable_set_error_if_cancelled (cancellable, error) || !read_summary (spool, error))
    return NULL;
  there = spool->notes != NULL ? intimail_spool_notes_find (spool->notes, account, spool->fd, spool->size) : NULL;
  if (there != NULL)
    return there;
  if (!reserve (account, &delivery, spool, mailbox_id, keywords, FALSE, error) ||
      !store (account, spool, &delivery, received, &id, &warning, error))
    return NULL;

  if (warning > 0)
    intimail_account_warn (account, warning, &delivery.usage);
  return g_strdup (intimail_id_format ('m', &id).text);
}

char *
intimail_account_deliver_again (IntimailAccount *account,
                                IntimailSpool *spool,
                                const char *mailbox_id,
                                const char *const *keywords,
                                gint64 received,
                                GError **error)
{
  g_auto (Delivery) delivery = { 0 };
  IntimailId id;
  guint warning;

  if (!read_summary (spool, error) || !reserve (account, &delivery, spool, mailbox_id, keywords, TRUE, error) ||
      !store (account, spool, &delivery, received, &id, &warning, error))
    return NULL;

  return g_strdup (intimail_id_format ('m', &id).text);
}

/* A crash may have left it on the disk before any index knew of it. FALSE with an error
 * when that cannot be found out. */
static gboolean
has_unique (IntimailAccount *account, const char *unique, GError **error)
{
  g_autofree char *id = intimail_maildir_name_make_message_id (unique);
  g_autoptr (GError) local_error = NULL;
  g_autoptr (IntimailEnvelope) envelope = NULL;

  if (!intimail_account_refresh (account, NULL, error))
    return FALSE;
  envelope = intimail_account_get_envelope (account, id, &local_error);
  if (envelope == NULL && !g_error_matches (local_error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND))
    g_propagate_error (error, g_steal_pointer (&local_error));

  return envelope != NULL;
}

gboolean
intimail_account_deliver_notice (IntimailAccount *account, GBytes *message, const char *unique, GError **error)
{
  g_autoptr (IntimailSpool) spool = NULL;
  g_autoptr (GError) local_error = NULL;
  g_auto (Delivery) delivery = { 0 };
  gconstpointer data;
  gsize size;
  IntimailId id;
  guint warning;

  if (unique != NULL && has_unique (account, unique, &local_error))
    return TRUE;
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  spool = intimail_spool_new (account, error);
  if (spool != NULL)
    intimail_spool_set_unique (spool, unique);
  data = g_bytes_get_data (message, &size);

  return spool != NULL && intimail_spool_write (spool, data, size, error) && intimail_spool_flush (spool, error) &&
         read_summary (spool, error) && reserve (account, &delivery, spool, NULL, NULL, TRUE, error) &&
         store (account, spool, &delivery, 0, &id, &warning, error);
}
