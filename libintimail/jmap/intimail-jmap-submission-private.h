/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * EmailSubmission of RFC 8621 section 7, with the delays of RFC 4865.
 */

#pragma once

#include "delivery/intimail-submission-private.h"
#include "jmap/intimail-jmap-private.h"

G_BEGIN_DECLS

/* How long something may wait: a quarter of a year. */
#define INTIMAIL_JMAP_MAX_DELAYED_SEND (90 * 24 * 60 * 60)

/* All but those that are being sent at once now, of which nobody has heard yet. */
GPtrArray *intimail_jmap_submission_list (IntimailJmapContext *context,
                                          GError **error);

/* "pending", "final" or "canceled". */
const char *intimail_jmap_submission_get_undo_status (const IntimailSubmission *submission);

/* The EmailSubmission with all its properties. */
JsonObject *intimail_jmap_submission_to_object (const IntimailSubmission *submission);

/* Checks what a client wants to be sent, and sends it, or writes down when it is to be.
 * NULL with a SetError. */
IntimailSubmission *intimail_jmap_submission_send (IntimailJmapContext *context,
                                                   JsonObject *properties,
                                                   JsonObject **set_error);

G_END_DECLS
