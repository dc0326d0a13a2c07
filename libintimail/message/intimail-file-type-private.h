/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What a file is, by its first bytes and by its name.
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* So much of a file is looked at. */
#define INTIMAIL_FILE_TYPE_SAMPLE 4096

/* The type that the first bytes of a file show; "application/octet-stream" when they show
 * none. */
char *intimail_file_type_guess (const guchar *sample,
                                gsize length);

/* The type that a file of this name should have; NULL when the name does not tell. */
char *intimail_file_type_from_name (const char *name);

/* Whether content that shows @shown may be called @claimed. */
gboolean intimail_file_type_agrees (const char *shown,
                                    const char *claimed);

/* A program for a machine, or for one of its interpreters. */
gboolean intimail_file_type_is_program (const char *type);

/* Whether deflating such content would gain nothing. */
gboolean intimail_file_type_is_compressed (const char *type);

/* The extension of a type, with its dot, a constant; NULL when there is none to give. */
const char *intimail_file_type_get_extension (const char *type);

G_END_DECLS
