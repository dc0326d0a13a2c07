/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What a peer is told about an error: a code, an enhanced status and fixed words.
 *
 * The words are fixed because they end up in reports to strangers: an error's own
 * message may name a path of this machine.
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The longest address that is repeated in a reply; RFC 5321 4.5.3.1.5 gives a
 * reply line 512 octets. */
#define INTIMAIL_REPLY_MAX_ADDRESS 320

/* The basic reply code (RFC 5321) that goes with an error. */
guint intimail_reply_get_code (const GError *error);

/* A few words for the peer, ASCII. */
const char *intimail_reply_get_words (const GError *error);

/* Appends "<address> " when @address can stand in a reply, else nothing. */
void intimail_reply_append_address (GString *output,
                                    const char *address);

G_END_DECLS
