/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Reads a log and prints whom the guard would ban for it, and why.
 *
 * usage: guard-log FILE
 */

#include <locale.h>

#include <intimail/intimail.h>

static void
judge (IntimailGuardEvent *event, guint line, gpointer guard)
{
  g_autoptr (IntimailBan) ban = intimail_guard_judge (guard, event, intimail_guard_event_get_time (event));

  if (ban != NULL)
    g_print ("%s\t%s\n", intimail_ban_get_address (ban), intimail_ban_get_reason (ban));
}

static gboolean
guard_log (const char *path, GError **error)
{
  g_autoptr (IntimailDetector) detector = intimail_detector_new ();
  g_autoptr (IntimailGuard) guard = intimail_guard_new ();
  g_autofree char *text = NULL;
  gsize length;

  if (!intimail_detector_load_builtin (detector, error) || !g_file_get_contents (path, &text, &length, error))
    return FALSE;
  intimail_detector_scan (detector, (const guint8 *) text, length, g_get_real_time () / G_USEC_PER_SEC, judge, guard);

  return TRUE;
}

int
main (int argc, char *argv[])
{
  g_autoptr (GError) error = NULL;

  setlocale (LC_ALL, "");
  if (argc == 2 && guard_log (argv[1], &error))
    return 0;
  g_printerr ("%s\n", error != NULL ? error->message : "usage: guard-log FILE");
  return 1;
}
