/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "store/intimail-account-private.h"

#include "store/intimail-quota-notice-private.h"
#include "store/intimail-spool-private.h"

static guint
get_level (IntimailAccount *self, const IntimailMaildirsize *value)
{
  guint percentage = intimail_maildirsize_get_percentage (value);
  guint level = 0;

  for (guint i = 0; self->marks != NULL && i < self->marks->len; i++)
    {
      guint mark = g_array_index (self->marks, guint, i);

      if (percentage >= mark)
        level = MAX (level, mark);
    }
  return level;
}

void
intimail_account_note_usage (IntimailAccount *self, const IntimailMaildirsize *value)
{
  guint level;

  if (self->marks == NULL || self->lock_fd < 0)
    return;
  if (value->limit_bytes == 0 && value->limit_messages == 0 && self->warned == 0)
    return;
  level = get_level (self, value);
  intimail_account_refresh_quota_state (self);
  if (level >= self->warned)
    return;
  self->warned = level;
  intimail_account_save_quota_state (self);
}

guint
intimail_account_take_warning (IntimailAccount *self, const IntimailMaildirsize *value)
{
  guint level = get_level (self, value);

  if (level == 0 || self->lock_fd < 0)
    return 0;
  intimail_account_refresh_quota_state (self);
  if (level <= self->warned)
    return 0;
  /* Noted first: a crash rather costs a warning than sends it for ever. */
  self->warned = level;
  return intimail_account_save_quota_state (self) ? level : 0;
}

/* It could not be told: the next delivery tries again. */
static void
forget_warning (IntimailAccount *self, guint mark)
{
  g_mutex_lock (&self->mutex);
  if (self->warned == mark && intimail_account_lock (self, NULL))
    {
      self->warned = 0;
      intimail_account_save_quota_state (self);
      intimail_account_unlock (self);
    }
  g_mutex_unlock (&self->mutex);
}

void
intimail_account_warn (IntimailAccount *self, guint mark, const IntimailMaildirsize *value)
{
  IntimailQuotaNotice notice = { .mark = mark, .value = *value };
  g_autoptr (IntimailAddress) postmaster = NULL;
  g_autoptr (IntimailAddress) person = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) message = NULL;

  g_mutex_lock (&self->mutex);
  if (self->marks == NULL)
    {
      g_mutex_unlock (&self->mutex);
      return;
    }
  notice.french = g_strcmp0 (self->language, "fr") == 0;
  notice.trash_counts = !self->trash_is_free;
  notice.from = postmaster = intimail_address_ref (self->postmaster);
  notice.to = person = intimail_address_ref (self->person);
  g_mutex_unlock (&self->mutex);

  message = intimail_quota_notice_compose (&notice, &error);
  if (message != NULL && intimail_account_deliver_notice (self, message, NULL, &error))
    return;
  g_warning ("%s: the person cannot be told that the mailbox is %u %% full: %s", self->path, mark, error->message);
  forget_warning (self, mark);
}

static gint
compare_marks (gconstpointer a, gconstpointer b)
{
  return (gint) * (const guint *) a - (gint) * (const guint *) b;
}

/**
 * intimail_account_set_quota_warnings:
 * @self: an account
 * @percentages: (array length=n_percentages) (nullable): marks, in per cent of the
 *   quota, from 1 to 100
 * @n_percentages: their number; 0 is no warning
 * @sender: (nullable): who warns: an address such as that of postmaster
 * @recipient: (nullable): the person's address
 *
 * Says when the person is told that the mailbox fills up.
 *
 * The delivery with which the use of bytes or messages reaches a mark is followed by a
 * message from @sender in the inbox, in the account's language. There is one for each
 * mark that is reached, the highest when there are several at once, and no other
 * before the use was below the mark: that is kept in the account, whoever delivers.
 * The message is delivered even where there is no room for it by the quota. Nobody is
 * warned unless this is called. Any thread may call it.
 *
 * Since: 1.0
 */
void
intimail_account_set_quota_warnings (IntimailAccount *self, const guint *percentages, gsize n_percentages, IntimailAddress *sender, IntimailAddress *recipient)
{
  g_return_if_fail (INTIMAIL_IS_ACCOUNT (self));
  g_return_if_fail (percentages != NULL || n_percentages == 0);
  g_return_if_fail (sender != NULL || n_percentages == 0);
  g_return_if_fail (recipient != NULL || n_percentages == 0);
  for (gsize i = 0; i < n_percentages; i++)
    g_return_if_fail (percentages[i] >= 1 && percentages[i] <= 100);

  g_mutex_lock (&self->mutex);
  g_clear_pointer (&self->marks, g_array_unref);
  g_clear_pointer (&self->postmaster, intimail_address_unref);
  g_clear_pointer (&self->person, intimail_address_unref);
  if (n_percentages > 0)
    {
      self->marks = g_array_new (FALSE, FALSE, sizeof (guint));
      g_array_append_vals (self->marks, percentages, (guint) n_percentages);
      g_array_sort (self->marks, compare_marks);
      self->postmaster = intimail_address_ref (sender);
      self->person = intimail_address_ref (recipient);
    }
  g_mutex_unlock (&self->mutex);
}
