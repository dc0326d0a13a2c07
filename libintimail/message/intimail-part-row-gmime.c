/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The parts of a message as GMime sees them.
 *
 * GMime is not given the message but what it decides by, which is called a skeleton
 * here: the delimiter lines, and of each header the fields that describe the content,
 * in proper form. It says which part belongs to which multipart, and what the
 * parameters mean. What a part holds is looked up in the message itself.
 *
 * GMime 3.2.13 given the whole copies each header (100 MB of it, too) and each text
 * before the first and behind the last part; makes some 2 KB of objects for each of
 * ten million empty parts; takes apart the messages inside a message, which are one
 * part for JMAP; skips a line in a header that is no field, so that a text whose empty
 * line was forgotten is lost; and leaves out a part without a field.
 */

#include "message/intimail-part-row-private.h"

#include <string.h>

#include "message/intimail-gmime-private.h"

/* Comes first in each header of the skeleton, and says from which segment it is. A
 * header without a field would be no part for GMime. */
#define SEGMENT_FIELD "Segment"

/* GMime reads lines of 4,096 bytes: a boundary that is no longer than this fits in, with
 * hyphens and white space. */
#define MAX_BOUNDARY 1000

typedef struct
{
  IntimailPartRow *row;
  GPtrArray *boundaries; /* of the multiparts around the part that is read */
} Reader;

/* What stands for a boundary that is too long for GMime; NULL for another one. */
static char *
replace_boundary (const char *boundary)
{
  return strlen (boundary) > MAX_BOUNDARY ? g_compute_checksum_for_string (G_CHECKSUM_SHA256, boundary, -1) : NULL;
}

/* The boundary that the scan knows, which has looked for its delimiters already. */
static char *
get_boundary (IntimailParameters *type)
{
  if (type == NULL || !g_str_has_prefix (intimail_parameters_get_value (type), "multipart/"))
    return NULL;

  return intimail_parameters_get (type, "boundary");
}

static void
append_boundary (GString *skeleton, IntimailParameters *type)
{
  g_autofree char *boundary = get_boundary (type);
  g_autofree char *replacement = boundary != NULL ? replace_boundary (boundary) : NULL;

  if (boundary == NULL)
    return;
  g_string_append (skeleton, "; boundary=\"");
  intimail_parameters_append_quoted (skeleton, replacement != NULL ? replacement : boundary);
  g_string_append_c (skeleton, '"');
}

/* The field Content-Type as it was meant. What has no type has the default one, and
 * "Content-Type: text" is text/plain, which GMime takes for a file. */
static void
append_type (GString *skeleton, IntimailParameters *type)
{
  const char *value = intimail_parameters_get_value (type);

  g_string_append_printf (skeleton, "Content-Type: %s", intimail_part_info_is_valid_type (value) ? value : "text/plain");
  append_boundary (skeleton, type);
  intimail_parameters_append_proper (type, "charset", skeleton);
  intimail_parameters_append_proper (type, "name", skeleton);
  g_string_append_c (skeleton, '\n');
  /* GMime leaves a message whole that is encoded. */
  if (g_str_has_prefix (value, "message/"))
    g_string_append (skeleton, "Content-Transfer-Encoding: base64\n");
}

static void
append_disposition (GString *skeleton, IntimailParameters *disposition)
{
  g_string_append (skeleton, "Content-Disposition: attachment");
  intimail_parameters_append_proper (disposition, "filename", skeleton);
  g_string_append_c (skeleton, '\n');
}

static void
append_header (GString *skeleton, IntimailStructureScan *scan, const IntimailSegment *segment, guint number)
{
  const IntimailRawField *fields = intimail_structure_scan_get_fields (scan, segment);
  const char *charset = intimail_raw_fields_find_charset (fields, segment->n_fields);
  g_autoptr (IntimailParameters) type = NULL;
  g_autoptr (IntimailParameters) disposition = NULL;

  type = intimail_part_info_find_parameters (fields, segment->n_fields, charset, "Content-Type");
  disposition = intimail_part_info_find_parameters (fields, segment->n_fields, charset, "Content-Disposition");
  g_string_append_printf (skeleton, SEGMENT_FIELD ": %u\n", number);
  if (type != NULL)
    append_type (skeleton, type);
  if (disposition != NULL)
    append_disposition (skeleton, disposition);
  g_string_append_c (skeleton, '\n');
}

static void
append_delimiter (GString *skeleton, const IntimailSegment *segment)
{
  g_autofree char *replacement = replace_boundary (segment->boundary);

  g_string_append_printf (skeleton, "--%s%s\n", replacement != NULL ? replacement : segment->boundary,
                          segment->closing ? "--" : "");
}

static GString *
make_skeleton (IntimailStructureScan *scan)
{
  GString *skeleton = g_string_new (NULL);

  for (guint i = 0; i < scan->segments->len; i++)
    {
      const IntimailSegment *segment = &g_array_index (scan->segments, IntimailSegment, i);

      if (segment->boundary != NULL)
        append_delimiter (skeleton, segment);
      if (!segment->closing)
        append_header (skeleton, scan, segment, i);
    }

  return skeleton;
}

/* Takes @skeleton. */
static GMimeObject *
parse_skeleton (GString *skeleton)
{
  gsize length = skeleton->len;
  GByteArray *bytes = g_byte_array_new_take ((guint8 *) g_string_free (skeleton, FALSE), length);
  /* Which takes them. */
  g_autoptr (GMimeStream) stream = intimail_gmime.g_mime_stream_mem_new_with_byte_array (bytes);
  g_autoptr (GMimeParser) parser = intimail_gmime.g_mime_parser_new_with_stream (stream);

  return intimail_gmime.g_mime_parser_construct_part (parser, NULL);
}

