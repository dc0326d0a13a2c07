/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include "store/intimail-table-private.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

/* Uses what an account uses: nothing of it may leave the table, or go round. */
static void
use_table (IntimailTable *table)
{
  guint n_folders = intimail_table_get_n_folders (table);

  for (guint folder = 0; folder < n_folders; folder++)
    {
      IntimailRecord record = { .id = intimail_id_hash (&folder, sizeof folder), .received = 5, .folder = (guint16) folder };
      guint n;
      const guint32 *slots = intimail_table_get_folder (table, folder, &n);

      for (guint i = 0; i < n; i++)
        {
          guint32 other = intimail_table_find_thread (table, intimail_table_get_thread_id (table, slots[i]));

          intimail_table_get_keywords (table, slots[i]);
          intimail_table_is_first (table, slots[i]);
          while (other != INTIMAIL_TABLE_NONE)
            other = intimail_table_get (table, other)->thread_next;
        }
      if (n > 0)
        intimail_table_set_keywords (table, slots[0], INTIMAIL_KEYWORD_SEEN);
      if (n > 1)
        intimail_table_remove (table, slots[n / 2]);
      intimail_table_set_trash (table, folder, folder % 2 == 0);
      if (intimail_table_find_in_folder (table, &record.id, folder) == INTIMAIL_TABLE_NONE)
        intimail_table_add (table, &record, &record.id);
    }
  if (n_folders > 0)
    intimail_table_clear_folder (table, n_folders - 1);
}

/* An image that somebody made, with checksums that are right. */
int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  gpointer copy = g_memdup2 (data, size);
  IntimailImage *image;
  IntimailTable *table;

  if (!intimail_image_seal (copy, size))
    {
      g_free (copy);
      return 0;
    }
  image = intimail_image_new_from_data (copy, size);
  table = image != NULL ? intimail_table_new_from_image (image) : NULL;
  if (table != NULL)
    use_table (table);
  intimail_table_free (table);
  return 0;
}
