/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What Outlook packs into a winmail.dat, as a message: its texts, then its files.
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Takes @content. NOT_SUPPORTED when that is no TNEF, TOO_LARGE, UNAVAILABLE when the library that reads
 * it cannot be loaded now. */
GBytes *intimail_tnef_to_message (GBytes *content,
                                  GError **error);

G_END_DECLS
