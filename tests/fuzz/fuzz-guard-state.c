/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include <intimail/intimail.h>

#include "guard/intimail-guard-state-private.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

static GLogWriterOutput
write_nothing (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer user_data)
{
  return G_LOG_WRITER_HANDLED;
}

/* What can be read is written, and read again. */
int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  static gboolean is_quiet;
  g_autoptr (IntimailGuard) guard = intimail_guard_new ();
  g_autoptr (IntimailGuard) again = intimail_guard_new ();
  IntimailGuardClock clock = { .now = 1893456000, .uptime = 1000, .boot = "a" };
  g_autofree char *text = NULL;

  if (!is_quiet)
    g_log_set_writer_func (write_nothing, NULL, NULL);
  is_quiet = TRUE;
  if (!intimail_guard_state_parse (guard, (const char *) data, size, &clock, NULL))
    return 0;
  text = intimail_guard_state_format (guard, &clock);
  if (!intimail_guard_state_parse (again, text, strlen (text), &clock, NULL))
    g_error ("a state that was written cannot be read");

  return 0;
}
