/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "store/intimail-account-private.h"

#include <string.h>

/* A message whose record changed in this transaction, and how it was before. */
typedef struct
{
  IntimailId id;
  IntimailId thread;
  gboolean was_visible;
  gboolean thread_was_there;
  gboolean mailboxes_changed;
  gint64 n; /* its event */
} Touched;

typedef struct
{
  IntimailIndexOp op;
  IntimailFolder *folder;
  guint32 slot;
  Touched *touched;
  char *file;
  IntimailSummary *summary;
  guint64 start; /* of its line among the new ones of the folder */
  guint32 length;
} Op;

static guint
hash_touched (gconstpointer data)
{
  return (guint) intimail_id_get_word (&((const Touched *) data)->id);
}

static gboolean
equal_touched (gconstpointer a, gconstpointer b)
{
  return intimail_id_compare (&((const Touched *) a)->id, &((const Touched *) b)->id) == 0;
}

static void
free_op (gpointer data)
{
  Op *op = data;

  g_free (op->file);
  intimail_summary_free (op->summary);
  g_free (op);
}

static Touched *
touch (IntimailAccount *self, const IntimailId *id, const IntimailId *thread)
{
  Touched wanted = { .id = *id };
  Touched *touched;

  if (self->touched == NULL)
    {
      self->touched = g_hash_table_new_full (hash_touched, equal_touched, g_free, NULL);
      self->ops = g_ptr_array_new_with_free_func (free_op);
    }
  touched = g_hash_table_lookup (self->touched, &wanted);
  if (touched != NULL)
    return touched;

  touched = g_memdup2 (&wanted, sizeof wanted);
  touched->thread = *thread;
  touched->was_visible = intimail_table_find (self->table, id) != INTIMAIL_TABLE_NONE;
  touched->thread_was_there = intimail_table_has_thread (self->table, thread);
  g_hash_table_add (self->touched, touched);
  return touched;
}

static Op *
add_op (IntimailAccount *self, IntimailIndexOp kind, IntimailFolder *folder, guint32 slot, Touched *touched, const char *file)
{
  Op *op = g_new0 (Op, 1);

  op->op = kind;
  op->folder = folder;
  op->slot = slot;
  op->touched = touched;
  op->file = g_strdup (file);
  g_ptr_array_add (self->ops, op);
  return op;
}

static Op *
find_pending (IntimailAccount *self, guint32 slot)
{
  /* It has a line. */
  if (intimail_table_get (self->table, slot)->length != 0)
    return NULL;
  for (guint i = self->ops != NULL ? self->ops->len : 0; i-- > 0;)
    {
      Op *op = g_ptr_array_index (self->ops, i);

      if (op->slot == slot && op->op == INTIMAIL_INDEX_ADD)
        return op;
    }
  return NULL;
}

const char *
intimail_account_get_pending_file (IntimailAccount *self, guint32 slot)
{
  Op *op = find_pending (self, slot);

  return op != NULL ? op->file : NULL;
}

const IntimailSummary *
intimail_account_get_pending_summary (IntimailAccount *self, guint32 slot)
{
  Op *op = find_pending (self, slot);

  return op != NULL ? op->summary : NULL;
}

guint32
intimail_account_add_record (IntimailAccount *self,
                             IntimailFolder *folder,
                             const IntimailId *id,
                             gint64 received,
                             const char *file,
                             guint64 keywords,
                             IntimailSummary *summary)
{
  IntimailId thread = intimail_summary_get_thread (summary, id);
  guint32 copy = intimail_table_find (self->table, id);
  IntimailRecord record = { 0 };
  Touched *touched;

  if (copy != INTIMAIL_TABLE_NONE)
    thread = *intimail_table_get_thread_id (self->table, copy);
  touched = touch (self, id, &thread);
  touched->mailboxes_changed = TRUE;
  record.id = *id;
  record.received = intimail_record_clamp_time (received);
  record.sent = intimail_record_clamp_time (summary->sent != 0 ? summary->sent : received);
  record.keywords = keywords;
  record.size = (guint32) MIN (summary->size, G_MAXUINT32);
  record.folder = (guint16) folder->number;
  record.has_attachment = summary->has_attachment;

  if (self->without_previews)
    g_clear_pointer (&summary->preview, g_free);
  summary->arrived = intimail_folder_expires (folder) ? g_get_real_time () / G_USEC_PER_SEC : 0;
  if (intimail_table_has_free_slot (self->table))
    intimail_account_settle_listings (self);
  copy = intimail_table_add (self->table, &record, &thread);
  add_op (self, INTIMAIL_INDEX_ADD, folder, copy, touched, file)->summary = summary;
  return copy;
}

