/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Where the parts of a message may begin: one pass over the bytes, before any parser
 * that builds something for each part, and within limits.
 *
 * A segment is what a delimiter line begins (RFC 2046 section 5.1): a header block
 * and what follows it. The scan takes for a delimiter each line of hyphens and a
 * boundary that some multipart before it has declared. Which multipart it belongs to,
 * and whether that one is still open, is for the parser behind the scan to say.
 */

#pragma once

#include <glib.h>

#include "message/intimail-raw-field-private.h"

G_BEGIN_DECLS

/* A message has that many parts at most: the last one holds the rest. */
#define INTIMAIL_PART_MAX_COUNT 10000
/* That many lines may close a multipart. */
#define INTIMAIL_PART_MAX_CLOSING (2 * INTIMAIL_PART_MAX_COUNT)

/* Of all header blocks together so many bytes are kept: the fields of later parts are
 * not read. */
#define INTIMAIL_PART_MAX_HEADERS (16 * 1024 * 1024)

typedef struct
{
  gsize start; /* of the delimiter line; the first segment has none */
  gsize body;  /* behind the header */
  guint first_field;
  guint n_fields;
  const char *boundary; /* of the delimiter; NULL for the first segment */
  gboolean closing;     /* the delimiter ends a multipart: no header follows */
} IntimailSegment;

typedef struct
{
  const char *data;
  gsize size;
  GArray *fields;   /* of IntimailRawField, of all segments */
  GArray *segments; /* of IntimailSegment, in their order */

  guint field_budget;
  gsize header_budget;
  GHashTable *boundaries; /* NULL until there is one */
  gsize longest_boundary;
} IntimailStructureScan;

/* Reads the header of the message: the first segment. @data has to stay. */
IntimailStructureScan *intimail_structure_scan_new (const char *data,
                                                    gsize size);
void intimail_structure_scan_free (IntimailStructureScan *self);

/* Finds the other segments; to be called once. A message that is no multipart is
 * not read any further. */
void intimail_structure_scan_run (IntimailStructureScan *self);

/* The fields of a segment, @segment->n_fields of them. */
const IntimailRawField *intimail_structure_scan_get_fields (IntimailStructureScan *self,
                                                            const IntimailSegment *segment);

/* Where the content ends that a delimiter at @start follows: the line end before a
 * delimiter is the delimiter's, down to @body. */
gsize intimail_structure_scan_trim (IntimailStructureScan *self,
                                    gsize body,
                                    gsize start);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IntimailStructureScan, intimail_structure_scan_free)

G_END_DECLS
