/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <intimail/intimail-guard.h>

#include <ifaddrs.h>
#include <netinet/in.h>
#include <string.h>

#include <intimail/intimail-error.h>

#include "guard/intimail-guard-private.h"

#define DAY 86400u
#define HOUR 3600u
/* One line may speak of many attempts: a forged number bans no quicker than a
 * guess. */
#define MAX_ATTEMPTS 10u
/* What an account counts more that the address had not tried before. */
#define OTHER_ACCOUNT 0.5
/* A network is banned for twice the points of an address, from several of them.
 */
#define NETWORK_FACTOR 2

/**
 * IntimailGuard:
 *
 * Judges peers by what they did: who is banned, for how long, and who never is.
 *
 * Each failure has a weight. An address whose failures reach the limit within
 * the window, or the day's limit within a day, is banned; longer each time that
 * it comes back. Another account counts more than the same one again, and the
 * same wrong password for the same account counts once. Many addresses of one
 * IPv6 /64 are taken for one; an IPv4 /24 is banned when several of it were.
 *
 * The time is always an argument, in seconds since 1970. The memory that the
 * guard takes is bounded: see [method@Intimail.Guard.get_n_tracked]. One thread
 * at a time may use it.
 *
 * Since: 1.0
 */
G_DEFINE_FINAL_TYPE (IntimailGuard, intimail_guard, G_TYPE_OBJECT)

static void
intimail_guard_finalize (GObject *object)
{
  IntimailGuard *self = INTIMAIL_GUARD (object);

  intimail_guard_settings_clear (&self->settings);
  intimail_track_table_free (self->tracks);
  intimail_allow_list_free (self->allowed);
  g_hash_table_unref (self->bans);
  g_hash_table_unref (self->marks);
  g_free (self->memory);

  G_OBJECT_CLASS (intimail_guard_parent_class)->finalize (object);
}

static void
intimail_guard_class_init (IntimailGuardClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = intimail_guard_finalize;
}

static void
allow_text (IntimailGuard *self, const char *text, const char *reason)
{
  IntimailIp ip;

  if (intimail_ip_parse (text, strlen (text), &ip))
    intimail_allow_list_add (self->allowed, &ip, NULL, FALSE, reason);
}

static void
intimail_guard_init (IntimailGuard *self)
{
  intimail_guard_settings_init (&self->settings);
  self->tracks = intimail_track_table_new ();
  self->allowed = intimail_allow_list_new ();
  self->bans = g_hash_table_new_full ((GHashFunc) intimail_ip_hash,
                                      (GEqualFunc) intimail_ip_equal, NULL,
                                      (GDestroyNotify) intimail_ban_free);
  self->marks = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->memory = g_new0 (IntimailGuardMemory, INTIMAIL_GUARD_MEMORY);
  intimail_guard_allow_machine (self);
}

void
intimail_guard_allow_machine (IntimailGuard *self)
{
  allow_text (self, "127.0.0.0/8", "it is this machine");
  allow_text (self, "::1", "it is this machine");
}

/**
 * intimail_guard_new:
 *
 * Makes a guard that has seen nothing and allows this machine alone.
 *
 * Returns: (transfer full): a guard
 *
 * Since: 1.0
 */
IntimailGuard *
intimail_guard_new (void)
{
  return g_object_new (INTIMAIL_TYPE_GUARD, NULL);
}

guint32
intimail_guard_get_time (gint64 time)
{
  return (guint32) CLAMP (time - INTIMAIL_GUARD_TIME_BASE, 1, (gint64) G_MAXUINT32);
}

static guint
count_mask_bits (const guint8 *mask, gsize length)
{
  guint bits = 0;

  for (gsize i = 0; i < length; i++)
    bits += (guint) __builtin_popcount (mask[i]);

  return bits;
}

/**
 * intimail_guard_allow_own_networks:
 * @self: a guard
 *
 * Allows the networks that this machine's interfaces are in, unless guard.conf
 * says `own-networks=false`.
 *
 * Since: 1.0
 */
