/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#if !defined(INTIMAIL_INSIDE) && !defined(INTIMAIL_COMPILATION)
#error "Only <intimail/intimail.h> can be included directly."
#endif

#include <gio/gio.h>

#include <intimail/intimail-site.h>
#include <intimail/intimail-version-macros.h>

G_BEGIN_DECLS

#define INTIMAIL_TYPE_JMAP (intimail_jmap_get_type ())

INTIMAIL_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (IntimailJmap, intimail_jmap, INTIMAIL, JMAP, GObject)

INTIMAIL_AVAILABLE_IN_1_0
IntimailJmap *intimail_jmap_new (IntimailSite *site,
                                 IntimailPerson *person,
                                 GError **error);

INTIMAIL_AVAILABLE_IN_1_0
IntimailAccount *intimail_jmap_get_account (IntimailJmap *self);

INTIMAIL_AVAILABLE_IN_1_0
const char *intimail_jmap_get_account_id (IntimailJmap *self);

INTIMAIL_AVAILABLE_IN_1_0
GBytes *intimail_jmap_get_session (IntimailJmap *self,
                                   const char *url,
                                   GError **error);

INTIMAIL_AVAILABLE_IN_1_0
GBytes *intimail_jmap_handle (IntimailJmap *self,
                              GBytes *request,
                              guint *status);

INTIMAIL_AVAILABLE_IN_1_0
char *intimail_jmap_get_state_change (IntimailJmap *self,
                                      const char *const *types,
                                      char **event_id,
                                      GError **error);

G_END_DECLS
