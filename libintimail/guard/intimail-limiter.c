/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <intimail/intimail-limiter.h>

#include <string.h>

#include "guard/intimail-guard-event-private.h"

#define N_SETS 1024u
#define SET_SIZE 8u

typedef struct
{
  guint64 key; /* made of the name and a secret */
  gint64 time; /* milliseconds; from here acts are forgotten */
  guint level; /* 0: free */
} Slot;

/**
 * IntimailLimiter:
 *
 * Counts how often somebody does something, and forgets it again: attempts to sign in,
 * requests, messages.
 *
 * Each name has a level. An act raises it by one, and with each interval that passes it
 * falls by one; what follows from a level is for the caller to say. A name may be
 * anything: an address, an account.
 *
 * The memory is bounded: a limiter takes 192 KiB and knows 8192 names. When there are more,
 * one of the lowest level is forgotten, so that many who do little push out nobody who
 * does much. The time is always an argument, in milliseconds of a clock that does not go
 * back. One thread at a time may use it.
 *
 * Since: 1.0
 */
struct _IntimailLimiter
{
  GObject parent_instance;

  guint interval;
  Slot *slots;
};

G_DEFINE_FINAL_TYPE (IntimailLimiter, intimail_limiter, G_TYPE_OBJECT)

enum
{
  PROP_INTERVAL = 1,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

static void
intimail_limiter_finalize (GObject *object)
{
  g_free (INTIMAIL_LIMITER (object)->slots);

  G_OBJECT_CLASS (intimail_limiter_parent_class)->finalize (object);
}

static void
intimail_limiter_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_INTERVAL)
    g_value_set_uint (value, INTIMAIL_LIMITER (object)->interval);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
intimail_limiter_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  if (id == PROP_INTERVAL)
    INTIMAIL_LIMITER (object)->interval = g_value_get_uint (value);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
intimail_limiter_class_init (IntimailLimiterClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = intimail_limiter_finalize;
  object_class->get_property = intimail_limiter_get_property;
  object_class->set_property = intimail_limiter_set_property;

  /**
   * IntimailLimiter:interval: (getter get_interval)
   *
   * How many milliseconds pass until one act is forgotten.
   *
   * Since: 1.0
   */
  props[PROP_INTERVAL] = g_param_spec_uint ("interval", NULL, NULL, 1, G_MAXUINT, 1000, G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
intimail_limiter_init (IntimailLimiter *self)
{
  self->slots = g_new0 (Slot, N_SETS * SET_SIZE);
}

/**
 * intimail_limiter_new:
 * @interval: how many milliseconds pass until one act is forgotten
 *
 * Makes a limiter that has seen nothing.
 *
 * Returns: (transfer full): a limiter
 *
 * Since: 1.0
 */
IntimailLimiter *
intimail_limiter_new (guint interval)
{
  g_return_val_if_fail (interval > 0, NULL);

  return g_object_new (INTIMAIL_TYPE_LIMITER, "interval", interval, NULL);
}

/**
 * intimail_limiter_get_interval:
 * @self: a limiter
 *
 * How long it takes until one act is forgotten.
 *
 * Returns: milliseconds
 *
 * Since: 1.0
 */
guint
intimail_limiter_get_interval (IntimailLimiter *self)
{
  g_return_val_if_fail (INTIMAIL_IS_LIMITER (self), 0);

  return self->interval;
}

static void
forget (IntimailLimiter *self, Slot *slot, gint64 now)
{
  gint64 steps = now > slot->time ? (now - slot->time) / self->interval : 0;

  slot->level -= (guint) MIN (steps, (gint64) slot->level);
  slot->time += steps * self->interval;
}

/* The slot of a name; when it has none and @create, the lowest of its set. */
static Slot *
find (IntimailLimiter *self, const char *name, gint64 now, gboolean create)
{
  guint64 key = intimail_guard_long_hash (name, strlen (name));
  Slot *set = self->slots + (key >> 32) % N_SETS * SET_SIZE;
  Slot *lowest = NULL;

  for (guint i = 0; i < SET_SIZE; i++)
    {
      forget (self, &set[i], now);
      if (set[i].level > 0 && set[i].key == key)
        return &set[i];
      if (lowest == NULL || set[i].level < lowest->level || (set[i].level == lowest->level && set[i].time < lowest->time))
        lowest = &set[i];
    }
  if (!create)
    return NULL;
  *lowest = (Slot){ .key = key, .time = now };

  return lowest;
}

/**
 * intimail_limiter_count:
 * @self: a limiter
 * @name: who does it
 * @now: the time in milliseconds
 *
 * Counts an act.
 *
 * Returns: the level with it, at least 1
 *
 * Since: 1.0
 */
guint
intimail_limiter_count (IntimailLimiter *self, const char *name, gint64 now)
{
  Slot *slot;

  g_return_val_if_fail (INTIMAIL_IS_LIMITER (self), 0);
  g_return_val_if_fail (name != NULL, 0);

  slot = find (self, name, now, TRUE);
  if (slot->level < G_MAXUINT)
    slot->level++;

  return slot->level;
}

/**
 * intimail_limiter_get_level:
 * @self: a limiter
 * @name: somebody
 * @now: the time in milliseconds
 *
 * How many acts of somebody are not forgotten yet.
 *
 * Returns: the level, 0 for who did nothing lately
 *
 * Since: 1.0
 */
guint
intimail_limiter_get_level (IntimailLimiter *self, const char *name, gint64 now)
{
  Slot *slot;

  g_return_val_if_fail (INTIMAIL_IS_LIMITER (self), 0);
  g_return_val_if_fail (name != NULL, 0);

  slot = find (self, name, now, FALSE);

  return slot != NULL ? slot->level : 0;
}

/**
 * intimail_limiter_take_back:
 * @self: a limiter
 * @name: somebody
 * @now: the time in milliseconds
 *
 * One act does not count after all, as a password that was right.
 *
 * Since: 1.0
 */
void
intimail_limiter_take_back (IntimailLimiter *self, const char *name, gint64 now)
{
  Slot *slot;

  g_return_if_fail (INTIMAIL_IS_LIMITER (self));
  g_return_if_fail (name != NULL);

  slot = find (self, name, now, FALSE);
  if (slot != NULL)
    slot->level--;
}
