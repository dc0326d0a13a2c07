/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "store/intimail-line-order-private.h"

#define FREE_FOLDER G_MAXUINT16

static int
compare_places (gconstpointer a, gconstpointer b)
{
  const IntimailLinePlace *x = a;
  const IntimailLinePlace *y = b;

  if (x->folder != y->folder)
    return x->folder < y->folder ? -1 : 1;
  return (x->offset > y->offset) - (x->offset < y->offset);
}

/* Slots are given as lines are read: their order is nearly that of the lines. */
GArray *
intimail_line_order_new (IntimailTable *table, const guint32 *slots, guint n)
{
  guint32 n_slots = intimail_table_get_n_slots (table);
  g_autofree guint32 *numbers = slots != NULL ? g_new0 (guint32, n_slots + 1) : NULL;
  GArray *places = g_array_sized_new (FALSE, FALSE, sizeof (IntimailLinePlace), slots != NULL ? n : n_slots);
  gboolean sorted = TRUE;

  for (guint i = 0; slots != NULL && i < n; i++)
    numbers[slots[i]] = i + 1;
  for (guint32 slot = 0; slot < n_slots; slot++)
    {
      const IntimailRecord *record = intimail_table_get (table, slot);
      IntimailLinePlace place = { record->offset, slot, numbers != NULL ? numbers[slot] - 1 : places->len, record->folder };

      if (record->folder == FREE_FOLDER || (numbers != NULL && numbers[slot] == 0))
        continue;
      sorted = sorted && (places->len == 0 || compare_places (&g_array_index (places, IntimailLinePlace, places->len - 1), &place) <= 0);
      g_array_append_val (places, place);
    }
  if (!sorted)
    g_array_sort (places, compare_places);
  return places;
}
