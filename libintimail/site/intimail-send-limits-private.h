/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * How much one person may send.
 */

#pragma once

#include "base/intimail-config-private.h"

G_BEGIN_DECLS

/* 0 is no limit. */
typedef struct
{
  guint messages;
  guint recipients;
} IntimailSendLimit;

typedef struct
{
  IntimailSendLimit hour;
  IntimailSendLimit day;
} IntimailSendLimits;

/* The keys hour-messages, hour-recipients, day-messages and day-recipients of the group
 * [transport]. */
gboolean intimail_send_limits_read (IntimailSendLimits *self,
                                    IntimailConfig *config,
                                    GError **error);

G_END_DECLS
