/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#if !defined(INTIMAIL_INSIDE) && !defined(INTIMAIL_COMPILATION)
#error "Only <intimail/intimail.h> can be included directly."
#endif

#include <gio/gio.h>

#include <intimail/intimail-version-macros.h>

G_BEGIN_DECLS

#define INTIMAIL_TYPE_SECOND_FACTOR (intimail_second_factor_get_type ())

INTIMAIL_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (IntimailSecondFactor, intimail_second_factor, INTIMAIL, SECOND_FACTOR, GObject)

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_second_factor_is_enabled (IntimailSecondFactor *self);

INTIMAIL_AVAILABLE_IN_1_0
guint intimail_second_factor_get_n_recovery_codes (IntimailSecondFactor *self);

INTIMAIL_AVAILABLE_IN_1_0
char *intimail_second_factor_generate_secret (void);

INTIMAIL_AVAILABLE_IN_1_0
char *intimail_second_factor_make_uri (const char *secret,
                                       const char *login,
                                       const char *issuer);

G_END_DECLS
