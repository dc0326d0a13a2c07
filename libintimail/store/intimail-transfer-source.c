/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "store/intimail-transfer-source-private.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <intimail/intimail-error.h>

#include "base/intimail-error-private.h"
#include "base/intimail-fd-private.h"
#include "store/intimail-id-private.h"
#include "store/intimail-maildir-name-private.h"
#include "store/intimail-transfer-words-private.h"

#define COPY_BYTES (256 * 1024)
/* So much of a message file is looked at for what was read. */
#define HEADER_BYTES (64 * 1024)
/* No file with mail has a hole; one that was not copied whole may have. */
#define HOLE_MAX (1024 * 1024)

/* A message file of a folder. */
typedef struct
{
  char *name;
  const char *part; /* "cur", "new", or "" */
  guint twin;       /* how many before it have the same unique name */
} File;

struct _IntimailTransferSource
{
  const IntimailTransferBox *box;
  char *box_key;
  guint64 size;
  guint64 done; /* bytes of the messages before the next one, in a folder */

  /* Of an mbox. */
  int fd; /* holds the lock */
  IntimailMboxReader *reader;
  GBytes *bytes;
  gint64 modified;
  guint n;

  /* Of a folder. */
  GPtrArray *files;
  guint next;
  IntimailTransferWords words;
};

void
intimail_transfer_item_clear (IntimailTransferItem *self)
{
  if (self->key != NULL)
    intimail_fd_close (self->fd);
  intimail_mbox_item_clear (&self->mbox);
  g_strfreev (self->keywords);
  g_free (self->name);
  g_free (self->key);
  g_free (self->what);
  memset (self, 0, sizeof *self);
  self->fd = -1;
}

void
intimail_transfer_item_keep_status (IntimailTransferItem *self)
{
  self->size += self->mbox.status.cut_length;
  self->mbox.status.cut_length = 0;
}

void
intimail_transfer_source_free (IntimailTransferSource *self)
{
  intimail_transfer_words_clear (&self->words);
  g_clear_object (&self->reader);
  g_clear_pointer (&self->bytes, g_bytes_unref);
  g_clear_pointer (&self->files, g_ptr_array_unref);
  intimail_fd_close (self->fd);
  g_free (self->box_key);
  g_free (self);
}

guint64
intimail_transfer_source_get_size (IntimailTransferSource *self)
{
  return self->size;
}

guint64
intimail_transfer_source_get_done (IntimailTransferSource *self)
{
  return self->reader != NULL ? intimail_mbox_reader_get_offset (self->reader) : self->done;
}

/* --- mbox --- */

static gboolean
check_holes (int fd, off_t size, const char *path, GError **error)
{
  off_t hole = lseek (fd, 0, SEEK_HOLE);

  while (hole >= 0 && hole < size)
    {
      off_t data = lseek (fd, hole, SEEK_DATA);

      if (data < 0)
        data = size;
      if (data - hole >= HOLE_MAX)
        {
          g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT,
                       "%s: %" G_GINT64_FORMAT " bytes are missing after byte %" G_GINT64_FORMAT ": it was not written whole, copy it again",
                       path, (gint64) (data - hole), (gint64) hole);
          return FALSE;
        }
      hole = lseek (fd, data, SEEK_HOLE);
    }
  return TRUE;
}

/* Programs that change an mbox lock it so. */
static gboolean
lock_mbox (int fd, const char *path, GError **error)
{
  struct flock lock = { .l_type = F_RDLCK, .l_whence = SEEK_SET };

  if (fcntl (fd, F_SETLK, &lock) == 0 || (errno != EACCES && errno != EAGAIN))
    return TRUE;
  g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_FAILED, "%s: another program is changing it: close that, or wait", path);
  return FALSE;
}

