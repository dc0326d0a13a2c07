/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "../../frontends/webmail/webmail-file-range.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

/* A range that is served lies in the file. */
int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  static const guint64 sizes[] = { 0, 1, 2, 1000, G_GUINT64_CONSTANT (10737418240), G_MAXINT64 };
  g_autofree char *text = g_strndup ((const char *) data, size);

  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      guint64 first = G_MAXUINT64;
      guint64 last = G_MAXUINT64;

      if (webmail_file_range_parse (text, sizes[i], &first, &last) == WEBMAIL_FILE_RANGE_PART &&
          (first > last || last >= sizes[i]))
        g_error ("a range lies outside");
    }

  return 0;
}
