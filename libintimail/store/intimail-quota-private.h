/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <intimail/intimail-quota.h>

#include "store/intimail-maildirsize-private.h"

G_BEGIN_DECLS

/* @warning: per cent of a limit; 0 is none. */
IntimailQuota *intimail_quota_new (const IntimailMaildirsize *value,
                                   guint warning);

G_END_DECLS
