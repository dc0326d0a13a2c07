/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Putting messages into mailboxes, and taking them out of others.
 */

#include "store/intimail-account-change-private.h"

#include <errno.h>
#include <string.h>

#include <intimail/intimail-error.h>

#include "base/intimail-error-private.h"

static GArray *
find_folders (IntimailAccount *self, const char *const *mailbox_ids, GError **error)
{
  g_autoptr (GArray) folders = g_array_new (FALSE, FALSE, sizeof (IntimailFolder *));

  for (gsize i = 0; mailbox_ids[i] != NULL; i++)
    {
      IntimailFolder *folder = intimail_account_find_folder (self, mailbox_ids[i]);
      gboolean twice = FALSE;

      if (folder == NULL)
        {
          intimail_account_set_not_found (error, "mailbox", mailbox_ids[i]);
          return NULL;
        }
      for (guint k = 0; k < folders->len; k++)
        twice |= g_array_index (folders, IntimailFolder *, k) == folder;
      if (!twice)
        g_array_append_val (folders, folder);
    }
  if (folders->len == 0)
    {
      g_set_error_literal (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT, "a message has to be in a mailbox");
      return NULL;
    }
  return g_steal_pointer (&folders);
}

static gboolean
contains_folder (GArray *folders, guint number)
{
  for (guint i = 0; i < folders->len; i++)
    {
      if (g_array_index (folders, IntimailFolder *, i)->number == number)
        return TRUE;
    }
  return FALSE;
}

/* A copy that has to leave its folder, or INTIMAIL_TABLE_NONE. */
static guint32
find_leaving (IntimailAccount *self, const IntimailId *id, GArray *folders)
{
  guint32 slot = intimail_table_find (self->table, id);

  while (slot != INTIMAIL_TABLE_NONE && contains_folder (folders, intimail_table_get (self->table, slot)->folder))
    slot = intimail_table_next_copy (self->table, slot);
  return slot;
}

/* The path that the message of @slot, at @path, has in another folder. Letters are
 * the folder's own; what they say is what the name says now. */
static char *
make_target (IntimailAccount *self, guint32 slot, const char *path, IntimailFolder *folder, guint64 *keywords, char **file, GError **error)
{
  IntimailFolder *from = intimail_account_get_folder (self, intimail_table_get (self->table, slot)->folder);
  g_autofree char *letters = NULL;
  IntimailMaildirName name;

  if (!intimail_folder_load_letters (from, error) || !intimail_folder_load_letters (folder, error))
    return NULL;
  intimail_maildir_name_parse (intimail_account_get_base_name (path), &name);
  *keywords = intimail_account_read_letters (self, from, name.letters);
  letters = intimail_account_write_letters (self, folder, *keywords, error);
  if (letters == NULL)
    return NULL;
  *file = intimail_maildir_name_with_letters (&name, letters);
  return intimail_folder_get_path (folder, "cur", *file);
}

/* Puts a message into one more folder: moved from @leaving when there is one, else
 * linked. */
static gboolean
put_into (IntimailAccount *self, const IntimailId *id, guint32 leaving, IntimailFolder *folder, GError **error)
{
  IntimailFolder *from = leaving != INTIMAIL_TABLE_NONE ? intimail_account_get_folder (self, intimail_table_get (self->table, leaving)->folder) : NULL;
  guint32 slot = leaving != INTIMAIL_TABLE_NONE ? leaving : intimail_table_find (self->table, id);
  g_autofree char *path = intimail_account_locate (self, slot, error);
  g_autofree char *file = NULL;
  guint64 keywords = 0;
  g_autofree char *target = path != NULL ? make_target (self, slot, path, folder, &keywords, &file, error) : NULL;
  IntimailRecord record = *intimail_table_get (self->table, slot);
  IntimailId own_id = *id;
  IntimailSummary *summary;

  if (target == NULL || !intimail_folder_anchor (folder, folder->name, error))
    return FALSE;
  if ((from == NULL || !intimail_account_is_counted (self, from)) && !intimail_account_check_room (self, folder, record.size, error))
    return FALSE;
  summary = intimail_account_load_summary (self, slot);
  if (summary == NULL)
    {
      g_set_error_literal (error, INTIMAIL_ERROR, INTIMAIL_ERROR_FAILED, "cannot read a message");
      return FALSE;
    }

  if (!intimail_account_place_file (self, folder, path, leaving != INTIMAIL_TABLE_NONE, &target, &file, &own_id))
    {
      intimail_set_error_from_errno (error, errno, "cannot put a message into another mailbox");
      intimail_summary_free (summary);
      return FALSE;
    }
  intimail_account_add_record (self, folder, &own_id, record.received, file, keywords, summary);
  intimail_account_count_added (self, folder, record.size);
  if (from == NULL)
    return TRUE;
  intimail_account_count_removed (self, from, record.size);
  intimail_account_remove_record (self, leaving);
  return TRUE;
}

