/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * One message from standard input: for pipe(8) of Postfix, and by hand.
 */

#pragma once

#include <intimail/intimail.h>

G_BEGIN_DECLS

/* Gives an exit status of sysexits.h. Whatever may be better later is
 * EX_TEMPFAIL: Postfix bounces mail for nearly every other one. */
int deliver_lda_run (IntimailSite *site,
                     const char *sender,
                     const char *const *recipients);

/* The exit status that goes with an error. */
int deliver_lda_map_error (const GError *error);

G_END_DECLS
