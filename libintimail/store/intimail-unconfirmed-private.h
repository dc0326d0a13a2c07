/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Deliveries that are stored, or about to be, and of which the sender does not know
 * yet: when it asks again, it gets the same answer and not a second copy (RFC 1047).
 *
 * They are written down before a message is placed and wiped out when the sender
 * knows. What a process that was killed left is taken over by the next one. The
 * notes are a help: without them, with wrong ones or with rubbish, a message comes
 * twice and never not at all, because a note counts only when the message that it
 * names is there with the same bytes.
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* At once; beyond that the oldest are forgotten. */
#define INTIMAIL_UNCONFIRMED_MAX 1024

/* Postfix gives a message up after five days (maximal_queue_lifetime). */
#define INTIMAIL_UNCONFIRMED_SECONDS (5 * 24 * 60 * 60)

/* A line of the file, padded with spaces, so that each is written in its place. */
#define INTIMAIL_UNCONFIRMED_LINE 512

typedef struct _IntimailUnconfirmed IntimailUnconfirmed;

/* A note that is not there. */
#define INTIMAIL_UNCONFIRMED_NONE (-1)

/* Takes a file in @folder, which is made when it is missing, and what others left
 * there; @now is in seconds since 1970. FAILED or STORAGE_FULL when there is none
 * to be had. Any thread may use it. */
IntimailUnconfirmed *intimail_unconfirmed_open (const char *folder,
                                                gint64 now,
                                                GError **error);
void intimail_unconfirmed_free (IntimailUnconfirmed *self);

/* Notes that @file will be in the account at @account: @trace bytes of ours, then
 * @size bytes of the sender's. NONE when that cannot be written. */
int intimail_unconfirmed_add (IntimailUnconfirmed *self,
                              const char *account,
                              const char *file,
                              guint64 trace,
                              guint64 size,
                              gint64 now);

/* The sender knows, or the message is not there. NONE is nothing. */
void intimail_unconfirmed_remove (IntimailUnconfirmed *self,
                                  int note);

/* The sender may not know, and may ask again. NONE is nothing. */
void intimail_unconfirmed_doubt (IntimailUnconfirmed *self,
                                 int note);

/* Whether there is anything in doubt in the account. */
gboolean intimail_unconfirmed_has (IntimailUnconfirmed *self,
                                   const char *account);

/* The next note after @note that is in doubt and would fit @size bytes of the sender's; it is
 * the caller's until it is removed or doubted again. NONE when there is no more. */
int intimail_unconfirmed_claim (IntimailUnconfirmed *self,
                                int note,
                                const char *account,
                                guint64 size,
                                gint64 now,
                                char **file,
                                guint64 *trace);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IntimailUnconfirmed, intimail_unconfirmed_free)

G_END_DECLS
