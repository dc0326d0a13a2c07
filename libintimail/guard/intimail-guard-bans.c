/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include <intimail/intimail-error.h>

#include "guard/intimail-guard-private.h"

/* How many leave at once when there are too many. */
#define N_LEAVING 1024u

gboolean
intimail_guard_parse_address (const char *text, IntimailIp *ip, GError **error)
{
  if (intimail_ip_parse (text, strlen (text), ip))
    return TRUE;
  g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT,
               "\"%s\" is no IP address and no network: write 192.0.2.1, "
               "192.0.2.0/24 or 2001:db8::/64",
               text);

  return FALSE;
}

static int
compare_times (gconstpointer a, gconstpointer b)
{
  gint64 left = *(const gint64 *) a;
  gint64 right = *(const gint64 *) b;

  return left < right ? -1 : left > right;
}

/* When the bans that end first have ended. */
static gint64
find_first_ends (IntimailGuard *self)
{
  g_autoptr (GArray) ends = g_array_new (FALSE, FALSE, sizeof (gint64));
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->bans);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    if (((IntimailBan *) value)->until != 0)
      g_array_append_val (ends, ((IntimailBan *) value)->until);
  if (ends->len == 0)
    return 0;
  g_array_sort (ends, compare_times);

  return g_array_index (ends, gint64, MIN (N_LEAVING, ends->len) - 1);
}

/* Bans that are over, and of the others some that end first: one at a time would have all
 * looked at for each new one. */
static void
make_room (IntimailGuard *self, gint64 now)
{
  GHashTableIter iter;
  gpointer value;
  gint64 end;
  guint left = N_LEAVING;

  intimail_guard_expire (self, now);
  if (g_hash_table_size (self->bans) < INTIMAIL_GUARD_MAX_BANS)
    return;
  end = find_first_ends (self);
  g_hash_table_iter_init (&iter, self->bans);
  while (left > 0 && g_hash_table_iter_next (&iter, NULL, &value))
    if (((IntimailBan *) value)->until != 0 && ((IntimailBan *) value)->until <= end)
      {
        g_hash_table_iter_remove (&iter);
        left--;
      }
}

void
intimail_guard_put_ban (IntimailGuard *self, IntimailBan *ban)
{
  g_hash_table_replace (self->bans, &ban->ip, ban);
}

IntimailBan *
intimail_guard_add_ban (IntimailGuard *self, const IntimailIp *ip, gint64 seconds, const char *reason, gint64 now)
{
  IntimailBan *before = g_hash_table_lookup (self->bans, ip);
  guint count = 0;
  IntimailBan *ban;

  if (before != NULL)
    {
      gint64 ago = MAX (now - (before->until != 0 ? before->until : now), 0);

      count = before->count -
              (guint) MIN ((gint64) before->count, ago / self->settings.forget);
    }
  if (seconds < 0)
    {
      guint64 doubled = (guint64) self->settings.ban << MIN (count, 32u);

      seconds = (gint64) MIN (
          doubled, (guint64) MAX (self->settings.max_ban, self->settings.ban));
    }
  if (before == NULL &&
      g_hash_table_size (self->bans) >= INTIMAIL_GUARD_MAX_BANS)
    make_room (self, now);
  ban = intimail_ban_new (ip, now, seconds > 0 ? now + seconds : 0, count + 1,
                          reason);
  intimail_guard_put_ban (self, ban);

  return ban;
}

typedef struct
{
  IntimailGuard *guard;
  gint64 now;
} Allowed;

static gboolean
is_allowed (gpointer key, gpointer value, gpointer user_data)
{
  const Allowed *allowed = user_data;
  g_autofree char *reason = intimail_allow_list_lookup (allowed->guard->allowed, key, allowed->now);

  return reason != NULL;
}

/**
 * intimail_guard_release_allowed:
 * @self: a guard
 * @now: the time
 *
 * Ends the bans of those who are allowed now, as after settings or a state were read.
 *
 * Since: 1.0
 */
void
intimail_guard_release_allowed (IntimailGuard *self, gint64 now)
{
  Allowed allowed = { self, now };

  g_return_if_fail (INTIMAIL_IS_GUARD (self));

  g_hash_table_foreach_remove (self->bans, is_allowed, &allowed);
}

IntimailBan *
intimail_guard_find_ban (IntimailGuard *self, const IntimailIp *ip, gint64 now)
{
  static const guint8 bits[] = { INTIMAIL_IP_BITS, INTIMAIL_GUARD_V4_NETWORK,
                                 INTIMAIL_GUARD_V6_NETWORK };

  for (gsize i = 0; i < G_N_ELEMENTS (bits); i++)
    {
      IntimailIp network = intimail_ip_network (ip, MIN (bits[i], ip->bits));
      IntimailBan *ban = g_hash_table_lookup (self->bans, &network);

      if (ban != NULL && intimail_ban_is_active (ban, now))
        return ban;
    }

  return NULL;
}

/**
 * intimail_guard_ban:
 * @self: a guard
 * @address: an address or a network
 * @seconds: how long, 0 for ever, -1 for as long as the guard would
 * @reason: why
 * @now: the time
 * @error: return location for an error
 *
 * Bans by hand.
 *
 * Fails with %INTIMAIL_ERROR_INVALID_ARGUMENT when @address is none, and with
 * %INTIMAIL_ERROR_PERMISSION_DENIED when it is allowed: then disallow it first.
 *
 * Returns: (transfer full): the ban
 *
 * Since: 1.0
 */
