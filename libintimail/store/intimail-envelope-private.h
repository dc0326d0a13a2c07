/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <intimail/intimail-envelope.h>

#include "store/intimail-id-private.h"
#include "store/intimail-summary-private.h"

G_BEGIN_DECLS

/* Takes @summary, @mailbox_ids and @keywords. */
IntimailEnvelope *intimail_envelope_new (const IntimailId *id,
                                         const IntimailId *thread,
                                         gint64 received,
                                         IntimailSummary *summary,
                                         GStrv mailbox_ids,
                                         GStrv keywords);

G_END_DECLS
