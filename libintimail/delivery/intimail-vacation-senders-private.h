/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Who has had the answer of somebody who is away: the file intimail.vacation of the
 * account. It belongs to one answer; with another text everybody may get it again.
 * Without the file, or with rubbish in it, somebody gets an answer twice.
 */

#pragma once

#include <intimail/intimail-account.h>

#include "delivery/intimail-vacation-private.h"

G_BEGIN_DECLS

/* More senders in one period get no answer: it would be no answer any more. */
#define INTIMAIL_VACATION_MAX_SENDERS 1000

/* Whether @key had it within the days of @vacation; when @take, it is noted that it has it
 * from now on. TRUE as well when too many had it. FAILED, STORAGE_FULL: then *had is
 * TRUE, as an answer too few is better than one for each mail. */
gboolean intimail_vacation_senders_check (IntimailAccount *account,
                                          const IntimailVacation *vacation,
                                          const char *key,
                                          gint64 now,
                                          gboolean take,
                                          gboolean *had,
                                          GError **error);

/* The answer did not get away. */
void intimail_vacation_senders_forget (IntimailAccount *account,
                                       const IntimailVacation *vacation,
                                       const char *key);

G_END_DECLS
