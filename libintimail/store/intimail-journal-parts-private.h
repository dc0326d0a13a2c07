/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What the files intimail-journal*.c share.
 */

#pragma once

#include "store/intimail-journal-private.h"
#include "store/intimail-log-private.h"

G_BEGIN_DECLS

#define INTIMAIL_JOURNAL_N_TYPES (INTIMAIL_CHANGE_TYPE_BIG_FILE + 1)
#define INTIMAIL_JOURNAL_N_COLUMNS 4

typedef struct
{
  gint64 n;
  guint64 offset;
} IntimailJournalMark;

typedef struct
{
  gint64 after;
  gint64 before;
} IntimailJournalGap;

struct _IntimailJournal
{
  IntimailLog log;
  char *boot;      /* of the running machine */
  char *last_boot; /* of the last line */
  char *epoch;
  gint64 floor; /* states before it are forgotten */
  gint64 last;
  gint64 first_time; /* of the first event in the file */
  gint64 states[INTIMAIL_JOURNAL_N_TYPES];
  GArray *gaps;
  GArray *marks;
  guint n_since_mark;
  GHashTable *mailboxes;
  gboolean trusted;

  GString *pending;
  gint64 pending_last;

  IntimailColumn columns[INTIMAIL_JOURNAL_N_COLUMNS]; /* what an image is written from */
};

void intimail_journal_forget (IntimailJournal *self);
/* Reads the first line alone, and trusts the file by it. */
gboolean intimail_journal_read_header (IntimailJournal *self);

G_END_DECLS
