/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <gio/gio.h>

#include "../../frontends/command/command-guard-log.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

/* A small file may unpack to a thousand times its size: more is not compared. */
#define MAX_TEXT (1024 * 1024u)

static void
on_event (IntimailGuardEvent *event, guint line, gpointer user_data)
{
  g_autofree char *json = intimail_guard_event_to_json (event, line);

  g_string_append (user_data, json);
}

static IntimailDetector *
make_detector (void)
{
  IntimailDetector *detector = intimail_detector_new ();

  if (!intimail_detector_load_builtin (detector, NULL))
    g_error ("the patterns cannot be loaded");
  intimail_detector_set_aggressive (detector, TRUE);

  return detector;
}

/* What is in a file of gzip, member by member; NULL when it is not right. */
static GByteArray *
unpack (const guint8 *data, gsize size)
{
  g_autoptr (GByteArray) text = g_byte_array_new ();
  g_autoptr (GConverter) unpacker = G_CONVERTER (g_zlib_decompressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP));

  while (size > 0 && text->len <= MAX_TEXT)
    {
      GConverterResult result = G_CONVERTER_CONVERTED;

      while (result == G_CONVERTER_CONVERTED && text->len <= MAX_TEXT)
        {
          guint8 buffer[4096];
          gsize n_read = 0;
          gsize n_written = 0;

          result = g_converter_convert (unpacker, data, size, buffer, sizeof buffer, G_CONVERTER_INPUT_AT_END, &n_read, &n_written, NULL);
          if (result == G_CONVERTER_ERROR)
            return NULL;
          g_byte_array_append (text, buffer, (guint) n_written);
          data += n_read;
          size -= n_read;
        }
      g_converter_reset (unpacker);
    }

  return g_steal_pointer (&text);
}

/* A log that is read piece by piece tells what it tells as a whole, packed or not. */
int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  static IntimailDetector *detectors[3];
  gboolean is_packed = size > 1 && data[0] == 0x1f && data[1] == 0x8b;
  g_autoptr (GInputStream) stream = g_memory_input_stream_new_from_data (data, (gssize) size, NULL);
  g_autoptr (GString) pieces = g_string_new (NULL);
  g_autoptr (GString) whole = g_string_new (NULL);
  g_autoptr (GByteArray) text = is_packed ? unpack (data, size) : g_byte_array_append (g_byte_array_new (), data, (guint) size);
  gboolean is_right = text != NULL;

  if (is_right && text->len > MAX_TEXT)
    return 0;
  for (guint i = 0; i < G_N_ELEMENTS (detectors); i++)
    if (detectors[i] == NULL)
      detectors[i] = make_detector ();
  /* A detector remembers lines: one of its own for what is not compared. */
  if (command_guard_log_scan (stream, is_packed, detectors[is_right ? 0 : 2], 1893456000, on_event, pieces, NULL) != is_right)
    g_error ("a packed log is right in pieces or as a whole, and not both");
  if (!is_right)
    return 0;
  g_byte_array_append (text, (const guint8 *) "\n", 1);
  intimail_detector_scan (detectors[1], text->data, text->len, 1893456000, on_event, whole);
  if (!g_string_equal (pieces, whole))
    g_error ("in pieces a log tells:\n%s\nand as a whole:\n%s", pieces->str, whole->str);

  return 0;
}
