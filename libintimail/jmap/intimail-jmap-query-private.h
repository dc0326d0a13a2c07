/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What every /query and /queryChanges does (RFC 8620 sections 5.5 and 5.6) once
 * the whole list of ids is known.
 */

#pragma once

#include "jmap/intimail-jmap-private.h"

G_BEGIN_DECLS

/* A list of ids in order, of whatever kind. */
typedef struct
{
  guint n_ids;
  const char *(*get_id) (gpointer list,
                         guint position);
  gboolean (*find) (gpointer list,
                    const char *id,
                    guint *position);
  gpointer list;
} IntimailJmapIdList;

/* Over an array of strings. */
void intimail_jmap_id_list_init_array (IntimailJmapIdList *self,
                                       GPtrArray *ids);

/* Over a listing. */
void intimail_jmap_id_list_init_listing (IntimailJmapIdList *self,
                                         IntimailListing *listing);

/* One comparator of "sort". */
typedef struct
{
  const char *property;
  gboolean ascending;
  const char *keyword; /* NULL when absent */
} IntimailJmapComparator;

/* Argument "sort": an array of IntimailJmapComparator, empty when absent.
 * unsupportedSort for a property that is not in @properties or for a collation
 * that is not announced. */
GArray *intimail_jmap_query_get_sort (JsonObject *arguments,
                                      const char *const *properties,
                                      GError **error);

/* The response: applies position, anchor, anchorOffset, limit, calculateTotal. */
JsonObject *intimail_jmap_query_answer (IntimailJmapContext *context,
                                        JsonObject *arguments,
                                        const char *query_state,
                                        gboolean can_calculate_changes,
                                        const IntimailJmapIdList *ids,
                                        GError **error);

/* What changed since a state, all of it. @created, @updated and @destroyed are
 * sets of ids, made by the call. */
gboolean intimail_jmap_query_collect_changes (IntimailJmapContext *context,
                                              IntimailChangeType type,
                                              const char *since,
                                              GHashTable **created,
                                              GHashTable **updated,
                                              GHashTable **destroyed,
                                              GError **error);

/* The response of /queryChanges: everything in @removed (a set of ids that may
 * have been in the old result) is reported as removed; what is in @added (a set
 * of ids that may be new or moved) and in @ids as added, with its place. Applies
 * maxChanges and calculateTotal. */
JsonObject *intimail_jmap_query_changes_answer (IntimailJmapContext *context,
                                                JsonObject *arguments,
                                                const char *old_state,
                                                const char *new_state,
                                                GHashTable *removed,
                                                GHashTable *added,
                                                const IntimailJmapIdList *ids,
                                                GError **error);

G_END_DECLS
