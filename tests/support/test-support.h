/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What every test needs: fresh folders, and proof that objects are gone.
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A new folder under the build tree's temporary folder; never the system's. */
char *test_support_make_folder (const char *name);

/* Removes a folder and all in it; symbolic links are not followed. */
void test_support_remove_folder (const char *path);

/* Drops the last reference and waits until the object is gone: a worker thread
 * may hold it for a moment more. */
void test_support_assert_finalized (gpointer object);

/* The folder with the public test mails, or NULL: then says so. */
const char *test_support_get_corpora (void);

/* Content of a file, which must be there. */
GBytes *test_support_read_file (const char *path);

void test_support_write_file (const char *path,
                              const char *text);

G_END_DECLS
