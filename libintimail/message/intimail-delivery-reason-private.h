/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What a report about a message means to who wrote it, and what to do.
 */

#pragma once

#include <intimail/intimail-delivery-status.h>

G_BEGIN_DECLS

/* Plain sentences, in French for "fr" and else in English. @status: as in RFC 3463, "" when
 * it is not known. */
const char *intimail_delivery_reason_find (IntimailDeliveryAction action,
                                           const char *status,
                                           const char *language);

G_END_DECLS
