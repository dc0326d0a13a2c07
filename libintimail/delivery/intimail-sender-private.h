/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Who has mail that waits: a name in the folder .outgoing beside the accounts, so that
 * nobody looks into all of them.
 */

#pragma once

#include <intimail/intimail-person.h>
#include <intimail/intimail-sender.h>
#include <intimail/intimail-site.h>

G_BEGIN_DECLS

/* The folder, made when it is not there. */
char *intimail_sender_make_folder (IntimailSite *site,
                                   GError **error);

/* Says that a person has mail that waits, and wakes who sends it: before it is written
 * down, for a crash, and after that. */
gboolean intimail_sender_note (IntimailSite *site,
                               IntimailPerson *person,
                               GError **error);

G_END_DECLS
