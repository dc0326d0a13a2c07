/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Tells a file of ours from one that was damaged. It is no defence against somebody
 * who means harm: whoever can write here can write anything.
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Some 10 GB a second. Any change within eight bytes alone is seen for certain. */
guint64 intimail_checksum (gconstpointer data,
                           gsize length);

G_END_DECLS
