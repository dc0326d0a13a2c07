/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "store/intimail-table-parts-private.h"

#include <string.h>

#define NONE INTIMAIL_TABLE_NONE
#define FREE_FOLDER G_MAXUINT16

#define RECORD INTIMAIL_TABLE_RECORD
#define THREAD INTIMAIL_TABLE_THREAD
#define CELL INTIMAIL_TABLE_CELL
#define FOLDER INTIMAIL_TABLE_FOLDER

typedef struct
{
  guint64 n_bytes;
  guint64 n_copies;
  guint64 n_messages;
  guint32 free_record;
  guint32 free_thread;
  guint32 free_cell;
  guint32 n_removed;
  guint64 n_threads;
} Head;

typedef struct
{
  IntimailCounts counts;
  guint32 n_sorted;
  guint32 trash;
} FolderHead;

/* A bit for each thing that was come across. */
static gboolean
meet (guint8 *met, guint32 number)
{
  guint8 bit = (guint8) (1 << number % 8);
  gboolean first = (met[number / 8] & bit) == 0;

  met[number / 8] |= bit;
  return first;
}

static guint8 *
new_met (guint32 n)
{
  return g_new0 (guint8, n / 8 + 1);
}

void
intimail_table_init_heads (IntimailTable *self)
{
  intimail_column_init (&self->heads, sizeof (Head));
  intimail_column_init (&self->folder_heads, sizeof (FolderHead));
}

/* As small as they may be in memory, too, from now on. */
static void
add_maps (IntimailTable *self, IntimailImageWriter *writer)
{
  intimail_table_need_maps (self);
  intimail_id_map_fit (&self->ids, &self->records);
  intimail_id_map_fit (&self->thread_ids, &self->threads);
  intimail_image_writer_add (writer, INTIMAIL_IMAGE_IDS, 0, &self->ids.cells, FALSE);
  intimail_image_writer_add (writer, INTIMAIL_IMAGE_THREAD_IDS, 0, &self->thread_ids.cells, FALSE);
}

void
intimail_table_write_image (IntimailTable *self, IntimailImageWriter *writer)
{
  Head head = { self->n_bytes, self->n_copies, self->n_messages, self->free_record, self->free_thread, self->free_cell, self->orders.n_removed, 0 };

  add_maps (self, writer);
  head.n_threads = self->thread_ids.n;
  self->heads.n = self->folder_heads.n = 0;
  intimail_column_append (&self->heads, &head);
  intimail_image_writer_add (writer, INTIMAIL_IMAGE_TABLE_HEAD, 0, &self->heads, FALSE);
  for (guint i = 0; i < self->folders->len; i++)
    {
      FolderHead folder_head = { FOLDER (self, i)->counts, FOLDER (self, i)->n_sorted, FOLDER (self, i)->trash };

      intimail_column_append (&self->folder_heads, &folder_head);
    }
  intimail_image_writer_add (writer, INTIMAIL_IMAGE_TABLE_FOLDERS, 0, &self->folder_heads, FALSE);
  intimail_table_need_text_orders (self);
  intimail_image_writer_add (writer, INTIMAIL_IMAGE_RECORDS, 0, &self->records, TRUE);
  intimail_image_writer_add (writer, INTIMAIL_IMAGE_THREADS, 0, &self->threads, TRUE);
  intimail_image_writer_add (writer, INTIMAIL_IMAGE_CELLS, 0, &self->cells, TRUE);
  for (guint i = 0; i < self->folders->len; i++)
    intimail_image_writer_add (writer, INTIMAIL_IMAGE_SLOTS, i, &FOLDER (self, i)->slots, TRUE);
  for (guint i = 0; i < INTIMAIL_N_TEXTS; i++)
    {
      if ((self->orders.made & 1u << i) != 0)
        intimail_image_writer_add (writer, INTIMAIL_IMAGE_TEXT_ORDER, i, &self->orders.entries[i], TRUE);
    }
  intimail_image_writer_add (writer, INTIMAIL_IMAGE_ADDED, 0, &self->orders.added, TRUE);
}

