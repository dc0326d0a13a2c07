/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "store/intimail-account-private.h"

#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <intimail/intimail-error.h>

#include "base/intimail-fd-private.h"

typedef struct
{
  IntimailAccount *account;
  IntimailFolder *folder; /* as long as the lock is held */
  const char *mailbox;    /* how people call it */
  GStrvBuilder *findings;
} Check;

static const char *
get_name (const IntimailFolder *folder)
{
  return folder->name[0] == '\0' ? "INBOX" : folder->name;
}

static void
report (Check *check, const char *what, const char *name)
{
  g_autofree char *valid = g_utf8_make_valid (name, -1);
  g_autofree char *text = g_strdup_printf ("%s: %s: %s", check->mailbox, what, valid);

  g_strv_builder_add (check->findings, text);
}

/* A line that can be read may still be that of another message. */
static void
check_line (Check *check, const char *subfolder, const IntimailMaildirName *name, guint32 slot)
{
  IntimailAccount *self = check->account;
  g_autofree char *path = intimail_folder_get_path (check->folder, subfolder, name->name);
  g_autofree char *file = intimail_account_get_file (self, slot);
  IntimailMaildirName named;
  struct stat status;

  if (file == NULL)
    report (check, "a message whose line in the index is damaged", name->name);
  else if (!intimail_maildir_name_parse (file, &named) || named.unique_length != name->unique_length ||
           memcmp (named.name, name->name, name->unique_length) != 0)
    report (check, "a message for which the index names another file", name->name);
  if (fstatat (self->root_fd, path, &status, AT_SYMLINK_NOFOLLOW) == 0 &&
      MIN ((guint64) status.st_size, G_MAXUINT32) != intimail_table_get (self->table, slot)->size)
    report (check, "a message of another size than the index says", name->name);
}

static void
check_file (Check *check, const char *subfolder, const struct dirent *entry)
{
  IntimailAccount *self = check->account;
  IntimailMaildirName name;
  IntimailRecord *record;
  guint32 slot;

  if (strcmp (entry->d_name, ".") == 0 || strcmp (entry->d_name, "..") == 0)
    return;
  if ((entry->d_type != DT_REG && entry->d_type != DT_UNKNOWN) || !intimail_maildir_name_parse (entry->d_name, &name))
    {
      report (check, "not a message, left alone", entry->d_name);
      return;
    }
  slot = intimail_account_find_record (self, check->folder, &name);
  if (slot == INTIMAIL_TABLE_NONE)
    {
      report (check, "a message that the index does not know", entry->d_name);
      return;
    }
  record = intimail_table_get (self->table, slot);
  if ((record->mark & INTIMAIL_MARK_SEEN) != 0)
    report (check, "a message that is there twice", entry->d_name);
  record->mark |= INTIMAIL_MARK_SEEN;
  if (record->keywords != intimail_account_read_letters (self, check->folder, name.letters))
    report (check, "keywords that the index does not know", entry->d_name);
  check_line (check, subfolder, &name, slot);
}

