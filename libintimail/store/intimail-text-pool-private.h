/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The different texts of many lines, each with what it is sorted by: a mailbox of a
 * hundred thousand has some thousand senders, and a text is taken apart once.
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define INTIMAIL_TEXT_POOL_NONE G_MAXUINT32

typedef struct _IntimailTextPool IntimailTextPool;

IntimailTextPool *intimail_text_pool_new (void);
void intimail_text_pool_free (IntimailTextPool *self);

/* The number of a text, as it stands in its line; INTIMAIL_TEXT_POOL_NONE for a new one,
 * and for every one when most are new. */
guint32 intimail_text_pool_find (IntimailTextPool *self,
                                 const char *raw,
                                 gsize length);
/* A text that was not found, and its key. @raw is NULL for one that nobody will look for. */
guint32 intimail_text_pool_add (IntimailTextPool *self,
                                const char *raw,
                                gsize length,
                                const GString *key);

guint32 intimail_text_pool_get_n (const IntimailTextPool *self);

/* By the keys, bytewise: after the last text, and before the ranks. */
void intimail_text_pool_sort (IntimailTextPool *self);

/* The ranks of all by their keys; the same for the same key. Those of the second pool
 * stand behind those of the first. @n_ranks is set to how many there are. */
guint32 *intimail_text_pool_rank (const IntimailTextPool *first,
                                  const IntimailTextPool *second,
                                  guint32 *n_ranks);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IntimailTextPool, intimail_text_pool_free)

G_END_DECLS
