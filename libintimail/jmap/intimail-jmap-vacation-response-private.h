/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The state of VacationResponse, which no journal has.
 */

#pragma once

#include <intimail/intimail-account.h>

G_BEGIN_DECLS

/* Of what it says now. */
char *intimail_jmap_vacation_response_make_state (IntimailAccount *account,
                                                  GError **error);

G_END_DECLS
