/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "store/intimail-table-private.h"

#include <string.h>

#define NONE INTIMAIL_TABLE_NONE
#define FREE_FOLDER G_MAXUINT16

/* Open addressing over numbers of things whose key is an id. */
typedef struct
{
  guint32 *cells; /* number + 1; 0 is empty */
  guint32 mask;
  guint32 n;
} Map;

typedef struct
{
  IntimailId id;
  guint32 first_record;
  guint32 first_cell; /* visible messages, by folder; in the free list: the next */
} Thread;

typedef struct
{
  guint32 next;
  guint32 folder;
  guint32 n_messages;
  guint32 n_unread;
} Cell;

typedef struct
{
  GArray *slots;
  gboolean sorted;
  gboolean trash;
  IntimailCounts counts;
} Folder;

struct _IntimailTable
{
  GArray *records;
  guint32 free_record;
  GArray *threads;
  guint32 free_thread;
  GArray *cells;
  guint32 free_cell;
  GArray *folders;
  Map ids;
  Map thread_ids;
  guint64 n_bytes;
  guint64 n_copies;
};

#define RECORD(self, i) (&g_array_index ((self)->records, IntimailRecord, (i)))
#define THREAD(self, i) (&g_array_index ((self)->threads, Thread, (i)))
#define CELL(self, i) (&g_array_index ((self)->cells, Cell, (i)))
#define FOLDER(self, i) (&g_array_index ((self)->folders, Folder, (i)))

/* Both things begin with their id. */
static const IntimailId *
get_key (GArray *things, gsize element_size, guint32 number)
{
  return (const IntimailId *) (gconstpointer) (things->data + number * element_size);
}

static guint32
map_find_place (const Map *map, GArray *things, gsize element_size, const IntimailId *id)
{
  guint32 place = (guint32) intimail_id_get_word (id) & map->mask;

  while (map->cells[place] != 0 && intimail_id_compare (get_key (things, element_size, map->cells[place] - 1), id) != 0)
    place = (place + 1) & map->mask;

  return place;
}

static guint32
map_find (const Map *map, GArray *things, gsize element_size, const IntimailId *id)
{
  guint32 place;

  if (map->n == 0)
    return NONE;
  place = map_find_place (map, things, element_size, id);
  return map->cells[place] == 0 ? NONE : map->cells[place] - 1;
}

static void
map_grow (Map *map, GArray *things, gsize element_size)
{
  g_autofree guint32 *old = map->cells;
  guint32 n_old = old != NULL ? map->mask + 1 : 0;

  map->mask = n_old == 0 ? 15 : n_old * 2 - 1;
  map->cells = g_new0 (guint32, (gsize) map->mask + 1);
  for (guint32 i = 0; i < n_old; i++)
    {
      if (old[i] != 0)
        map->cells[map_find_place (map, things, element_size, get_key (things, element_size, old[i] - 1))] = old[i];
    }
}

static void
map_set (Map *map, GArray *things, gsize element_size, const IntimailId *id, guint32 number)
{
  guint32 place;

  if (map->cells == NULL || (guint64) (map->n + 1) * 3 > ((guint64) map->mask + 1) * 2)
    map_grow (map, things, element_size);
  place = map_find_place (map, things, element_size, id);
  if (map->cells[place] == 0)
    map->n++;
  map->cells[place] = number + 1;
}

static void
map_remove (Map *map, GArray *things, gsize element_size, const IntimailId *id)
{
  guint32 hole = map_find_place (map, things, element_size, id);
  guint32 place = hole;

  if (map->cells[hole] == 0)
    return;
  map->n--;
  /* Moves back what would not be found any more behind a hole. */
  while (TRUE)
    {
      guint32 home;

      map->cells[hole] = 0;
      do
        {
          place = (place + 1) & map->mask;
          if (map->cells[place] == 0)
            return;
          home = (guint32) intimail_id_get_word (get_key (things, element_size, map->cells[place] - 1)) & map->mask;
        }
      while (((place - home) & map->mask) < ((place - hole) & map->mask));
      map->cells[hole] = map->cells[place];
      hole = place;
    }
}

