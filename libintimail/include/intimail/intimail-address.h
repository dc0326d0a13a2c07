/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#if !defined(INTIMAIL_INSIDE) && !defined(INTIMAIL_COMPILATION)
#error "Only <intimail/intimail.h> can be included directly."
#endif

#include <gio/gio.h>

#include <intimail/intimail-version-macros.h>

G_BEGIN_DECLS

#define INTIMAIL_TYPE_ADDRESS (intimail_address_get_type ())

typedef struct _IntimailAddress IntimailAddress;

INTIMAIL_AVAILABLE_IN_1_0
GType intimail_address_get_type (void);

INTIMAIL_AVAILABLE_IN_1_0
IntimailAddress *intimail_address_new (const char *name,
                                       const char *local_part,
                                       const char *domain,
                                       GError **error);

INTIMAIL_AVAILABLE_IN_1_0
IntimailAddress *intimail_address_parse (const char *text,
                                         GError **error);

INTIMAIL_AVAILABLE_IN_1_0
GPtrArray *intimail_address_parse_list (const char *text,
                                        GError **error);

INTIMAIL_AVAILABLE_IN_1_0
char *intimail_address_list_to_string (GPtrArray *addresses);

INTIMAIL_AVAILABLE_IN_1_0
IntimailAddress *intimail_address_ref (IntimailAddress *self);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_address_unref (IntimailAddress *self);

INTIMAIL_AVAILABLE_IN_1_0
const char *intimail_address_get_name (IntimailAddress *self);

INTIMAIL_AVAILABLE_IN_1_0
const char *intimail_address_get_local_part (IntimailAddress *self);

INTIMAIL_AVAILABLE_IN_1_0
const char *intimail_address_get_domain (IntimailAddress *self);

INTIMAIL_AVAILABLE_IN_1_0
const char *intimail_address_get_email (IntimailAddress *self);

INTIMAIL_AVAILABLE_IN_1_0
char *intimail_address_to_string (IntimailAddress *self);

INTIMAIL_AVAILABLE_IN_1_0
char *intimail_address_get_key (IntimailAddress *self);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_address_equal (IntimailAddress *self,
                                 IntimailAddress *other);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IntimailAddress, intimail_address_unref)

G_END_DECLS
