/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The bytes of a message as one kind of recipient gets them: as it came, or as it goes
 * through a mailing list. Written once, then stored for people and handed to the mail
 * server for others.
 */

#pragma once

#include <intimail/intimail-site.h>

#include "delivery/intimail-list-header-private.h"
#include "store/intimail-spool-notes-private.h"
#include "store/intimail-spool-private.h"

G_BEGIN_DECLS

typedef struct
{
  IntimailGroup *list;  /* NULL: as it came */
  char *sender;         /* who gets reports; "" for nobody */
  IntimailSpool *spool; /* NULL: nobody of the site gets it */
  IntimailListHeader *header;
  gboolean in_header;
  int fd;              /* without a spool, a file without a name; or -1 */
  gsize n_return_path; /* bytes that are for mailboxes alone */
  gsize n_written;
  gsize leave_at; /* behind the value of our field List-Unsubscribe, or 0 */
  gboolean has_crlf;
  gsize n_trace;       /* bytes of ours before what came, with those */
  GError *error;       /* from then on nobody gets it */
  IntimailSpoolNotes *notes; /* of what the mail server has; NULL: nobody confirms */
} IntimailDeliveryCopy;

IntimailDeliveryCopy *intimail_delivery_copy_new (IntimailGroup *list,
                                                  const char *sender);

void intimail_delivery_copy_free (IntimailDeliveryCopy *self);

/* Opens it with the fields of ours, in one of @accounts, whichever can be written to: one
 * that is broken must not cost the others; without any, outside of them. What fails is
 * remembered. @unconfirmed is NULL when nobody confirms. */
void intimail_delivery_copy_open (IntimailDeliveryCopy *self,
                                  IntimailSite *site,
                                  GPtrArray *accounts,
                                  const char *trace,
                                  IntimailUnconfirmed *unconfirmed);

gboolean intimail_delivery_copy_is_open (IntimailDeliveryCopy *self);

/* More of the message. What fails is remembered. */
void intimail_delivery_copy_write (IntimailDeliveryCopy *self,
                                   const char *data,
                                   gsize length);

/* The message is whole: to the disk with it. LOOP when the list has had it before. */
void intimail_delivery_copy_finish (IntimailDeliveryCopy *self);

/* What goes to the mail server: without the field Return-Path. */
GBytes *intimail_delivery_copy_map (IntimailDeliveryCopy *self,
                                    GError **error);

/* The note that the mail server has @message for these addresses: the bytes from @start
 * on are the sender's. */
char *intimail_delivery_copy_make_note (const char *const *addresses,
                                        GBytes *message,
                                        gsize start);

/* Whether the mail server has @message for these addresses, and the sender did not hear
 * of it. */
gboolean intimail_delivery_copy_was_sent (IntimailDeliveryCopy *self,
                                          const char *const *addresses,
                                          GBytes *message);
/* It has now. */
void intimail_delivery_copy_note_sent (IntimailDeliveryCopy *self,
                                       const char *const *addresses,
                                       GBytes *message);

/* The sender knows. */
void intimail_delivery_copy_confirm (IntimailDeliveryCopy *self);

/* The same for one member alone, who can leave the list at @link with one click (RFC 8058).
 * For a copy with leave_at. */
GBytes *intimail_delivery_copy_map_with_link (IntimailDeliveryCopy *self,
                                              const char *link,
                                              GError **error);

/* Nothing is settled with it any more: file and notes go. */
void intimail_delivery_copy_close (IntimailDeliveryCopy *self);

G_END_DECLS