void
intimail_guard_allow_own_networks (IntimailGuard *self)
{
  struct ifaddrs *first = NULL;

  g_return_if_fail (INTIMAIL_IS_GUARD (self));

  if (!self->settings.own_networks || getifaddrs (&first) < 0)
    return;
  for (struct ifaddrs *at = first; at != NULL; at = at->ifa_next)
    {
      char text[INTIMAIL_IP_TEXT];
      IntimailIp ip = { .bits = INTIMAIL_IP_BITS };
      guint bits;

      if (at->ifa_addr == NULL || at->ifa_netmask == NULL)
        continue;
      if (at->ifa_addr->sa_family == AF_INET)
        {
          memset (ip.bytes + 10, 0xff, 2);
          memcpy (ip.bytes + 12, &((struct sockaddr_in *) at->ifa_addr)->sin_addr, 4);
          bits = INTIMAIL_IP_V4_BITS +
                 count_mask_bits (
                     (const guint8 *) &((struct sockaddr_in *) at->ifa_netmask)
                         ->sin_addr,
                     4);
        }
      else if (at->ifa_addr->sa_family == AF_INET6)
        {
          memcpy (ip.bytes, &((struct sockaddr_in6 *) at->ifa_addr)->sin6_addr, 16);
          bits = count_mask_bits (
              (const guint8 *) &((struct sockaddr_in6 *) at->ifa_netmask)->sin6_addr,
              16);
        }
      else
        continue;
      ip = intimail_ip_network (&ip, bits);
      intimail_ip_format (&ip, text);
      allow_text (self, text, "it is in a network of this machine");
    }
  freeifaddrs (first);
}

static void
remember (IntimailGuard *self, const IntimailGuardEvent *event, double points)
{
  IntimailGuardMemory *memory =
      &self->memory[self->next_memory++ % INTIMAIL_GUARD_MEMORY];

  memory->ip = event->ip;
  memory->kind = (guint8) event->kind;
  memory->time = intimail_guard_get_time (event->time);
  memory->parts = (guint16) CLAMP (points * INTIMAIL_TRACK_POINT + 0.5, 0, G_MAXUINT16);
  g_strlcpy (memory->service, event->service, sizeof memory->service);
  g_strlcpy (memory->account, event->account, sizeof memory->account);
}

static double
get_points (IntimailGuard *self, const IntimailTrack *track, guint32 time, gboolean day)
{
  if (day)
    return intimail_track_window_get (&track->slow, track->time, time, DAY);

  return intimail_track_window_get (&track->fast, track->time, time,
                                    self->settings.window);
}

static void
add_points (IntimailGuard *self, IntimailTrack *track, guint32 time, double points)
{
  intimail_track_window_add (&track->fast, track->time, time,
                             self->settings.window, points);
  intimail_track_window_add (&track->slow, track->time, time, DAY, points);
  track->time = MAX (track->time, time);
}

/* What one event adds to what its address has on its account. */
static double
weigh (IntimailTrack *track, const IntimailGuardEvent *event)
{
  gsize length = strlen (event->account);
  guint32 account =
      length > 0 ? intimail_guard_hash (event->account, length) : 0;
  guint16 bit = account != 0 ? (guint16) (1u << (account >> 1) % 16) : 0;
  guint32 pair[2] = { account, event->password };
  guint16 tried =
      event->password != 0
          ? (guint16) (intimail_guard_hash ((const char *) pair, sizeof pair) >>
                           8 |
                       1)
          : 0;
  double points = event->weight * MIN (event->attempts, MAX_ATTEMPTS);

  if (tried != 0 && tried == track->tried)
    return 0;
  if (track->several != 0 && bit != 0 && (track->several & bit) == 0)
    points += event->weight * OTHER_ACCOUNT;
  track->several |= bit;
  track->tried = tried;

  return points;
}

/* Why @track is over a limit, or NULL. */
static char *
find_reason (IntimailGuard *self, const IntimailTrack *track, const IntimailGuardEvent *event, guint32 time, guint factor)
{
  double fast = get_points (self, track, time, FALSE);
  double slow = get_points (self, track, time, TRUE);

  if (fast >= self->settings.limit * factor)
    return g_strdup_printf (
        "%.4g points in %u s, at last %s at %s", fast, self->settings.window,
        intimail_guard_kind_to_string (event->kind), event->service);
  if (slow >= self->settings.day_limit * factor)
    return g_strdup_printf ("%.4g points in a day, at last %s at %s", slow,
                            intimail_guard_kind_to_string (event->kind),
                            event->service);

  return NULL;
}

/* Counts a ban, or for IPv6 a failure, of one address on its network's account.
 * TRUE when several addresses were seen. */
