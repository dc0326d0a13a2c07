/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What an entry of the journal is believed.
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* FALSE when @source has no such field. What it gives is good until the next call. */
typedef gboolean (*GuardJournalField) (gpointer source,
                                       const char *name,
                                       const char **value,
                                       gsize *length);

typedef struct
{
  char *program;
  char *process;       /* or NULL */
  const char *message; /* any bytes, lent by the source */
  gsize length;
} GuardJournalEntry;

/* FALSE when the entry is a person's, or tells nothing. */
gboolean guard_journal_entry_read (GuardJournalEntry *self,
                                   GuardJournalField get,
                                   gpointer source);
void guard_journal_entry_clear (GuardJournalEntry *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (GuardJournalEntry, guard_journal_entry_clear)

G_END_DECLS
