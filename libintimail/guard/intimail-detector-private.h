/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <intimail/intimail-detector.h>

#include "guard/intimail-log-line-private.h"
#include "guard/intimail-pattern-private.h"
#include "guard/intimail-session-table-private.h"

G_BEGIN_DECLS

#define INTIMAIL_DETECTOR_MAX_SERVICES 128u
#define INTIMAIL_DETECTOR_N_CACHED 64u
#define INTIMAIL_DETECTOR_MAX_PROGRAM 64u

struct _IntimailDetector
{
  GObject parent_instance;

  GPtrArray *files;   /* IntimailPatternFile */
  gboolean is_chosen; /* some services are wanted, not all that are known */
  gboolean aggressive;
  gboolean untimed;
  gboolean live;
  guint64 n_lines;

  IntimailSessionTable *sessions;
  pcre2_match_data *match;
  pcre2_match_context *context;

  struct
  {
    char program[INTIMAIL_DETECTOR_MAX_PROGRAM];
    guint8 length;
    GPtrArray *files; /* NULL: not looked for yet */
  } cache[INTIMAIL_DETECTOR_N_CACHED]; /* which files a program's lines belong to */
  guint n_cached;

  char own_time[32];  /* of the last line of a program's own log that had one */
  char last_time[32]; /* of the last line whose time was read */
  gint64 last_seconds;
  gint64 last_now;
};

/* Forgets what is known of files that are no more those that were. */
void intimail_detector_forget_files (IntimailDetector *self);

/* What a line tells that a pattern of the service has just matched, or NULL. */
IntimailGuardEvent *intimail_detector_apply (IntimailDetector *self,
                                             const char *service,
                                             const IntimailPattern *pattern,
                                             const IntimailLogLine *line,
                                             gint64 now);

/* What one line tells, or NULL. */
IntimailGuardEvent *intimail_detector_match_line (IntimailDetector *self,
                                                  const char *text,
                                                  gsize length,
                                                  gint64 now);

G_END_DECLS
