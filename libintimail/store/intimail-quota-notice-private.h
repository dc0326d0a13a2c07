/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The message that tells a person that the mailbox fills up.
 */

#pragma once

#include <intimail/intimail-address.h>

#include "store/intimail-maildirsize-private.h"

G_BEGIN_DECLS

typedef struct
{
  guint mark; /* that is reached, in per cent */
  IntimailMaildirsize value;
  gboolean trash_counts;
  gboolean french;
  IntimailAddress *from;
  IntimailAddress *to;
} IntimailQuotaNotice;

GBytes *intimail_quota_notice_compose (const IntimailQuotaNotice *self,
                                       GError **error);

G_END_DECLS
