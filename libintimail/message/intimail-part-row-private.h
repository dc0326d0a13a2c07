/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The parts of a message in a row: each before those below it.
 */

#pragma once

#include "message/intimail-message-body-private.h"
#include "message/intimail-part-info-private.h"
#include "message/intimail-structure-scan-private.h"

G_BEGIN_DECLS

typedef struct
{
  gatomicrefcount references;
  GBytes *bytes;
  IntimailStructureScan *scan;
  IntimailPartInfo *parts; /* one at least: the root */
  guint n_parts;
  IntimailMessageBody *body;
} IntimailPartRow;

/* The parts that GMime finds: what an IntimailMessage shows. As below; GMime has to be loaded. */
IntimailPartRow *intimail_part_row_new_with_gmime (GBytes *bytes,
                                                   IntimailStructureScan *scan);

/* The parts that the fast reader finds, for the index. Takes @scan, which reads @bytes and has not
 * run yet. */
IntimailPartRow *intimail_part_row_new (GBytes *bytes,
                                        IntimailStructureScan *scan);
IntimailPartRow *intimail_part_row_ref (IntimailPartRow *self);
void intimail_part_row_unref (IntimailPartRow *self);

/* For those who make one: without parts; and the body when all are there. */
IntimailPartRow *intimail_part_row_new_empty (GBytes *bytes,
                                              IntimailStructureScan *scan);
void intimail_part_row_finish (IntimailPartRow *self);

const IntimailSegment *intimail_part_row_get_segment (IntimailPartRow *self,
                                                      guint number);

/* The fields of a part, @n_fields of them. */
const IntimailRawField *intimail_part_row_get_fields (IntimailPartRow *self,
                                                      guint place,
                                                      guint *n_fields);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IntimailPartRow, intimail_part_row_unref)

G_END_DECLS
