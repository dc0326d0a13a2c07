/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * How IntimailMessage reads a mail.
 */

#include <string.h>

#include <intimail/intimail.h>

#include "reading.h"

static char *
write_addresses (GPtrArray *addresses)
{
  GString *list = g_string_new (NULL);

  for (guint i = 0; i < addresses->len; i++)
    {
      IntimailAddress *address = g_ptr_array_index (addresses, i);

      reading_append_address (list, intimail_address_get_name (address), intimail_address_get_email (address));
    }

  return g_string_free (list, FALSE);
}

static gboolean
holds_message (const char *type)
{
  return strcmp (type, "message/rfc822") == 0 || strcmp (type, "message/global") == 0 ||
         strcmp (type, "message/news") == 0;
}

static void
read_part (Reading *reading, IntimailPart *part, guint depth)
{
  const char *type = intimail_part_get_content_type (part);
  GPtrArray *parts = intimail_part_get_parts (part);
  g_autoptr (GBytes) content = NULL;

  reading_append_part (reading, depth, type);
  for (guint i = 0; i < parts->len; i++)
    read_part (reading, g_ptr_array_index (parts, i), depth + 1);
  if (intimail_part_is_multipart (part))
    return;
  content = intimail_part_get_content (part, NULL);
  g_assert_nonnull (content);
  if (holds_message (type))
    {
      g_autoptr (IntimailMessage) inner = intimail_message_new_from_bytes (content, NULL);

      read_part (reading, intimail_message_get_root (inner), depth + 1);
      return;
    }
  reading_take_leaf (reading, type, intimail_part_get_name (part), NULL, g_steal_pointer (&content));
}

Reading *
reading_new_with_intimail (GBytes *bytes)
{
  g_autoptr (IntimailMessage) message = intimail_message_new_from_bytes (bytes, NULL);
  Reading *reading = reading_new ();
  GDateTime *date = intimail_message_get_date (message);

  reading->items[READING_FROM] = write_addresses (intimail_message_get_from (message));
  reading->items[READING_TO] = write_addresses (intimail_message_get_to (message));
  reading->items[READING_CC] = write_addresses (intimail_message_get_cc (message));
  reading->items[READING_SUBJECT] = reading_fold_text (intimail_message_get_subject (message));
  reading->items[READING_MESSAGE_ID] = reading_fold_text (intimail_message_get_message_id (message));
  reading->items[READING_DATE] = date != NULL ? g_strdup_printf ("%" G_GINT64_FORMAT, g_date_time_to_unix (date))
                                              : g_strdup ("");
  read_part (reading, intimail_message_get_root (message), 0);
  reading_finish (reading);

  return reading;
}
