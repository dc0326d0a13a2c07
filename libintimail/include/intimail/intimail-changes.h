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
  INTIMAIL_CHANGE_TYPE_EMAIL = 0,
  INTIMAIL_CHANGE_TYPE_MAILBOX = 1,
  INTIMAIL_CHANGE_TYPE_THREAD = 2,
  INTIMAIL_CHANGE_TYPE_EMAIL_DELIVERY = 3,
  INTIMAIL_CHANGE_TYPE_EMAIL_SUBMISSION = 4,
  INTIMAIL_CHANGE_TYPE_IDENTITY = 5,
  INTIMAIL_CHANGE_TYPE_QUOTA = 6,
  INTIMAIL_CHANGE_TYPE_BIG_FILE = 7,
} IntimailChangeType;

#define INTIMAIL_TYPE_CHANGES (intimail_changes_get_type ())

INTIMAIL_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (IntimailChanges, intimail_changes, INTIMAIL, CHANGES, GObject)

INTIMAIL_AVAILABLE_IN_1_0
const char *intimail_changes_get_new_state (IntimailChanges *self);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_changes_has_more (IntimailChanges *self);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_changes_counts_only (IntimailChanges *self);

INTIMAIL_AVAILABLE_IN_1_0
const char *const *intimail_changes_get_created (IntimailChanges *self);

INTIMAIL_AVAILABLE_IN_1_0
const char *const *intimail_changes_get_updated (IntimailChanges *self);

INTIMAIL_AVAILABLE_IN_1_0
const char *const *intimail_changes_get_destroyed (IntimailChanges *self);

G_END_DECLS
