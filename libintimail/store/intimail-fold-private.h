/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Text as a search and a sort compare it: in lower case, composed, and with one form
 * for what looks alike.
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Appends @length bytes of @text, folded. Any bytes are taken: those that are no UTF-8
 * become U+FFFD. Any thread. */
void intimail_fold_append (GString *folded,
                           const char *text,
                           gsize length);
char *intimail_fold (const char *text);

G_END_DECLS
