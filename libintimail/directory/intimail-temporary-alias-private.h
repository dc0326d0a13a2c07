/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * An alias that ends, as a directory keeps it: "ADDRESS TIME NOTE".
 */

#pragma once

#include <intimail/intimail-temporary-alias.h>

G_BEGIN_DECLS

/* Of one person. */
#define INTIMAIL_TEMPORARY_ALIAS_MAX 200

/* NULL when it is not of that form: a TIME is YYYYMMDDHHMMSSZ, or "-" for never. */
IntimailTemporaryAlias *intimail_temporary_alias_parse (const char *text);

char *intimail_temporary_alias_format (IntimailTemporaryAlias *self);

gboolean intimail_temporary_alias_equal (IntimailTemporaryAlias *self,
                                         IntimailTemporaryAlias *other);

/* INVALID_ARGUMENT when it cannot be kept. */
gboolean intimail_temporary_alias_check (IntimailTemporaryAlias *self,
                                         GError **error);

G_END_DECLS