/* Only which of them there are: most who open an account do not sort. */
static void
find_orders (IntimailTable *self, IntimailImage *image)
{
  if (!intimail_image_lend (image, INTIMAIL_IMAGE_ADDED, 0, &self->orders.added))
    return;
  for (guint i = 0; i < INTIMAIL_N_TEXTS; i++)
    {
      if (intimail_image_has (image, INTIMAIL_IMAGE_TEXT_ORDER, i))
        self->orders.made |= 1u << i;
    }
  self->orders_in_image = self->orders.made;
}

static const Head *
lend_head (IntimailImage *image)
{
  IntimailColumn heads;

  intimail_column_init (&heads, sizeof (Head));
  return intimail_image_lend (image, INTIMAIL_IMAGE_TABLE_HEAD, 0, &heads) && heads.n == 1 ? intimail_column_get (&heads, 0) : NULL;
}

static gboolean
lend_all (IntimailTable *self, IntimailImage *image)
{
  IntimailColumn folder_heads;
  const Head *head = lend_head (image);

  intimail_column_init (&folder_heads, sizeof (FolderHead));
  if (head == NULL ||
      !intimail_image_lend (image, INTIMAIL_IMAGE_TABLE_FOLDERS, 0, &folder_heads) || folder_heads.n >= FREE_FOLDER ||
      !intimail_image_lend (image, INTIMAIL_IMAGE_RECORDS, 0, &self->records) ||
      !intimail_image_lend (image, INTIMAIL_IMAGE_THREADS, 0, &self->threads) ||
      !intimail_image_lend (image, INTIMAIL_IMAGE_CELLS, 0, &self->cells))
    return FALSE;

  find_orders (self, image);
  self->n_bytes = head->n_bytes;
  self->n_copies = head->n_copies;
  self->n_messages = head->n_messages;
  self->free_record = head->free_record;
  self->free_thread = head->free_thread;
  self->free_cell = head->free_cell;
  self->orders.n_removed = head->n_removed;
  for (guint i = 0; i < folder_heads.n; i++)
    {
      const FolderHead *folder_head = intimail_column_get (&folder_heads, i);
      guint number = intimail_table_add_folder (self);

      FOLDER (self, number)->counts = folder_head->counts;
      FOLDER (self, number)->n_sorted = folder_head->n_sorted;
      FOLDER (self, number)->trash = folder_head->trash != 0;
      if (!intimail_image_lend (image, INTIMAIL_IMAGE_SLOTS, i, &FOLDER (self, number)->slots))
        return FALSE;
    }
  return TRUE;
}

static void
fill_maps (IntimailTable *self)
{
  g_autofree guint8 *met = new_met (self->records.n);

  /* The first copy of a message is nobody's next one. */
  for (guint32 i = 0; i < self->records.n; i++)
    {
      if (RECORD (self, i)->folder != FREE_FOLDER && RECORD (self, i)->copy_next != NONE)
        meet (met, RECORD (self, i)->copy_next);
    }
  intimail_id_map_prepare (&self->ids, self->records.n);
  for (guint32 i = 0; i < self->records.n; i++)
    {
      if (RECORD (self, i)->folder != FREE_FOLDER && meet (met, i))
        intimail_id_map_add_new (&self->ids, &RECORD (self, i)->id, i);
    }
  intimail_id_map_prepare (&self->thread_ids, self->threads.n);
  for (guint32 i = 0; i < self->threads.n; i++)
    {
      if (THREAD (self, i)->first_record != NONE)
        intimail_id_map_add_new (&self->thread_ids, &THREAD (self, i)->id, i);
    }
}

static gboolean
lend_map (IntimailImage *image, IntimailImageKind kind, guint64 n, IntimailIdMap *map)
{
  IntimailColumn cells;

  intimail_column_init (&cells, sizeof (guint32));
  return intimail_image_lend (image, kind, 0, &cells) && intimail_id_map_take (map, &cells, n);
}

/* What their cells say is not checked one by one: those of somebody else are not taken. */
static gboolean
lend_maps (IntimailTable *self)
{
  const Head *head = intimail_image_is_ours (self->image) ? lend_head (self->image) : NULL;

  return head != NULL && lend_map (self->image, INTIMAIL_IMAGE_IDS, head->n_messages, &self->ids) &&
         lend_map (self->image, INTIMAIL_IMAGE_THREAD_IDS, head->n_threads, &self->thread_ids);
}

