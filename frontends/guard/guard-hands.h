/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The process that may change the firewall. It reads no log: all that it takes are rule
 * sets for our own table.
 */

#pragma once

#include <glib.h>
#include <sys/types.h>

G_BEGIN_DECLS

#define GUARD_HANDS_MAX_FRAME (32 * 1024 * 1024u)

/* What asks for the table, as nft prints it, instead of changing it. */
#define GUARD_HANDS_LIST "list"

/* Splits the program: the child keeps CAP_NET_ADMIN and answers at the other end of the
 * socket, which is returned, until it is closed; the caller has no capability from here
 * on. A request is 32 bits of length and a text; so is an answer: "+" and the output, or
 * "-" and why not. -1 with errno when it cannot. To be called before there are threads. */
int guard_hands_start (void);

/* Can the text be nothing but a rule set for our table? */
gboolean guard_hands_check (const char *text);

G_END_DECLS
