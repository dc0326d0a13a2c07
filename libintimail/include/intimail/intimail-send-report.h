/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#if !defined(INTIMAIL_INSIDE) && !defined(INTIMAIL_COMPILATION)
#error "Only <intimail/intimail.h> can be included directly."
#endif

#include <gio/gio.h>

#include <intimail/intimail-version-macros.h>

G_BEGIN_DECLS

#define INTIMAIL_TYPE_SEND_REPORT (intimail_send_report_get_type ())

INTIMAIL_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (IntimailSendReport, intimail_send_report, INTIMAIL, SEND_REPORT, GObject)

INTIMAIL_AVAILABLE_IN_1_0
const char *const *intimail_send_report_get_recipients (IntimailSendReport *self);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_send_report_get_result (IntimailSendReport *self,
                                          guint recipient,
                                          GError **error);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_send_report_check (IntimailSendReport *self,
                                     GError **error);

G_END_DECLS
