/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Result references: RFC 8620 section 3.7.
 */

#pragma once

#include "jmap/intimail-jmap-private.h"

G_BEGIN_DECLS

/* Gives the arguments with each "#name" replaced by what it refers to in
 * @responses, the array of [name, arguments, call id] so far. What it costs is
 * taken off @budget. invalidResultReference, or invalidArguments when "name"
 * and "#name" are both there. */
JsonObject *intimail_jmap_reference_resolve (JsonObject *arguments,
                                             JsonArray *responses,
                                             gsize *budget,
                                             GError **error);

G_END_DECLS
