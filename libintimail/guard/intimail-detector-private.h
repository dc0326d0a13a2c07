/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <intimail/intimail-detector.h>

#include "guard/intimail-pattern-private.h"
#include "guard/intimail-session-table-private.h"

G_BEGIN_DECLS

#define INTIMAIL_DETECTOR_MAX_SERVICES 64u
#define INTIMAIL_DETECTOR_N_CACHED 64u
#define INTIMAIL_DETECTOR_MAX_PROGRAM 48u

struct _IntimailDetector
{
  GObject parent_instance;

  GPtrArray *files; /* IntimailPatternFile */
  guint64 services; /* a bit for each file to look with */
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
    guint64 files;
  } cache[INTIMAIL_DETECTOR_N_CACHED]; /* which files a program's lines belong to */

  char last_time[32]; /* of the last line whose time was read */
  gint64 last_seconds;
  gint64 last_now;
};

/* What one line tells, or NULL. */
IntimailGuardEvent *intimail_detector_match_line (IntimailDetector *self,
                                                  const char *text,
                                                  gsize length,
                                                  gint64 now);

G_END_DECLS
