/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * JSON pointers (RFC 6901) as JMAP has them: a "*" stands for all of an array.
 */

#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* More segments than that: no pointer. */
#define INTIMAIL_JMAP_POINTER_MAX_SEGMENTS 16

/* The names on the way, "~1" and "~0" decoded; @pointer is without its first
 * "/". NULL when an escape is wrong, or when there are too many. */
char **intimail_jmap_pointer_split (const char *pointer);

/* What lies there; it shares with @root what it can. NULL: nothing does. */
JsonNode *intimail_jmap_pointer_evaluate (JsonNode *root,
                                          const char *pointer);

G_END_DECLS
