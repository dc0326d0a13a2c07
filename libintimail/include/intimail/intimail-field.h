/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#if !defined(INTIMAIL_INSIDE) && !defined(INTIMAIL_COMPILATION)
#error "Only <intimail/intimail.h> can be included directly."
#endif

#include <gio/gio.h>

#include <intimail/intimail-version-macros.h>

G_BEGIN_DECLS

#define INTIMAIL_TYPE_FIELD (intimail_field_get_type ())

typedef struct _IntimailField IntimailField;

INTIMAIL_AVAILABLE_IN_1_0
GType intimail_field_get_type (void);

INTIMAIL_AVAILABLE_IN_1_0
IntimailField *intimail_field_ref (IntimailField *self);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_field_unref (IntimailField *self);

INTIMAIL_AVAILABLE_IN_1_0
const char *intimail_field_get_name (IntimailField *self);

INTIMAIL_AVAILABLE_IN_1_0
GBytes *intimail_field_get_bytes (IntimailField *self);

INTIMAIL_AVAILABLE_IN_1_0
char *intimail_field_get_raw (IntimailField *self);

INTIMAIL_AVAILABLE_IN_1_0
char *intimail_field_get_text (IntimailField *self);

INTIMAIL_AVAILABLE_IN_1_0
GPtrArray *intimail_field_get_addresses (IntimailField *self);

INTIMAIL_AVAILABLE_IN_1_0
char **intimail_field_get_message_ids (IntimailField *self);

INTIMAIL_AVAILABLE_IN_1_0
GDateTime *intimail_field_get_date (IntimailField *self);

INTIMAIL_AVAILABLE_IN_1_0
char **intimail_field_get_urls (IntimailField *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IntimailField, intimail_field_unref)

G_END_DECLS
