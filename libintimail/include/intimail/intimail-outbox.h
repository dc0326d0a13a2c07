/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#if !defined(INTIMAIL_INSIDE) && !defined(INTIMAIL_COMPILATION)
#error "Only <intimail/intimail.h> can be included directly."
#endif

#include <gio/gio.h>

#include <intimail/intimail-person.h>
#include <intimail/intimail-site.h>
#include <intimail/intimail-version-macros.h>

G_BEGIN_DECLS

#define INTIMAIL_TYPE_OUTBOX (intimail_outbox_get_type ())

INTIMAIL_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (IntimailOutbox, intimail_outbox, INTIMAIL, OUTBOX, GObject)

INTIMAIL_AVAILABLE_IN_1_0
IntimailOutbox *intimail_outbox_new (IntimailSite *site,
                                     IntimailPerson *person);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_outbox_check (IntimailOutbox *self,
                                const char *sender,
                                GBytes *message,
                                GError **error);

INTIMAIL_AVAILABLE_IN_1_0
char *intimail_outbox_send (IntimailOutbox *self,
                            const char *sender,
                            const char *const *recipients,
                            GBytes *message,
                            GCancellable *cancellable,
                            GError **error);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_outbox_send_async (IntimailOutbox *self,
                                 const char *sender,
                                 const char *const *recipients,
                                 GBytes *message,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data);

INTIMAIL_AVAILABLE_IN_1_0
char *intimail_outbox_send_finish (IntimailOutbox *self,
                                   GAsyncResult *result,
                                   GError **error);

G_END_DECLS
