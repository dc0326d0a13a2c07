/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "message/intimail-calendar-private.h"

#include <string.h>

#define MAX_ZONE 64

/* One line of it, unfolded and taken apart. */
typedef struct
{
  char *text;
  const char *name;       /* upper case */
  const char *parameters; /* between the name and the value */
  const char *value;
} Line;

/* The next line without the line ends inside it (RFC 5545 section 3.1); NULL at the end. */
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

/* The colon before the value is none that stands in quotes. */
static char *
find_value (char *text)
{
  gboolean quoted = FALSE;

  for (; *text != '\0'; text++)
    {
      if (*text == '"')
        quoted = !quoted;
      else if (*text == ':' && !quoted)
        return text;
    }

  return NULL;
}

/* FALSE for what is no property. */
static gboolean
split_line (Line *line)
{
  char *colon = find_value (line->text);
  gsize length = strcspn (line->text, ";:");

  if (colon == NULL || length == 0)
    return FALSE;
  *colon = '\0';
  line->value = colon + 1;
  line->parameters = line->text[length] == ';' ? line->text + length + 1 : "";
  line->text[length] = '\0';
  for (char *at = line->text; *at != '\0'; at++)
    *at = g_ascii_toupper (*at);
  line->name = line->text;

  return TRUE;
}

/* Backslashes undone (section 3.3.11), in one line, and not longer than somebody reads. */
static char *
read_text (const char *value)
{
  g_autoptr (GString) text = g_string_new (NULL);
  const char *end;

  for (; *value != '\0' && text->len < INTIMAIL_CALENDAR_MAX_TEXT; value++)
    {
      char letter = *value;

      if (letter == '\\' && value[1] != '\0')
        letter = *++value == 'n' || *value == 'N' ? ' ' : *value;
      if (!g_ascii_iscntrl (letter))
        g_string_append_c (text, letter);
      else if (letter == '\t')
        g_string_append_c (text, ' ');
    }
  if (!g_utf8_validate (text->str, -1, &end))
    g_string_truncate (text, (gsize) (end - text->str));

  return g_strstrip (g_string_free (g_steal_pointer (&text), FALSE));
}

/* "mailto:ann@home.example" */
static char *
read_address (const char *value)
{
  if (g_ascii_strncasecmp (value, "mailto:", 7) == 0)
    value += 7;

  return read_text (value);
}

static char *
get_parameter (const char *parameters, const char *name)
{
  gsize length = strlen (name);

  while (*parameters != '\0')
    {
      gsize end = strcspn (parameters, ";");

      if (g_ascii_strncasecmp (parameters, name, length) == 0 && parameters[length] == '=')
        {
          char *value = g_strndup (parameters + length + 1, end - length - 1);

          return g_strstrip (g_strdelimit (value, "\"", ' '));
        }
      parameters += end;
      parameters += *parameters == ';';
    }

  return NULL;
}

/* The name of a file below the system's zones, and of no other. */
static gboolean
is_zone_name (const char *name)
{
  return g_ascii_isalpha (*name) && strlen (name) <= MAX_ZONE &&
         name[strspn (name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_+-/")] == '\0';
}

static int
read_digits (const char *at, int n)
{
  int number = 0;

  for (; n > 0; n--, at++)
    number = g_ascii_isdigit (*at) ? 10 * number + (*at - '0') : -100000;

  return number;
}

/* 20170111T090000Z, 20170111T090000 in a zone or in no one's, 20170111. A zone that is not known here
 * is described in the calendar; the time is then that of a clock on the wall. */
static GDateTime *
read_time (const char *parameters, const char *value)
{
  gsize length = strlen (value);
  gboolean date_only = length == 8;
  g_autofree char *name = get_parameter (parameters, "TZID");
  g_autoptr (GTimeZone) zone = NULL;

  if (!date_only && (length < 15 || value[8] != 'T'))
    return NULL;
  if (length == 16 && value[15] == 'Z')
    zone = g_time_zone_new_utc ();
  else if (name != NULL && is_zone_name (name))
    zone = g_time_zone_new_identifier (name);
  if (zone == NULL)
    zone = g_time_zone_new_utc ();

  return g_date_time_new (zone, read_digits (value, 4), read_digits (value + 4, 2), read_digits (value + 6, 2),
                          date_only ? 0 : read_digits (value + 9, 2), date_only ? 0 : read_digits (value + 11, 2),
                          date_only ? 0 : read_digits (value + 13, 2));
}

static void
keep (char **place, char *text)
{
  if (*place == NULL && *text != '\0')
    *place = text;
  else
    g_free (text);
}

static void
read_entry_line (IntimailCalendar *self, const Line *line)
{
  if (strcmp (line->name, "UID") == 0)
    keep (&self->uid, read_text (line->value));
  else if (strcmp (line->name, "SUMMARY") == 0)
    keep (&self->summary, read_text (line->value));
  else if (strcmp (line->name, "LOCATION") == 0)
    keep (&self->location, read_text (line->value));
  else if (strcmp (line->name, "ORGANIZER") == 0)
    keep (&self->organizer, read_address (line->value));
  else if (strcmp (line->name, "DTSTART") == 0 && self->start == NULL)
    self->start = read_time (line->parameters, line->value);
}

static gboolean
is_entry (const char *component)
{
  return g_ascii_strcasecmp (component, "VEVENT") == 0 || g_ascii_strcasecmp (component, "VTODO") == 0 ||
         g_ascii_strcasecmp (component, "VJOURNAL") == 0;
}

static void
read_method (IntimailCalendar *self, const char *value)
{
  g_autofree char *text = read_text (value);

  keep (&self->method, g_ascii_strup (text, -1));
}

gboolean
intimail_calendar_read (IntimailCalendar *self, const char *text)
{
  gboolean inside = FALSE;
  gboolean has_entry = FALSE;
  guint depth = 0; /* of what is open */
  guint entry = 0; /* the depth of the first entry, while it is open */
  char *next;

  memset (self, 0, sizeof *self);
  while ((next = take_line (&text)) != NULL)
    {
      g_autofree char *owned = next;
      Line line = { .text = owned };

      if (!split_line (&line))
        continue;
      if (strcmp (line.name, "BEGIN") == 0)
        {
          inside = inside || g_ascii_strcasecmp (line.value, "VCALENDAR") == 0;
          depth++;
          if (inside && !has_entry && is_entry (line.value))
            {
              has_entry = TRUE;
              entry = depth;
            }
        }
      else if (strcmp (line.name, "END") == 0)
        {
          entry = depth == entry ? 0 : entry;
          depth -= depth > 0;
        }
      else if (inside && depth == 1 && strcmp (line.name, "METHOD") == 0)
        read_method (self, line.value);
      else if (entry != 0 && depth == entry)
        read_entry_line (self, &line);
    }

  return has_entry;
}

void
intimail_calendar_clear (IntimailCalendar *self)
{
  g_clear_pointer (&self->method, g_free);
  g_clear_pointer (&self->uid, g_free);
  g_clear_pointer (&self->summary, g_free);
  g_clear_pointer (&self->location, g_free);
  g_clear_pointer (&self->organizer, g_free);
  g_clear_pointer (&self->start, g_date_time_unref);
}