IntimailBan *
intimail_guard_ban (IntimailGuard *self, const char *address, gint64 seconds, const char *reason, gint64 now, GError **error)
{
  g_autofree char *allowance = NULL;
  IntimailIp ip;

  g_return_val_if_fail (INTIMAIL_IS_GUARD (self), NULL);
  g_return_val_if_fail (address != NULL && reason != NULL, NULL);
  g_return_val_if_fail (seconds >= -1, NULL);

  if (!intimail_guard_parse_address (address, &ip, error))
    return NULL;
  allowance = intimail_allow_list_lookup (self->allowed, &ip, now);
  if (allowance != NULL)
    {
      g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_PERMISSION_DENIED,
                   "%s is never banned: %s", address, allowance);
      return NULL;
    }

  return intimail_ban_copy (intimail_guard_add_ban (self, &ip, seconds, reason, now));
}

/**
 * intimail_guard_unban:
 * @self: a guard
 * @address: an address or a network, as it was banned
 * @error: return location for an error
 *
 * Ends a ban, and forgets what the address did.
 *
 * Fails with %INTIMAIL_ERROR_INVALID_ARGUMENT when @address is none, and with
 * %INTIMAIL_ERROR_NOT_FOUND when it is not banned.
 *
 * Returns: %TRUE on success
 *
 * Since: 1.0
 */
gboolean
intimail_guard_unban (IntimailGuard *self, const char *address, GError **error)
{
  IntimailIp ip;

  g_return_val_if_fail (INTIMAIL_IS_GUARD (self), FALSE);
  g_return_val_if_fail (address != NULL, FALSE);

  if (!intimail_guard_parse_address (address, &ip, error))
    return FALSE;
  intimail_track_table_remove (self->tracks, &ip);
  if (g_hash_table_remove (self->bans, &ip))
    return TRUE;
  g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND,
               "%s is not banned", address);

  return FALSE;
}

/**
 * intimail_guard_lookup_ban:
 * @self: a guard
 * @address: an address
 * @now: the time
 *
 * Looks for the ban that holds @address: its own, or that of its /24 or /64.
 *
 * Returns: (transfer full) (nullable): the ban, %NULL when it is not banned
 *
 * Since: 1.0
 */
IntimailBan *
intimail_guard_lookup_ban (IntimailGuard *self, const char *address, gint64 now)
{
  IntimailIp ip;
  IntimailBan *ban;

  g_return_val_if_fail (INTIMAIL_IS_GUARD (self), NULL);
  g_return_val_if_fail (address != NULL, NULL);

  if (!intimail_ip_parse (address, strlen (address), &ip))
    return NULL;
  ban = intimail_guard_find_ban (self, &ip, now);

  return ban != NULL ? intimail_ban_copy (ban) : NULL;
}

static int
compare_bans (gconstpointer a, gconstpointer b)
{
  const IntimailBan *one = *(const IntimailBan *const *) a;
  const IntimailBan *other = *(const IntimailBan *const *) b;

  if (one->since != other->since)
    return one->since < other->since ? -1 : 1;

  return memcmp (one->ip.bytes, other->ip.bytes, sizeof one->ip.bytes);
}

/**
 * intimail_guard_list_bans:
 * @self: a guard
 * @now: the time
 *
 * All who are banned, those who are it longest first.
 *
 * Returns: (transfer container) (element-type IntimailBan): the bans
 *
 * Since: 1.0
 */
GPtrArray *
intimail_guard_list_bans (IntimailGuard *self, gint64 now)
{
  g_autoptr (GPtrArray) bans =
      g_ptr_array_new_with_free_func ((GDestroyNotify) intimail_ban_free);
  GHashTableIter iter;
  gpointer value;

  g_return_val_if_fail (INTIMAIL_IS_GUARD (self), NULL);

  g_hash_table_iter_init (&iter, self->bans);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    if (intimail_ban_is_active (value, now))
      g_ptr_array_add (bans, intimail_ban_copy (value));
  g_ptr_array_sort (bans, compare_bans);

  return g_steal_pointer (&bans);
}

static gboolean
is_forgotten (gpointer key, gpointer value, gpointer user_data)
{
  IntimailBan *ban = value;
  gpointer *data = user_data;
  IntimailGuard *self = data[0];
  gint64 now = *(gint64 *) data[1];

  return ban->until != 0 &&
         now - ban->until >= (gint64) ban->count * self->settings.forget;
}

/**
 * intimail_guard_expire:
 * @self: a guard
 * @now: the time
 *
 * Forgets what counts no more: bans that were over long ago, and old sign-ins.
 *
 * Since: 1.0
 */
void
intimail_guard_expire (IntimailGuard *self, gint64 now)
{
  gpointer data[] = { self, &now };

  g_return_if_fail (INTIMAIL_IS_GUARD (self));

  g_hash_table_foreach_remove (self->bans, is_forgotten, data);
  intimail_allow_list_expire (self->allowed, now);
}
