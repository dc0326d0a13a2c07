/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The notes about one message that several accounts get: what is there already from
 * a sender who did not hear of it, and what the sender has yet to hear of.
 */

#pragma once

#include <intimail/intimail-account.h>

#include "store/intimail-unconfirmed-private.h"

G_BEGIN_DECLS

typedef struct _IntimailSpoolNotes IntimailSpoolNotes;

/* @unconfirmed is borrowed; @trace bytes of ours stand before the sender's. */
IntimailSpoolNotes *intimail_spool_notes_new (IntimailUnconfirmed *unconfirmed,
                                              guint64 trace);

/* What was not confirmed is in doubt. */
void intimail_spool_notes_free (IntimailSpoolNotes *self);

/* The id of the message in @account that has the bytes of @fd, which are @size with
 * ours, when it is in doubt; it is on the disk. NULL: there is none. */
char *intimail_spool_notes_find (IntimailSpoolNotes *self,
                                 IntimailAccount *account,
                                 int fd,
                                 guint64 size);

/* Whether there is a note in doubt that has @word in the place of a file; @account is
 * the path of one, or another word. */
gboolean intimail_spool_notes_find_word (IntimailSpoolNotes *self,
                                         const char *account,
                                         const char *word,
                                         guint64 size);

/* Before a message of @size bytes with ours is where others see it. */
int intimail_spool_notes_add (IntimailSpoolNotes *self,
                              const char *account,
                              const char *file,
                              guint64 size);

/* It is there and safe; or it is not there. */
void intimail_spool_notes_keep (IntimailSpoolNotes *self,
                                int note);
void intimail_spool_notes_drop (IntimailSpoolNotes *self,
                                int note);

/* The sender knows. */
void intimail_spool_notes_confirm (IntimailSpoolNotes *self);

G_END_DECLS
