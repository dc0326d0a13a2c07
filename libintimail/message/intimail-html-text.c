/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <stdlib.h>
#include <string.h>

#include "message/intimail-html-text-private.h"

#define MAX_TAG 15
#define MAX_ENTITY 31

/* The entities that text mail uses; the others stay as they are written. */
static const struct
{
  const char *name;
  gunichar character;
} entities[] = {
  { "AMP", '&' },
  { "Agrave", 0xc0 },
  { "Auml", 0xc4 },
  { "Ccedil", 0xc7 },
  { "Eacute", 0xc9 },
  { "GT", '>' },
  { "LT", '<' },
  { "Ouml", 0xd6 },
  { "QUOT", '"' },
  { "Uuml", 0xdc },
  { "aacute", 0xe1 },
  { "acirc", 0xe2 },
  { "acute", 0xb4 },
  { "aelig", 0xe6 },
  { "agrave", 0xe0 },
  { "amp", '&' },
  { "apos", '\'' },
  { "aring", 0xe5 },
  { "atilde", 0xe3 },
  { "auml", 0xe4 },
  { "bull", 0x2022 },
  { "ccedil", 0xe7 },
  { "cent", 0xa2 },
  { "copy", 0xa9 },
  { "deg", 0xb0 },
  { "eacute", 0xe9 },
  { "ecirc", 0xea },
  { "egrave", 0xe8 },
  { "euml", 0xeb },
  { "euro", 0x20ac },
  { "frac12", 0xbd },
  { "gt", '>' },
  { "hellip", 0x2026 },
  { "iacute", 0xed },
  { "icirc", 0xee },
  { "iexcl", 0xa1 },
  { "igrave", 0xec },
  { "iquest", 0xbf },
  { "iuml", 0xef },
  { "laquo", 0xab },
  { "ldquo", 0x201c },
  { "lsaquo", 0x2039 },
  { "lsquo", 0x2018 },
  { "lt", '<' },
  { "mdash", 0x2014 },
  { "middot", 0xb7 },
  { "nbsp", ' ' },
  { "ndash", 0x2013 },
  { "ntilde", 0xf1 },
  { "oacute", 0xf3 },
  { "ocirc", 0xf4 },
  { "oelig", 0x153 },
  { "ograve", 0xf2 },
  { "oslash", 0xf8 },
  { "otilde", 0xf5 },
  { "ouml", 0xf6 },
  { "para", 0xb6 },
  { "pound", 0xa3 },
  { "quot", '"' },
  { "raquo", 0xbb },
  { "rdquo", 0x201d },
  { "reg", 0xae },
  { "rsaquo", 0x203a },
  { "rsquo", 0x2019 },
  { "sect", 0xa7 },
  { "shy", 0 },
  { "szlig", 0xdf },
  { "times", 0xd7 },
  { "trade", 0x2122 },
  { "uacute", 0xfa },
  { "ucirc", 0xfb },
  { "ugrave", 0xf9 },
  { "uuml", 0xfc },
  { "yen", 0xa5 },
  { "zwj", 0 },
  { "zwnj", 0 },
};

typedef struct
{
  GString *text;
  gboolean space; /* white space is due before the next letter */
  guint lines;    /* and so many line feeds */
  gboolean plain; /* for somebody who reads it instead of the HTML */
  char *link;     /* that is open, and where its text begins */
  gsize link_start;
} Output;

static void
put (Output *output, gunichar character)
{
  if (character == 0)
    return;
  if (character == ' ' || character == '\t' || character == '\n' || character == '\r' || character == '\f' || character == 0xa0)
    {
      output->space = TRUE;
      return;
    }
  for (; output->lines > 0; output->lines--)
    {
      output->space = FALSE;
      if (output->text->len > 0)
        g_string_append_c (output->text, '\n');
    }
  if (output->space && output->text->len > 0 && output->text->str[output->text->len - 1] != '\n')
    g_string_append_c (output->text, ' ');
  output->space = FALSE;
  g_string_append_unichar (output->text, character);
}

static gunichar
find_entity (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (entities); i++)
    if (strcmp (entities[i].name, name) == 0)
      return entities[i].character;

  return (gunichar) -1;
}

static gunichar
parse_number (const char *digits)
{
  gboolean hex = digits[0] == 'x' || digits[0] == 'X';
  guint64 number;

  if (!g_ascii_isxdigit (digits[hex]))
    return (gunichar) -1;
  number = g_ascii_strtoull (digits + hex, NULL, hex ? 16 : 10);
  if (number < 0x20 || (number >= 0x7f && number < 0xa0))
    return ' ';

  return number <= 0x10ffff && g_unichar_validate ((gunichar) number) ? (gunichar) number : 0xfffd;
}

/* @at is at the ampersand; returns what follows the entity. */
static const char *
read_entity (Output *output, const char *at)
{
  char name[MAX_ENTITY + 1];
  gsize length = 0;
  gunichar character;

  while (length < MAX_ENTITY && (g_ascii_isalnum (at[1 + length]) || (length == 0 && at[1] == '#')))
    {
      name[length] = at[1 + length];
      length++;
    }
  name[length] = '\0';
  character = name[0] == '#' ? parse_number (name + 1) : find_entity (name);
  if (length == 0 || character == (gunichar) -1)
    {
      put (output, '&');
      return at + 1;
    }
  put (output, character);

  return at + 1 + length + (at[1 + length] == ';');
}

static gboolean
is_one_of (const char *name, const char *const *names)
{
  return g_strv_contains (names, name);
}

