/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What of a site is for the rooms above alone.
 */

#pragma once

#include <intimail/intimail-site.h>

#include "store/intimail-unconfirmed-private.h"

G_BEGIN_DECLS

/* The notes of this process about deliveries that nobody confirmed, opened by the
 * first call; NULL when they cannot be had now. Any thread may call it. */
IntimailUnconfirmed *intimail_site_get_unconfirmed (IntimailSite *self);

G_END_DECLS
