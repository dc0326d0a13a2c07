/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#if !defined(INTIMAIL_INSIDE) && !defined(INTIMAIL_COMPILATION)
#error "Only <intimail/intimail.h> can be included directly."
#endif

#include <gio/gio.h>

#include <intimail/intimail-site.h>
#include <intimail/intimail-version-macros.h>

G_BEGIN_DECLS

#define INTIMAIL_TYPE_TRANSPORT (intimail_transport_get_type ())

INTIMAIL_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (IntimailTransport, intimail_transport, INTIMAIL, TRANSPORT, GObject)

INTIMAIL_AVAILABLE_IN_1_0
IntimailTransport *intimail_transport_new (IntimailSite *site);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_transport_send (IntimailTransport *self,
                                  const char *sender,
                                  const char *const *recipients,
                                  GBytes *message,
                                  GCancellable *cancellable,
                                  GError **error);

G_END_DECLS
