/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "store/intimail-table-parts-private.h"

#define NONE INTIMAIL_TABLE_NONE
#define FREE_FOLDER G_MAXUINT16

#define RECORD INTIMAIL_TABLE_RECORD
#define THREAD INTIMAIL_TABLE_THREAD
#define CELL INTIMAIL_TABLE_CELL
#define FOLDER INTIMAIL_TABLE_FOLDER

typedef IntimailTableThread Thread;
typedef IntimailTableCell Cell;
typedef IntimailTableFolder Folder;

gint64
intimail_record_clamp_time (gint64 time)
{
  const gint64 limit = G_GINT64_CONSTANT (1) << (INTIMAIL_RECORD_TIME_BITS - 1);

  return CLAMP (time, -limit, limit - 1);
}

gboolean
intimail_record_takes_line (guint64 offset, gsize length)
{
  return offset >> INTIMAIL_RECORD_OFFSET_BITS == 0 && length >> INTIMAIL_RECORD_LENGTH_BITS == 0;
}

IntimailTable *
intimail_table_new (void)
{
  IntimailTable *self = g_new0 (IntimailTable, 1);

  intimail_column_init (&self->records, sizeof (IntimailRecord));
  intimail_column_init (&self->threads, sizeof (Thread));
  intimail_column_init (&self->cells, sizeof (Cell));
  intimail_id_map_init (&self->ids);
  intimail_id_map_init (&self->thread_ids);
  self->folders = g_array_new (FALSE, TRUE, sizeof (Folder));
  self->free_record = NONE;
  self->free_thread = NONE;
  self->free_cell = NONE;
  intimail_table_init_heads (self);
  for (guint i = 0; i < INTIMAIL_N_TEXTS; i++)
    intimail_column_init (&self->orders.entries[i], sizeof (guint32));
  intimail_column_init (&self->orders.added, sizeof (guint32));
  return self;
}

void
intimail_table_free (IntimailTable *self)
{
  if (self == NULL)
    return;
  for (guint i = 0; i < self->folders->len; i++)
    intimail_column_clear (&FOLDER (self, i)->slots);
  g_array_unref (self->folders);
  intimail_column_clear (&self->records);
  intimail_column_clear (&self->threads);
  intimail_column_clear (&self->cells);
  intimail_id_map_clear (&self->ids);
  intimail_id_map_clear (&self->thread_ids);
  intimail_table_drop_text_orders (self);
  intimail_column_clear (&self->heads);
  intimail_column_clear (&self->folder_heads);
  intimail_image_free (self->image);
  g_free (self);
}

guint
intimail_table_get_n_folders (IntimailTable *self)
{
  return self->folders->len;
}

guint
intimail_table_add_folder (IntimailTable *self)
{
  Folder folder = { 0 };

  intimail_column_init (&folder.slots, sizeof (guint32));
  g_array_append_val (self->folders, folder);
  return self->folders->len - 1;
}

/* Adds or takes away what a thread counts for in the mailboxes that show it
 * (RFC 8621 section 2): unread anywhere but in the trash is unread everywhere
 * but in the trash. */
static void
tally_thread (IntimailTable *self, guint32 thread, gint sign)
{
  gboolean unread = FALSE;

  for (guint32 c = THREAD (self, thread)->first_cell; c != NONE; c = CELL (self, c)->next)
    unread |= CELL (self, c)->n_unread > 0 && !FOLDER (self, CELL (self, c)->folder)->trash;

  for (guint32 c = THREAD (self, thread)->first_cell; c != NONE; c = CELL (self, c)->next)
    {
      Folder *folder = FOLDER (self, CELL (self, c)->folder);

      folder->counts.n_threads += (guint) sign;
      if (folder->trash ? CELL (self, c)->n_unread > 0 : unread)
        folder->counts.n_unread_threads += (guint) sign;
    }
}

void
intimail_table_set_trash (IntimailTable *self, guint folder, gboolean trash)
{
  if (FOLDER (self, folder)->trash == trash)
    return;
  for (guint32 i = 0; i < self->threads.n; i++)
    {
      if (THREAD (self, i)->first_record != NONE)
        tally_thread (self, i, -1);
    }
  FOLDER (self, folder)->trash = trash;
  for (guint32 i = 0; i < self->threads.n; i++)
    {
      if (THREAD (self, i)->first_record != NONE)
        tally_thread (self, i, 1);
    }
}

