/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "store/intimail-account-private.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include <intimail/intimail-error.h>

#include "base/intimail-fd-private.h"
#include "store/intimail-lock-private.h"
#include "store/intimail-quota-private.h"

/* What maildirsize has no place for: of what its sums are, and the mark that the
 * person was warned of last. */
#define STATE_NAME "intimail.quota"
#define STATE_MAX 4096

gboolean
intimail_account_is_counted (IntimailAccount *self, IntimailFolder *folder)
{
  return !self->trash_is_free || folder->role != INTIMAIL_MAILBOX_ROLE_TRASH;
}

static void
take_state_member (IntimailAccount *self, const IntimailJsonMember *member)
{
  if (member->kind == INTIMAIL_JSON_KIND_BOOLEAN && intimail_json_member_is (member, "trash"))
    self->counted_trash = member->integer != 0;
  else if (member->kind == INTIMAIL_JSON_KIND_INTEGER && intimail_json_member_is (member, "warned"))
    self->warned = (guint) CLAMP (member->integer, 0, 100);
}

void
intimail_account_load_quota_state (IntimailAccount *self)
{
  g_auto (IntimailFd) fd = openat (self->root_fd, STATE_NAME, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  g_autofree char *data = NULL;
  IntimailJsonLineReader reader;
  IntimailJsonMember member;
  struct stat status;
  gsize length;

  self->counted_trash = TRUE;
  self->warned = 0;
  self->quota_state_modified = (struct timespec){ 0, 0 };
  if (fd < 0 || fstat (fd, &status) < 0)
    return;
  self->quota_state_modified = status.st_mtim;
  if (!intimail_fd_read_all (fd, STATE_MAX, &data, &length, NULL) ||
      !intimail_json_line_reader_init (&reader, data, strcspn (data, "\n")))
    return;
  while (intimail_json_line_reader_next (&reader, &member))
    take_state_member (self, &member);
}

/* Another program may have warned. */
void
intimail_account_refresh_quota_state (IntimailAccount *self)
{
  struct stat status = { 0 };

  if (fstatat (self->root_fd, STATE_NAME, &status, AT_SYMLINK_NOFOLLOW) < 0)
    status.st_mtim = (struct timespec){ 0, 0 };
  if (memcmp (&status.st_mtim, &self->quota_state_modified, sizeof status.st_mtim) != 0)
    intimail_account_load_quota_state (self);
}

gboolean
intimail_account_save_quota_state (IntimailAccount *self)
{
  g_autofree char *path = g_build_filename (self->path, STATE_NAME, NULL);
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  struct stat status;

  intimail_json_line_begin (text);
  intimail_json_line_add_boolean (text, "trash", self->counted_trash);
  intimail_json_line_add_integer (text, "warned", self->warned);
  intimail_json_line_end (text);
  if (!intimail_file_replace (path, text->str, text->len, 0600, &error))
    {
      g_debug ("%s: %s", self->path, error->message);
      return FALSE;
    }
  if (fstatat (self->root_fd, STATE_NAME, &status, AT_SYMLINK_NOFOLLOW) == 0)
    self->quota_state_modified = status.st_mtim;
  return TRUE;
}

/* Bytes and messages of the copies that do not count. */
static void
count_free (IntimailAccount *self, guint64 *bytes, guint64 *messages)
{
  IntimailFolder *trash = self->trash_is_free ? intimail_account_find_folder_by_role (self, INTIMAIL_MAILBOX_ROLE_TRASH) : NULL;
  const guint32 *slots;
  guint n;

  *bytes = 0;
  *messages = 0;
  if (trash == NULL)
    return;
  slots = intimail_table_get_folder (self->table, trash->number, &n);
  for (guint i = 0; i < n; i++)
    *bytes += intimail_table_get (self->table, slots[i])->size;
  *messages = n;
}

/* Those of our own that have their room and no record: a look at the folder may have
 * found one before its delivery wrote it down. */
static void
count_arriving (IntimailAccount *self, guint64 *bytes, guint64 *messages)
{
  *bytes = 0;
  *messages = 0;
  for (guint i = 0; i < self->arriving->len; i++)
    {
      const IntimailArrival *arrival = &g_array_index (self->arriving, IntimailArrival, i);

      if (intimail_table_find_in_folder (self->table, &arrival->id, arrival->folder) != INTIMAIL_TABLE_NONE)
        continue;
      *bytes += arrival->size;
      *messages += 1;
    }
}

/* The sums of all copies are in memory: no walk through the tree. */
static void
count_anew (IntimailAccount *self, IntimailMaildirsize *value)
{
  guint64 arriving_bytes;
  guint64 arriving_messages;
  guint64 bytes;
  guint64 messages;

  count_arriving (self, &arriving_bytes, &arriving_messages);
  count_free (self, &bytes, &messages);
  value->used_bytes = intimail_table_get_n_bytes (self->table) - bytes + arriving_bytes;
  value->used_messages = intimail_table_get_n_copies (self->table) - messages + arriving_messages;
  self->owed_bytes = 0;
  self->owed_messages = 0;
  if (self->lock_fd < 0)
    return;
  if (self->counted_trash == self->trash_is_free)
    {
      self->counted_trash = !self->trash_is_free;
      intimail_account_save_quota_state (self);
    }
  if (!intimail_maildirsize_replace (self->root_fd, value, NULL))
    g_debug ("%s: maildirsize cannot be written", self->path);
}

/* What lies beside the mail. Whether there is room cannot be told without it. */
static gboolean
measure_big_files (IntimailAccount *self, GError **error)
{
  return self->big_files == NULL || intimail_big_file_store_measure (self->big_files, self->big_file_owner, &self->big_bytes, error);
}

/* FALSE when the figures have to be counted anew: there are none, they are of other
 * limits or of other mailboxes, or Maildir++ says so. */
static gboolean
read_figures (IntimailAccount *self, guint64 size, IntimailMaildirsize *value)
{
  gboolean ok = intimail_maildirsize_read (self->root_fd, value);
  gboolean same = !self->has_limits ||
                  (value->limit_bytes == self->limit_bytes && value->limit_messages == self->limit_messages);

  value->big_bytes = self->big_bytes;
  if (self->has_limits)
    {
      value->limit_bytes = self->limit_bytes;
      value->limit_messages = self->limit_messages;
    }
  if (ok && (!same || self->counted_trash == self->trash_is_free ||
             !intimail_maildirsize_is_trusted (value, size, g_get_real_time () / G_USEC_PER_SEC)))
    /* A message that another process is just putting there has its room in the file and
     * no record yet. Then the file is better than a count. */
    return self->lock_fd >= 0 && intimail_lock_is_delivering (self->lock_fd);
  return ok;
}

gboolean
intimail_account_begin_quota (IntimailAccount *self, guint64 size, IntimailMaildirsize *value, GError **error)
{
  if (!intimail_account_begin_unscanned (self, error) || !measure_big_files (self, error) || !intimail_account_lock (self, error))
    return FALSE;
  if (read_figures (self, size, value))
    return TRUE;

  /* What other programs brought or took away counts too. */
  intimail_account_unlock (self);
  intimail_account_end (self);
  if (!intimail_account_begin_fresh (self, NULL, error) || !intimail_account_lock (self, error))
    return FALSE;
  if (!read_figures (self, size, value))
    count_anew (self, value);
  return TRUE;
}

gboolean
intimail_account_require_room (IntimailAccount *self, const IntimailMaildirsize *value, guint64 size, GError **error)
{
  guint64 needed = value->used_bytes + value->big_bytes + size;

  if (!self->has_limits || intimail_maildirsize_has_room (value, size))
    return TRUE;
  if (value->limit_bytes > 0 && needed > value->limit_bytes)
    g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_OVER_QUOTA,
                 "the mailbox is full: %" G_GUINT64_FORMAT " bytes are missing (%" G_GUINT64_FORMAT " bytes in %" G_GUINT64_FORMAT
                 " messages, %" G_GUINT64_FORMAT " in big files, of %" G_GUINT64_FORMAT ")",
                 needed - value->limit_bytes, value->used_bytes, value->used_messages, value->big_bytes, value->limit_bytes);
  else
    g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_OVER_QUOTA,
                 "the mailbox is full: %" G_GUINT64_FORMAT " bytes in %" G_GUINT64_FORMAT " messages, %" G_GUINT64_FORMAT " in big files",
                 value->used_bytes, value->used_messages, value->big_bytes);
  return FALSE;
}

