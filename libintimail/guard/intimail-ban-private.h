/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <intimail/intimail-ban.h>

#include "guard/intimail-ip-private.h"

G_BEGIN_DECLS

struct _IntimailBan
{
  IntimailIp ip;
  gint64 since;
  gint64 until; /* 0: for ever */
  guint count;
  char *reason;
  char address[INTIMAIL_IP_TEXT]; /* filled when it is asked for */
};

IntimailBan *intimail_ban_new (const IntimailIp *ip, gint64 since, gint64 until, guint count, const char *reason);

/* A ban that is over is kept for a while, so that the next is longer. */
gboolean intimail_ban_is_active (const IntimailBan *self, gint64 now);

G_END_DECLS
