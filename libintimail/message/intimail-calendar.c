/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "message/intimail-calendar-private.h"

#include <string.h>

/* Where in the text the reader is. */
typedef struct
{
  IntimailCalendar *calendar;
  GHashTable *zones; /* name -> GTimeZone */
  IntimailCalendarZone zone;
  IntimailCalendarTime start;
  IntimailCalendarTime end;
  IntimailCalendarTime recurrence;
  gint64 duration;
  gboolean inside;  /* of a calendar */
  guint depth;      /* of what is open */
  guint entry;      /* the depth of the first entry, while it is open */
  guint zone_depth; /* the same of a zone */
  gboolean has_entry;
} Reader;

static void
attendee_free (gpointer data)
{
  IntimailCalendarAttendee *self = data;

  g_free (self->address);
  g_free (self->name);
  g_free (self->status);
  g_free (self);
}

static void
keep (char **place, char *text)
{
  if (*place == NULL && *text != '\0')
    *place = text;
  else
    g_free (text);
}

static char *
take_or_empty (char *text)
{
  return text != NULL ? text : g_strdup ("");
}

static void
read_attendee (IntimailCalendar *self, const IntimailCalendarLine *line)
{
  IntimailCalendarAttendee *attendee;
  g_autofree char *status = NULL;

  if (self->attendees->len >= INTIMAIL_CALENDAR_MAX_ATTENDEES)
    return;
  status = intimail_calendar_line_read_parameter (line, "PARTSTAT");
  attendee = g_new0 (IntimailCalendarAttendee, 1);
  attendee->address = intimail_calendar_line_read_address (line);
  attendee->name = take_or_empty (intimail_calendar_line_read_parameter (line, "CN"));
  attendee->status = status != NULL ? g_ascii_strup (status, -1) : g_strdup ("");
  g_ptr_array_add (self->attendees, attendee);
}

static void
read_organizer (IntimailCalendar *self, const IntimailCalendarLine *line)
{
  if (self->organizer != NULL)
    return;
  keep (&self->organizer, intimail_calendar_line_read_address (line));
  g_free (self->organizer_name);
  self->organizer_name = intimail_calendar_line_read_parameter (line, "CN");
}