static IntimailId
get_id (const char *file)
{
  IntimailMaildirName name = { 0 };

  intimail_maildir_name_parse (file, &name);
  return intimail_maildir_name_get_id (&name);
}

gboolean
intimail_account_reserve (IntimailAccount *self, const IntimailMaildirsize *value, IntimailFolder *folder, const char *file, guint64 size, gboolean exempt, GError **error)
{
  const IntimailArrival arrival = { folder->number, get_id (file), size };

  if (!intimail_account_is_counted (self, folder))
    return TRUE;
  if (!exempt && !intimail_account_require_room (self, value, size, error))
    return FALSE;
  if (self->arriving->len == 0 && self->lock_fd >= 0)
    intimail_lock_set_delivering (self->lock_fd, TRUE);
  g_array_append_val (self->arriving, arrival);
  intimail_maildirsize_append (self->root_fd, (gint64) size, 1);
  return TRUE;
}

void
intimail_account_end_reservation (IntimailAccount *self, IntimailFolder *folder, const char *file, gboolean stored)
{
  const IntimailId id = get_id (file);

  for (guint i = 0; i < self->arriving->len; i++)
    {
      const IntimailArrival *arrival = &g_array_index (self->arriving, IntimailArrival, i);

      if (arrival->folder != folder->number || intimail_id_compare (&arrival->id, &id) != 0)
        continue;
      if (!stored)
        intimail_maildirsize_append (self->root_fd, -(gint64) arrival->size, -1);
      g_array_remove_index_fast (self->arriving, i);
      break;
    }
  if (self->arriving->len == 0 && self->lock_fd >= 0)
    intimail_lock_set_delivering (self->lock_fd, FALSE);
}

