/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "store/intimail-id-map-private.h"

#include <string.h>

#define CELLS_MIN 16

void
intimail_id_map_init (IntimailIdMap *self)
{
  intimail_column_init (&self->cells, sizeof (guint32));
  self->n = 0;
}

void
intimail_id_map_clear (IntimailIdMap *self)
{
  intimail_column_clear (&self->cells);
  self->n = 0;
}

static guint32 *
get_cells (const IntimailIdMap *self)
{
  return (guint32 *) (gpointer) self->cells.data;
}

static const IntimailId *
get_key (const IntimailColumn *things, guint32 number)
{
  return intimail_column_get (things, number);
}

static guint32
find_place (const guint32 *cells, guint32 mask, const IntimailColumn *things, const IntimailId *id)
{
  guint32 place = (guint32) intimail_id_get_word (id) & mask;

  while (cells[place] != 0 && intimail_id_compare (get_key (things, cells[place] - 1), id) != 0)
    place = (place + 1) & mask;

  return place;
}

guint32
intimail_id_map_find (const IntimailIdMap *self, const IntimailColumn *things, const IntimailId *id)
{
  guint32 place;

  if (self->n == 0)
    return INTIMAIL_ID_MAP_NONE;
  place = find_place (get_cells (self), self->cells.n - 1, things, id);
  return get_cells (self)[place] == 0 ? INTIMAIL_ID_MAP_NONE : get_cells (self)[place] - 1;
}

static gboolean
is_full (const IntimailIdMap *self, guint32 n_cells)
{
  return (guint64) (self->n + 1) * 3 > (guint64) n_cells * 2;
}

static void
init_cells (IntimailColumn *cells, guint32 n)
{
  intimail_column_init (cells, sizeof (guint32));
  intimail_column_reserve (cells, n);
  cells->n = n;
  memset (cells->data, 0, (gsize) n * sizeof (guint32));
}

void
intimail_id_map_prepare (IntimailIdMap *self, guint32 n)
{
  guint32 n_cells = CELLS_MIN;

  while ((guint64) n * 3 > (guint64) n_cells * 2)
    n_cells *= 2;
  intimail_column_clear (&self->cells);
  init_cells (&self->cells, n_cells);
  self->n = 0;
}

void
intimail_id_map_add_new (IntimailIdMap *self, const IntimailId *id, guint32 number)
{
  guint32 *cells = get_cells (self);
  guint32 mask = self->cells.n - 1;
  guint32 place = (guint32) intimail_id_get_word (id) & mask;

  while (cells[place] != 0)
    place = (place + 1) & mask;
  cells[place] = number + 1;
  self->n++;
}

static void
grow (IntimailIdMap *self, const IntimailColumn *things)
{
  guint32 n_old = self->cells.n;
  guint32 n = n_old == 0 ? CELLS_MIN : n_old * 2;
  guint32 *old = get_cells (self);
  IntimailColumn fresh;

  init_cells (&fresh, n);
  for (guint32 i = 0; i < n_old; i++)
    {
      guint32 *cells = (guint32 *) (gpointer) fresh.data;

      if (old[i] != 0)
        cells[find_place (cells, n - 1, things, get_key (things, old[i] - 1))] = old[i];
    }
  intimail_column_clear (&self->cells);
  self->cells = fresh;
}

void
intimail_id_map_set (IntimailIdMap *self, const IntimailColumn *things, const IntimailId *id, guint32 number)
{
  guint32 place;

  if (is_full (self, self->cells.n))
    grow (self, things);
  place = find_place (get_cells (self), self->cells.n - 1, things, id);
  if (get_cells (self)[place] == 0)
    self->n++;
  get_cells (self)[place] = number + 1;
}

void
intimail_id_map_remove (IntimailIdMap *self, const IntimailColumn *things, const IntimailId *id)
{
  guint32 *cells = get_cells (self);
  guint32 mask = self->cells.n - 1;
  guint32 hole;
  guint32 place;

  if (self->n == 0)
    return;
  hole = place = find_place (cells, mask, things, id);
  if (cells[hole] == 0)
    return;
  self->n--;
  /* Moves back what would not be found any more behind a hole. */
  while (TRUE)
    {
      guint32 home;

      cells[hole] = 0;
      do
        {
          place = (place + 1) & mask;
          if (cells[place] == 0)
            return;
          home = (guint32) intimail_id_get_word (get_key (things, cells[place] - 1)) & mask;
        }
      while (((place - home) & mask) < ((place - hole) & mask));
      cells[hole] = cells[place];
      hole = place;
    }
}
