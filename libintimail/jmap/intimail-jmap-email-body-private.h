/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The body of an email: its parts as EmailBodyPart objects (RFC 8621 section
 * 4.1.4) and the text in them.
 */

#pragma once

#include <intimail/intimail-message.h>

#include "jmap/intimail-jmap-private.h"

G_BEGIN_DECLS

/* Which properties of a part were asked for. */
typedef struct
{
  guint properties;
  GPtrArray *headers; /* of IntimailJmapHeader */
} IntimailJmapBodyFetch;

/* Argument "bodyProperties". */
gboolean intimail_jmap_body_fetch_init (IntimailJmapBodyFetch *fetch,
                                        JsonObject *arguments,
                                        GError **error);
void intimail_jmap_body_fetch_clear (IntimailJmapBodyFetch *fetch);

/* One part. @email_id makes the blob ids; NULL when there can be none. With
 * @recurse the parts of a multipart are in it. */
JsonNode *intimail_jmap_body_part_to_node (const IntimailJmapBodyFetch *fetch,
                                           const char *email_id,
                                           IntimailPart *part,
                                           gboolean recurse);

JsonNode *intimail_jmap_body_parts_to_node (const IntimailJmapBodyFetch *fetch,
                                            const char *email_id,
                                            GPtrArray *parts);

typedef enum
{
  INTIMAIL_JMAP_BODY_VALUES_TEXT = 1 << 0,
  INTIMAIL_JMAP_BODY_VALUES_HTML = 1 << 1,
  INTIMAIL_JMAP_BODY_VALUES_ALL = 1 << 2,
} IntimailJmapBodyValues;

/* The property "bodyValues". @max_bytes 0 is no limit. */
JsonNode *intimail_jmap_body_values_to_node (IntimailMessage *message,
                                             guint which,
                                             gsize max_bytes);

/* How much of @text, which has more than @max_bytes, may stay: no code point and,
 * in HTML, no tag is cut. */
gsize intimail_jmap_body_get_cut (const char *text,
                                  gsize max_bytes,
                                  gboolean html);

/* The blob id of a part: "p" + email id + "_" + part id. */
char *intimail_jmap_body_make_blob_id (const char *email_id,
                                       const char *part_id);

G_END_DECLS
