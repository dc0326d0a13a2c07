/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#if !defined(INTIMAIL_INSIDE) && !defined(INTIMAIL_COMPILATION)
#error "Only <intimail/intimail.h> can be included directly."
#endif

#include <gio/gio.h>

#include <intimail/intimail-site.h>
#include <intimail/intimail-version-macros.h>

G_BEGIN_DECLS

#define INTIMAIL_TYPE_DELIVERY (intimail_delivery_get_type ())

INTIMAIL_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (IntimailDelivery, intimail_delivery, INTIMAIL, DELIVERY, GObject)

INTIMAIL_AVAILABLE_IN_1_0
IntimailDelivery *intimail_delivery_new (IntimailSite *site,
                                         const char *sender);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_delivery_check_recipient (IntimailSite *site,
                                            const char *sender,
                                            const char *address,
                                            guint64 size,
                                            GCancellable *cancellable,
                                            GError **error);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_delivery_set_origin (IntimailDelivery *self,
                                   const char *protocol,
                                   const char *peer_name);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_delivery_await_confirmation (IntimailDelivery *self);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_delivery_add_recipient (IntimailDelivery *self,
                                          const char *address,
                                          guint64 size,
                                          GCancellable *cancellable,
                                          GError **error);

INTIMAIL_AVAILABLE_IN_1_0
guint intimail_delivery_get_n_recipients (IntimailDelivery *self);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_delivery_write (IntimailDelivery *self,
                                  GBytes *data,
                                  GCancellable *cancellable,
                                  GError **error);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_delivery_finish (IntimailDelivery *self,
                                   GCancellable *cancellable,
                                   GError **error);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_delivery_get_result (IntimailDelivery *self,
                                       guint recipient,
                                       GError **error);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_delivery_confirm (IntimailDelivery *self);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_delivery_leave_list (IntimailSite *site,
                                       const char *list,
                                       const char *member,
                                       const char *token,
                                       GCancellable *cancellable,
                                       GError **error);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_delivery_leave_list_async (IntimailSite *site,
                                         const char *list,
                                         const char *member,
                                         const char *token,
                                         GCancellable *cancellable,
                                         GAsyncReadyCallback callback,
                                         gpointer user_data);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_delivery_leave_list_finish (IntimailSite *site,
                                              GAsyncResult *result,
                                              GError **error);

G_END_DECLS
