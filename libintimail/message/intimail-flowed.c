/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "message/intimail-flowed-private.h"

#include <string.h>

/* RFC 3676 section 4.2: 66 to 72 letters, and up to 78 bytes. */
#define MAX_COLUMNS 72

/* The depth of quoting, and what follows its signs: "> > x" has two. */
static const char *
skip_quotes (const char *line, guint *depth, gboolean spaced)
{
  *depth = 0;
  while (*line == '>')
    {
      (*depth)++;
      line++;
      if (spaced && *line == ' ' && line[1] == '>')
        line++;
    }

  return line;
}

/* ---- Writing ---- */

/* The bytes that go into a line of @columns, up to the space where it is cut; all when it
 * fits, or has a word that does not. */
static gsize
measure_line (const char *text, guint columns)
{
  const char *cut = NULL;
  guint n = 0;

  for (const char *at = text; *at != '\0'; at = g_utf8_next_char (at), n++)
    {
      if (n >= columns && cut != NULL)
        return (gsize) (cut - text);
      if (*at == ' ' && at > text && at[1] != ' ' && at[1] != '\0')
        cut = at;
    }

  return strlen (text);
}

/* RFC 3676 section 4.4: what would be taken for something else gets a space in front. */
static void
append_line (GString *out, guint depth, const char *text, gsize length, gboolean flows)
{
  for (guint i = 0; i < depth; i++)
    g_string_append_c (out, '>');
  if (length > 0 && (depth > 0 || *text == ' ' || *text == '>' || g_str_has_prefix (text, "From ")))
    g_string_append_c (out, ' ');
  g_string_append_len (out, text, (gssize) length);
  g_string_append (out, flows ? " \n" : "\n");
}

static void
write_paragraph (GString *out, const char *line)
{
  guint depth;
  const char *text = skip_quotes (line, &depth, TRUE);

  if (strcmp (line, "-- ") == 0)
    {
      g_string_append (out, "-- \n");
      return;
    }
  if (depth > 0 && *text == ' ')
    text++;
  for (;;)
    {
      gsize length = measure_line (text, MAX_COLUMNS - MIN (depth + 1, MAX_COLUMNS / 2));
      gsize kept = length;
      gboolean flows = text[length] != '\0';

      while (!flows && kept > 0 && text[kept - 1] == ' ')
        kept--;
      append_line (out, depth, text, kept, flows);
      if (!flows)
        return;
      text += length + 1;
    }
}

char *
intimail_flowed_write (const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  GString *out = g_string_sized_new (strlen (text) + strlen (text) / 16);

  for (gsize i = 0; lines[i] != NULL; i++)
    if (lines[i + 1] != NULL || *lines[i] != '\0')
      write_paragraph (out, lines[i]);

  return g_string_free (out, FALSE);
}

/* ---- Reading ---- */

typedef struct
{
  GString *out;
  guint depth; /* of the paragraph that goes on */
  gboolean open;
} Reader;

static void
begin_paragraph (Reader *reader, guint depth, gboolean empty)
{
  if (reader->open)
    g_string_append_c (reader->out, '\n');
  for (guint i = 0; i < depth; i++)
    g_string_append_c (reader->out, '>');
  if (depth > 0 && !empty)
    g_string_append_c (reader->out, ' ');
  reader->depth = depth;
}

static void
read_line (Reader *reader, const char *line, gboolean del_space)
{
  guint depth;
  const char *text = skip_quotes (line, &depth, FALSE);
  gsize length;
  gboolean signature;

  if (*text == ' ')
    text++;
  length = strlen (text);
  signature = strcmp (text, "-- ") == 0;
  if (!reader->open || depth != reader->depth || signature)
    begin_paragraph (reader, depth, length == 0);
  reader->open = !signature && length > 0 && text[length - 1] == ' ';
  g_string_append_len (reader->out, text, (gssize) (reader->open && del_space ? length - 1 : length));
  if (!reader->open)
    g_string_append_c (reader->out, '\n');
}

char *
intimail_flowed_read (const char *text, gboolean del_space)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  Reader reader = { g_string_sized_new (strlen (text)), 0, FALSE };

  for (gsize i = 0; lines[i] != NULL; i++)
    if (lines[i + 1] != NULL || *lines[i] != '\0')
      read_line (&reader, lines[i], del_space);
  if (reader.open)
    g_string_append_c (reader.out, '\n');

  return g_string_free (reader.out, FALSE);
}
