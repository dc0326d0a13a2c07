/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What changed in an account, in order: one number an event, JSON Lines in
 * `intimail.journal`. A state is the epoch of the journal and the number of the
 * last event of its type.
 *
 * Any doubt begins a new epoch: then all states before it are refused instead of
 * being answered wrongly.
 */

#pragma once

#include <intimail/intimail-changes.h>

#include "store/intimail-changes-private.h"
#include "store/intimail-id-private.h"
#include "store/intimail-image-private.h"

G_BEGIN_DECLS

typedef struct _IntimailJournal IntimailJournal;

/* How long events are kept, in seconds. */
#define INTIMAIL_JOURNAL_KEPT (30 * 24 * 60 * 60)
/* What numbers jump by after a restart of the machine: appends are not flushed,
 * and a number that was told and lost must never stand for something else. */
#define INTIMAIL_JOURNAL_GAP 1000000

IntimailJournal *intimail_journal_new (int root_fd);
void intimail_journal_free (IntimailJournal *self);

/* Has it changed since it was read? */
gboolean intimail_journal_is_stale (IntimailJournal *self);

/* Reads what is new. FALSE when there is no journal that can be trusted: call
 * intimail_journal_begin(), under the lock. */
gboolean intimail_journal_read (IntimailJournal *self);

/* What was read, into the account's image. The journal may not change before the
 * writer ends. FALSE when it is not on the disk. */
gboolean intimail_journal_write_image (IntimailJournal *self,
                                       IntimailImageWriter *writer);
/* Goes on where the image was written; else everything is to be read. */
void intimail_journal_resume (IntimailJournal *self,
                              IntimailImage *image);

/* Begins a new epoch. @mailbox_ids are those that are there. Numbers go on after
 * @last at least: the greatest that an index line has. */
void intimail_journal_begin (IntimailJournal *self,
                             const char *const *mailbox_ids,
                             gint64 last);

/* Forgets events older than INTIMAIL_JOURNAL_KEPT when there are many. */
void intimail_journal_trim (IntimailJournal *self,
                            gint64 now);

gint64 intimail_journal_get_last (IntimailJournal *self);
const char *intimail_journal_get_epoch (IntimailJournal *self);

/* The mailboxes that exist according to the journal: a set of ids. */
GHashTable *intimail_journal_get_mailboxes (IntimailJournal *self);

/* Events are gathered, each with its number, and written by one commit. */
gint64 intimail_journal_add_email (IntimailJournal *self,
                                   IntimailChangeOp op,
                                   const IntimailId *id,
                                   const IntimailId *thread,
                                   gboolean thread_changed,
                                   IntimailChangeOp thread_op,
                                   const char *const *mailbox_ids);
gint64 intimail_journal_add_other (IntimailJournal *self,
                                   IntimailChangeType type,
                                   IntimailChangeOp op,
                                   const char *id);
/* Something that no type of things sees, but other processes have to. */
void intimail_journal_add_note (IntimailJournal *self,
                                const char *note);
gboolean intimail_journal_commit (IntimailJournal *self,
                                  GError **error);

char *intimail_journal_get_state (IntimailJournal *self,
                                  IntimailChangeType type);
IntimailChanges *intimail_journal_get_changes (IntimailJournal *self,
                                               IntimailChangeType type,
                                               const char *since,
                                               guint max_changes,
                                               GError **error);

/* Tests say when the machine was started. */
void intimail_journal_set_boot (IntimailJournal *self,
                                const char *boot);

G_END_DECLS
