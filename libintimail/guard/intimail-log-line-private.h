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
  INTIMAIL_LOG_TIME_SYSLOG,  /* Dec  9 15:48:23 (RFC 3164) */
  INTIMAIL_LOG_TIME_ISO,     /* 2015-12-09T15:48:23.5+01:00, or without a zone, or with a blank */
  INTIMAIL_LOG_TIME_SLASHES, /* 2015/12/09 15:48:23, of nginx */
  INTIMAIL_LOG_TIME_TAI,     /* @400000005668... of multilog */
  INTIMAIL_LOG_TIME_DAY,     /* 09-Dec-2015 15:48:23 +0100, of Roundcube */
  INTIMAIL_LOG_TIME_COMMON,  /* 09/Dec/2015:15:48:23 +0100, of web servers */
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
} IntimailLogLine;

/* Takes a line without its line end apart. FALSE when it has no form of those above;
 * a line without a time is taken only with @untimed: who can write a line break into a
 * log could else write a line of any program. */
gboolean intimail_log_line_parse (const char *text,
                                  gsize length,
                                  gboolean untimed,
                                  IntimailLogLine *line);

/* The seconds since 1970, or -1. A time without a year is the last such at @now, or at
 * most a day after; one without a zone is of this machine. */
gint64 intimail_log_line_get_time (const IntimailLogLine *line,
                                   gint64 now);

G_END_DECLS
