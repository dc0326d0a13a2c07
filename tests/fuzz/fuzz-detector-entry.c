/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include <intimail/intimail.h>

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

/* Fields of a journal: a program, a process and a message, each ended by a NUL but the
 * last. */
int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  static IntimailDetector *detector;
  g_autofree char *text = g_malloc (size + 1);
  const char *process;
  const char *message;
  g_autoptr (IntimailGuardEvent) event = NULL;

  memcpy (text, data, size);
  text[size] = '\0';
  process = memchr (text, '\0', size);
  message = process != NULL ? memchr (process + 1, '\0', (gsize) (text + size - process - 1)) : NULL;
  if (message == NULL)
    return 0;
  if (detector == NULL)
    {
      detector = intimail_detector_new ();
      if (!intimail_detector_load_builtin (detector, NULL))
        g_error ("the patterns cannot be loaded");
      intimail_detector_set_aggressive (detector, TRUE);
    }
  event = intimail_detector_match_entry (detector, text, process + 1, message + 1, text + size - message - 1, 1893456000);
  if (event != NULL && intimail_guard_event_get_time (event) != 1893456000)
    g_error ("an entry is of another time than it says");

  return 0;
}