static void
count_copy (IntimailTable *self, guint32 thread, guint32 folder, gboolean unread, gint sign)
{
  guint32 *link = &THREAD (self, thread)->first_cell;
  guint32 found;
  Cell *cell;

  while (*link != NONE && CELL (self, *link)->folder != folder)
    link = &CELL (self, *link)->next;
  found = *link;
  if (found == NONE)
    {
      Cell fresh = { NONE, folder, 0, 0 };

      if (self->free_cell != NONE)
        {
          found = self->free_cell;
          self->free_cell = CELL (self, found)->next;
          *link = found;
          *CELL (self, found) = fresh;
        }
      else
        {
          found = self->cells.n;
          *link = found;
          /* After this, link may point into memory that is gone. */
          intimail_column_append (&self->cells, &fresh);
          link = NULL;
        }
    }
  cell = CELL (self, found);
  cell->n_messages += (guint) sign;
  FOLDER (self, folder)->counts.n_messages += (guint) sign;
  if (unread)
    {
      cell->n_unread += (guint) sign;
      FOLDER (self, folder)->counts.n_unread += (guint) sign;
    }
  if (cell->n_messages == 0 && link != NULL)
    {
      *link = cell->next;
      cell->next = self->free_cell;
      self->free_cell = found;
    }
}

static guint32
first_copy (IntimailTable *self, const IntimailId *id)
{
  intimail_table_need_maps (self);
  return intimail_id_map_find (&self->ids, &self->records, id);
}

/* Is each message in one mailbox alone? */
static gboolean
has_no_copies (IntimailTable *self)
{
  return self->n_copies == self->n_messages;
}

static gboolean
is_visible (const IntimailRecord *record)
{
  return (record->keywords & INTIMAIL_KEYWORD_TRASHED) == 0;
}

guint64
intimail_table_get_keywords (IntimailTable *self, guint32 slot)
{
  guint64 all = 0;
  guint64 seen = INTIMAIL_KEYWORD_SEEN;

  if (has_no_copies (self) || (RECORD (self, slot)->copy_next == NONE && first_copy (self, &RECORD (self, slot)->id) == slot))
    return RECORD (self, slot)->keywords;

  for (guint32 i = first_copy (self, &RECORD (self, slot)->id); i != NONE; i = RECORD (self, i)->copy_next)
    {
      if (!is_visible (RECORD (self, i)))
        continue;
      all |= RECORD (self, i)->keywords;
      seen &= RECORD (self, i)->keywords;
    }

  return (all & ~INTIMAIL_KEYWORD_SEEN) | seen;
}

static void
count_message (IntimailTable *self, guint32 first, gint sign)
{
  guint64 keywords = intimail_table_get_keywords (self, first);
  gboolean unread = (keywords & (INTIMAIL_KEYWORD_SEEN | INTIMAIL_KEYWORD_DRAFT)) == 0;

  for (guint32 i = first; i != NONE; i = RECORD (self, i)->copy_next)
    {
      if (is_visible (RECORD (self, i)))
        count_copy (self, RECORD (self, i)->thread, RECORD (self, i)->folder, unread, sign);
    }
}

static void
begin_change (IntimailTable *self, guint32 thread, guint32 first)
{
  tally_thread (self, thread, -1);
  if (first != NONE)
    count_message (self, first, -1);
}

static void
end_change (IntimailTable *self, guint32 thread, guint32 first)
{
  if (first != NONE)
    count_message (self, first, 1);
  tally_thread (self, thread, 1);
}

static guint32
find_thread (IntimailTable *self, const IntimailId *id)
{
  intimail_table_need_maps (self);
  return intimail_id_map_find (&self->thread_ids, &self->threads, id);
}

static guint32
take_thread (IntimailTable *self, const IntimailId *id)
{
  guint32 number = find_thread (self, id);
  Thread fresh = { *id, NONE, NONE };

  if (number != NONE)
    return number;

  if (self->free_thread != NONE)
    {
      number = self->free_thread;
      self->free_thread = THREAD (self, number)->first_cell;
      *THREAD (self, number) = fresh;
    }
  else
    {
      number = intimail_column_append (&self->threads, &fresh);
    }
  intimail_id_map_set (&self->thread_ids, &self->threads, id, number);
  return number;
}

