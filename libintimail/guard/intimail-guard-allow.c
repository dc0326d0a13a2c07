/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include <intimail/intimail-error.h>

#include "guard/intimail-guard-private.h"

static gboolean
is_inside (gpointer key, gpointer value, gpointer user_data)
{
  return intimail_ip_contains (user_data, key);
}

/**
 * intimail_guard_allow:
 * @self: a guard
 * @address: an address or a network
 * @reason: why
 * @error: return location for an error
 *
 * Says that @address is never banned, and ends the bans of what is inside.
 *
 * Fails with %INTIMAIL_ERROR_INVALID_ARGUMENT when @address is none.
 *
 * Returns: %TRUE on success
 *
 * Since: 1.0
 */
gboolean
intimail_guard_allow (IntimailGuard *self, const char *address, const char *reason, GError **error)
{
  IntimailIp ip;

  g_return_val_if_fail (INTIMAIL_IS_GUARD (self), FALSE);
  g_return_val_if_fail (address != NULL && reason != NULL, FALSE);

  if (!intimail_guard_parse_address (address, &ip, error))
    return FALSE;
  intimail_allow_list_remove (self->allowed, &ip);
  intimail_allow_list_add (self->allowed, &ip, NULL, TRUE, reason);
  g_hash_table_foreach_remove (self->bans, is_inside, &ip);

  return TRUE;
}

/**
 * intimail_guard_disallow:
 * @self: a guard
 * @address: an address or a network, as it was allowed
 * @error: return location for an error
 *
 * Takes back [method@Intimail.Guard.allow], and what a sign-in allowed. What
 * guard.conf allows, and this machine, stay.
 *
 * Fails with %INTIMAIL_ERROR_INVALID_ARGUMENT when @address is none, and with
 * %INTIMAIL_ERROR_NOT_FOUND when it was not allowed so.
 *
 * Returns: %TRUE on success
 *
 * Since: 1.0
 */
gboolean
intimail_guard_disallow (IntimailGuard *self, const char *address, GError **error)
{
  IntimailIp ip;

  g_return_val_if_fail (INTIMAIL_IS_GUARD (self), FALSE);
  g_return_val_if_fail (address != NULL, FALSE);

  if (!intimail_guard_parse_address (address, &ip, error))
    return FALSE;
  if (intimail_allow_list_remove (self->allowed, &ip))
    return TRUE;
  g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND,
               "%s was not allowed by command", address);

  return FALSE;
}

/**
 * intimail_guard_get_allowance:
 * @self: a guard
 * @address: an address
 * @now: the time
 *
 * Why @address is never banned.
 *
 * Returns: (transfer full) (nullable): a few words, %NULL when it may be banned
 *
 * Since: 1.0
 */
char *
intimail_guard_get_allowance (IntimailGuard *self, const char *address, gint64 now)
{
  IntimailIp ip;

  g_return_val_if_fail (INTIMAIL_IS_GUARD (self), NULL);
  g_return_val_if_fail (address != NULL, NULL);

  if (!intimail_ip_parse (address, strlen (address), &ip))
    return NULL;

  return intimail_allow_list_lookup (self->allowed, &ip, now);
}

/**
 * intimail_guard_list_allowed:
 * @self: a guard
 * @now: the time
 *
 * Who is never banned: each is an address or a network, a blank, and why.
 *
 * Returns: (transfer full) (array zero-terminated=1): the list
 *
 * Since: 1.0
 */
char **
intimail_guard_list_allowed (IntimailGuard *self, gint64 now)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  GArray *allowances;
  GHashTableIter iter;
  gpointer key;
  gpointer value;
  char text[INTIMAIL_IP_TEXT];

  g_return_val_if_fail (INTIMAIL_IS_GUARD (self), NULL);

  allowances = intimail_allow_list_get (self->allowed);
  for (guint i = 0; i < allowances->len; i++)
    {
      const IntimailAllowance *allowance =
          &g_array_index (allowances, IntimailAllowance, i);
      g_autofree char *line = g_strconcat (
          intimail_ip_format (&allowance->ip, text), " ", allowance->reason, NULL);

      g_strv_builder_add (builder, line);
    }
  g_hash_table_iter_init (&iter,
                          intimail_allow_list_get_signed_in (self->allowed));
  while (g_hash_table_iter_next (&iter, &key, &value))
    if (*(gint64 *) value > now)
      {
        g_autofree char *line =
            g_strconcat (intimail_ip_format (key, text),
                         " somebody of the house signed in from it lately", NULL);

        g_strv_builder_add (builder, line);
      }

  return g_strv_builder_end (builder);
}

/**
 * intimail_guard_set_name:
 * @self: a guard
 * @name: a name of [method@Intimail.Guard.list_names]
 * @addresses: (array zero-terminated=1): the addresses that it has now
 *
 * Allows the addresses of a name in place of those that it had.
 *
 * Since: 1.0
 */
