/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The lines of a calendar (RFC 5545 section 3.1), which are its syntax.
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* So much of a text is kept. */
#define INTIMAIL_CALENDAR_MAX_TEXT 1000

/* One line, unfolded and taken apart. */
typedef struct
{
  char *text;             /* holds all of them */
  const char *name;       /* upper case */
  const char *parameters; /* between the name and the value */
  const char *value;
} IntimailCalendarLine;

/* Reads the next line that is a property, and goes on behind it; FALSE at the end. @self is zeroed
 * before the first, and cleared after the last. */
gboolean intimail_calendar_line_next (IntimailCalendarLine *self,
                                      const char **at);
void intimail_calendar_line_clear (IntimailCalendarLine *self);

gboolean intimail_calendar_line_is (const IntimailCalendarLine *self,
                                    const char *name,
                                    const char *value);

/* One line of UTF-8; NULL when it is not there, or empty. */
char *intimail_calendar_line_read_parameter (const IntimailCalendarLine *self,
                                             const char *name);

/* The same of the value, which may be "". */
char *intimail_calendar_line_read_text (const IntimailCalendarLine *self);

/* "mailto:ann@home.example" */
char *intimail_calendar_line_read_address (const IntimailCalendarLine *self);

/* A property with a text, ended and folded (section 3.3.11). @name may have parameters. */
void intimail_calendar_line_append_text (GString *calendar,
                                         const char *name,
                                         const char *text);

/* The same with a value that is written as it is, and is one line. */
void intimail_calendar_line_append (GString *calendar,
                                    const char *name,
                                    const char *value);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (IntimailCalendarLine, intimail_calendar_line_clear)

G_END_DECLS
