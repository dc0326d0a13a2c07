/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#if !defined(INTIMAIL_INSIDE) && !defined(INTIMAIL_COMPILATION)
#error "Only <intimail/intimail.h> can be included directly."
#endif

#include <gio/gio.h>

#include <intimail/intimail-version-macros.h>

G_BEGIN_DECLS

#define INTIMAIL_TYPE_VACATION (intimail_vacation_get_type ())

INTIMAIL_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (IntimailVacation, intimail_vacation, INTIMAIL, VACATION, GObject)

INTIMAIL_AVAILABLE_IN_1_0
IntimailVacation *intimail_vacation_new (void);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_vacation_get_enabled (IntimailVacation *self);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_vacation_set_enabled (IntimailVacation *self,
                                    gboolean enabled);

INTIMAIL_AVAILABLE_IN_1_0
gint64 intimail_vacation_get_start (IntimailVacation *self);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_vacation_set_start (IntimailVacation *self,
                                  gint64 start);

INTIMAIL_AVAILABLE_IN_1_0
gint64 intimail_vacation_get_end (IntimailVacation *self);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_vacation_set_end (IntimailVacation *self,
                                gint64 end);

INTIMAIL_AVAILABLE_IN_1_0
const char *intimail_vacation_get_subject (IntimailVacation *self);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_vacation_set_subject (IntimailVacation *self,
                                    const char *subject);

INTIMAIL_AVAILABLE_IN_1_0
const char *intimail_vacation_get_text (IntimailVacation *self);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_vacation_set_text (IntimailVacation *self,
                                 const char *text);

INTIMAIL_AVAILABLE_IN_1_0
const char *intimail_vacation_get_html (IntimailVacation *self);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_vacation_set_html (IntimailVacation *self,
                                 const char *html);

INTIMAIL_AVAILABLE_IN_1_0
guint intimail_vacation_get_days (IntimailVacation *self);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_vacation_set_days (IntimailVacation *self,
                                 guint days);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_vacation_is_active (IntimailVacation *self,
                                      gint64 now);

G_END_DECLS
