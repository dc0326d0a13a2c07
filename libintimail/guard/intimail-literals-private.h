/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Which of some literals stand in a text, in one pass over it (Aho and Corasick, 1975).
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define INTIMAIL_LITERALS_MAX_BYTES 8192u

typedef struct _IntimailLiterals IntimailLiterals;

IntimailLiterals *intimail_literals_new (void);
void intimail_literals_free (IntimailLiterals *self);

/* A text in which it stands gets @bits. FALSE when there are too many literals. */
gboolean intimail_literals_add (IntimailLiterals *self,
                                const char *literal,
                                guint64 bits);

/* No literal may be added any more. */
guint64 intimail_literals_find (IntimailLiterals *self,
                                const char *text,
                                gsize length);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IntimailLiterals, intimail_literals_free)

G_END_DECLS