void
intimail_account_change_record (IntimailAccount *self, guint32 slot, guint64 keywords, const char *file)
{
  IntimailRecord *record = intimail_table_get (self->table, slot);
  IntimailFolder *folder = intimail_account_get_folder (self, record->folder);
  Touched *touched = touch (self, &record->id, intimail_table_get_thread_id (self->table, slot));

  intimail_table_set_keywords (self->table, slot, keywords);
  add_op (self, INTIMAIL_INDEX_CHANGE, folder, slot, touched, file);
}

void
intimail_account_remove_record (IntimailAccount *self, guint32 slot)
{
  IntimailRecord *record = intimail_table_get (self->table, slot);
  IntimailFolder *folder = intimail_account_get_folder (self, record->folder);
  Touched *touched = touch (self, &record->id, intimail_table_get_thread_id (self->table, slot));

  touched->mailboxes_changed = TRUE;
  folder->index->n_live -= MIN (folder->index->n_live, record->length);
  if (record->last_offset != record->offset)
    folder->index->n_live -= MIN (folder->index->n_live, record->last_length);
  intimail_table_remove (self->table, slot);
  add_op (self, INTIMAIL_INDEX_REMOVE, folder, INTIMAIL_TABLE_NONE, touched, NULL);
}

static guint
hash_id (gconstpointer data)
{
  return (guint) intimail_id_get_word (data);
}

static gboolean
equal_id (gconstpointer a, gconstpointer b)
{
  return intimail_id_compare (a, b) == 0;
}

/* One event for each message: the messages in the order in which they were
 * touched, so that a client sees a thread begin before it goes on. */
static void
write_email_event (IntimailAccount *self, Touched *touched, GHashTable *begun, GHashTable *left)
{
  guint32 slot = intimail_table_find (self->table, &touched->id);
  gboolean visible = slot != INTIMAIL_TABLE_NONE;
  IntimailChangeOp op = INTIMAIL_CHANGE_UPDATE;
  IntimailChangeOp thread_op = INTIMAIL_CHANGE_UPDATE;
  g_auto (GStrv) mailbox_ids = NULL;

  if (!visible && !touched->was_visible)
    {
      touched->n = intimail_journal_get_last (self->journal);
      return;
    }
  if (!touched->was_visible)
    {
      op = INTIMAIL_CHANGE_ADD;
      if (!touched->thread_was_there && g_hash_table_add (begun, &touched->thread))
        thread_op = INTIMAIL_CHANGE_ADD;
    }
  else if (!visible)
    {
      guint n = GPOINTER_TO_UINT (g_hash_table_lookup (left, &touched->thread)) - 1;

      op = INTIMAIL_CHANGE_REMOVE;
      g_hash_table_insert (left, &touched->thread, GUINT_TO_POINTER (n));
      if (n == 0 && !intimail_table_has_thread (self->table, &touched->thread))
        thread_op = INTIMAIL_CHANGE_REMOVE;
    }
  if (visible && touched->mailboxes_changed)
    mailbox_ids = intimail_account_get_mailbox_ids (self, slot);

  touched->n = intimail_journal_add_email (self->journal, op, &touched->id, &touched->thread, op != INTIMAIL_CHANGE_UPDATE,
                                           thread_op, (const char *const *) mailbox_ids);
}

static void
write_email_events (IntimailAccount *self)
{
  g_autoptr (GHashTable) begun = g_hash_table_new (hash_id, equal_id);
  g_autoptr (GHashTable) left = g_hash_table_new (hash_id, equal_id);
  GHashTableIter iter;
  gpointer key;

  /* How many messages of each thread go: the last one ends it. */
  g_hash_table_iter_init (&iter, self->touched);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    {
      Touched *touched = key;
      guint n = GPOINTER_TO_UINT (g_hash_table_lookup (left, &touched->thread));

      if (touched->was_visible && intimail_table_find (self->table, &touched->id) == INTIMAIL_TABLE_NONE)
        g_hash_table_insert (left, &touched->thread, GUINT_TO_POINTER (n + 1));
    }

  for (guint i = 0; i < self->ops->len; i++)
    {
      Op *op = g_ptr_array_index (self->ops, i);

      if (op->touched->n == 0)
        write_email_event (self, op->touched, begun, left);
    }
}

