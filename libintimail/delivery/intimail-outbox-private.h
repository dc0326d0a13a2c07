/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What the room above needs of an outbox piece by piece.
 */

#pragma once

#include <intimail/intimail-outbox.h>

G_BEGIN_DECLS

/* Counts one message, or raises the alarm: RATE_LIMITED, or TOO_LARGE when it is to more
 * people than ever may be written to at once. */
gboolean intimail_outbox_count (IntimailSite *site,
                                IntimailPerson *person,
                                guint n_recipients,
                                GError **error);

G_END_DECLS
