/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * An index that is written anew beside the one that is in use, which grows meanwhile:
 *
 *   begin           under the mutex; up to there the lines are the caller's to choose
 *   add, end_lines  without mutex and lock, for as long as it takes
 *   copy            what was appended since; again without any lock, and the last of it
 *                   under the lock
 *   install         under the lock
 *
 * Nothing is flushed under the lock: what was copied last may be lost by a power cut as
 * any line may that was just appended.
 */

#pragma once

#include "store/intimail-index-private.h"

G_BEGIN_DECLS

typedef struct
{
  IntimailLog source; /* the file in use */
  int root_fd;
  char *path; /* of the draft */
  int fd;
  gboolean installed;
  GString *buffer;
  guint64 size;   /* with what is in the buffer */
  guint64 from;   /* the lines before it were chosen ... */
  guint64 at;     /* ... and stand before this */
  guint64 copied; /* of the file in use */
  gint64 last_n;  /* of its events */
  char *mailbox_id;
  char *of;
  char *token;
} IntimailIndexDraft;

gboolean intimail_index_draft_begin (IntimailIndexDraft *self,
                                     IntimailIndex *index);
/* Takes away the file, unless it is installed. */
void intimail_index_draft_clear (IntimailIndexDraft *self);

/* Is the file that it was begun from still the one that @index uses? */
gboolean intimail_index_draft_is_of (const IntimailIndexDraft *self,
                                     IntimailIndex *index);

/* Gives the place of the line; lines of the file in use are below @from. */
gboolean intimail_index_draft_add (IntimailIndexDraft *self,
                                   const char *line,
                                   gsize length,
                                   guint64 *offset);
/* All lines are there: flushes them. */
gboolean intimail_index_draft_end_lines (IntimailIndexDraft *self);

/* Copies the file in use up to @end. */
gboolean intimail_index_draft_copy (IntimailIndexDraft *self,
                                    guint64 end);

/* Takes the place of the file in use, which is copied to its end. */
gboolean intimail_index_draft_install (IntimailIndexDraft *self,
                                       IntimailIndex *index);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (IntimailIndexDraft, intimail_index_draft_clear)

G_END_DECLS
