/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * One line of a mailbox's index: a message, a change of its file name and
 * keywords, or its removal.
 *
 * What is kept in memory stands first, so that loading stops in the middle of a
 * line. What another member says already is left out: keywords that are letters of
 * the file's name, and when it was sent, for which there is the delay until it came.
 */

#pragma once

#include "json/intimail-json-line-private.h"
#include "store/intimail-id-private.h"
#include "store/intimail-summary-private.h"

G_BEGIN_DECLS

typedef enum
{
  INTIMAIL_INDEX_ADD,
  INTIMAIL_INDEX_CHANGE,
  INTIMAIL_INDEX_REMOVE,
} IntimailIndexOp;

/* Points into the line it was read from. */
typedef struct
{
  IntimailIndexOp op;
  IntimailId id;
  IntimailId thread;
  gint64 n; /* of the event in the journal; 0 where a later line has a greater one */
  gint64 received;
  gint64 sent;
  guint64 size;
  gboolean has_attachment;
  IntimailJsonMember file;
  IntimailJsonMember keywords; /* raw is NULL when they are the letters of the file */
} IntimailIndexLine;

/* Reads what is kept in memory. FALSE for a line that is not ours. */
gboolean intimail_index_line_parse (const char *line,
                                    gsize length,
                                    IntimailIndexLine *parsed);

/* Reads the texts of a line of the kind ADD; NULL when it is damaged. */
IntimailSummary *intimail_index_line_parse_summary (const char *line,
                                                    gsize length);

/* @in_name: the letters of @file say the @keywords. */
void intimail_index_line_write_add (GString *text,
                                    const IntimailId *id,
                                    gint64 n,
                                    const IntimailId *thread,
                                    gint64 received,
                                    const char *file,
                                    const char *const *keywords,
                                    gboolean in_name,
                                    const IntimailSummary *summary);
void intimail_index_line_write_change (GString *text,
                                       const IntimailId *id,
                                       gint64 n,
                                       const char *file,
                                       const char *const *keywords,
                                       gboolean in_name);
void intimail_index_line_write_remove (GString *text,
                                       const IntimailId *id,
                                       gint64 n);

G_END_DECLS
