/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What an answer may cost in memory: a request of a few bytes can ask for all
 * mail of an account with all its text, many times.
 */

#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* What all references of one request may bring in: a few calls that double what
 * the last one said would else fill the memory. */
#define INTIMAIL_JMAP_REFERENCE_BUDGET (32 * 1024 * 1024)

/* What all /get calls of one request may tell. */
#define INTIMAIL_JMAP_GET_BUDGET (32 * 1024 * 1024)

/* How deep what is paid for may be. */
#define INTIMAIL_JMAP_BUDGET_MAX_DEPTH 128

/* Takes what a value costs off @budget, in bytes, about. FALSE when it is too
 * dear or too deep; then nothing is left. */
gboolean intimail_jmap_budget_pay_node (gsize *budget,
                                        JsonNode *node);
gboolean intimail_jmap_budget_pay_object (gsize *budget,
                                          JsonObject *object);

G_END_DECLS
