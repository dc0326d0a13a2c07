/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#if !defined(INTIMAIL_INSIDE) && !defined(INTIMAIL_COMPILATION)
#error "Only <intimail/intimail.h> can be included directly."
#endif

#include <gio/gio.h>

#include <intimail/intimail-version-macros.h>

G_BEGIN_DECLS

#define INTIMAIL_TYPE_UPLOAD (intimail_upload_get_type ())

INTIMAIL_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (IntimailUpload, intimail_upload, INTIMAIL, UPLOAD, GObject)

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_upload_write (IntimailUpload *self,
                                GBytes *data,
                                GError **error);

INTIMAIL_AVAILABLE_IN_1_0
char *intimail_upload_finish (IntimailUpload *self,
                              GError **error);

INTIMAIL_AVAILABLE_IN_1_0
guint64 intimail_upload_get_size (IntimailUpload *self);

G_END_DECLS