typedef struct
{
  GArray *folders; /* where the messages shall be */
  gboolean flushed;
} Move;

static gboolean
enter_folders (IntimailAccount *self, const char *id, gpointer user_data, GError **error)
{
  GArray *folders = ((Move *) user_data)->folders;
  IntimailId parsed;

  if (intimail_account_find_message (self, id) == INTIMAIL_TABLE_NONE || !intimail_id_parse ('m', id, strlen (id), &parsed))
    {
      intimail_account_set_no_message (self, error, id);
      return FALSE;
    }
  for (guint i = 0; i < folders->len; i++)
    {
      IntimailFolder *folder = g_array_index (folders, IntimailFolder *, i);
      guint32 there = intimail_table_find_in_folder (self->table, &parsed, folder->number);

      if (there != INTIMAIL_TABLE_NONE)
        continue;
      if (!put_into (self, &parsed, find_leaving (self, &parsed, folders), folder, error))
        return FALSE;
    }
  return TRUE;
}

/* Of two names of one file the disk may lose the new one and the old one both, when
 * one is made and the other removed: the new ones are made safe first, those of all
 * messages at once. It is rare that a message has two, so the locks are kept. */
static gboolean
flush_arrivals (IntimailAccount *self, Move *move, GError **error)
{
  for (guint i = 0; !move->flushed && i < move->folders->len; i++)
    {
      IntimailFolder *folder = g_array_index (move->folders, IntimailFolder *, i);

      if (!intimail_folder_flush_entries (folder, folder->name, TRUE, error))
        return FALSE;
    }
  move->flushed = TRUE;
  return TRUE;
}

static gboolean
leave_others (IntimailAccount *self, const char *id, gpointer user_data, GError **error)
{
  Move *move = user_data;
  IntimailId parsed;
  guint32 leaving;

  if (!intimail_id_parse ('m', id, strlen (id), &parsed))
    return FALSE;
  /* One that could not enter stays. */
  for (guint i = 0; i < move->folders->len; i++)
    {
      if (intimail_table_find_in_folder (self->table, &parsed, g_array_index (move->folders, IntimailFolder *, i)->number) == INTIMAIL_TABLE_NONE)
        return FALSE;
    }
  while ((leaving = find_leaving (self, &parsed, move->folders)) != INTIMAIL_TABLE_NONE)
    {
      if (!flush_arrivals (self, move, error) || !intimail_account_take_out (self, leaving, error))
        return FALSE;
    }
  return TRUE;
}

/**
 * intimail_account_set_mailboxes:
 * @self: an account
 * @ids: (array zero-terminated=1): ids of messages
 * @mailbox_ids: (array zero-terminated=1): the mailboxes that they shall be in, at
 *   least one
 * @cancellable: (nullable): a cancellable, heeded until the disk is touched
 * @error: return location for an error
 *
 * Puts messages into mailboxes and takes them out of all others. They keep their
 * ids.
 *
 * When something fails for one message the others are moved all the same, and the
 * first failure is told: %INTIMAIL_ERROR_NOT_FOUND for a message or mailbox that is
 * not there, %INTIMAIL_ERROR_INVALID_ARGUMENT without a mailbox,
 * %INTIMAIL_ERROR_OVER_QUOTA when a message in one more mailbox, or out of a trash that
 * does not count, has no room, %INTIMAIL_ERROR_FAILED when the account cannot be
 * written. However many messages there are, each index gets one append. Any thread may
 * call it.
 *
 * Returns: whether all are where they should be
 *
 * Since: 1.0
 */
gboolean
intimail_account_set_mailboxes (IntimailAccount *self, const char *const *ids, const char *const *mailbox_ids, GCancellable *cancellable, GError **error)
{
  gboolean ok = FALSE;

  g_return_val_if_fail (INTIMAIL_IS_ACCOUNT (self), FALSE);
  g_return_val_if_fail (ids != NULL, FALSE);
  g_return_val_if_fail (mailbox_ids != NULL, FALSE);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (intimail_account_begin_fresh (self, cancellable, error) && intimail_account_lock (self, error))
    {
      g_autoptr (GArray) folders = find_folders (self, mailbox_ids, error);
      Move move = { folders, FALSE };

      ok = folders != NULL && intimail_account_change_all (self, ids, enter_folders, leave_others, &move, error);
      intimail_account_unlock (self);
    }
  intimail_account_end (self);
  return ok;
}
