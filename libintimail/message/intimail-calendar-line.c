/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "message/intimail-calendar-line-private.h"

#include <string.h>

/* Bytes of a line without its end. */
#define MAX_LINE 75

/* Without the line ends inside it; NULL at the end. */
static char *
take_line (const char **at)
{
  g_autoptr (GString) line = NULL;

  if (**at == '\0')
    return NULL;
  line = g_string_new (NULL);
  for (;;)
    {
      gsize length = strcspn (*at, "\n");
      gsize kept = length > 0 && (*at)[length - 1] == '\r' ? length - 1 : length;

      g_string_append_len (line, *at, (gssize) kept);
      *at += length;
      if (**at == '\0')
        break;
      (*at)++;
      if (**at != ' ' && **at != '\t')
        break;
      (*at)++;
    }

  return g_string_free (g_steal_pointer (&line), FALSE);
}

/* Where one of @ends is that does not stand in quotes, or the end of the text. */
static gsize
measure_unquoted (const char *text, const char *ends)
{
  gboolean quoted = FALSE;
  gsize i;

  for (i = 0; text[i] != '\0'; i++)
    {
      if (text[i] == '"')
        quoted = !quoted;
      else if (!quoted && strchr (ends, text[i]) != NULL)
        break;
    }

  return i;
}

/* FALSE for what is no property. */
static gboolean
split (IntimailCalendarLine *self)
{
  gsize colon = measure_unquoted (self->text, ":");
  gsize length = strcspn (self->text, ";:");

  if (self->text[colon] == '\0' || length == 0)
    return FALSE;
  self->text[colon] = '\0';
  self->value = self->text + colon + 1;
  self->parameters = self->text[length] == ';' ? self->text + length + 1 : "";
  self->text[length] = '\0';
  for (char *at = self->text; *at != '\0'; at++)
    *at = g_ascii_toupper (*at);
  self->name = self->text;

  return TRUE;
}

gboolean
intimail_calendar_line_next (IntimailCalendarLine *self, const char **at)
{
  do
    {
      g_free (self->text);
      self->text = take_line (at);
      if (self->text == NULL)
        return FALSE;
    }
  while (!split (self));

  return TRUE;
}

void
intimail_calendar_line_clear (IntimailCalendarLine *self)
{
  g_clear_pointer (&self->text, g_free);
}

gboolean
intimail_calendar_line_is (const IntimailCalendarLine *self, const char *name, const char *value)
{
  return strcmp (self->name, name) == 0 && g_ascii_strcasecmp (self->value, value) == 0;
}

/* RFC 6868: ^n, ^' and ^^ in a parameter; section 3.3.11: \n, \, and the like in a text. */
static char
undo (char escape, char letter)
{
  if (letter == 'n' || (letter == 'N' && escape == '\\'))
    return ' ';

  return escape == '^' && letter == '\'' ? '"' : letter;
}

static void
remove_controls (GString *text)
{
  const char *at = text->str;

  while (*at != '\0')
    {
      const char *next = g_utf8_next_char (at);

      if (g_unichar_iscntrl (g_utf8_get_char (at)))
        g_string_erase (text, at - text->str, next - at);
      else
        at = next;
    }
}

/* In one line, and not longer than somebody reads. */
static char *
clean (const char *value, gsize length, char escape)
{
  g_autoptr (GString) text = g_string_new (NULL);
  const char *end;

  for (gsize i = 0; i < length && text->len < INTIMAIL_CALENDAR_MAX_TEXT; i++)
    {
      char letter = value[i];

      if (letter == escape && i + 1 < length && (escape == '\\' || strchr ("n'^", value[i + 1]) != NULL))
        letter = undo (escape, value[++i]);
      g_string_append_c (text, letter == '\t' ? ' ' : letter);
    }
  if (!g_utf8_validate (text->str, -1, &end))
    g_string_truncate (text, (gsize) (end - text->str));
  remove_controls (text);

  return g_strstrip (g_string_free (g_steal_pointer (&text), FALSE));
}

/* Quotes around it are not part of it. */
static char *
clean_parameter (const char *value, gsize length)
{
  g_autofree char *bare = g_strndup (value, length);
  char *text;

  g_strstrip (g_strdelimit (bare, "\"", ' '));
  text = clean (bare, strlen (bare), '^');
  if (*text == '\0')
    g_clear_pointer (&text, g_free);

  return text;
}

char *
intimail_calendar_line_read_parameter (const IntimailCalendarLine *self, const char *name)
{
  gsize length = strlen (name);
  const char *at = self->parameters;

  while (*at != '\0')
    {
      gsize end = measure_unquoted (at, ";");

      if (g_ascii_strncasecmp (at, name, length) == 0 && at[length] == '=')
        return clean_parameter (at + length + 1, end - length - 1);
      at += end;
      at += *at == ';';
    }

  return NULL;
}

char *
intimail_calendar_line_read_text (const IntimailCalendarLine *self)
{
  return clean (self->value, strlen (self->value), '\\');
}

/* RFC 6068: what is not a letter of an address may be written with %. */
char *
intimail_calendar_line_read_address (const IntimailCalendarLine *self)
{
  g_autofree char *text = intimail_calendar_line_read_text (self);
  char *address;

  if (g_ascii_strncasecmp (text, "mailto:", 7) != 0)
    return g_steal_pointer (&text);
  text[strcspn (text, "?")] = '\0';
  address = g_uri_unescape_string (text + 7, NULL);
  if (address != NULL && g_utf8_validate (address, -1, NULL) && strpbrk (address, "\r\n") == NULL)
    return g_strstrip (address);
  g_free (address);

  return g_strdup (text + 7);
}

void
intimail_calendar_line_append (GString *calendar, const char *name, const char *value)
{
  g_autofree char *line = g_strconcat (name, ":", value, NULL);
  const char *at = line;
  gsize room = MAX_LINE;

  while (strlen (at) > room)
    {
      gsize length = room;

      while (((guchar) at[length] & 0xc0) == 0x80)
        length--;
      g_string_append_len (calendar, at, (gssize) length);
      g_string_append (calendar, "\r\n ");
      at += length;
      room = MAX_LINE - 1;
    }
  g_string_append (calendar, at);
  g_string_append (calendar, "\r\n");
}

void
intimail_calendar_line_append_text (GString *calendar, const char *name, const char *text)
{
  g_autoptr (GString) value = g_string_new (text);

  g_string_replace (value, "\\", "\\\\", 0);
  g_string_replace (value, ",", "\\,", 0);
  g_string_replace (value, ";", "\\;", 0);
  g_string_replace (value, "\n", "\\n", 0);
  intimail_calendar_line_append (calendar, name, value->str);
}
