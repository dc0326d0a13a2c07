/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#if !defined(INTIMAIL_INSIDE) && !defined(INTIMAIL_COMPILATION)
#error "Only <intimail/intimail.h> can be included directly."
#endif

#include <gio/gio.h>

#include <intimail/intimail-version-macros.h>

G_BEGIN_DECLS

#define INTIMAIL_TYPE_QUOTA (intimail_quota_get_type ())

typedef struct _IntimailQuota IntimailQuota;

INTIMAIL_AVAILABLE_IN_1_0
GType intimail_quota_get_type (void);

INTIMAIL_AVAILABLE_IN_1_0
IntimailQuota *intimail_quota_copy (IntimailQuota *self);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_quota_free (IntimailQuota *self);

INTIMAIL_AVAILABLE_IN_1_0
guint64 intimail_quota_get_used_bytes (IntimailQuota *self);

INTIMAIL_AVAILABLE_IN_1_0
guint64 intimail_quota_get_big_bytes (IntimailQuota *self);

INTIMAIL_AVAILABLE_IN_1_0
guint64 intimail_quota_get_used_messages (IntimailQuota *self);

INTIMAIL_AVAILABLE_IN_1_0
guint64 intimail_quota_get_limit_bytes (IntimailQuota *self);

INTIMAIL_AVAILABLE_IN_1_0
guint64 intimail_quota_get_limit_messages (IntimailQuota *self);

INTIMAIL_AVAILABLE_IN_1_0
guint intimail_quota_get_warning (IntimailQuota *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IntimailQuota, intimail_quota_free)

G_END_DECLS
