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
  INTIMAIL_TRANSFER_FORMAT_AUTO = 0,
  INTIMAIL_TRANSFER_FORMAT_MBOXRD = 1,
  INTIMAIL_TRANSFER_FORMAT_MBOXO = 2,
  INTIMAIL_TRANSFER_FORMAT_MBOXCL = 3,
  INTIMAIL_TRANSFER_FORMAT_MBOXCL2 = 4,
  INTIMAIL_TRANSFER_FORMAT_MAILDIR = 5,
  INTIMAIL_TRANSFER_FORMAT_EML = 6,
} IntimailTransferFormat;

#define INTIMAIL_TYPE_TRANSFER_COUNT (intimail_transfer_count_get_type ())

INTIMAIL_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (IntimailTransferCount, intimail_transfer_count, INTIMAIL, TRANSFER_COUNT, GObject)

INTIMAIL_AVAILABLE_IN_1_0
const char *intimail_transfer_count_get_mailbox (IntimailTransferCount *self);

INTIMAIL_AVAILABLE_IN_1_0
guint64 intimail_transfer_count_get_n_messages (IntimailTransferCount *self);

INTIMAIL_AVAILABLE_IN_1_0
guint64 intimail_transfer_count_get_n_skipped (IntimailTransferCount *self);

INTIMAIL_AVAILABLE_IN_1_0
guint64 intimail_transfer_count_get_n_failed (IntimailTransferCount *self);

G_END_DECLS
