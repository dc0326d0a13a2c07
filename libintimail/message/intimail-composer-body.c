/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The text of a message: what was written, what it quotes, and the signature.
 */

#include <string.h>

#include "message/intimail-composer-private.h"
#include "message/intimail-html-text-private.h"

/* Nobody nests answers so deep that a reader would want to see it. */
#define MAX_DEPTH 30

static char *
make_unix_lines (const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  GString *lines = g_string_new (valid);

  g_string_replace (lines, "\r\n", "\n", 0);
  if (lines->len > 0 && lines->str[lines->len - 1] != '\n')
    g_string_append_c (lines, '\n');

  return g_string_free (lines, FALSE);
}

/* A block of its own, with an empty line above it. */
static void
append_block (GString *out, const char *before, const char *text)
{
  g_autofree char *lines = make_unix_lines (text);

  if (out->len > 0)
    g_string_append_c (out, '\n');
  g_string_append (out, before);
  g_string_append (out, lines);
}

char *
intimail_composer_make_text (IntimailComposer *self)
{
  g_autofree char *made = self->text == NULL && self->html != NULL ? intimail_html_to_plain (self->html) : NULL;
  g_autofree char *lines = make_unix_lines (self->text != NULL ? self->text : made != NULL ? made
                                                                                           : "");
  GString *out = g_string_new (lines);

  if (self->quote != NULL)
    append_block (out, "", self->quote);
  if (self->signature != NULL)
    append_block (out, "-- \n", self->signature);

  return g_string_free (out, FALSE);
}

static guint
measure_depth (const char *line, const char **text)
{
  guint depth = 0;

  for (; *line == '>'; line++, depth++)
    if (line[1] == ' ' && line[2] == '>')
      line++;
  *text = depth > 0 && *line == ' ' ? line + 1 : line;

  return MIN (depth, MAX_DEPTH);
}

/* Escaped; what has ">" in front is in as many blocks of quotation. */
static void
append_as_html (GString *out, const char *plain)
{
  g_autofree char *unix_lines = make_unix_lines (plain);
  g_auto (GStrv) lines = g_strsplit (unix_lines, "\n", -1);
  guint depth = 0;

  for (gsize i = 0; lines[i] != NULL && (lines[i + 1] != NULL || *lines[i] != '\0'); i++)
    {
      const char *text;
      guint wanted = measure_depth (lines[i], &text);
      g_autofree char *escaped = g_markup_escape_text (text, -1);

      for (; depth < wanted; depth++)
        g_string_append (out, "<blockquote type=\"cite\">");
      for (; depth > wanted; depth--)
        g_string_append (out, "</blockquote>");
      g_string_append_printf (out, "%s<br>\n", escaped);
    }
  for (; depth > 0; depth--)
    g_string_append (out, "</blockquote>\n");
}

/* The last end tag of an element; NULL when there is none. */
static const char *
find_end_tag (const char *html, const char *name)
{
  gsize length = strlen (name);

  for (const char *at = html + strlen (html); at > html; at--)
    if (at[-1] == '<' && g_ascii_strncasecmp (at, name, length) == 0)
      return at - 1;

  return NULL;
}

/* Where the document ends for who writes into it. */
static const char *
find_end (const char *html)
{
  const char *end = find_end_tag (html, "/body");

  if (end == NULL)
    end = find_end_tag (html, "/html");

  return end != NULL ? end : html + strlen (html);
}

char *
intimail_composer_make_html (IntimailComposer *self)
{
  g_autofree char *html = make_unix_lines (self->html);
  const char *end = find_end (html);
  GString *out = g_string_new_len (html, end - html);

  if (self->quote != NULL)
    {
      g_string_append (out, "<div>\n");
      append_as_html (out, self->quote);
      g_string_append (out, "</div>\n");
    }
  if (self->signature != NULL)
    {
      g_string_append (out, "<div>-- <br>\n");
      append_as_html (out, self->signature);
      g_string_append (out, "</div>\n");
    }
  g_string_append (out, end);

  return g_string_free (out, FALSE);
}
