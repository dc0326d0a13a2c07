/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Text whose writer was mistaken about its charset, in the two ways that leave no doubt.
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Whether bytes are UTF-8, with at least @n_sequences letters that are no ASCII: text in another
 * charset that looks so by chance is not written. */
gboolean intimail_charset_mistake_is_utf8 (const char *data,
                                           gsize length,
                                           guint n_sequences);

/* @text, which is UTF-8, when it was taken for Windows-1252 and encoded once more, as it was before;
 * NULL when it was not. */
char *intimail_charset_mistake_undo_double (const char *text,
                                            gsize length);

G_END_DECLS
