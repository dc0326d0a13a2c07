/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The envelopes around those that were asked for last: a view asks for one after the
 * other, and again for each that it shows.
 */

#pragma once

#include "store/intimail-listing-private.h"

G_BEGIN_DECLS

/* Envelopes that are read at once, and pages that are kept. */
#define INTIMAIL_LISTING_PAGE 64
#define INTIMAIL_LISTING_MAX_PAGES 8

typedef struct _IntimailListingPages IntimailListingPages;

IntimailListingPages *intimail_listing_pages_new (IntimailListing *listing);
void intimail_listing_pages_free (IntimailListingPages *self);

/* The envelope at a position as it is now; NULL when it cannot be had. Any thread. */
IntimailEnvelope *intimail_listing_pages_get (IntimailListingPages *self,
                                              guint position);

/* What is listed is other than before. */
void intimail_listing_pages_clear (IntimailListingPages *self);

G_END_DECLS
