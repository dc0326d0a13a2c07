/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What changed since a state.
 */

#include <string.h>

#include <intimail/intimail-error.h>

#include "store/intimail-journal-event-private.h"

char *
intimail_journal_get_state (IntimailJournal *self, IntimailChangeType type)
{
  return g_strdup_printf ("%s.%" G_GINT64_FORMAT, self->epoch, self->states[type]);
}

static gboolean
parse_state (IntimailJournal *self, const char *state, gint64 *n)
{
  gsize length = self->epoch != NULL ? strlen (self->epoch) : 0;
  guint64 value;

  if (length == 0 || strncmp (state, self->epoch, length) != 0 || state[length] != '.')
    return FALSE;
  if (!g_ascii_string_to_unsigned (state + length + 1, 10, 0, G_MAXINT64, &value, NULL))
    return FALSE;

  *n = (gint64) value;
  if (*n < self->floor || *n > self->last)
    return FALSE;
  for (guint i = 0; i < self->gaps->len; i++)
    {
      const IntimailJournalGap *gap = &g_array_index (self->gaps, IntimailJournalGap, i);

      if (*n > gap->after && *n < gap->before)
        return FALSE;
    }
  return TRUE;
}

static guint64
find_start (IntimailJournal *self, gint64 since)
{
  guint low = 0;
  guint high = self->marks->len;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (g_array_index (self->marks, IntimailJournalMark, middle).n <= since)
        low = middle + 1;
      else
        high = middle;
    }

  if (self->marks->len == 0)
    return self->log.end;
  return g_array_index (self->marks, IntimailJournalMark, low == 0 ? 0 : low - 1).offset;
}

typedef struct
{
  IntimailChangeType type;
  IntimailChangeFold *fold;
  gint64 since;
  gint64 reached; /* the last event that is folded */
  guint64 end;
  gboolean full;
} Walk;

static gboolean
fold_line (guint64 offset, const char *line, gsize length, gpointer user_data)
{
  Walk *walk = user_data;
  IntimailJournalEvent event;
  IntimailChangeOp op;
  const char *id;
  gsize id_length;

  if (offset >= walk->end)
    return FALSE;
  if (!intimail_journal_event_parse (line, length, &event) || event.n <= walk->since)
    return TRUE;
  if (!intimail_journal_event_view (&event, walk->type, &op, &id, &id_length))
    return TRUE;
  if (!intimail_change_fold_add (walk->fold, op, id, id_length))
    {
      walk->full = TRUE;
      return FALSE;
    }
  walk->reached = event.n;
  return TRUE;
}

IntimailChanges *
intimail_journal_get_changes (IntimailJournal *self, IntimailChangeType type, const char *since, guint max_changes, GError **error)
{
  g_autoptr (IntimailChangeFold) fold = intimail_change_fold_new (max_changes);
  g_autofree char *state = NULL;
  Walk walk = { type, fold, 0, 0, self->log.end, FALSE };
  guint64 end = self->log.end;
  gboolean read = TRUE;

  if (!parse_state (self, since, &walk.since))
    {
      g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_STATE_LOST,
                   "what changed since the state \"%s\" is not known any more", since);
      return NULL;
    }

  if (walk.since < self->states[type])
    {
      self->log.end = find_start (self, walk.since);
      read = intimail_log_read_lines (&self->log, fold_line, &walk);
      self->log.end = end;
    }
  if (!read)
    {
      g_set_error_literal (error, INTIMAIL_ERROR, INTIMAIL_ERROR_FAILED, "cannot read the account's journal");
      return NULL;
    }

  if (walk.full)
    state = g_strdup_printf ("%s.%" G_GINT64_FORMAT, self->epoch, walk.reached);
  else
    state = intimail_journal_get_state (self, type);
  return intimail_change_fold_end (fold, state, walk.full);
}
