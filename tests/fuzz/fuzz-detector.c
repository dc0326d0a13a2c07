/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include <intimail/intimail.h>

#include "guard/intimail-pattern-private.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

static void
on_event (IntimailGuardEvent *event, guint line, gpointer user_data)
{
  g_autofree char *json = intimail_guard_event_to_json (event, line);

  if (!g_utf8_validate (json, -1, NULL) || strchr (json, '\n') != json + strlen (json) - 1)
    g_error ("an event is not one line of UTF-8");
}

/* A pattern file when it begins with "service", else a log. */
int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  static IntimailDetector *detectors[2];

  if (size > 8 && memcmp (data, "service", 7) == 0)
    {
      g_autoptr (IntimailPatternFile) file = intimail_pattern_file_parse ((const char *) data, size, "fuzz", FALSE, NULL);

      return 0;
    }
  for (guint i = 0; i < 2; i++)
    {
      if (detectors[i] == NULL)
        {
          detectors[i] = intimail_detector_new ();
          if (!intimail_detector_load_service (detectors[i], NULL, NULL))
            g_error ("the patterns cannot be loaded");
          intimail_detector_set_aggressive (detectors[i], i == 1);
          intimail_detector_set_untimed (detectors[i], i == 1);
        }
      intimail_detector_scan (detectors[i], data, size, 1124013600, on_event, NULL);
    }

  return 0;
}