/* Only for who looks for an id. Threads that search may come at once. */
void
intimail_table_need_maps (IntimailTable *self)
{
  static GMutex mutex;

  if (!g_atomic_int_get (&self->lacks_maps))
    return;
  g_mutex_lock (&mutex);
  if (self->lacks_maps && !lend_maps (self))
    fill_maps (self);
  g_atomic_int_set (&self->lacks_maps, FALSE);
  g_mutex_unlock (&mutex);
}

/* Each record at most once: those that are there may be fewer, after a removal. */
static gboolean
check_text_order (IntimailTable *self, const IntimailColumn *column)
{
  const guint32 *entries = (const guint32 *) (gconstpointer) column->data;
  g_autofree guint8 *met = new_met (self->records.n);

  for (guint32 i = 0; i < column->n; i++)
    {
      guint32 slot = entries[i] & ~INTIMAIL_TEXT_SAME;

      if (slot >= self->records.n || !meet (met, slot))
        return FALSE;
    }
  return TRUE;
}

void
intimail_table_need_text_orders (IntimailTable *self)
{
  for (guint i = 0; i < INTIMAIL_N_TEXTS; i++)
    {
      IntimailColumn *entries = &self->orders.entries[i];

      if ((self->orders_in_image & 1u << i) == 0)
        continue;
      if (!intimail_image_lend (self->image, INTIMAIL_IMAGE_TEXT_ORDER, i, entries) || !check_text_order (self, entries))
        {
          intimail_column_clear (entries);
          self->orders.made &= ~(1u << i);
        }
    }
  self->orders_in_image = 0;
}

/* --- what follows is for a file that somebody may have made with care --- */

static gboolean
is_number (guint32 number, const IntimailColumn *column)
{
  return number == NONE || number < column->n;
}

static gboolean
check_bounds (IntimailTable *self)
{
  guint bad = 0;

  for (guint32 i = 0; i < self->records.n; i++)
    {
      const IntimailRecord *record = RECORD (self, i);

      bad |= !is_number (record->copy_next, &self->records);
      if (record->folder == FREE_FOLDER)
        continue;
      bad |= record->folder >= self->folders->len || record->thread >= self->threads.n ||
             !is_number (record->thread_next, &self->records) || !is_number (record->thread_previous, &self->records);
    }
  for (guint32 i = 0; i < self->threads.n; i++)
    bad |= !is_number (THREAD (self, i)->first_record, &self->records) ||
           !is_number (THREAD (self, i)->first_cell, THREAD (self, i)->first_record != NONE ? &self->cells : &self->threads);
  for (guint32 i = 0; i < self->cells.n; i++)
    bad |= !is_number (CELL (self, i)->next, &self->cells) || CELL (self, i)->folder >= self->folders->len;
  return bad == 0 && is_number (self->free_record, &self->records) && is_number (self->free_thread, &self->threads) &&
         is_number (self->free_cell, &self->cells);
}

static gboolean
check_folders (IntimailTable *self)
{
  g_autofree guint8 *met = new_met (self->records.n);
  guint64 n = 0;

  for (guint i = 0; i < self->folders->len; i++)
    {
      const IntimailTableFolder *folder = FOLDER (self, i);
      const guint32 *slots = (const guint32 *) (gconstpointer) folder->slots.data;

      if (folder->n_sorted > folder->slots.n)
        return FALSE;
      for (guint32 k = 0; k < folder->slots.n; k++)
        {
          if (slots[k] >= self->records.n || !meet (met, slots[k]) || RECORD (self, slots[k])->folder != i)
            return FALSE;
        }
      n += folder->slots.n;
    }
  return n == self->n_copies;
}

static gboolean
check_added (IntimailTable *self)
{
  const guint32 *added = (const guint32 *) (gconstpointer) self->orders.added.data;

  for (guint32 i = 0; i < self->orders.added.n; i++)
    {
      if (added[i] >= self->records.n)
        return FALSE;
    }
  return TRUE;
}

