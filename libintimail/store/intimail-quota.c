/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "store/intimail-quota-private.h"

/**
 * IntimailQuota:
 *
 * How much room an account has and uses, as it was when it was asked for.
 *
 * The figures are those of the file `maildirsize` of Maildir++, and what big files take
 * besides. A message in two mailboxes counts twice, as there.
 *
 * Since: 1.0
 */
struct _IntimailQuota
{
  guint64 used_bytes;
  guint64 used_messages;
  guint64 big_bytes;
  guint64 limit_bytes;
  guint64 limit_messages;
  guint warning;
};

G_DEFINE_BOXED_TYPE (IntimailQuota, intimail_quota, intimail_quota_copy, intimail_quota_free)

IntimailQuota *
intimail_quota_new (const IntimailMaildirsize *value, guint warning)
{
  IntimailQuota *self = g_new0 (IntimailQuota, 1);

  self->used_bytes = value->used_bytes + value->big_bytes;
  self->big_bytes = value->big_bytes;
  self->used_messages = value->used_messages;
  self->limit_bytes = value->limit_bytes;
  self->limit_messages = value->limit_messages;
  self->warning = warning;
  return self;
}

/**
 * intimail_quota_copy:
 * @self: a quota
 *
 * Copies a quota.
 *
 * Returns: (transfer full): the copy
 *
 * Since: 1.0
 */
IntimailQuota *
intimail_quota_copy (IntimailQuota *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return g_memdup2 (self, sizeof *self);
}

/**
 * intimail_quota_free:
 * @self: (transfer full): a quota
 *
 * Frees a quota.
 *
 * Since: 1.0
 */
void
intimail_quota_free (IntimailQuota *self)
{
  g_free (self);
}

/**
 * intimail_quota_get_used_bytes:
 * @self: a quota
 *
 * Gets the bytes of all messages of the account, and of its big files.
 *
 * Returns: bytes
 *
 * Since: 1.0
 */
guint64
intimail_quota_get_used_bytes (IntimailQuota *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->used_bytes;
}

/**
 * intimail_quota_get_big_bytes:
 * @self: a quota
 *
 * Gets the bytes of the account's big files: what of the bytes used is not mail.
 *
 * Returns: bytes
 *
 * Since: 1.0
 */
guint64
intimail_quota_get_big_bytes (IntimailQuota *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->big_bytes;
}

/**
 * intimail_quota_get_used_messages:
 * @self: a quota
 *
 * Gets the number of messages of the account.
 *
 * Returns: messages
 *
 * Since: 1.0
 */
guint64
intimail_quota_get_used_messages (IntimailQuota *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->used_messages;
}

/**
 * intimail_quota_get_limit_bytes:
 * @self: a quota
 *
 * Gets the bytes that the account may hold.
 *
 * Returns: bytes; 0 is no limit
 *
 * Since: 1.0
 */
guint64
intimail_quota_get_limit_bytes (IntimailQuota *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->limit_bytes;
}

/**
 * intimail_quota_get_limit_messages:
 * @self: a quota
 *
 * Gets the number of messages that the account may hold.
 *
 * Returns: messages; 0 is no limit
 *
 * Since: 1.0
 */
guint64
intimail_quota_get_limit_messages (IntimailQuota *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->limit_messages;
}

/**
 * intimail_quota_get_warning:
 * @self: a quota
 *
 * Gets the part of a limit at which the person is warned first: see
 * [method@Intimail.Account.set_quota_warnings].
 *
 * Returns: per cent of the limit, 1 to 100; 0 when nobody is warned
 *
 * Since: 1.0
 */
guint
intimail_quota_get_warning (IntimailQuota *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->warning;
}
