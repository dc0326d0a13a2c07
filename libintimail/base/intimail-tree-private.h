/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Folders with all that is in them.
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Folders in folders; a Maildir++ has two. */
#define INTIMAIL_TREE_MAX_DEPTH 32

/* Removes @name, which is in the folder @parent, with all that is in it. A symbolic link
 * is removed and not followed. What is not there is as good. */
gboolean intimail_tree_remove (const char *parent,
                               const char *name,
                               GError **error);

G_END_DECLS
