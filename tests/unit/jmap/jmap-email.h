/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Mails that came at a known time: those of one second have no order.
 */

#pragma once

#include "jmap-site.h"

static inline void
jmap_email_deliver_at (JmapSite *site, const char *mailbox, const char *name, const char *keyword, gint64 received, const char *message)
{
  const char *const keywords[] = { keyword, NULL };
  g_autoptr (GBytes) bytes = g_bytes_new (message, strlen (message));
  g_autoptr (GError) error = NULL;
  g_autofree char *id = intimail_account_deliver (jmap_site_get_account (site), bytes, g_hash_table_lookup (site->names, mailbox), keywords, received, NULL, &error);

  g_assert_no_error (error);
  jmap_site_set_name (site, name, id);
}
