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
  INTIMAIL_MAILBOX_ROLE_NONE = 0,
  INTIMAIL_MAILBOX_ROLE_INBOX = 1,
  INTIMAIL_MAILBOX_ROLE_DRAFTS = 2,
  INTIMAIL_MAILBOX_ROLE_SENT = 3,
  INTIMAIL_MAILBOX_ROLE_ARCHIVE = 4,
  INTIMAIL_MAILBOX_ROLE_JUNK = 5,
  INTIMAIL_MAILBOX_ROLE_TRASH = 6,
} IntimailMailboxRole;

INTIMAIL_AVAILABLE_IN_1_0
char **intimail_mailbox_role_list_names (IntimailMailboxRole role);

#define INTIMAIL_TYPE_MAILBOX (intimail_mailbox_get_type ())

INTIMAIL_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (IntimailMailbox, intimail_mailbox, INTIMAIL, MAILBOX, GObject)

INTIMAIL_AVAILABLE_IN_1_0
const char *intimail_mailbox_get_id (IntimailMailbox *self);

INTIMAIL_AVAILABLE_IN_1_0
const char *intimail_mailbox_get_parent_id (IntimailMailbox *self);

INTIMAIL_AVAILABLE_IN_1_0
const char *intimail_mailbox_get_name (IntimailMailbox *self);

INTIMAIL_AVAILABLE_IN_1_0
const char *intimail_mailbox_get_path (IntimailMailbox *self);

INTIMAIL_AVAILABLE_IN_1_0
IntimailMailboxRole intimail_mailbox_get_role (IntimailMailbox *self);

INTIMAIL_AVAILABLE_IN_1_0
guint intimail_mailbox_get_sort_order (IntimailMailbox *self);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_mailbox_is_subscribed (IntimailMailbox *self);

INTIMAIL_AVAILABLE_IN_1_0
guint intimail_mailbox_get_n_messages (IntimailMailbox *self);

INTIMAIL_AVAILABLE_IN_1_0
guint intimail_mailbox_get_n_unread (IntimailMailbox *self);

INTIMAIL_AVAILABLE_IN_1_0
guint intimail_mailbox_get_n_threads (IntimailMailbox *self);

INTIMAIL_AVAILABLE_IN_1_0
guint intimail_mailbox_get_n_unread_threads (IntimailMailbox *self);

G_END_DECLS