static gboolean
note_neighbour (IntimailGuard *self, IntimailTrack *network, const IntimailIp *ip)
{
  network->several |=
      (guint16) (1u << (intimail_guard_hash ((const char *) ip->bytes,
                                             sizeof ip->bytes) >>
                        1) %
                           16);

  return (guint) __builtin_popcount (network->several) >=
         self->settings.network_limit;
}

static IntimailBan *
judge_v6_network (IntimailGuard *self,
                  const IntimailGuardEvent *event,
                  guint32 time,
                  double points,
                  gint64 now)
{
  IntimailIp ip = intimail_ip_network (&event->ip, INTIMAIL_GUARD_V6_NETWORK);
  IntimailTrack *network = intimail_track_table_get (self->tracks, &ip, time,
                                                     self->settings.window, DAY);
  g_autofree char *reason = NULL;

  add_points (self, network, time, points);
  if (!note_neighbour (self, network, &event->ip))
    return NULL;
  reason = find_reason (self, network, event, time, NETWORK_FACTOR);
  if (reason == NULL)
    return NULL;
  intimail_track_table_remove (self->tracks, &ip);

  return intimail_guard_add_ban (self, &ip, -1, reason, now);
}

static IntimailBan *
judge_v4_network (IntimailGuard *self,
                  const IntimailGuardEvent *event,
                  guint32 time,
                  gint64 now)
{
  IntimailIp ip = intimail_ip_network (&event->ip, INTIMAIL_GUARD_V4_NETWORK);
  IntimailTrack *network = intimail_track_table_get (self->tracks, &ip, time,
                                                     self->settings.window, DAY);

  /* Neighbours of another day are no neighbours. */
  if (get_points (self, network, time, TRUE) <= 0)
    network->several = 0;
  add_points (self, network, time, 1);
  if (!note_neighbour (self, network, &event->ip))
    return NULL;
  intimail_track_table_remove (self->tracks, &ip);

  return intimail_guard_add_ban (self, &ip, -1, "several addresses of it were banned", now);
}

/* Tells of who is never banned when a limit is reached, and once an hour while it goes on:
 * it may be a telephone, or somebody who guesses with one account that was stolen. */
static void
spare (IntimailGuard *self, const IntimailGuardEvent *event, const char *reason, const char *allowance, gboolean was_over, gboolean is_new_hour)
{
  if (reason == NULL)
    return;
  self->n_spared++;
  if (!was_over)
    g_message ("%s is not banned (%s): %s", event->address, reason, allowance);
  else if (is_new_hour)
    g_warning ("%s goes on, and is not banned (%s): %s", event->address, reason, allowance);
}

/* A household mistypes and forgets; it does not try a dozen accounts, nor two score of
 * passwords. Who came in with one account that was stolen does. */
static void
doubt (IntimailGuard *self, const IntimailGuardEvent *event, gint64 now)
{
  gsize length = strlen (event->account);
  guint32 account = length > 0 ? intimail_guard_hash (event->account, length) : 0;

  if (intimail_allow_list_doubt (self->allowed, &event->ip, account, event->password, now))
    g_message ("%s failed for too many accounts or passwords: signing in from it does not allow it before tomorrow", event->address);
}

static IntimailBan *
judge_failure (IntimailGuard *self,
               IntimailGuardEvent *event,
               gint64 now)
{
  guint32 time = intimail_guard_get_time (MIN (event->time, now));
  IntimailTrack *track = intimail_track_table_get (
      self->tracks, &event->ip, time, self->settings.window, DAY);
  g_autofree char *before = find_reason (self, track, event, time, 1);
  gboolean is_new_hour = time / HOUR > track->time / HOUR;
  g_autofree char *reason = NULL;
  g_autofree char *allowance = NULL;
  IntimailBan *ban = NULL;
  IntimailBan *network = NULL;
  double points = weigh (track, event);

  doubt (self, event, now);
  remember (self, event, points);
  if (points <= 0)
    return NULL;
  add_points (self, track, time, points);
  reason = find_reason (self, track, event, time, 1);
  allowance = intimail_allow_list_lookup (self->allowed, &event->ip, now);
  if (allowance != NULL)
    {
      spare (self, event, reason, allowance, before != NULL, is_new_hour);
      return NULL;
    }
  if (reason != NULL)
    {
      intimail_track_table_remove (self->tracks, &event->ip);
      ban = intimail_guard_add_ban (self, &event->ip, -1, reason, now);
    }
  if (!intimail_ip_is_v4 (&event->ip))
    network = judge_v6_network (self, event, time, points, now);
  else if (ban != NULL)
    network = judge_v4_network (self, event, time, now);

  return network != NULL ? network : ban;
}

