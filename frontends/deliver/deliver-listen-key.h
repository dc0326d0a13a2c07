/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Where the agent of a site listens, as intimail.conf says, with the C library alone.
 */

#pragma once

/* The path of its UNIX socket, for free(); NULL when it listens elsewhere, and when the
 * file cannot be read or holds what this does not understand: the agent has more to say
 * about that. @site is the site's folder. */
char *deliver_listen_key_read (const char *site);
