/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What a list, a thread and a search need to know of a message: read from the
 * message once, kept as the text members of its index line.
 */

#pragma once

#include <gio/gio.h>

#include "json/intimail-json-line-private.h"
#include "store/intimail-id-private.h"

G_BEGIN_DECLS

typedef struct
{
  char *from;
  char *to;
  char *cc;
  char *bcc;
  char *reply_to;
  char *subject;
  char *message_id;
  /* The first ancestor, of a message that was read; the line of one has its thread. */
  char *root;
  IntimailId thread;
  gboolean has_thread;
  gint64 sent;     /* seconds since 1970; 0 when the message does not say */
  int sent_offset; /* minutes */
  char *queue_id;
  char *preview;
  guint64 size;
  guint n_attachments;
  gboolean has_attachment;
  /* When it came into its mailbox, in seconds since 1970; 0 where nobody asks. It is no
   * part of the message, and belongs to its line in one index. */
  gint64 arrived;
} IntimailSummary;

IntimailSummary *intimail_summary_new (void);
IntimailSummary *intimail_summary_copy (const IntimailSummary *self);
void intimail_summary_free (IntimailSummary *self);

/* @bytes is a message. The preview takes a fourth of the time. */
IntimailSummary *intimail_summary_new_from_bytes (GBytes *bytes,
                                                  gboolean with_preview);

/* The members that intimail_summary_take_member() reads again. */
void intimail_summary_write (const IntimailSummary *self,
                             GString *line);
void intimail_summary_take_member (IntimailSummary *self,
                                   const IntimailJsonMember *member);

/* What the line said, or what follows from the message. */
IntimailId intimail_summary_get_thread (const IntimailSummary *self,
                                        const IntimailId *id);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IntimailSummary, intimail_summary_free)

G_END_DECLS
