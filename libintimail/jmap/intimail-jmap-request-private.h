/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * One request: from the bytes of a Request to those of a Response, or to those
 * of a problem (RFC 8620 sections 3.3 to 3.6).
 */

#pragma once

#include "jmap/intimail-jmap-private.h"

G_BEGIN_DECLS

/* @context has person, account and so on, but neither creation ids nor calls.
 * Never NULL; @status is that of HTTP. */
GBytes *intimail_jmap_request_handle (IntimailJmapContext *context,
                                      GBytes *request,
                                      const char *session_state,
                                      guint *status);

G_END_DECLS