static void
drop_thread_if_empty (IntimailTable *self, guint32 number)
{
  Thread *thread = THREAD (self, number);

  if (thread->first_record != NONE)
    return;
  intimail_id_map_remove (&self->thread_ids, &self->threads, &thread->id);
  thread->first_cell = self->free_thread;
  self->free_thread = number;
}

static guint32
take_slot (IntimailTable *self, const IntimailRecord *record)
{
  guint32 slot = self->free_record;

  if (slot == NONE)
    {
      slot = intimail_column_append (&self->records, record);
    }
  else
    {
      self->free_record = RECORD (self, slot)->copy_next;
      *RECORD (self, slot) = *record;
    }
  return slot;
}

IntimailTextOrders *
intimail_table_get_text_orders (IntimailTable *self)
{
  intimail_table_need_text_orders (self);
  return &self->orders;
}

void
intimail_table_drop_text_orders (IntimailTable *self)
{
  for (guint i = 0; i < INTIMAIL_N_TEXTS; i++)
    intimail_column_clear (&self->orders.entries[i]);
  intimail_column_clear (&self->orders.added);
  self->orders.made = self->orders.n_removed = self->orders_in_image = 0;
}

/* Where much comes, all is sorted anew when somebody asks. */
static void
note_added (IntimailTable *self, guint32 slot)
{
  if (self->orders.made == 0)
    return;
  if (self->orders.added.n > 64 + self->records.n / 16)
    intimail_table_drop_text_orders (self);
  else
    intimail_column_append (&self->orders.added, &slot);
}

guint32
intimail_table_add (IntimailTable *self, const IntimailRecord *record, const IntimailId *thread_id)
{
  guint32 first = first_copy (self, &record->id);
  /* Copies of one message are in one thread, whatever a file says. */
  guint32 thread = first != NONE ? RECORD (self, first)->thread : take_thread (self, thread_id);
  guint32 slot = take_slot (self, record);
  IntimailRecord *fresh = RECORD (self, slot);

  /* First, so that nobody takes a second copy for the only one meanwhile. */
  self->n_copies++;
  begin_change (self, thread, first);
  fresh->thread = thread;
  fresh->copy_next = NONE;
  fresh->thread_previous = NONE;
  fresh->thread_next = THREAD (self, thread)->first_record;
  if (fresh->thread_next != NONE)
    RECORD (self, fresh->thread_next)->thread_previous = slot;
  THREAD (self, thread)->first_record = slot;
  if (first != NONE)
    {
      fresh->copy_next = RECORD (self, first)->copy_next;
      RECORD (self, first)->copy_next = slot;
    }
  else
    {
      intimail_id_map_set (&self->ids, &self->records, &fresh->id, slot);
      self->n_messages++;
      first = slot;
    }
  end_change (self, thread, first);

  intimail_table_add_to_order (self, FOLDER (self, fresh->folder), slot);
  note_added (self, slot);
  self->n_bytes += fresh->size;
  return slot;
}

void
intimail_table_remove (IntimailTable *self, guint32 slot)
{
  IntimailRecord *record = RECORD (self, slot);
  guint32 first = first_copy (self, &record->id);
  guint32 thread = record->thread;

  intimail_table_remove_from_order (self, FOLDER (self, record->folder), slot);
  begin_change (self, thread, first);
  if (record->thread_next != NONE)
    RECORD (self, record->thread_next)->thread_previous = record->thread_previous;
  if (record->thread_previous != NONE)
    RECORD (self, record->thread_previous)->thread_next = record->thread_next;
  else
    THREAD (self, thread)->first_record = record->thread_next;
  if (first == slot && record->copy_next == NONE)
    {
      intimail_id_map_remove (&self->ids, &self->records, &record->id);
      self->n_messages--;
      first = NONE;
    }
  else if (first == slot)
    {
      first = record->copy_next;
      intimail_id_map_set (&self->ids, &self->records, &record->id, first);
    }
  else
    {
      guint32 before = first;

      while (before != NONE && RECORD (self, before)->copy_next != slot)
        before = RECORD (self, before)->copy_next;
      if (before != NONE)
        RECORD (self, before)->copy_next = record->copy_next;
    }
  end_change (self, thread, first);
  drop_thread_if_empty (self, thread);

  self->n_bytes -= record->size;
  self->n_copies--;
  self->orders.n_removed += self->orders.made != 0;
  record->folder = FREE_FOLDER;
  record->copy_next = self->free_record;
  self->free_record = slot;
}

