/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "message/intimail-envelope-reader-private.h"

#include <string.h>

#include <intimail/intimail-address.h>

#include "message/intimail-address-list-private.h"
#include "message/intimail-date-private.h"
#include "message/intimail-part-row-private.h"

struct _IntimailEnvelopeReader
{
  GBytes *bytes;
  IntimailStructureScan *scan; /* the row's, once there is one */
  IntimailPartRow *row;
  const char *charset; /* of the header */
};

static const IntimailRawField *
get_fields (IntimailEnvelopeReader *self, guint *n_fields)
{
  const IntimailSegment *header = &g_array_index (self->scan->segments, IntimailSegment, 0);

  *n_fields = header->n_fields;
  return intimail_structure_scan_get_fields (self->scan, header);
}

static const IntimailRawField *
find_field (IntimailEnvelopeReader *self, const char *name)
{
  guint n_fields;
  const IntimailRawField *fields = get_fields (self, &n_fields);

  return intimail_raw_fields_find (fields, n_fields, name);
}

IntimailEnvelopeReader *
intimail_envelope_reader_new (GBytes *bytes)
{
  IntimailEnvelopeReader *self = g_new0 (IntimailEnvelopeReader, 1);
  const IntimailRawField *fields;
  guint n_fields;

  /* A pointer into no bytes at all would be no pointer. */
  self->bytes = g_bytes_get_size (bytes) > 0 ? g_bytes_ref (bytes) : g_bytes_new_static ("", 0);
  self->scan = intimail_structure_scan_new (g_bytes_get_data (self->bytes, NULL), g_bytes_get_size (self->bytes));
  fields = get_fields (self, &n_fields);
  self->charset = intimail_raw_fields_find_charset (fields, n_fields);

  return self;
}

void
intimail_envelope_reader_free (IntimailEnvelopeReader *self)
{
  if (self->row != NULL)
    intimail_part_row_unref (self->row);
  else
    intimail_structure_scan_free (self->scan);
  g_bytes_unref (self->bytes);
  g_free (self);
}

static IntimailMessageBody *
get_body (IntimailEnvelopeReader *self)
{
  if (self->row == NULL)
    self->row = intimail_part_row_new (self->bytes, self->scan);

  return self->row->body;
}

char *
intimail_envelope_reader_read_preview (IntimailEnvelopeReader *self, gsize max_bytes)
{
  return intimail_message_body_read_preview (get_body (self), max_bytes);
}

guint
intimail_envelope_reader_count_attachments (IntimailEnvelopeReader *self, guint *n_offered)
{
  IntimailMessageBody *body = get_body (self);

  *n_offered = intimail_message_body_count_attachments (body);
  return body->attachments->len;
}

void
intimail_envelope_reader_visit_text (IntimailEnvelopeReader *self, IntimailMessageBodyVisit visit, gpointer user_data)
{
  intimail_message_body_visit_text (get_body (self), visit, user_data);
}

char *
intimail_envelope_reader_read_text (IntimailEnvelopeReader *self, const char *name)
{
  const IntimailRawField *field = find_field (self, name);

  return field != NULL ? intimail_raw_field_read_text (field, self->charset) : NULL;
}

/* A list cut anywhere would not be a list of addresses any more. */
static char *
cut_addresses (GPtrArray *addresses, gsize limit)
{
  char *text = intimail_address_list_to_string (addresses);
  guint n = addresses->len;

  while (strlen (text) > limit && n > 0)
    {
      n /= 2;
      g_free (text);
      g_ptr_array_set_size (addresses, (int) n);
      text = intimail_address_list_to_string (addresses);
    }

  return text;
}

char *
intimail_envelope_reader_read_addresses (IntimailEnvelopeReader *self, const char *name, gsize limit)
{
  const IntimailRawField *field = find_field (self, name);
  g_autoptr (GPtrArray) addresses = NULL;
  g_autoptr (GPtrArray) groups = NULL;
  g_autofree char *unfolded = NULL;
  char *simple;

  if (field == NULL)
    return g_strdup ("");
  unfolded = intimail_raw_field_unfold (field, self->charset);
  simple = intimail_address_list_rewrite_simple (unfolded);
  if (simple != NULL && strlen (simple) <= limit)
    return simple;
  g_free (simple);
  groups = intimail_address_list_read (unfolded);
  addresses = intimail_address_list_join (groups);

  return cut_addresses (addresses, limit);
}

char *
intimail_envelope_reader_read_message_id (IntimailEnvelopeReader *self, const char *name, gsize limit)
{
  const IntimailRawField *field = find_field (self, name);

  return field != NULL ? intimail_raw_field_read_message_id (field, self->charset, limit) : NULL;
}

gboolean
intimail_envelope_reader_read_date (IntimailEnvelopeReader *self, gint64 *seconds, int *offset)
{
  const IntimailRawField *field = find_field (self, "Date");
  g_autofree char *unfolded = NULL;

  if (field == NULL)
    return FALSE;
  unfolded = intimail_raw_field_unfold (field, self->charset);
  return intimail_date_parse_seconds (unfolded, seconds, offset);
}

char *
intimail_envelope_reader_read_queue_id (IntimailEnvelopeReader *self)
{
  guint n_fields;
  const IntimailRawField *fields = get_fields (self, &n_fields);

  for (guint i = 0; i < n_fields; i++)
    {
      char *id = intimail_raw_field_read_queue_id (&fields[i]);

      if (id != NULL)
        return id;
    }

  return g_strdup ("");
}
