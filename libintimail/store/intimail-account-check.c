/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "store/intimail-account-private.h"

#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <intimail/intimail-error.h>

#include "base/intimail-fd-private.h"

typedef struct
{
  IntimailAccount *account;
  IntimailFolder *folder;
  GStrvBuilder *findings;
} Check;

static void
report (Check *check, const char *what, const char *name)
{
  g_autofree char *valid = g_utf8_make_valid (name, -1);
  g_autofree char *text = g_strdup_printf ("%s: %s: %s", check->folder->name[0] == '\0' ? "INBOX" : check->folder->name, what, valid);

  g_strv_builder_add (check->findings, text);
}

static void
check_file (Check *check, const struct dirent *entry)
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
    check_file (check, entry);
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
          Check check = { self, g_ptr_array_index (folders, i), findings };

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
