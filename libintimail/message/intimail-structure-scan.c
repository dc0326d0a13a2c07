/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "message/intimail-structure-scan-private.h"

#include <string.h>

#include "message/intimail-parameters-private.h"

/* A boundary, or the start of a line that may be one. The hash is that of GLib's
 * g_str_hash(), carried along byte by byte. */
typedef struct
{
  const char *text;
  gsize length;
  guint hash;
} Piece;

#define HASH_START 5381
#define HASH_NEXT(hash, c) ((hash) *33 + (guchar) (c))

static guint
hash_piece (gconstpointer key)
{
  return ((const Piece *) key)->hash;
}

static gboolean
is_same_piece (gconstpointer one, gconstpointer other)
{
  const Piece *a = one;
  const Piece *b = other;

  return a->hash == b->hash && a->length == b->length && memcmp (a->text, b->text, a->length) == 0;
}

static gboolean
is_end (const char *text, gsize length, gsize at)
{
  return at == length || text[at] == ' ' || text[at] == '\t' || text[at] == '\r';
}

static gboolean
is_closed (const char *text, gsize length, gsize at)
{
  return at + 2 <= length && text[at] == '-' && text[at + 1] == '-' && is_end (text, length, at + 2);
}

/* A line of which the first bytes are two hyphens: the longest boundary that it
 * begins with. RFC 2046 section 5.1.2 lets white space and text follow, which are
 * ignored; but a boundary that begins as this one does is another one. */
static const char *
match_delimiter (IntimailStructureScan *self, const char *line, gsize left, gboolean *closing)
{
  const char *text = line + 2;
  const char *newline = memchr (text, '\n', MIN (left - 2, self->longest_boundary + 3));
  gsize length = newline != NULL ? (gsize) (newline - text) : left - 2;
  Piece piece = { text, 0, HASH_START };
  const char *found = NULL;

  for (gsize i = 0; i < MIN (length, self->longest_boundary); i++)
    {
      gboolean closed;
      const char *boundary;

      piece.hash = HASH_NEXT (piece.hash, text[i]);
      piece.length = i + 1;
      closed = is_closed (text, length, i + 1);
      if (!closed && !is_end (text, length, i + 1))
        continue;
      boundary = g_hash_table_lookup (self->boundaries, &piece);
      if (boundary == NULL)
        continue;
      found = boundary;
      *closing = closed;
    }

  return found;
}

static gboolean
is_delimiter (const char *line, gsize left, gpointer user_data)
{
  IntimailStructureScan *self = user_data;
  gboolean closing;

  return self->boundaries != NULL && left > 2 && line[1] == '-' && match_delimiter (self, line, left, &closing) != NULL;
}

/* The next line from @offset on, which is the start of one, that is a delimiter. */
static gboolean
find_delimiter (IntimailStructureScan *self, gsize offset, IntimailSegment *segment)
{
  const char *limit = self->data + self->size;
  const char *line = self->data + offset;

  while (limit - line > 2)
    {
      if (line[0] == '-' && line[1] == '-')
        {
          segment->boundary = match_delimiter (self, line, (gsize) (limit - line), &segment->closing);
          segment->start = (gsize) (line - self->data);
          if (segment->boundary != NULL)
            return TRUE;
        }
      /* Most lines begin with something else. */
      do
        {
          line = memchr (line, '\n', (gsize) (limit - line));
          if (line == NULL)
            return FALSE;
          line++;
        }
      while (line < limit && *line != '-');
    }

  return FALSE;
}

static void
declare_boundary (IntimailStructureScan *self, char *boundary)
{
  Piece *piece = g_new (Piece, 1);

  if (self->boundaries == NULL)
    self->boundaries = g_hash_table_new_full (hash_piece, is_same_piece, g_free, g_free);
  piece->text = boundary;
  piece->length = strlen (boundary);
  piece->hash = HASH_START;
  for (gsize i = 0; i < piece->length; i++)
    piece->hash = HASH_NEXT (piece->hash, boundary[i]);
  if (g_hash_table_contains (self->boundaries, piece))
    {
      g_free (piece);
      g_free (boundary);
      return;
    }
  self->longest_boundary = MAX (self->longest_boundary, piece->length);
  g_hash_table_insert (self->boundaries, piece, boundary);
}

