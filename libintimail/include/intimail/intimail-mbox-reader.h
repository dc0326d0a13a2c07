/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#if !defined(INTIMAIL_INSIDE) && !defined(INTIMAIL_COMPILATION)
#error "Only <intimail/intimail.h> can be included directly."
#endif

#include <gio/gio.h>

#include <intimail/intimail-version-macros.h>

G_BEGIN_DECLS

typedef enum
{
  INTIMAIL_MBOX_FORMAT_RD = 0,
  INTIMAIL_MBOX_FORMAT_O = 1,
  INTIMAIL_MBOX_FORMAT_CL = 2,
  INTIMAIL_MBOX_FORMAT_CL2 = 3,
} IntimailMboxFormat;

#define INTIMAIL_TYPE_MBOX_READER (intimail_mbox_reader_get_type ())

INTIMAIL_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (IntimailMboxReader, intimail_mbox_reader, INTIMAIL, MBOX_READER, GObject)

INTIMAIL_AVAILABLE_IN_1_0
IntimailMboxReader *intimail_mbox_reader_new (GBytes *bytes,
                                              IntimailMboxFormat format);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_mbox_reader_is_mbox (GBytes *bytes);

INTIMAIL_AVAILABLE_IN_1_0
IntimailMboxFormat intimail_mbox_reader_detect_format (GBytes *bytes);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_mbox_reader_set_unquote (IntimailMboxReader *self,
                                       gboolean unquote);

INTIMAIL_AVAILABLE_IN_1_0
GBytes *intimail_mbox_reader_next (IntimailMboxReader *self);

INTIMAIL_AVAILABLE_IN_1_0
gint64 intimail_mbox_reader_get_received (IntimailMboxReader *self);

INTIMAIL_AVAILABLE_IN_1_0
const char *const *intimail_mbox_reader_get_keywords (IntimailMboxReader *self);

INTIMAIL_AVAILABLE_IN_1_0
guint64 intimail_mbox_reader_get_offset (IntimailMboxReader *self);

G_END_DECLS