/* Behind the closing angle bracket, which a quoted attribute may hold too. */
static const char *
skip_tag (const char *at)
{
  char quote = '\0';

  for (const char *start = at; *at != '\0'; at++)
    {
      if (quote != '\0' ? *at == quote : (*at == '"' || *at == '\'') && at > start && at[-1] == '=')
        quote = quote != '\0' ? '\0' : *at;
      else if (quote == '\0' && *at == '>')
        return at + 1;
    }

  return at;
}

/* Behind the end tag of an element whose content is not text. */
static const char *
skip_element (const char *at, const char *name)
{
  gsize length = strlen (name);

  for (at = strchr (at, '<'); at != NULL; at = strchr (at + 1, '<'))
    if (at[1] == '/' && g_ascii_strncasecmp (at + 2, name, length) == 0 && !g_ascii_isalnum (at[2 + length]))
      return skip_tag (at + 2);

  return NULL;
}

/* The value of an attribute of the tag whose name ends at @at; NULL when there is none. */
static char *
read_attribute (const char *at, const char *end, const char *name)
{
  gsize length = strlen (name);

  for (; at + length + 1 < end; at++)
    {
      const char *value = at + length + 2;
      char quote = at[length + 1];

      if ((*at != ' ' && *at != '\t' && *at != '\n') || g_ascii_strncasecmp (at + 1, name, length) != 0 || quote != '=')
        continue;
      quote = *value == '"' || *value == '\'' ? *value++ : '\0';
      at = value;
      while (at < end && (quote != '\0' ? *at != quote : strchr (" \t\n>", *at) == NULL))
        at++;
      return g_strndup (value, (gsize) (at - value));
    }

  return NULL;
}

static void
end_link (Output *output)
{
  g_autofree char *link = g_steal_pointer (&output->link);

  /* Not where the text is the address already. */
  if (link == NULL || strstr (output->text->str + output->link_start, link) != NULL || output->text->len == output->link_start)
    return;
  g_string_append_printf (output->text, " <%s>", link);
}

/* What a browser would show by other means than text. */
static void
write_signs (Output *output, const char *name, gboolean closes, const char *at, const char *end)
{
  if (strcmp (name, "br") == 0)
    output->lines++;
  else if (strcmp (name, "a") == 0)
    end_link (output);
  if (closes)
    return;
  if (strcmp (name, "a") == 0)
    {
      g_autofree char *link = read_attribute (at, end, "href");

      if (link != NULL && (g_ascii_strncasecmp (link, "http", 4) == 0 || g_ascii_strncasecmp (link, "mailto:", 7) == 0))
        output->link = g_steal_pointer (&link);
      output->link_start = output->text->len;
    }
  else if (strcmp (name, "li") == 0)
    {
      put (output, '-');
      output->space = TRUE;
    }
}

/* @at is at the angle bracket; returns what follows the markup. */
static const char *
read_markup (Output *output, const char *at)
{
  static const char *const silent[] = { "script", "style", "title", "noscript", "template", "svg", "math", NULL };
  static const char *const lines[] = { "br", "div", "tr", "li", "dt", "dd", "section", "article", "header", "footer", NULL };
  static const char *const paragraphs[] = { "p", "h1", "h2", "h3", "h4", "h5", "h6", "table", "ul", "ol", "blockquote", "pre", "hr", NULL };
  static const char *const cells[] = { "td", "th", NULL };
  gboolean closes = at[1] == '/';
  const char *start = at + 1 + closes;
  char name[MAX_TAG + 1];
  gsize length = 0;

  if (g_str_has_prefix (at, "<!--"))
    {
      const char *end = strstr (at + 4, "-->");

      return end != NULL ? end + 3 : at + strlen (at);
    }
  if (*start == '!' || *start == '?')
    return skip_tag (start);
  if (!g_ascii_isalpha (*start))
    {
      put (output, '<');
      return at + 1;
    }
  for (; length < MAX_TAG && g_ascii_isalnum (start[length]); length++)
    name[length] = g_ascii_tolower (start[length]);
  name[length] = '\0';

  if (output->plain && strcmp (name, "br") == 0)
    output->space = FALSE;
  else if (is_one_of (name, lines))
    output->lines = MAX (output->lines, 1);
  else if (is_one_of (name, paragraphs))
    output->lines = 2;
  else if (is_one_of (name, cells))
    output->space = TRUE;
  at = skip_tag (start + length);
  if (output->plain)
    write_signs (output, name, closes, start + length, at);
  if (!closes && is_one_of (name, silent))
    {
      const char *end = skip_element (at, name);

      /* Nothing closes it: what follows is not shown by a browser either. */
      return end != NULL ? end : at + strlen (at);
    }

  return at;
}

static void
read_html (Output *output, const char *html, gsize limit)
{
  while (*html != '\0' && output->text->len < limit)
    {
      if (*html == '<')
        html = read_markup (output, html);
      else if (*html == '&')
        html = read_entity (output, html);
      else
        {
          put (output, g_utf8_get_char (html));
          html = g_utf8_next_char (html);
        }
    }
}

char *
intimail_html_to_text (const char *html, gsize limit)
{
  Output output = { .text = g_string_new (NULL) };

  read_html (&output, html, limit);

  return g_string_free (output.text, FALSE);
}

char *
intimail_html_to_plain (const char *html)
{
  g_autofree char *valid = g_utf8_make_valid (html, -1);
  Output output = { .text = g_string_new (NULL), .plain = TRUE };

  read_html (&output, valid, G_MAXSIZE);
  end_link (&output);

  return g_string_free (output.text, FALSE);
}
