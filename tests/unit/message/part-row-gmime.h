/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The parts of a message as GMime finds them: a second opinion.
 */

#pragma once

#include "message/intimail-part-row-private.h"

G_BEGIN_DECLS

/* As intimail_part_row_new(). */
IntimailPartRow *part_row_new_with_gmime (GBytes *bytes,
                                          IntimailStructureScan *scan);

G_END_DECLS
