/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <intimail/intimail-account.h>
#include <intimail/intimail-listing.h>

#include "store/intimail-id-private.h"

G_BEGIN_DECLS

/* The messages of records in the account's table; takes @slots. Under the mutex of
 * the account. */
IntimailListing *intimail_listing_new (IntimailAccount *account,
                                       guint32 *slots,
                                       guint n);

/* Takes the ids from the table before a record there changes its place. */
void intimail_listing_settle (IntimailListing *self);

G_END_DECLS
