/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "store/intimail-table-parts-private.h"

/* So far from the end a message is put into its place when it comes. Further away,
 * or where many come in any order, the next question sorts them. */
#define NEAR_END 256

typedef struct
{
  gint64 received;
  guint32 slot;
} Item;

static int
compare_slots (IntimailTable *self, guint32 a, guint32 b)
{
  const IntimailRecord *x = INTIMAIL_TABLE_RECORD (self, a);
  const IntimailRecord *y = INTIMAIL_TABLE_RECORD (self, b);

  if (x->received != y->received)
    return x->received < y->received ? -1 : 1;
  return intimail_id_compare (&x->id, &y->id);
}

static guint32 *
get_slots (IntimailTableFolder *folder)
{
  return (guint32 *) (gpointer) folder->slots.data;
}

/* The first place from @low on that is not before @slot. */
static guint32
find_place (IntimailTable *self, IntimailTableFolder *folder, guint32 low, guint32 slot)
{
  guint32 high = folder->n_sorted;

  while (low < high)
    {
      guint32 middle = low + (high - low) / 2;

      if (compare_slots (self, get_slots (folder)[middle], slot) < 0)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

void
intimail_table_add_to_order (IntimailTable *self, IntimailTableFolder *folder, guint32 slot)
{
  guint32 n = folder->slots.n;
  guint32 start = n > NEAR_END ? n - NEAR_END : 0;

  if (folder->n_sorted == n && (n == 0 || start == 0 || compare_slots (self, get_slots (folder)[start], slot) <= 0))
    {
      intimail_column_insert (&folder->slots, find_place (self, folder, start, slot), &slot);
      folder->n_sorted++;
      return;
    }
  intimail_column_append (&folder->slots, &slot);
}

static int
compare_items (gconstpointer a, gconstpointer b, gpointer user_data)
{
  const Item *x = a;
  const Item *y = b;

  if (x->received != y->received)
    return x->received < y->received ? -1 : 1;
  return compare_slots (user_data, x->slot, y->slot);
}

/* Sorts what came later, and merges it with the others from the end. */
void
intimail_table_sort_order (IntimailTable *self, IntimailTableFolder *folder)
{
  guint32 n_late = folder->slots.n - folder->n_sorted;
  guint32 *slots = get_slots (folder);
  g_autofree Item *late = NULL;
  guint32 old = folder->n_sorted;

  if (n_late == 0)
    return;
  late = g_new (Item, n_late);
  for (guint32 i = 0; i < n_late; i++)
    late[i] = (Item){ INTIMAIL_TABLE_RECORD (self, slots[old + i])->received, slots[old + i] };
  g_qsort_with_data (late, (gint) n_late, sizeof (Item), compare_items, self);

  for (guint32 place = folder->slots.n; n_late > 0;)
    {
      if (old > 0 && compare_slots (self, slots[old - 1], late[n_late - 1].slot) > 0)
        slots[--place] = slots[--old];
      else
        slots[--place] = late[--n_late].slot;
    }
  folder->n_sorted = folder->slots.n;
}

void
intimail_table_remove_from_order (IntimailTable *self, IntimailTableFolder *folder, guint32 slot)
{
  guint32 place;

  intimail_table_sort_order (self, folder);
  place = find_place (self, folder, 0, slot);
  g_return_if_fail (place < folder->slots.n && get_slots (folder)[place] == slot);
  intimail_column_remove (&folder->slots, place);
  folder->n_sorted--;
}
