/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What nft prints of a table.
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The addresses of the sets "deny..." but for ranges, of a set of networks with a "/" behind;
 * and how many rules the chain has, and elements the sets "allow4" and "allow6". The table is
 * to be freed. */
typedef struct
{
  GHashTable *denied;
  guint n_allowed[2];
  guint n_rules;
} GuardListing;

GuardListing guard_listing_read (const char *text);

G_END_DECLS
