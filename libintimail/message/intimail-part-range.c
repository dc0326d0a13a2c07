/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Where a part lies in its message, for who cuts it out.
 */

#include "message/intimail-part-private.h"

#include <string.h>

gboolean
intimail_part_get_range (IntimailPart *self, gsize *start, gsize *end)
{
  const IntimailSegment *segment = intimail_part_row_get_segment (self->row, self->info->segment);
  gsize size;
  const char *data = g_bytes_get_data (self->row->bytes, &size);
  const char *line_end;

  /* The root has no delimiter, and what was packed into another part no place here. */
  if (segment->boundary == NULL || self->info->body < data || self->info->body + self->info->length > data + size ||
      segment->body < segment->start || (gsize) (self->info->body - data) < segment->start)
    return FALSE;
  line_end = memchr (data + segment->start, '\n', size - segment->start);
  if (line_end == NULL || line_end + 1 > self->info->body)
    return FALSE;
  *start = (gsize) (line_end + 1 - data);
  *end = (gsize) (self->info->body - data) + self->info->length;

  return TRUE;
}
