/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <glib.h>

#include "message/intimail-date-private.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

/* A date that is read is one that can be written, and is read the same then; both
 * readers agree. */
int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree char *text = g_utf8_make_valid ((const char *) data, (gssize) size);
  g_autoptr (GDateTime) date = intimail_date_parse (text);
  g_autoptr (GDateTime) again = NULL;
  g_autofree char *written = NULL;
  gint64 seconds;
  int offset;

  if (intimail_date_parse_seconds (text, &seconds, &offset) != (date != NULL))
    g_error ("one reader has a date, and one has none");
  if (date == NULL)
    return 0;
  if (seconds != g_date_time_to_unix (date) || offset != g_date_time_get_utc_offset (date) / G_TIME_SPAN_MINUTE)
    g_error ("the readers have two dates");
  written = g_date_time_format (date, "%a, %d %b %Y %H:%M:%S %z");
  again = intimail_date_parse (written);
  if (again == NULL || g_date_time_to_unix (again) != seconds)
    g_error ("%s is not read back", written);

  return 0;
}
