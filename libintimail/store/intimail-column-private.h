/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * An array of things of one size, found by their numbers. Its memory is its own,
 * or lent by a mapped file until it has to grow.
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  char *data;
  guint32 n;
  guint32 room;
  guint16 size; /* of one thing, in bytes */
  gboolean lent;
} IntimailColumn;

void intimail_column_init (IntimailColumn *self,
                           gsize size);
void intimail_column_clear (IntimailColumn *self);

/* Takes @n things at @data, with room for more behind them; whoever lends the
 * memory keeps it until the column is cleared. */
void intimail_column_borrow (IntimailColumn *self,
                             gpointer data,
                             guint32 n,
                             guint32 room);

/* Makes room for @room things. What was found before may have moved. */
void intimail_column_reserve (IntimailColumn *self,
                              guint32 room);

/* Returns the number of the new thing. */
guint32 intimail_column_append (IntimailColumn *self,
                                gconstpointer thing);
void intimail_column_insert (IntimailColumn *self,
                             guint32 place,
                             gconstpointer thing);
void intimail_column_remove (IntimailColumn *self,
                             guint32 place);

static inline gpointer
intimail_column_get (const IntimailColumn *self, guint32 number)
{
  return self->data + (gsize) number * self->size;
}

G_END_DECLS
