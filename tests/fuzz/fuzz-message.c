/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include <intimail/intimail.h>

#include "message/intimail-envelope-reader-private.h"
#include "message/intimail-part-row-private.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

static void
check_text (const char *text)
{
  if (text != NULL && !g_utf8_validate (text, -1, NULL))
    g_error ("text is not UTF-8");
}

static void
read_addresses (GPtrArray *addresses)
{
  g_autofree char *list = intimail_address_list_to_string (addresses);

  check_text (list);
  for (guint i = 0; i < addresses->len; i++)
    {
      g_autofree char *key = intimail_address_get_key (g_ptr_array_index (addresses, i));

      check_text (key);
      check_text (intimail_address_get_email (g_ptr_array_index (addresses, i)));
    }
}

static void
read_field (IntimailField *field)
{
  g_autofree char *raw = intimail_field_get_raw (field);
  g_autofree char *text = intimail_field_get_text (field);
  g_autoptr (GPtrArray) addresses = intimail_field_get_addresses (field);
  g_autoptr (GDateTime) date = intimail_field_get_date (field);
  g_auto (GStrv) ids = intimail_field_get_message_ids (field);
  g_auto (GStrv) urls = intimail_field_get_urls (field);
  g_autoptr (GBytes) bytes = intimail_field_get_bytes (field);

  check_text (raw);
  check_text (text);
  read_addresses (addresses);
}

static void
read_part (IntimailMessage *message, IntimailPart *part)
{
  GPtrArray *parts = intimail_part_get_parts (part);
  g_autofree char *text = NULL;
  g_autoptr (GBytes) content = NULL;
  gboolean problem;

  if (intimail_message_get_part (message, intimail_part_get_id (part)) != part)
    g_error ("a part is not found by its id");
  check_text (intimail_part_get_name (part));
  check_text (intimail_part_get_charset (part));
  check_text (intimail_part_get_content_id (part));
  check_text (intimail_part_get_content_location (part));
  g_ptr_array_foreach (intimail_part_get_headers (part), (GFunc) read_field, NULL);
  for (guint i = 0; i < parts->len; i++)
    read_part (message, g_ptr_array_index (parts, i));
  if (intimail_part_is_multipart (part))
    return;
  text = intimail_part_get_text (part, &problem, NULL);
  content = intimail_part_get_content (part, NULL);
  check_text (text);
  if (g_bytes_get_size (content) != intimail_part_get_size (part))
    g_error ("a part has not the size that it says");
}

static void
compare_addresses (IntimailEnvelopeReader *reader, const char *name, GPtrArray *addresses)
{
  g_autofree char *found = intimail_envelope_reader_read_addresses (reader, name, G_MAXSIZE);
  g_autofree char *wanted = intimail_address_list_to_string (addresses);

  if (!g_str_equal (found, wanted))
    g_error ("%s: the reader of envelopes has \"%s\", the message \"%s\"", name, found, wanted);
}

static void
compare_ids (IntimailEnvelopeReader *reader, const char *name, IntimailMessage *message)
{
  g_autofree char *found = intimail_envelope_reader_read_message_id (reader, name, G_MAXSIZE);
  g_autofree char *found_short = intimail_envelope_reader_read_message_id (reader, name, 5);
  const char *const *wanted = intimail_message_get_message_ids (message, name);

  if (g_strcmp0 (found, wanted != NULL ? wanted[0] : NULL) != 0)
    g_error ("%s: the reader of envelopes has another id", name);
  while (wanted != NULL && *wanted != NULL && strlen (*wanted) > 5)
    wanted++;
  if (g_strcmp0 (found_short, wanted != NULL ? wanted[0] : NULL) != 0)
    g_error ("%s: the reader of envelopes has another short id", name);
}

static gboolean
append_text (const char *text, gsize length, gpointer user_data)
{
  GString *all = user_data;

  /* As intimail_message_get_text() puts them together. */
  if (length > 0 && all->len > 0 && all->str[all->len - 1] != '\n')
    g_string_append_c (all, '\n');
  g_string_append_len (all, text, (gssize) length);

  return TRUE;
}

/* Without carriage returns, and without the NULs that no text can have. */
static char *
unify (const char *text, gsize length)
{
  GString *unified = g_string_sized_new (length);

  for (gsize i = 0; i < length; i++)
    if (text[i] != '\0' && text[i] != '\r')
      g_string_append_c (unified, text[i]);
  g_strchomp (unified->str);

  return g_string_free (unified, FALSE);
}

/* @place is that of the first part that the reader of envelopes has not been asked about. */
static void
compare_part (IntimailPartRow *row, guint *place, IntimailPart *part)
{
  GPtrArray *parts = intimail_part_get_parts (part);
  const IntimailPartInfo *found = &row->parts[*place];

  if (*place >= row->n_parts)
    g_error ("the reader of envelopes has fewer parts");
  ++*place;
  if (g_strcmp0 (found->type, intimail_part_get_content_type (part)) != 0 ||
      g_strcmp0 (found->charset, intimail_part_get_charset (part)) != 0 ||
      g_strcmp0 (found->name, intimail_part_get_name (part)) != 0)
    g_error ("the reader of envelopes has \"%s\" (%s, %s), the message \"%s\" (%s, %s)",
             found->name, found->type, found->charset, intimail_part_get_name (part),
             intimail_part_get_content_type (part), intimail_part_get_charset (part));
  for (guint i = 0; i < parts->len; i++)
    compare_part (row, place, g_ptr_array_index (parts, i));
}

