/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What the guard knows as a file, and the clock of that file.
 */

#pragma once

#include "guard/intimail-guard-private.h"

G_BEGIN_DECLS

#define INTIMAIL_GUARD_STATE_MAX_SIZE (32 * 1024 * 1024u)

/* Wall time may jump; within one boot the time that has passed is certain. */
typedef struct
{
  gint64 now;    /* seconds since 1970 */
  gint64 uptime; /* seconds, with those of sleep */
  char boot[40]; /* a name of this boot */
} IntimailGuardClock;

char *intimail_guard_state_format (IntimailGuard *guard,
                                   const IntimailGuardClock *clock);

/* Adds what @text says to what @guard knows. INVALID_ARGUMENT when no guard
 * wrote it; then nothing is added. */
gboolean intimail_guard_state_parse (IntimailGuard *guard, const char *text, gsize length, const IntimailGuardClock *clock, GError **error);

/* With the clocks of this moment. */
char *intimail_guard_state_format_now (IntimailGuard *guard,
                                       gint64 now);

gboolean intimail_guard_state_write (const char *path,
                                     const char *text,
                                     GError **error);

G_END_DECLS
