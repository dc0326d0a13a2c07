/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A message on its way in: written once into the tmp/ folder of an account, flushed
 * once, then delivered to as many accounts as want it.
 */

#pragma once

#include <intimail/intimail-account.h>

#include "store/intimail-unconfirmed-private.h"

G_BEGIN_DECLS

typedef struct _IntimailSpool IntimailSpool;

/* Opens a file in tmp/ of @account, which is created when it is missing. */
IntimailSpool *intimail_spool_new (IntimailAccount *account,
                                   GError **error);

/* Appends. Memory does not grow with the message. */
gboolean intimail_spool_write (IntimailSpool *self,
                               gconstpointer data,
                               gsize length,
                               GError **error);

/* Flushes the bytes to the disk; nothing may be written afterwards. */
gboolean intimail_spool_flush (IntimailSpool *self,
                               GError **error);

/* What was written until now. */
GBytes *intimail_spool_map (IntimailSpool *self,
                            GError **error);

guint64 intimail_spool_get_size (IntimailSpool *self);

/* What was written until now are our own bytes, others each time; what follows is
 * the sender's. From now on each delivery is noted in @unconfirmed, which outlives the
 * spool, until intimail_spool_confirm(); and one that is in doubt there is not stored
 * again. */
void intimail_spool_await_confirmation (IntimailSpool *self,
                                        IntimailUnconfirmed *unconfirmed);

/* The sender knows what became of the message. A spool that is freed without this
 * leaves its deliveries in doubt. */
void intimail_spool_confirm (IntimailSpool *self);

/* Whether @what, a word, was done with the same bytes for @account when the sender did not
 * hear of it. */
gboolean intimail_spool_was_done (IntimailSpool *self,
                                  IntimailAccount *account,
                                  const char *what);

/* It is begun: who is killed from here on leaves a note of that. Gives a note for
 * intimail_spool_end_note(). Only while confirmation is awaited. */
int intimail_spool_begin_note (IntimailSpool *self,
                               IntimailAccount *account,
                               const char *what);

/* What was begun is done, or may be: noted until the sender knows. Or it is not, and then
 * there is nothing to note. */
void intimail_spool_end_note (IntimailSpool *self,
                              int note,
                              gboolean done);

/* Puts a flushed spool into a mailbox of @account: quota, link (or a copy, on
 * another file system), folder flushed, journal, index. @mailbox_id NULL is the
 * inbox; @keywords NULL is none; @received is seconds since 1970, 0 is now. When
 * it returns an id, the message is safe. OVER_QUOTA, STORAGE_FULL, FAILED. The
 * spool stays as it is, for the next account. Called from any thread, but from
 * one at a time for one spool. */
char *intimail_account_deliver_spool (IntimailAccount *account,
                                      IntimailSpool *spool,
                                      const char *mailbox_id,
                                      const char *const *keywords,
                                      gint64 received,
                                      GCancellable *cancellable,
                                      GError **error);

/* The unique name that the message will have in its mailbox; without this it gets a new
 * one each time. */
void intimail_spool_set_unique (IntimailSpool *self,
                                const char *unique);

/* The same as intimail_account_deliver_spool(), be there room by the quota or not: for a
 * message that takes the place of a larger one. */
char *intimail_account_deliver_again (IntimailAccount *account,
                                      IntimailSpool *spool,
                                      const char *mailbox_id,
                                      const char *const *keywords,
                                      gint64 received,
                                      GError **error);

/* Puts a message of our own into the inbox, be there room by the quota or not. With
 * @unique it gets that unique name, and nothing is done when a message with it is in the
 * account. */
gboolean intimail_account_deliver_notice (IntimailAccount *account,
                                          GBytes *message,
                                          const char *unique,
                                          GError **error);

/* Removes the file in tmp/ if it is still there. */
void intimail_spool_free (IntimailSpool *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IntimailSpool, intimail_spool_free)

G_END_DECLS
