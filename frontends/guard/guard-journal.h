/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Follows the journal of systemd, by its fields: who wrote a message is not read in it.
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _GuardJournal GuardJournal;

/* @message may hold line ends. @time: seconds since 1970. */
typedef void (*GuardJournalFunc) (GuardJournal *journal,
                                  const char *program,
                                  const char *process,
                                  const char *message,
                                  gsize length,
                                  gint64 time,
                                  gpointer user_data);

/* NULL when there is no journal, or the program was built without. */
GuardJournal *guard_journal_new (const char *const *services,
                                 const char *mark,
                                 GuardJournalFunc func,
                                 gpointer user_data);
void guard_journal_free (GuardJournal *self);

const char *const *guard_journal_get_services (GuardJournal *self);

/* Its cursor. */
char *guard_journal_get_mark (GuardJournal *self);

G_END_DECLS
