/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include <intimail/intimail.h>

#include "../../frontends/guard/guard-journal-entry.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

typedef struct
{
  const char *text; /* fields as NAME=value, each ended by a NUL but the last */
  gsize size;
} Fields;

static gboolean
get_field (gpointer source, const char *name, const char **value, gsize *length)
{
  const Fields *fields = source;
  gsize skip = strlen (name) + 1;

  for (const char *at = fields->text, *end = at + fields->size; at < end;)
    {
      const char *stop = memchr (at, '\0', (gsize) (end - at));

      if (stop == NULL)
        stop = end;
      if ((gsize) (stop - at) >= skip && memcmp (at, name, skip - 1) == 0 && at[skip - 1] == '=')
        {
          *value = at + skip;
          *length = (gsize) (stop - *value);
          return TRUE;
        }
      at = stop + 1;
    }

  return FALSE;
}

/* An entry that is believed is no person's, and what it tells is of its own time. */
int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  static IntimailDetector *detector;
  Fields fields = { (const char *) data, size };
  g_auto (GuardJournalEntry) entry = { NULL };
  g_autoptr (IntimailGuardEvent) event = NULL;
  g_autofree char *uid = NULL;
  const char *value;
  gsize length;

  if (!guard_journal_entry_read (&entry, get_field, &fields))
    return 0;
  if (get_field (&fields, "_UID", &value, &length))
    uid = g_strndup (value, length);
  if (uid == NULL || strspn (uid, "0123456789") != strlen (uid) || g_ascii_strtoull (uid, NULL, 10) > 999)
    g_error ("a person is believed");
  if (detector == NULL)
    {
      detector = intimail_detector_new ();
      if (!intimail_detector_load_builtin (detector, NULL))
        g_error ("the patterns cannot be loaded");
      intimail_detector_set_aggressive (detector, TRUE);
    }
  event = intimail_detector_match_entry (detector, entry.program, entry.process, entry.message, (gssize) entry.length, 1893456000);
  if (event != NULL && intimail_guard_event_get_time (event) != 1893456000)
    g_error ("an entry is of another time than it says");

  return 0;
}
