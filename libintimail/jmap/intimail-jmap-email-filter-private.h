/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The filter and the sort of Email/query (RFC 8621 section 4.4), as the store
 * takes them.
 */

#pragma once

#include <intimail/intimail-filter.h>

#include "jmap/intimail-jmap-private.h"

G_BEGIN_DECLS

typedef struct
{
  IntimailFilter *filter; /* NULL is every email */
  char **sort;            /* NULL is the newest first */
  gboolean collapse_threads;
  gboolean looks_at_threads; /* a change of one email may change what its thread shows */
} IntimailJmapEmailQuery;

/* unsupportedFilter, unsupportedSort, invalidArguments. */
gboolean intimail_jmap_email_query_init (IntimailJmapEmailQuery *query,
                                         IntimailJmapContext *context,
                                         JsonObject *arguments,
                                         GError **error);
void intimail_jmap_email_query_clear (IntimailJmapEmailQuery *query);

/* Words, and 'words' or "words" between quotes as one (RFC 8621 section 4.4.1). */
char **intimail_jmap_split_words (const char *text);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (IntimailJmapEmailQuery, intimail_jmap_email_query_clear)

G_END_DECLS
