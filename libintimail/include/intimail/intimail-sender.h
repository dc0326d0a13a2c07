/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#if !defined(INTIMAIL_INSIDE) && !defined(INTIMAIL_COMPILATION)
#error "Only <intimail/intimail.h> can be included directly."
#endif

#include <gio/gio.h>

#include <intimail/intimail-site.h>
#include <intimail/intimail-version-macros.h>

G_BEGIN_DECLS

#define INTIMAIL_TYPE_SENDER (intimail_sender_get_type ())

INTIMAIL_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (IntimailSender, intimail_sender, INTIMAIL, SENDER, GObject)

INTIMAIL_AVAILABLE_IN_1_0
IntimailSender *intimail_sender_new (IntimailSite *site);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_sender_run (IntimailSender *self,
                              gint64 now,
                              gint64 *next,
                              GCancellable *cancellable,
                              GError **error);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_sender_start (IntimailSender *self,
                                GError **error);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_sender_stop (IntimailSender *self);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_sender_is_busy (IntimailSender *self);

G_END_DECLS