/* No list is a ring, and nothing is in two. */
static gboolean
check_free_lists (IntimailTable *self)
{
  g_autofree guint8 *records = new_met (self->records.n);
  g_autofree guint8 *threads = new_met (self->threads.n);
  g_autofree guint8 *cells = new_met (self->cells.n);

  for (guint32 i = self->free_record; i != NONE; i = RECORD (self, i)->copy_next)
    {
      if (RECORD (self, i)->folder != FREE_FOLDER || !meet (records, i))
        return FALSE;
    }
  for (guint32 i = self->free_thread; i != NONE; i = THREAD (self, i)->first_cell)
    {
      if (THREAD (self, i)->first_record != NONE || !meet (threads, i))
        return FALSE;
    }
  for (guint32 i = self->free_cell; i != NONE; i = CELL (self, i)->next)
    {
      if (!meet (cells, i))
        return FALSE;
    }
  for (guint32 t = 0; t < self->threads.n; t++)
    {
      for (guint32 i = THREAD (self, t)->first_record != NONE ? THREAD (self, t)->first_cell : NONE; i != NONE; i = CELL (self, i)->next)
        {
          if (!meet (cells, i))
            return FALSE;
        }
    }
  return TRUE;
}

static gboolean
check_threads (IntimailTable *self)
{
  guint64 n = 0;

  intimail_table_need_maps (self);
  for (guint32 t = 0; t < self->threads.n; t++)
    {
      guint32 previous = NONE;

      if (THREAD (self, t)->first_record != NONE && intimail_id_map_find (&self->thread_ids, &self->threads, &THREAD (self, t)->id) != t)
        return FALSE;
      for (guint32 i = THREAD (self, t)->first_record; i != NONE; previous = i, i = RECORD (self, i)->thread_next)
        {
          const IntimailRecord *record = RECORD (self, i);

          if (record->folder == FREE_FOLDER || record->thread != t || record->thread_previous != previous)
            return FALSE;
          n++;
        }
    }
  return n == self->n_copies;
}

static gboolean
check_copies (IntimailTable *self)
{
  g_autofree guint8 *met = new_met (self->records.n);
  guint64 n = 0;

  intimail_table_need_maps (self);
  for (guint32 i = 0; i < self->records.n; i++)
    {
      const IntimailRecord *record = RECORD (self, i);

      if (record->folder == FREE_FOLDER || intimail_id_map_find (&self->ids, &self->records, &record->id) != i)
        continue;
      for (guint32 k = i; k != NONE; k = RECORD (self, k)->copy_next)
        {
          const IntimailRecord *copy = RECORD (self, k);

          if (copy->folder == FREE_FOLDER || !meet (met, k) || copy->thread != record->thread ||
              intimail_id_compare (&copy->id, &record->id) != 0)
            return FALSE;
          n++;
        }
    }
  return n == self->n_copies && self->ids.n == self->n_messages;
}

static gboolean
check_order (IntimailTable *self)
{
  for (guint i = 0; i < self->folders->len; i++)
    {
      const IntimailTableFolder *folder = FOLDER (self, i);
      const guint32 *slots = (const guint32 *) (gconstpointer) folder->slots.data;

      for (guint32 k = 1; k < folder->n_sorted; k++)
        {
          const IntimailRecord *a = RECORD (self, slots[k - 1]);
          const IntimailRecord *b = RECORD (self, slots[k]);

          if (a->received > b->received || (a->received == b->received && intimail_id_compare (&a->id, &b->id) > 0))
            return FALSE;
        }
    }
  return TRUE;
}

IntimailTable *
intimail_table_new_from_image (IntimailImage *image)
{
  IntimailTable *self = intimail_table_new ();
  gboolean ok;

  self->image = image;
  self->lacks_maps = TRUE;
  ok = lend_all (self, image);
  /* The checksums have seen damage, and to read all again would cost as much as they do. */
  if (ok && !intimail_image_is_ours (image))
    ok = check_bounds (self) && check_folders (self) && check_added (self) && check_free_lists (self) &&
         check_threads (self) && check_copies (self) && check_order (self);
  if (!ok)
    {
      intimail_table_free (self);
      return NULL;
    }
  return self;
}
