/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Exit statuses (sysexits.h) of a delivery from standard input. Whatever may be
 * better later is EX_TEMPFAIL: Postfix bounces mail for nearly every other one.
 */

#pragma once

/* Of several: what has to be tried again counts most. */
int deliver_status_worse (int status,
                          int other);

/* What the agent answered: the code decides, the enhanced status refines. */
int deliver_status_map_reply (const char *reply);