gboolean
intimail_account_check_room (IntimailAccount *self, IntimailFolder *folder, guint64 size, GError **error)
{
  IntimailMaildirsize value;

  if (!self->has_limits || !intimail_account_is_counted (self, folder))
    return TRUE;
  intimail_account_write_quota (self);
  if (!measure_big_files (self, error))
    return FALSE;
  if (!read_figures (self, size, &value))
    count_anew (self, &value);
  return intimail_account_require_room (self, &value, size, error);
}

void
intimail_account_count_added (IntimailAccount *self, IntimailFolder *folder, guint64 size)
{
  if (!intimail_account_is_counted (self, folder))
    return;
  self->owed_bytes += (gint64) size;
  self->owed_messages++;
}

void
intimail_account_count_removed (IntimailAccount *self, IntimailFolder *folder, guint64 size)
{
  if (!intimail_account_is_counted (self, folder))
    return;
  self->owed_bytes -= (gint64) size;
  self->owed_messages--;
}

void
intimail_account_write_quota (IntimailAccount *self)
{
  if (self->owed_bytes != 0 || self->owed_messages != 0)
    intimail_maildirsize_append (self->root_fd, self->owed_bytes, self->owed_messages);
  self->owed_bytes = 0;
  self->owed_messages = 0;
}

/**
 * intimail_account_set_quota_limits:
 * @self: an account
 * @bytes: bytes of all messages; 0 is no limit
 * @messages: number of messages; 0 is no limit
 *
 * Says how much the account may hold. Until this is called nothing is refused.
 *
 * Any thread may call it.
 *
 * Since: 1.0
 */
void
intimail_account_set_quota_limits (IntimailAccount *self, guint64 bytes, guint64 messages)
{
  g_return_if_fail (INTIMAIL_IS_ACCOUNT (self));

  g_mutex_lock (&self->mutex);
  self->has_limits = TRUE;
  self->limit_bytes = bytes;
  self->limit_messages = messages;
  g_mutex_unlock (&self->mutex);
}

/**
 * intimail_account_set_quota_counts_trash:
 * @self: an account
 * @counts: whether messages in the mailbox with the role trash count; they do unless
 *   this is called
 *
 * Says whether the trash counts for the quota.
 *
 * When it does not, a message that comes out of the trash needs room. Any thread may
 * call it.
 *
 * Since: 1.0
 */
void
intimail_account_set_quota_counts_trash (IntimailAccount *self, gboolean counts)
{
  g_return_if_fail (INTIMAIL_IS_ACCOUNT (self));

  g_mutex_lock (&self->mutex);
  self->trash_is_free = !counts;
  g_mutex_unlock (&self->mutex);
}

/**
 * intimail_account_get_quota:
 * @self: an account
 * @error: return location for an error
 *
 * Gets how much room the account has and uses.
 *
 * Fails with %INTIMAIL_ERROR_FAILED when the account cannot be read. Any thread
 * may call it.
 *
 * Returns: (transfer full): the quota
 *
 * Since: 1.0
 */
IntimailQuota *
intimail_account_get_quota (IntimailAccount *self, GError **error)
{
  IntimailQuota *quota = NULL;
  IntimailMaildirsize value;

  g_return_val_if_fail (INTIMAIL_IS_ACCOUNT (self), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (intimail_account_begin_quota (self, 1, &value, error))
    {
      guint warning = self->marks != NULL && self->marks->len > 0 ? g_array_index (self->marks, guint, 0) : 0;

      quota = intimail_quota_new (&value, warning);
      intimail_account_unlock (self);
    }
  intimail_account_end (self);
  return quota;
}

/**
 * intimail_account_check_quota:
 * @self: an account
 * @size: bytes of a message that wants to come in
 * @error: return location for an error
 *
 * Asks whether a message would find room now.
 *
 * Nothing is reserved. Fails with %INTIMAIL_ERROR_OVER_QUOTA when there is no
 * room, with %INTIMAIL_ERROR_FAILED when that cannot be told. Any thread may
 * call it.
 *
 * Returns: whether there is room
 *
 * Since: 1.0
 */
gboolean
intimail_account_check_quota (IntimailAccount *self, guint64 size, GError **error)
{
  gboolean ok = FALSE;
  IntimailMaildirsize value;

  g_return_val_if_fail (INTIMAIL_IS_ACCOUNT (self), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (intimail_account_begin_quota (self, size, &value, error))
    {
      ok = intimail_account_require_room (self, &value, size, error);
      intimail_account_unlock (self);
    }
  intimail_account_end (self);
  return ok;
}
