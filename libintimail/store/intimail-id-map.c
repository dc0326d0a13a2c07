/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "store/intimail-id-map-private.h"

#include <string.h>

#define CELLS_MIN 16
/* What may come before a map is written anew, and a little more. */
#define ROOM_PART 32
#define ROOM_MIN 192

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

/* Ids are hashes: any of their bits will do. */
static guint32
get_home (const IntimailId *id, guint32 n_cells)
{
  return (guint32) ((guint64) (guint32) intimail_id_get_word (id) * n_cells >> 32);
}

static guint32
get_next (guint32 place, guint32 n_cells)
{
  return place + 1 < n_cells ? place + 1 : 0;
}

static guint32
get_distance (guint32 from, guint32 to, guint32 n_cells)
{
  return to >= from ? to - from : to + (n_cells - from);
}

static guint32
find_place (const IntimailIdMap *self, const IntimailColumn *things, const IntimailId *id)
{
  const guint32 *cells = get_cells (self);
  guint32 place = get_home (id, self->cells.n);

  while (cells[place] != 0 && intimail_id_compare (get_key (things, cells[place] - 1), id) != 0)
    place = get_next (place, self->cells.n);

  return place;
}

guint32
intimail_id_map_find (const IntimailIdMap *self, const IntimailColumn *things, const IntimailId *id)
{
  guint32 place;

  if (self->n == 0)
    return INTIMAIL_ID_MAP_NONE;
  place = find_place (self, things, id);
  return get_cells (self)[place] == 0 ? INTIMAIL_ID_MAP_NONE : get_cells (self)[place] - 1;
}

/* Three of four cells: a look for an id that is not there meets eight then. */
static gboolean
is_full (const IntimailIdMap *self)
{
  return ((guint64) self->n + 1) * 4 > (guint64) self->cells.n * 3;
}

static void
make_cells (IntimailIdMap *self, guint64 n)
{
  guint32 n_cells = (guint32) MIN (n, G_MAXUINT32);

  intimail_column_clear (&self->cells);
  intimail_column_reserve (&self->cells, n_cells);
  self->cells.n = n_cells;
  memset (self->cells.data, 0, (gsize) n_cells * sizeof (guint32));
  self->n = 0;
}

static guint64
get_fitting (guint32 n)
{
  return ((guint64) n + n / ROOM_PART + ROOM_MIN) * 4 / 3;
}

void
intimail_id_map_prepare (IntimailIdMap *self, guint32 n)
{
  make_cells (self, get_fitting (n));
}

void
intimail_id_map_add_new (IntimailIdMap *self, const IntimailId *id, guint32 number)
{
  guint32 *cells = get_cells (self);
  guint32 place = get_home (id, self->cells.n);

  while (cells[place] != 0)
    place = get_next (place, self->cells.n);
  cells[place] = number + 1;
  self->n++;
}

static void
resize (IntimailIdMap *self, const IntimailColumn *things, guint64 n_cells)
{
  IntimailIdMap old = *self;

  intimail_id_map_init (self);
  make_cells (self, n_cells);
  for (guint32 i = 0; i < old.cells.n; i++)
    {
      guint32 number = get_cells (&old)[i];

      if (number != 0)
        intimail_id_map_add_new (self, get_key (things, number - 1), number - 1);
    }
  intimail_id_map_clear (&old);
}

void
intimail_id_map_fit (IntimailIdMap *self, const IntimailColumn *things)
{
  resize (self, things, get_fitting (self->n));
}

gboolean
intimail_id_map_take (IntimailIdMap *self, const IntimailColumn *cells, guint64 n)
{
  if (n >= cells->n)
    return FALSE;
  self->cells = *cells;
  self->n = (guint32) n;
  return TRUE;
}

void
intimail_id_map_set (IntimailIdMap *self, const IntimailColumn *things, const IntimailId *id, guint32 number)
{
  guint32 place;

  if (is_full (self))
    resize (self, things, MAX (CELLS_MIN, (guint64) self->cells.n * 2));
  place = find_place (self, things, id);
  if (get_cells (self)[place] == 0)
    self->n++;
  get_cells (self)[place] = number + 1;
}

void
intimail_id_map_remove (IntimailIdMap *self, const IntimailColumn *things, const IntimailId *id)
{
  guint32 *cells = get_cells (self);
  guint32 n_cells = self->cells.n;
  guint32 hole;
  guint32 place;

  if (self->n == 0)
    return;
  hole = place = find_place (self, things, id);
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
          place = get_next (place, n_cells);
          if (cells[place] == 0)
            return;
          home = get_home (get_key (things, cells[place] - 1), n_cells);
        }
      while (get_distance (home, place, n_cells) < get_distance (hole, place, n_cells));
      cells[hole] = cells[place];
      hole = place;
    }
}