IntimailTable *
intimail_table_new (void)
{
  IntimailTable *self = g_new0 (IntimailTable, 1);

  self->records = g_array_new (FALSE, FALSE, sizeof (IntimailRecord));
  self->threads = g_array_new (FALSE, FALSE, sizeof (Thread));
  self->cells = g_array_new (FALSE, FALSE, sizeof (Cell));
  self->folders = g_array_new (FALSE, TRUE, sizeof (Folder));
  self->free_record = NONE;
  self->free_thread = NONE;
  self->free_cell = NONE;
  return self;
}

void
intimail_table_free (IntimailTable *self)
{
  if (self == NULL)
    return;
  for (guint i = 0; i < self->folders->len; i++)
    g_array_unref (FOLDER (self, i)->slots);
  g_array_unref (self->records);
  g_array_unref (self->threads);
  g_array_unref (self->cells);
  g_array_unref (self->folders);
  g_free (self->ids.cells);
  g_free (self->thread_ids.cells);
  g_free (self);
}

guint
intimail_table_add_folder (IntimailTable *self)
{
  Folder folder = { 0 };

  folder.slots = g_array_new (FALSE, FALSE, sizeof (guint32));
  folder.sorted = TRUE;
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
  for (guint32 i = 0; i < self->threads->len; i++)
    {
      if (THREAD (self, i)->first_record != NONE)
        tally_thread (self, i, -1);
    }
  FOLDER (self, folder)->trash = trash;
  for (guint32 i = 0; i < self->threads->len; i++)
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
          found = self->cells->len;
          *link = found;
          /* After this, link may point into memory that is gone. */
          g_array_append_val (self->cells, fresh);
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
  return map_find (&self->ids, self->records, sizeof (IntimailRecord), id);
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

  if (RECORD (self, slot)->copy_next == NONE && first_copy (self, &RECORD (self, slot)->id) == slot)
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
take_thread (IntimailTable *self, const IntimailId *id)
{
  guint32 number = map_find (&self->thread_ids, self->threads, sizeof (Thread), id);
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
      number = self->threads->len;
      g_array_append_val (self->threads, fresh);
    }
  map_set (&self->thread_ids, self->threads, sizeof (Thread), id, number);
  return number;
}

static void
drop_thread_if_empty (IntimailTable *self, guint32 number)
{
  Thread *thread = THREAD (self, number);

  if (thread->first_record != NONE)
    return;
  map_remove (&self->thread_ids, self->threads, sizeof (Thread), &thread->id);
  thread->first_cell = self->free_thread;
  self->free_thread = number;
}

static int
compare_received (gconstpointer a, gconstpointer b, gpointer user_data)
{
  IntimailTable *self = user_data;
  const IntimailRecord *x = RECORD (self, *(const guint32 *) a);
  const IntimailRecord *y = RECORD (self, *(const guint32 *) b);

  if (x->received != y->received)
    return x->received < y->received ? -1 : 1;
  return intimail_id_compare (&x->id, &y->id);
}

static void
add_to_folder (IntimailTable *self, Folder *folder, guint32 slot)
{
  if (folder->sorted && folder->slots->len > 0)
    folder->sorted = compare_received (&g_array_index (folder->slots, guint32, folder->slots->len - 1), &slot, self) <= 0;
  g_array_append_val (folder->slots, slot);
}

static gboolean
is_sorted (IntimailTable *self, GArray *slots)
{
  for (guint i = 1; i < slots->len; i++)
    {
      if (compare_received (&g_array_index (slots, guint32, i - 1), &g_array_index (slots, guint32, i), self) > 0)
        return FALSE;
    }
  return TRUE;
}

static void
sort_folder (IntimailTable *self, Folder *folder)
{
  if (!folder->sorted && !is_sorted (self, folder->slots))
    g_array_sort_with_data (folder->slots, compare_received, self);
  folder->sorted = TRUE;
}

static void
remove_from_folder (IntimailTable *self, Folder *folder, guint32 slot)
{
  guint low = 0;
  guint high;

  sort_folder (self, folder);
  high = folder->slots->len;
  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (compare_received (&g_array_index (folder->slots, guint32, middle), &slot, self) < 0)
        low = middle + 1;
      else
        high = middle;
    }
  g_assert (low < folder->slots->len && g_array_index (folder->slots, guint32, low) == slot);
  g_array_remove_index (folder->slots, low);
}