static void
read_text (IntimailCalendar *self, const IntimailCalendarLine *line)
{
  static const struct
  {
    const char *name;
    gsize place;
  } texts[] = {
    { "UID", G_STRUCT_OFFSET (IntimailCalendar, uid) },
    { "SUMMARY", G_STRUCT_OFFSET (IntimailCalendar, summary) },
    { "LOCATION", G_STRUCT_OFFSET (IntimailCalendar, location) },
    { "RRULE", G_STRUCT_OFFSET (IntimailCalendar, rule) },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    if (strcmp (line->name, texts[i].name) == 0)
      keep (G_STRUCT_MEMBER_P (self, texts[i].place), intimail_calendar_line_read_text (line));
}

static void
read_entry_line (Reader *self, const IntimailCalendarLine *line)
{
  const char *name = line->name;

  if (strcmp (name, "ORGANIZER") == 0)
    read_organizer (self->calendar, line);
  else if (strcmp (name, "ATTENDEE") == 0)
    read_attendee (self->calendar, line);
  else if (strcmp (name, "DTSTART") == 0)
    intimail_calendar_time_read (&self->start, line);
  else if (strcmp (name, "DTEND") == 0 || strcmp (name, "DUE") == 0)
    intimail_calendar_time_read (&self->end, line);
  else if (strcmp (name, "RECURRENCE-ID") == 0)
    intimail_calendar_time_read (&self->recurrence, line);
  else if (strcmp (name, "DURATION") == 0)
    self->duration = intimail_calendar_read_duration (line->value);
  else if (strcmp (name, "SEQUENCE") == 0)
    self->calendar->sequence = (guint) MIN (g_ascii_strtoull (line->value, NULL, 10), G_MAXINT);
  else
    read_text (self->calendar, line);
}

static gboolean
is_entry (const char *component)
{
  return g_ascii_strcasecmp (component, "VEVENT") == 0 || g_ascii_strcasecmp (component, "VTODO") == 0 ||
         g_ascii_strcasecmp (component, "VJOURNAL") == 0;
}

static void
read_method (IntimailCalendar *self, const IntimailCalendarLine *line)
{
  g_autofree char *text = intimail_calendar_line_read_text (line);

  keep (&self->method, g_ascii_strup (text, -1));
}

static void
close_zone (Reader *self)
{
  GTimeZone *zone = intimail_calendar_zone_make (&self->zone);

  if (zone != NULL && self->zone.name != NULL && g_hash_table_size (self->zones) < INTIMAIL_CALENDAR_MAX_ZONES)
    g_hash_table_insert (self->zones, g_steal_pointer (&self->zone.name), zone);
  else if (zone != NULL)
    g_time_zone_unref (zone);
  intimail_calendar_zone_clear (&self->zone);
  self->zone_depth = 0;
}

static void
open_component (Reader *self, const char *name)
{
  self->inside = self->inside || g_ascii_strcasecmp (name, "VCALENDAR") == 0;
  self->depth++;
  if (!self->inside)
    return;
  if (!self->has_entry && is_entry (name))
    {
      self->has_entry = TRUE;
      self->calendar->is_event = g_ascii_strcasecmp (name, "VEVENT") == 0;
      self->entry = self->depth;
    }
  else if (self->zone_depth == 0 && g_ascii_strcasecmp (name, "VTIMEZONE") == 0)
    {
      memset (&self->zone, 0, sizeof self->zone);
      self->zone_depth = self->depth;
    }
}

static void
close_component (Reader *self)
{
  if (self->depth == self->entry)
    self->entry = 0;
  if (self->zone_depth != 0 && self->depth == self->zone_depth)
    close_zone (self);
  self->depth -= self->depth > 0;
}

static void
read_line (Reader *self, const IntimailCalendarLine *line)
{
  gboolean opens = strcmp (line->name, "BEGIN") == 0;
  gboolean closes = strcmp (line->name, "END") == 0;

  if (self->zone_depth != 0 && !(closes && self->depth == self->zone_depth))
    intimail_calendar_zone_read_line (&self->zone, line);
  if (opens)
    open_component (self, line->value);
  else if (closes)
    close_component (self);
  else if (self->inside && self->depth == 1 && strcmp (line->name, "METHOD") == 0)
    read_method (self->calendar, line);
  else if (self->entry != 0 && self->depth == self->entry)
    read_entry_line (self, line);
}

static void
work_out_times (Reader *self)
{
  IntimailCalendar *calendar = self->calendar;
  gboolean floating;
  g_autoptr (GDateTime) recurrence = intimail_calendar_time_make (&self->recurrence, self->zones, &floating);

  if (recurrence != NULL)
    calendar->recurrence = intimail_calendar_time_format (recurrence, intimail_calendar_time_is_day (&self->recurrence), floating);
  calendar->end = intimail_calendar_time_make (&self->end, self->zones, &floating);
  calendar->start = intimail_calendar_time_make (&self->start, self->zones, &calendar->floating);
  calendar->days = intimail_calendar_time_is_day (&self->start);
  calendar->zone = g_steal_pointer (&self->start.zone);
  if (calendar->start == NULL)
    return;
  if (calendar->end == NULL && self->duration > 0)
    calendar->end = g_date_time_add_seconds (calendar->start, (double) self->duration);
  if (calendar->end != NULL && g_date_time_compare (calendar->end, calendar->start) <= 0)
    g_clear_pointer (&calendar->end, g_date_time_unref);
}

static void
reader_clear (Reader *self)
{
  intimail_calendar_zone_clear (&self->zone);
  intimail_calendar_time_clear (&self->start);
  intimail_calendar_time_clear (&self->end);
  intimail_calendar_time_clear (&self->recurrence);
}

gboolean
intimail_calendar_read (IntimailCalendar *self, const char *text)
{
  g_autoptr (GHashTable) zones = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_time_zone_unref);
  g_auto (IntimailCalendarLine) line = { NULL };
  Reader reader = { .calendar = self, .zones = zones };

  memset (self, 0, sizeof *self);
  self->attendees = g_ptr_array_new_with_free_func (attendee_free);
  while (intimail_calendar_line_next (&line, &text))
    read_line (&reader, &line);
  work_out_times (&reader);
  reader_clear (&reader);

  return reader.has_entry;
}

void
intimail_calendar_clear (IntimailCalendar *self)
{
  g_clear_pointer (&self->method, g_free);
  g_clear_pointer (&self->uid, g_free);
  g_clear_pointer (&self->summary, g_free);
  g_clear_pointer (&self->location, g_free);
  g_clear_pointer (&self->organizer, g_free);
  g_clear_pointer (&self->organizer_name, g_free);
  g_clear_pointer (&self->rule, g_free);
  g_clear_pointer (&self->attendees, g_ptr_array_unref);
  g_clear_pointer (&self->start, g_date_time_unref);
  g_clear_pointer (&self->end, g_date_time_unref);
  g_clear_pointer (&self->zone, g_free);
  g_clear_pointer (&self->recurrence, g_free);
}