void
intimail_table_set_keywords (IntimailTable *self, guint32 slot, guint64 keywords)
{
  IntimailRecord *record = RECORD (self, slot);
  guint32 first;

  if (record->keywords == keywords)
    return;
  first = first_copy (self, &record->id);
  begin_change (self, record->thread, first);
  record->keywords = keywords;
  end_change (self, record->thread, first);
}

void
intimail_table_clear_folder (IntimailTable *self, guint folder)
{
  IntimailColumn *slots = &FOLDER (self, folder)->slots;

  /* From the end: nothing has to be moved up. */
  intimail_table_sort_order (self, FOLDER (self, folder));
  while (slots->n > 0)
    intimail_table_remove (self, *(const guint32 *) intimail_column_get (slots, slots->n - 1));
}

const IntimailCounts *
intimail_table_get_counts (IntimailTable *self, guint folder)
{
  return &FOLDER (self, folder)->counts;
}

const guint32 *
intimail_table_get_folder (IntimailTable *self, guint folder, guint *n)
{
  IntimailColumn *slots = &FOLDER (self, folder)->slots;

  intimail_table_sort_order (self, FOLDER (self, folder));
  *n = slots->n;
  return (const guint32 *) (gconstpointer) slots->data;
}

guint64
intimail_table_get_n_bytes (IntimailTable *self)
{
  return self->n_bytes;
}

guint64
intimail_table_get_n_copies (IntimailTable *self)
{
  return self->n_copies;
}

IntimailRecord *
intimail_table_get (IntimailTable *self, guint32 slot)
{
  return RECORD (self, slot);
}

static guint32
skip_invisible (IntimailTable *self, guint32 slot)
{
  while (slot != NONE && !is_visible (RECORD (self, slot)))
    slot = RECORD (self, slot)->copy_next;
  return slot;
}

guint32
intimail_table_find (IntimailTable *self, const IntimailId *id)
{
  return skip_invisible (self, first_copy (self, id));
}

guint32
intimail_table_next_copy (IntimailTable *self, guint32 slot)
{
  return skip_invisible (self, RECORD (self, slot)->copy_next);
}

guint32
intimail_table_find_in_folder (IntimailTable *self, const IntimailId *id, guint folder)
{
  guint32 slot = first_copy (self, id);

  while (slot != NONE && RECORD (self, slot)->folder != folder)
    slot = RECORD (self, slot)->copy_next;
  return slot;
}

guint32
intimail_table_find_first (IntimailTable *self, guint32 slot)
{
  if (has_no_copies (self))
    return is_visible (RECORD (self, slot)) ? slot : NONE;
  return intimail_table_find (self, &RECORD (self, slot)->id);
}

gboolean
intimail_table_is_first (IntimailTable *self, guint32 slot)
{
  return intimail_table_find_first (self, slot) == slot;
}

const IntimailId *
intimail_table_get_thread_id (IntimailTable *self, guint32 slot)
{
  return &THREAD (self, RECORD (self, slot)->thread)->id;
}

guint32
intimail_table_find_thread (IntimailTable *self, const IntimailId *id)
{
  guint32 number = find_thread (self, id);

  return number == NONE ? NONE : THREAD (self, number)->first_record;
}

gboolean
intimail_table_has_thread (IntimailTable *self, const IntimailId *id)
{
  guint32 number = find_thread (self, id);

  return number != NONE && THREAD (self, number)->first_cell != NONE;
}

guint32
intimail_table_get_n_slots (IntimailTable *self)
{
  return self->records.n;
}

gboolean
intimail_table_has_free_slot (IntimailTable *self)
{
  return self->free_record != NONE;
}

guint32
intimail_table_get_n_threads (IntimailTable *self)
{
  return self->threads.n;
}