static IntimailMboxFormat
choose_format (IntimailTransferSource *self)
{
  switch (self->box->format)
    {
    case INTIMAIL_TRANSFER_FORMAT_MBOXRD:
      return INTIMAIL_MBOX_FORMAT_RD;
    case INTIMAIL_TRANSFER_FORMAT_MBOXO:
      return INTIMAIL_MBOX_FORMAT_O;
    case INTIMAIL_TRANSFER_FORMAT_MBOXCL:
      return INTIMAIL_MBOX_FORMAT_CL;
    case INTIMAIL_TRANSFER_FORMAT_MBOXCL2:
      return INTIMAIL_MBOX_FORMAT_CL2;
    default:
      return intimail_mbox_reader_detect_format (self->bytes);
    }
}

static gboolean
open_mbox (IntimailTransferSource *self, gboolean unquote, GError **error)
{
  const char *path = self->box->path;
  g_autoptr (GError) local_error = NULL;
  g_autoptr (GMappedFile) mapped = NULL;
  IntimailMboxFormat format;
  struct stat status;

  self->fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (self->fd < 0 || fstat (self->fd, &status) < 0)
    {
      intimail_set_error_from_errno (error, errno, "%s", path);
      return FALSE;
    }
  if (!lock_mbox (self->fd, path, error) || !check_holes (self->fd, status.st_size, path, error))
    return FALSE;
  mapped = g_mapped_file_new_from_fd (self->fd, FALSE, &local_error);
  if (mapped == NULL)
    {
      g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_FAILED, "%s: %s", path, local_error->message);
      return FALSE;
    }
  self->bytes = g_mapped_file_get_bytes (mapped);
  self->size = (guint64) status.st_size;
  self->modified = status.st_mtim.tv_sec;
  format = choose_format (self);
  self->reader = intimail_mbox_reader_new (self->bytes, format);
  if (unquote && format == INTIMAIL_MBOX_FORMAT_O)
    intimail_mbox_reader_set_unquote (self->reader, TRUE);
  return TRUE;
}

static gboolean
next_in_mbox (IntimailTransferSource *self, IntimailTransferItem *item)
{
  g_auto (GStrv) keywords = NULL;

  if (!intimail_mbox_reader_take (self->reader, &item->mbox))
    return FALSE;
  self->n++;
  item->size = intimail_mbox_item_get_size (&item->mbox);
  item->received = item->mbox.received;
  item->modified = self->modified;
  keywords = g_steal_pointer (&item->mbox.status.keywords);
  item->keywords = keywords != NULL ? g_steal_pointer (&keywords) : g_new0 (char *, 1);
  item->key = g_strdup_printf ("%.12s%012" G_GINT64_MODIFIER "x", self->box_key, (guint64) item->mbox.start);
  item->what = g_strdup_printf ("%s: message %u, at byte %" G_GSIZE_FORMAT, self->box->path, self->n, item->mbox.start);
  return TRUE;
}

/* --- folders --- */

static void
free_file (gpointer data)
{
  g_free (((File *) data)->name);
  g_free (data);
}

static gint64
get_seconds (const char *name)
{
  return MIN (g_ascii_strtoll (name, NULL, 10), G_MAXINT64 / 2);
}

/* In the order of arrival, as far as names tell, and the same at the next try. */
static int
compare_files (gconstpointer a, gconstpointer b)
{
  const File *file = *(File *const *) a;
  const File *other = *(File *const *) b;
  gint64 seconds = get_seconds (file->name);
  gint64 other_seconds = get_seconds (other->name);

  if (seconds != other_seconds)
    return seconds < other_seconds ? -1 : 1;
  return strcmp (file->name, other->name);
}

static gboolean
is_message_file (const IntimailTransferBox *box, const char *name)
{
  g_autofree char *lower = NULL;

  if (box->format == INTIMAIL_TRANSFER_FORMAT_MAILDIR)
    {
      IntimailMaildirName parsed;

      return intimail_maildir_name_parse (name, &parsed);
    }
  lower = g_ascii_strdown (name, -1);
  return name[0] != '.' && g_str_has_suffix (lower, ".eml");
}