static void
check_subfolder (Check *check, const char *subfolder)
{
  g_autofree char *path = intimail_folder_get_path (check->folder, subfolder, NULL);
  int fd = openat (check->account->root_fd, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR *dir = fd >= 0 ? fdopendir (fd) : NULL;
  struct dirent *entry;

  if (dir == NULL)
    {
      intimail_fd_close (fd);
      report (check, "cannot be read", subfolder);
      return;
    }
  while ((entry = readdir (dir)) != NULL)
    check_file (check, subfolder, entry);
  closedir (dir);
}

static void
check_folder (Check *check)
{
  IntimailTable *table = check->account->table;
  guint n;
  const guint32 *slots = intimail_table_get_folder (table, check->folder->number, &n);

  for (guint i = 0; i < n; i++)
    intimail_table_get (table, slots[i])->mark &= (guint8) ~INTIMAIL_MARK_SEEN;
  if (!intimail_folder_load_letters (check->folder, NULL))
    report (check, "cannot be read", "dovecot-keywords");
  check_subfolder (check, "new");
  check_subfolder (check, "cur");
  for (guint i = 0; i < n; i++)
    {
      IntimailRecord *record = intimail_table_get (table, slots[i]);

      if ((record->mark & INTIMAIL_MARK_SEEN) == 0)
        report (check, "a message without a file", intimail_id_format ('m', &record->id).text);
    }
}

/* The folders that a call is about. */
static GPtrArray *
choose_folders (IntimailAccount *self, const char *mailbox_id, GError **error)
{
  g_autoptr (GPtrArray) folders = g_ptr_array_new ();

  for (guint i = 0; i < self->folders->len; i++)
    {
      IntimailFolder *folder = intimail_account_get_folder (self, i);

      if (!folder->gone && (mailbox_id == NULL || strcmp (folder->id, mailbox_id) == 0))
        g_ptr_array_add (folders, folder);
    }
  if (folders->len == 0)
    {
      intimail_account_set_not_found (error, "mailbox", mailbox_id != NULL ? mailbox_id : "");
      return NULL;
    }
  return g_steal_pointer (&folders);
}

/* --- what the lines say, against the messages --- */

static char *
write_summary (const IntimailSummary *summary)
{
  GString *line = g_string_new (NULL);

  intimail_json_line_begin (line);
  intimail_summary_write (summary, line);
  g_string_append_c (line, '}');
  return g_string_free (line, FALSE);
}

static gboolean
is_same_member (const IntimailJsonMember *one, const IntimailJsonMember *other)
{
  return one->key_length == other->key_length && memcmp (one->key, other->key, one->key_length) == 0 &&
         one->raw_length == other->raw_length && memcmp (one->raw, other->raw, one->raw_length) == 0;
}

static gboolean
has_member (IntimailJsonLineReader reader, const IntimailJsonMember *wanted)
{
  IntimailJsonMember member;

  while (intimail_json_line_reader_next (&reader, &member))
    {
      if (member.key_length == wanted->key_length && memcmp (member.key, wanted->key, member.key_length) == 0)
        return TRUE;
    }
  return FALSE;
}

/* The first text that differs, or NULL. As they are written, for a line cannot have all
 * that a message can. */
static char *
compare_texts (const IntimailSummary *line, const IntimailSummary *message)
{
  g_autofree char *one_text = write_summary (line);
  g_autofree char *other_text = write_summary (message);
  IntimailJsonLineReader one_reader;
  IntimailJsonLineReader other_reader;
  IntimailJsonMember one;
  IntimailJsonMember other;

  intimail_json_line_reader_init (&one_reader, one_text, strlen (one_text));
  intimail_json_line_reader_init (&other_reader, other_text, strlen (other_text));
  while (intimail_json_line_reader_next (&one_reader, &one))
    {
      if (!intimail_json_line_reader_next (&other_reader, &other))
        return g_strndup (one.key, one.key_length);
      /* What only one of them has is missing in the other. */
      if (!is_same_member (&one, &other))
        return has_member (other_reader, &one) ? g_strndup (other.key, other.key_length) : g_strndup (one.key, one.key_length);
    }
  return intimail_json_line_reader_next (&other_reader, &other) ? g_strndup (other.key, other.key_length) : NULL;
}

static char *
compare_summaries (const IntimailSummary *line, const IntimailSummary *message, const IntimailId *id)
{
  IntimailId thread = intimail_summary_get_thread (message, id);

  if (line->size != message->size)
    return g_strdup ("size");
  if (line->has_attachment != message->has_attachment)
    return g_strdup ("attachment");
  if (line->sent != message->sent)
    return g_strdup ("delay");
  if (intimail_id_compare (&line->thread, &thread) != 0)
    return g_strdup ("thread");
  return compare_texts (line, message);
}

typedef struct
{
  IntimailSummary *line;
  char *file;
  int fd;
} Known;

static void
known_clear (Known *known)
{
  intimail_summary_free (known->line);
  g_free (known->file);
  intimail_fd_close (known->fd);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Known, known_clear)

/* What is known of one message; under the mutex. FALSE when it is gone since. */
static gboolean
take_known (IntimailAccount *self, const char *mailbox_id, const IntimailId *id, Known *known)
{
  IntimailFolder *folder = self->opened ? intimail_account_find_folder (self, mailbox_id) : NULL;
  guint32 slot = folder != NULL ? intimail_table_find_in_folder (self->table, id, folder->number) : INTIMAIL_TABLE_NONE;
  IntimailRecord *record = slot != INTIMAIL_TABLE_NONE ? intimail_table_get (self->table, slot) : NULL;
  g_autofree char *line = NULL;

  if (record == NULL || record->length == 0)
    return FALSE;
  line = intimail_index_get_line (folder->index, record->offset, record->length);
  known->line = line != NULL ? intimail_index_line_parse_summary (line, record->length - 1) : NULL;
  known->file = intimail_account_get_file (self, slot);
  if (known->file != NULL)
    known->fd = intimail_folder_open_file (folder, known->file, NULL);
  return TRUE;
}

static void
check_message (Check *check, const char *mailbox_id, const IntimailId *id)
{
  g_auto (Known) known = { NULL, NULL, -1 };
  g_autoptr (IntimailSummary) message = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autofree char *differs = NULL;
  g_autofree char *what = NULL;
  gboolean there;

  g_mutex_lock (&check->account->mutex);
  there = take_known (check->account, mailbox_id, id, &known);
  g_mutex_unlock (&check->account->mutex);
  if (there && (known.line == NULL || known.file == NULL))
    report (check, "a message whose line in the index is damaged", intimail_id_format ('m', id).text);
  /* One without a file is what the other check finds. */
  bytes = there && known.line != NULL && known.fd >= 0 ? intimail_account_map_file (known.fd, NULL) : NULL;
  if (bytes == NULL)
    return;

  message = intimail_summary_new_from_bytes (bytes, known.line->preview != NULL);
  message->arrived = known.line->arrived;
  differs = compare_summaries (known.line, message, id);
  if (differs == NULL)
    return;
  what = g_strdup_printf ("what the index says by \"%s\" is not in the message", differs);
  report (check, what, known.file);
}

static GArray *
list_ids (IntimailAccount *self, IntimailFolder *folder)
{
  GArray *ids = g_array_new (FALSE, FALSE, sizeof (IntimailId));
  guint n;
  const guint32 *slots = intimail_table_get_folder (self->table, folder->number, &n);

  for (guint i = 0; i < n; i++)
    g_array_append_val (ids, intimail_table_get (self->table, slots[i])->id);
  return ids;
}

/**
 * intimail_account_check_index:
 * @self: an account
 * @mailbox_id: (nullable): a mailbox; %NULL is all
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Compares the index with the files, and mends nothing.
 *
 * Messages that arrive meanwhile may be reported. Fails with
 * %INTIMAIL_ERROR_NOT_FOUND when there is no such mailbox, and with
 * %INTIMAIL_ERROR_FAILED when the account cannot be read. Any thread may call it.
 *
 * Returns: (transfer full) (array zero-terminated=1): one line of text for each
 *   difference
 *
 * Since: 1.0
 */
char **
intimail_account_check_index (IntimailAccount *self, const char *mailbox_id, GCancellable *cancellable, GError **error)
{
  g_autoptr (GStrvBuilder) findings = g_strv_builder_new ();
  g_autoptr (GPtrArray) folders = NULL;

  g_return_val_if_fail (INTIMAIL_IS_ACCOUNT (self), NULL);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  /* Not begin_fresh(): that would mend. Nor what was read from them before. */
  g_mutex_lock (&self->mutex);
  self->without_image = TRUE;
  if ((self->opened || intimail_account_load (self, error)) && intimail_account_lock (self, error))
    {
      folders = choose_folders (self, mailbox_id, error);
      for (guint i = 0; folders != NULL && i < folders->len; i++)
        {
          IntimailFolder *folder = g_ptr_array_index (folders, i);
          Check check = { self, folder, get_name (folder), findings };

          if (g_cancellable_set_error_if_cancelled (cancellable, error))
            {
              g_clear_pointer (&folders, g_ptr_array_unref);
              break;
            }
          check_folder (&check);
        }
      intimail_account_unlock (self);
    }
  self->without_image = FALSE;
  g_mutex_unlock (&self->mutex);

  return folders != NULL ? g_strv_builder_end (findings) : NULL;
}

/* A mailbox whose messages are to be read. */
typedef struct
{
  char *id;
  char *name;
  GArray *ids;
} Todo;

static void
free_todo (gpointer data)
{
  Todo *todo = data;

  g_free (todo->id);
  g_free (todo->name);
  g_array_unref (todo->ids);
  g_free (todo);
}

static GPtrArray *
list_todo (IntimailAccount *self, const char *mailbox_id, GError **error)
{
  g_autoptr (GPtrArray) todo = g_ptr_array_new_with_free_func (free_todo);
  g_autoptr (GPtrArray) folders = NULL;

  g_mutex_lock (&self->mutex);
  self->without_image = TRUE;
  if (self->opened || intimail_account_load (self, error))
    folders = choose_folders (self, mailbox_id, error);
  for (guint i = 0; folders != NULL && i < folders->len; i++)
    {
      IntimailFolder *folder = g_ptr_array_index (folders, i);
      Todo *one = g_new0 (Todo, 1);

      one->id = g_strdup (folder->id);
      one->name = g_strdup (get_name (folder));
      one->ids = list_ids (self, folder);
      g_ptr_array_add (todo, one);
    }
  self->without_image = FALSE;
  g_mutex_unlock (&self->mutex);
  return folders != NULL ? g_steal_pointer (&todo) : NULL;
}

/**
 * intimail_account_check_messages:
 * @self: an account
 * @mailbox_id: (nullable): a mailbox; %NULL is all
 * @cancellable: (nullable): a cancellable, heeded before each message
 * @error: return location for an error
 *
 * Compares what the index says of each message with the message, and mends nothing.
 *
 * Each message is read, so it takes as long as making the index anew; others may use
 * the account meanwhile. Whether the index has all messages and their files is what
 * [method@Intimail.Account.check_index] tells. Fails with %INTIMAIL_ERROR_NOT_FOUND when
 * there is no such mailbox, with %INTIMAIL_ERROR_FAILED when the account cannot be read,
 * and with %G_IO_ERROR_CANCELLED. Any thread may call it.
 *
 * Returns: (transfer full) (array zero-terminated=1): one line of text for each
 *   message that differs
 *
 * Since: 1.0
 */
char **
intimail_account_check_messages (IntimailAccount *self, const char *mailbox_id, GCancellable *cancellable, GError **error)
{
  g_autoptr (GStrvBuilder) findings = g_strv_builder_new ();
  g_autoptr (GPtrArray) todo = NULL;

  g_return_val_if_fail (INTIMAIL_IS_ACCOUNT (self), NULL);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  todo = list_todo (self, mailbox_id, error);
  for (guint i = 0; todo != NULL && i < todo->len; i++)
    {
      const Todo *one = g_ptr_array_index (todo, i);
      Check check = { self, NULL, one->name, findings };

      for (guint k = 0; k < one->ids->len; k++)
        {
          if (g_cancellable_set_error_if_cancelled (cancellable, error))
            return NULL;
          check_message (&check, one->id, &g_array_index (one->ids, IntimailId, k));
        }
    }

  return todo != NULL ? g_strv_builder_end (findings) : NULL;
}

/**
 * intimail_account_rebuild_index:
 * @self: an account
 * @mailbox_id: (nullable): a mailbox; %NULL is all
 * @progress: (nullable) (scope call) (closure user_data): called with messages read
 *   and messages found; it may not use the account
 * @user_data: data for @progress
 * @cancellable: (nullable): a cancellable; what is not read then is read later
 * @error: return location for an error
 *
 * Makes the index anew from the messages.
 *
 * All states before it are lost. Fails with %INTIMAIL_ERROR_NOT_FOUND when there is
 * no such mailbox, and with %INTIMAIL_ERROR_FAILED when the account cannot be
 * written. Any thread may call it.
 *
 * Returns: whether that is done
 *
 * Since: 1.0
 */
gboolean
intimail_account_rebuild_index (IntimailAccount *self, const char *mailbox_id, GFileProgressCallback progress, gpointer user_data, GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) folders = NULL;

  g_return_val_if_fail (INTIMAIL_IS_ACCOUNT (self), FALSE);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  g_mutex_lock (&self->mutex);
  if ((self->opened || intimail_account_load (self, error)) && intimail_account_lock (self, error))
    {
      folders = choose_folders (self, mailbox_id, error);
      for (guint i = 0; folders != NULL && i < folders->len; i++)
        {
          IntimailFolder *folder = g_ptr_array_index (folders, i);

          intimail_table_clear_folder (self->table, folder->number);
          intimail_index_begin (folder->index, NULL, NULL);
          folder->must_scan = TRUE;
        }
      if (folders != NULL)
        intimail_account_begin_epoch (self);
      intimail_account_unlock (self);
      if (folders != NULL)
        intimail_account_scan (self, progress, user_data, cancellable);
      self->image_wanted = TRUE;
    }
  g_mutex_unlock (&self->mutex);

  return folders != NULL && !g_cancellable_set_error_if_cancelled (cancellable, error);
}
