/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Word to a person about mail of theirs that was to be sent later, and was not.
 */

#pragma once

#include <intimail/intimail-person.h>
#include <intimail/intimail-site.h>

#include "delivery/intimail-submission-private.h"

G_BEGIN_DECLS

/* Into the inbox, in the site's language. @uncertain: it may be sent. What goes wrong is
 * logged. */
void intimail_send_notice_deliver (IntimailSite *site,
                                   IntimailPerson *person,
                                   IntimailAccount *account,
                                   const IntimailSubmission *submission,
                                   gboolean uncertain,
                                   const char *reason);

G_END_DECLS
