/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Problem details (RFC 7807): a request that could not be taken at all.
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* {"type":"urn:ietf:params:jmap:error:@type","status":400,"detail":...} and, when
 * @limit is not NULL, the name of the limit. @status becomes 400. */
GBytes *intimail_jmap_problem_new (const char *type,
                                   const char *limit,
                                   const char *detail,
                                   guint *status);

G_END_DECLS