/* The first segment behind @segment_number that belongs to a multipart around it, the
 * outermost with its boundary, which is told; the number of segments when there is none. */
static guint
find_next (Reader *reader, guint segment_number, const char **boundary)
{
  IntimailStructureScan *scan = reader->row->scan;

  for (guint i = segment_number + 1; i < scan->segments->len; i++)
    {
      const IntimailSegment *segment = intimail_part_row_get_segment (reader->row, i);

      for (guint n = 0; n < reader->boundaries->len; n++)
        {
          *boundary = g_ptr_array_index (reader->boundaries, n);
          if (strcmp (*boundary, segment->boundary) == 0)
            return i;
        }
    }

  *boundary = NULL;
  return scan->segments->len;
}

/* Where the content ends that begins in a segment: before the next delimiter of a
 * multipart around it. */
static gsize
find_end (Reader *reader, guint segment_number)
{
  IntimailStructureScan *scan = reader->row->scan;
  gsize body = intimail_part_row_get_segment (reader->row, segment_number)->body;
  const char *boundary;
  guint next = find_next (reader, segment_number, &boundary);

  if (next == scan->segments->len)
    return scan->size;
  return intimail_structure_scan_trim (scan, body, MAX (intimail_part_row_get_segment (reader->row, next)->start, body));
}

/* A multipart without a part in it: one that has its closing delimiter is empty, another
 * one is a text. */
static void
end_childless (Reader *reader, IntimailPartInfo *info)
{
  const char *boundary = NULL;

  if (info->boundary != NULL)
    {
      find_next (reader, info->segment, &boundary);
      info->length = find_end (reader, info->segment) - (gsize) (info->body - reader->row->scan->data);
    }
  if (boundary == NULL || boundary != info->boundary)
    intimail_part_info_make_leaf (info, "text/plain");
}

/* What GMime made of the fields. */
static void
init_info (IntimailPartInfo *info, GMimeObject *object, const IntimailRawField *fields, guint n_fields)
{
  const char *charset = intimail_raw_fields_find_charset (fields, n_fields);
  GMimeContentDisposition *their_disposition = intimail_gmime.g_mime_object_get_content_disposition (object);
  GMimeContentType *their_type = intimail_gmime.g_mime_object_get_content_type (object);
  g_autofree char *default_type = intimail_gmime.g_mime_content_type_get_mime_type (their_type);
  g_autofree char *boundary = NULL;
  g_autoptr (IntimailParameters) type = NULL;
  g_autoptr (IntimailParameters) disposition = NULL;
  g_autoptr (IntimailParameters) transfer = NULL;

  type = intimail_part_info_find_parameters (fields, n_fields, charset, "Content-Type");
  disposition = intimail_part_info_find_parameters (fields, n_fields, charset, "Content-Disposition");
  transfer = intimail_part_info_find_parameters (fields, n_fields, charset, "Content-Transfer-Encoding");
  boundary = get_boundary (type);
  if (type != NULL)
    intimail_parameters_set_list (type, intimail_gmime.g_mime_content_type_get_parameters (their_type));
  if (disposition != NULL && their_disposition != NULL)
    intimail_parameters_set_list (disposition, intimail_gmime.g_mime_content_disposition_get_parameters (their_disposition));
  intimail_part_info_init (info, type, disposition, transfer,
                           intimail_raw_fields_find (fields, n_fields, "Content-ID"), default_type);
  g_free (info->boundary);
  info->boundary = g_steal_pointer (&boundary);
}

static void add_object (Reader *reader,
                        GMimeObject *object);

static void
add_children (Reader *reader, GMimeMultipart *multipart, guint place)
{
  IntimailPartInfo *info = &reader->row->parts[place];
  int n = intimail_gmime.g_mime_multipart_get_count (multipart);

  if (reader->boundaries->len >= INTIMAIL_PART_MAX_DEPTH)
    {
      intimail_part_info_make_leaf (info, "application/octet-stream");
      return;
    }
  g_ptr_array_add (reader->boundaries, info->boundary);
  for (int i = 0; i < n; i++)
    add_object (reader, intimail_gmime.g_mime_multipart_get_part (multipart, i));
  if (n == 0)
    end_childless (reader, info);
  g_ptr_array_set_size (reader->boundaries, (int) reader->boundaries->len - 1);
  info->n_below = reader->row->n_parts - place - 1;
}

static void
add_object (Reader *reader, GMimeObject *object)
{
  IntimailPartRow *row = reader->row;
  guint place = row->n_parts++;
  IntimailPartInfo *info = &row->parts[place];
  guint number = (guint) g_ascii_strtoull (intimail_gmime.g_mime_object_get_header (object, SEGMENT_FIELD), NULL, 10);
  const IntimailSegment *segment = intimail_part_row_get_segment (row, number);

  init_info (info, object, intimail_structure_scan_get_fields (row->scan, segment), segment->n_fields);
  info->with_gmime = TRUE;
  info->segment = number;
  info->body = row->scan->data + segment->body;
  info->length = find_end (reader, number) - segment->body;
  if (info->multipart)
    add_children (reader, (GMimeMultipart *) object, place);
}

IntimailPartRow *
intimail_part_row_new_with_gmime (GBytes *bytes, IntimailStructureScan *scan)
{
  Reader reader = { intimail_part_row_new_empty (bytes, scan), g_ptr_array_new () };
  g_autoptr (GMimeObject) root = NULL;

  intimail_gmime_require ();
  root = parse_skeleton (make_skeleton (scan));
  add_object (&reader, root);
  intimail_part_row_finish (reader.row);
  g_ptr_array_unref (reader.boundaries);

  return reader.row;
}
