/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The engine's side of a context: methods see intimail-jmap-private.h.
 */

#pragma once

#include "jmap/intimail-jmap-private.h"

G_BEGIN_DECLS

typedef struct
{
  char *method;
  JsonObject *arguments;
} IntimailJmapCall;

/* Makes and frees what one request gathers; the rest of the context is lent. */
void intimail_jmap_context_init (IntimailJmapContext *context);
void intimail_jmap_context_clear (IntimailJmapContext *context);

/* The next implicit call; the caller owns what it gets. FALSE: there is none. */
gboolean intimail_jmap_context_pop_call (IntimailJmapContext *context,
                                         char **method,
                                         JsonObject **arguments);

/* A method that failed has no consequences. */
void intimail_jmap_context_drop_calls (IntimailJmapContext *context);

G_END_DECLS
