/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Records in the order in which the index files have their lines, for those who read
 * many: one window of a file goes on where the last one ended.
 */

#pragma once

#include "store/intimail-table-private.h"

G_BEGIN_DECLS

typedef struct
{
  guint64 offset;
  guint32 slot;
  guint32 number; /* among the slots that were given */
  guint32 folder;
} IntimailLinePlace;

/* An array of IntimailLinePlace. @slots may be NULL: then the records that there are. */
GArray *intimail_line_order_new (IntimailTable *table,
                                 const guint32 *slots,
                                 guint n);

G_END_DECLS
