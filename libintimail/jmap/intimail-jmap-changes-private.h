/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What every /changes does (RFC 8620 section 5.2).
 */

#pragma once

#include "jmap/intimail-jmap-private.h"

G_BEGIN_DECLS

/* The response; @changes (may be NULL) gets what it was made of, to be unref'd. */
JsonObject *intimail_jmap_changes_run (IntimailJmapContext *context,
                                       JsonObject *arguments,
                                       IntimailChangeType type,
                                       IntimailChanges **changes,
                                       GError **error);

/* Argument "maxChanges": 0 when absent; invalidArguments when 0 or less. */
gboolean intimail_jmap_changes_get_max (JsonObject *arguments,
                                        guint *max_changes,
                                        GError **error);

G_END_DECLS
