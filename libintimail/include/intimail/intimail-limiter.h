/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#if !defined(INTIMAIL_INSIDE) && !defined(INTIMAIL_COMPILATION)
#error "Only <intimail/intimail.h> can be included directly."
#endif

#include <gio/gio.h>

#include <intimail/intimail-version-macros.h>

G_BEGIN_DECLS

#define INTIMAIL_TYPE_LIMITER (intimail_limiter_get_type ())

INTIMAIL_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (IntimailLimiter, intimail_limiter, INTIMAIL, LIMITER, GObject)

INTIMAIL_AVAILABLE_IN_1_0
IntimailLimiter *intimail_limiter_new (guint interval);

INTIMAIL_AVAILABLE_IN_1_0
guint intimail_limiter_get_interval (IntimailLimiter *self);

INTIMAIL_AVAILABLE_IN_1_0
guint intimail_limiter_count (IntimailLimiter *self,
                              const char *name,
                              gint64 now);

INTIMAIL_AVAILABLE_IN_1_0
guint intimail_limiter_get_level (IntimailLimiter *self,
                                  const char *name,
                                  gint64 now);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_limiter_take_back (IntimailLimiter *self,
                                 const char *name,
                                 gint64 now);

G_END_DECLS
