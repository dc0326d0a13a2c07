/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * How a transport fills a report.
 */

#pragma once

#include <intimail/intimail-send-report.h>

G_BEGIN_DECLS

/* Nothing is known yet: nobody has failed. */
IntimailSendReport *intimail_send_report_new (const char *const *recipients);

/* Takes over @error; NULL for a recipient whom it is on its way to. */
void intimail_send_report_set_error (IntimailSendReport *self,
                                     guint recipient,
                                     GError *error);

/* Takes over @error for everybody who has none. */
void intimail_send_report_fail (IntimailSendReport *self,
                                GError *error);

/* How many have no error. */
guint intimail_send_report_count_good (IntimailSendReport *self);

G_END_DECLS
