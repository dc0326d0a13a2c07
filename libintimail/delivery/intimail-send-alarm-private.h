/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Word to the administrators that somebody sends more than people do: their password may
 * be in other hands.
 */

#pragma once

#include <intimail/intimail-person.h>
#include <intimail/intimail-site.h>

G_BEGIN_DECLS

/* What goes wrong is logged: the message is refused all the same. */
void intimail_send_alarm_raise (IntimailSite *site,
                                IntimailPerson *person,
                                const char *reason);

G_END_DECLS
