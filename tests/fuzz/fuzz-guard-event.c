/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include <intimail/intimail.h>

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

/* What can be read has an address, and what was written of it is the same when it is read and
 * written again. */
int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (GBytes) report = g_bytes_new (data, size);
  g_autoptr (IntimailGuardEvent) event = intimail_guard_event_new_from_report (report, NULL);
  g_autoptr (IntimailGuardEvent) again = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autofree char *text = NULL;
  g_autofree char *second = NULL;

  if (event == NULL)
    return 0;
  text = intimail_guard_event_to_json (event, 0);
  bytes = g_bytes_new_static (text, strlen (text));
  again = intimail_guard_event_new_from_report (bytes, NULL);
  second = again != NULL ? intimail_guard_event_to_json (again, 0) : NULL;
  if (second == NULL || strcmp (text, second) != 0)
    g_error ("an event that was written is another when it is read");

  return 0;
}
