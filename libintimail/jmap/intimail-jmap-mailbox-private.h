/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Mailboxes as JMAP has them: RFC 8621 section 2.
 */

#pragma once

#include <intimail/intimail-mailbox.h>

#include "jmap/intimail-jmap-private.h"

G_BEGIN_DECLS

/* "id", "name", ...; NULL at the end. */
extern const char *const intimail_jmap_mailbox_properties[];

/* "inbox", NULL for none. */
const char *intimail_jmap_mailbox_role_to_string (IntimailMailboxRole role);

/* NULL is none. FALSE: no role that we have. */
gboolean intimail_jmap_mailbox_role_from_string (const char *text,
                                                 IntimailMailboxRole *role);

/* A mailbox, or of it what is in @properties; NULL is all. */
JsonObject *intimail_jmap_mailbox_to_json (IntimailMailbox *mailbox,
                                           GHashTable *properties);

/* The mailbox of that id in a list of mailboxes, not owned; NULL: none. */
IntimailMailbox *intimail_jmap_mailbox_find (GPtrArray *mailboxes,
                                             const char *id);

G_END_DECLS
