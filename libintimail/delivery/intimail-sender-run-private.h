/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The waiting mail of one person.
 */

#pragma once

#include <intimail/intimail-person.h>
#include <intimail/intimail-site.h>

G_BEGIN_DECLS

/* Sends what is due at @now (seconds since 1970), and says to the person what was not
 * sent. @next becomes when the next one is due, when that is sooner than what it was; 0 is
 * never. @waits: is there any? The caller is the only one on the site. */
gboolean intimail_sender_run_person (IntimailSite *site,
                                     IntimailPerson *person,
                                     gint64 now,
                                     gint64 *next,
                                     gboolean *waits,
                                     GCancellable *cancellable,
                                     GError **error);

G_END_DECLS
