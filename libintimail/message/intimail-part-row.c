/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "message/intimail-part-row-private.h"

#include <string.h>

/* A multipart that is open while the segments are read. */
typedef struct
{
  guint place;
  const char *boundary;
} Open;

/* Finishes what is open down to @depth: all that follows is in none of it. @ended is
 * the place of the one that has its closing delimiter; G_MAXUINT when there is none.
 * Without a delimiter of its own it is a text. */
static void
close_parts (IntimailPartRow *self, GArray *open, guint depth, guint ended)
{
  while (open->len > depth)
    {
      guint place = g_array_index (open, Open, open->len - 1).place;
      IntimailPartInfo *part = &self->parts[place];

      part->n_below = self->n_parts - place - 1;
      if (part->n_below == 0 && place != ended)
        intimail_part_info_make_leaf (part, "text/plain");
      g_array_set_size (open, open->len - 1);
    }
}

/* The part that a segment begins ends, for now, with the message. */
static void
add_part (IntimailPartRow *self, GArray *open, guint segment_number, const char *default_type)
{
  const IntimailSegment *segment = intimail_part_row_get_segment (self, segment_number);
  const IntimailRawField *fields = intimail_structure_scan_get_fields (self->scan, segment);
  IntimailPartInfo *part = &self->parts[self->n_parts];
  Open entry = { self->n_parts++, NULL };

  intimail_part_info_init_from_fields (part, fields, segment->n_fields,
                                       intimail_raw_fields_find_charset (fields, segment->n_fields), default_type);
  part->segment = segment_number;
  part->body = self->scan->data + segment->body;
  part->length = self->scan->size - segment->body;
  if (!part->multipart)
    return;
  if (open->len >= INTIMAIL_PART_MAX_DEPTH)
    intimail_part_info_make_leaf (part, "application/octet-stream");
  else if (part->boundary == NULL || *part->boundary == '\0')
    intimail_part_info_make_leaf (part, "text/plain");
  else
    {
      entry.boundary = part->boundary;
      g_array_append_val (open, entry);
    }
}

/* The innermost multipart to which a delimiter belongs, of those open down to @depth; 0
 * when there is none. */
static guint
find_open (GArray *open, const char *boundary, guint depth)
{
  while (depth > 0 && strcmp (g_array_index (open, Open, depth - 1).boundary, boundary) != 0)
    depth--;

  return depth;
}

/* What was last begun ends before @segment. */
static void
end_content (IntimailPartRow *self, const IntimailSegment *segment)
{
  IntimailPartInfo *last = &self->parts[self->n_parts - 1];
  gsize body = (gsize) (last->body - self->scan->data);

  if (last->length == self->scan->size - body)
    last->length = intimail_structure_scan_trim (self->scan, body, MAX (segment->start, body)) - body;
}

static void
read_segment (IntimailPartRow *self, GArray *open, guint segment_number)
{
  const IntimailSegment *segment = intimail_part_row_get_segment (self, segment_number);
  guint depth = find_open (open, segment->boundary, open->len);
  const IntimailPartInfo *parent;
  guint place;

  if (depth == 0)
    return;
  place = g_array_index (open, Open, depth - 1).place;
  end_content (self, segment);
  if (segment->closing)
    {
      /* When one around it has the same boundary, it is that one's delimiter. */
      close_parts (self, open, depth - 1, find_open (open, segment->boundary, depth - 1) == 0 ? place : G_MAXUINT);
      return;
    }
  close_parts (self, open, depth, G_MAXUINT);
  parent = &self->parts[place];
  add_part (self, open, segment_number,
            intimail_part_info_is_type (parent, "multipart/digest") ? "message/rfc822" : "text/plain");
}

IntimailPartRow *
intimail_part_row_new_empty (GBytes *bytes, IntimailStructureScan *scan)
{
  IntimailPartRow *self = g_new0 (IntimailPartRow, 1);

  intimail_structure_scan_run (scan);
  g_atomic_ref_count_init (&self->references);
  self->bytes = g_bytes_ref (bytes);
  self->scan = scan;
  self->parts = g_new (IntimailPartInfo, scan->segments->len);

  return self;
}

void
intimail_part_row_finish (IntimailPartRow *self)
{
  self->body = intimail_message_body_new (self->parts);
}

IntimailPartRow *
intimail_part_row_new (GBytes *bytes, IntimailStructureScan *scan)
{
  IntimailPartRow *self = intimail_part_row_new_empty (bytes, scan);
  g_autoptr (GArray) open = g_array_new (FALSE, FALSE, sizeof (Open));

  add_part (self, open, 0, "text/plain");
  for (guint i = 1; i < scan->segments->len && open->len > 0; i++)
    read_segment (self, open, i);
  close_parts (self, open, 0, G_MAXUINT);
  intimail_part_row_finish (self);

  return self;
}

IntimailPartRow *
intimail_part_row_ref (IntimailPartRow *self)
{
  g_atomic_ref_count_inc (&self->references);
  return self;
}

void
intimail_part_row_unref (IntimailPartRow *self)
{
  if (!g_atomic_ref_count_dec (&self->references))
    return;
  g_clear_pointer (&self->body, intimail_message_body_free);
  for (guint i = 0; i < self->n_parts; i++)
    intimail_part_info_clear (&self->parts[i]);
  g_free (self->parts);
  intimail_structure_scan_free (self->scan);
  g_bytes_unref (self->bytes);
  g_free (self);
}

const IntimailSegment *
intimail_part_row_get_segment (IntimailPartRow *self, guint number)
{
  return &g_array_index (self->scan->segments, IntimailSegment, number);
}

const IntimailRawField *
intimail_part_row_get_fields (IntimailPartRow *self, guint place, guint *n_fields)
{
  const IntimailSegment *segment = intimail_part_row_get_segment (self, self->parts[place].segment);

  *n_fields = segment->n_fields;
  return intimail_structure_scan_get_fields (self->scan, segment);
}
