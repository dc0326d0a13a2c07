/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <intimail/intimail-mailbox.h>

#include "store/intimail-table-private.h"

G_BEGIN_DECLS

IntimailMailbox *intimail_mailbox_new (const char *id,
                                       const char *parent_id,
                                       const char *name,
                                       const char *path,
                                       IntimailMailboxRole role,
                                       guint sort_order,
                                       gboolean subscribed,
                                       const IntimailCounts *counts);

G_END_DECLS
