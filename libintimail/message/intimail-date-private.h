/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Dates as people's programs really write them.
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Reads a date of RFC 5322, of its ancestors, of asctime() and ISO 8601, and what
 * resembles them: day, month and year in any order that tells them apart, with
 * comments, zone names, and 12-hour clocks. NULL when no date can be made of it.
 * Without a zone it is UTC. */
GDateTime *intimail_date_parse (const char *text);

/* The same without an object: @seconds since 1970, @offset in minutes east of UTC;
 * FALSE when no date can be made of it. */
gboolean intimail_date_parse_seconds (const char *text,
                                      gint64 *seconds,
                                      int *offset);

G_END_DECLS
