/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The parts of a message as objects.
 */

#pragma once

#include <intimail/intimail-part.h>

#include "message/intimail-part-row-private.h"

G_BEGIN_DECLS

/* An IntimailPart for each part of @row, in its order: the first is the root. */
GPtrArray *intimail_parts_new (IntimailPartRow *row);

G_END_DECLS