/* What claims to be a multipart may have delimiters. */
static void
read_boundary (IntimailStructureScan *self, const IntimailSegment *segment)
{
  const IntimailRawField *type = intimail_raw_fields_find (intimail_structure_scan_get_fields (self, segment),
                                                           segment->n_fields, "Content-Type");
  g_autoptr (IntimailParameters) parameters = NULL;
  g_autofree char *text = NULL;
  char *boundary;

  if (type == NULL || memmem (type->value, type->length, "=", 1) == NULL)
    return;
  text = intimail_raw_field_unfold (type, NULL);
  if (strchr (text, '(') == NULL && g_ascii_strncasecmp (text, "multipart/", 10) != 0)
    return;
  parameters = intimail_parameters_new (text);
  if (!g_str_has_prefix (intimail_parameters_get_value (parameters), "multipart/"))
    return;
  boundary = intimail_parameters_get (parameters, "boundary");
  if (boundary == NULL || *boundary == '\0')
    g_free (boundary);
  else
    declare_boundary (self, boundary);
}

/* Returns where the body begins. */
static gsize
add_segment (IntimailStructureScan *self, IntimailSegment *segment, gsize header)
{
  segment->first_field = self->fields->len;
  segment->body = header;
  if (!segment->closing)
    segment->body = intimail_raw_fields_parse (self->fields, self->data, header, self->size, &self->field_budget,
                                               is_delimiter, self);
  self->header_budget -= MIN (MIN (segment->body - header, INTIMAIL_FIELD_MAX_BLOCK), self->header_budget);
  if (self->header_budget == 0)
    self->field_budget = 0;
  segment->n_fields = self->fields->len - segment->first_field;
  g_array_append_vals (self->segments, segment, 1);
  read_boundary (self, segment);

  return segment->body;
}

IntimailStructureScan *
intimail_structure_scan_new (const char *data, gsize size)
{
  IntimailStructureScan *self = g_new0 (IntimailStructureScan, 1);
  IntimailSegment first = { 0 };

  self->data = data;
  self->size = size;
  self->fields = g_array_sized_new (FALSE, FALSE, sizeof (IntimailRawField), 32);
  self->segments = g_array_sized_new (FALSE, FALSE, sizeof (IntimailSegment), 8);
  self->field_budget = INTIMAIL_FIELD_MAX_COUNT;
  self->header_budget = INTIMAIL_PART_MAX_HEADERS;
  add_segment (self, &first, 0);

  return self;
}

void
intimail_structure_scan_free (IntimailStructureScan *self)
{
  g_array_unref (self->fields);
  g_array_unref (self->segments);
  g_clear_pointer (&self->boundaries, g_hash_table_unref);
  g_free (self);
}

void
intimail_structure_scan_run (IntimailStructureScan *self)
{
  gsize offset = g_array_index (self->segments, IntimailSegment, 0).body;
  IntimailSegment segment;
  guint n_parts = 1;
  guint n_closing = 0;

  while (self->boundaries != NULL && find_delimiter (self, offset, &segment))
    {
      const char *line = self->data + segment.start;
      const char *newline = memchr (line, '\n', self->size - segment.start);
      gsize header = newline != NULL ? (gsize) (newline - self->data) + 1 : self->size;

      if (segment.closing ? ++n_closing > INTIMAIL_PART_MAX_CLOSING
                          : ++n_parts > INTIMAIL_PART_MAX_COUNT)
        return;
      offset = add_segment (self, &segment, header);
    }
}

const IntimailRawField *
intimail_structure_scan_get_fields (IntimailStructureScan *self, const IntimailSegment *segment)
{
  return &g_array_index (self->fields, IntimailRawField, segment->first_field);
}

gsize
intimail_structure_scan_trim (IntimailStructureScan *self, gsize body, gsize start)
{
  if (start > body && self->data[start - 1] == '\n')
    start--;
  if (start > body && self->data[start - 1] == '\r')
    start--;

  return start;
}
