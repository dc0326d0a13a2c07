/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What a process that was killed left of intimail_account_detach_part().
 */

#pragma once

#include <intimail/intimail-account-big-file.h>

G_BEGIN_DECLS

/* Ends what was begun, or takes it back, unless somebody is at it. Costs one look at a
 * folder. What cannot be done now waits for the next call. */
void intimail_account_settle_detached (IntimailAccount *self);

G_END_DECLS
