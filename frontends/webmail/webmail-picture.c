/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "webmail-picture.h"

#include <qrencode.h>

static gboolean
is_dark (const QRcode *code, int x, int y)
{
  return (code->data[y * code->width + x] & 1) != 0;
}

char *
webmail_picture_draw (const char *text, guint *size)
{
  QRcode *code = QRcode_encodeString8bit (text, 0, QR_ECLEVEL_M);
  GString *path;

  if (code == NULL)
    return NULL;
  path = g_string_new (NULL);
  for (int y = 0; y < code->width; y++)
    for (int x = 0; x < code->width; x++)
      {
        int start = x;

        while (x < code->width && is_dark (code, x, y))
          x++;
        if (x > start)
          g_string_append_printf (path, "M%d %dh%dv1h-%dz", start, y, x - start, x - start);
      }
  *size = (guint) code->width;
  QRcode_free (code);

  return g_string_free (path, FALSE);
}
