/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <intimail/intimail-quota.h>

#include "store/intimail-maildirsize-private.h"

G_BEGIN_DECLS

IntimailQuota *intimail_quota_new (const IntimailMaildirsize *value);

G_END_DECLS
