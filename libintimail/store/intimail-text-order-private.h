/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The order of all records by a text: made when somebody asks for the first time, kept
 * in the table, and mended for what came and went since.
 */

#pragma once

#include "store/intimail-account-private.h"

G_BEGIN_DECLS

/* For each of @slots the rank of its text, the same for the same text, and its place
 * when those of one text are in the order of their ids. FALSE when it was cancelled. */
gboolean intimail_text_order_rank (IntimailAccount *account,
                                   IntimailTextKind kind,
                                   GArray *slots,
                                   gint64 *ranks,
                                   gint64 *places,
                                   GCancellable *cancellable,
                                   GError **error);

G_END_DECLS
