/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What the files intimail-table-*.c share: the columns of a table. Everything is
 * linked by numbers, so that the columns can be written to a file and mapped again.
 */

#pragma once

#include "store/intimail-column-private.h"
#include "store/intimail-id-map-private.h"
#include "store/intimail-image-private.h"
#include "store/intimail-table-private.h"

G_BEGIN_DECLS

typedef struct
{
  IntimailId id;
  guint32 first_record;
  guint32 first_cell; /* visible messages, by folder; in the free list: the next */
} IntimailTableThread;

/* What a thread has in one folder. */
typedef struct
{
  guint32 next;
  guint32 folder;
  guint32 n_messages;
  guint32 n_unread;
} IntimailTableCell;

typedef struct
{
  IntimailColumn slots; /* guint32 */
  guint32 n_sorted;     /* the first ones, by time of reception; the others came later */
  gboolean trash;
  IntimailCounts counts;
} IntimailTableFolder;

struct _IntimailTable
{
  IntimailColumn records;
  IntimailColumn threads;
  IntimailColumn cells;
  GArray *folders;
  IntimailIdMap ids;
  IntimailIdMap thread_ids;
  guint32 free_record;
  guint32 free_thread;
  guint32 free_cell;
  guint64 n_bytes;
  guint64 n_copies;
  guint64 n_messages;
  gint lacks_maps; /* atomic: the maps are empty, and the image has what they are made of */
  IntimailTextOrders orders;
  guint32 orders_in_image; /* bits: which are not lent yet */
  IntimailImage *image; /* that lent the columns */
  IntimailColumn heads; /* what is written with them */
  IntimailColumn folder_heads;
};

#define INTIMAIL_TABLE_RECORD(self, i) ((IntimailRecord *) intimail_column_get (&(self)->records, (i)))
#define INTIMAIL_TABLE_THREAD(self, i) ((IntimailTableThread *) intimail_column_get (&(self)->threads, (i)))
#define INTIMAIL_TABLE_CELL(self, i) ((IntimailTableCell *) intimail_column_get (&(self)->cells, (i)))
#define INTIMAIL_TABLE_FOLDER(self, i) (&g_array_index ((self)->folders, IntimailTableFolder, (i)))

/* intimail-table-order.c: the order of a folder. */
void intimail_table_add_to_order (IntimailTable *self,
                                  IntimailTableFolder *folder,
                                  guint32 slot);
void intimail_table_remove_from_order (IntimailTable *self,
                                       IntimailTableFolder *folder,
                                       guint32 slot);
void intimail_table_sort_order (IntimailTable *self,
                                IntimailTableFolder *folder);

/* intimail-table-image.c */
void intimail_table_init_heads (IntimailTable *self);
void intimail_table_need_maps (IntimailTable *self);
void intimail_table_need_text_orders (IntimailTable *self);

G_END_DECLS
