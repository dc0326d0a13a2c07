/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Who signs in and who fails to, for the guard and for the log.
 */

#pragma once

#include <intimail/intimail.h>

G_BEGIN_DECLS

/* @address NULL: a front that does not say for whom it asks. */
void webmail_report_sign_in (IntimailSite *site,
                             const char *uid,
                             const char *address);
void webmail_report_failure (IntimailSite *site,
                             const char *login,
                             const char *password,
                             const char *address);

/* It was wrong a moment ago: the guard, which knows it again, hears of it for the sake of
 * another address, and the log does not. */
void webmail_report_repetition (IntimailSite *site,
                                const char *login,
                                const char *password,
                                const char *address);

G_END_DECLS
