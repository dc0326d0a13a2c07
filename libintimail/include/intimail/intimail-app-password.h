/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#if !defined(INTIMAIL_INSIDE) && !defined(INTIMAIL_COMPILATION)
#error "Only <intimail/intimail.h> can be included directly."
#endif

#include <gio/gio.h>

#include <intimail/intimail-version-macros.h>

G_BEGIN_DECLS

#define INTIMAIL_TYPE_APP_PASSWORD (intimail_app_password_get_type ())

INTIMAIL_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (IntimailAppPassword, intimail_app_password, INTIMAIL, APP_PASSWORD, GObject)

INTIMAIL_AVAILABLE_IN_1_0
const char *intimail_app_password_get_id (IntimailAppPassword *self);

INTIMAIL_AVAILABLE_IN_1_0
const char *intimail_app_password_get_name (IntimailAppPassword *self);

INTIMAIL_AVAILABLE_IN_1_0
gint64 intimail_app_password_get_created (IntimailAppPassword *self);

INTIMAIL_AVAILABLE_IN_1_0
gint64 intimail_app_password_get_last_use (IntimailAppPassword *self);

G_END_DECLS
