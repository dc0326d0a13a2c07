/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Properties of an Email that a client sends, as the header fields that they
 * stand for.
 */

#pragma once

#include <json-glib/json-glib.h>

#include "jmap/intimail-jmap-email-header-private.h"
#include "message/intimail-part-builder-private.h"

G_BEGIN_DECLS

/* Is it the name of a property for a field: "header:...", "from", "subject"? */
gboolean intimail_jmap_field_is_property (const char *property);

/* NULL when it is malformed or has a form that the field cannot have. */
IntimailJmapHeader *intimail_jmap_field_parse (const char *property);

/* Adds the field; null and an empty list add none. FALSE when @node is not what
 * the form asks for. */
gboolean intimail_jmap_field_add (IntimailPartBuilder *builder,
                                  const IntimailJmapHeader *header,
                                  JsonNode *node);

G_END_DECLS
