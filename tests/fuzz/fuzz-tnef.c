/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <intimail/intimail.h>

#include "message/intimail-tnef-clean-private.h"
#include "message/intimail-tnef-private.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

static void
read_part (IntimailPart *part)
{
  GPtrArray *parts = intimail_part_get_parts (part);
  g_autofree char *name = intimail_part_make_file_name (part);
  g_autoptr (GBytes) content = NULL;

  if (!g_utf8_validate (name, -1, NULL))
    g_error ("a name is not UTF-8");
  for (guint i = 0; i < parts->len; i++)
    read_part (g_ptr_array_index (parts, i));
  if (intimail_part_is_multipart (part))
    return;
  content = intimail_part_get_content (part, NULL);
  if (g_bytes_get_size (content) != intimail_part_get_size (part))
    g_error ("a part has not the size that it says");
}

/* Whatever a winmail.dat is, it is a message with a name for each file, or an error. */
int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (GBytes) bytes = intimail_tnef_to_message (g_bytes_new (data, size), NULL);
  g_autoptr (IntimailMessage) message = bytes != NULL ? intimail_message_new_from_bytes (bytes, NULL) : NULL;

  if (message == NULL)
    return 0;
  read_part (intimail_message_get_root (message));
  if (intimail_message_get_attachments (message)->len > INTIMAIL_TNEF_MAX_FILES + 1)
    g_error ("there are too many files");

  return 0;
}
