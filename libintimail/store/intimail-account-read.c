/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What the indexes of an account say, taken over into memory.
 */

#include "store/intimail-account-private.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "store/intimail-account-found-private.h"

/* To read less than so much under the lock is no matter. */
#define AHEAD_ABOVE (256 * 1024)

typedef struct
{
  IntimailAccount *account;
  IntimailFolder *folder;
} Loading;

static guint64
read_file_letters (const IntimailJsonMember *file)
{
  g_autofree char *text = intimail_json_member_dup_string (file);
  IntimailMaildirName name;

  return intimail_maildir_name_parse (text, &name) ? intimail_keyword_read_letters (name.letters) : 0;
}

static guint64
read_keywords (IntimailAccount *self, const IntimailIndexLine *line)
{
  g_auto (GStrv) words = NULL;
  guint64 keywords = 0;

  if (line->keywords.raw == NULL)
    return read_file_letters (&line->file);
  if (line->keywords.raw_length <= 2)
    return 0;
  words = intimail_json_member_dup_strings (&line->keywords);
  for (gsize i = 0; words[i] != NULL; i++)
    keywords |= intimail_account_take_keyword (self, words[i]);

  return keywords;
}

static void
drop_record (IntimailAccount *self, IntimailFolder *folder, guint32 slot)
{
  IntimailRecord *record = intimail_table_get (self->table, slot);

  folder->index->n_live -= MIN (folder->index->n_live, record->length);
  if (record->last_offset != record->offset)
    folder->index->n_live -= MIN (folder->index->n_live, record->last_length);
  intimail_table_remove (self->table, slot);
}

static gboolean
names_new (const IntimailJsonMember *file)
{
  return memmem (file->raw, file->raw_length, ":2,", 3) == NULL;
}

static void
take_added (IntimailAccount *self, IntimailFolder *folder, const IntimailIndexLine *line, guint64 offset, gsize length)
{
  IntimailRecord record = { 0 };
  guint32 slot;

  record.id = line->id;
  record.received = intimail_record_clamp_time (line->received);
  record.sent = intimail_record_clamp_time (line->sent != 0 ? line->sent : line->received);
  record.keywords = read_keywords (self, line);
  record.offset = record.last_offset = offset;
  record.length = record.last_length = (guint32) length;
  record.size = (guint32) MIN (line->size, G_MAXUINT32);
  record.folder = (guint16) folder->number;
  record.has_attachment = line->has_attachment;
  if (intimail_table_has_free_slot (self->table))
    intimail_account_settle_listings (self);
  slot = intimail_table_add (self->table, &record, &line->thread);
  if (names_new (&line->file))
    intimail_folder_mark_new (folder, intimail_table_get (self->table, slot));
  folder->index->n_live += length;
}

static void
take_changed (IntimailAccount *self, IntimailFolder *folder, const IntimailIndexLine *line, guint64 offset, gsize length, guint32 slot)
{
  IntimailRecord *record = intimail_table_get (self->table, slot);

  if (record->last_offset != record->offset)
    folder->index->n_live -= MIN (folder->index->n_live, record->last_length);
  record->last_offset = offset;
  record->last_length = (guint32) length;
  record->mark &= (guint8) ~INTIMAIL_MARK_IN_NEW;
  folder->index->n_live += length;
  intimail_table_set_keywords (self->table, slot, read_keywords (self, line));
}

static gboolean
has_own_name (IntimailAccount *self, const IntimailIndexLine *line)
{
  g_autofree char *file = intimail_json_member_dup_string (&line->file);

  return intimail_found_is_name_of (self, file, &line->id);
}

static void
take_line (const IntimailIndexLine *line, guint64 offset, gsize length, gpointer user_data)
{
  Loading *loading = user_data;
  guint32 slot = intimail_table_find_in_folder (loading->account->table, &line->id, loading->folder->number);

  /* Nobody wrote so much; the mailbox is looked through anyway. */
  if (!intimail_record_takes_line (offset, length))
    return;
  /* A name with another id is a damaged one: the look into the folder finds the right. */
  if (line->op != INTIMAIL_INDEX_REMOVE && !has_own_name (loading->account, line))
    return;
  switch (line->op)
    {
    case INTIMAIL_INDEX_ADD:
      if (slot != INTIMAIL_TABLE_NONE)
        drop_record (loading->account, loading->folder, slot);
      take_added (loading->account, loading->folder, line, offset, length);
      break;
    case INTIMAIL_INDEX_CHANGE:
      if (slot != INTIMAIL_TABLE_NONE)
        take_changed (loading->account, loading->folder, line, offset, length, slot);
      break;
    case INTIMAIL_INDEX_REMOVE:
      if (slot != INTIMAIL_TABLE_NONE)
        drop_record (loading->account, loading->folder, slot);
      break;
    }
}

