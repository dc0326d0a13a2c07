/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "guard/intimail-ban-private.h"

/**
 * IntimailBan:
 *
 * An address or a network that may use no service, since when, until when, and
 * why.
 *
 * It is a copy of what [class@Intimail.Guard] knew when it was asked. One
 * thread at a time may use it.
 *
 * Since: 1.0
 */
G_DEFINE_BOXED_TYPE (IntimailBan, intimail_ban, intimail_ban_copy, intimail_ban_free)

IntimailBan *
intimail_ban_new (const IntimailIp *ip, gint64 since, gint64 until, guint count, const char *reason)
{
  IntimailBan *self = g_new0 (IntimailBan, 1);

  self->ip = *ip;
  self->since = since;
  self->until = until;
  self->count = count;
  self->reason = g_strdup (reason);

  return self;
}

gboolean
intimail_ban_is_active (const IntimailBan *self, gint64 now)
{
  return self->until == 0 || self->until > now;
}

/**
 * intimail_ban_copy:
 * @self: a ban
 *
 * Makes a copy.
 *
 * Returns: (transfer full): a copy of @self
 *
 * Since: 1.0
 */
IntimailBan *
intimail_ban_copy (IntimailBan *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return intimail_ban_new (&self->ip, self->since, self->until, self->count,
                           self->reason);
}

/**
 * intimail_ban_free:
 * @self: (transfer full): a ban
 *
 * Frees it; nobody is set free.
 *
 * Since: 1.0
 */
void
intimail_ban_free (IntimailBan *self)
{
  g_return_if_fail (self != NULL);

  g_free (self->reason);
  g_free (self);
}

/**
 * intimail_ban_get_address:
 * @self: a ban
 *
 * Who is banned.
 *
 * Returns: an address, or a network as "192.0.2.0/24"
 *
 * Since: 1.0
 */
const char *
intimail_ban_get_address (IntimailBan *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return intimail_ip_format (&self->ip, self->address);
}

/**
 * intimail_ban_get_since:
 * @self: a ban
 *
 * When it began.
 *
 * Returns: seconds since 1970
 *
 * Since: 1.0
 */
gint64
intimail_ban_get_since (IntimailBan *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->since;
}

/**
 * intimail_ban_get_until:
 * @self: a ban
 *
 * When it ends.
 *
 * Returns: seconds since 1970, 0 when it does not
 *
 * Since: 1.0
 */
gint64
intimail_ban_get_until (IntimailBan *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->until;
}

/**
 * intimail_ban_get_count:
 * @self: a ban
 *
 * How many bans of this address there were lately, with this one.
 *
 * Returns: a number, at least 1
 *
 * Since: 1.0
 */
guint
intimail_ban_get_count (IntimailBan *self)
{
  g_return_val_if_fail (self != NULL, 1);

  return self->count;
}

/**
 * intimail_ban_get_reason:
 * @self: a ban
 *
 * Why.
 *
 * Returns: a few words
 *
 * Since: 1.0
 */
const char *
intimail_ban_get_reason (IntimailBan *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->reason;
}
