/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The fields that a delivery puts before a message (RFC 5321 section 4.4).
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Return-Path, Delivered-To unless @recipient is NULL, Received; with LF line ends.
 * What cannot stand in a field is replaced. @peer_name may be NULL. */
char *intimail_trace_make (const char *sender,
                           const char *recipient,
                           const char *peer_name,
                           const char *hostname,
                           const char *protocol,
                           GDateTime *now);

/* "Fri, 27 Nov 2026 04:20:00 +0100" (RFC 5322 section 3.3). */
char *intimail_trace_format_date (GDateTime *date);

G_END_DECLS
