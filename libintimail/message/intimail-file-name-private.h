/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A name for a file that a stranger sent, safe on every system.
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The longest name, in bytes; file systems take 255. */
#define INTIMAIL_FILE_NAME_MAX 200

/* @name, which is UTF-8 or NULL, as the name of a file in any folder of any system: no
 * path, nothing that is not shown, none of the names that Windows keeps for devices; never
 * empty. @extension, with its dot or NULL, is put behind a name that has another one. */
char *intimail_file_name_make_safe (const char *name,
                                    const char *extension);

/* @name, or one with a number that is not in @taken, which holds the names so far, folded as
 * file systems fold them, and the last number behind each. It is added there: a table of
 * strings that it frees. */
char *intimail_file_name_make_unique (const char *name,
                                      GHashTable *taken);

G_END_DECLS
