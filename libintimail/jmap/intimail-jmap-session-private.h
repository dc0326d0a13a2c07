/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The session resource: RFC 8620 section 2.
 */

#pragma once

#include "jmap/intimail-jmap-private.h"

G_BEGIN_DECLS

/* The session of a person, its URLs under @url, which ends without a "/". */
JsonNode *intimail_jmap_session_new (IntimailSite *site,
                                     IntimailPerson *person,
                                     const char *account_id,
                                     const char *url);

/* Its member "state", which does not depend on the URL: an address that one
 * client uses and another does not is no news to either. */
char *intimail_jmap_session_get_state (IntimailSite *site,
                                       IntimailPerson *person,
                                       const char *account_id);

G_END_DECLS
