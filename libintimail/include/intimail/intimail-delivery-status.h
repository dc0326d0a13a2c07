/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#if !defined(INTIMAIL_INSIDE) && !defined(INTIMAIL_COMPILATION)
#error "Only <intimail/intimail.h> can be included directly."
#endif

#include <gio/gio.h>

#include <intimail/intimail-message.h>
#include <intimail/intimail-version-macros.h>

G_BEGIN_DECLS

typedef enum
{
  INTIMAIL_DELIVERY_ACTION_UNKNOWN = 0,
  INTIMAIL_DELIVERY_ACTION_FAILED = 1,
  INTIMAIL_DELIVERY_ACTION_DELAYED = 2,
  INTIMAIL_DELIVERY_ACTION_DELIVERED = 3,
  INTIMAIL_DELIVERY_ACTION_RELAYED = 4,
  INTIMAIL_DELIVERY_ACTION_EXPANDED = 5,
} IntimailDeliveryAction;

#define INTIMAIL_TYPE_DELIVERY_STATUS (intimail_delivery_status_get_type ())

INTIMAIL_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (IntimailDeliveryStatus, intimail_delivery_status, INTIMAIL, DELIVERY_STATUS, GObject)

INTIMAIL_AVAILABLE_IN_1_0
IntimailDeliveryStatus *intimail_delivery_status_read (IntimailMessage *message);

INTIMAIL_AVAILABLE_IN_1_0
const char *intimail_delivery_status_get_reporter (IntimailDeliveryStatus *self);

INTIMAIL_AVAILABLE_IN_1_0
const char *intimail_delivery_status_get_message_id (IntimailDeliveryStatus *self);

INTIMAIL_AVAILABLE_IN_1_0
guint intimail_delivery_status_get_n_recipients (IntimailDeliveryStatus *self);

INTIMAIL_AVAILABLE_IN_1_0
const char *intimail_delivery_status_get_recipient (IntimailDeliveryStatus *self,
                                                    guint recipient);

INTIMAIL_AVAILABLE_IN_1_0
IntimailDeliveryAction intimail_delivery_status_get_action (IntimailDeliveryStatus *self,
                                                            guint recipient);

INTIMAIL_AVAILABLE_IN_1_0
const char *intimail_delivery_status_get_status (IntimailDeliveryStatus *self,
                                                 guint recipient);

INTIMAIL_AVAILABLE_IN_1_0
const char *intimail_delivery_status_get_diagnostic (IntimailDeliveryStatus *self,
                                                     guint recipient);

INTIMAIL_AVAILABLE_IN_1_0
const char *intimail_delivery_status_get_remote (IntimailDeliveryStatus *self,
                                                 guint recipient);

INTIMAIL_AVAILABLE_IN_1_0
const char *intimail_delivery_status_explain (IntimailDeliveryStatus *self,
                                              guint recipient,
                                              const char *language);

G_END_DECLS
