/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The file `intimail.jsonl` of one mailbox: a line with the format and the
 * mailbox, then the lines of intimail-index-record-private.h.
 */

#pragma once

#include "store/intimail-index-record-private.h"
#include "store/intimail-log-private.h"

G_BEGIN_DECLS

typedef struct
{
  IntimailLog log;
  char *mailbox_id;
  gboolean trusted;
  gint64 last_n;  /* the greatest number of an event in it */
  guint64 n_live; /* bytes of lines that still count */

  /* While the log is joined: what of the file before has other places, and where the
   * lines end that stand for it. */
  guint64 joint_from;
  guint64 joint_at;
  guint64 rest_until; /* writing it anew failed: not before it is so long */
} IntimailIndex;

/* How far an index was read, and what was learned. */
typedef struct
{
  guint64 end;
  guint64 mark;
  gint64 last_n;
  guint64 n_live;
} IntimailIndexState;

typedef void (*IntimailIndexFunc) (const IntimailIndexLine *line,
                                   guint64 offset,
                                   gsize length,
                                   gpointer user_data);

/* @path is the index file, below @root_fd. */
IntimailIndex *intimail_index_new (int root_fd,
                                   const char *path,
                                   const char *mailbox_id);
void intimail_index_free (IntimailIndex *self);

/* SAME or GREW: go on reading, also in a file that somebody wrote anew of the one that
 * was open: then it is joined, and offsets are as before. REPLACED, MISSING: forget the mailbox first. */
IntimailLogStatus intimail_index_check (IntimailIndex *self);

/* FALSE when the file is not this mailbox's index: call intimail_index_begin(). */
gboolean intimail_index_read (IntimailIndex *self,
                              IntimailIndexFunc func,
                              gpointer user_data);

/* FALSE for an index that is not on the disk. */
gboolean intimail_index_get_state (IntimailIndex *self,
                                   IntimailIndexState *state);
/* FALSE when the file is another one since. */
gboolean intimail_index_resume (IntimailIndex *self,
                                const IntimailIndexState *state);

/* Begins a new file with @lines (NULL for none). */
void intimail_index_begin (IntimailIndex *self,
                           GString *lines,
                           guint64 *lines_offset);

gboolean intimail_index_append (IntimailIndex *self,
                                const GString *lines,
                                guint64 *offset,
                                GError **error);

/* Is over half of it dead? Not while it is joined. */
gboolean intimail_index_is_worn (IntimailIndex *self);

gboolean intimail_index_is_joined (const IntimailIndex *self);
void intimail_index_leave_earlier (IntimailIndex *self);

/* The first line. @of, @from and @at are those of a file that is written anew; @of is
 * NULL for another. Its length does not depend on @at. */
void intimail_index_write_header (GString *text,
                                  const char *mailbox_id,
                                  const char *token,
                                  gint64 n,
                                  const char *of,
                                  guint64 from,
                                  guint64 at);
char *intimail_index_dup_token (const IntimailIndex *self);

char *intimail_index_get_line (IntimailIndex *self,
                               guint64 offset,
                               gsize length);

G_END_DECLS
