/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "store/intimail-detach-note-private.h"

#include <string.h>

/* RFC 2045 section 6.8. */
#define BASE64_LINE 76

/* Base64, for a name may be in any letters, and a link may be longer than a line of mail. */
static void
append_encoded (GString *note, const char *text, const char *line_end)
{
  g_autofree char *encoded = g_base64_encode ((const guchar *) text, strlen (text));
  gsize length = strlen (encoded);

  for (gsize i = 0; i < length; i += BASE64_LINE)
    g_string_append_printf (note, "%s%.*s", i > 0 ? line_end : "", BASE64_LINE, encoded + i);
}

char *
intimail_detach_note_make (IntimailBigFile *file, const char *link, gboolean french, gboolean with_cr)
{
  const char *line_end = with_cr ? "\r\n" : "\n";
  guint64 size = intimail_big_file_get_size (file);
  g_autofree char *text = g_strdup_printf (french ? "La pièce jointe « %s » (%" G_GUINT64_FORMAT " octets) a été sortie de ce message.\nElle est ici :\n\n%s\n"
                                                  : "The attachment \"%s\" (%" G_GUINT64_FORMAT " bytes) was taken out of this message.\nIt is here:\n\n%s\n",
                                           intimail_big_file_get_name (file), size, link);
  GString *note = g_string_new (NULL);

  g_string_append_printf (note,
                          "Content-Type: text/plain; charset=utf-8%s"
                          "Content-Transfer-Encoding: base64%s"
                          "Content-Disposition: inline%s"
                          "X-Intimail-Detached: id=%s; size=%" G_GUINT64_FORMAT "; type=%s%s%s",
                          line_end, line_end, line_end, intimail_big_file_get_id (file), size,
                          intimail_big_file_get_content_type (file), line_end, line_end);
  append_encoded (note, text, line_end);

  return g_string_free (note, FALSE);
}
