/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Identities (RFC 8621 section 6): one for each address that the person owns.
 */

#pragma once

#include "jmap/intimail-jmap-private.h"

G_BEGIN_DECLS

/* All of the person's: id -> Identity with all its properties, the main address
 * first. What the person changed comes from a file of the account. */
JsonObject *intimail_jmap_identity_list (IntimailJmapContext *context,
                                         GError **error);

/* The directory does not tell when an address comes or goes: what differs from the
 * last time becomes events, so that states and changes are right. */
void intimail_jmap_identity_note_changes (IntimailJmapContext *context);

/* Keeps what @record says of the identity @id. */
gboolean intimail_jmap_identity_save (IntimailJmapContext *context,
                                      const char *id,
                                      JsonObject *record,
                                      GError **error);

/* The Identity of that id, to be unref'd. NOT_FOUND when there is none. */
JsonObject *intimail_jmap_identity_lookup (IntimailJmapContext *context,
                                           const char *id,
                                           GError **error);

G_END_DECLS