static void
write_count_events (IntimailAccount *self)
{
  for (guint i = 0; i < self->folders->len; i++)
    {
      IntimailFolder *folder = intimail_account_get_folder (self, i);
      const IntimailCounts *counts = intimail_table_get_counts (self->table, i);

      if (folder->gone || memcmp (counts, &folder->announced, sizeof *counts) == 0)
        continue;
      intimail_journal_add_other (self->journal, INTIMAIL_CHANGE_TYPE_MAILBOX, INTIMAIL_CHANGE_COUNTS, folder->id);
      folder->announced = *counts;
    }
}

static void
write_line (IntimailAccount *self, Op *op, gint64 n, GString *text)
{
  IntimailRecord *record = NULL;
  g_auto (GStrv) keywords = NULL;

  op->start = text->len;
  if (op->slot != INTIMAIL_TABLE_NONE)
    {
      record = intimail_table_get (self->table, op->slot);
      /* Gone again within the transaction: its removal has a line. */
      if (record->folder != op->folder->number || intimail_id_compare (&record->id, &op->touched->id) != 0)
        return;
      keywords = intimail_account_name_keywords (self, record->keywords, TRUE);
    }

  if (op->op == INTIMAIL_INDEX_ADD)
    intimail_index_line_write_add (text, &record->id, n, intimail_table_get_thread_id (self->table, op->slot),
                                   record->received, op->file, (const char *const *) keywords,
                                   intimail_keyword_is_in_name (record->keywords, op->file), op->summary);
  else if (op->op == INTIMAIL_INDEX_CHANGE)
    intimail_index_line_write_change (text, &record->id, n, op->file, (const char *const *) keywords,
                                      intimail_keyword_is_in_name (record->keywords, op->file));
  else
    intimail_index_line_write_remove (text, &op->touched->id, n);
  op->length = (guint32) (text->len - op->start);
}

static void
note_place (IntimailAccount *self, Op *op, guint64 offset)
{
  IntimailRecord *record;
  IntimailIndex *index = op->folder->index;

  if (op->slot == INTIMAIL_TABLE_NONE || op->length == 0)
    return;
  record = intimail_table_get (self->table, op->slot);
  if (op->op == INTIMAIL_INDEX_ADD)
    {
      record->offset = offset + op->start;
      record->length = op->length;
    }
  else if (record->last_offset != record->offset)
    index->n_live -= MIN (index->n_live, record->last_length);
  record->last_offset = offset + op->start;
  record->last_length = op->length;
  index->n_live += op->length;
}

/* The lines of one folder, with one append. */
static gboolean
write_folder (IntimailAccount *self, IntimailFolder *folder, GError **error)
{
  g_autoptr (GString) text = g_string_new (NULL);
  Op *last = NULL;
  gint64 n = 0;
  guint64 offset;

  for (guint i = 0; i < self->ops->len; i++)
    {
      Op *op = g_ptr_array_index (self->ops, i);

      if (op->folder != folder)
        continue;
      n = MAX (n, op->touched->n);
      last = op;
    }
  if (last == NULL)
    return TRUE;
  /* The last one has a line for sure: what is gone again is gone by a later one. */
  for (guint i = 0; i < self->ops->len; i++)
    {
      Op *op = g_ptr_array_index (self->ops, i);

      if (op->folder == folder)
        write_line (self, op, op == last ? n : 0, text);
    }
  if (!intimail_index_append (folder->index, text, &offset, error))
    return FALSE;
  folder->index->last_n = MAX (folder->index->last_n, n);
  for (guint i = 0; i < self->ops->len; i++)
    {
      Op *op = g_ptr_array_index (self->ops, i);

      if (op->folder == folder)
        note_place (self, op, offset);
    }
  return TRUE;
}

static gboolean
write_all (IntimailAccount *self, GError **error)
{
  if (self->ops != NULL)
    write_email_events (self);
  write_count_events (self);
  if (!intimail_journal_commit (self->journal, error))
    return FALSE;

  for (guint i = 0; self->ops != NULL && i < self->folders->len; i++)
    {
      if (!intimail_account_get_folder (self, i)->gone && !write_folder (self, intimail_account_get_folder (self, i), error))
        return FALSE;
    }
  return TRUE;
}

gboolean
intimail_account_commit (IntimailAccount *self, GError **error)
{
  gboolean ok = write_all (self, error);

  intimail_account_write_quota (self);
  g_clear_pointer (&self->ops, g_ptr_array_unref);
  g_clear_pointer (&self->touched, g_hash_table_unref);
  /* Memory is ahead of the disk: what is on the disk counts. */
  if (!ok)
    self->must_reload = TRUE;
  return ok;
}
