/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Whether the sender of a message gets the answer of somebody who is away, and that
 * answer: RFC 3834, and what RFC 5230 adds.
 */

#pragma once

#include <intimail/intimail-account.h>
#include <intimail/intimail-person.h>
#include <intimail/intimail-site.h>

#include "delivery/intimail-rule-view-private.h"
#include "delivery/intimail-vacation-private.h"

G_BEGIN_DECLS

/* Why it gets none, one line in English; NULL when it gets one, but for those who had
 * theirs. */
const char *intimail_vacation_find_obstacle (IntimailVacation *vacation,
                                             IntimailPerson *person,
                                             const char *sender,
                                             const IntimailRuleView *view,
                                             gint64 now);

/* Answers @message, if @sender had no answer yet. What fails is given up: an answer that
 * comes days later, or twice, is worse than none, and the next mail gets one. */
void intimail_vacation_reply (IntimailVacation *vacation,
                              IntimailSite *site,
                              IntimailPerson *person,
                              IntimailAccount *account,
                              const char *sender,
                              const IntimailRuleView *view,
                              GBytes *message,
                              gint64 now,
                              GCancellable *cancellable);

G_END_DECLS
