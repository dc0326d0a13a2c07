/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Why two readings of one mail differ, where that is known.
 */

#pragma once

#include "reading.h"

G_BEGIN_DECLS

/* The reason why @item of both readings is not the same; NULL when it is not known. */
const char *reading_explain_difference (const char *path,
                                        GBytes *message,
                                        ReadingItem item,
                                        Reading *ours,
                                        Reading *theirs);

G_END_DECLS
