/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Mail that is handed over at once, and what a kill in the middle must not leave: it is
 * noted before that it will be, and as long as its program lives nobody else ends it.
 */

#pragma once

#include <intimail/intimail-person.h>
#include <intimail/intimail-site.h>

#include "delivery/intimail-submission-private.h"

G_BEGIN_DECLS

typedef struct _IntimailSending IntimailSending;

/* For one person, in one thread; what is given is lent. Nothing is locked before
 * something is noted. */
IntimailSending *intimail_sending_new (IntimailSite *site,
                                       IntimailPerson *person,
                                       IntimailAccount *account);

/* Writes down one that is SENDING: from here on the sender finds what a kill left. */
gboolean intimail_sending_note (IntimailSending *self,
                                const IntimailSubmission *submission,
                                GError **error);

/* It is handed over, and FINAL then; or it is not, and forgotten. Trouble is logged. */
void intimail_sending_end (IntimailSending *self,
                           IntimailSubmission *submission,
                           gboolean sent);

/* Nothing is to follow, and nobody is to find it. Trouble is logged. */
void intimail_sending_forget (IntimailSending *self,
                              const IntimailSubmission *submission);

/* What is known of the recipients of what this site has just handed over: they have it, or
 * it is in its queue, or with a server elsewhere that says no more. */
void intimail_sending_set_outcome (IntimailSite *site,
                                   IntimailSubmission *submission);

/* What follows for what was handed over is done by whom it was asked of. */
void intimail_sending_free (IntimailSending *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IntimailSending, intimail_sending_free)

/* Waits for nobody: -1 while somebody has noted something of @account and lives. Until the
 * descriptor is closed nobody notes anything; what is noted and not ended is of the dead. */
int intimail_sending_lock_out (IntimailAccount *account);

G_END_DECLS
