/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#if !defined(INTIMAIL_INSIDE) && !defined(INTIMAIL_COMPILATION)
#error "Only <intimail/intimail.h> can be included directly."
#endif

#include <gio/gio.h>

#include <intimail/intimail-send-report.h>
#include <intimail/intimail-site.h>
#include <intimail/intimail-version-macros.h>

G_BEGIN_DECLS

typedef enum /*< flags >*/
{
  INTIMAIL_SEND_FLAGS_NONE = 0,
  INTIMAIL_SEND_FLAGS_LEAVE_OUT_REFUSED = 1 << 0,
} IntimailSendFlags;

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

INTIMAIL_AVAILABLE_IN_1_0
IntimailSendReport *intimail_transport_send_each (IntimailTransport *self,
                                                  const char *sender,
                                                  const char *const *recipients,
                                                  GBytes *message,
                                                  IntimailSendFlags flags,
                                                  GCancellable *cancellable);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_transport_send_each_async (IntimailTransport *self,
                                         const char *sender,
                                         const char *const *recipients,
                                         GBytes *message,
                                         IntimailSendFlags flags,
                                         GCancellable *cancellable,
                                         GAsyncReadyCallback callback,
                                         gpointer user_data);

INTIMAIL_AVAILABLE_IN_1_0
IntimailSendReport *intimail_transport_send_each_finish (IntimailTransport *self,
                                                         GAsyncResult *result,
                                                         GError **error);

G_END_DECLS
