/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What the files that find where mail goes share.
 */

#pragma once

#include "directory/intimail-route-private.h"

G_BEGIN_DECLS

typedef struct
{
  IntimailDirectory *directory;
  const char *address; /* as it was asked for */
  const char *key;     /* NULL when it is no address */
  const char *sender;
  GCancellable *cancellable;
} IntimailRouteQuestion;

IntimailRoute *intimail_route_new (IntimailRouteKind kind,
                                   IntimailGroup *list);

/* postmaster@ or abuse@. */
gboolean intimail_route_is_duty_key (const char *key);

/* NOT_FOUND; always FALSE. */
gboolean intimail_route_set_nobody (IntimailRouteQuestion *question,
                                    GError **error);

/* Whose the first of @keys is that is somebody's; *owner is NULL, and no error, when none
 * is. */
gboolean intimail_route_find_key_owner (IntimailRouteQuestion *question,
                                        const char *const *keys,
                                        GObject **owner,
                                        GError **error);

/* The address, the same without its detail, and all that is left of the domain. */
void intimail_route_make_keys (const char *key,
                               const char *stripped,
                               const char *keys[4]);

/* Whose address @key is, without its detail too; NULL and no error for nobody's. */
gboolean intimail_route_find_sender (IntimailRouteQuestion *question,
                                     const char *key,
                                     const char *stripped,
                                     IntimailPerson **person,
                                     GError **error);

/* Those behind a list that the question's sender may write to. */
IntimailRoute *intimail_route_find_members (IntimailRouteQuestion *question,
                                            IntimailGroup *group,
                                            GError **error);

/* Adds the active ones of @uids. */
gboolean intimail_route_add_active (IntimailRouteQuestion *question,
                                    IntimailRoute *route,
                                    const char *const *uids,
                                    GError **error);

G_END_DECLS
