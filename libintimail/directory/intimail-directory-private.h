/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What is the same for every directory, whatever answers its questions.
 */

#pragma once

#include <intimail/intimail-directory.h>

G_BEGIN_DECLS

/* As intimail_directory_resolve(): the rules of mail, asked of any directory. */
GPtrArray *intimail_directory_resolve_address (IntimailDirectory *self,
                                               const char *address,
                                               GCancellable *cancellable,
                                               GError **error);

G_END_DECLS
