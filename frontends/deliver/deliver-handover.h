/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A message handed to the running agent: a small LMTP client.
 */

#pragma once

#include "deliver-input.h"

G_BEGIN_DECLS

/* One reply line for each recipient, or NULL when no agent listens at @address, or
 * has no time: then nothing was read from @input. A relative path in @address begins
 * at @folder. */
GPtrArray *deliver_handover (const char *address,
                             const char *folder,
                             DeliverInput *input,
                             const char *sender,
                             const char *const *recipients);

G_END_DECLS
