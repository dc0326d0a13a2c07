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

/* What it is the answer to: who follows the account asks again. */
void intimail_listing_set_query (IntimailListing *self,
                                 IntimailFilter *filter,
                                 const char *const *sort,
                                 gboolean collapse_threads);
void intimail_listing_query_again (IntimailListing *self,
                                   GCancellable *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data);
IntimailAccount *intimail_listing_get_account (IntimailListing *self);

/* The id at a position; FALSE behind the end. Under the mutex of the account. */
gboolean intimail_listing_resolve_locked (IntimailListing *self,
                                          guint position,
                                          IntimailId *id);

/* Its record, as intimail_table_find() says. Under the mutex of the account. */
guint32 intimail_listing_find_locked (IntimailListing *self,
                                      guint position);

/* Two listings of one account change what they list. */
void intimail_listing_swap (IntimailListing *self,
                            IntimailListing *other);
const IntimailId *intimail_listing_get_ids (IntimailListing *self,
                                            guint *n);

/* intimail-listing-follow.c */
typedef struct _IntimailListingFollow IntimailListingFollow;
IntimailListingFollow **intimail_listing_get_follow (IntimailListing *self);
void intimail_listing_follow_free (IntimailListingFollow *follow);

/* Takes the ids from the table before a record there changes its place. */
void intimail_listing_settle (IntimailListing *self);

G_END_DECLS
