/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A message handed to the running agent: a small LMTP client.
 */

#pragma once

#include "deliver-input.h"

#include <intimail/intimail.h>

G_BEGIN_DECLS

/* One reply line for each recipient, or NULL when no agent listens: then nothing
 * was read from @input. */
GPtrArray *deliver_handover (IntimailSite *site,
                             DeliverInput *input,
                             const char *sender,
                             const char *const *recipients);

G_END_DECLS
