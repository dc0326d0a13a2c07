/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "message/intimail-blind-copy-private.h"

#include <string.h>

/* The byte after the next line end. */
static const char *
skip_line (const char *line, const char *end)
{
  const char *feed = memchr (line, '\n', (gsize) (end - line));

  return feed != NULL ? feed + 1 : end;
}

/* A field ends where a line begins with something else than white space. */
static const char *
skip_field (const char *field, const char *end)
{
  const char *next = skip_line (field, end);

  while (next < end && (*next == ' ' || *next == '\t'))
    next = skip_line (next, end);

  return next;
}

static gboolean
is_blind_copy (const char *field, const char *end)
{
  static const char *const names[] = { "Bcc", "Resent-Bcc" };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      gsize length = strlen (names[i]);
      const char *after = field + length;

      if ((gsize) (end - field) <= length || g_ascii_strncasecmp (field, names[i], length) != 0)
        continue;
      /* RFC 5322 section 4.5 has white space before the colon. */
      while (after < end && (*after == ' ' || *after == '\t'))
        after++;
      if (after < end && *after == ':')
        return TRUE;
    }

  return FALSE;
}

GBytes *
intimail_blind_copy_remove (GBytes *message)
{
  gsize length;
  const char *data = g_bytes_get_data (message, &length);
  const char *end = data + length;
  const char *field = data;
  GString *kept = NULL;

  while (field < end && *field != '\n' && *field != '\r')
    {
      const char *next = skip_field (field, end);
      gboolean blind = is_blind_copy (field, end);

      if (blind && kept == NULL)
        kept = g_string_new_len (data, (gssize) (field - data));
      else if (!blind && kept != NULL)
        g_string_append_len (kept, field, (gssize) (next - field));
      field = next;
    }
  if (kept == NULL)
    return g_bytes_ref (message);

  g_string_append_len (kept, field, (gssize) (end - field));
  return g_string_free_to_bytes (kept);
}
