/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Word to the owners of a list about members whom a mail server refused at once: a server
 * that takes a message first says the same by a report of its own.
 */

#pragma once

#include <intimail/intimail-group.h>
#include <intimail/intimail-send-report.h>
#include <intimail/intimail-site.h>

G_BEGIN_DECLS

/* Nothing when nobody was refused. What goes wrong is logged: the message is sent. */
void intimail_list_refusal_tell (IntimailSite *site,
                                 IntimailGroup *list,
                                 IntimailSendReport *report,
                                 GCancellable *cancellable);

G_END_DECLS
