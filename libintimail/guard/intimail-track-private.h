/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What each address has on its account: 22 bytes, and never more than a limit
 * of them.
 */

#pragma once

#include <glib.h>

#include "guard/intimail-ip-private.h"

G_BEGIN_DECLS

#define INTIMAIL_TRACK_LIMIT 105000u
/* Points are kept as so many parts of one. */
#define INTIMAIL_TRACK_POINT 4u
#define INTIMAIL_TRACK_QUARTERS 4u

/* A window slides by quarters of its length: what it holds is at most its
 * length old, and what is three quarters of it old is always held. */
typedef struct
{
  guint8 quarters[INTIMAIL_TRACK_QUARTERS]; /* the newest first */
} IntimailTrackWindow;

/* Packed: two bytes of padding each would be a quarter of a megabyte. */
typedef struct __attribute__ ((packed))
{
  guint64 key : 48; /* made of an address or a network and a secret */
  guint32 time;     /* of the last event; 0: free */
  IntimailTrackWindow fast;
  IntimailTrackWindow slow;
  guint16
      several;   /* a bit for each account (of a network: address) by its hash */
  guint16 tried; /* a hash of the last account and password; 0: none */
} IntimailTrack;

typedef struct _IntimailTrackTable IntimailTrackTable;

IntimailTrackTable *intimail_track_table_new (void);
void intimail_track_table_free (IntimailTrackTable *self);

guint intimail_track_table_get_size (IntimailTrackTable *self);

/* NULL when it is not tracked. */
IntimailTrack *intimail_track_table_lookup (IntimailTrackTable *self,
                                            const IntimailIp *ip);

/* A new one takes the place of the one with the fewest points of some when the
 * table is full: many small offenders push out no great one. Good until the
 * next call. */
IntimailTrack *intimail_track_table_get (IntimailTrackTable *self,
                                         const IntimailIp *ip,
                                         guint32 time,
                                         guint fast,
                                         guint slow);

void intimail_track_table_remove (IntimailTrackTable *self,
                                  const IntimailIp *ip);

/* Points in a window of @length seconds that ends at @time; @last is when
 * points were last added. */
double intimail_track_window_get (const IntimailTrackWindow *self, guint32 last, guint32 time, guint length);

void intimail_track_window_add (IntimailTrackWindow *self, guint32 last, guint32 time, guint length, double points);

G_END_DECLS
