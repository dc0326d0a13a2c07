/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Finds the number of a thing in a column by the id that the thing begins with.
 */

#pragma once

#include "store/intimail-column-private.h"
#include "store/intimail-id-private.h"

G_BEGIN_DECLS

#define INTIMAIL_ID_MAP_NONE G_MAXUINT32

/* Open addressing: an id's place is where it stands among all ids that there could be, or
 * the next free one. */
typedef struct
{
  IntimailColumn cells; /* guint32: number + 1; 0 is empty, and some always are */
  guint32 n;
} IntimailIdMap;

void intimail_id_map_init (IntimailIdMap *self);
void intimail_id_map_clear (IntimailIdMap *self);

/* Makes room in an empty map for @n ids and some that come later. They are then added with
 * their numbers: none of them twice. */
void intimail_id_map_prepare (IntimailIdMap *self,
                              guint32 n);
void intimail_id_map_add_new (IntimailIdMap *self,
                              const IntimailId *id,
                              guint32 number);

/* Gives the map the room that intimail_id_map_prepare() would give it. */
void intimail_id_map_fit (IntimailIdMap *self,
                          const IntimailColumn *things);

/* Takes the cells of a map of @n ids that intimail_id_map_fit() made. FALSE when they
 * cannot be. */
gboolean intimail_id_map_take (IntimailIdMap *self,
                               const IntimailColumn *cells,
                               guint64 n);

guint32 intimail_id_map_find (const IntimailIdMap *self,
                              const IntimailColumn *things,
                              const IntimailId *id);
void intimail_id_map_set (IntimailIdMap *self,
                          const IntimailColumn *things,
                          const IntimailId *id,
                          guint32 number);
void intimail_id_map_remove (IntimailIdMap *self,
                             const IntimailColumn *things,
                             const IntimailId *id);

G_END_DECLS
