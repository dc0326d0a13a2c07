/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Times as programs write them in logs of their own.
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  int year; /* -1: the last such day */
  int month; /* from 0; -1: today */
  int day;
  int hour;
  int minute;
  int second;
  gboolean has_zone; /* else of this machine */
  int offset;        /* seconds east */
  gint64 epoch;      /* -1, or the seconds since 1970, and nothing of the above */
} IntimailLogClock;

/* How many bytes at the beginning are a time; 0: none. */
gsize intimail_log_form_read (const char *text,
                              gsize length,
                              IntimailLogClock *clock);

/* The seconds since 1970, or -1; see intimail_log_line_get_time(). */
gint64 intimail_log_form_get_time (const IntimailLogClock *clock,
                                   gint64 now);

G_END_DECLS