static gboolean
list_part (IntimailTransferSource *self, const char *part, GError **error)
{
  g_autofree char *path = g_build_filename (self->box->path, part, NULL);
  DIR *dir = opendir (path);
  struct dirent *entry;
  struct stat status;

  if (dir == NULL && errno == ENOENT && strcmp (part, "new") == 0)
    return TRUE;
  if (dir == NULL)
    {
      intimail_set_error_from_errno (error, errno, "%s", path);
      return FALSE;
    }
  while ((entry = readdir (dir)) != NULL)
    {
      File *file;

      if (!is_message_file (self->box, entry->d_name) || fstatat (dirfd (dir), entry->d_name, &status, AT_SYMLINK_NOFOLLOW) < 0 || S_ISDIR (status.st_mode))
        continue;
      file = g_new0 (File, 1);
      file->name = g_strdup (entry->d_name);
      file->part = part;
      self->size += (guint64) status.st_size;
      g_ptr_array_add (self->files, file);
    }
  closedir (dir);
  return TRUE;
}

/* Two files of one unique name should not be; both are mail all the same. */
static void
count_twins (IntimailTransferSource *self)
{
  for (guint i = 1; i < self->files->len; i++)
    {
      File *before = g_ptr_array_index (self->files, i - 1);
      File *file = g_ptr_array_index (self->files, i);
      IntimailMaildirName a, b;

      if (intimail_maildir_name_parse (before->name, &a) && intimail_maildir_name_parse (file->name, &b) &&
          a.unique_length == b.unique_length && strncmp (a.name, b.name, a.unique_length) == 0)
        file->twin = before->twin + 1;
    }
}

static gboolean
open_folder (IntimailTransferSource *self, GError **error)
{
  gboolean ok;

  self->files = g_ptr_array_new_with_free_func (free_file);
  if (self->box->format == INTIMAIL_TRANSFER_FORMAT_MAILDIR)
    {
      intimail_transfer_words_load (&self->words, self->box->path);
      ok = list_part (self, "cur", error) && list_part (self, "new", error);
    }
  else if (g_file_test (self->box->path, G_FILE_TEST_IS_DIR))
    ok = list_part (self, "", error);
  else
    {
      File *file = g_new0 (File, 1);

      file->name = g_strdup ("");
      file->part = "";
      g_ptr_array_add (self->files, file);
      ok = TRUE;
    }
  g_ptr_array_sort (self->files, compare_files);
  count_twins (self);
  return ok;
}

char *
intimail_transfer_source_describe_words (IntimailTransferSource *self)
{
  return intimail_transfer_words_describe (&self->words);
}

/* What other programs note in a message file, as in an mbox. */
static GStrv
read_keywords (int fd)
{
  g_autofree char *header = g_malloc (HEADER_BYTES);
  gssize got = pread (fd, header, HEADER_BYTES, 0);
  IntimailMboxStatus status = { 0 };

  if (got > 0)
    intimail_mbox_status_read (header, (gsize) got, FALSE, &status);
  return status.keywords != NULL ? status.keywords : g_new0 (char *, 1);
}

