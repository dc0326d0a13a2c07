/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "webmail-file-range.h"

#include <string.h>

/* Digits alone; what is too large for 64 bits is as large as can be. FALSE when there is
 * none. */
static gboolean
scan_number (const char **text, guint64 *number)
{
  const char *start = *text;

  if (!g_ascii_isdigit (*start))
    return FALSE;
  *number = g_ascii_strtoull (start, (char **) text, 10);

  return TRUE;
}

static const char *
skip_spaces (const char *text)
{
  return text + strspn (text, " \t");
}

WebmailFileRange
webmail_file_range_parse (const char *text, guint64 size, guint64 *first, guint64 *last)
{
  guint64 from = 0;
  guint64 to = G_MAXUINT64;
  gboolean has_from;
  gboolean has_to;

  if (text == NULL || g_ascii_strncasecmp (text, "bytes", 5) != 0 || *skip_spaces (text + 5) != '=')
    return WEBMAIL_FILE_RANGE_ALL;
  text = skip_spaces (skip_spaces (text + 5) + 1);
  has_from = scan_number (&text, &from);
  if (*text++ != '-')
    return WEBMAIL_FILE_RANGE_ALL;
  has_to = scan_number (&text, &to);
  if (*skip_spaces (text) != '\0' || (!has_from && !has_to) || (has_from && from > to))
    return WEBMAIL_FILE_RANGE_ALL;
  /* "-N": the last N bytes. */
  if (!has_from && (to == 0 || size == 0))
    return WEBMAIL_FILE_RANGE_NONE;
  *first = has_from ? from : size - MIN (to, size);
  *last = has_from ? MIN (to, size - 1) : size - 1;

  return *first < size ? WEBMAIL_FILE_RANGE_PART : WEBMAIL_FILE_RANGE_NONE;
}