/* FALSE when the index was lost: what clients were told is not known any more. */
gboolean
intimail_account_read_index (IntimailAccount *self, IntimailFolder *folder)
{
  Loading loading = { self, folder };
  IntimailLogStatus status = intimail_index_check (folder->index);

  if (status == INTIMAIL_LOG_SAME)
    return TRUE;
  if (status != INTIMAIL_LOG_GREW)
    {
      intimail_table_clear_folder (self->table, folder->number);
      folder->must_scan = TRUE;
    }
  if (status != INTIMAIL_LOG_MISSING && intimail_index_read (folder->index, take_line, &loading))
    return folder->index->last_n <= intimail_journal_get_last (self->journal);

  intimail_table_clear_folder (self->table, folder->number);
  intimail_index_begin (folder->index, NULL, NULL);
  folder->must_scan = TRUE;
  return !g_hash_table_contains (intimail_journal_get_mailboxes (self->journal), folder->id);
}

gboolean
intimail_account_has_much_to_read (IntimailAccount *self)
{
  for (guint i = 0; i < self->folders->len; i++)
    {
      IntimailLog *log = &intimail_account_get_folder (self, i)->index->log;
      struct stat status;

      if (fstatat (self->root_fd, log->path, &status, AT_SYMLINK_NOFOLLOW) == 0 && (guint64) status.st_size > log->end + AHEAD_ABOVE)
        return TRUE;
    }
  return FALSE;
}

static void
forget_index (IntimailAccount *self, IntimailFolder *folder)
{
  g_autofree char *path = g_strdup (folder->index->log.path);

  intimail_table_clear_folder (self->table, folder->number);
  intimail_index_free (folder->index);
  folder->index = intimail_index_new (self->root_fd, path, folder->id);
}

void
intimail_account_read_ahead (IntimailAccount *self)
{
  for (guint i = 0; i < self->folders->len; i++)
    {
      IntimailFolder *folder = intimail_account_get_folder (self, i);
      IntimailLogStatus status = intimail_index_check (folder->index);
      Loading loading = { self, folder };

      /* A file that is met for the first time has taken the place of none. */
      if (status == INTIMAIL_LOG_REPLACED || status == INTIMAIL_LOG_MISSING)
        {
          intimail_table_clear_folder (self->table, folder->number);
          folder->must_scan = TRUE;
        }
      if (status != INTIMAIL_LOG_SAME && (status == INTIMAIL_LOG_MISSING || !intimail_index_read (folder->index, take_line, &loading)))
        forget_index (self, folder);
    }
}

gboolean
intimail_account_read_rest (IntimailAccount *self, IntimailFolder *folder)
{
  return intimail_account_read_index (self, folder) && folder->index->last_n <= intimail_journal_get_last (self->journal);
}

void
intimail_account_announce_counts (IntimailAccount *self)
{
  for (guint i = 0; i < self->folders->len; i++)
    intimail_account_get_folder (self, i)->announced = *intimail_table_get_counts (self->table, i);
}

void
intimail_account_catch_up_folder (IntimailAccount *self, IntimailFolder *folder)
{
  if (!intimail_account_read_index (self, folder))
    intimail_account_begin_epoch (self);
  if (intimail_index_is_joined (folder->index))
    intimail_account_compact_worn (self);
}

void
intimail_account_catch_up (IntimailAccount *self)
{
  gboolean sure = intimail_journal_read (self->journal);
  gboolean joined = FALSE;

  for (guint i = 0; i < self->folders->len; i++)
    {
      IntimailFolder *folder = intimail_account_get_folder (self, i);

      if (folder->gone)
        continue;
      sure = intimail_account_read_index (self, folder) && sure;
      joined |= intimail_index_is_joined (folder->index);
    }
  if (!sure)
    intimail_account_begin_epoch (self);
  if (joined)
    intimail_account_compact_worn (self);
  /* Who made these changes has written down what they did to the counts. */
  intimail_account_announce_counts (self);
}
