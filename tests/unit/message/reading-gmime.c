/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * How GMime reads a mail.
 */

#include <gmime/gmime.h>

#include "reading.h"

static void
append_addresses (GString *list, InternetAddressList *addresses)
{
  int n = addresses != NULL ? internet_address_list_length (addresses) : 0;

  for (int i = 0; i < n; i++)
    {
      InternetAddress *address = internet_address_list_get_address (addresses, i);

      if (INTERNET_ADDRESS_IS_GROUP (address))
        append_addresses (list, internet_address_group_get_members (INTERNET_ADDRESS_GROUP (address)));
      else
        reading_append_address (list, internet_address_get_name (address),
                                internet_address_mailbox_get_addr (INTERNET_ADDRESS_MAILBOX (address)));
    }
}

static char *
write_addresses (GMimeMessage *message, GMimeAddressType type)
{
  GString *list = g_string_new (NULL);

  append_addresses (list, g_mime_message_get_addresses (message, type));

  return g_string_free (list, FALSE);
}

static GBytes *
read_content (GMimePart *part)
{
  GMimeDataWrapper *wrapper = g_mime_part_get_content (part);
  GMimeStream *stream = g_mime_stream_mem_new ();
  GByteArray *array = g_mime_stream_mem_get_byte_array (GMIME_STREAM_MEM (stream));
  GBytes *bytes;

  if (wrapper != NULL)
    g_mime_data_wrapper_write_to_stream (wrapper, stream);
  bytes = g_bytes_new (array->data, array->len);
  g_object_unref (stream);

  return bytes;
}

static void
read_part (Reading *reading, GMimeObject *part, guint depth)
{
  g_autofree char *type = NULL;

  type = g_mime_content_type_get_mime_type (g_mime_object_get_content_type (part));
  reading_append_part (reading, depth, type);
  if (GMIME_IS_MULTIPART (part))
    {
      int n = g_mime_multipart_get_count (GMIME_MULTIPART (part));

      for (int i = 0; i < n; i++)
        read_part (reading, g_mime_multipart_get_part (GMIME_MULTIPART (part), i), depth + 1);
    }
  else if (GMIME_IS_MESSAGE_PART (part))
    {
      GMimeMessage *inner = g_mime_message_part_get_message (GMIME_MESSAGE_PART (part));
      GMimeObject *root = inner != NULL ? g_mime_message_get_mime_part (inner) : NULL;

      if (root != NULL)
        read_part (reading, root, depth + 1);
    }
  else
    reading_take_leaf (reading, type, g_mime_part_get_filename (GMIME_PART (part)),
                       g_mime_content_encoding_to_string (g_mime_part_get_content_encoding (GMIME_PART (part))),
                       read_content (GMIME_PART (part)));
}

static void
read_message (Reading *reading, GMimeMessage *message)
{
  GDateTime *date = g_mime_message_get_date (message);
  GMimeObject *root = g_mime_message_get_mime_part (message);

  reading->items[READING_FROM] = write_addresses (message, GMIME_ADDRESS_TYPE_FROM);
  reading->items[READING_TO] = write_addresses (message, GMIME_ADDRESS_TYPE_TO);
  reading->items[READING_CC] = write_addresses (message, GMIME_ADDRESS_TYPE_CC);
  reading->items[READING_SUBJECT] = reading_fold_text (g_mime_message_get_subject (message));
  reading->items[READING_MESSAGE_ID] = reading_fold_text (g_mime_message_get_message_id (message));
  reading->items[READING_DATE] = date != NULL ? g_strdup_printf ("%" G_GINT64_FORMAT, g_date_time_to_unix (date))
                                              : g_strdup ("");
  if (root != NULL)
    read_part (reading, root, 0);
}

Reading *
reading_new_with_gmime (GBytes *bytes)
{
  static const char *charsets[] = { "utf-8", "windows-1252", NULL };
  GMimeParserOptions *options = g_mime_parser_options_new ();
  gsize length;
  const char *data = g_bytes_get_data (bytes, &length);
  GMimeStream *stream = g_mime_stream_mem_new_with_buffer (data, length);
  GMimeParser *parser = g_mime_parser_new_with_stream (stream);
  Reading *reading = reading_new ();
  GMimeMessage *message;

  g_mime_parser_options_set_fallback_charsets (options, charsets);
  message = g_mime_parser_construct_message (parser, options);
  if (message != NULL)
    {
      read_message (reading, message);
      g_object_unref (message);
    }
  g_object_unref (parser);
  g_object_unref (stream);
  g_mime_parser_options_free (options);
  for (int i = 0; i < READING_TREE; i++)
    if (reading->items[i] == NULL)
      reading->items[i] = g_strdup ("");
  reading_finish (reading);

  return reading;
}