/* Its letters may have changed, or a reader moved it to cur/. */
static int
find_and_open (IntimailTransferSource *self, File *file)
{
  static const char *const parts[] = { "cur", "new" };
  gsize length = strcspn (file->name, ",:");

  for (gsize i = 0; i < G_N_ELEMENTS (parts) && *file->part != '\0'; i++)
    {
      g_autofree char *path = g_build_filename (self->box->path, parts[i], NULL);
      g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
      const char *name;

      while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
        {
          if (strcspn (name, ",:") != length || strncmp (name, file->name, length) != 0)
            continue;
          g_free (file->name);
          file->name = g_strdup (name);
          file->part = parts[i];
          path = (g_free (path), g_build_filename (self->box->path, parts[i], name, NULL));
          return open (path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
        }
    }
  return -1;
}

static gboolean
open_file (IntimailTransferSource *self, File *file, IntimailTransferItem *item, gboolean *vanished, GError **error)
{
  struct stat status;

  *vanished = FALSE;
  item->fd = open (item->what, O_RDONLY | O_CLOEXEC | (file->name[0] != '\0' ? O_NOFOLLOW : 0) | O_NONBLOCK);
  if (item->fd < 0 && errno == ENOENT)
    {
      item->fd = find_and_open (self, file);
      *vanished = item->fd < 0;
      if (*vanished)
        return FALSE;
    }
  if (item->fd < 0 || fstat (item->fd, &status) < 0)
    {
      intimail_set_error_from_errno (error, errno, "cannot be read");
      return FALSE;
    }
  if (!S_ISREG (status.st_mode))
    {
      g_set_error_literal (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT, "is no regular file");
      return FALSE;
    }
  item->size = (guint64) status.st_size;
  item->modified = status.st_mtim.tv_sec;
  self->done += item->size;
  return TRUE;
}

static gboolean
next_in_folder (IntimailTransferSource *self, IntimailTransferItem *item, GError **error)
{
  while (self->next < self->files->len)
    {
      File *file = g_ptr_array_index (self->files, self->next++);
      g_autofree char *unique = g_strndup (file->name, strcspn (file->name, ",:"));
      g_autofree char *text = g_strdup_printf ("%s/%s/%u", self->box_key, self->box->format == INTIMAIL_TRANSFER_FORMAT_MAILDIR ? unique : file->name, file->twin);
      IntimailId id = intimail_id_hash (text, strlen (text));
      gboolean is_maildir = self->box->format == INTIMAIL_TRANSFER_FORMAT_MAILDIR;
      gboolean vanished;
      IntimailMaildirName parsed;

      item->fd = -1;
      item->what = file->name[0] != '\0' ? g_build_filename (self->box->path, file->part, file->name, NULL) : g_strdup (self->box->path);
      item->key = g_strndup (intimail_id_format ('k', &id).text, 18);
      if (!open_file (self, file, item, &vanished, error))
        {
          if (!vanished)
            return TRUE;
          intimail_transfer_item_clear (item);
          continue;
        }
      item->name = g_strdup (file->name);
      item->part = file->part;
      item->received = is_maildir ? item->modified : 0;
      item->seconds = is_maildir ? get_seconds (file->name) : 0;
      item->keywords = is_maildir && intimail_maildir_name_parse (file->name, &parsed) ? intimail_transfer_words_name (&self->words, parsed.letters) : read_keywords (item->fd);
      return TRUE;
    }
  return FALSE;
}

IntimailTransferSource *
intimail_transfer_source_open (const IntimailTransferBox *box, gboolean unquote, GError **error)
{
  g_autoptr (IntimailTransferSource) self = g_new0 (IntimailTransferSource, 1);
  g_autofree char *text = g_strjoinv ("/", box->names);
  IntimailId id = intimail_id_hash (text, strlen (text));
  gboolean ok;

  self->box = box;
  self->fd = -1;
  self->box_key = g_strdup (intimail_id_format ('b', &id).text);
  if (box->format == INTIMAIL_TRANSFER_FORMAT_MAILDIR || box->format == INTIMAIL_TRANSFER_FORMAT_EML)
    ok = open_folder (self, error);
  else
    ok = open_mbox (self, unquote, error);
  return ok ? g_steal_pointer (&self) : NULL;
}

gboolean
intimail_transfer_source_next (IntimailTransferSource *self, IntimailTransferItem *item, GError **error)
{
  gboolean found;
  g_autoptr (GError) local_error = NULL;

  intimail_transfer_item_clear (item);
  found = self->reader != NULL ? next_in_mbox (self, item) : next_in_folder (self, item, &local_error);
  if (found && local_error == NULL && item->size > INTIMAIL_TRANSFER_MESSAGE_MAX)
    g_set_error (&local_error, INTIMAIL_ERROR, INTIMAIL_ERROR_TOO_LARGE,
                 "the message has %" G_GUINT64_FORMAT " bytes, and %" G_GUINT64_FORMAT " is the limit", item->size, INTIMAIL_TRANSFER_MESSAGE_MAX);
  if (local_error != NULL)
    g_propagate_error (error, g_steal_pointer (&local_error));
  return found;
}

/* --- the bytes of a message --- */

typedef struct
{
  int fd;
  GString *held;
  GError **error;
} Copy;

static gboolean
append_piece (const char *data, gsize length, gpointer user_data)
{
  Copy *copy = user_data;
  gboolean ok;

  if (copy->held->len + length <= COPY_BYTES)
    {
      g_string_append_len (copy->held, data, (gssize) length);
      return TRUE;
    }
  ok = intimail_fd_write_all (copy->fd, copy->held->str, copy->held->len, copy->error) &&
       intimail_fd_write_all (copy->fd, data, length, copy->error);
  g_string_truncate (copy->held, 0);
  return ok;
}

static gboolean
hold_piece (const char *data, gsize length, gpointer user_data)
{
  g_string_append_len (user_data, data, (gssize) length);
  return TRUE;
}

static gboolean
set_changed (GError **error)
{
  g_set_error_literal (error, INTIMAIL_ERROR, INTIMAIL_ERROR_FAILED, "it changed while it was read");
  return FALSE;
}

GBytes *
intimail_transfer_source_load (IntimailTransferSource *self, const IntimailTransferItem *item, GError **error)
{
  const IntimailMboxItem *mbox = &item->mbox;
  g_autofree char *data = NULL;
  gsize length;

  if (self->reader != NULL && mbox->n_quoted == 0 && mbox->status.cut_length == 0)
    return g_bytes_new_from_bytes (self->bytes, mbox->start, mbox->end - mbox->start);
  if (self->reader != NULL)
    {
      GString *text = g_string_sized_new (item->size + 1);

      intimail_mbox_reader_visit (self->reader, mbox, hold_piece, text);
      return g_string_free_to_bytes (text);
    }
  if (lseek (item->fd, 0, SEEK_SET) < 0 || !intimail_fd_read_all (item->fd, INTIMAIL_TRANSFER_MEMORY_MAX, &data, &length, error))
    return NULL;
  if (length != item->size)
    {
      set_changed (error);
      return NULL;
    }
  return g_bytes_new_take (g_steal_pointer (&data), length);
}

static gboolean
copy_file (const IntimailTransferItem *item, int fd, GError **error)
{
  g_autofree char *buffer = g_malloc (COPY_BYTES);
  guint64 offset = 0;

  while (TRUE)
    {
      gssize got = pread (item->fd, buffer, COPY_BYTES, (off_t) offset);

      if (got < 0 && errno == EINTR)
        continue;
      if (got < 0)
        {
          intimail_set_error_from_errno (error, errno, "cannot be read");
          return FALSE;
        }
      if (got == 0)
        return offset == item->size || set_changed (error);
      if (!intimail_fd_write_all (fd, buffer, (gsize) got, error))
        return FALSE;
      offset += (guint64) got;
    }
}

gboolean
intimail_transfer_source_copy (IntimailTransferSource *self, const IntimailTransferItem *item, int fd, GError **error)
{
  g_autoptr (GString) held = NULL;
  Copy copy = { .fd = fd, .error = error };

  if (self->reader == NULL)
    return copy_file (item, fd, error);
  copy.held = held = g_string_sized_new (COPY_BYTES);
  return intimail_mbox_reader_visit (self->reader, &item->mbox, append_piece, &copy) &&
         intimail_fd_write_all (fd, held->str, held->len, error);
}
