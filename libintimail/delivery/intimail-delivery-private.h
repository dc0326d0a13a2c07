/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The parts of a delivery: who gets the message, in which form, and what became of it.
 */

#pragma once

#include <intimail/intimail-delivery.h>

#include "delivery/intimail-delivery-copy-private.h"
#include "site/intimail-site-private.h"

G_BEGIN_DECLS

/* One person who gets the message, however many recipients lead to them. */
typedef struct
{
  IntimailPerson *person;
  IntimailAccount *account;   /* NULL: cannot be opened, as the error says */
  IntimailDeliveryCopy *copy; /* what they get, once that is known; NULL is nothing */
  gboolean wanted;            /* by a recipient that was accepted */
  GError *error;
} IntimailDeliveryTarget;

typedef struct
{
  char *address;
  IntimailRoute *route;
  IntimailDeliveryCopy *copy; /* borrowed; NULL: it is a request, and nobody gets it */
  GPtrArray *targets;         /* borrowed */
  GError *error;
} IntimailDeliveryRecipient;

struct _IntimailDelivery
{
  GObject parent_instance;

  IntimailSite *site;
  char *sender;
  char *protocol;
  char *peer_name;
  gboolean is_check;    /* there is no sender to be judged */
  gboolean is_question; /* no message comes here: what another machine keeps is that one's to judge */

  GHashTable *targets; /* uid: IntimailDeliveryTarget */
  GPtrArray *recipients;
  GPtrArray *copies;                /* of IntimailDeliveryCopy, one for each list and one as it came */
  GHashTable *handed_over;          /* keys of addresses that the mail server has it for */
  IntimailUnconfirmed *unconfirmed; /* the site's; NULL: nobody confirms */
  gboolean opened;
  gboolean finished;
};

void intimail_delivery_target_free (gpointer target);
void intimail_delivery_recipient_free (gpointer recipient);

gboolean intimail_delivery_is_permanent (const GError *error);

/* What a recipient is told when its people fared differently: a failure for now first,
 * because it is tried again, then one for good. */
const GError *intimail_delivery_recipient_find_worst (const IntimailDeliveryRecipient *self);

/* Finds out who is behind an address, and whether they have room. NULL when it cannot
 * be served. */
IntimailDeliveryRecipient *intimail_delivery_recipient_new (IntimailDelivery *delivery,
                                                            const char *address,
                                                            guint64 size,
                                                            GCancellable *cancellable,
                                                            GError **error);

/* Opens the files of all copies, once. */
void intimail_delivery_open_copies (IntimailDelivery *self);

/* Stores the message for one person as their rules say; what fails is remembered. */
void intimail_delivery_target_apply_rules (IntimailDelivery *self,
                                           IntimailDeliveryTarget *target,
                                           GCancellable *cancellable);

/* Stores the message for people, hands it over for others, and notes for each recipient
 * what became of it. */
void intimail_delivery_settle (IntimailDelivery *self,
                               GCancellable *cancellable);

G_END_DECLS
