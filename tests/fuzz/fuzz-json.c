/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "json/intimail-json-private.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

/* Both ways of reading agree; what was accepted is written, read and written
 * again the same. */
int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (JsonNode) node = intimail_json_parse ((const char *) data, size, NULL, NULL);
  g_autoptr (JsonNode) again = NULL;
  g_autoptr (GBytes) written = NULL;
  g_autoptr (GBytes) rewritten = NULL;
  const IntimailJsonLimits any = { .max_size = G_MAXSIZE, .max_depth = 512, .max_values = G_MAXUINT };

  if (intimail_json_check ((const char *) data, size, NULL, NULL) != (node != NULL))
    g_error ("check and parse differ");
  if (node == NULL)
    return 0;

  written = intimail_json_write (node);
  again = intimail_json_parse (g_bytes_get_data (written, NULL), g_bytes_get_size (written), &any, NULL);
  if (again == NULL)
    g_error ("what was written cannot be read");
  rewritten = intimail_json_write (again);
  if (!g_bytes_equal (written, rewritten))
    g_error ("written twice, not the same");

  return 0;
}
