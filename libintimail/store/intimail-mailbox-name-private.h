/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Names of mailboxes: UTF-8 outside; inside, one folder ".Parent.Child" as
 * Maildir++ says, each name in the modified UTF-7 of RFC 3501 section 5.1.3. A dot, a
 * backslash and a tilde in front are written as "\2e", "\5c" and "\7e" before.
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define INTIMAIL_MAILBOX_NAME_MAX 200   /* bytes of UTF-8 of one name */
#define INTIMAIL_MAILBOX_FOLDER_MAX 255 /* bytes of a folder, as a file system has */
#define INTIMAIL_MAILBOX_DEPTH_MAX 16

/* May @name be given to a mailbox? INVALID_ARGUMENT says which rule it breaks. */
gboolean intimail_mailbox_name_check (const char *name,
                                      GError **error);

/* The folder of @name below the folder @parent ("" at the top), the name in normal
 * form C. INVALID_ARGUMENT as intimail_mailbox_name_check(). TOO_LARGE when
 * the file system has no room for such a name. */
char *intimail_mailbox_name_to_folder (const char *parent,
                                       const char *name,
                                       GError **error);

/* The names that @folder stands for, top first. NULL for a folder that is no
 * mailbox. What is not modified UTF-7 is shown as it is. */
char **intimail_mailbox_name_split_folder (const char *folder);

/* The folder that holds @folder in the hierarchy, "" for one at the top. */
char *intimail_mailbox_name_get_parent (const char *folder);

char *intimail_utf7_encode (const char *text);
char *intimail_utf7_decode (const char *text);

G_END_DECLS
