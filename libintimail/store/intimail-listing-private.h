/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <intimail/intimail-account.h>
#include <intimail/intimail-listing.h>

#include "store/intimail-id-private.h"

G_BEGIN_DECLS

/* Takes @ids. */
IntimailListing *intimail_listing_new (IntimailAccount *account,
                                       IntimailId *ids,
                                       guint n);

G_END_DECLS
