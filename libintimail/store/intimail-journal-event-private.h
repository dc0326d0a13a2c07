/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A line of the journal, and what it means to those who follow a type of things.
 */

#pragma once

#include "json/intimail-json-line-private.h"
#include "store/intimail-journal-parts-private.h"

G_BEGIN_DECLS

extern const char *const intimail_journal_type_names[INTIMAIL_JOURNAL_N_TYPES];
/* By IntimailChangeOp. */
extern const char *const intimail_journal_op_names[4];

/* A line taken apart; points into it. */
typedef struct
{
  gint64 n;
  gint64 time;
  IntimailJsonMember type;
  IntimailJsonMember op;
  IntimailJsonMember id;
  IntimailJsonMember thread;
  IntimailJsonMember thread_op;
  IntimailJsonMember boot;
} IntimailJournalEvent;

/* FALSE when the line is none. */
gboolean intimail_journal_event_parse (const char *line,
                                       gsize length,
                                       IntimailJournalEvent *event);

/* What the event means to those who follow @type; FALSE when nothing. */
gboolean intimail_journal_event_view (const IntimailJournalEvent *event,
                                      IntimailChangeType type,
                                      IntimailChangeOp *op,
                                      const char **id,
                                      gsize *id_length);

G_END_DECLS
