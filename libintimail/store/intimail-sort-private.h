/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "store/intimail-account-private.h"

G_BEGIN_DECLS

/* Sorts @slots. @by_received tells that they come in the order of reception. */
gboolean intimail_sort (IntimailAccount *account,
                        GArray *slots,
                        gboolean by_received,
                        const char *const *sort,
                        GCancellable *cancellable,
                        GError **error);

G_END_DECLS