/**
 * intimail_guard_judge:
 * @self: a guard
 * @event: what a peer did
 * @now: the time
 *
 * Takes an event into account. A sign-in allows its address for a while, unless
 * as many accounts or passwords are tried from there as no household would; a
 * failure may bring a ban, of the address or of its network. What an address
 * does that is banned already brings none; nor does what is so long ago that
 * the ban would be over.
 *
 * Returns: (transfer full) (nullable): a new ban, %NULL for none
 *
 * Since: 1.0
 */
IntimailBan *
intimail_guard_judge (IntimailGuard *self,
                      IntimailGuardEvent *event,
                      gint64 now)
{
  IntimailBan *ban;

  g_return_val_if_fail (INTIMAIL_IS_GUARD (self), NULL);
  g_return_val_if_fail (event != NULL, NULL);

  if (event->kind == INTIMAIL_GUARD_KIND_SIGN_IN)
    {
      if (event->time + self->settings.signed_in > now)
        intimail_allow_list_sign_in (self->allowed, &event->ip,
                                     event->time + self->settings.signed_in, now);
      return NULL;
    }
  if (event->weight <= 0 || intimail_guard_find_ban (self, &event->ip, now) != NULL ||
      event->time + (gint64) MAX (self->settings.ban, DAY) < now)
    return NULL;
  ban = judge_failure (self, event, now);

  return ban != NULL ? intimail_ban_copy (ban) : NULL;
}

/**
 * intimail_guard_get_n_tracked:
 * @self: a guard
 *
 * How many addresses and networks have something on their account. It is never
 * over 105000, which take 2.5 MB; when there are more, those with the fewest
 * points go.
 *
 * Returns: a number
 *
 * Since: 1.0
 */
guint
intimail_guard_get_n_tracked (IntimailGuard *self)
{
  g_return_val_if_fail (INTIMAIL_IS_GUARD (self), 0);

  return intimail_track_table_get_size (self->tracks);
}

/**
 * intimail_guard_get_n_spared:
 * @self: a guard
 *
 * How many failures brought no ban for the one reason that their address is allowed. The log
 * tells of each such address when it reaches a limit, and once an hour while it goes on.
 *
 * Returns: a number
 *
 * Since: 1.0
 */
guint64
intimail_guard_get_n_spared (IntimailGuard *self)
{
  g_return_val_if_fail (INTIMAIL_IS_GUARD (self), 0);

  return self->n_spared;
}

/**
 * intimail_guard_get_allowed_serial:
 * @self: a guard
 *
 * A number that is another one when somebody else is allowed than before: then the rules
 * for the firewall are to be written anew.
 *
 * Returns: a number
 *
 * Since: 1.0
 */
guint64
intimail_guard_get_allowed_serial (IntimailGuard *self)
{
  g_return_val_if_fail (INTIMAIL_IS_GUARD (self), 0);

  return intimail_allow_list_get_serial (self->allowed);
}

/**
 * intimail_guard_set_mark:
 * @self: a guard
 * @name: a name
 * @value: (nullable): its value, %NULL for none
 *
 * Keeps something with the state, such as how far a log was read.
 *
 * Since: 1.0
 */
void
intimail_guard_set_mark (IntimailGuard *self, const char *name, const char *value)
{
  g_return_if_fail (INTIMAIL_IS_GUARD (self));
  g_return_if_fail (name != NULL);

  if (value != NULL)
    g_hash_table_replace (self->marks, g_strdup (name), g_strdup (value));
  else
    g_hash_table_remove (self->marks, name);
}

/**
 * intimail_guard_get_mark:
 * @self: a guard
 * @name: a name
 *
 * What [method@Intimail.Guard.set_mark] said.
 *
 * Returns: (nullable): the value, %NULL for none
 *
 * Since: 1.0
 */
const char *
intimail_guard_get_mark (IntimailGuard *self, const char *name)
{
  g_return_val_if_fail (INTIMAIL_IS_GUARD (self), NULL);
  g_return_val_if_fail (name != NULL, NULL);

  return g_hash_table_lookup (self->marks, name);
}
