/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "guard/intimail-track-private.h"

#include <string.h>

#include "base/intimail-secret-private.h"

/* The table grows by a factor, so that the old one beside the new one is small. When it
 * cannot grow any more, the limit leaves a tenth of it free. */
#define MIN_SLOTS 456u
#define GROWTH 4u
#define MAX_SLOTS (MIN_SLOTS * GROWTH * GROWTH * GROWTH * GROWTH)
/* How many neighbours are looked at for one to leave. */
#define N_CANDIDATES 16u

G_STATIC_ASSERT (sizeof (IntimailTrack) == 22);
G_STATIC_ASSERT (INTIMAIL_TRACK_LIMIT * 10u <= MAX_SLOTS * 9u);

struct _IntimailTrackTable
{
  IntimailTrack *slots;
  guint n_slots;
  guint n_used;
  guint hand; /* where the next one to leave is looked for */
  guint64 secret[2];
};

IntimailTrackTable *
intimail_track_table_new (void)
{
  IntimailTrackTable *self = g_new0 (IntimailTrackTable, 1);

  self->n_slots = MIN_SLOTS;
  self->slots = g_new0 (IntimailTrack, self->n_slots);
  intimail_secret_random (self->secret, sizeof self->secret);

  return self;
}

void
intimail_track_table_free (IntimailTrackTable *self)
{
  g_free (self->slots);
  g_free (self);
}

guint
intimail_track_table_get_size (IntimailTrackTable *self)
{
  return self->n_used;
}

/* The end of MurmurHash3: each bit moves each bit, and no two values become one. */
static guint64
mix (guint64 value)
{
  value = (value ^ value >> 33) * G_GUINT64_CONSTANT (0xff51afd7ed558ccd);
  value = (value ^ value >> 33) * G_GUINT64_CONSTANT (0xc4ceb9fe1a85ec53);

  return value ^ value >> 33;
}

/* That two have one key is a chance of 2^-48, which nobody can better who does not know
 * the secret. */
static guint64
make_key (IntimailTrackTable *self, const IntimailIp *ip)
{
  guint64 high;
  guint64 low;

  memcpy (&high, ip->bytes, 8);
  memcpy (&low, ip->bytes + 8, 8);
  high ^= self->secret[0] + (INTIMAIL_IP_BITS - ip->bits) * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);

  return mix ((mix (high) + self->secret[1]) ^ low) >> 16;
}

/* Where the search for a key begins. */
static guint
get_home (IntimailTrackTable *self, guint64 key)
{
  return (guint) ((key >> 16) * self->n_slots >> 32);
}

static guint
get_next (IntimailTrackTable *self, guint place)
{
  return place + 1 < self->n_slots ? place + 1 : 0;
}

/* How many steps lead from one place to another. */
static guint
get_distance (IntimailTrackTable *self, guint from, guint to)
{
  return to >= from ? to - from : to + self->n_slots - from;
}

static IntimailTrack *
find (IntimailTrackTable *self, guint64 key)
{
  guint place = get_home (self, key);

  while (self->slots[place].time != 0 && self->slots[place].key != key)
    place = get_next (self, place);

  return &self->slots[place];
}

IntimailTrack *
intimail_track_table_lookup (IntimailTrackTable *self,
                             const IntimailIp *ip)
{
  IntimailTrack *track = find (self, make_key (self, ip));

  return track->time != 0 ? track : NULL;
}

/* Those behind it that a hole would hide move up. */
static void
remove_place (IntimailTrackTable *self, guint hole)
{
  for (guint next = get_next (self, hole); self->slots[next].time != 0; next = get_next (self, next))
    {
      guint home = get_home (self, self->slots[next].key);

      if (get_distance (self, home, next) < get_distance (self, hole, next))
        continue;
      self->slots[hole] = self->slots[next];
      hole = next;
    }
  memset (&self->slots[hole], 0, sizeof self->slots[hole]);
  self->n_used--;
}

void
intimail_track_table_remove (IntimailTrackTable *self,
                             const IntimailIp *ip)
{
  IntimailTrack *track = intimail_track_table_lookup (self, ip);

  if (track != NULL)
    remove_place (self, (guint) (track - self->slots));
}

static void
grow (IntimailTrackTable *self)
{
  IntimailTrack *old = self->slots;
  guint n = self->n_slots;

  self->n_slots *= GROWTH;
  self->slots = g_new0 (IntimailTrack, self->n_slots);
  for (guint i = 0; i < n; i++)
    if (old[i].time != 0)
      *find (self, old[i].key) = old[i];
  g_free (old);
}

static void
evict (IntimailTrackTable *self, guint32 time, guint fast, guint slow)
{
  guint least = G_MAXUINT;
  double least_points = 0;
  guint seen = 0;

  for (; seen < N_CANDIDATES; self->hand = get_next (self, self->hand))
    {
      IntimailTrack *track = &self->slots[self->hand];
      double points;

      if (track->time == 0)
        continue;
      seen++;
      points = intimail_track_window_get (&track->fast, track->time, time, fast) +
               intimail_track_window_get (&track->slow, track->time, time, slow);
      /* Of two with as many points the one that was silent longer goes. */
      points += 1e-12 * track->time;
      if (least == G_MAXUINT || points < least_points)
        {
          least = self->hand;
          least_points = points;
        }
    }
  remove_place (self, least);
}

IntimailTrack *
intimail_track_table_get (IntimailTrackTable *self,
                          const IntimailIp *ip,
                          guint32 time,
                          guint fast,
                          guint slow)
{
  guint64 key = make_key (self, ip);
  IntimailTrack *track = find (self, key);

  if (track->time != 0)
    return track;
  if (self->n_used >= INTIMAIL_TRACK_LIMIT)
    evict (self, time, fast, slow);
  else if ((self->n_used + 1) * 10 > self->n_slots * 9 &&
           self->n_slots < MAX_SLOTS)
    grow (self);
  track = find (self, key);
  track->key = key;
  track->time = time;
  self->n_used++;

  return track;
}

/* How many quarters have begun since @last; more than there are is as good as
 * all. */
static guint
count_passed (guint32 last, guint32 time, guint length)
{
  guint quarter = MAX (length / INTIMAIL_TRACK_QUARTERS, 1);

  return time > last
             ? MIN (time / quarter - last / quarter, INTIMAIL_TRACK_QUARTERS)
             : 0;
}

double
intimail_track_window_get (const IntimailTrackWindow *self, guint32 last, guint32 time, guint length)
{
  guint passed = count_passed (last, time, length);
  guint parts = 0;

  for (guint i = 0; i + passed < INTIMAIL_TRACK_QUARTERS; i++)
    parts += self->quarters[i];

  return (double) parts / INTIMAIL_TRACK_POINT;
}

void
intimail_track_window_add (IntimailTrackWindow *self, guint32 last, guint32 time, guint length, double points)
{
  guint passed = count_passed (last, time, length);
  guint parts = (guint) (points * INTIMAIL_TRACK_POINT + 0.5);

  for (guint i = INTIMAIL_TRACK_QUARTERS; i-- > 0;)
    self->quarters[i] = i >= passed ? self->quarters[i - passed] : 0;
  self->quarters[0] = (guint8) MIN (self->quarters[0] + parts, G_MAXUINT8);
}
