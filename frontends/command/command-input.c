/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "command-input.h"

#include <gio/gunixinputstream.h>
#include <intimail/intimail.h>
#include <unistd.h>

#define INPUT_BYTES 65536

GBytes *
command_input_read (guint64 limit, GError **error)
{
  g_autoptr (GInputStream) input = g_unix_input_stream_new (STDIN_FILENO, FALSE);
  g_autoptr (GByteArray) all = g_byte_array_new ();
  gsize got = 1;

  while (got > 0 && all->len <= limit)
    {
      guint length = all->len;

      g_byte_array_set_size (all, length + INPUT_BYTES);
      if (!g_input_stream_read_all (input, all->data + length, INPUT_BYTES, &got, NULL, error))
        return NULL;
      g_byte_array_set_size (all, length + (guint) got);
    }
  if (all->len > limit)
    {
      g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_TOO_LARGE, "the message has over %" G_GUINT64_FORMAT " bytes", limit);
      return NULL;
    }

  return g_byte_array_free_to_bytes (g_steal_pointer (&all));
}