static void
compare_parts (GBytes *bytes, IntimailMessage *message)
{
  gsize size;
  const char *data = g_bytes_get_data (bytes, &size);
  g_autoptr (IntimailPartRow) row = intimail_part_row_new (bytes, intimail_structure_scan_new (data != NULL ? data : "", size));
  guint place = 0;

  compare_part (row, &place, intimail_message_get_root (message));
  if (place != row->n_parts)
    g_error ("the reader of envelopes has more parts");
}

/* The fast reader says what the message says. */
static void
compare (GBytes *bytes, IntimailMessage *message)
{
  g_autoptr (IntimailEnvelopeReader) reader = intimail_envelope_reader_new (bytes);
  g_autofree char *subject = intimail_envelope_reader_read_text (reader, "Subject");
  g_autofree char *preview = intimail_envelope_reader_read_preview (reader, G_MAXSIZE);
  g_autofree char *wanted_preview = intimail_message_get_preview (message);
  g_autofree char *queue_id = intimail_envelope_reader_read_queue_id (reader);
  g_autofree char *text = intimail_message_get_text (message);
  g_autofree char *wanted_text = unify (text, strlen (text));
  g_autofree char *found_text = NULL;
  g_autoptr (GString) visited = g_string_new (NULL);
  GDateTime *date = intimail_message_get_date (message);
  gint64 seconds;
  guint n_offered;
  int offset;

  compare_addresses (reader, "From", intimail_message_get_from (message));
  compare_addresses (reader, "To", intimail_message_get_to (message));
  compare_addresses (reader, "Cc", intimail_message_get_cc (message));
  compare_addresses (reader, "Bcc", intimail_message_get_bcc (message));
  compare_addresses (reader, "Reply-To", intimail_message_get_reply_to (message));
  compare_ids (reader, "Message-ID", message);
  compare_ids (reader, "In-Reply-To", message);
  compare_ids (reader, "References", message);
  if (g_strcmp0 (subject, intimail_message_get_subject (message)) != 0 || !g_str_equal (preview, wanted_preview) ||
      !g_str_equal (queue_id, intimail_message_get_queue_id (message)))
    g_error ("the reader of envelopes has another subject, preview or queue id");
  if (intimail_envelope_reader_read_date (reader, &seconds, &offset) != (date != NULL) ||
      (date != NULL && (seconds != g_date_time_to_unix (date) || offset != g_date_time_get_utc_offset (date) / G_TIME_SPAN_MINUTE)))
    g_error ("the reader of envelopes has another date");
  if (intimail_envelope_reader_count_attachments (reader, &n_offered) != intimail_message_get_attachments (message)->len ||
      n_offered != intimail_message_get_n_attachments (message))
    g_error ("the reader of envelopes has other attachments");
  intimail_envelope_reader_visit_text (reader, append_text, visited);
  found_text = unify (visited->str, visited->len);
  if (!g_str_equal (found_text, wanted_text))
    g_error ("the reader of envelopes has another text");
}

/* Writes an answer, and reads its header. */
static void
check_answer (IntimailComposer *composer)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = intimail_composer_build (composer, "mail.home.example", &error);
  g_autoptr (IntimailMessage) back = NULL;

  if (bytes == NULL)
    g_error ("an answer cannot be written: %s", error->message);
  back = intimail_message_new_from_bytes (bytes, NULL);
  if (intimail_message_get_from (back)->len != 1 || intimail_message_get_message_id (back) == NULL)
    g_error ("an answer has lost its header");
  if (intimail_message_get_bcc (back)->len != 0)
    g_error ("an answer goes to somebody in secret");
}

static void
answer (IntimailMessage *message)
{
  g_autoptr (IntimailAddress) from = intimail_address_parse ("ann@home.example", NULL);
  g_autofree char *text = intimail_message_get_text (message);

  for (int way = 0; way < 5; way++)
    {
      g_autoptr (IntimailComposer) composer = intimail_composer_new ();

      intimail_composer_set_from (composer, from);
      (way % 2 == 0 ? intimail_composer_set_text : intimail_composer_set_html) (composer, text);
      intimail_composer_set_flowed (composer, way > 1);
      if (way < 3)
        intimail_composer_reply (composer, message, (IntimailReplyScope) way, NULL, "fr", NULL);
      else
        intimail_composer_forward (composer, message, (IntimailForwardKind) (way - 3), NULL, NULL);
      check_text (intimail_composer_get_quote (composer));
      check_answer (composer);
    }
}

/* Whatever a message is, it is read to the end: all text is UTF-8, each part is
 * found again, the fast reader says the same, and it can be answered. */
int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (data, size);
  g_autoptr (IntimailMessage) message = intimail_message_new_from_bytes (bytes, NULL);
  g_autofree char *preview = intimail_message_get_preview (message);
  g_autofree char *base = intimail_message_get_base_subject (message);

  check_text (preview);
  check_text (base);
  check_text (intimail_message_get_subject (message));
  check_text (intimail_message_get_queue_id (message));
  if (g_utf8_strlen (preview, -1) > 256)
    g_error ("the preview is too long");
  if (intimail_message_has_attachment (message) && intimail_message_get_attachments (message)->len == 0)
    g_error ("an attachment is not listed");
  read_addresses (intimail_message_get_from (message));
  read_part (message, intimail_message_get_root (message));
  compare_parts (bytes, message);
  compare (bytes, message);
  answer (message);

  return 0;
}
