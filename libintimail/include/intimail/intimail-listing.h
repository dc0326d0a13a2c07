/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#if !defined(INTIMAIL_INSIDE) && !defined(INTIMAIL_COMPILATION)
#error "Only <intimail/intimail.h> can be included directly."
#endif

#include <gio/gio.h>

#include <intimail/intimail-envelope.h>
#include <intimail/intimail-version-macros.h>

G_BEGIN_DECLS

#define INTIMAIL_TYPE_LISTING (intimail_listing_get_type ())

INTIMAIL_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (IntimailListing, intimail_listing, INTIMAIL, LISTING, GObject)

INTIMAIL_AVAILABLE_IN_1_0
guint intimail_listing_get_n_ids (IntimailListing *self);

INTIMAIL_AVAILABLE_IN_1_0
const char *intimail_listing_get_id (IntimailListing *self,
                                     guint position);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_listing_find (IntimailListing *self,
                                const char *id,
                                guint *position);

INTIMAIL_AVAILABLE_IN_1_0
IntimailEnvelope *intimail_listing_get_envelope (IntimailListing *self,
                                                 guint position,
                                                 GError **error);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_listing_start_following (IntimailListing *self,
                                           GError **error);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_listing_stop_following (IntimailListing *self);

G_END_DECLS
