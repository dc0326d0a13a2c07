/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What import and export share: formats, a bar on the terminal, the account of it.
 */

#pragma once

#include "command.h"

G_BEGIN_DECLS

/* One of @names, in which the words stand that the verb takes. */
gboolean command_transfer_parse_format (const char *text,
                                        const char *const *names,
                                        IntimailTransferFormat *format,
                                        GError **error);

typedef struct
{
  gint64 drawn_at; /* of the monotonic clock; 0: never */
} CommandProgress;

/* A bar of @done in @total, drawn now and then. */
void command_progress_draw (CommandProgress *self,
                            guint64 done,
                            guint64 total,
                            guint64 n_messages);

/* Shows the signal "progress" of @transfer, if standard error is a terminal. */
void command_progress_watch (CommandProgress *self,
                             Command *command,
                             gpointer transfer);

/* Takes the bar away. */
void command_progress_end (CommandProgress *self);

/* A line for each mailbox, and what was wrong on standard error. */
CommandStatus command_transfer_report (Command *command,
                                       const char *done,
                                       GPtrArray *counts,
                                       const char *const *problems);

G_END_DECLS
