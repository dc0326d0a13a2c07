/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * How a message is taken apart.
 */

#pragma once

#include <intimail/intimail-part.h>

G_BEGIN_DECLS

/* A multipart deeper than that is one part, not taken apart. */
#define INTIMAIL_PART_MAX_DEPTH 100
/* A message has that many parts at most: the last one holds the rest. */
#define INTIMAIL_PART_MAX_COUNT 10000

/* The tree of a message whose header has @fields and whose body starts at @body.
 * @budget: see intimail_fields_parse(). */
IntimailPart *intimail_part_parse_message (GBytes *bytes,
                                           GPtrArray *fields,
                                           gsize body,
                                           guint *budget);

/* The encoded content as it lies in the message. */
const char *intimail_part_peek_body (IntimailPart *self,
                                     gsize *length);

gboolean intimail_part_is_type (IntimailPart *self,
                                const char *type);

G_END_DECLS
