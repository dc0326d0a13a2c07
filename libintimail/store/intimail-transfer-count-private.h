/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What imports and exports keep count of.
 */

#pragma once

#include <intimail/intimail-transfer-count.h>

G_BEGIN_DECLS

/* What went wrong with single messages is told so often, and counted beyond. */
#define INTIMAIL_TRANSFER_PROBLEMS_MAX 1000

struct _IntimailTransferCount
{
  GObject parent_instance;

  char *mailbox;
  guint64 n_messages;
  guint64 n_skipped;
  guint64 n_failed;
};

/* Counts of the mailboxes, problems, and how far it is. */
typedef struct
{
  GPtrArray *counts;   /* of IntimailTransferCount */
  GPtrArray *problems; /* of lines, with a NULL at the end */
  guint64 n_bytes;
  guint64 n_total;
  guint64 n_messages;
  guint64 n_failed;
} IntimailTransferReport;

void intimail_transfer_report_init (IntimailTransferReport *self);
void intimail_transfer_report_clear (IntimailTransferReport *self);

/* The counts of a mailbox, from 0 when it has none yet. */
IntimailTransferCount *intimail_transfer_report_get_count (IntimailTransferReport *self,
                                                           const char *mailbox);

/* A message that could not be taken, named by @what. */
void intimail_transfer_report_fail (IntimailTransferReport *self,
                                    IntimailTransferCount *count,
                                    const char *what,
                                    const char *why);

/* Something to know of a message that was taken. */
void intimail_transfer_report_note (IntimailTransferReport *self,
                                    const char *what,
                                    const char *why);

/* Emits the signal "progress" of @object in @context, or here when that is NULL. */
void intimail_transfer_report_progress (const IntimailTransferReport *self,
                                        gpointer object,
                                        GMainContext *context);

G_END_DECLS