void
intimail_guard_set_name (IntimailGuard *self, const char *name, const char *const *addresses)
{
  g_autofree char *reason = NULL;

  g_return_if_fail (INTIMAIL_IS_GUARD (self));
  g_return_if_fail (name != NULL && addresses != NULL);

  reason = g_strdup_printf ("guard.conf allows %s", name);
  intimail_allow_list_remove_name (self->allowed, name);
  for (; *addresses != NULL; addresses++)
    {
      IntimailIp ip;

      if (!intimail_ip_parse (*addresses, strlen (*addresses), &ip))
        continue;
      intimail_allow_list_add (self->allowed, &ip, name, FALSE, reason);
      g_hash_table_foreach_remove (self->bans, is_inside, &ip);
    }
}

static void
append_time (GString *text, gint64 time)
{
  g_autoptr (GDateTime) date = g_date_time_new_from_unix_local (time);
  g_autofree char *formatted =
      date != NULL ? g_date_time_format (date, "%Y-%m-%d %H:%M:%S") : NULL;

  g_string_append (text, formatted != NULL ? formatted : "?");
}

static void
explain_ban (IntimailGuard *self, GString *text, const IntimailIp *ip, gint64 now)
{
  static const guint8 bits[] = { INTIMAIL_IP_BITS, INTIMAIL_GUARD_V4_NETWORK,
                                 INTIMAIL_GUARD_V6_NETWORK };
  char buffer[INTIMAIL_IP_TEXT];

  for (gsize i = 0; i < G_N_ELEMENTS (bits); i++)
    {
      IntimailIp network = intimail_ip_network (ip, MIN (bits[i], ip->bits));
      IntimailBan *ban = network.bits == bits[i] || i == 0
                             ? g_hash_table_lookup (self->bans, &network)
                             : NULL;

      if (ban == NULL)
        continue;
      g_string_append_printf (text, "%s %s banned since ",
                              intimail_ip_format (&network, buffer),
                              intimail_ban_is_active (ban, now) ? "is" : "was");
      append_time (text, ban->since);
      g_string_append (text, ban->until != 0 ? ", until " : ", for ever");
      if (ban->until != 0)
        append_time (text, ban->until);
      g_string_append_printf (text, ", time %u: %s\n", ban->count, ban->reason);
    }
}

static void
explain_events (IntimailGuard *self, GString *text, const IntimailIp *ip)
{
  for (guint i = 0; i < INTIMAIL_GUARD_MEMORY; i++)
    {
      const IntimailGuardMemory *memory =
          &self->memory[(self->next_memory + i) % INTIMAIL_GUARD_MEMORY];

      if (memory->ip.bits == 0 || !intimail_ip_contains (ip, &memory->ip))
        continue;
      append_time (text, INTIMAIL_GUARD_TIME_BASE + memory->time);
      g_string_append_printf (text, " %s %s", memory->service,
                              intimail_guard_kind_to_string (memory->kind));
      if (memory->account[0] != '\0')
        {
          g_autofree char *valid = g_utf8_make_valid (memory->account, -1);
          g_autofree char *account = g_strescape (valid, NULL);

          g_string_append_printf (text, " \"%s\"", account);
        }
      g_string_append_printf (text, ": %.4g points\n", (double) memory->parts / INTIMAIL_TRACK_POINT);
    }
}

/**
 * intimail_guard_explain:
 * @self: a guard
 * @address: an address or a network
 * @now: the time
 * @error: return location for an error
 *
 * Tells line by line what is known of an address: whether it is allowed or
 * banned, what it did of what is remembered (4096 events), and what it has on
 * its account.
 *
 * Fails with %INTIMAIL_ERROR_INVALID_ARGUMENT when @address is none.
 *
 * Returns: (transfer full): some lines
 *
 * Since: 1.0
 */
char *
intimail_guard_explain (IntimailGuard *self, const char *address, gint64 now, GError **error)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *allowance = NULL;
  IntimailTrack *track;
  IntimailIp ip;

  g_return_val_if_fail (INTIMAIL_IS_GUARD (self), NULL);
  g_return_val_if_fail (address != NULL, NULL);

  if (!intimail_guard_parse_address (address, &ip, error))
    return NULL;
  allowance = intimail_allow_list_lookup (self->allowed, &ip, now);
  if (allowance != NULL)
    g_string_append_printf (text, "%s is never banned: %s\n", address,
                            allowance);
  explain_ban (self, text, &ip, now);
  explain_events (self, text, &ip);
  track = intimail_track_table_lookup (self->tracks, &ip);
  if (track != NULL)
    {
      guint32 time = intimail_guard_get_time (now);

      g_string_append_printf (
          text, "%s has %.4g of %u points in %u s, %.4g of %u in a day\n",
          address,
          intimail_track_window_get (&track->fast, track->time, time,
                                     self->settings.window),
          self->settings.limit, self->settings.window,
          intimail_track_window_get (&track->slow, track->time, time, 86400),
          self->settings.day_limit);
    }
  if (text->len == 0)
    g_string_append_printf (text, "nothing is known of %s\n", address);

  return g_string_free (g_steal_pointer (&text), FALSE);
}
