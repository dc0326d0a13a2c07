/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * JSON documents from outside: read strictly into json-glib's tree.
 *
 * json-glib 1.6's own parser takes duplicate keys, comments and two documents,
 * cuts strings at \u0000, turns 2^64 into -1 and crashes on deep nesting; it is
 * not used.
 */

#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

typedef struct
{
  gsize max_size;   /* bytes of the document */
  guint max_depth;  /* nested arrays and objects; never over 512 */
  guint max_values; /* values of any kind */
} IntimailJsonLimits;

/* 10 MiB, 64 levels, a million values. */
extern const IntimailJsonLimits intimail_json_default_limits;

/* Is it one I-JSON text (RFC 7493): UTF-8, no duplicate key, no number outside
 * what a double holds, no lone surrogate or noncharacter, no NUL, nothing after
 * it? @limits NULL: the default. TOO_LARGE when over a limit, else
 * INVALID_ARGUMENT with the byte offset. */
gboolean intimail_json_check (const char *data,
                              gsize length,
                              const IntimailJsonLimits *limits,
                              GError **error);

/* Checks and builds. An integer over 63 bits becomes a double. */
JsonNode *intimail_json_parse (const char *data,
                               gsize length,
                               const IntimailJsonLimits *limits,
                               GError **error);

/* Writes a document compactly, as I-JSON: members keep their order, bytes that are
 * not UTF-8 and noncharacters become U+FFFD, the infinite becomes null. */
GBytes *intimail_json_write (JsonNode *node);

G_END_DECLS
