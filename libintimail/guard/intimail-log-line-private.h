/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What stands before the message in a line of a log: when, which program, which process.
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  INTIMAIL_LOG_TIME_NONE,
  INTIMAIL_LOG_TIME_FORM, /* see intimail-log-form.c */
  INTIMAIL_LOG_TIME_TAI,  /* @400000005668... of multilog */
} IntimailLogTime;

typedef struct
{
  IntimailLogTime format;
  const char *time;
  gsize time_length;
  const char *program; /* "@nginx", "@lighttpd", "@roundcube", "@common": none is named */
  gsize program_length;
  const char *process; /* may be empty */
  gsize process_length;
  const char *message;
  gsize message_length;
  const char *rest; /* what comes after the time, or all without one */
  gsize rest_length;
} IntimailLogLine;

/* Takes a line without its line end apart. FALSE when it has no form of those above;
 * a line without a time is taken only with @untimed: who can write a line break into a
 * log could else write a line of any program. */
gboolean intimail_log_line_parse (const char *text,
                                  gsize length,
                                  gboolean untimed,
                                  IntimailLogLine *line);

/* Takes the rest for the message of a program that does not name itself: "@timed", or
 * "@bare" without a time. FALSE when it is taken already. */
gboolean intimail_log_line_take_rest (IntimailLogLine *line);

/* The seconds since 1970, or -1. A time without a year is the last such at @now, or at
 * most a day after; one without a zone is of this machine. */
gint64 intimail_log_line_get_time (const IntimailLogLine *line,
                                   gint64 now);

G_END_DECLS
