/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Bcc fields: kept in the sender's own copy, never sent.
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The message without Bcc and Resent-Bcc fields; the same bytes when there are
 * none. */
GBytes *intimail_blind_copy_remove (GBytes *message);

G_END_DECLS
