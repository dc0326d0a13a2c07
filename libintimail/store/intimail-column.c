/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "store/intimail-column-private.h"

#include <string.h>

#define ROOM_MIN 16

void
intimail_column_init (IntimailColumn *self, gsize size)
{
  memset (self, 0, sizeof *self);
  self->size = (guint16) size;
}

void
intimail_column_clear (IntimailColumn *self)
{
  if (!self->lent)
    g_free (self->data);
  self->data = NULL;
  self->n = self->room = 0;
  self->lent = FALSE;
}

void
intimail_column_borrow (IntimailColumn *self, gpointer data, guint32 n, guint32 room)
{
  intimail_column_clear (self);
  self->data = data;
  self->n = n;
  self->room = room;
  self->lent = TRUE;
}

void
intimail_column_reserve (IntimailColumn *self, guint32 room)
{
  char *data;

  if (room <= self->room)
    return;
  if (!self->lent)
    {
      self->data = g_realloc_n (self->data, room, self->size);
      self->room = room;
      return;
    }
  data = g_malloc_n (room, self->size);
  memcpy (data, self->data, (gsize) self->n * self->size);
  self->data = data;
  self->room = room;
  self->lent = FALSE;
}

static void
make_room (IntimailColumn *self)
{
  if (self->n < self->room)
    return;
  /* Numbers up to G_MAXUINT32 - 1: the last one stands for none. */
  g_assert (self->n < G_MAXUINT32 - 1);
  intimail_column_reserve (self, self->room < G_MAXUINT32 / 2 ? MAX (ROOM_MIN, self->room * 2) : G_MAXUINT32 - 1);
}

guint32
intimail_column_append (IntimailColumn *self, gconstpointer thing)
{
  make_room (self);
  memcpy (self->data + (gsize) self->n * self->size, thing, self->size);
  return self->n++;
}

void
intimail_column_insert (IntimailColumn *self, guint32 place, gconstpointer thing)
{
  char *at;

  make_room (self);
  at = self->data + (gsize) place * self->size;
  memmove (at + self->size, at, (gsize) (self->n - place) * self->size);
  memcpy (at, thing, self->size);
  self->n++;
}

void
intimail_column_remove (IntimailColumn *self, guint32 place)
{
  char *at = self->data + (gsize) place * self->size;

  self->n--;
  memmove (at, at + self->size, (gsize) (self->n - place) * self->size);
}