static guint32
take_slot (IntimailTable *self, const IntimailRecord *record)
{
  guint32 slot = self->free_record;

  if (slot == NONE)
    {
      slot = self->records->len;
      g_array_append_val (self->records, *record);
    }
  else
    {
      self->free_record = RECORD (self, slot)->copy_next;
      *RECORD (self, slot) = *record;
    }
  return slot;
}

guint32
intimail_table_add (IntimailTable *self, const IntimailRecord *record, const IntimailId *thread_id)
{
  guint32 first = first_copy (self, &record->id);
  /* Copies of one message are in one thread, whatever a file says. */
  guint32 thread = first != NONE ? RECORD (self, first)->thread : take_thread (self, thread_id);
  guint32 slot = take_slot (self, record);
  IntimailRecord *fresh = RECORD (self, slot);

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
      map_set (&self->ids, self->records, sizeof (IntimailRecord), &fresh->id, slot);
      first = slot;
    }
  end_change (self, thread, first);

  add_to_folder (self, FOLDER (self, fresh->folder), slot);
  self->n_bytes += fresh->size;
  self->n_copies++;
  return slot;
}

void
intimail_table_remove (IntimailTable *self, guint32 slot)
{
  IntimailRecord *record = RECORD (self, slot);
  guint32 first = first_copy (self, &record->id);
  guint32 thread = record->thread;

  remove_from_folder (self, FOLDER (self, record->folder), slot);
  begin_change (self, thread, first);
  if (record->thread_next != NONE)
    RECORD (self, record->thread_next)->thread_previous = record->thread_previous;
  if (record->thread_previous != NONE)
    RECORD (self, record->thread_previous)->thread_next = record->thread_next;
  else
    THREAD (self, thread)->first_record = record->thread_next;
  if (first == slot && record->copy_next == NONE)
    {
      map_remove (&self->ids, self->records, sizeof (IntimailRecord), &record->id);
      first = NONE;
    }
  else if (first == slot)
    {
      first = record->copy_next;
      map_set (&self->ids, self->records, sizeof (IntimailRecord), &record->id, first);
    }
  else
    {
      guint32 before = first;

      while (RECORD (self, before)->copy_next != slot)
        before = RECORD (self, before)->copy_next;
      RECORD (self, before)->copy_next = record->copy_next;
    }
  end_change (self, thread, first);
  drop_thread_if_empty (self, thread);

  self->n_bytes -= record->size;
  self->n_copies--;
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
  GArray *slots = FOLDER (self, folder)->slots;

  /* From the end: nothing has to be moved up. */
  sort_folder (self, FOLDER (self, folder));
  while (slots->len > 0)
    intimail_table_remove (self, g_array_index (slots, guint32, slots->len - 1));
}

const IntimailCounts *
intimail_table_get_counts (IntimailTable *self, guint folder)
{
  return &FOLDER (self, folder)->counts;
}

const guint32 *
intimail_table_get_folder (IntimailTable *self, guint folder, guint *n)
{
  GArray *slots = FOLDER (self, folder)->slots;

  sort_folder (self, FOLDER (self, folder));
  *n = slots->len;
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

gboolean
intimail_table_is_first (IntimailTable *self, guint32 slot)
{
  return intimail_table_find (self, &RECORD (self, slot)->id) == slot;
}

const IntimailId *
intimail_table_get_thread_id (IntimailTable *self, guint32 slot)
{
  return &THREAD (self, RECORD (self, slot)->thread)->id;
}

guint32
intimail_table_find_thread (IntimailTable *self, const IntimailId *id)
{
  guint32 number = map_find (&self->thread_ids, self->threads, sizeof (Thread), id);

  return number == NONE ? NONE : THREAD (self, number)->first_record;
}

gboolean
intimail_table_has_thread (IntimailTable *self, const IntimailId *id)
{
  guint32 number = map_find (&self->thread_ids, self->threads, sizeof (Thread), id);

  return number != NONE && THREAD (self, number)->first_cell != NONE;
}

guint32
intimail_table_get_n_slots (IntimailTable *self)
{
  return self->records->len;
}
