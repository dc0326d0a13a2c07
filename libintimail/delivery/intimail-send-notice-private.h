/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Word to a person about mail of theirs that was to be sent later, and was not.
 */

#pragma once

#include <intimail/intimail-person.h>
#include <intimail/intimail-site.h>

#include "delivery/intimail-submission-private.h"

G_BEGIN_DECLS

/* Into the inbox, in the site's language, be there room by the quota or not: that it is
 * FAILED, or HELD, and the reason. Once, however often it is called. */
gboolean intimail_send_notice_deliver (IntimailSite *site,
                                       IntimailPerson *person,
                                       IntimailAccount *account,
                                       const IntimailSubmission *submission,
                                       GError **error);

G_END_DECLS
